//! The stored data is consistent and bounded.

use super::*;
use crate::simulator::MIDTRANS;
use crate::simulator::testing::answer;

const NOW: Instant = Instant::from_millis(0);

fn truth_of(records: &[(&str, AttemptTruth)]) -> GatewayTruth {
    let mut truth = GatewayTruth::new(MIDTRANS.dialect());
    for (reference, answer) in records {
        truth.set(reference, answer.clone(), NOW).unwrap();
    }
    truth
}

#[test]
fn a_new_transaction_id_starts_another_try() {
    let with_id = |id: &str, status| AttemptTruth {
        transaction_id: Some(id.to_owned()),
        ..answer(status, 1)
    };
    let truth = truth_of(&[
        ("INV-1", with_id("T-1", "deny")),
        ("INV-1", with_id("T-2", "pending")),
        ("INV-1", with_id("T-1", "settlement")),
    ]);
    let status = |id| truth.find(id).unwrap().answer.status.clone();
    assert_eq!(status("INV-1"), "pending");
    assert_eq!(status("T-1"), "settlement");
    assert_eq!(status("T-2"), "pending");
}

#[test]
fn contradictory_answers_are_refused() {
    let mut truth = truth_of(&[("INV-1", answer("pending", 1))]);
    let taken = Some(transaction_id("INV-1", 1));
    let plain = answer("pending", 1);
    for (reference, answer) in [
        ("", plain.clone()),
        (
            "INV-2",
            AttemptTruth {
                every: Some(2),
                ..plain.clone()
            },
        ),
        (
            ANY,
            AttemptTruth {
                every: Some(0),
                ..plain.clone()
            },
        ),
        (
            ANY,
            AttemptTruth {
                try_number: Some(1),
                ..plain.clone()
            },
        ),
        (
            "INV-1",
            AttemptTruth {
                try_number: Some(0),
                ..plain.clone()
            },
        ),
        (
            "INV-1",
            AttemptTruth {
                try_number: Some(3),
                ..plain.clone()
            },
        ),
        (
            "INV-2",
            AttemptTruth {
                transaction_id: taken,
                ..plain
            },
        ),
    ] {
        assert!(
            truth.set(reference, answer.clone(), NOW).is_err(),
            "{answer:?}"
        );
    }
    assert_eq!(truth.payments().count(), 1);
}

#[test]
fn the_count_of_unknown_references_is_bounded() {
    let mut truth = truth_of(&[]);
    let questions = MAX_STRANGERS + 10;
    for number in 0..questions {
        truth.note(&number.to_string(), RequestPurpose::Read);
    }
    assert_eq!(truth.asked().count(), MAX_STRANGERS);
    assert_eq!(truth.asked_total(), questions as u64);
    assert_eq!(truth.counts("0").asked, 1);
    assert_eq!(
        truth.counts(&(questions - 1).to_string()),
        ReferenceCounts::default()
    );
}

#[test]
fn a_deleted_payment_is_not_found() {
    let mut truth = truth_of(&[("INV-1", answer("pending", 1)), (ANY, answer("expire", 1))]);
    truth.forget("INV-1");
    truth.forget(ANY);
    assert!(truth.find("INV-1").is_none());
    assert!(truth.find(&transaction_id("INV-1", 1)).is_none());
}

#[test]
fn a_general_payment_becomes_its_own_on_change() {
    let mut truth = truth_of(&[(ANY, answer("pending", 1))]);
    let cancel = |answer: &mut AttemptTruth, _: &mut Vec<SimulatedRefund>| {
        answer.status = "cancel".to_owned()
    };
    truth.revise("INV-1", NOW, cancel).unwrap();
    let found = truth.find("INV-1").unwrap();
    let id = found.transaction_id.into_owned();
    assert!(found.answer.is("cancel"));
    assert_eq!(id, super::super::ids::try_of_any("INV-1"));
    assert!(truth.find(&id).unwrap().answer.is("cancel"));
    assert!(truth.find("INV-2").unwrap().answer.is("pending"));
    truth.forget(ANY);
    assert!(truth.revise("INV-2", NOW, cancel).is_err());
}

#[test]
fn a_pages_payment_goes_with_it() {
    let page = |token: &str| AttemptTruth {
        token: Some(token.to_owned()),
        ..answer("not_started", 1)
    };
    let mut truth = truth_of(&[("INV-1", page("a"))]);
    assert!(truth.set("INV-2", page("a"), NOW).is_err());
    assert!(truth.set(ANY, page("b"), NOW).is_err());
    truth.set("INV-1", answer("pending", 1), NOW).unwrap();
    assert_eq!(truth.reference_of_page("a"), Some("INV-1"));
    truth.set("INV-1", page("b"), NOW).unwrap();
    assert_eq!(truth.reference_of_page("a"), None);
    truth.forget("INV-1");
    assert_eq!(truth.reference_of_page("b"), None);
}
