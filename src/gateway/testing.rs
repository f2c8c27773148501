//! Helpers for the adapters' tests.

use std::fs;
use std::path::PathBuf;

use super::opening::{OpenItem, OpenReply, OpenRequest, PaymentInstructions};
use crate::domain::{
    Customer, Instant, Method, Observation, OrderId, OrderNumber, Payment, PaymentId,
    PaymentOrigin, PaymentStatus, Reported, Rupiah,
};
use crate::http::message::HttpResponse;

pub(super) fn at(text: &str) -> Instant {
    Instant::parse_rfc3339(text).unwrap()
}

pub(crate) fn noon() -> Instant {
    at("2026-03-02T12:00:00Z")
}

/// A payment that the shop registered and nobody has queried: Rp 25,000, payable until an hour after noon.
pub(crate) fn payment(reference: &str) -> Payment {
    let gateway = "account".parse().unwrap();
    let (price, deadline) = (Rupiah::from_db(25_000), at("2026-03-02T13:00:00Z"));
    Payment {
        id: PaymentId(1),
        on_page: true,
        ..Payment::new(
            PaymentOrigin::Shop,
            OrderId(1),
            gateway,
            reference.parse().unwrap(),
            price,
            noon(),
            deadline,
        )
    }
}

/// The same with a transaction id on record.
pub(super) fn known(reference: &str, transaction_id: &str) -> Payment {
    Payment {
        transaction_id: Some(transaction_id.parse().unwrap()),
        seen: true,
        status: PaymentStatus::Pending,
        ..payment(reference)
    }
}

pub(crate) fn answer(status: u16, body: impl Into<Vec<u8>>) -> HttpResponse {
    HttpResponse {
        status,
        body: body.into(),
        date: None,
        round_trip: std::time::Duration::ZERO,
        retry_after: None,
    }
}

/// The meaning and the raw status word, or the text of the silence.
pub(crate) fn describe(observed: &Observation) -> String {
    let meaning = observed.meaning();
    let mut said = meaning.split('|').next().unwrap().to_owned();
    if let Reported::NoAnswer(silence) = &observed.said {
        return silence.to_string();
    }
    if let Reported::Unrecognised { word } = &observed.said {
        said = format!("unrecognised {word}");
    }
    format!("{said}|{}", observed.raw_status.as_deref().unwrap_or("-"))
}

fn folder(gateway: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "tests", "fixtures", gateway]
        .iter()
        .collect()
}

pub(super) fn fixture(gateway: &str, name: &str) -> String {
    fs::read_to_string(folder(gateway).join(format!("{name}.json"))).unwrap()
}

/// The sorted names of a gateway's fixtures that begin with `beginning`.
pub(super) fn fixtures(gateway: &str, beginning: &str) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder(gateway))
        .unwrap()
        .filter_map(|entry| entry.unwrap().file_name().into_string().ok())
        .filter_map(|name| Some(name.strip_suffix(".json")?.to_owned()))
        .filter(|name| name.starts_with(beginning))
        .collect();
    names.sort();
    names
}

/// The values that an opening borrows.
pub(super) struct TestOpening {
    pub(super) payment: Payment,
    pub(super) method: Method,
    pub(super) order: OrderNumber,
    pub(super) buyer: Option<Customer>,
    pub(super) items: Vec<OpenItem>,
}

pub(super) const UUID: &str = "2a3b4c5d-6e7f-4809-9a1b-2c3d4e5f6071";

impl TestOpening {
    pub(super) fn new(method: &str, payment: Payment) -> Self {
        Self {
            payment,
            method: method.parse().unwrap(),
            order: "INV-7".parse().unwrap(),
            buyer: None,
            items: Vec::new(),
        }
    }

    /// At noon.
    pub(super) fn opening(&self) -> OpenRequest<'_> {
        OpenRequest {
            payment: &self.payment,
            method: &self.method,
            order: &self.order,
            key: UUID,
            buyer: self.buyer.as_ref(),
            items: &self.items,
            now: noon(),
        }
    }
}

/// The answer to an opening, with the payment instructions.
pub(super) fn describe_open(opened: &OpenReply) -> String {
    match opened {
        OpenReply::Open(given) => format!("open {}", describe_instructions(given)),
        OpenReply::Over(given) => format!("over {}", describe_instructions(given)),
        OpenReply::Refused(words) => format!("refused: {words}"),
        OpenReply::Taken(words) => format!("taken: {words}"),
        OpenReply::NoAnswer(silence) => format!("silence: {silence}"),
    }
}

fn describe_instructions(given: &PaymentInstructions) -> String {
    let known = [
        given.transaction_id.as_ref().map(ToString::to_string),
        Some(given.status.to_string()),
        given.method.clone(),
        given.on_page.then(|| "on a page".to_owned()),
        Some(given.payable.as_i64().to_string()),
        given.fee.map(|fee| format!("fee {}", fee.as_i64())),
        given.deadline.map(|deadline| format!("until {deadline}")),
        given.token.clone().map(|token| format!("token {token}")),
        given.page_url.clone(),
        given
            .qr_text
            .as_ref()
            .map(|text| format!("QR …{}", &text[text.len() - 4..])),
        given.number.clone(),
        given.raw_status.clone(),
    ];
    known.into_iter().flatten().collect::<Vec<_>>().join(" | ")
}
