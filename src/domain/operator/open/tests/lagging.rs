//! While a call to open it may still be carried out, "not found" says nothing of a payment.

use super::*;
use crate::domain::decide::reconcile::reconcile;
use crate::domain::decide::release::{expiry, release};
use crate::domain::payment::OPENING_TIMEOUT;
use crate::domain::samples::{POLICY, said};
use crate::domain::{AccountEvidence, Finding, ReleaseBlocker, Reported};

const SECOND: Duration = Duration::from_secs(1);

/// Past deadline (minute 60) and grace (3), an answer that was asked for so long after the call was begun.
#[track_caller]
fn check(change: fn(&mut Payment), after: Duration, is_proof: bool) {
    let begun = minute(64);
    let asked_at = begun.saturating_add(after);
    let order = announced(|payment| {
        payment.moved_at = begun;
        payment.schedule.last_answered_at = Some(asked_at);
        change(payment);
    });
    let observed = said(Reported::NotStarted, asked_at);
    let finding = reconcile(
        &order.payments[0],
        &observed,
        AccountEvidence::Proven,
        &POLICY,
    );
    let is_over = matches!(&finding, Finding::Drift(moved) if moved.rule == Rule::P10);
    assert_eq!(is_over, is_proof, "{after:?} {finding:?}");
    let request = expiry(&order, minute(80), &POLICY).unwrap();
    let released = release(&order, request, minute(80));
    let is_held = matches!(released, Err(ReleaseBlocker::Unanswered(_)));
    assert_eq!(!is_held, is_proof, "{after:?} {released:?}");
}

#[test]
fn p10_o3_expiry_waits_until_the_call_must_end() {
    for (after, is_proof) in [
        (SECOND, false),
        (OPENING_TIMEOUT - SECOND, false),
        (OPENING_TIMEOUT, true),
        (OPENING_TIMEOUT + SECOND, true),
    ] {
        check(|_| {}, after, is_proof);
    }
}

#[test]
fn without_a_call_nobody_waits() {
    check(|payment| payment.origin = PaymentOrigin::Shop, SECOND, true);
    check(|payment| payment.on_page = true, SECOND, true);
    // A clock that was far ahead has written it.
    check(|payment| payment.moved_at = minute(1000), SECOND, true);
}

#[test]
fn p3_nothing_is_sent_again_after_the_order_ends() {
    let begin = |order: &Dossier, now| restart(order.clone(), PaymentId(1), minute(0), now);
    let mut order = announced(|_| {});
    assert_ne!(begin(&order, minute(5)), []);
    assert_eq!(begin(&order, minute(60)), []);
    order.order.status = OrderStatus::Cancelled;
    assert_eq!(begin(&order, minute(5)), []);
}

#[test]
fn o17_an_unused_page_ends_with_its_order() {
    let closed = announced(|payment| payment.close_answer = Some(CloseResult::Closed));
    let changes = abandon(closed, PaymentId(1), minute(5));
    assert_eq!(describe(&changes), "payment 1 created>cancelled O17");
    let open = announced(|payment| payment.close_answer = Some(CloseResult::Refused));
    assert_eq!(abandon(open, PaymentId(1), minute(5)), []);
}
