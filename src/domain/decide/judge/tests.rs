mod effects;
mod losses;

use super::*;
use crate::domain::decide::apply_verdicts::settle_order;
use crate::domain::samples::{describe, dossier, open_case, payment, refund, rupiah};
use crate::domain::{Change, PaymentId, PaymentStatus, RefundStatus};

#[track_caller]
fn check(dossier: Dossier, changes: &str) {
    let (after, planned) = settle_order(dossier);
    assert_eq!(describe(&planned), changes);
    assert_eq!(judge(&after), None, "a judged order is at rest");
}

fn paid(id: i64) -> Payment {
    payment(id, PaymentStatus::Paid)
}

fn paid_with(id: i64, received: i64) -> Payment {
    Payment {
        received: rupiah(received),
        ..paid(id)
    }
}

fn refunded(id: i64, amount: i64) -> Payment {
    Payment {
        refunded: rupiah(amount),
        ..paid(id)
    }
}

fn external(payment: i64, amount: i64) -> Refund {
    refund(
        70 + payment,
        payment,
        RefundStatus::External,
        RefundReason::Gateway,
        amount,
    )
}

#[test]
fn o1_a_free_order_is_paid_at_once() {
    let mut free = dossier(OrderStatus::Pending, vec![]);
    free.order.total = Rupiah::ZERO;
    check(
        free,
        "sell; issue; order pending>paid O2; order paid>fulfilled O12",
    );
}

#[test]
fn an_order_without_money_waits() {
    for status in PaymentStatus::ALL
        .iter()
        .filter(|status| !status.has_money())
    {
        check(dossier(OrderStatus::Pending, vec![payment(1, *status)]), "");
    }
}

#[test]
fn a_wrong_amount_always_opens_a_case() {
    for status in OrderStatus::ALL {
        let mut wrong = dossier(*status, vec![payment(1, PaymentStatus::Mismatch)]);
        let told = describe(&settle_order(wrong.clone()).1);
        assert!(
            told.starts_with("case amount_mismatch P7"),
            "{status}: {told}"
        );
        wrong.cases.push(open_case(
            CaseKind::AmountMismatch,
            CaseSubject::Payment(PaymentId(1)),
        ));
        let told = describe(&settle_order(wrong.clone()).1);
        assert!(!told.contains("amount_mismatch"), "{status}: {told}");
        wrong.cases.clear();
        let due = refund(1, 1, RefundStatus::Due, RefundReason::Person, 25_000);
        wrong.refunds.push(due);
        let told = describe(&settle_order(wrong).1);
        assert!(!told.contains("amount_mismatch"), "{status}: {told}");
    }
}

#[test]
fn o2_a_covered_order_is_sold() {
    check(
        dossier(OrderStatus::Pending, vec![paid(1)]),
        "sell; issue; order pending>paid O2; order paid>fulfilled O12",
    );
    check(
        dossier(
            OrderStatus::Pending,
            vec![paid_with(1, 10_000), paid_with(2, 15_000)],
        ),
        "sell; issue; order pending>paid O2; order paid>fulfilled O12",
    );
}

#[test]
fn o2_a_waived_amount_counts_as_cover() {
    let mut short = dossier(OrderStatus::Pending, vec![paid_with(1, 20_000)]);
    short.order.waived = rupiah(5_000);
    check(
        short,
        "sell; issue; order pending>paid O2; order paid>fulfilled O12",
    );
}

#[test]
fn o2_an_excess_is_owed_back() {
    check(
        dossier(OrderStatus::Pending, vec![paid_with(1, 30_000)]),
        "sell; issue; order pending>paid O2; owe 5000 of 1 O2; order paid>fulfilled O12",
    );
}

#[test]
fn o2_the_customers_fee_is_no_excess() {
    let with_fee = Payment {
        surcharge: rupiah(660),
        ..paid_with(1, 25_660)
    };
    check(
        dossier(OrderStatus::Pending, vec![with_fee]),
        "sell; issue; order pending>paid O2; order paid>fulfilled O12",
    );
}

#[test]
fn o2b_too_little_money_opens_one_case() {
    let mut short = dossier(OrderStatus::Pending, vec![paid_with(1, 10_000)]);
    check(short.clone(), "case underpaid O2b");
    short
        .cases
        .push(open_case(CaseKind::Underpaid, CaseSubject::Order));
    check(short.clone(), "");
    short.payments.push(paid_with(2, 15_000));
    check(
        short,
        "sell; issue; order pending>paid O2; close underpaid; order paid>fulfilled O12",
    );
}

#[test]
fn o9_late_money_revives_an_order_with_stock() {
    check(
        dossier(OrderStatus::Expired, vec![paid(1)]),
        "retake; issue; order expired>paid O9; order paid>fulfilled O12",
    );
    check(
        dossier(OrderStatus::Expired, vec![paid_with(1, 30_000)]),
        "retake; issue; order expired>paid O9; owe 5000 of 1 O2; order paid>fulfilled O12",
    );
}

#[test]
fn o10_other_late_money_is_owed_back() {
    for stock in [FreeStock::Gone, FreeStock::ForAPersonOnly] {
        let late = Dossier {
            stock,
            ..dossier(OrderStatus::Expired, vec![paid(1)])
        };
        check(late, "owe 25000 of 1 O10; case late_payment O10");
    }
    for status in [OrderStatus::Cancelled, OrderStatus::Refunded] {
        check(
            dossier(status, vec![paid(1)]),
            "owe 25000 of 1 O10; case late_payment O10",
        );
    }
    check(
        dossier(OrderStatus::Expired, vec![paid_with(1, 10_000)]),
        "owe 10000 of 1 O10; case late_payment O10",
    );
}

#[test]
fn o10_a_declined_refund_opens_no_case() {
    let mut late = dossier(OrderStatus::Cancelled, vec![paid(1)]);
    late.refunds
        .push(refund(1, 1, RefundStatus::Due, RefundReason::Late, 25_000));
    check(late.clone(), "");
    late.refunds[0].status = RefundStatus::Rejected;
    late.refunds[0].declined = true;
    check(late, "");
}

#[test]
fn o11_the_later_of_two_payments_is_owed_back() {
    for status in [OrderStatus::Paid, OrderStatus::Fulfilled] {
        let (_, changes) = settle_order(dossier(status, vec![paid(1), paid(2)]));
        let told = describe(&changes);
        assert!(
            told.starts_with("owe 25000 of 2 O11; case double_payment O11"),
            "{told}"
        );
    }
    let mut swapped = dossier(OrderStatus::Fulfilled, vec![paid(1), paid(2)]);
    swapped.payments[0].received_at = swapped.payments[1]
        .received_at
        .map(|at| at.saturating_add(std::time::Duration::from_secs(1)));
    check(swapped, "owe 25000 of 1 O11; case double_payment O11");
}

#[test]
fn o2_o11_two_payments_make_one_order_and_refund() {
    check(
        dossier(OrderStatus::Pending, vec![paid(1), paid(2)]),
        "sell; issue; order pending>paid O2; owe 25000 of 2 O11; case double_payment O11; order paid>fulfilled O12",
    );
}

#[test]
fn o11b_a_due_refund_is_kept_after_a_loss() {
    let mut lost = dossier(
        OrderStatus::Fulfilled,
        vec![payment(1, PaymentStatus::Reversed), paid(2)],
    );
    lost.refunds.push(refund(
        1,
        2,
        RefundStatus::Due,
        RefundReason::Double,
        25_000,
    ));
    check(lost.clone(), "refund 1 due>rejected O11b");
    for may_have_left in [
        RefundStatus::Approved,
        RefundStatus::Sent,
        RefundStatus::Unknown,
    ] {
        lost.refunds[0].status = may_have_left;
        check(lost.clone(), "case money_lost O14; suspend");
    }
}

#[test]
fn o14_the_case_names_refunds_that_can_be_kept() {
    let mut lost = dossier(
        OrderStatus::Fulfilled,
        vec![payment(1, PaymentStatus::Reversed), paid(2)],
    );
    let approved = refund(7, 2, RefundStatus::Approved, RefundReason::Double, 25_000);
    lost.refunds.push(approved);
    let (_, changes) = settle_order(lost);
    let told = changes.iter().find_map(|change| {
        let Change::OpenCase { facts, .. } = change else {
            return None;
        };
        Some(facts.to_string())
    });
    assert_eq!(
        told.as_deref(),
        Some(
            "Rp 0 of Rp 25,000 is left; refund 7 of Rp 25,000 is approved; if it has not been sent, reject it to keep the money"
        )
    );
}

#[test]
fn o12_a_paid_order_without_effects_is_fulfilled() {
    check(
        dossier(OrderStatus::Paid, vec![paid(1)]),
        "order paid>fulfilled O12",
    );
    check(dossier(OrderStatus::Fulfilled, vec![paid(1)]), "");
}

#[test]
fn o14_lost_money_is_a_case_until_regained() {
    for lost in [
        payment(1, PaymentStatus::Reversed),
        Payment {
            charged_back: rupiah(25_000),
            ..paid(1)
        },
    ] {
        check(
            dossier(OrderStatus::Fulfilled, vec![lost]),
            "case money_lost O14; suspend",
        );
    }
    let mut regained = dossier(OrderStatus::Fulfilled, vec![paid(1)]);
    regained
        .cases
        .push(open_case(CaseKind::MoneyLost, CaseSubject::Order));
    check(regained, "close money_lost; give back");
}

#[test]
fn o15_a_fully_refunded_order_is_refunded() {
    for (status, changes) in [
        (OrderStatus::Pending, "release; order pending>refunded O15"),
        (OrderStatus::Paid, "return; revoke; order paid>refunded O15"),
        (
            OrderStatus::Fulfilled,
            "return; revoke; order fulfilled>refunded O15",
        ),
    ] {
        let mut given_back = dossier(status, vec![refunded(1, 25_000)]);
        given_back.refunds.push(external(1, 25_000));
        check(given_back, changes);
    }
}

#[test]
fn o15_reversed_payments_do_not_count_as_refunded() {
    let reversed = payment(2, PaymentStatus::Reversed);
    let mut given_back = dossier(OrderStatus::Fulfilled, vec![refunded(1, 25_000), reversed]);
    given_back.refunds.push(external(1, 25_000));
    given_back
        .cases
        .push(open_case(CaseKind::MoneyLost, CaseSubject::Order));
    check(
        given_back,
        "return; revoke; close money_lost; order fulfilled>refunded O15",
    );
}

#[test]
fn o15_a_partial_refund_changes_nothing() {
    let mut partly = dossier(OrderStatus::Fulfilled, vec![refunded(1, 10_000)]);
    partly.refunds.push(external(1, 10_000));
    check(partly, "");
}

#[test]
fn a_refunded_duplicate_leaves_the_good_order_alone() {
    let mut double = dossier(OrderStatus::Fulfilled, vec![paid(1), refunded(2, 25_000)]);
    double.refunds.push(external(2, 25_000));
    check(double, "");
}

#[test]
fn a_due_refund_is_not_yet_a_refund() {
    let mut due = dossier(OrderStatus::Fulfilled, vec![paid(1)]);
    due.refunds.push(refund(
        1,
        1,
        RefundStatus::Due,
        RefundReason::Person,
        25_000,
    ));
    check(due, "case money_lost O14; suspend");
}

#[test]
fn a_dead_order_without_money_stays_dead() {
    for status in [
        OrderStatus::Expired,
        OrderStatus::Cancelled,
        OrderStatus::Refunded,
    ] {
        for of in PaymentStatus::ALL.iter().filter(|of| !of.has_money()) {
            check(dossier(status, vec![payment(1, *of)]), "");
        }
    }
}

#[test]
fn a_payment_counts_until_its_refund_is_complete() {
    let counting = |status, amount| {
        let mut dossier = dossier(OrderStatus::Pending, vec![paid(1)]);
        dossier
            .refunds
            .push(refund(1, 1, status, RefundReason::Person, amount));
        dossier
            .payment(PaymentId(1))
            .map(|payment| dossier.counts(payment))
    };
    for status in RefundStatus::ALL {
        assert_eq!(counting(*status, 24_999), Some(true), "{status}");
        let is_dead = matches!(status, RefundStatus::Failed | RefundStatus::Rejected);
        assert_eq!(counting(*status, 25_000), Some(is_dead), "{status}");
    }
}
