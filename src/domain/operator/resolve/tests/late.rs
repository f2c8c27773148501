//! Late money that a person takes.

use super::*;
use crate::domain::CaseAnswer;

#[test]
fn o10_two_late_halves_make_a_whole() {
    let mut halves = late(OrderStatus::Expired);
    halves.payments[0].received = rupiah(15_000);
    halves.refunds[0].amount = rupiah(15_000);
    halves.payments.push(Payment {
        received: rupiah(10_000),
        ..payment(2, PaymentStatus::Paid)
    });
    let other = refund(2, 2, RefundStatus::Due, RefundReason::Late, 10_000);
    halves.refunds.push(other);
    check(
        halves,
        CaseAnswer::Accept,
        "accepted late_payment; refund 1 due>rejected O9; refund 2 due>rejected O9; retake; issue; order expired>paid O9; order paid>fulfilled O12",
    );
}

#[test]
fn o9_a_revived_order_reissues_only_refunded_goods() {
    let anew = "accepted late_payment; refund 1 due>rejected O9; retake; issue anew; order cancelled>paid O9; order paid>fulfilled O12";
    let rest = anew.replace("issue anew", "issue");
    for (status, reason, told) in [
        (RefundStatus::Due, RefundReason::Person, anew),
        (RefundStatus::Done, RefundReason::Person, anew),
        (RefundStatus::External, RefundReason::Gateway, anew),
        (RefundStatus::Done, RefundReason::Double, &rest),
        (RefundStatus::Done, RefundReason::Late, &rest),
    ] {
        let mut order = late(OrderStatus::Cancelled);
        order.payments.push(payment(2, PaymentStatus::Paid));
        let gone = refund(2, 2, status, reason, 25_000);
        order.refunds.push(gone);
        check(order, CaseAnswer::Accept, told);
    }
    let mut charged_back = late(OrderStatus::Cancelled);
    charged_back.payments.push(Payment {
        charged_back: rupiah(25_000),
        ..payment(2, PaymentStatus::Paid)
    });
    check(charged_back, CaseAnswer::Accept, anew);
    let mut reversed = late(OrderStatus::Cancelled);
    reversed.payments.push(payment(2, PaymentStatus::Reversed));
    check(reversed, CaseAnswer::Accept, &rest);
}

#[test]
fn o10_money_being_returned_revives_nothing() {
    let mut sent = late(OrderStatus::Expired);
    sent.refunds[0].status = RefundStatus::Sent;
    let why = "only Rp 0 of Rp 25,000 is here; answer refund";
    check_refused(sent, CaseAnswer::Accept, why);
}

#[test]
fn o10_late_money_is_accepted_only_with_stock() {
    let gone = Dossier {
        stock: FreeStock::Gone,
        ..late(OrderStatus::Expired)
    };
    let why = "the order's stock is no longer free; answer refund";
    check_refused(gone, CaseAnswer::Accept, why);
    let mut returned = late(OrderStatus::Cancelled);
    returned.lines[0].reservation = Reservation::Returned;
    check_refused(returned, CaseAnswer::Accept, why);
    check(
        late(OrderStatus::Cancelled),
        CaseAnswer::Accept,
        "accepted late_payment; refund 1 due>rejected O9; retake; issue; order cancelled>paid O9; order paid>fulfilled O12",
    );
    check_refused(
        late(OrderStatus::Fulfilled),
        CaseAnswer::Accept,
        "the order is fulfilled without it",
    );
}
