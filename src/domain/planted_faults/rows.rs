//! Rows of the rules that are missing.

use super::*;
use crate::domain::operator::approve::{Approval, TransferShare, approve};
use crate::domain::samples::open_case;
use crate::domain::{CaseKind, CaseSubject};

#[test]
fn a_missing_row_of_the_payment_table() {
    use PaymentStatus::{Expired, Paid, Pending};

    check(
        Planted::LeaveAClosedOneClosed,
        || moved(OrderStatus::Pending, Expired, Reported::Pending),
        "payment 1 expired>pending P4",
        "",
    );
    check(
        Planted::IgnoreAWrongAmount,
        || moved(OrderStatus::Pending, Pending, received(20_000)),
        "payment 1 pending>mismatch P7; case amount_mismatch P7",
        "",
    );
    check(
        Planted::IgnoreARefund,
        || moved(OrderStatus::Fulfilled, Paid, refunded(25_000)),
        "payment 1 paid>paid P15; external 25000 of 1 P15; return; revoke; \
         order fulfilled>refunded O15",
        "",
    );
}

#[test]
fn a_loss_behind_an_open_case() {
    let lost = Payment {
        charged_back: rupiah(10_000),
        ..payment(1, PaymentStatus::Paid)
    };
    let mut today = dossier(OrderStatus::Fulfilled, vec![lost.clone()]);
    today.cases.push(open_case(
        CaseKind::Chargeback,
        CaseSubject::Payment(lost.id),
    ));
    let all = said(charged_back(25_000), minute(70));
    check(
        Planted::LetAnOldCaseHideALoss,
        || booked(lost.clone(), all.clone(), today.clone()),
        "payment 1 paid>paid P16; close chargeback; case chargeback P16; case money_lost O14; suspend",
        "payment 1 paid>paid P16; case money_lost O14; suspend",
    );
}

#[test]
fn money_that_is_never_reversed() {
    let denied = Payment {
        transaction_id: "t".parse().ok(),
        reversible: true,
        denied_since: Some(minute(60)),
        ..payment(1, PaymentStatus::Paid)
    };
    let again = Observation {
        transaction_id: "t".parse().ok(),
        ..said(Reported::Cancelled, minute(70))
    };
    check(
        Planted::NeverReverse,
        || {
            let today = dossier(OrderStatus::Fulfilled, vec![denied.clone()]);
            booked(denied.clone(), again.clone(), today)
        },
        "payment 1 paid>reversed P14; case money_lost O14; suspend",
        "case gateway_contradiction P13",
    );
    check(
        Planted::JudgeOnlyNewMoney,
        || {
            let today = dossier(OrderStatus::Fulfilled, vec![denied.clone()]);
            booked(denied.clone(), again.clone(), today)
        },
        "payment 1 paid>reversed P14; case money_lost O14; suspend",
        "payment 1 paid>reversed P14",
    );
}

#[test]
fn a_missing_row_of_the_order_table() {
    let late = |order| moved(order, PaymentStatus::Pending, received(25_000));
    check(
        Planted::NeverRevive,
        || late(OrderStatus::Expired),
        "payment 1 pending>paid P6; retake; issue; order expired>paid O9; order paid>fulfilled O12",
        "payment 1 pending>paid P6; owe 25000 of 1 O10; case late_payment O10",
    );
    check(
        Planted::KeepLateMoney,
        || late(OrderStatus::Cancelled),
        "payment 1 pending>paid P6; owe 25000 of 1 O10; case late_payment O10",
        "payment 1 pending>paid P6",
    );
    check(
        Planted::KeepADoublePayment,
        || {
            let second = payment(2, PaymentStatus::Pending);
            let both = vec![payment(1, PaymentStatus::Paid), second.clone()];
            let today = dossier(OrderStatus::Fulfilled, both);
            booked(second, said(received(25_000), minute(70)), today)
        },
        "payment 2 pending>paid P6; owe 25000 of 2 O11; case double_payment O11",
        "payment 2 pending>paid P6",
    );
}

#[test]
fn an_approval_that_books_nothing() {
    let approved = || {
        let approval = Approval {
            amount: None,
            transfer: None,
            part: TransferShare::Whole,
            reason: "cash",
            now: minute(5),
        };
        let today = dossier(OrderStatus::Pending, Vec::new());
        describe(&approve(today, &approval).unwrap().1)
    };
    check(
        Planted::ApproveNothing,
        approved,
        "receive 25000 P20; sell; issue; order pending>paid O2; order paid>fulfilled O12",
        "",
    );
}

#[test]
fn a_sibling_taken_for_the_same() {
    let asked = Payment {
        transaction_id: "a".parse().ok(),
        ..payment(1, PaymentStatus::Pending)
    };
    let another = Observation {
        transaction_id: "b".parse().ok(),
        ..said(Reported::Expired, minute(70))
    };
    check(
        Planted::TakeASiblingForTheSame,
        || answered(asked.clone(), another.clone()),
        "sibling expired",
        "payment 1 pending>expired P8",
    );
}
