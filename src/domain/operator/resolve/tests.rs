mod late;
mod stuck;
mod taken_back;
mod words;

use CaseKind::{
    AmountMismatch, CannotClose, Challenged, Chargeback, DoublePayment, ForgottenByGateway,
    GatewayContradiction, LatePayment, MoneyLost, NotFulfilled, RefundTakenBack, RefundUnknown,
    RefundedTwice, SameTransfer, Unanswered, Underpaid, UnknownOrder, UnknownStatus,
    UnprovenGateway,
};

use self::words::{
    APPROVE, CANCEL, DASHBOARD, LOSS, MONEY, NO_MONEY, NO_ORDER, TELL_APART, WITHDRAW,
};
use super::*;
use crate::domain::samples::{describe, dossier, minute, open_case, payment, refund, rupiah};
use crate::domain::{
    CaseAnswer, CaseSubject, FreeStock, OrderStatus, Payment, PaymentId, PaymentStatus,
    RefundReason, RefundStatus, Reservation,
};

const CASE: CaseId = CaseId(9);

fn answered(dossier: Dossier, answer: CaseAnswer) -> Result<String, String> {
    let word = CaseResolution {
        answer,
        reason: "seen",
        now: minute(90),
    };
    match resolve(dossier, CASE, &word) {
        Ok((_, changes)) => Ok(describe(&changes)),
        Err(refusal) => Err(refusal.to_string()),
    }
}

#[track_caller]
fn check(dossier: Dossier, answer: CaseAnswer, result: &str) {
    assert_eq!(answered(dossier, answer), Ok(result.to_owned()));
}

#[track_caller]
fn check_refused(dossier: Dossier, answer: CaseAnswer, why: &str) {
    let told = answered(dossier, answer).unwrap_err();
    assert!(told.ends_with(why), "{told}");
}

fn with_case(mut dossier: Dossier, kind: CaseKind) -> Dossier {
    let of_order = [Underpaid, MoneyLost, NotFulfilled];
    let subject = if of_order.contains(&kind) {
        CaseSubject::Order
    } else if kind == UnprovenGateway {
        CaseSubject::Gateway("midtrans".parse().unwrap())
    } else {
        CaseSubject::Payment(PaymentId(dossier.payments.len().try_into().unwrap()))
    };
    dossier.cases.push(open_case(kind, subject));
    dossier
}

fn mismatch(received: i64) -> Dossier {
    let payment = Payment {
        received: rupiah(received),
        ..payment(1, PaymentStatus::Mismatch)
    };
    with_case(dossier(OrderStatus::Pending, vec![payment]), AmountMismatch)
}

fn late(status: OrderStatus) -> Dossier {
    let mut late = dossier(status, vec![payment(1, PaymentStatus::Paid)]);
    late.stock = FreeStock::ForAPersonOnly;
    let due = refund(1, 1, RefundStatus::Due, RefundReason::Late, 25_000);
    late.refunds.push(due);
    with_case(late, LatePayment)
}

fn double() -> Dossier {
    let payments = vec![
        payment(1, PaymentStatus::Paid),
        payment(2, PaymentStatus::Paid),
    ];
    let mut double = dossier(OrderStatus::Fulfilled, payments);
    let due = refund(1, 2, RefundStatus::Due, RefundReason::Double, 25_000);
    double.refunds.push(due);
    with_case(double, DoublePayment)
}

fn underpaid() -> Dossier {
    let payment = Payment {
        received: rupiah(10_000),
        ..payment(1, PaymentStatus::Paid)
    };
    with_case(dossier(OrderStatus::Pending, vec![payment]), Underpaid)
}

fn lost() -> Dossier {
    let reversed = payment(1, PaymentStatus::Reversed);
    with_case(dossier(OrderStatus::Fulfilled, vec![reversed]), MoneyLost)
}

fn refund_unknown() -> Dossier {
    let mut sent = double();
    sent.cases.clear();
    sent.refunds[0].status = RefundStatus::Unknown;
    sent.refunds[0].sent_at = None;
    with_case(sent, RefundUnknown)
}

/// A case as it usually stands, in a world where its question is open.
fn sample(kind: CaseKind) -> Dossier {
    let of = |status| {
        with_case(
            dossier(OrderStatus::Pending, vec![payment(1, status)]),
            kind,
        )
    };
    match kind {
        AmountMismatch => mismatch(20_000),
        LatePayment => late(OrderStatus::Expired),
        DoublePayment => double(),
        Underpaid => underpaid(),
        MoneyLost => lost(),
        RefundUnknown => refund_unknown(),
        Challenged => of(PaymentStatus::Challenged),
        ForgottenByGateway | CannotClose | UnprovenGateway | Unanswered | UnknownOrder => {
            of(PaymentStatus::Pending)
        }
        UnknownStatus | CaseKind::UnknownTry => of(PaymentStatus::Expired),
        RefundTakenBack => taken_back::taken_back(0),
        GatewayContradiction | Chargeback | NotFulfilled | RefundedTwice | SameTransfer => {
            let paid = payment(1, PaymentStatus::Paid);
            with_case(dossier(OrderStatus::Fulfilled, vec![paid]), kind)
        }
    }
}

type Cell = (CaseKind, CaseAnswer, Result<&'static str, &'static str>);

const TABLE: &[Cell] = &[
    (
        SameTransfer,
        CaseAnswer::Accept,
        Ok("accepted same_transfer; tell the transfers of 1 apart"),
    ),
    (SameTransfer, CaseAnswer::Refund, Err(WITHDRAW)),
    (SameTransfer, CaseAnswer::Dismiss, Err(TELL_APART)),
    (
        AmountMismatch,
        CaseAnswer::Accept,
        Ok(
            "accepted amount_mismatch; payment 1 mismatch>paid P7; waive 5000 P7; sell; issue; order pending>paid O2; order paid>fulfilled O12",
        ),
    ),
    (
        AmountMismatch,
        CaseAnswer::Refund,
        Ok("refund amount_mismatch; owe 20000 of 1 P7"),
    ),
    (AmountMismatch, CaseAnswer::Dismiss, Err(MONEY)),
    (
        LatePayment,
        CaseAnswer::Accept,
        Ok(
            "accepted late_payment; refund 1 due>rejected O9; retake; issue; order expired>paid O9; order paid>fulfilled O12",
        ),
    ),
    (LatePayment, CaseAnswer::Refund, Ok("refund late_payment")),
    (LatePayment, CaseAnswer::Dismiss, Err(MONEY)),
    (
        DoublePayment,
        CaseAnswer::Accept,
        Ok("accepted double_payment; refund 1 due>declined O11"),
    ),
    (
        DoublePayment,
        CaseAnswer::Refund,
        Ok("refund double_payment"),
    ),
    (DoublePayment, CaseAnswer::Dismiss, Err(MONEY)),
    (
        Underpaid,
        CaseAnswer::Accept,
        Ok(
            "accepted underpaid; waive 15000 O2b; sell; issue; order pending>paid O2; order paid>fulfilled O12",
        ),
    ),
    (
        Underpaid,
        CaseAnswer::Refund,
        Ok("refund underpaid; owe 10000 of 1 O2b"),
    ),
    (Underpaid, CaseAnswer::Dismiss, Err(MONEY)),
    (
        MoneyLost,
        CaseAnswer::Accept,
        Ok("accepted money_lost; take the loss of 25000 O14; give back"),
    ),
    (MoneyLost, CaseAnswer::Refund, Err(CANCEL)),
    (MoneyLost, CaseAnswer::Dismiss, Err(LOSS)),
    (
        RefundUnknown,
        CaseAnswer::Accept,
        Ok("accepted refund_unknown; refund 1 unknown>done R1; payment 2 paid>paid R1"),
    ),
    (
        RefundUnknown,
        CaseAnswer::Refund,
        Ok("refund refund_unknown; refund 1 unknown>failed R1; owe 25000 of 2 R1"),
    ),
    (
        RefundUnknown,
        CaseAnswer::Dismiss,
        Err("answer accept if the money has arrived, or refund if it is still to be sent"),
    ),
    (CaseKind::UnknownTry, CaseAnswer::Accept, Err(APPROVE)),
    (CaseKind::UnknownTry, CaseAnswer::Refund, Err(APPROVE)),
    (
        CaseKind::UnknownTry,
        CaseAnswer::Dismiss,
        Ok("dismissed unknown_try; let go of tries at 1"),
    ),
    (Chargeback, CaseAnswer::Accept, Ok("accepted chargeback")),
    (
        Chargeback,
        CaseAnswer::Refund,
        Err("the customer's bank took the money back"),
    ),
    (Chargeback, CaseAnswer::Dismiss, Ok("dismissed chargeback")),
    (
        GatewayContradiction,
        CaseAnswer::Accept,
        Ok("accepted gateway_contradiction"),
    ),
    (
        GatewayContradiction,
        CaseAnswer::Refund,
        Err("check at the gateway whether the money is there; if it is, refund it there"),
    ),
    (
        GatewayContradiction,
        CaseAnswer::Dismiss,
        Ok("dismissed gateway_contradiction"),
    ),
    (
        NotFulfilled,
        CaseAnswer::Accept,
        Ok("accepted not_fulfilled"),
    ),
    (NotFulfilled, CaseAnswer::Refund, Ok(stuck::ENDED)),
    (
        NotFulfilled,
        CaseAnswer::Dismiss,
        Err("the customer has paid; deliver, then answer accept"),
    ),
    (Challenged, CaseAnswer::Accept, Err(DASHBOARD)),
    (Challenged, CaseAnswer::Refund, Err(DASHBOARD)),
    (Challenged, CaseAnswer::Dismiss, Ok("dismissed challenged")),
    (ForgottenByGateway, CaseAnswer::Accept, Err(NO_MONEY)),
    (ForgottenByGateway, CaseAnswer::Refund, Err(NO_MONEY)),
    (
        ForgottenByGateway,
        CaseAnswer::Dismiss,
        Ok("dismissed forgotten_by_gateway"),
    ),
    (UnknownStatus, CaseAnswer::Accept, Err(NO_MONEY)),
    (UnknownStatus, CaseAnswer::Refund, Err(NO_MONEY)),
    (
        UnknownStatus,
        CaseAnswer::Dismiss,
        Ok("dismissed unknown_status"),
    ),
    (CannotClose, CaseAnswer::Accept, Err(NO_MONEY)),
    (CannotClose, CaseAnswer::Refund, Err(NO_MONEY)),
    (
        CannotClose,
        CaseAnswer::Dismiss,
        Ok("dismissed cannot_close"),
    ),
    (Unanswered, CaseAnswer::Accept, Err(NO_MONEY)),
    (Unanswered, CaseAnswer::Refund, Err(NO_MONEY)),
    (Unanswered, CaseAnswer::Dismiss, Ok("dismissed unanswered")),
    (UnknownOrder, CaseAnswer::Accept, Err(NO_ORDER)),
    (UnknownOrder, CaseAnswer::Refund, Err(NO_ORDER)),
    (
        UnknownOrder,
        CaseAnswer::Dismiss,
        Ok("dismissed unknown_order"),
    ),
    (UnprovenGateway, CaseAnswer::Accept, Err(NO_MONEY)),
    (UnprovenGateway, CaseAnswer::Refund, Err(NO_MONEY)),
    (
        UnprovenGateway,
        CaseAnswer::Dismiss,
        Ok("dismissed unproven_gateway"),
    ),
];

fn table() -> impl Iterator<Item = &'static Cell> {
    TABLE.iter().chain(taken_back::ROWS)
}

#[test]
fn every_case_takes_every_answer_or_explains() {
    for kind in CaseKind::ALL {
        for answer in CaseAnswer::ALL {
            let cells = table().filter(|row| (row.0, row.1) == (*kind, *answer));
            assert_eq!(cells.count(), 1, "{kind} {answer}");
        }
    }
    for (kind, answer, result) in table() {
        match result {
            Ok(changes) => check(sample(*kind), *answer, changes),
            Err(why) => check_refused(sample(*kind), *answer, why),
        }
    }
}

#[test]
fn p7_an_accepted_excess_is_owed_back() {
    check(
        mismatch(30_000),
        CaseAnswer::Accept,
        "accepted amount_mismatch; payment 1 mismatch>paid P7; sell; issue; order pending>paid O2; owe 5000 of 1 O2; order paid>fulfilled O12",
    );
}

#[test]
fn p7_a_late_wrong_amount_needs_stock() {
    let expired = |stock| {
        let mut late = mismatch(20_000);
        late.order.status = OrderStatus::Expired;
        Dossier { stock, ..late }
    };
    check(
        expired(FreeStock::ForAPersonOnly),
        CaseAnswer::Accept,
        "accepted amount_mismatch; payment 1 mismatch>paid P7; waive 5000 P7; retake; issue; order expired>paid O9; order paid>fulfilled O12",
    );
    check(
        expired(FreeStock::Gone),
        CaseAnswer::Accept,
        "accepted amount_mismatch; payment 1 mismatch>paid P7; owe 20000 of 1 O10; case late_payment O10",
    );
}

#[test]
fn an_answer_does_not_stop_an_approved_refund() {
    let why = "refund 1 is approved and may already be sent; record it as done, or reject it";
    for mut approved in [late(OrderStatus::Expired), double()] {
        approved.refunds[0].status = RefundStatus::Approved;
        check_refused(approved, CaseAnswer::Accept, why);
    }
}

#[test]
fn a_person_may_refund_after_declining() {
    let mut declined = double();
    declined.refunds[0].status = RefundStatus::Rejected;
    declined.refunds[0].declined = true;
    check(
        declined.clone(),
        CaseAnswer::Refund,
        "refund double_payment; owe 25000 of 2 O11",
    );
    check_refused(declined, CaseAnswer::Accept, "its refund is no longer due");
}

#[test]
fn an_obsolete_case_can_be_dismissed() {
    let mut gone = double();
    gone.payments[1].refunded = rupiah(25_000);
    gone.refunds[0].status = RefundStatus::Done;
    check(gone, CaseAnswer::Dismiss, "dismissed double_payment");
    let mut dead = underpaid();
    dead.order.status = OrderStatus::Cancelled;
    dead.payments[0].refunded = rupiah(10_000);
    dead.refunds.push(refund(
        1,
        1,
        RefundStatus::External,
        RefundReason::Gateway,
        10_000,
    ));
    check(dead.clone(), CaseAnswer::Dismiss, "dismissed underpaid");
    check_refused(dead, CaseAnswer::Accept, "the order is cancelled");
}

#[test]
fn a_closed_case_takes_no_answer() {
    let mut closed = double();
    closed.cases.clear();
    check_refused(closed, CaseAnswer::Accept, "case 9 is closed");
}
