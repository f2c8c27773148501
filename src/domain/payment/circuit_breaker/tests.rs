use super::*;
use crate::domain::samples::{PRICE, minute, payment, said};
use crate::domain::{NoAnswerReason, PaymentStatus, Reference};

#[track_caller]
fn check(
    answers: &[(PaymentStatus, Reported)],
    account: AccountEvidence,
    stop: Option<TripReason>,
) -> CircuitBreaker {
    let mut breaker = CircuitBreaker::new(account, None);
    for (id, (status, answer)) in (1..).zip(answers) {
        breaker.on_answer(&payment(id, *status), &said(answer.clone(), minute(1)));
    }
    assert_eq!(breaker.stop(), stop);
    breaker
}

fn silent() -> (PaymentStatus, Reported) {
    (
        PaymentStatus::Pending,
        Reported::NoAnswer(NoAnswerReason::TimedOut),
    )
}

fn forgotten() -> (PaymentStatus, Reported) {
    (PaymentStatus::Pending, Reported::NotStarted)
}

fn unused() -> (PaymentStatus, Reported) {
    (PaymentStatus::Created, Reported::NotStarted)
}

fn paid() -> (PaymentStatus, Reported) {
    (PaymentStatus::Pending, Reported::Paid { amount: PRICE })
}

#[test]
fn what_was_accepted_counts_once_told_again() {
    let told_at = |minutes| {
        let mut told = payment(1, PaymentStatus::Pending);
        told.last_meaning = Some("pending|pending|-".to_owned());
        told.schedule.last_answered_at = Some(minute(minutes));
        told
    };
    assert!(is_known(&told_at(5), None));
    for (answered, is_it) in [(9, false), (10, false), (11, true), (500, true)] {
        assert_eq!(is_known(&told_at(answered), Some(minute(10))), is_it);
    }
    let denied = Payment {
        last_meaning: Some("not_started|-|-".to_owned()),
        ..told_at(11)
    };
    assert!(is_known(&denied, None) && !is_known(&denied, Some(minute(10))));
}

#[test]
fn a_silent_gateway_stops_only_after_probes() {
    check(
        &[silent(), silent(), silent(), silent()],
        AccountEvidence::Proven,
        None,
    );
    let in_a_row = |many| vec![silent(); many];
    let doubted = check(&in_a_row(5), AccountEvidence::Proven, None);
    assert!(
        doubted.is_in_doubt() && !check(&in_a_row(4), AccountEvidence::Proven, None).is_in_doubt()
    );
    let mut breaker = check(&in_a_row(50), AccountEvidence::Proven, None);
    for probe in 1..=PROBES {
        assert_eq!(breaker.stop(), None, "{probe}");
        let (status, answer) = silent();
        breaker.on_answer(&payment(1, status), &said(answer, minute(1)));
        breaker.on_probe();
    }
    assert_eq!(breaker.stop(), Some(TripReason::Silent));
    let (status, answer) = paid();
    breaker.on_answer(&payment(1, status), &said(answer, minute(1)));
    assert!(breaker.stop().is_none() && !breaker.is_in_doubt());
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
        AccountEvidence::Proven,
        None,
    );
    let strange = (
        PaymentStatus::Pending,
        Reported::NoAnswer(NoAnswerReason::Unreadable("HTML".to_owned())),
    );
    check(
        &[silent(), silent(), silent(), silent(), strange, silent()],
        AccountEvidence::Proven,
        None,
    );
}

fn gone() -> (PaymentStatus, Reported) {
    (
        PaymentStatus::Pending,
        Reported::NoAnswer(NoAnswerReason::Gone(404)),
    )
}

#[test]
fn an_address_answering_only_gone_is_gone() {
    let is_gone = Some(TripReason::Gone(404));
    check(&[gone()], AccountEvidence::Proven, is_gone);
    check(&[gone(), gone()], AccountEvidence::Proven, is_gone);
    for other in [paid(), unused(), silent()] {
        check(&[gone(), other.clone()], AccountEvidence::Proven, None);
        check(&[other, gone()], AccountEvidence::Proven, None);
    }
    let mut switched_off = vec![paid()];
    switched_off.extend(vec![gone(); 8]);
    let mut breaker = check(&switched_off, AccountEvidence::Proven, None);
    for _ in 0..PROBES {
        breaker.on_probe();
    }
    assert_eq!(breaker.halt(), is_gone);
    assert!(TripReason::Gone(404).blames_configuration());
}

#[test]
fn one_gone_answer_does_not_end_the_queries() {
    assert_eq!(
        check(
            &[gone()],
            AccountEvidence::Proven,
            Some(TripReason::Gone(404))
        )
        .halt(),
        None
    );
}

#[test]
fn an_odd_name_proves_no_address_gone() {
    for (reference, stop_from) in [("INV/1", 5), ("a b", 5), ("..", 5), ("INV-1", 1)] {
        let Ok(reference) = reference.parse::<Reference>() else {
            continue;
        };
        let odd = Payment {
            reference,
            transaction_id: None,
            ..payment(1, PaymentStatus::Created)
        };
        let mut breaker = CircuitBreaker::new(AccountEvidence::Proven, None);
        for observed in 1..=6 {
            breaker.on_answer(&odd, &said(gone().1, minute(1)));
            let is_gone = breaker.stop() == Some(TripReason::Gone(404));
            assert_eq!(
                is_gone,
                observed >= stop_from,
                "{} {observed}",
                odd.reference
            );
        }
    }
}

#[test]
fn a_closing_address_may_be_gone_alone() {
    let mut breaker = check(&[paid()], AccountEvidence::Proven, None);
    let known = payment(1, PaymentStatus::Pending);
    breaker.on_close_unanswered(&known, &said(gone().1, minute(1)));
    assert_eq!(breaker.stop(), Some(TripReason::Gone(404)));
    breaker.on_close_answered();
    assert_eq!(breaker.stop(), None);
}

#[test]
fn a_refused_key_stops_at_once() {
    for code in [401, 410] {
        let refused = (
            PaymentStatus::Pending,
            Reported::NoAnswer(NoAnswerReason::Refused(code)),
        );
        check(
            &[paid(), refused, paid()],
            AccountEvidence::Proven,
            Some(TripReason::Refused(code)),
        );
    }
}

#[test]
fn a_gateway_forgetting_most_payments_is_not_believed() {
    let stop = |forgotten, answered| {
        Some(TripReason::Forgetful {
            forgotten,
            answered,
        })
    };
    check(
        &[forgotten(), forgotten(), forgotten(), forgotten()],
        AccountEvidence::Proven,
        None,
    );
    check(
        &[forgotten(), forgotten(), forgotten(), paid(), paid()],
        AccountEvidence::Proven,
        stop(3, 5),
    );
    check(
        &[forgotten(), forgotten(), paid(), paid(), unused()],
        AccountEvidence::Proven,
        None,
    );
    check(
        &[unused(), unused(), unused(), unused(), unused(), unused()],
        AccountEvidence::Proven,
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
        AccountEvidence::Proven,
        None,
    );
}

#[test]
fn a_payment_asked_again_counts_once() {
    let mut breaker = CircuitBreaker::new(AccountEvidence::Proven, None);
    let (status, answer) = forgotten();
    for id in [1, 2, 1, 2] {
        breaker.on_answer(&payment(id, status), &said(answer.clone(), minute(1)));
    }
    let (status, answer) = paid();
    breaker.on_answer(&payment(3, status), &said(answer, minute(1)));
    assert_eq!(breaker.stop(), None);
}

#[test]
fn any_answer_but_not_found_proves_an_account() {
    assert_eq!(
        check(&[unused(), silent()], AccountEvidence::Unproven, None).account(),
        AccountEvidence::Unproven
    );
    assert_eq!(
        check(&[unused(), paid()], AccountEvidence::Unproven, None).account(),
        AccountEvidence::Proven
    );
    assert_eq!(
        check(&[unused()], AccountEvidence::Proven, None).account(),
        AccountEvidence::Proven
    );
}
