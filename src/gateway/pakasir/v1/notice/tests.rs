//! The content of Pakasir's notifications.

use proptest::prelude::*;

use super::*;
use crate::domain::{AmountBasis, Rupiah};
use crate::gateway::Gateway;
use crate::gateway::incoming::IncomingRequest;
use crate::gateway::pakasir::v1::tests::pakasir;
use crate::gateway::testing::fixture;

fn receive(body: &str) -> Notification {
    pakasir().read_notification(&IncomingRequest::of_body(body.as_bytes()))
}

#[test]
fn recorded_notifications_are_at_most_unsigned() {
    for (file, amount) in [
        ("webhook-completed", 50_000),
        ("webhook-completed-sandbox", 50_000),
        ("webhook-forged-amount", 500),
    ] {
        let notice = receive(&fixture("pakasir", file));
        assert_eq!(notice.verdict, Authenticity::Unsigned, "{file}");
        assert_eq!(notice.reference, "VPN-2026-0001".parse().ok());
        assert_eq!(notice.amount, Some(Rupiah::from_db(amount)));
        assert_eq!(notice.measure, AmountBasis::Price);
        assert!(notice.claims_money && notice.transaction_id.is_none());
        assert!(notice.kept_body.contains(r#""status":"completed""#));
    }
}

#[test]
fn a_notification_for_another_project_is_forged() {
    let body = fixture("pakasir", "webhook-completed");
    let others = receive(&body.replace("tokocontoh", "tokocontoh2"));
    assert_eq!(others.verdict.word(), "forged");
    let nobodys = receive(&body.replace("project", "projects"));
    assert_eq!(nobodys.verdict.word(), "forged");
}

#[test]
fn other_texts_are_unreadable_and_names_are_dropped() {
    for body in ["", "[]", "{", "<html>", "{}", r#"{"order_id":"VPN-1"}"#] {
        assert_eq!(receive(body).verdict.word(), "unreadable", "{body}");
    }
    let more = fixture("pakasir", "webhook-completed").replacen('{', r#"{"buyer":"sari@x","#, 1);
    assert!(!receive(&more).kept_body.contains("sari"));
}

proptest! {
    #[test]
    fn no_bytes_cause_a_panic(body in proptest::collection::vec(any::<u8>(), 0..512)) {
        prop_assert!(pakasir().read_notification(&IncomingRequest::of_body(&body)).verdict.reason().is_some());
    }
}
