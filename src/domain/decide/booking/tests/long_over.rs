//! Money that is found when its order was over for long.

use std::sync::Arc;

use super::*;
use crate::domain::operator::resolve::resolve;
use crate::domain::samples::hook;
use crate::domain::{CaseAnswer, CaseResolution, Trigger};

const DAY: u64 = 24 * 60;

/// Its order ended at minute 0, and hooks want to know of everything.
fn ended(status: OrderStatus, days: u64) -> Story {
    let mut story = Story::of(status, vec![payment(1, PaymentStatus::Expired)]);
    let occasions = [Trigger::Paid, Trigger::CaseOpened, Trigger::RefundDue];
    let hooks = occasions.map(|occasion| hook(occasion, occasion.word()));
    story.dossier.hooks = Arc::from(hooks.to_vec());
    story.minute = days * DAY;
    story
}

const ONLY_ASKED: &str = "payment 1 expired>paid P6; case late_payment O10";

#[test]
fn money_for_long_ended_orders_asks_a_person() {
    for status in [
        OrderStatus::Expired,
        OrderStatus::Cancelled,
        OrderStatus::Refunded,
    ] {
        for stock in [FreeStock::ForLateMoney, FreeStock::Gone] {
            let mut story = ended(status, 31);
            story.dossier.stock = stock;
            story.hears(paid(PRICE), ONLY_ASKED);
            assert_eq!(story.dossier.order.status, status);
            assert_eq!(story.dossier.payments[0].received, PRICE);
            story.hears(paid(PRICE), "");
        }
    }
}

#[test]
fn money_within_thirty_days_follows_the_late_rules() {
    let mut story = ended(OrderStatus::Expired, 29);
    let revived = "payment 1 expired>paid P6; retake; issue; order expired>paid O9";
    let plan = story.plan(
        story.dossier.payments[0].clone(),
        said(paid(PRICE), minute(29 * DAY)),
    );
    assert!(describe(&plan.changes).starts_with(revived));
    story.dossier.stock = FreeStock::Gone;
    let plan = story.plan(
        story.dossier.payments[0].clone(),
        said(paid(PRICE), minute(29 * DAY)),
    );
    assert!(describe(&plan.changes).contains("owe 25000 of 1 O10"));
}

#[test]
fn a_wrong_amount_asks_a_person_without_effects() {
    let mut story = ended(OrderStatus::Expired, 31);
    story.hears(
        paid(rupiah(20_000)),
        "payment 1 expired>mismatch P7; case amount_mismatch P7",
    );
}

/// What an answer to one of its cases comes to; whatever else is answered before leaves the money to its own case.
#[track_caller]
fn check_answer(answer: CaseAnswer, changes: &str) {
    let mut story = ended(OrderStatus::Expired, 31);
    story.hears(paid(PRICE), ONLY_ASKED);
    story.dossier.cases[0].id = CaseId(8);
    story.dossier.cases.push(open_case(
        CaseKind::UnknownStatus,
        CaseSubject::Payment(PaymentId(1)),
    ));
    let word = |answer| CaseResolution {
        answer,
        reason: "seen",
        now: minute(32 * DAY),
    };
    let (_, other) = resolve(story.dossier.clone(), CaseId(9), &word(CaseAnswer::Dismiss)).unwrap();
    assert_eq!(describe(&other), "dismissed unknown_status");
    story.dossier.cases.pop();
    story.dossier.cases[0].id = CaseId(9);
    let (_, changes_told) = resolve(story.dossier, CaseId(9), &word(answer)).unwrap();
    assert!(
        describe(&changes_told).starts_with(changes),
        "{}",
        describe(&changes_told)
    );
}

#[test]
fn a_person_delivers_or_refunds_late_money() {
    check_answer(
        CaseAnswer::Accept,
        "accepted late_payment; retake; issue; order expired>paid O9; queue ",
    );
    check_answer(
        CaseAnswer::Refund,
        "refund late_payment; owe 25000 of 1 O10; queue ",
    );
}
