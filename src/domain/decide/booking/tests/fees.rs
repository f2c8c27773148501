//! A fee that the gateway puts on top of what it was asked to collect.

use super::*;
use crate::domain::AmountParts;

fn with_fee(said_what: Reported, original: i64, fee: i64, at: Instant) -> Observation {
    let (original, fee) = (rupiah(original), rupiah(fee));
    Observation {
        parts: AmountParts::Told { original, fee },
        ..said(said_what, at)
    }
}

#[test]
fn the_customer_pays_the_fee_without_extra_cover() {
    let mut story = pending();
    let observed = with_fee(paid(rupiah(25_175)), 25_000, 175, minute(11));
    story.observes(observed, &format!("payment 1 pending>paid P6; {SOLD}"));
    let payment = &story.dossier.payments[0];
    assert_eq!(payment.payable, rupiah(25_175));
    assert_eq!(payment.surcharge, rupiah(175));
    assert_eq!(payment.credit(), PRICE);
    story.hears(paid(rupiah(25_175)), "");
}

#[test]
fn a_waiting_payment_learns_its_fee() {
    let waiting = payment(1, PaymentStatus::Pending);
    let observed = with_fee(Reported::Pending, 25_000, 175, minute(11));
    let learned = routine(&waiting, &observed).unwrap();
    assert_eq!(learned.payable, rupiah(25_175));
    assert_eq!(learned.asked_for(), PRICE);
    let other = with_fee(Reported::Pending, 24_000, 1_175, minute(11));
    let same = routine(&waiting, &other).unwrap();
    assert_eq!(same.payable, PRICE);
}

#[test]
fn a_fee_taken_for_a_mismatch_is_corrected() {
    let mut story = Story::of(
        OrderStatus::Pending,
        vec![Payment {
            received: rupiah(25_175),
            ..payment(1, PaymentStatus::Mismatch)
        }],
    );
    let subject = CaseSubject::Payment(PaymentId(1));
    let case = open_case(CaseKind::AmountMismatch, subject);
    story.dossier.cases.push(case);
    story.hears(paid(rupiah(25_175)), "");
    let observed = with_fee(paid(rupiah(25_175)), 25_000, 175, minute(13));
    let told = format!("payment 1 mismatch>paid P6; close amount_mismatch; {SOLD}");
    story.observes(observed.clone(), &told);
    story.observes(observed, "");
}

#[test]
fn a_refund_seen_first_brings_its_fee() {
    let mut story = pending();
    let all = rupiah(25_175);
    let back = Reported::Refunded {
        paid: all,
        total: all,
    };
    let observed = with_fee(back, 25_000, 175, minute(11));
    story.observes(
        observed,
        "payment 1 pending>paid P15; external 25175 of 1 P15; release; order pending>refunded O15",
    );
    assert_eq!(story.dossier.payments[0].surcharge, rupiah(175));
}

#[test]
fn the_next_try_starts_without_the_last_fee() {
    let first = Payment {
        transaction_id: "A1".parse().ok(),
        ..payment(1, PaymentStatus::Pending).with_fee_on_top(rupiah(175))
    };
    let story = Story::of(OrderStatus::Pending, vec![first.clone()]);
    let plan = story.plan(first, with_transaction(paid(PRICE), minute(11), "A2"));
    assert_eq!(plan.after.status, PaymentStatus::Paid);
    assert_eq!(plan.after.surcharge, Rupiah::ZERO);
    assert_eq!(plan.order_after.status, OrderStatus::Fulfilled);
}
