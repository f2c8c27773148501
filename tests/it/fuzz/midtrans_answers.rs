//! Midtrans's answers: money, an end and "not found" each need their proof.

use payctl::domain::{Payment, PaymentOrigin, Reported, Rupiah, TransactionId};
use payctl::gateway::opening::OpenReply;
use payctl::gateway::{Gateway, LookupKey, RefundReply};

use super::answers::{
    KEY, PRICE, REFERENCE, REFUND_KEY, TRY, account, answer, describe, input, known, noon, observe,
    outcome, payment, read_others,
};
use super::engine::{Target, fuzz, recorded};
use super::json::JsonObject;
use super::{Outcome, promise};

const KEPT: [&str; 17] = [
    "status_code",
    "transaction_status",
    "fraud_status",
    "transaction_id",
    "order_id",
    "gross_amount",
    "currency",
    "payment_type",
    "acquirer",
    "issuer",
    "store",
    "transaction_time",
    "settlement_time",
    "expiry_time",
    "refund_amount",
    "refunds",
    "gross_amount_info",
];

#[test]
fn no_midtrans_answer_means_money_without_proof() {
    let gateway = account("midtrans", &[], &[("server_key", KEY)]);
    let target = Target {
        name: "midtrans_answers",
        seeds: recorded_answers(),
        words: &[
            "INV-1",
            "t-1",
            "t-2",
            "r-1",
            "200",
            "201",
            "202",
            "404",
            "406",
            "407",
            "412",
            "settlement",
            "capture",
            "deny",
            "pending",
            "authorize",
            "expire",
            "cancel",
            "refund",
            "partial_refund",
            "chargeback",
            "accept",
            "challenge",
            "IDR",
            "USD",
            "25000.00",
            "Transaction doesn't exist.",
            "The requested resource is not found",
        ],
        rounds: 300,
    };
    fuzz(&target, |input| check(gateway.as_ref(), input));
}

/// The recorded answers, as if they were about our payment.
fn recorded_answers() -> Vec<Vec<u8>> {
    let beginnings = [
        "status-", "charge-", "snap-", "refund-", "cancel-", "expire-", "capture-",
    ];
    recorded("midtrans", &beginnings)
        .into_iter()
        .filter(|(name, _)| !name.ends_with("-request"))
        .map(|(_, body)| {
            let object = JsonObject::read(&body);
            let said = |name: &str| object.as_ref().and_then(|object| object.text(name));
            let mut text = String::from_utf8(body).unwrap();
            for (name, ours) in [("order_id", REFERENCE), ("transaction_id", TRY)] {
                if let Some(theirs) = said(name) {
                    text = text.replace(&theirs, ours);
                }
            }
            input(200, text.as_bytes())
        })
        .collect()
}

fn check(gateway: &dyn Gateway, input: &[u8]) -> Outcome {
    let answer = answer(input);
    let body = JsonObject::read(&answer.body);
    let body = body.as_ref();
    let mut said = Vec::new();
    for payment in [payment(PaymentOrigin::Shop), known(PaymentOrigin::Payctl)] {
        for handle in [LookupKey::Reference, LookupKey::TransactionId] {
            let observed = observe(gateway, &payment, handle, &answer, &KEPT)?;
            check_proof(&observed.said, body, |body| is_ours(body, &payment, handle))?;
            said.push(describe(&observed));
        }
        let named: TransactionId = "t-2".parse().unwrap();
        let named_try = gateway.read_try(&payment, &named, noon(), &answer);
        check_proof(&named_try.said, body, |body| {
            body.text("transaction_id").as_deref() == Some("t-2")
        })?;
        for method in ["qris", "snap"] {
            let replies = read_others(gateway, &payment, method, &answer)?;
            check_opened(&replies.open, method, body)?;
            check_refund(&replies.refund, body)?;
            said.push(replies.describe());
        }
    }
    outcome(&said)
}

/// The answer names our reference, or the try on record and nobody else. By our reference, a try may go by its own id.
fn is_ours(body: &JsonObject, payment: &Payment, handle: LookupKey) -> bool {
    let (order, id) = (body.text("order_id"), body.text("transaction_id"));
    let (order, id) = (order.as_deref(), id.as_deref());
    let recorded = payment.transaction_id.as_ref().map(TransactionId::as_str);
    let names_itself = id.is_some() && order == id;
    let by_reference = handle == LookupKey::Reference || recorded.is_none();
    order == Some(REFERENCE)
        || id == Some(REFERENCE)
        || (id.is_some() && id == recorded && (order.is_none() || names_itself))
        || (names_itself && by_reference)
}

/// Whatever is believed was said in these words, about us.
fn check_proof(
    said: &Reported,
    body: Option<&JsonObject>,
    is_ours: impl Fn(&JsonObject) -> bool,
) -> Result<(), String> {
    if matches!(said, Reported::NoAnswer(_)) {
        return Ok(());
    }
    let body = body.ok_or("without an object there is no answer")?;
    if *said == Reported::NotStarted {
        let code = body.raw("status_code").unwrap_or_default();
        let message = body.word("status_message").unwrap_or_default();
        let is_said = code.starts_with('"') && body.text("status_code").as_deref() == Some("404");
        let is_missing = message.contains("exist") || message.contains("not found");
        promise!(
            is_said && is_missing && body.lacks("transaction_status"),
            "\"not found\" is said in these words: {code} {message}"
        );
        return Ok(());
    }
    promise!(is_ours(body), "an answer is about our payment: {said:?}");
    let word = body.word("transaction_status").unwrap_or_default();
    let is_accepted =
        body.lacks("fraud_status") || body.word("fraud_status").as_deref() == Some("accept");
    let words: &[&str] = match said {
        Reported::Paid { .. } if is_accepted => &["settlement", "capture"],
        Reported::Paid { .. } => &["settlement"],
        Reported::Refunded { .. } => &["refund", "partial_refund"],
        Reported::ChargedBack { .. } => &["chargeback", "partial_chargeback"],
        Reported::Expired => &["expire", "expired"],
        Reported::Cancelled => &["cancel"],
        Reported::Failed => &["deny", "failure", "capture"],
        Reported::Pending => &["pending", "authorize"],
        Reported::Challenged => &["capture", "authorize"],
        Reported::Unrecognised { .. } => &[word.as_str()],
        Reported::NoAnswer(_) | Reported::NotStarted | Reported::Closed => &[],
    };
    let is_said = words.contains(&word.as_str());
    promise!(is_said, "a meaning has its word: {said:?} of {word:?}");
    if let Some(paid) = said.paid() {
        let is_rupiah = body.lacks("currency") || body.word("currency").as_deref() == Some("idr");
        let told = body.amount("gross_amount");
        promise!(
            is_rupiah && told == Some(paid.as_i64()),
            "money is a readable amount of rupiah: {paid} of {told:?}"
        );
    }
    if let Reported::Refunded { paid, total } | Reported::ChargedBack { paid, total } = said {
        let told = body.amount("refund_amount");
        let is_all = word == "refund" || word == "chargeback";
        let is_told = told == Some(total.as_i64())
            || (is_all && body.lacks("refund_amount") && total == paid);
        promise!(is_told, "money that went back is told: {total} of {told:?}");
    }
    Ok(())
}

/// What may have opened a payment is never a refusal, and what is opened is ours and costs what was asked.
fn check_opened(open: &OpenReply, method: &str, body: Option<&JsonObject>) -> Result<(), String> {
    let word = body.and_then(|body| body.word("transaction_status"));
    let word = word.unwrap_or_default();
    if method == "snap" {
        return Ok(());
    }
    if matches!(open, OpenReply::Refused(_) | OpenReply::Taken(_)) {
        let may_be_open =
            ["pending", "settlement", "capture", "authorize"].contains(&word.as_str());
        promise!(!may_be_open, "a refusal opened nothing: {word}");
    }
    if let OpenReply::Open(given) = open {
        let body = body.ok_or("without an object nothing is open")?;
        let is_ours = body.text("order_id").as_deref() == Some(REFERENCE);
        let is_told = body.amount("gross_amount") == Some(given.payable.as_i64());
        let is_asked = given.payable - given.imposed_fee == Rupiah::new(PRICE).unwrap();
        promise!(
            word == "pending" && is_ours && is_told && is_asked,
            "an open payment is ours: {given:?}"
        );
    }
    Ok(())
}

/// A refund is done if its key and its amount are told, and denied if no money went back.
fn check_refund(refund: &RefundReply, body: Option<&JsonObject>) -> Result<(), String> {
    let word = body.and_then(|body| body.word("transaction_status"));
    let has_gone = matches!(word.as_deref(), Some("refund" | "partial_refund"));
    match refund {
        RefundReply::Done => {
            let body = body.ok_or("without an object nothing is refunded")?;
            let is_this = body.text("refund_key").as_deref() == Some(REFUND_KEY);
            let told = body.amount("refund_amount");
            let is_all = body.lacks("refund_amount") || told == Some(PRICE);
            promise!(
                has_gone && is_this && is_all,
                "a refund that is done is ours: {told:?}"
            );
        }
        RefundReply::Denied(_) => {
            promise!(!has_gone, "a denied refund sent nothing: {word:?}");
        }
        RefundReply::DuplicateKey | RefundReply::NoAnswer(_) => {}
    }
    Ok(())
}
