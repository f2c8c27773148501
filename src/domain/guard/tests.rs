use super::*;
use crate::domain::names::Reference;
use crate::domain::observation::Silence;
use crate::domain::payment::PaymentStatus;
use crate::domain::samples::{PRICE, minute, payment, said};

#[track_caller]
fn check(answers: &[(PaymentStatus, Said)], account: Account, stop: Option<Stop>) -> Conduct {
    let mut conduct = Conduct::new(account, None);
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
fn a_silent_gateway_stops_only_after_probes() {
    check(
        &[silent(), silent(), silent(), silent()],
        Account::Proven,
        None,
    );
    let in_a_row = |many| vec![silent(); many];
    let doubted = check(&in_a_row(5), Account::Proven, None);
    assert!(doubted.is_in_doubt() && !check(&in_a_row(4), Account::Proven, None).is_in_doubt());
    let mut conduct = check(&in_a_row(50), Account::Proven, None);
    for probe in 1..=PROBES {
        assert_eq!(conduct.stop(), None, "{probe}");
        let (status, answer) = silent();
        conduct.hear(&payment(1, status), &said(answer, minute(1)));
        conduct.hear_probe();
    }
    assert_eq!(conduct.stop(), Some(Stop::Silent));
    let (status, answer) = paid();
    conduct.hear(&payment(1, status), &said(answer, minute(1)));
    assert!(conduct.stop().is_none() && !conduct.is_in_doubt());
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

fn gone() -> (PaymentStatus, Said) {
    (PaymentStatus::Pending, Said::NoAnswer(Silence::Gone(404)))
}

#[test]
fn an_address_answering_only_gone_is_gone() {
    let is_gone = Some(Stop::Gone(404));
    check(&[gone()], Account::Proven, is_gone);
    check(&[gone(), gone()], Account::Proven, is_gone);
    for other in [paid(), unused(), silent()] {
        check(&[gone(), other.clone()], Account::Proven, None);
        check(&[other, gone()], Account::Proven, None);
    }
    let mut switched_off = vec![paid()];
    switched_off.extend(vec![gone(); 8]);
    let mut conduct = check(&switched_off, Account::Proven, None);
    for _ in 0..PROBES {
        conduct.hear_probe();
    }
    assert_eq!(conduct.halt(), is_gone);
    assert!(Stop::Gone(404).blames_configuration());
}

#[test]
fn one_gone_answer_does_not_end_the_queries() {
    assert_eq!(
        check(&[gone()], Account::Proven, Some(Stop::Gone(404))).halt(),
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
        let mut conduct = Conduct::new(Account::Proven, None);
        for heard in 1..=6 {
            conduct.hear(&odd, &said(gone().1, minute(1)));
            let is_gone = conduct.stop() == Some(Stop::Gone(404));
            assert_eq!(is_gone, heard >= stop_from, "{} {heard}", odd.reference);
        }
    }
}

#[test]
fn a_closing_address_may_be_gone_alone() {
    let mut conduct = check(&[paid()], Account::Proven, None);
    let known = payment(1, PaymentStatus::Pending);
    conduct.hear_unclosed(&known, &said(gone().1, minute(1)));
    assert_eq!(conduct.stop(), Some(Stop::Gone(404)));
    conduct.hear_closed();
    assert_eq!(conduct.stop(), None);
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
fn a_gateway_forgetting_most_payments_is_not_believed() {
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
fn any_answer_but_not_found_proves_an_account() {
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
