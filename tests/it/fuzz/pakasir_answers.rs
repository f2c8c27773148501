//! Pakasir's answers, by both interfaces.

use payctl::domain::{Payment, PaymentOrigin, Reported, Rupiah};
use payctl::gateway::opening::OpenReply;
use payctl::gateway::{CloseReply, Gateway, LookupKey};

use super::answers::{
    PRICE, REFERENCE, TRY, account, answer, describe, input, known, noon, observe, outcome,
    payment, read_others,
};
use super::engine::{Target, fuzz, recorded};
use super::json::JsonObject;
use super::{Outcome, promise};

const PROJECT: &str = "tokocontoh";

const KEPT: [&str; 8] = [
    "amount",
    "order_id",
    "project",
    "status",
    "payment_method",
    "completed_at",
    "txn_id",
    "is_sandbox",
];

const WORDS: [&str; 26] = [
    "INV-1",
    "t-1",
    "t-2",
    PROJECT,
    "completed",
    "pending",
    "canceled",
    "cancelled",
    "expired",
    "failed",
    "true",
    "false",
    "25000",
    "25000.00",
    "transaction",
    "payment",
    "message",
    "error",
    "Transaction not found",
    "Transaksi tidak ditemukan",
    "success",
    "status",
    "already",
    "qris",
    "api key",
    "2026-03-02T10:05:02.819+07:00",
];

/// The recorded answers of a folder, as if they were about our payment.
fn recorded_answers(folder: &str) -> Vec<Vec<u8>> {
    recorded(
        folder,
        &[
            "create-",
            "detail-",
            "status-",
            "error-",
            "cancel-",
            "webhook-completed",
        ],
    )
    .into_iter()
    .filter(|(name, _)| !name.ends_with("request") && !name.ends_with("headers"))
    .map(|(_, body)| {
        let whole = JsonObject::read(&body).unwrap();
        let inner = [whole.object("transaction"), whole.object("payment")];
        let places = [Some(whole)].into_iter().chain(inner).flatten();
        let mut text = String::from_utf8(body).unwrap();
        for place in places {
            for (name, ours) in [("order_id", REFERENCE), ("txn_id", TRY)] {
                if let Some(theirs) = place.text(name) {
                    text = text.replace(&theirs, ours);
                }
            }
        }
        input(200, text.as_bytes())
    })
    .collect()
}

#[test]
fn no_first_answer_means_money_without_proof() {
    let gateway = account("pakasir", &[("project", PROJECT)], &[("api_key", "key-1")]);
    let target = Target {
        name: "pakasir_answers",
        seeds: recorded_answers("pakasir"),
        words: &WORDS,
        rounds: 300,
    };
    fuzz(&target, |input| check_first(gateway.as_ref(), input));
}

fn check_first(gateway: &dyn Gateway, input: &[u8]) -> Outcome {
    let answer = answer(input);
    let body = JsonObject::read(&answer.body);
    let told = body.as_ref().and_then(|body| body.object("transaction"));
    let mut said = Vec::new();
    for payment in [payment(PaymentOrigin::Shop), known(PaymentOrigin::Payctl)] {
        for handle in [LookupKey::Reference, LookupKey::ReferenceAtPayable] {
            let observed = observe(gateway, &payment, handle, &answer, &KEPT)?;
            if observed.said == Reported::NotStarted {
                check_not_found(body.as_ref(), &payment)?;
            } else if observed.is_answer() {
                check_told(&observed.said, told.as_ref(), &["project", "order_id"])?;
            }
            said.push(describe(&observed));
        }
        let replies = read_others(gateway, &payment, "qris", &answer)?;
        if let OpenReply::Open(given) = &replies.open {
            let given_to = body.as_ref().and_then(|body| body.object("payment"));
            let given_to = given_to.ok_or("a payment is open: without one in the answer")?;
            let is_ours = given_to.text("order_id").as_deref() == Some(REFERENCE)
                && given_to.text("project").as_deref() == Some(PROJECT)
                && given_to.amount("amount") == Some(PRICE);
            promise!(is_ours, "an open payment is ours: {given:?}");
        }
        check_closed(&replies.close, answer.status)?;
        said.push(replies.describe());
    }
    outcome(&said)
}

/// Only this sentence is "not found", and not about a payment that Pakasir has told of.
fn check_not_found(body: Option<&JsonObject>, payment: &Payment) -> Result<(), String> {
    let message = body
        .and_then(|body| body.word("message"))
        .unwrap_or_default();
    let is_said =
        message.contains("transaction not found") || message.contains("transaksi tidak ditemukan");
    let is_possible = payment.origin == PaymentOrigin::Shop || !payment.seen;
    promise!(
        is_said && is_possible,
        "\"not found\" is said in these words: {message:?}"
    );
    Ok(())
}

/// What is told has its word, is about the names of ours, and its money is readable.
fn check_told(said: &Reported, told: Option<&JsonObject>, names: &[&str]) -> Result<(), String> {
    let told = told.ok_or("an answer tells of a payment: without an object")?;
    for name in names {
        let ours = match *name {
            "project" => PROJECT,
            "txn_id" => TRY,
            _ => REFERENCE,
        };
        let theirs = told.text(name);
        promise!(
            theirs.as_deref() == Some(ours),
            "an answer is about ours: {name} {theirs:?}"
        );
    }
    let word = told.word("status").unwrap_or_default();
    if let Reported::Paid { amount } = said {
        let readable = told.amount("amount");
        promise!(
            readable == Some(amount.as_i64()),
            "money is a readable amount: {readable:?}"
        );
    }
    let words: &[&str] = match said {
        Reported::Paid { .. } => &["completed"],
        Reported::Cancelled => &["canceled", "cancelled"],
        Reported::Expired => &["expired"],
        Reported::Failed => &["failed"],
        Reported::Pending => &["pending"],
        Reported::Unrecognised { .. } => &[word.as_str()],
        Reported::NoAnswer(_)
        | Reported::NotStarted
        | Reported::Challenged
        | Reported::Closed
        | Reported::Refunded { .. }
        | Reported::ChargedBack { .. } => &[],
    };
    let is_said = words.contains(&word.as_str());
    promise!(is_said, "a meaning has its word: {said:?} of {word:?}");
    Ok(())
}

/// A broken or absent server has closed nothing.
fn check_closed(close: &CloseReply, code: u16) -> Result<(), String> {
    let is_silent = matches!(code, 401 | 404 | 410 | 429 | 500..=599);
    promise!(
        *close != CloseReply::Closed || !is_silent,
        "silence closes nothing: {code}"
    );
    Ok(())
}

#[test]
fn no_second_answer_means_money_without_proof() {
    let secrets = [("api_key", "key-1"), ("webhook_secret", "secret")];
    let accounts = ["production", "sandbox"].map(|mode| {
        let settings = [
            ("project", PROJECT),
            ("api_version", "2"),
            ("environment", mode),
        ];
        (account("pakasir", &settings, &secrets), mode == "sandbox")
    });
    let target = Target {
        name: "pakasir_v2_answers",
        seeds: recorded_answers("pakasir-v2"),
        words: &WORDS,
        rounds: 300,
    };
    fuzz(&target, |input| {
        let mut said = Vec::new();
        for (gateway, is_sandbox) in &accounts {
            check_second(gateway.as_ref(), *is_sandbox, input, &mut said)?;
        }
        outcome(&said)
    });
}

fn check_second(
    gateway: &dyn Gateway,
    is_sandbox: bool,
    input: &[u8],
    said: &mut Vec<String>,
) -> Result<(), String> {
    let answer = answer(input);
    let body = JsonObject::read(&answer.body);
    for origin in [PaymentOrigin::Shop, PaymentOrigin::Payctl] {
        let payment = Payment {
            api_version: 2,
            ..known(origin)
        };
        let observed = observe(gateway, &payment, LookupKey::TransactionId, &answer, &KEPT)?;
        if observed.said == Reported::NotStarted {
            let is_possible = origin == PaymentOrigin::Shop && answer.status == 404;
            promise!(is_possible, "\"not found\" is a 404: {}", answer.status);
        } else if observed.is_answer() {
            promise!(
                (200..=299).contains(&answer.status),
                "an answer is good: {}",
                answer.status
            );
            check_told(&observed.said, body.as_ref(), &["txn_id", "order_id"])?;
            let world = body.as_ref().and_then(|body| body.raw("is_sandbox"));
            let is_ours = world == Some(if is_sandbox { "true" } else { "false" });
            let is_doubt = matches!(observed.said, Reported::Unrecognised { .. });
            promise!(
                is_ours || is_doubt,
                "the other world settles nothing: {world:?}"
            );
        }
        said.push(describe(&observed));
        let replies = read_others(gateway, &payment, "qris", &answer)?;
        if let OpenReply::Open(given) | OpenReply::Over(given) = &replies.open {
            let body = body
                .as_ref()
                .ok_or("a payment is open: without an object")?;
            let id = given.transaction_id.as_ref().map(ToString::to_string);
            promise!(
                id.is_some() && body.text("txn_id") == id,
                "an open payment has its id: {id:?}"
            );
            let is_less = given.payable < Rupiah::new(PRICE).unwrap();
            promise!(
                !is_less,
                "nobody pays less than the price: {}",
                given.payable
            );
        }
        let regained = gateway.read_regained(&payment, &answer);
        if let Ok(id) = regained {
            let told = body.as_ref().and_then(|body| body.text("txn_id"));
            promise!(
                told.as_deref() == Some(id.as_str()),
                "an id that came back was told: {told:?}"
            );
        }
        check_closed(&replies.close, answer.status)?;
        let named_try = gateway.read_try(&payment, &TRY.parse().unwrap(), noon(), &answer);
        if let Some(paid) = named_try.said.paid() {
            promise!(
                observed.said.paid() == Some(paid),
                "a try is paid like its payment: {paid}"
            );
        }
        said.push(replies.describe());
    }
    Ok(())
}
