use super::*;
use crate::domain::samples::{POLICY, PRICE, minute, payment, rupiah, said};
use crate::domain::{AccountEvidence, Finding, Instant, NoAnswerReason};

const STATUSES: [PaymentStatus; 9] = [
    PaymentStatus::Created,
    PaymentStatus::Pending,
    PaymentStatus::Challenged,
    PaymentStatus::Paid,
    PaymentStatus::Mismatch,
    PaymentStatus::Failed,
    PaymentStatus::Cancelled,
    PaymentStatus::Expired,
    PaymentStatus::Reversed,
];

/// Before the deadline; and past deadline and grace (minute 60 + 3).
const EARLY: u64 = 10;
const LATE: u64 = 64;

/// `P6>paid` moves, `P13?` asks a person, `-` does nothing, `…` learned nothing.
fn describe(finding: &Finding) -> String {
    match finding {
        Finding::Match => "-".to_owned(),
        Finding::Drift(transition) => format!("{}>{}", transition.rule, transition.to),
        Finding::Review(rule, _) => format!("{rule}?"),
        Finding::Unchecked(_) => "…".to_owned(),
    }
}

/// One answer against a payment in each of the nine states, in the order of [`STATUSES`].
#[track_caller]
fn check(answer: Reported, at: Instant, row: &str) {
    check_with(|_| {}, answer, at, row);
}

#[track_caller]
fn check_with(prepare: impl Fn(&mut Payment), answer: Reported, at: Instant, row: &str) {
    let observed = said(answer, at);
    let findings: Vec<String> = STATUSES
        .iter()
        .map(|status| {
            let mut payment = payment(1, *status);
            prepare(&mut payment);
            describe(&reconcile(
                &payment,
                &observed,
                AccountEvidence::Proven,
                &POLICY,
            ))
        })
        .collect();
    let wanted: Vec<&str> = row.split_whitespace().collect();
    assert_eq!(findings, wanted, "{:?}", observed.said);
}

#[test]
#[rustfmt::skip] // the table is meant to be read in columns
fn every_state_meets_every_answer() {
    let paid = |amount| Reported::Paid {
        amount: rupiah(amount),
    };
    //             created     pending     challenged  paid  mismatch failed     cancelled  expired    reversed
    check(
        Reported::NoAnswer(NoAnswerReason::TimedOut),
        minute(LATE),
        "…           …           …           …     …     …          …          …          …",
    );
    check(
        Reported::Unrecognised {
            word: "partial_moon".to_owned(),
        },
        minute(LATE),
        "P19?        P19?        P19?        P19?  P19?  P19?       P19?       P19?       P19?",
    );
    check(
        Reported::NotStarted,
        minute(EARLY),
        "-           P11?        -           P13?  P13?  -          -          -          -",
    );
    check(
        Reported::NotStarted,
        minute(LATE),
        "P10>expired P11?        -           P13?  P13?  -          -          -          -",
    );
    check(
        Reported::Pending,
        minute(LATE),
        "P4>pending  -           -           P13?  P13?  P4>pending P4>pending P4>pending -",
    );
    check(
        Reported::Challenged,
        minute(EARLY),
        "P5>challenged P5>challenged -       P13?  P13?  P5>challenged P5>challenged P5>challenged -",
    );
    check(
        paid(25_000),
        minute(LATE),
        "P6>paid     P6>paid     P6>paid     -     P6>paid P6>paid  P6>paid    P6>paid    P17>paid",
    );
    check(
        paid(20_000),
        minute(EARLY),
        "P7>mismatch P7>mismatch P7>mismatch P13?  -     P7>mismatch P7>mismatch P7>mismatch P7>mismatch",
    );
    check(
        paid(30_000),
        minute(EARLY),
        "P7>mismatch P7>mismatch P7>mismatch P13?  P13?  P7>mismatch P7>mismatch P7>mismatch P7>mismatch",
    );
    check(
        Reported::Failed,
        minute(EARLY),
        "P8>failed   P8>failed   P8>failed   P13?  P13?  -          -          -          -",
    );
    check(
        Reported::Cancelled,
        minute(EARLY),
        "P8>cancelled P8>cancelled P8>cancelled P13? P13? -         -          -          -",
    );
    check(
        Reported::Expired,
        minute(EARLY),
        "P8>expired  P8>expired  P8>expired  P13?  P13?  -          -          -          -",
    );
}

#[test]
#[rustfmt::skip]
fn returned_money_is_booked_in_every_state() {
    let refunded = |paid, total| Reported::Refunded {
        paid: rupiah(paid),
        total: rupiah(total),
    };
    let lost = |paid, total| Reported::ChargedBack {
        paid: rupiah(paid),
        total: rupiah(total),
    };
    //             created     pending     challenged  paid     mismatch     failed      cancelled   expired     reversed
    check(
        refunded(25_000, 10_000),
        minute(EARLY),
        "P15>paid    P15>paid    P15>paid    P15>paid P15>mismatch P15>paid    P15>paid    P15>paid    P15>paid",
    );
    check(
        refunded(20_000, 20_000),
        minute(EARLY),
        "P15>mismatch P15>mismatch P15>mismatch P15>paid P15>mismatch P15>mismatch P15>mismatch P15>mismatch P15>mismatch",
    );
    check(
        lost(25_000, 25_000),
        minute(EARLY),
        "P16>paid    P16>paid    P16>paid    P16>paid P16>mismatch P16>paid    P16>paid    P16>paid    P16>paid",
    );
}

#[test]
#[rustfmt::skip]
fn known_returns_only_show_the_money_came() {
    let known = |payment: &mut Payment| {
        payment.refunded = rupiah(10_000);
        payment.charged_back = rupiah(5_000);
    };
    for said in [
        Reported::Refunded {
            paid: PRICE,
            total: rupiah(10_000),
        },
        Reported::Refunded {
            paid: PRICE,
            total: rupiah(9_000),
        },
        Reported::ChargedBack {
            paid: PRICE,
            total: rupiah(5_000),
        },
    ] {
        check_with(
            known,
            said,
            minute(EARLY),
            "P6>paid     P6>paid     P6>paid     -     P6>paid P6>paid  P6>paid    P6>paid    P17>paid",
        );
    }
}

#[test]
fn a_chargeback_books_an_unseen_capture() {
    let observed = said(
        Reported::ChargedBack {
            paid: PRICE,
            total: PRICE,
        },
        minute(EARLY),
    );
    let Finding::Drift(transition) = reconcile(
        &payment(1, PaymentStatus::Pending),
        &observed,
        AccountEvidence::Proven,
        &POLICY,
    ) else {
        panic!("nothing moves");
    };
    assert_eq!(transition.case, Some(CaseKind::Chargeback));
    assert_eq!(transition.received, Some(PRICE));
    assert_eq!(transition.charged_back, Some(PRICE));
}

fn denied(status: PaymentStatus, reversible: bool, since: Option<Instant>) -> Payment {
    Payment {
        transaction_id: "A1".parse().ok(),
        reversible,
        denied_since: since,
        ..payment(1, status)
    }
}

fn denial(word: Reported, seconds_later: u64) -> Observation {
    Observation {
        transaction_id: "A1".parse().ok(),
        ..said(
            word,
            minute(10).saturating_add(Duration::from_secs(seconds_later)),
        )
    }
}

#[track_caller]
fn check_denial(payment: &Payment, observed: &Observation, wanted: &str) {
    let finding = reconcile(payment, observed, AccountEvidence::Proven, &POLICY);
    assert_eq!(describe(&finding), wanted, "{payment:?} {observed:?}");
}

#[test]
fn a_reversible_payment_needs_two_denials() {
    let first = Some(minute(10));
    for (status, reversible, since, later, wanted) in [
        (PaymentStatus::Paid, true, first, 60, "P14>reversed"),
        (PaymentStatus::Mismatch, true, first, 60, "P14>reversed"),
        (PaymentStatus::Paid, true, first, 59, "P13?"),
        (PaymentStatus::Paid, true, None, 60, "P13?"),
        (PaymentStatus::Paid, false, first, 60, "P13?"),
        (PaymentStatus::Pending, true, first, 60, "P8>failed"),
    ] {
        let payment = denied(status, reversible, since);
        check_denial(&payment, &denial(Reported::Failed, later), wanted);
    }
}

#[test]
#[rustfmt::skip]
fn closed_without_reason_meets_every_state() {
    //             created     pending     challenged  paid  mismatch failed     cancelled  expired    reversed
    check(
        Reported::Closed,
        minute(EARLY),
        "-           -           -           P13?  P13?  -          -          -          -",
    );
    check(
        Reported::Closed,
        minute(LATE),
        "P8>expired  P8>expired  P8>expired  P13?  P13?  -          -          -          -",
    );
}

#[test]
fn closed_without_reason_needs_ours() {
    let pending = payment(1, PaymentStatus::Pending);
    let after = |close_answer, at, clock_off_ms| Observation {
        close_answer,
        clock_off_ms,
        ..said(Reported::Closed, minute(at))
    };
    let (closed, refused) = (Some(CloseResult::Closed), Some(CloseResult::Refused));
    for (observed, wanted) in [
        (after(None, EARLY, None), "-"),
        (after(refused, EARLY, None), "-"),
        (after(closed, EARLY, None), "P8>cancelled"),
        (after(None, LATE, None), "P8>expired"),
        (after(closed, LATE, None), "P8>expired"),
        (after(None, LATE, Some(600_000)), "-"),
        (after(closed, LATE, Some(600_000)), "P8>cancelled"),
    ] {
        check_denial(&pending, &observed, wanted);
    }
    let paid = denied(PaymentStatus::Paid, true, Some(minute(10)));
    check_denial(&paid, &denial(Reported::Closed, 90), "P13?");
}

#[test]
fn only_a_denial_of_the_same_try_reverses() {
    let payment = denied(PaymentStatus::Paid, true, Some(minute(10)));
    let of_another_try = Observation {
        transaction_id: "A2".parse().ok(),
        ..denial(Reported::Cancelled, 90)
    };
    check_denial(&payment, &of_another_try, "P13?");
    check_denial(&payment, &denial(Reported::Expired, 90), "P13?");
    check_denial(&payment, &denial(Reported::Cancelled, 90), "P14>reversed");
}

#[test]
fn an_unproven_account_proves_nothing() {
    for status in STATUSES {
        let observed = said(Reported::NotStarted, minute(LATE));
        let finding = reconcile(
            &payment(1, status),
            &observed,
            AccountEvidence::Unproven,
            &POLICY,
        );
        assert_eq!(describe(&finding), "G1?");
    }
}

#[test]
fn a_payment_is_late_after_deadline_and_grace() {
    let ends = minute(63);
    for (asked_at, wanted) in [
        (ends, "-"),
        (ends.saturating_add(Duration::from_millis(1)), "P10>expired"),
    ] {
        let observed = said(Reported::NotStarted, asked_at);
        let finding = reconcile(
            &payment(1, PaymentStatus::Created),
            &observed,
            AccountEvidence::Proven,
            &POLICY,
        );
        assert_eq!(describe(&finding), wanted);
    }
}

#[test]
fn amounts_are_compared_in_the_gateways_measure() {
    use crate::domain::AmountBasis;
    let with_fee = Payment {
        payable: rupiah(25_660),
        ..payment(1, PaymentStatus::Pending)
    };
    let table = [
        (AmountBasis::Payable, 25_660, "P6>paid"),
        (AmountBasis::Payable, 25_000, "P7>mismatch"),
        (AmountBasis::Price, 25_000, "P6>paid"),
        (AmountBasis::Price, 25_660, "P7>mismatch"),
    ];
    for (measure, amount, wanted) in table {
        let observed = Observation {
            measure,
            ..said(
                Reported::Paid {
                    amount: rupiah(amount),
                },
                minute(EARLY),
            )
        };
        assert_eq!(
            describe(&reconcile(
                &with_fee,
                &observed,
                AccountEvidence::Proven,
                &POLICY
            )),
            wanted
        );
    }
}
