//! Each fault that can be planted between a query and its report loses what is kept without it.

use super::answer_set::AnswerSet;
use super::stats::{KeptOrder, RunStats};
use crate::domain::samples::{minute, payment};
use crate::domain::{
    NoAnswerReason, Observation, OrderId, PaymentStatus, Reported, ReportedName, TransactionId,
};
use crate::faults::Planted;

/// The result without the fault and with it.
#[track_caller]
fn check(fault: Planted, look: impl Fn() -> String, right: &str, wrong: &str) {
    assert_eq!(look(), right);
    let _planted = fault.plant();
    assert_eq!(look(), wrong, "{fault}");
}

#[test]
fn one_name_that_silences_the_others() {
    let asked = || {
        let mut answers = AnswerSet::begun(minute(1), None);
        let silence = Observation::silence(NoAnswerReason::Gone(404), minute(1));
        answers.add_answer(&payment(1, PaymentStatus::Pending), silence);
        answers.is_over.to_string()
    };
    check(Planted::LetOneNameSilenceTheOthers, asked, "false", "true");
}

#[test]
fn an_unknown_name_taken_for_not_found() {
    let told: TransactionId = "t-2".parse().unwrap();
    let answered = || {
        let mut answers = AnswerSet::begun(minute(1), None);
        let amount = payment(1, PaymentStatus::Pending).amount;
        let settled = Observation {
            transaction_id: Some(told.clone()),
            called: ReportedName::ById,
            ..Observation::from_status(Reported::Paid { amount }, minute(1))
        };
        answers.add_attempt_answer(settled, &told);
        let unknown = Observation::from_status(Reported::NotStarted, minute(1));
        answers.add_answer(&payment(1, PaymentStatus::Created), unknown);
        let booked = answers.into_observations();
        let absent = booked.iter().flat_map(|one| &one.asked_tries);
        let absent = absent.filter(|one| one.is_unknown).count();
        let meanings: Vec<String> = booked.iter().map(Observation::meaning).collect();
        format!("{}; {absent} absent", meanings.join(", "))
    };
    check(
        Planted::TakeAnUnknownNameForNotFound,
        answered,
        "paid 25000|-|t-2, not_started|-|-; 0 absent",
        "not_started|-|-; 1 absent",
    );
}

#[test]
fn a_kept_order_forgotten() {
    let kept = || {
        let mut stats = RunStats::default();
        stats.keep_for_person(KeptOrder {
            id: OrderId(1),
            number: "INV-1".parse().unwrap(),
            why: "a person must decide".to_owned(),
            by_clock: false,
        });
        stats.kept_for_person.len().to_string()
    };
    check(Planted::ForgetKeptOrders, kept, "1", "0");
}
