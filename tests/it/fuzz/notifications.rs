//! Notifications: who sent them is proven, and what programs in between wrapped around them changes nothing.
//!
//! An input is lines of headers, an empty line and the body.

use payctl::domain::{Authenticity, Notification};
use payctl::gateway::incoming::IncomingRequest;
use payctl::gateway::{Gateway, message};
use sha2::{Digest, Sha512};
use std::sync::Arc;

use super::answers::{KEY, PRICE, REFERENCE, account, check_kept, check_shown, coarse, outcome};
use super::engine::{Target, fuzz, recorded};
use super::json::JsonObject;
use super::{Outcome, promise};

const PROJECT: &str = "tokocontoh";
const SECRET: &str = "webhook-secret-1";

const KEPT: [&str; 27] = [
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
    "event",
    "event_name",
    "event_type",
    "type",
    "account_status",
    "amount",
    "project",
    "status",
    "payment_method",
    "completed_at",
];

/// The accounts that may be told.
struct Accounts {
    midtrans: Arc<dyn Gateway>,
    pakasir: Arc<dyn Gateway>,
    second: Arc<dyn Gateway>,
}

#[test]
fn no_notification_is_believed_without_its_proof() {
    let key = ("api_key", "key-1");
    let second = [
        ("project", PROJECT),
        ("api_version", "2"),
        ("environment", "production"),
    ];
    let accounts = Accounts {
        midtrans: account("midtrans", &[], &[("server_key", KEY)]),
        pakasir: account("pakasir", &[("project", PROJECT)], &[key]),
        second: account("pakasir", &second, &[key, ("webhook_secret", SECRET)]),
    };
    let target = Target {
        name: "notifications",
        seeds: seeds(),
        words: &[
            "INV-1",
            "t-1",
            "200",
            "201",
            "settlement",
            "capture",
            "pending",
            "refund",
            "25000.00",
            "X-Secret: webhook-secret-1",
            "webhook-secret-1",
            "signature_key",
            "order_id",
            "transaction_status",
            "status",
            "completed",
            "tokocontoh",
            "is_sandbox",
            "true",
            "false",
            "event",
            "\u{feff}",
        ],
        rounds: 400,
    };
    fuzz(&target, |input| check(&accounts, input));
}

/// The recorded notifications, and some of Midtrans's that are signed with our key.
fn seeds() -> Vec<Vec<u8>> {
    let told = recorded("midtrans", &["notification-"])
        .into_iter()
        .chain(recorded("pakasir", &["webhook-"]))
        .chain(recorded("pakasir-v2", &["webhook-"]))
        .filter(|(name, _)| !name.ends_with("headers"))
        .map(|(_, body)| body);
    let signed = ["settlement", "pending", "refund"]
        .map(|status| crate::notification::midtrans(REFERENCE, status, PRICE).into_bytes());
    told.chain(signed)
        .map(|body| [format!("X-Secret: {SECRET}\n\n").as_bytes(), &body].concat())
        .collect()
}

fn check(accounts: &Accounts, input: &[u8]) -> Outcome {
    let (headers, body) = parts(input);
    let mut said = Vec::new();
    for gateway in [&accounts.midtrans, &accounts.pakasir, &accounts.second] {
        let told = read(gateway.as_ref(), &headers, body);
        promise!(
            told == read(gateway.as_ref(), &headers, body),
            "a notification means the same twice: {told:?}"
        );
        check_wrapped(gateway.as_ref(), &headers, body, &told)?;
        let inner = message(body);
        let object = JsonObject::read(&inner);
        check_content(&told, object.as_ref())?;
        said.push(coarse(&format!(
            "{} {}",
            told.verdict.word(),
            told.claims_money
        )));
    }
    check_proof(accounts, &headers, body)?;
    outcome(&said)
}

/// The headers, and the body behind the first empty line.
fn parts(input: &[u8]) -> (Vec<(String, String)>, &[u8]) {
    let end = input.windows(2).position(|pair| pair == b"\n\n");
    let (head, body) = match end {
        Some(end) => (&input[..end], &input[end + 2..]),
        None => (&input[..0], input),
    };
    let head = String::from_utf8_lossy(head);
    let headers = head.lines().filter_map(|line| line.split_once(':'));
    let headers = headers.map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()));
    (headers.collect(), body)
}

fn read(gateway: &dyn Gateway, headers: &[(String, String)], body: &[u8]) -> Notification {
    gateway.read_notification(&IncomingRequest {
        headers,
        ..IncomingRequest::of_body(body)
    })
}

/// The digest is taken of the inner message, so that the same notification is known again.
fn check_wrapped(
    gateway: &dyn Gateway,
    headers: &[(String, String)],
    body: &[u8],
    told: &Notification,
) -> Result<(), String> {
    let inner = message(body).into_owned();
    if inner.first() != Some(&b'{') {
        return Ok(());
    }
    let marked = [b"\xef\xbb\xbf", inner.as_slice()].concat();
    let spaced = [b" \r\n", inner.as_slice(), b"\n"].concat();
    let mut wrapped = vec![inner.clone(), marked, spaced];
    if let Ok(text) = str::from_utf8(&inner) {
        wrapped.push(serde_json::to_vec(text).unwrap());
    }
    for other in wrapped {
        promise!(
            message(&other) == inner.as_slice(),
            "what is wrapped around has no digest: {}",
            other.escape_ascii()
        );
        promise!(
            read(gateway, headers, &other) == *told,
            "what is wrapped around means nothing: {}",
            other.escape_ascii()
        );
    }
    Ok(())
}

/// What was read stands in the message.
fn check_content(told: &Notification, object: Option<&JsonObject>) -> Result<(), String> {
    check_shown(told.raw_status.as_deref().unwrap_or_default())?;
    check_kept(
        &told.kept_body,
        &[&KEPT[..], &["txn_id", "is_sandbox"]].concat(),
    )?;
    let Some(object) = object else {
        let is_nothing = told.reference.is_none() && told.amount.is_none() && !told.claims_money;
        let is_unreadable = matches!(told.verdict, Authenticity::Unreadable(_));
        promise!(
            is_nothing && is_unreadable,
            "without an object nothing is told: {told:?}"
        );
        return Ok(());
    };
    if let Some(amount) = told.amount {
        let told = ["gross_amount", "amount"].map(|name| object.amount(name));
        promise!(
            told.contains(&Some(amount.as_i64())),
            "an amount stands in the message: {amount}"
        );
    }
    if let Some(reference) = &told.reference {
        let named = object.text("order_id");
        promise!(
            named.as_deref() == Some(reference.as_str()),
            "a name stands in the message: {reference}"
        );
    }
    let word = object
        .word("transaction_status")
        .or_else(|| object.word("status"));
    let is_money = matches!(
        word.as_deref(),
        Some("settlement" | "capture" | "completed")
    );
    let other = object.word("status");
    let is_money = is_money || other.as_deref() == Some("completed");
    promise!(
        !told.claims_money || is_money,
        "money is claimed in its word: {word:?}"
    );
    if let Some(tie) = &told.tie {
        let is_proven = told.verdict == Authenticity::Verified;
        let is_told = object.amount("gross_amount") == Some(tie.amount.as_i64());
        promise!(
            is_proven && is_told,
            "only a signed success ties a try: {tie:?}"
        );
    }
    Ok(())
}

/// Verified is what carries this account's signature or secret, and nothing else.
fn check_proof(
    accounts: &Accounts,
    headers: &[(String, String)],
    body: &[u8],
) -> Result<(), String> {
    let inner = message(body);
    let object = JsonObject::read(&inner);
    let by_midtrans = read(accounts.midtrans.as_ref(), headers, body).verdict;
    if by_midtrans == Authenticity::Verified {
        let object = object.ok_or("a signature covers an object: there is none")?;
        let text = |name: &str| -> String {
            let raw = object.raw(name).unwrap_or_default();
            serde_json::from_str(raw).unwrap_or_else(|_| raw.replace("null", ""))
        };
        let signed = ["order_id", "status_code", "gross_amount"]
            .map(text)
            .concat();
        let signature: String = Sha512::digest(format!("{signed}{KEY}"))
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let told = object.word("signature_key");
        promise!(
            told == Some(signature),
            "a signature fits: {told:?} of {signed:?}"
        );
    }
    let by_pakasir = read(accounts.pakasir.as_ref(), headers, body).verdict;
    promise!(
        by_pakasir != Authenticity::Verified,
        "nothing proves a first notification: {by_pakasir:?}"
    );
    let by_second = read(accounts.second.as_ref(), headers, body).verdict;
    if by_second == Authenticity::Verified {
        let mut secrets = headers
            .iter()
            .filter(|(name, _)| name.eq_ignore_ascii_case("X-Secret"));
        let is_one =
            secrets.next().is_some_and(|(_, value)| value == SECRET) && secrets.next().is_none();
        promise!(is_one, "a secret is told once: {headers:?}");
    }
    Ok(())
}
