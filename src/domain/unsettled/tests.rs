use super::*;
use crate::domain::booking::{self, book};
use crate::domain::dossier::OpenCase;
use crate::domain::names::CaseId;
use crate::domain::observation::{Said, Silence};
use crate::domain::order::OrderStatus;
use crate::domain::payment::PaymentStatus;
use crate::domain::reconcile::Account;
use crate::domain::samples::{POLICY, PRICE, dossier, minute, payment, rupiah, said};

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
enum End {
    /// It is not asked about any more.
    Over,
    /// A person is asked.
    Case,
    ForEver,
}

fn all_answers() -> Vec<Said> {
    vec![
        Said::NoAnswer(Silence::TimedOut),
        Said::NoAnswer(Silence::Refused(410)),
        Said::NoAnswer(Silence::Wordless(404)),
        Said::NoAnswer(Silence::Contradiction),
        Said::NotStarted,
        Said::Pending,
        Said::Challenged,
        Said::Paid { amount: PRICE },
        Said::Paid {
            amount: rupiah(1_000),
        },
        Said::Failed,
        Said::Cancelled,
        Said::Expired,
        Said::Refunded {
            paid: PRICE,
            total: rupiah(5_000),
        },
        Said::ChargedBack {
            paid: PRICE,
            total: rupiah(5_000),
        },
        Said::Unrecognised {
            word: "partial_moon".to_owned(),
        },
    ]
}

/// Asks whenever the schedule says so, for 400 days, or until a person is asked after `patience` days.
fn end(order: OrderStatus, first: Payment, answer: &Said, patience: u64) -> End {
    let mut today = dossier(order, vec![first]);
    let mut now = minute(0);
    while now < minute(400 * DAY) {
        let heard = booking::Heard {
            payment: today.payments[0].clone(),
            observation: said(answer.clone(), now),
            account: Account::Proven,
        };
        let plan = book(today.clone(), &heard, &POLICY);
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
            return End::Over;
        };
        now = next;
        let is_asked = || ask_a_person(today.clone(), today.payments[0].id, ANSWERS, now).is_ok();
        if now > minute(patience * DAY) && (!today.cases.is_empty() || is_asked()) {
            return End::Case;
        }
    }
    End::ForEver
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
                    assert_ne!(end, End::ForEver, "{status} {is_seen} {answer:?} {order}");
                }
            }
        }
    }
}

#[test]
fn a_contradiction_is_not_queried_for_ever() {
    for answer in [Said::Pending, Said::NotStarted, Said::Cancelled] {
        let paid = payment(1, PaymentStatus::Paid);
        assert_eq!(end(OrderStatus::Fulfilled, paid, &answer, 400), End::Over);
    }
}

fn silent(step: u32, answered: Option<Instant>) -> Payment {
    let mut silent = payment(1, PaymentStatus::Pending);
    silent.schedule.phase = Phase::Silent;
    silent.schedule.step = step;
    silent.schedule.last_answered_at = answered;
    silent
}

#[test]
fn a_day_without_answer_opens_a_case() {
    let day = minute(DAY);
    let later = minute(DAY + 1);
    let unanswered = Some(Unsettled::Unanswered { since: minute(0) });
    let gateway_silent = Some(Unsettled::GatewaySilent { since: minute(0) });
    for (payment, gateway, now, found) in [
        (silent(40, None), ANSWERS, day, None),
        (silent(40, None), ANSWERS, later, unanswered),
        // The machine was off: it has hardly asked.
        (silent(3, None), ANSWERS, later, None),
        (silent(40, Some(minute(60))), ANSWERS, later, None),
        (silent(40, None), silent_from(0), later, gateway_silent),
        // It has just answered about others.
        (silent(40, None), silent_from(70), later, unanswered),
        // Nobody knows yet whether it is the payment or the gateway.
        (
            silent(40, None),
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
    let asked = silent(40, Some(minute(0)));
    let remembered = Payment {
        last_meaning: Some(said(Said::Pending, minute(0)).meaning()),
        ..asked
    };
    let mut today = dossier(OrderStatus::Pending, vec![remembered.clone()]);
    let (_, changes) =
        ask_a_person(today.clone(), remembered.id, ANSWERS, minute(2 * DAY)).unwrap();
    assert_eq!(crate::domain::samples::tell(&changes), "case unanswered S1");
    today.cases.push(OpenCase {
        id: CaseId(9),
        kind: CaseKind::Unanswered,
        subject: Subject::Payment(remembered.id),
    });
    let heard = booking::Heard {
        payment: remembered,
        observation: said(Said::Pending, minute(3 * DAY)),
        account: Account::Proven,
    };
    let routine = booking::routine(&heard.payment, &heard.observation, heard.account, &POLICY);
    assert_eq!(routine, None, "the same words as before the silence");
    let plan = book(today, &heard, &POLICY);
    assert_eq!(
        crate::domain::samples::tell(&plan.changes),
        "close unanswered"
    );
}
