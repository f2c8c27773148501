//! Each fault that can be planted in an adapter gives an answer another meaning.

use std::sync::Arc;

use super::account::{GatewaySecrets, GatewaySettings};
use super::registry::by_word;
use super::testing::{answer, describe, known, noon, payment};
use super::{Gateway, LookupKey};
use crate::domain::{Payment, PaymentOrigin, PaymentStatus};
use crate::faults::Planted;

/// What a web framework says of an address where nothing is.
const FRAMEWORK: &str = r#"{"message":"Not Found","statusCode":404}"#;

/// What Pakasir says of a payment that it does not know.
const UNKNOWN: &str = r#"{"message":"Transaction not found"}"#;

fn adapter(word: &str, version: &str) -> Arc<dyn Gateway> {
    let settings = GatewaySettings::default()
        .with("project", "tokocontoh")
        .with("api_version", version);
    let kind = by_word(word).unwrap();
    (kind.adapter)(word.parse().unwrap(), &settings, &GatewaySecrets::default())
}

/// What this answer with a 404 means, without the fault and with it.
#[track_caller]
fn check(
    fault: Planted,
    gateway: &dyn Gateway,
    payment: &Payment,
    body: &str,
    meanings: [&str; 2],
) {
    let read = || {
        let handle = match payment.transaction_id {
            Some(_) => LookupKey::TransactionId,
            None => LookupKey::Reference,
        };
        let observed = gateway.read_status(payment, handle, noon(), &answer(404, body));
        describe(&observed)
    };
    let [right, wrong] = meanings;
    assert!(read().contains(right), "{}", read());
    let _planted = fault.plant();
    assert!(read().contains(wrong), "{fault}: {}", read());
}

#[test]
fn any_404_taken_for_not_found() {
    let gone = ["nothing is at this address", "not_started"];
    let (fault, unused) = (Planted::TakeAnyNotFound, payment("INV-1"));
    check(fault, &*adapter("midtrans", "1"), &unused, FRAMEWORK, gone);
    check(fault, &*adapter("pakasir", "1"), &unused, FRAMEWORK, gone);
    let attached = Payment {
        api_version: 2,
        ..known("INV-1", "t-1")
    };
    check(fault, &*adapter("pakasir", "2"), &attached, FRAMEWORK, gone);
}

#[test]
fn a_zombie_that_contradicts() {
    let ended = Payment {
        origin: PaymentOrigin::Payctl,
        status: PaymentStatus::Expired,
        ..payment("INV-1")
    };
    let meanings = ["not_started", "whose opening it had answered"];
    check(
        Planted::QueryAZombieForEver,
        &*adapter("pakasir", "1"),
        &ended,
        UNKNOWN,
        meanings,
    );
}
