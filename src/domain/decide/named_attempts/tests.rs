use super::*;
use crate::domain::decide::booking::{book, compare};
use crate::domain::samples::{POLICY, PRICE, describe, dossier, minute, payment, rupiah};
use crate::domain::{
    AccountEvidence, NamedTry, OrderStatus, PaidAttempt, PaymentId, PaymentStatus, Reported,
    StatusAnswer,
};

/// An order of minute 2 whose payment nobody has begun, and a message that names the try "t-9" for it.
fn named() -> Dossier {
    let mut dossier = dossier(
        OrderStatus::Pending,
        vec![payment(1, PaymentStatus::Created)],
    );
    dossier.order.created_at = minute(2);
    dossier.named.push(NamedTry {
        payment: PaymentId(1),
        transaction_id: id("t-9"),
        named_at: minute(5),
        absent_at: None,
        tie: Some(PaidAttempt {
            method: "dana".to_owned(),
            amount: PRICE,
        }),
        is_elsewhere: false,
    });
    dossier
}

fn id(text: &str) -> TransactionId {
    text.parse().unwrap()
}

/// The answer by that id, which calls it so.
fn paid(called: ReportedName) -> Observation {
    Observation {
        called,
        transaction_id: Some(id("t-9")),
        answers_for: Some(id("t-9")),
        begun_at: Some(minute(3)),
        method: Some("dana".to_owned()),
        gross: Some(PRICE),
        ..Observation::from_status(Reported::Paid { amount: PRICE }, minute(6))
    }
}

#[track_caller]
fn check(dossier: &Dossier, observation: Observation, is_booked: bool) {
    let observed = StatusAnswer {
        payment: dossier.payments[0].clone(),
        observation,
        account: AccountEvidence::Proven,
    };
    let plan = book(dossier.clone(), compare(&observed, &POLICY));
    let told = describe(&plan.changes);
    assert_eq!(told.contains("order pending>paid"), is_booked, "{told}");
    assert_eq!(told == "case unknown_try P24", !is_booked, "{told}");
}

#[test]
fn a_signed_success_matches_a_try_by_id() {
    check(&named(), paid(ReportedName::ById), true);
    check(&named(), paid(ReportedName::Ours), true);
}

#[test]
fn only_its_gateways_own_id_is_known() {
    let by_id = || paid(ReportedName::ById);
    let asked = |gateway: &str, known: &str| {
        let mut order = named();
        order.named.clear();
        let mut other = payment(2, PaymentStatus::Pending);
        other.gateway = gateway.parse().unwrap();
        other.transaction_id = Some(id(known));
        order.payments.push(other);
        let first = order.payments[0].clone();
        reject_reason(&order, &first, &by_id())
    };
    assert_eq!(asked("midtrans", "t-9"), None);
    assert!(matches!(
        asked("pakasir", "t-9"),
        Some(Reason::TryNotTied { .. })
    ));
    assert!(matches!(
        asked("midtrans", "t-8"),
        Some(Reason::TryNotTied { .. })
    ));
}

#[test]
fn a_message_ties_one_try_to_one_payment() {
    let told = |payment: i64, named_id: &str| {
        let mut order = named();
        order.named[0].payment = PaymentId(payment);
        order.named[0].transaction_id = id(named_id);
        let first = order.payments[0].clone();
        reject_reason(&order, &first, &paid(ReportedName::ById))
    };
    assert_eq!(told(1, "t-9"), None);
    for (payment, named_id) in [(2, "t-9"), (1, "t-8")] {
        let why = told(payment, named_id);
        assert!(matches!(why, Some(Reason::TryNotTied { .. })), "{why:?}");
    }
}

#[test]
fn a_third_name_belongs_to_another_order() {
    check(
        &named(),
        paid(ReportedName::Another("INV-2".to_owned())),
        false,
    );
}

#[test]
fn an_answer_that_does_not_fit_matches_nothing() {
    let by_id = || paid(ReportedName::ById);
    for odd in [
        Observation {
            method: None,
            ..by_id()
        },
        Observation {
            method: Some("bsi_va".to_owned()),
            ..by_id()
        },
        Observation {
            gross: None,
            ..by_id()
        },
        Observation {
            gross: Some(rupiah(1)),
            ..by_id()
        },
        Observation {
            begun_at: None,
            ..by_id()
        },
        Observation {
            begun_at: Some(minute(1)),
            ..by_id()
        },
    ] {
        check(&named(), odd, false);
    }
    let mut untied = named();
    untied.named[0].tie = None;
    check(&untied, by_id(), false);
    let mut taken = named();
    taken.named[0].is_elsewhere = true;
    check(&taken, by_id(), false);
    let mut unnamed = named();
    unnamed.named.clear();
    check(&unnamed, by_id(), false);
}

#[test]
fn gateway_times_are_compared_in_whole_seconds() {
    let mut late = named();
    late.order.created_at = Instant::from_millis(minute(3).as_millis() + 999);
    check(&late, paid(ReportedName::ById), true);
    late.order.created_at = Instant::from_millis(minute(3).as_millis() + 1000);
    check(&late, paid(ReportedName::ById), false);
}

#[test]
fn a_try_holds_its_order_until_proven_absent() {
    let mut named = named().named.remove(0);
    assert!(named.blocks_release(minute(10)));
    named.absent_at = Some(minute(10));
    assert!(named.blocks_release(minute(10)));
    named.absent_at = Some(minute(11));
    assert!(!named.blocks_release(minute(10)));
}

#[test]
fn a_day_of_silence_opens_a_case() {
    use crate::domain::NoAnswerReason;
    for (minutes, told) in [(5 + 24 * 60, ""), (6 + 24 * 60, "case unknown_try P23")] {
        let observation = Observation {
            answers_for: Some(id("t-9")),
            ..Observation::silence(NoAnswerReason::Wordless(404), minute(minutes))
        };
        let observed = StatusAnswer {
            payment: named().payments.remove(0),
            observation,
            account: AccountEvidence::Proven,
        };
        assert_eq!(
            describe(&book(named(), compare(&observed, &POLICY)).changes),
            told
        );
    }
}

#[test]
fn too_many_tries_open_a_case_instead() {
    let payment = payment(1, PaymentStatus::Created);
    let changes = too_many(named(), &payment);
    assert_eq!(describe(&changes), "case unknown_try P23");
}
