use super::*;
use crate::domain::samples::{describe, dossier, minute, open_case, payment, refund, rupiah};
use crate::domain::{GatewayName, OpenCase, RefundReason};

fn approved(id: i64) -> Payment {
    Payment {
        gateway: GatewayName::manual(),
        ..payment(id, PaymentStatus::Paid)
    }
}

#[track_caller]
fn check(dossier: Dossier, id: i64, result: Result<&str, &str>) {
    match withdraw(dossier, PaymentId(id), "wrong order", minute(90)) {
        Ok((_, changes)) => assert_eq!(Ok(describe(&changes).as_str()), result),
        Err(refusal) => assert_eq!(Err(refusal.to_string().as_str()), result),
    }
}

#[test]
fn p21_a_withdrawn_approval_removes_its_cover() {
    check(
        dossier(OrderStatus::Fulfilled, vec![approved(1)]),
        1,
        Ok("payment 1 paid>reversed P21; free the reference of 1; case money_lost O14; suspend"),
    );
    check(
        dossier(
            OrderStatus::Fulfilled,
            vec![approved(1), payment(2, PaymentStatus::Paid)],
        ),
        1,
        Ok("payment 1 paid>reversed P21; free the reference of 1"),
    );
}

#[test]
fn p21_its_due_refund_is_rejected() {
    let mut double = dossier(
        OrderStatus::Fulfilled,
        vec![payment(1, PaymentStatus::Paid), approved(2)],
    );
    let due = refund(1, 2, RefundStatus::Due, RefundReason::Double, 25_000);
    double.refunds.push(due);
    let subject = CaseSubject::Payment(PaymentId(2));
    double
        .cases
        .push(open_case(CaseKind::DoublePayment, subject));
    check(
        double,
        2,
        Ok(
            "payment 2 paid>reversed P21; free the reference of 2; refund 1 due>rejected P21; close double_payment",
        ),
    );
}

#[test]
fn o11b_the_other_payments_refund_is_stopped() {
    let mut double = dossier(
        OrderStatus::Fulfilled,
        vec![approved(1), payment(2, PaymentStatus::Paid)],
    );
    let due = refund(1, 2, RefundStatus::Due, RefundReason::Double, 25_000);
    double.refunds.push(due);
    check(
        double,
        1,
        Ok("payment 1 paid>reversed P21; free the reference of 1; refund 1 due>rejected O11b"),
    );
}

#[test]
fn o11b_an_approved_refund_stays() {
    let mut double = dossier(
        OrderStatus::Fulfilled,
        vec![approved(1), payment(2, PaymentStatus::Paid)],
    );
    let going = refund(1, 2, RefundStatus::Approved, RefundReason::Double, 25_000);
    double.refunds.push(going);
    check(
        double,
        1,
        Ok("payment 1 paid>reversed P21; free the reference of 1; case money_lost O14; suspend"),
    );
}

#[test]
fn a_withdrawal_names_the_refunds_it_stopped() {
    let stopped = |status| {
        let payments = vec![approved(1), payment(2, PaymentStatus::Paid)];
        let mut double = dossier(OrderStatus::Fulfilled, payments);
        let other = refund(1, 2, status, RefundReason::Double, 25_000);
        let own = refund(2, 1, RefundStatus::Approved, RefundReason::Excess, 1_000);
        double.refunds = vec![other, own];
        let (withdrawn, _) = withdraw(double, PaymentId(1), "wrong order", minute(90)).unwrap();
        withdrawn.rejected
    };
    let (own, other) = ((RefundId(2), rupiah(1_000)), (RefundId(1), rupiah(25_000)));
    assert_eq!(stopped(RefundStatus::Due), [other, own]);
    assert_eq!(stopped(RefundStatus::Approved), [own]);
}

#[test]
fn an_order_without_money_is_not_underpaid() {
    let mut short = dossier(OrderStatus::Pending, vec![approved(1)]);
    short.payments[0].received = rupiah(10_000);
    let case: OpenCase = open_case(CaseKind::Underpaid, CaseSubject::Order);
    short.cases.push(case);
    check(
        short,
        1,
        Ok("payment 1 paid>reversed P21; free the reference of 1; close underpaid"),
    );
}

#[test]
fn only_an_approval_with_money_can_be_withdrawn() {
    let real = dossier(
        OrderStatus::Fulfilled,
        vec![payment(1, PaymentStatus::Paid)],
    );
    check(
        real.clone(),
        1,
        Err("payment 1 was made at a gateway; only an approval can be withdrawn"),
    );
    check(real, 2, Err("payment 2 does not belong to this order"));

    let withdrawn = Payment {
        status: PaymentStatus::Reversed,
        ..approved(1)
    };
    check(
        dossier(OrderStatus::Fulfilled, vec![withdrawn]),
        1,
        Err("payment 1 is reversed; only a paid one can be withdrawn"),
    );

    let mut gone = dossier(OrderStatus::Fulfilled, vec![approved(1)]);
    let done = refund(1, 1, RefundStatus::Done, RefundReason::Excess, 5_000);
    gone.refunds.push(done);
    check(
        gone,
        1,
        Err("Rp 5,000 of payment 1 has already gone back, so its money had arrived"),
    );
}
