use super::*;
use crate::domain::decide::reconcile::reconcile;
use crate::domain::samples::{POLICY, PRICE, minute, payment, rupiah, said};
use crate::domain::{AccountEvidence, PaymentStatus};

fn paid(amount: i64) -> Reported {
    let amount = rupiah(amount);
    Reported::Paid { amount }
}

fn refunded(total: i64) -> Reported {
    let total = rupiah(total);
    Reported::Refunded { paid: PRICE, total }
}

fn charged_back(total: i64) -> Reported {
    let total = rupiah(total);
    Reported::ChargedBack { paid: PRICE, total }
}

/// A paid payment of which so much was refunded by its gateway and charged back, and the last of its words.
fn gone(refunded: i64, charged_back: i64, last: &Reported) -> Payment {
    let last = said(last.clone(), minute(10)).meaning();
    let mut gone = Payment {
        refunded: rupiah(refunded),
        charged_back: rupiah(charged_back),
        last_meaning: Some(last),
        ..payment(1, PaymentStatus::Paid)
    };
    gone.back.shown = rupiah(refunded);
    gone
}

/// Hears the same again and again, from minute 20 on; tells what each time comes to.
fn hears(mut payment: Payment, answer: &Reported, seconds: &[u64]) -> Vec<String> {
    let mut told = Vec::new();
    for after in seconds {
        let at = minute(20).saturating_add(Duration::from_secs(*after));
        let observed = said(answer.clone(), at);
        told.push(
            match reconcile(&payment, &observed, AccountEvidence::Proven, &POLICY) {
                Finding::Match => "match".to_owned(),
                Finding::Review(rule, kind) => format!("{rule} {kind}"),
                Finding::Unchecked(_) => "unchecked".to_owned(),
                Finding::Drift(transition) => {
                    let total = transition.charged_back.map_or(-1, Rupiah::as_i64);
                    let case = transition.case.map_or("-", |kind| kind.word());
                    format!("{} {total} {case}", transition.rule)
                }
            },
        );
        payment.back = refunded_after(&payment, &observed);
        payment.last_meaning = Some(observed.meaning());
    }
    told
}

#[track_caller]
fn check(payment: Payment, answer: &Reported, second: &str) {
    let told = hears(payment, answer, &[0, 59, 60]);
    assert_eq!(told, ["match", "match", second], "{answer:?}");
}

const DENIED: &str = "P25 refund_taken_back";

#[test]
fn p25_a_refund_missing_twice_opens_a_case() {
    let all = gone(25_000, 0, &refunded(25_000));
    check(all.clone(), &paid(25_000), DENIED);
    check(all.clone(), &refunded(10_000), DENIED);
    check(all, &refunded(25_000), "match");
    let part = gone(10_000, 0, &refunded(10_000));
    check(part.clone(), &paid(25_000), DENIED);
    check(part.clone(), &refunded(9_999), DENIED);
    let told = hears(part, &paid(24_000), &[0]);
    assert_eq!(told, ["P13 gateway_contradiction"]);
}

#[test]
fn p26_a_won_dispute_is_believed_the_second_time() {
    let all = gone(0, 25_000, &charged_back(25_000));
    check(all.clone(), &paid(25_000), "P26 0 -");
    check(all.clone(), &charged_back(10_000), "P26 10000 -");
    check(all, &charged_back(25_000), "match");
}

#[test]
fn p26_a_refund_may_hide_a_charge_back() {
    let both = |last: &Reported| gone(5_000, 20_000, last);
    check(both(&charged_back(20_000)), &refunded(5_000), "P26 0 -");
    check(both(&refunded(5_000)), &refunded(5_000), "match");
    check(
        both(&charged_back(20_000)),
        &paid(25_000),
        "P26 0 refund_taken_back",
    );
    check(both(&refunded(5_000)), &charged_back(20_000), "match");
    check(both(&refunded(5_000)), &refunded(4_000), DENIED);
}

#[test]
fn a_bank_refund_is_invisible_to_the_gateway() {
    let mut by_hand = gone(25_000, 0, &paid(25_000));
    by_hand.back.shown = Rupiah::ZERO;
    check(by_hand, &paid(25_000), "match");
}

#[test]
fn a_refund_shown_again_restarts_the_count() {
    let mut payment = gone(25_000, 0, &refunded(25_000));
    for (answer, after, is_row) in [
        (paid(25_000), 0, true),
        (Reported::Pending, 30, true),
        (refunded(25_000), 60, false),
        (paid(25_000), 90, true),
    ] {
        let at = minute(20).saturating_add(Duration::from_secs(after));
        payment.back = refunded_after(&payment, &said(answer, at));
        assert_eq!(payment.back.less.is_some(), is_row, "{after}");
    }
    let since = payment.back.less.map(|less| less.since);
    assert_eq!(
        since,
        Some(minute(20).saturating_add(Duration::from_secs(90)))
    );
    assert_eq!(payment.back.shown, rupiah(25_000));
}

#[test]
fn excess_returns_are_measured_against_the_customers_payment() {
    for (amount, payable, received, surcharge, excess) in [
        (25_000, 25_000, 25_000, 0, 1_000),
        // Midtrans reports the fee, Pakasir does not.
        (25_000, 26_000, 26_000, 1_000, 0),
        (25_000, 26_000, 25_000, 0, 0),
        (25_000, 25_000, 26_000, 0, 0),
        (25_000, 25_000, 20_000, 0, 6_000),
    ] {
        let payment = Payment {
            amount: rupiah(amount),
            payable: rupiah(payable),
            received: rupiah(received),
            surcharge: rupiah(surcharge),
            refunded: rupiah(16_000),
            charged_back: rupiah(10_000),
            ..payment(1, PaymentStatus::Paid)
        };
        assert_eq!(payment.excess_back(), rupiah(excess), "{payment:?}");
    }
}
