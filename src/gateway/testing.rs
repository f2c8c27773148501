//! What the adapters' tests share.

use std::fs;
use std::path::PathBuf;

use crate::domain::instant::Instant;
use crate::domain::money::Rupiah;
use crate::domain::names::{OrderId, PaymentId};
use crate::domain::observation::{Observation, Said};
use crate::domain::payment::{Origin, Payment, PaymentStatus};
use crate::domain::schedule::Schedule;
use crate::wire::message::Response;

pub(super) fn at(text: &str) -> Instant {
    Instant::parse_rfc3339(text).unwrap()
}

pub(super) fn noon() -> Instant {
    at("2026-03-02T12:00:00Z")
}

/// A payment the shop registered and nobody has asked about, payable for Rp 25,000 until an hour after noon.
pub(super) fn payment(reference: &str) -> Payment {
    Payment {
        id: PaymentId(1),
        order: OrderId(1),
        gateway: "account".parse().unwrap(),
        reference: reference.parse().unwrap(),
        transaction_id: None,
        origin: Origin::Shop,
        status: PaymentStatus::Created,
        amount: Rupiah::kept(25_000),
        payable: Rupiah::kept(25_000),
        method: None,
        on_page: true,
        token: None,
        deadline: at("2026-03-02T13:00:00Z"),
        raw_status: None,
        seen: false,
        received: Rupiah::ZERO,
        surcharge: Rupiah::ZERO,
        received_at: None,
        reversible: false,
        refunded: Rupiah::ZERO,
        charged_back: Rupiah::ZERO,
        denied_since: None,
        last_meaning: None,
        moved_at: noon(),
        schedule: Schedule::new(noon()),
        close_tried_at: None,
        close_tries: 0,
        version: 1,
    }
}

/// The same, with a transaction id on record.
pub(super) fn known(reference: &str, transaction_id: &str) -> Payment {
    Payment {
        transaction_id: Some(transaction_id.parse().unwrap()),
        seen: true,
        status: PaymentStatus::Pending,
        ..payment(reference)
    }
}

pub(super) fn answer(status: u16, body: impl Into<Vec<u8>>) -> Response {
    Response {
        status,
        body: body.into(),
        date: None,
        retry_after: None,
    }
}

/// What was said and the raw word; of silence, its text.
pub(super) fn told(heard: &Observation) -> String {
    let meaning = heard.meaning();
    let mut said = meaning.split('|').next().unwrap().to_owned();
    if let Said::NoAnswer(silence) = &heard.said {
        return silence.to_string();
    }
    if let Said::Unrecognised { word } = &heard.said {
        said = format!("unrecognised {word}");
    }
    format!("{said}|{}", heard.raw_status.as_deref().unwrap_or("-"))
}

fn folder(gateway: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "tests", "fixtures", gateway]
        .iter()
        .collect()
}

pub(super) fn fixture(gateway: &str, name: &str) -> String {
    fs::read_to_string(folder(gateway).join(format!("{name}.json"))).unwrap()
}

/// The names of a gateway's fixtures that begin so, sorted.
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
