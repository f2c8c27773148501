//! Money that went back twice, and money that had gone back and is here again.

use super::*;
use crate::domain::{AnswerTarget, LessRefunded, RefundedByGateway};

fn refunded(total: i64) -> Reported {
    let total = rupiah(total);
    Reported::Refunded { paid: PRICE, total }
}

fn charged_back(total: i64) -> Reported {
    let total = rupiah(total);
    Reported::ChargedBack { paid: PRICE, total }
}

/// An order whose money went back by the shop's bank.
fn by_hand(amount: i64) -> Story {
    let order = Payment {
        refunded: rupiah(amount),
        ..payment(1, PaymentStatus::Paid)
    };
    let mut story = Story::of(OrderStatus::Cancelled, vec![order]);
    let mut done = refund(1, 1, RefundStatus::Done, RefundReason::Person, amount);
    done.by_hand = true;
    story.dossier.refunds.push(done);
    story
}

#[test]
fn p15_money_refunded_twice_opens_one_case() {
    let mut story = by_hand(25_000);
    let told = "payment 1 paid>paid P15; external 25000 of 1 P15; case refunded_twice P15";
    story.hears(refunded(25_000), told);
    story.hears(refunded(25_000), "");
    story.dossier.cases.clear();
    story.hears(refunded(25_000), "");
}

#[test]
fn p15_two_half_refunds_make_a_whole() {
    let mut story = by_hand(12_500);
    story.hears(
        refunded(12_500),
        "payment 1 paid>paid P15; external 12500 of 1 P15",
    );
    story.hears(refunded(12_500), "");
}

#[test]
fn p16_a_chargeback_after_a_refund_returns_twice() {
    let mut story = by_hand(25_000);
    let told = "payment 1 paid>paid P16; case chargeback P16; case refunded_twice P16";
    story.hears(charged_back(25_000), told);
    story.hears(charged_back(25_000), "");
}

#[test]
fn the_next_answer_reports_an_old_excess() {
    let mut story = by_hand(25_000);
    story.dossier.payments[0].refunded = rupiah(50_000);
    story.dossier.payments[0].back.shown = rupiah(25_000);
    let observed = said(refunded(25_000), minute(11));
    story.dossier.payments[0].last_meaning = Some(observed.meaning());
    story.hears(refunded(25_000), "case refunded_twice P15");
    story.hears(refunded(25_000), "");
}

#[test]
fn p25_a_missing_refund_is_a_case_until_shown() {
    let mut story = pending();
    story.hears(paid(PRICE), &format!("payment 1 pending>paid P6; {SOLD}"));
    let back = "payment 1 paid>paid P15; external 25000 of 1 P15; return; revoke; order fulfilled>refunded O15";
    story.hears(refunded(25_000), back);
    story.hears(paid(PRICE), "");
    story.hears(paid(PRICE), "case refund_taken_back P25");
    story.hears(paid(PRICE), "");
    story.hears(Reported::NoAnswer(NoAnswerReason::TimedOut), "");
    story.hears(refunded(25_000), "close refund_taken_back");
    story.hears(refunded(25_000), "");
}

#[test]
fn p26_a_dispute_won_covers_the_order_again() {
    let mut story = pending();
    story.hears(paid(PRICE), &format!("payment 1 pending>paid P6; {SOLD}"));
    let lost = "payment 1 paid>paid P16; case chargeback P16; case money_lost O14; suspend";
    story.hears(charged_back(25_000), lost);
    story.hears(paid(PRICE), "");
    story.hears(
        paid(PRICE),
        "payment 1 paid>paid P26; close chargeback; close money_lost; give back",
    );
    story.hears(paid(PRICE), "");
    assert_eq!(story.dossier.payments[0].charged_back, Rupiah::ZERO);
    assert_eq!(story.dossier.payments[0].back, RefundedByGateway::default());
}

#[test]
fn p26_regained_money_for_a_dead_order_is_late() {
    let lost = Payment {
        charged_back: PRICE,
        ..payment(1, PaymentStatus::Paid)
    };
    let mut story = Story::of(OrderStatus::Cancelled, vec![lost]);
    story.hears(paid(PRICE), "");
    story.hears(
        paid(PRICE),
        "payment 1 paid>paid P26; owe 25000 of 1 O10; case late_payment O10",
    );
}

#[test]
fn an_overtaken_answer_takes_nothing_back() {
    let mut now = Payment {
        charged_back: PRICE,
        version: 7,
        ..payment(1, PaymentStatus::Paid)
    };
    now.back.less = Some(LessRefunded {
        since: minute(1),
        refunded: Rupiah::ZERO,
        charged_back: Rupiah::ZERO,
    });
    let asked = Payment {
        version: 6,
        ..now.clone()
    };
    let story = Story::of(OrderStatus::Fulfilled, vec![now]);
    let plan = story.plan(asked, said(paid(PRICE), minute(11)));
    assert_eq!(plan.standing, AnswerTarget::Overtaken);
    assert_eq!(plan.changes, []);
}

#[test]
fn the_second_query_comes_a_minute_later() {
    let mut lost = Payment {
        charged_back: PRICE,
        ..payment(1, PaymentStatus::Paid)
    };
    lost.schedule.checks = 1;
    let observed = said(paid(PRICE), minute(11));
    let after = routine(&lost, &observed);
    let after = after.unwrap_or_else(|| {
        let story = Story::of(OrderStatus::Fulfilled, vec![lost.clone()]);
        story.plan(lost, observed).after
    });
    assert_eq!(after.schedule.phase, Phase::Doubt);
    assert_eq!(after.schedule.next_check_at, Some(minute(12)));
}
