use super::*;
use crate::domain::observation::Silence;
use crate::domain::payment::PaymentStatus;
use crate::domain::samples::{PRICE, minute, payment, said};

#[track_caller]
fn check(answers: &[(PaymentStatus, Said)], account: Account, stop: Option<Stop>) -> Conduct {
    let mut conduct = Conduct::new(account);
    for (status, answer) in answers {
        conduct.hear(&payment(1, *status), &said(answer.clone(), minute(1)));
    }
    assert_eq!(conduct.stop(), stop);
    conduct
}

fn silent() -> (PaymentStatus, Said) {
    (PaymentStatus::Pending, Said::NoAnswer(Silence::TimedOut))
}

fn forgotten() -> (PaymentStatus, Said) {
    (PaymentStatus::Pending, Said::NotStarted)
}

fn unused() -> (PaymentStatus, Said) {
    (PaymentStatus::Created, Said::NotStarted)
}

fn paid() -> (PaymentStatus, Said) {
    (PaymentStatus::Pending, Said::Paid { amount: PRICE })
}

#[test]
fn five_silent_questions_in_a_row_leave_the_gateway_alone() {
    check(
        &[silent(), silent(), silent(), silent()],
        Account::Proven,
        None,
    );
    check(
        &[silent(), silent(), silent(), silent(), silent()],
        Account::Proven,
        Some(Stop::Silent),
    );
    check(
        &[
            silent(),
            silent(),
            paid(),
            silent(),
            silent(),
            silent(),
            silent(),
        ],
        Account::Proven,
        None,
    );
    let strange = (
        PaymentStatus::Pending,
        Said::NoAnswer(Silence::Unreadable("HTML".to_owned())),
    );
    check(
        &[silent(), silent(), silent(), silent(), strange, silent()],
        Account::Proven,
        None,
    );
}

#[test]
fn a_refused_key_stops_at_once() {
    for code in [401, 410] {
        let refused = (
            PaymentStatus::Pending,
            Said::NoAnswer(Silence::Refused(code)),
        );
        check(
            &[paid(), refused, paid()],
            Account::Proven,
            Some(Stop::Refused(code)),
        );
    }
}

#[test]
fn a_gateway_that_has_forgotten_most_of_its_payments_is_not_believed() {
    let stop = |forgotten, answered| {
        Some(Stop::Forgetful {
            forgotten,
            answered,
        })
    };
    check(
        &[forgotten(), forgotten(), forgotten(), forgotten()],
        Account::Proven,
        None,
    );
    check(
        &[forgotten(), forgotten(), forgotten(), paid(), paid()],
        Account::Proven,
        stop(3, 5),
    );
    check(
        &[forgotten(), forgotten(), paid(), paid(), unused()],
        Account::Proven,
        None,
    );
    check(
        &[unused(), unused(), unused(), unused(), unused(), unused()],
        Account::Proven,
        None,
    );
    check(
        &[
            forgotten(),
            forgotten(),
            forgotten(),
            silent(),
            paid(),
            paid(),
            paid(),
        ],
        Account::Proven,
        None,
    );
}

#[test]
fn an_account_is_proven_by_anything_but_not_found() {
    assert_eq!(
        check(&[unused(), silent()], Account::Unproven, None).account(),
        Account::Unproven
    );
    assert_eq!(
        check(&[unused(), paid()], Account::Unproven, None).account(),
        Account::Proven
    );
    assert_eq!(
        check(&[unused()], Account::Proven, None).account(),
        Account::Proven
    );
}
