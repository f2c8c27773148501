use super::*;
use crate::domain::decide::booking::{self, book, compare};
use crate::domain::samples::{POLICY, PRICE, dossier, minute, payment, rupiah, said};
use crate::domain::{
    AccountEvidence, CaseId, NoAnswerReason, OpenCase, OrderStatus, PaymentStatus, Reported,
};

const DAY: u64 = 24 * 60;

/// A gateway that answers about others.
const ANSWERS: AnswerTimes = AnswerTimes {
    last_answer_at: Some(Instant::from_millis(i64::MAX / 2)),
    silent_since: None,
};

fn silent_from(minutes: u64) -> AnswerTimes {
    AnswerTimes {
        last_answer_at: Some(minute(minutes)),
        silent_since: Some(minute(minutes)),
    }
}

/// What becomes of a payment that always hears the same.
#[derive(Debug, PartialEq, Eq)]
enum QueryFate {
    /// It is not asked about any more.
    Over,
    /// A person is asked.
    Case,
    ForEver,
}

fn all_answers() -> Vec<Reported> {
    vec![
        Reported::NoAnswer(NoAnswerReason::TimedOut),
        Reported::NoAnswer(NoAnswerReason::Refused(410)),
        Reported::NoAnswer(NoAnswerReason::Wordless(404)),
        Reported::NoAnswer(NoAnswerReason::Contradiction),
        Reported::NotStarted,
        Reported::Pending,
        Reported::Challenged,
        Reported::Paid { amount: PRICE },
        Reported::Paid {
            amount: rupiah(1_000),
        },
        Reported::Failed,
        Reported::Cancelled,
        Reported::Expired,
        Reported::Refunded {
            paid: PRICE,
            total: rupiah(5_000),
        },
        Reported::ChargedBack {
            paid: PRICE,
            total: rupiah(5_000),
        },
        Reported::Unrecognised {
            word: "partial_moon".to_owned(),
        },
    ]
}

/// Asks whenever the schedule says so, for 400 days, or until a person is asked after `patience` days.
fn end(order: OrderStatus, first: Payment, answer: &Reported, patience: u64) -> QueryFate {
    let mut today = dossier(order, vec![first]);
    let mut now = minute(0);
    while now < minute(400 * DAY) {
        let observed = booking::StatusAnswer {
            payment: today.payments[0].clone(),
            observation: said(answer.clone(), now),
            account: AccountEvidence::Proven,
        };
        let plan = book(today.clone(), compare(&observed, &POLICY));
        for change in &plan.changes {
            if let Change::OpenCase { kind, subject, .. } = change {
                today.cases.push(OpenCase {
                    id: CaseId(9),
                    kind: *kind,
                    subject: subject.clone(),
                });
            }
            if let Change::CloseCase { kind, .. } = change {
                today.cases.retain(|case| case.kind != *kind);
            }
        }
        today.order = plan.order_after;
        today.payments[0] = plan.after;
        let Some(next) = today.payments[0].schedule.next_check_at else {
            return QueryFate::Over;
        };
        now = next;
        let is_asked = || ask_a_person(today.clone(), today.payments[0].id, ANSWERS, now).is_ok();
        if now > minute(patience * DAY) && (!today.cases.is_empty() || is_asked()) {
            return QueryFate::Case;
        }
    }
    QueryFate::ForEver
}

#[test]
fn no_payment_is_queried_endlessly_without_a_case() {
    for status in PaymentStatus::ALL.iter().copied() {
        for answer in all_answers() {
            for order in [OrderStatus::Pending, OrderStatus::Expired] {
                for is_seen in [true, false] {
                    let first = Payment {
                        seen: is_seen,
                        reversible: is_seen,
                        ..payment(1, status)
                    };
                    let end = end(order, first, &answer, 8);
                    assert_ne!(
                        end,
                        QueryFate::ForEver,
                        "{status} {is_seen} {answer:?} {order}"
                    );
                }
            }
        }
    }
}

#[test]
fn a_contradiction_is_not_queried_for_ever() {
    for answer in [Reported::Pending, Reported::NotStarted, Reported::Cancelled] {
        let paid = payment(1, PaymentStatus::Paid);
        assert_eq!(
            end(OrderStatus::Fulfilled, paid, &answer, 400),
            QueryFate::Over
        );
    }
}

/// Asked so often without an answer, first at that minute.
fn silent(step: u32, since: u64) -> Payment {
    let mut silent = payment(1, PaymentStatus::Pending);
    silent.schedule.phase = Phase::Silent;
    silent.schedule.step = step;
    silent.schedule.silent_since = Some(minute(since));
    silent
}

#[test]
fn a_day_without_answer_opens_a_case() {
    let day = minute(DAY);
    let later = minute(DAY + 1);
    let unanswered = Some(Unsettled::Unanswered { since: minute(0) });
    let gateway_silent = Some(Unsettled::GatewaySilent { since: minute(0) });
    for (payment, gateway, now, found) in [
        (silent(40, 0), ANSWERS, day, None),
        (silent(40, 0), ANSWERS, later, unanswered),
        // The machine was off: it has hardly asked.
        (silent(3, 0), ANSWERS, later, None),
        // A gateway that was silent for hours, and a payment that nobody has asked about for the day before.
        (silent(40, DAY - 180), ANSWERS, later, None),
        (silent(40, 60), ANSWERS, later, None),
        // Written by a clock that was ahead.
        (silent(40, 9 * DAY), ANSWERS, later, None),
        (silent(40, 0), silent_from(0), later, gateway_silent),
        // It has just answered about others.
        (silent(40, 0), silent_from(70), later, unanswered),
        // Nobody knows yet whether it is the payment or the gateway.
        (
            silent(40, 0),
            AnswerTimes {
                last_answer_at: Some(minute(0)),
                ..silent_from(1)
            },
            later,
            None,
        ),
    ] {
        assert_eq!(unsettled(&payment, gateway, now), found, "{payment:?}");
    }
}

#[test]
fn a_week_open_past_deadline_opens_a_case() {
    let overdue = |status| {
        let mut overdue = payment(1, status);
        overdue.schedule.phase = Phase::Overdue;
        unsettled(&overdue, ANSWERS, minute(7 * DAY + 61))
    };
    assert_eq!(overdue(PaymentStatus::Pending), Some(Unsettled::Open));
    assert_eq!(overdue(PaymentStatus::Expired), None);
    let mut young = payment(1, PaymentStatus::Pending);
    young.schedule.phase = Phase::Overdue;
    assert_eq!(unsettled(&young, ANSWERS, minute(7 * DAY)), None);
}

#[test]
fn an_answer_closes_the_case() {
    let asked = silent(40, 0);
    let remembered = Payment {
        last_meaning: Some(said(Reported::Pending, minute(0)).meaning()),
        ..asked
    };
    let mut today = dossier(OrderStatus::Pending, vec![remembered.clone()]);
    let (_, changes) =
        ask_a_person(today.clone(), remembered.id, ANSWERS, minute(2 * DAY)).unwrap();
    assert_eq!(
        crate::domain::samples::describe(&changes),
        "case unanswered S1"
    );
    today.cases.push(OpenCase {
        id: CaseId(9),
        kind: CaseKind::Unanswered,
        subject: CaseSubject::Payment(remembered.id),
    });
    let observed = booking::StatusAnswer {
        payment: remembered,
        observation: said(Reported::Pending, minute(3 * DAY)),
        account: AccountEvidence::Proven,
    };
    let routine = compare(&observed, &POLICY).routine();
    assert_eq!(routine, None, "the same words as before the silence");
    let plan = book(today, compare(&observed, &POLICY));
    assert_eq!(
        crate::domain::samples::describe(&plan.changes),
        "close unanswered"
    );
}
