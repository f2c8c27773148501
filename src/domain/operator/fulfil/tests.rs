use std::sync::Arc;

use super::*;
use crate::domain::samples::{describe, dossier, effect, hook, minute, open_case, payment};
use crate::domain::{PaymentStatus, RetryOnUnknown};

fn order(status: OrderStatus, effect: &Effect) -> Dossier {
    let payments = match status {
        OrderStatus::Paid | OrderStatus::Fulfilled => vec![payment(1, PaymentStatus::Paid)],
        OrderStatus::Pending
        | OrderStatus::Expired
        | OrderStatus::Cancelled
        | OrderStatus::Refunded => vec![],
    };
    Dossier {
        effects: vec![effect.clone()],
        hooks: Arc::new([hook(Trigger::Revoked, "run")]),
        ..dossier(status, payments)
    }
}

fn running() -> Effect {
    effect(1, Trigger::Paid, EffectStatus::Running)
}

fn again() -> AttemptResult {
    AttemptResult::Again("busy".to_owned())
}

#[track_caller]
fn check(status: OrderStatus, found: &Effect, delivery: &AttemptResult, changes: &str) {
    let (_, planned) = finish(order(status, found), &running(), delivery, minute(10));
    assert_eq!(describe(&planned), changes);
}

#[test]
fn e2_e3_e4_a_finished_try_moves_effect_and_order() {
    let found = running();
    check(
        OrderStatus::Paid,
        &found,
        &AttemptResult::Done(None),
        "effect e1-paid-run-1 running>done E2; order paid>fulfilled O12",
    );
    check(
        OrderStatus::Paid,
        &found,
        &again(),
        "effect e1-paid-run-1 running>waiting E3",
    );
    check(
        OrderStatus::Paid,
        &found,
        &AttemptResult::Never("gone".to_owned()),
        "effect e1-paid-run-1 running>dead E4; case not_fulfilled O13",
    );
}

#[test]
fn a_mail_waits_for_first_turns_only() {
    use EffectStatus::{Cancelled, Dead, Done, Queued, Running, Uncertain, Waiting};
    let mail = |occasion| Effect {
        kind: EffectKind::Mail,
        ..effect(2, occasion, Queued)
    };
    for (status, waits) in [
        (Queued, true),
        (Running, true),
        (Waiting, false),
        (Done, false),
        (Dead, false),
        (Cancelled, false),
        (Uncertain, false),
    ] {
        let program = effect(1, Trigger::Paid, status);
        let order = order(OrderStatus::Paid, &program);
        let paid = mail(Trigger::Paid);
        assert_eq!(goes_after_others(&order, &paid), waits, "{status}");
        assert!(!goes_after_others(&order, &program), "{status}");
        assert!(!goes_after_others(&order, &mail(Trigger::RefundDue)));
        let only_mails = Dossier {
            effects: vec![mail(Trigger::Paid), paid.clone()],
            ..order
        };
        assert!(!goes_after_others(&only_mails, &paid));
    }
}

#[test]
fn e6_an_unrepeatable_effects_unknown_end_opens_a_case() {
    let once = Effect {
        repeatable: RetryOnUnknown::No,
        ..running()
    };
    let unknown = AttemptResult::Unknown("cut off".to_owned());
    check(
        OrderStatus::Paid,
        &once,
        &unknown,
        "effect e1-paid-run-1 running>uncertain E6; case not_fulfilled O13",
    );
    check(
        OrderStatus::Paid,
        &running(),
        &unknown,
        "effect e1-paid-run-1 running>waiting E3",
    );
    check(
        OrderStatus::Cancelled,
        &once,
        &unknown,
        "effect e1-paid-run-1 running>cancelled E7; queue e1-revoked-run-1",
    );
}

#[test]
fn e7_an_effect_ending_after_its_order_is_undone() {
    for status in [OrderStatus::Cancelled, OrderStatus::Refunded] {
        let undone = "; queue e1-revoked-run-1";
        let done = format!("effect e1-paid-run-1 running>done E2{undone}");
        check(status, &running(), &AttemptResult::Done(None), &done);
        let cancelled = format!("effect e1-paid-run-1 running>cancelled E7{undone}");
        check(status, &running(), &again(), &cancelled);
    }
}

#[test]
fn e7_what_is_cancelled_is_tried_no_more() {
    let found = running();
    let order = order(OrderStatus::Cancelled, &found);
    let (after, _) = finish(order, &found, &again(), minute(10));
    let after = after.unwrap();
    assert_eq!(after.status, EffectStatus::Cancelled);
    assert_eq!(after.next_try_at, None);
}

#[test]
fn after_a_takeover_only_success_counts() {
    let taken_over = |status| Effect {
        status,
        version: 3,
        ..running()
    };
    for status in EffectStatus::ALL {
        check(OrderStatus::Paid, &taken_over(*status), &again(), "");
        let changes = match status {
            EffectStatus::Waiting | EffectStatus::Uncertain => {
                format!("effect e1-paid-run-1 {status}>done E2; order paid>fulfilled O12")
            }
            EffectStatus::Queued
            | EffectStatus::Running
            | EffectStatus::Done
            | EffectStatus::Dead
            | EffectStatus::Cancelled => String::new(),
        };
        check(
            OrderStatus::Paid,
            &taken_over(*status),
            &AttemptResult::Done(None),
            &changes,
        );
    }
}

#[test]
fn e5_e6_a_lost_effect_is_retried_or_uncertain() {
    let lost =
        |effect: &Effect| describe(&lose(order(OrderStatus::Paid, effect), effect, minute(10)));
    assert_eq!(lost(&running()), "effect e1-paid-run-1 running>waiting E5");
    let once = Effect {
        repeatable: RetryOnUnknown::No,
        ..running()
    };
    assert_eq!(
        lost(&once),
        "effect e1-paid-run-1 running>uncertain E6; case not_fulfilled O13"
    );
}

#[test]
fn payment_effects_begin_only_on_paid_orders() {
    let queued = effect(1, Trigger::Paid, EffectStatus::Queued);
    for status in OrderStatus::ALL {
        let is_sold = matches!(status, OrderStatus::Paid | OrderStatus::Fulfilled);
        assert_eq!(can_execute(&order(*status, &queued), &queued), is_sold);
    }
    let mut lost = order(OrderStatus::Paid, &queued);
    lost.payments.clear();
    assert!(!can_execute(&lost, &queued));
}

#[test]
fn undo_waits_for_the_running_effect() {
    let revoked = effect(2, Trigger::Revoked, EffectStatus::Queued);
    for status in EffectStatus::ALL {
        let other = effect(1, Trigger::Paid, *status);
        let ended = order(OrderStatus::Cancelled, &other);
        assert_eq!(
            can_execute(&ended, &revoked),
            *status != EffectStatus::Running
        );
    }
}

#[test]
fn doing_waits_for_the_running_undo() {
    let queued = effect(1, Trigger::Paid, EffectStatus::Queued);
    for status in EffectStatus::ALL {
        let other = effect(2, Trigger::Revoked, *status);
        let lives_again = order(OrderStatus::Paid, &other);
        let is_free = *status != EffectStatus::Running;
        assert_eq!(can_execute(&lives_again, &queued), is_free, "{status}");
        assert!(!can_execute(&lives_again, &other), "{status}");
    }
}

#[test]
fn e9_a_needless_undo_is_not_repeated() {
    let undoing = effect(1, Trigger::Revoked, EffectStatus::Running);
    let ended = |delivery| {
        let lives_again = order(OrderStatus::Paid, &undoing);
        describe(&finish(lives_again, &undoing, &delivery, minute(10)).1)
    };
    let end = |to: &str| format!("effect e1-revoked-run-1 running>{to}; order paid>fulfilled O12");
    assert_eq!(ended(AttemptResult::Done(None)), end("done E2"));
    assert_eq!(ended(again()), end("cancelled E9"));
    let never = AttemptResult::Never("gone".to_owned());
    assert_eq!(ended(never), end("cancelled E9"));
    let lost = lose(order(OrderStatus::Paid, &undoing), &undoing, minute(10));
    assert_eq!(describe(&lost), end("cancelled E9"));
}

/// Neither over nor under way.
fn may_be_tried(status: EffectStatus) -> bool {
    !status.is_over() && status != EffectStatus::Running
}

#[test]
fn e8_replay_undoes_nothing_on_a_paid_order() {
    for status in EffectStatus::ALL {
        let undoing = effect(1, Trigger::Revoked, *status);
        let replay = |at| replay(order(at, &undoing), &undoing, "mended", minute(10));
        let refused = replay(OrderStatus::Fulfilled);
        assert_eq!(refused, Err(RetryRefusal::Sold(OrderStatus::Fulfilled)));
        assert_eq!(
            replay(OrderStatus::Cancelled).is_ok(),
            may_be_tried(*status)
        );
    }
}

#[test]
fn e8_an_uncovered_effect_cannot_be_replayed() {
    let queued = effect(1, Trigger::Paid, EffectStatus::Waiting);
    let mut lost = order(OrderStatus::Paid, &queued);
    lost.payments.clear();
    let refused = replay(lost, &queued, "now", minute(10));
    assert_eq!(refused, Err(RetryRefusal::NotCovered));
}

#[test]
fn e8_a_replay_closes_the_case() {
    for status in EffectStatus::ALL {
        let stuck = effect(1, Trigger::Paid, *status);
        let mut paid = order(OrderStatus::Paid, &stuck);
        paid.cases
            .push(open_case(CaseKind::NotFulfilled, CaseSubject::Order));
        let replayed = replay(paid, &stuck, "mended", minute(10));
        if may_be_tried(*status) {
            let wanted = format!("effect e1-paid-run-1 {status}>queued E8; close not_fulfilled");
            assert_eq!(describe(&replayed.unwrap()), wanted);
        } else {
            assert!(replayed.is_err(), "{status}");
        }
    }
    let stuck = effect(1, Trigger::Paid, EffectStatus::Dead);
    let ended = order(OrderStatus::Cancelled, &stuck);
    let refused = replay(ended, &stuck, "mended", minute(10));
    assert_eq!(refused, Err(RetryRefusal::NotSold(OrderStatus::Cancelled)));
}
