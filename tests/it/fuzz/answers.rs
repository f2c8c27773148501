//! What every gateway's answers must keep, whoever the gateway is.
//!
//! An input is the HTTP code on a line, an empty line and the body.

use payctl::domain::{
    Customer, Instant, Observation, OrderId, Payment, PaymentOrigin, PaymentStatus, Reported,
    Rupiah,
};
use payctl::gateway::account::{GatewaySecrets, GatewaySettings};
use payctl::gateway::opening::{OpenReply, OpenRequest};
use payctl::gateway::registry::by_word;
use payctl::gateway::{CloseReply, Gateway, LookupKey, RefundReply};
use payctl::http::message::HttpResponse;
use std::sync::Arc;
use std::time::Duration;

use super::json::JsonObject;
use super::{Outcome, promise};

pub(super) const REFERENCE: &str = "INV-1";
pub(super) const TRY: &str = "t-1";
pub(super) const PRICE: i64 = 25_000;
pub(super) const KEY: &str = "SB-Mid-server-do-not-show-this";
pub(super) const REFUND_KEY: &str = "r-1";
pub(super) const UUID: &str = "2a3b4c5d-6e7f-4809-9a1b-2c3d4e5f6071";

/// An account of this kind of gateway.
pub(super) fn account(
    kind: &str,
    settings: &[(&'static str, &str)],
    secrets: &[(&'static str, &str)],
) -> Arc<dyn Gateway> {
    let mut all = GatewaySettings::default().with("api_url", "https://api.example");
    for (key, value) in settings {
        all.set(key, *value);
    }
    let secrets = secrets
        .iter()
        .map(|(key, secret)| (*key, (*secret).to_owned().into()));
    let secrets: GatewaySecrets = secrets.collect();
    (by_word(kind).unwrap().adapter)(kind.parse().unwrap(), &all, &secrets)
}

pub(super) fn noon() -> Instant {
    Instant::parse_rfc3339("2026-03-02T12:00:00Z").unwrap()
}

/// A payment as the shop registered it.
pub(super) fn payment(origin: PaymentOrigin) -> Payment {
    Payment {
        method: Some("qris".to_owned()),
        ..Payment::new(
            origin,
            OrderId(1),
            "account".parse().unwrap(),
            REFERENCE.parse().unwrap(),
            Rupiah::new(PRICE).unwrap(),
            noon(),
            noon().saturating_add(Duration::from_secs(3600)),
        )
    }
}

/// The same once its gateway has told of it.
pub(super) fn known(origin: PaymentOrigin) -> Payment {
    Payment {
        transaction_id: Some(TRY.parse().unwrap()),
        seen: true,
        status: PaymentStatus::Pending,
        ..payment(origin)
    }
}

/// The answer of an input. What is no code is 200.
pub(super) fn answer(input: &[u8]) -> HttpResponse {
    let end = input.iter().position(|byte| *byte == b'\n');
    let (line, body) = input.split_at(end.unwrap_or(0));
    let code = str::from_utf8(line)
        .ok()
        .and_then(|text| text.trim().parse().ok());
    HttpResponse {
        status: code.unwrap_or(200),
        body: body.strip_prefix(b"\n\n").unwrap_or(body).to_vec(),
        date: None,
        round_trip: Duration::ZERO,
        retry_after: None,
    }
}

/// An input of this code and body.
pub(super) fn input(code: u16, body: &[u8]) -> Vec<u8> {
    [format!("{code}\n\n").as_bytes(), body].concat()
}

/// Reads the answer to a status query. It is read the same twice, also with a field more that nobody knows; its texts
/// can be shown, and of it only fields with these names are stored.
pub(super) fn observe(
    gateway: &dyn Gateway,
    payment: &Payment,
    handle: LookupKey,
    answer: &HttpResponse,
    kept: &[&str],
) -> Result<Observation, String> {
    let observed = gateway.read_status(payment, handle, noon(), answer);
    let again = gateway.read_status(payment, handle, noon(), answer);
    promise!(
        observed == again,
        "an answer means the same twice: {observed:?}"
    );
    if let Some(answer) = with_one_more(answer) {
        let more = gateway.read_status(payment, handle, noon(), &answer);
        promise!(
            more == observed,
            "an unknown field changes nothing: {more:?}, not {observed:?}"
        );
    }
    if let Reported::Unrecognised { word } = &observed.said {
        check_shown(word)?;
    }
    check_shown(observed.raw_status.as_deref().unwrap_or_default())?;
    check_shown(observed.method.as_deref().unwrap_or_default())?;
    check_kept(observed.kept_body.as_deref().unwrap_or("{}"), kept)?;
    Ok(observed)
}

/// The same object with an unknown field in front.
fn with_one_more(answer: &HttpResponse) -> Option<HttpResponse> {
    let object = JsonObject::read(&answer.body)?;
    object.names().next()?;
    let start = answer.body.iter().position(|byte| *byte == b'{')?;
    let mut body = answer.body.clone();
    body.splice(
        start + 1..start + 1,
        br#""unheard_of":[{"status":"settlement"}],"#.iter().copied(),
    );
    Some(HttpResponse {
        body,
        ..answer.clone()
    })
}

/// A gateway's words are short and have no control characters.
pub(super) fn check_shown(text: &str) -> Result<(), String> {
    let is_fine = text.chars().count() <= 130 && !text.chars().any(char::is_control);
    promise!(is_fine, "a gateway's words can be shown: {text:?}");
    Ok(())
}

/// What is stored is a short JSON object of these fields.
pub(super) fn check_kept(body: &str, names: &[&str]) -> Result<(), String> {
    let object = JsonObject::read(body.as_bytes());
    let object = object.ok_or_else(|| format!("what is stored is an object: {body}"))?;
    let foreign = object.names().find(|name| !names.contains(name));
    promise!(
        foreign.is_none(),
        "only named fields are stored: {foreign:?}"
    );
    promise!(
        body.len() <= 16 * 1024,
        "what is stored is short: {}",
        body.len()
    );
    Ok(())
}

/// Reads the answer as one to the opening, closing and refund of a payment. Returns what it says.
pub(super) fn read_others(
    gateway: &dyn Gateway,
    payment: &Payment,
    method: &str,
    answer: &HttpResponse,
) -> Result<OtherReplies, String> {
    let (method, order) = (method.parse().unwrap(), REFERENCE.parse().unwrap());
    let buyer = Customer::default();
    let opening = OpenRequest {
        payment,
        method: &method,
        order: &order,
        key: UUID,
        buyer: Some(&buyer),
        items: &[],
        now: noon(),
    };
    let replies = OtherReplies {
        open: gateway.read_open(&opening, noon(), answer),
        close: gateway.read_close(payment, answer),
        refund: gateway.read_refund(payment, REFUND_KEY, payment.amount, answer),
    };
    if let OpenReply::Open(given) | OpenReply::Over(given) = &replies.open {
        let asked = Rupiah::new(PRICE).unwrap();
        let is_ours = given.payable >= asked && given.payable <= Rupiah::MAX;
        promise!(
            is_ours,
            "nobody pays less than the price: {}",
            given.payable
        );
        let to_pay_by = [&given.token, &given.page_url, &given.qr_text, &given.number];
        for text in to_pay_by.into_iter().flatten() {
            let is_plain = text.bytes().all(|byte| (b' '..=b'~').contains(&byte));
            promise!(
                is_plain && !text.is_empty(),
                "a number to pay to is plain: {text:?}"
            );
        }
    }
    if let OpenReply::Refused(words) | OpenReply::Taken(words) = &replies.open {
        check_shown(words)?;
    }
    if let CloseReply::Refused(words) | CloseReply::Unknown(words) = &replies.close {
        check_shown(words)?;
    }
    if let RefundReply::Denied(words) = &replies.refund {
        check_shown(words)?;
    }
    Ok(replies)
}

/// What an answer says to the requests that change a payment.
pub(super) struct OtherReplies {
    pub(super) open: OpenReply,
    pub(super) close: CloseReply,
    pub(super) refund: RefundReply,
}

impl OtherReplies {
    /// In a few words.
    pub(super) fn describe(&self) -> String {
        let open = match &self.open {
            OpenReply::Open(_) => "open".to_owned(),
            OpenReply::Over(_) => "over".to_owned(),
            OpenReply::Refused(_) => "refused".to_owned(),
            OpenReply::Taken(_) => "taken".to_owned(),
            OpenReply::NoAnswer(why) => coarse(&why.to_string()),
        };
        let close = match &self.close {
            CloseReply::Closed => "closed".to_owned(),
            CloseReply::Refused(_) => "refused".to_owned(),
            CloseReply::Unknown(_) => "unknown".to_owned(),
            CloseReply::NoAnswer(why) => coarse(&why.to_string()),
        };
        let refund = match &self.refund {
            RefundReply::Done => "done".to_owned(),
            RefundReply::Denied(_) => "denied".to_owned(),
            RefundReply::DuplicateKey => "duplicate".to_owned(),
            RefundReply::NoAnswer(why) => coarse(&why.to_string()),
        };
        format!("{open}/{close}/{refund}")
    }
}

/// What came of an answer, in words that two alike answers share.
pub(super) fn describe(observed: &Observation) -> String {
    if let Reported::NoAnswer(why) = &observed.said {
        return coarse(&why.to_string());
    }
    coarse(&format!("{:?} {}", observed.parts, observed.meaning()))
}

/// The first words, without what differs from input to input.
pub(super) fn coarse(words: &str) -> String {
    let plain = |letter: &char| letter.is_ascii_alphabetic() || *letter == ' ';
    words.chars().filter(plain).take(24).collect()
}

/// Joins what came of several readings.
pub(super) fn outcome(parts: &[String]) -> Outcome {
    Ok(parts.join(" | "))
}
