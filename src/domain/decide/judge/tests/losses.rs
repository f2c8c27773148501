//! O14: what was taken as a loss, and the money that comes after all.

use crate::domain::CaseSubject;
use crate::domain::decide::apply_verdicts::settle_order;
use crate::domain::decide::judge::*;
use crate::domain::samples::{describe, dossier, open_case, payment, refund, rupiah};

fn paid_with(id: i64, received: i64) -> Payment {
    Payment {
        received: rupiah(received),
        ..payment(id, PaymentStatus::Paid)
    }
}

/// A fulfilled order of 25,000 that has lost so much, and whose loss a person has taken.
fn lost(loss: i64, payments: Vec<Payment>) -> Dossier {
    let mut lost = dossier(OrderStatus::Fulfilled, payments);
    lost.order.waived = rupiah(loss);
    lost.loss = rupiah(loss);
    lost
}

#[track_caller]
fn check(dossier: Dossier, changes: &str) {
    let (after, planned) = settle_order(dossier);
    assert_eq!(describe(&planned), changes);
    assert_eq!(judge(&after), None, "a judged order is at rest");
}

#[test]
fn o14_money_after_an_accepted_loss_is_no_excess() {
    check(lost(25_000, vec![paid_with(1, 25_000)]), "");
    check(lost(25_000, vec![paid_with(1, 20_000)]), "");
    check(lost(25_000, vec![payment(1, PaymentStatus::Reversed)]), "");
}

#[test]
fn o14_money_beyond_the_loss_is_owed_back() {
    check(lost(25_000, vec![paid_with(1, 30_000)]), "owe 5000 of 1 O2");
    check(
        lost(25_000, vec![paid_with(1, 25_000), paid_with(2, 25_000)]),
        "owe 25000 of 2 O11; case double_payment O11",
    );
}

#[test]
fn o14_only_the_lost_part_is_made_good() {
    let left = Payment {
        charged_back: rupiah(10_000),
        ..paid_with(1, 25_000)
    };
    let with = |more: i64| lost(10_000, vec![left.clone(), paid_with(2, more)]);
    check(with(10_000), "");
    check(with(12_000), "owe 2000 of 2 O2");
    assert_eq!(lost(10_000, vec![left.clone()]).missing(), rupiah(10_000));
    assert_eq!(with(10_000).missing(), Rupiah::ZERO);
}

#[test]
fn an_agreed_shortage_stays_waived() {
    let mut agreed = dossier(
        OrderStatus::Fulfilled,
        vec![paid_with(1, 20_000), paid_with(2, 5_000)],
    );
    agreed.order.waived = rupiah(5_000);
    check(agreed, "owe 5000 of 2 O11; case double_payment O11");
}

#[test]
fn o14_an_accepted_loss_opens_no_case() {
    let mut gone = lost(25_000, vec![payment(1, PaymentStatus::Reversed)]);
    let done = refund(1, 2, RefundStatus::Done, RefundReason::Double, 25_000);
    gone.refunds.push(done);
    gone.payments.push(Payment {
        refunded: rupiah(25_000),
        ..paid_with(2, 25_000)
    });
    check(gone.clone(), "");
    gone.loss = Rupiah::ZERO;
    gone.order.waived = Rupiah::ZERO;
    gone.cases
        .push(open_case(CaseKind::MoneyLost, CaseSubject::Order));
    check(
        gone,
        "return; revoke; close money_lost; order fulfilled>refunded O15",
    );
}
