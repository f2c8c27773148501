//! The content of Pakasir's notifications.

use proptest::prelude::*;

use super::*;
use crate::domain::money::Rupiah;
use crate::gateway::Gateway;
use crate::gateway::incoming::Incoming;
use crate::gateway::pakasir::tests::pakasir;
use crate::gateway::testing::fixture;

fn hear(body: &str) -> Notice {
    pakasir().read_notification(&Incoming::of_body(body.as_bytes()))
}

#[test]
fn recorded_notifications_are_at_most_unsigned() {
    for (file, amount) in [
        ("webhook-completed", 50_000),
        ("webhook-completed-sandbox", 50_000),
        ("webhook-forged-amount", 500),
    ] {
        let notice = hear(&fixture("pakasir", file));
        assert_eq!(notice.verdict, Verdict::Unsigned, "{file}");
        assert_eq!(notice.reference, "VPN-2026-0001".parse().ok());
        assert_eq!(notice.amount, Some(Rupiah::kept(amount)));
        assert_eq!(notice.measure, Measure::Price);
        assert!(notice.claims_money && notice.transaction_id.is_none());
        assert!(notice.kept_body.contains(r#""status":"completed""#));
    }
}

#[test]
fn a_notification_for_another_project_is_forged() {
    let body = fixture("pakasir", "webhook-completed");
    let others = hear(&body.replace("tokocontoh", "tokocontoh2"));
    assert_eq!(others.verdict.word(), "forged");
    let nobodys = hear(&body.replace("project", "projects"));
    assert_eq!(nobodys.verdict.word(), "forged");
}

#[test]
fn other_texts_are_unreadable_and_names_are_dropped() {
    for body in ["", "[]", "{", "<html>", "{}", r#"{"order_id":"VPN-1"}"#] {
        assert_eq!(hear(body).verdict.word(), "unreadable", "{body}");
    }
    let more = fixture("pakasir", "webhook-completed").replacen('{', r#"{"buyer":"sari@x","#, 1);
    assert!(!hear(&more).kept_body.contains("sari"));
}

proptest! {
    #[test]
    fn no_bytes_cause_a_panic(body in proptest::collection::vec(any::<u8>(), 0..512)) {
        prop_assert!(pakasir().read_notification(&Incoming::of_body(&body)).verdict.reason().is_some());
    }
}
