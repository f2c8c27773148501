use super::*;
use crate::domain::decide::booking::{book, compare};
use crate::domain::samples::{
    POLICY, PRICE, describe, dossier, minute, open_case, payment, refund, rupiah, said,
};
use crate::domain::{
    AccountEvidence, NoAnswerReason, OrderStatus, Payment, PaymentId, PaymentStatus, Phase,
    RefundId, RefundReason, Rupiah, StatusAnswer,
};

const PAID: Reported = Reported::Paid { amount: PRICE };

/// An order paid twice, with a refund of the second payment that was sent at minute 10.
fn sent(status: RefundStatus) -> Dossier {
    let mut asked = payment(2, PaymentStatus::Paid);
    asked.schedule.phase = Phase::Refund;
    let mut sent = dossier(
        OrderStatus::Fulfilled,
        vec![payment(1, PaymentStatus::Paid), asked],
    );
    sent.refunds.push(Refund {
        sent_at: Some(minute(10)),
        moved_at: Some(minute(10)),
        ..refund(1, 2, status, RefundReason::Double, 25_000)
    });
    sent
}

fn absent_since(since: u64) -> Dossier {
    let mut absent = sent(RefundStatus::Unknown);
    absent.refunds[0].absent_since = Some(minute(since));
    absent
}

fn answer(dossier: &Dossier, what: Reported, at: Instant) -> (String, Payment) {
    let asked = dossier.payment(PaymentId(2)).unwrap().clone();
    let observed = StatusAnswer {
        payment: asked.clone(),
        observation: said(what, at),
        account: AccountEvidence::Proven,
    };
    let routine = compare(&observed, &POLICY).routine();
    let plan = book(dossier.clone(), compare(&observed, &POLICY));
    if let Some(routine) = routine {
        assert_eq!(
            (&routine, ""),
            (&plan.after, describe(&plan.changes).as_str())
        );
    }
    (describe(&plan.changes), plan.after)
}

#[track_caller]
fn check(dossier: &Dossier, what: Reported, at: u64, changes: &str) {
    assert_eq!(answer(dossier, what, minute(at)).0, changes);
}

#[test]
fn r2_two_answers_without_the_refund_prove_it_unsent() {
    for status in [RefundStatus::Sent, RefundStatus::Unknown] {
        check(&sent(status), PAID, 11, "refund 1 absent");
    }
    let absent = absent_since(11);
    assert_eq!(
        answer(
            &absent,
            PAID,
            minute(12).saturating_sub(Duration::from_millis(1))
        )
        .0,
        ""
    );
    check(&absent, PAID, 12, "refund 1 unknown>approved R2");
}

#[test]
fn r2_a_query_older_than_the_refund_proves_nothing() {
    check(&sent(RefundStatus::Sent), PAID, 9, "");
    check(&sent(RefundStatus::Sent), PAID, 10, "");
}

#[test]
fn r2_an_answer_without_refund_totals_proves_nothing() {
    for quiet in [
        Reported::NoAnswer(NoAnswerReason::TimedOut),
        Reported::ChargedBack {
            paid: PRICE,
            total: Rupiah::ZERO,
        },
    ] {
        check(&absent_since(11), quiet, 20, "");
    }
    for contradiction in [
        Reported::Pending,
        Reported::NotStarted,
        Reported::Failed,
        Reported::Paid {
            amount: rupiah(20_000),
        },
    ] {
        let asks = "case gateway_contradiction P13";
        check(&absent_since(11), contradiction, 20, asks);
    }
}

#[test]
fn r2_another_refund_in_the_total_changes_nothing() {
    let mut other = absent_since(11);
    other.payments[1].refunded = rupiah(5_000);
    other.refunds[0].amount = rupiah(20_000);
    let external = refund(2, 2, RefundStatus::External, RefundReason::Gateway, 5_000);
    other.refunds.push(external);
    let total = |total| Reported::Refunded {
        paid: PRICE,
        total: rupiah(total),
    };
    check(&other, total(5_000), 20, "refund 1 unknown>approved R2");
    check(
        &other,
        total(25_000),
        20,
        "payment 2 paid>paid P15; refund 1 unknown>done P15",
    );
}

#[test]
fn r2_only_sent_refunds_can_be_missed() {
    for status in RefundStatus::ALL {
        let mut other = absent_since(11);
        other.refunds[0].status = *status;
        let is_missed = other.refunds[0].is_asked_for();
        let (changes, _) = answer(&other, PAID, minute(20));
        assert_eq!(changes.contains("R2"), is_missed, "{status}");
    }
    let mut elsewhere = absent_since(11);
    elsewhere.refunds[0].payment = PaymentId(1);
    check(&elsewhere, PAID, 20, "");
}

const WEEK: u64 = 10 + 60 * 24 * 7;

#[test]
fn r3_a_week_old_refund_becomes_a_case() {
    check(&absent_since(11), PAID, WEEK, "case refund_unknown R3");
    check(
        &absent_since(11),
        Reported::Pending,
        WEEK,
        "case gateway_contradiction P13; case refund_unknown R3",
    );
    let mut asked = absent_since(11);
    let subject = CaseSubject::Payment(PaymentId(2));
    asked
        .cases
        .push(open_case(CaseKind::RefundUnknown, subject));
    check(&asked, PAID, WEEK, "");
    let all = Reported::Refunded {
        paid: PRICE,
        total: PRICE,
    };
    check(
        &asked,
        all,
        WEEK,
        "payment 2 paid>paid P15; refund 1 unknown>done P15; close refund_unknown",
    );
}

#[test]
fn a_refund_in_progress_stays_visible_during_silence() {
    let mut silent = sent(RefundStatus::Unknown);
    let (_, after) = answer(
        &silent,
        Reported::NoAnswer(NoAnswerReason::TimedOut),
        minute(11),
    );
    assert_eq!(after.schedule.phase, Phase::Silent);
    silent.payments[1] = after;
    let (changes, after) = answer(&silent, PAID, minute(20));
    assert_eq!(changes, "refund 1 absent");
    assert_eq!(after.schedule.phase, Phase::Refund);
}

#[test]
fn a_settled_refund_returns_queries_to_the_money() {
    let mut settled = sent(RefundStatus::Done);
    settled.payments[1].refunded = PRICE;
    let all = Reported::Refunded {
        paid: PRICE,
        total: PRICE,
    };
    let (changes, after) = answer(&settled, all, minute(20));
    assert_eq!((changes.as_str(), after.schedule.phase), ("", Phase::Money));
}

#[test]
fn a_refund_expires_a_week_after_sending() {
    for (status, is_too_old) in [
        (RefundStatus::Sent, true),
        (RefundStatus::Unknown, true),
        (RefundStatus::Approved, true),
        (RefundStatus::Due, false),
        (RefundStatus::Done, false),
        (RefundStatus::Rejected, false),
    ] {
        let refund = &sent(status).refunds[0];
        assert_eq!(refund.id, RefundId(1));
        assert_eq!(refund.is_too_old(minute(WEEK)), is_too_old, "{status}");
        assert!(!refund.is_too_old(minute(WEEK - 1)), "{status}");
    }
    let never = refund(1, 2, RefundStatus::Approved, RefundReason::Double, 25_000);
    assert!(!never.is_too_old(minute(WEEK)));
}
