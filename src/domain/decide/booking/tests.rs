use std::time::Duration;

use super::*;
use crate::domain::samples::{
    POLICY, PRICE, describe, dossier, minute, open_case, payment, refund, routine, rupiah, said,
};
use crate::domain::{
    AmountBasis, CaseId, CaseKind, CaseSubject, FreeStock, Instant, NoAnswerReason, OrderStatus,
    Phase, RefundId, RefundReason, RefundStatus, Reported,
};

fn pending() -> Story {
    Story::of(
        OrderStatus::Pending,
        vec![payment(1, PaymentStatus::Pending)],
    )
}

fn paid(amount: Rupiah) -> Reported {
    Reported::Paid { amount }
}

const SOLD: &str = "sell; issue; order pending>paid O2; order paid>fulfilled O12";

fn with_transaction(said_what: Reported, at: Instant, id: &str) -> Observation {
    Observation {
        transaction_id: id.parse().ok(),
        ..said(said_what, at)
    }
}

#[test]
fn a_paid_payment_sells_its_order_once() {
    let mut story = pending();
    story.hears(paid(PRICE), &format!("payment 1 pending>paid P6; {SOLD}"));
    story.hears(paid(PRICE), "");
    story.hears(Reported::NoAnswer(NoAnswerReason::TimedOut), "");
    assert_eq!(story.dossier.payments[0].received, PRICE);
}

#[test]
fn a_contradiction_opens_one_case_and_closes_it() {
    let mut story = pending();
    story.hears(paid(PRICE), &format!("payment 1 pending>paid P6; {SOLD}"));
    story.hears(Reported::Pending, "case gateway_contradiction P13");
    story.hears(Reported::Pending, "");
    story.hears(paid(PRICE), "close gateway_contradiction");
    assert_eq!(story.dossier.payments[0].status, PaymentStatus::Paid);
}

#[test]
fn the_same_answer_reopens_no_closed_case() {
    let mut story = pending();
    story.hears(Reported::NotStarted, "case forgotten_by_gateway P11");
    story.dossier.cases.clear();
    story.hears(Reported::NotStarted, "");
}

#[test]
fn an_unknown_status_is_a_case_until_recognised() {
    let mut story = pending();
    let word = || Reported::Unrecognised {
        word: "partial_moon".to_owned(),
    };
    story.hears(word(), "case unknown_status P19");
    story.hears(word(), "");
    story.hears(Reported::NoAnswer(NoAnswerReason::ServerError(503)), "");
    story.hears(Reported::Pending, "close unknown_status");
}

#[test]
fn a_wrong_amount_opens_a_case_without_selling() {
    let mut story = pending();
    story.hears(
        paid(rupiah(20_000)),
        "payment 1 pending>mismatch P7; case amount_mismatch P7",
    );
    assert_eq!(story.dossier.payments[0].received, rupiah(20_000));
    story.hears(
        paid(PRICE),
        &format!("payment 1 mismatch>paid P6; close amount_mismatch; {SOLD}"),
    );
}

#[test]
fn a_wrong_amount_seen_late_opens_a_case() {
    let (paid, total) = (rupiah(20_000), rupiah(5_000));
    let mut story = pending();
    story.hears(
        Reported::Refunded { paid, total },
        "payment 1 pending>mismatch P15; external 5000 of 1 P15; case amount_mismatch P7",
    );
    story.hears(Reported::Refunded { paid, total }, "");
    let mut story = pending();
    story.hears(
        Reported::ChargedBack { paid, total },
        "payment 1 pending>mismatch P16; case chargeback P16; case amount_mismatch P7",
    );
    let mut story = pending();
    story.hears(
        Reported::Refunded { paid, total: paid },
        "payment 1 pending>mismatch P15; external 20000 of 1 P15; release; order pending>refunded O15",
    );
}

#[test]
fn a_wrong_amount_after_a_reversal_counts() {
    let mut story = pending();
    story.dossier.payments[0].status = PaymentStatus::Reversed;
    story.hears(
        paid(rupiah(20_000)),
        "payment 1 reversed>mismatch P7; case amount_mismatch P7",
    );
    assert_eq!(story.dossier.payments[0].received, rupiah(20_000));
}

#[test]
fn a_wrong_amount_without_its_case_gets_one() {
    let mut story = pending();
    story.hears(
        paid(rupiah(20_000)),
        "payment 1 pending>mismatch P7; case amount_mismatch P7",
    );
    story.dossier.cases.clear();
    story.hears(paid(rupiah(20_000)), "case amount_mismatch P7");
    story.hears(paid(rupiah(20_000)), "");
}

#[test]
fn a_challenge_is_a_case_until_decided() {
    let mut story = pending();
    story.hears(
        Reported::Challenged,
        "payment 1 pending>challenged P5; case challenged P5",
    );
    story.hears(Reported::Challenged, "");
    story.hears(
        paid(PRICE),
        &format!("payment 1 challenged>paid P6; close challenged; {SOLD}"),
    );
}

#[test]
fn a_reversal_needs_two_denials_and_removes_cover() {
    let mut story = pending();
    let settled = Observation {
        reversible: true,
        ..with_transaction(paid(PRICE), minute(11), "A1")
    };
    story.observes(
        settled.clone(),
        &format!("payment 1 pending>paid P6; {SOLD}"),
    );
    let denied = |at| with_transaction(Reported::Failed, at, "A1");
    story.observes(denied(minute(14)), "case gateway_contradiction P13");
    story.observes(
        denied(minute(14).saturating_add(Duration::from_secs(30))),
        "",
    );
    story.observes(
        denied(minute(15)),
        "payment 1 paid>reversed P14; close gateway_contradiction; case money_lost O14; suspend",
    );
    story.observes(
        Observation {
            asked_at: minute(20),
            ..settled
        },
        "payment 1 reversed>paid P17; close money_lost; give back",
    );
}

#[test]
fn a_payment_between_denials_restarts_the_count() {
    let mut story = pending();
    let settled = |at| Observation {
        reversible: true,
        ..with_transaction(paid(PRICE), at, "A1")
    };
    let denied = |at| with_transaction(Reported::Cancelled, at, "A1");
    story.observes(
        settled(minute(11)),
        &format!("payment 1 pending>paid P6; {SOLD}"),
    );
    story.observes(denied(minute(12)), "case gateway_contradiction P13");
    story.observes(settled(minute(13)), "close gateway_contradiction");
    story.observes(denied(minute(14)), "case gateway_contradiction P13");
    assert_eq!(story.dossier.payments[0].status, PaymentStatus::Paid);
}

#[test]
fn a_refund_seen_first_books_payment_and_refund() {
    let mut story = pending();
    story.hears(
        Reported::Refunded {
            paid: PRICE,
            total: PRICE,
        },
        "payment 1 pending>paid P15; external 25000 of 1 P15; release; order pending>refunded O15",
    );
    assert_eq!(story.dossier.cover(), Rupiah::ZERO);
}

#[test]
fn returned_money_settles_our_refunds_first() {
    let mut story = Story::of(
        OrderStatus::Fulfilled,
        vec![payment(1, PaymentStatus::Paid)],
    );
    story.dossier.refunds = vec![
        refund(1, 1, RefundStatus::Due, RefundReason::Person, 1_000),
        refund(2, 1, RefundStatus::Approved, RefundReason::Person, 2_000),
        refund(3, 1, RefundStatus::Sent, RefundReason::Person, 3_000),
        refund(4, 1, RefundStatus::Unknown, RefundReason::Person, 4_000),
    ];
    let refunded = |total| Reported::Refunded {
        paid: PRICE,
        total: rupiah(total),
    };
    story.hears(
        refunded(4_000),
        "payment 1 paid>paid P15; refund 4 unknown>done P15",
    );
    story.hears(
        refunded(8_000),
        "payment 1 paid>paid P15; refund 3 sent>done P15; refund 2 shrinks to 1000 P15; external 1000 of 1 P15",
    );
    story.hears(
        refunded(12_000),
        "payment 1 paid>paid P15; refund 2 approved>done P15; refund 1 due>done P15; external 2000 of 1 P15",
    );
    let booked: Rupiah = story
        .dossier
        .refunds
        .iter()
        .map(|refund| refund.amount)
        .sum();
    assert_eq!(booked, rupiah(12_000));
    assert_eq!(story.dossier.payments[0].refunded, rupiah(12_000));
}

#[test]
fn a_reversed_payments_unsent_refunds_are_rejected() {
    let mut story = Story::of(
        OrderStatus::Fulfilled,
        vec![Payment {
            transaction_id: "A1".parse().ok(),
            reversible: true,
            denied_since: Some(minute(10)),
            ..payment(1, PaymentStatus::Paid)
        }],
    );
    story.dossier.refunds = vec![
        refund(1, 1, RefundStatus::Due, RefundReason::Person, 1_000),
        refund(2, 1, RefundStatus::Sent, RefundReason::Person, 1_000),
    ];
    story.observes(
        with_transaction(Reported::Failed, minute(12), "A1"),
        "payment 1 paid>reversed P14; refund 1 due>rejected P14; case money_lost O14; suspend",
    );
}

#[test]
fn an_unproven_account_opens_one_case() {
    let story = Story::of(
        OrderStatus::Pending,
        vec![payment(1, PaymentStatus::Created)],
    );
    let observed = StatusAnswer {
        payment: story.dossier.payments[0].clone(),
        observation: said(Reported::NotStarted, minute(90)),
        account: AccountEvidence::Unproven,
    };
    let plan = book(story.dossier.clone(), compare(&observed, &POLICY));
    assert_eq!(describe(&plan.changes), "case unproven_gateway G1");
    assert_eq!(plan.after.status, PaymentStatus::Created);
    assert_eq!(
        plan.after.schedule.last_answered_at, None,
        "it proves nothing"
    );
    let again = StatusAnswer {
        payment: plan.after,
        ..observed
    };
    assert!(compare(&again, &POLICY).routine().is_some());
}

#[test]
fn a_routine_answer_books_alike_without_a_dossier() {
    let mut first = payment(1, PaymentStatus::Pending);
    let answers = [
        said(Reported::Pending, minute(11)),
        said(Reported::Pending, minute(12)),
        said(Reported::NoAnswer(NoAnswerReason::TimedOut), minute(13)),
        said(Reported::Pending, minute(14)),
    ];
    for observed in answers {
        let story = Story::of(OrderStatus::Pending, vec![first.clone()]);
        let plan = story.plan(first.clone(), observed.clone());
        let quick = routine(&first, &observed).unwrap();
        assert!(plan.changes.is_empty());
        assert_eq!(plan.after, quick);
        first = quick;
    }
    assert_eq!(first.schedule.checks, 4);
}

#[test]
fn an_answer_beyond_routine_needs_the_dossier() {
    let known = Payment {
        last_meaning: Some("pending|Pending|-".to_owned()),
        ..payment(1, PaymentStatus::Pending)
    };
    for observed in [
        said(paid(PRICE), minute(11)),
        said(Reported::NotStarted, minute(11)),
        with_transaction(Reported::Pending, minute(11), "A1"),
    ] {
        assert_eq!(routine(&known, &observed), None, "{observed:?}");
    }
}

#[test]
fn a_price_without_fee_books_no_surcharge() {
    let with_fee = Payment {
        payable: rupiah(25_660),
        ..payment(1, PaymentStatus::Pending)
    };
    for (measure, amount, surcharge) in [
        (AmountBasis::Price, 25_000, 0),
        (AmountBasis::Payable, 25_660, 660),
    ] {
        let story = Story::of(OrderStatus::Pending, vec![with_fee.clone()]);
        let observed = Observation {
            measure,
            ..said(paid(rupiah(amount)), minute(11))
        };
        let plan = story.plan(with_fee.clone(), observed);
        assert_eq!(plan.after.surcharge, rupiah(surcharge));
        assert_eq!(plan.after.credit(), PRICE);
        assert_eq!(plan.order_after.status, OrderStatus::Fulfilled);
    }
}

#[test]
fn late_money_for_an_expired_order_needs_stock() {
    let mut story = Story::of(
        OrderStatus::Expired,
        vec![payment(1, PaymentStatus::Expired)],
    );
    story.hears(
        paid(PRICE),
        "payment 1 expired>paid P6; retake; issue; order expired>paid O9; order paid>fulfilled O12",
    );
    let mut sold_out = Story::of(
        OrderStatus::Expired,
        vec![payment(1, PaymentStatus::Expired)],
    );
    sold_out.dossier.stock = FreeStock::Gone;
    sold_out.hears(
        paid(PRICE),
        "payment 1 expired>paid P6; owe 25000 of 1 O10; case late_payment O10",
    );
    assert_eq!(sold_out.dossier.refunds[0].id, RefundId(1));
    assert_eq!(
        sold_out
            .dossier
            .open_case(CaseKind::LatePayment, &CaseSubject::Payment(PaymentId(1))),
        Some(CaseId(9))
    );
}

mod any_order_of_the_same_answers;
mod chargebacks;
mod fees;
mod gone_back;
mod long_over;
mod siblings;
mod story;

use story::Story;
