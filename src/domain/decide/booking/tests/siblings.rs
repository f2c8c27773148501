//! The customer tries again on the same page; and somebody else was quicker.

use super::*;
use crate::domain::AnswerTarget;

#[test]
fn a_pages_new_try_pays_the_order() {
    let mut story = pending();
    story.dossier.payments[0].on_page = true;
    story.observes(with_transaction(Reported::Pending, minute(11), "A1"), "");
    story.observes(
        with_transaction(Reported::Failed, minute(12), "A1"),
        "payment 1 pending>failed P8",
    );
    story.observes(
        with_transaction(paid(PRICE), minute(13), "A2"),
        &format!("sibling paid; {SOLD}"),
    );
    assert_eq!(story.dossier.payments.len(), 2);
    assert_eq!(story.dossier.payments[1].transaction_id, "A2".parse().ok());
    assert_eq!(story.dossier.payments[1].origin, PaymentOrigin::Page);
    story.observes(with_transaction(paid(PRICE), minute(14), "A2"), "");
    assert_eq!(story.dossier.payments.len(), 2, "the sibling is added once");
}

#[test]
fn a_siblings_answer_moves_only_the_queried_counters() {
    let mut story = pending();
    story.observes(with_transaction(Reported::Pending, minute(11), "A1"), "");
    let asked = story.dossier.payments[0].clone();
    let plan = story.plan(
        asked.clone(),
        with_transaction(Reported::Pending, minute(12), "A2"),
    );
    assert_eq!(plan.standing, AnswerTarget::NewSibling);
    let asked_after = plan.asked_after.unwrap();
    assert_eq!(asked_after.schedule.last_asked_at, Some(minute(12)));
    assert_eq!(
        Payment {
            schedule: asked.schedule,
            ..asked_after
        },
        asked
    );
}

#[test]
fn a_siblings_answer_says_nothing_about_another_id() {
    for (transaction_id, answered) in [(Some("A1"), None), (None, Some(minute(12)))] {
        let mut story = pending();
        story.dossier.payments[0].transaction_id = transaction_id.and_then(|id| id.parse().ok());
        story.dossier.payments.push(Payment {
            reference: story.dossier.payments[0].reference.clone(),
            transaction_id: "A2".parse().ok(),
            ..payment(2, PaymentStatus::Pending)
        });
        let asked = story.dossier.payments[0].clone();
        let about_the_other = with_transaction(Reported::Expired, minute(12), "A2");
        let asked_after = story.plan(asked, about_the_other).asked_after.unwrap();
        assert_eq!(asked_after.schedule.last_answered_at, answered);
    }
}

#[test]
fn a_known_siblings_answer_only_books_money() {
    let mut story = pending();
    story.dossier.payments[0].transaction_id = "A1".parse().ok();
    story.dossier.payments.push(Payment {
        reference: story.dossier.payments[0].reference.clone(),
        transaction_id: "A2".parse().ok(),
        ..payment(2, PaymentStatus::Pending)
    });
    story.observes(with_transaction(Reported::Failed, minute(12), "A2"), "");
    story.observes(
        with_transaction(paid(PRICE), minute(13), "A2"),
        &format!("payment 2 pending>paid P6; {SOLD}"),
    );
}

#[test]
fn an_overtaken_answer_moves_only_money() {
    let asked = payment(1, PaymentStatus::Pending);
    let moved = Payment {
        version: 2,
        ..payment(1, PaymentStatus::Challenged)
    };
    let table = [
        (Reported::Failed, ""),
        (Reported::Pending, ""),
        (
            paid(PRICE),
            "payment 1 challenged>paid P6; sell; issue; order pending>paid O2; order paid>fulfilled O12",
        ),
        (
            paid(rupiah(1)),
            "payment 1 challenged>mismatch P7; case amount_mismatch P7",
        ),
        (
            Reported::Refunded {
                paid: PRICE,
                total: PRICE,
            },
            "payment 1 challenged>paid P15; external 25000 of 1 P15; release; order pending>refunded O15",
        ),
    ];
    for (answer, changes) in table {
        let story = Story::of(OrderStatus::Pending, vec![moved.clone()]);
        let plan = story.plan(asked.clone(), said(answer, minute(12)));
        assert_eq!(plan.standing, AnswerTarget::Overtaken);
        assert_eq!(describe(&plan.changes), changes);
    }
}
