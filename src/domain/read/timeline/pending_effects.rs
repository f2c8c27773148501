//! What must still happen because an order moved: by itself when its time comes, or by a person.

use super::{Instant, TimelineEntry};
use crate::domain::operator::fulfil::can_execute;
use crate::domain::{Dossier, Effect, EffectStatus, Reason, Trigger};

/// Effects that only a person can bring further.
pub(super) fn stuck(dossier: &Dossier, now: Instant) -> impl Iterator<Item = TimelineEntry> {
    let effects = dossier.effects.iter();
    effects
        .filter(|effect| effect.status.needs_a_person())
        .map(move |effect| {
            let (name, id, status) = (effect.to_string(), effect.id, effect.status);
            let reason = match effect.last_error.clone() {
                Some(words) => Reason::EffectWaits {
                    name,
                    id,
                    status,
                    words,
                },
                None => Reason::EffectWaitsUnexplained { name, id, status },
            };
            TimelineEntry::waits_for_a_person(now, &reason)
        })
}

/// Effects that are under way, or whose turn is still to come.
pub(super) fn pending_effects(dossier: &Dossier) -> impl Iterator<Item = TimelineEntry> {
    let effects = dossier.effects.iter();
    effects.filter_map(|effect| {
        let at = effect.next_try_at.or(effect.claimed_at)?;
        Some(TimelineEntry::waits(at, "fulfil", turn(dossier, effect)))
    })
}

fn turn(dossier: &Dossier, effect: &Effect) -> String {
    if effect.status == EffectStatus::Running {
        return format!("{effect} is being carried out");
    }
    let again = match effect.tries {
        0 => " is carried out".to_owned(),
        1 => format!(" is tried again after 1 try{}", trigger_text(effect)),
        tries => format!(
            " is tried again after {tries} tries{}",
            trigger_text(effect)
        ),
    };
    let once = match effect.occasion {
        _ if can_execute(dossier, effect) => "",
        Trigger::Revoked => ", once what it undoes has ended",
        Trigger::Paid if has_undo_effects(dossier) => ", once what was done before has been undone",
        Trigger::Paid
        | Trigger::Expired
        | Trigger::Cancelled
        | Trigger::RefundDue
        | Trigger::CaseOpened => ", once its order is paid for again",
    };
    format!("{effect}{again}{once}")
}

fn has_undo_effects(dossier: &Dossier) -> bool {
    let mut effects = dossier.effects.iter();
    effects
        .any(|effect| effect.occasion == Trigger::Revoked && effect.status == EffectStatus::Running)
}

fn trigger_text(effect: &Effect) -> String {
    match &effect.last_error {
        Some(error) => format!(" ({error})"),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::next_steps::next_steps;
    use super::*;
    use crate::domain::samples::{POLICY, dossier, effect, minute, payment};
    use crate::domain::{OrderStatus, Payment, PaymentStatus};

    #[track_caller]
    fn check(effects: Vec<Effect>, payments: Vec<Payment>, told: &[(u64, &str, &str)]) {
        let order = Dossier {
            effects,
            ..dossier(OrderStatus::Paid, payments)
        };
        let waiting = next_steps(&order, minute(50), &POLICY).waiting;
        let waiting: Vec<_> = waiting
            .iter()
            .filter(|entry| entry.payment.is_none())
            .map(|entry| (entry.at, entry.actor.as_str(), entry.text.as_str()))
            .collect();
        let told: Vec<_> = told
            .iter()
            .map(|(at, actor, text)| (minute(*at), *actor, *text))
            .collect();
        assert_eq!(waiting, told);
    }

    fn is_paid() -> Vec<Payment> {
        vec![payment(1, PaymentStatus::Paid)]
    }

    fn of(occasion: Trigger, status: EffectStatus, tries: u32, next: Option<u64>) -> Effect {
        Effect {
            tries,
            next_try_at: next.map(minute),
            last_error: (tries > 0).then(|| "ended with 1".to_owned()),
            ..effect(7, occasion, status)
        }
    }

    #[test]
    fn pending_effects_show_their_time_and_failures() {
        use EffectStatus::{Cancelled, Done, Queued, Running, Waiting};

        let effects = vec![
            of(Trigger::Paid, Waiting, 2, Some(70)),
            of(Trigger::Paid, Waiting, 1, Some(65)),
            of(Trigger::CaseOpened, Queued, 0, Some(60)),
            Effect {
                claimed_at: Some(minute(49)),
                ..of(Trigger::Paid, Running, 0, None)
            },
            of(Trigger::Paid, Done, 1, None),
            of(Trigger::Paid, Cancelled, 1, None),
        ];
        check(
            effects,
            is_paid(),
            &[
                (49, "fulfil", "exec run (paid) is being carried out"),
                (60, "fulfil", "exec run (case_opened) is carried out"),
                (
                    65,
                    "fulfil",
                    "exec run (paid) is tried again after 1 try (ended with 1)",
                ),
                (
                    70,
                    "fulfil",
                    "exec run (paid) is tried again after 2 tries (ended with 1)",
                ),
            ],
        );
    }

    #[test]
    fn an_effect_held_by_its_order_says_so() {
        let queued = |occasion| of(occasion, EffectStatus::Queued, 0, Some(60));
        check(
            vec![queued(Trigger::Paid)],
            vec![],
            &[(
                60,
                "fulfil",
                "exec run (paid) is carried out, once its order is paid for again",
            )],
        );
        let running = of(Trigger::Paid, EffectStatus::Running, 0, None);
        check(
            vec![queued(Trigger::Revoked), running],
            is_paid(),
            &[(
                60,
                "fulfil",
                "exec run (revoked) is carried out, once what it undoes has ended",
            )],
        );
        let undone = of(Trigger::Revoked, EffectStatus::Running, 0, None);
        check(
            vec![queued(Trigger::Paid), undone],
            is_paid(),
            &[(
                60,
                "fulfil",
                "exec run (paid) is carried out, once what was done before has been undone",
            )],
        );
    }

    #[test]
    fn a_stuck_effect_names_the_command_to_type() {
        check(
            vec![
                of(Trigger::Paid, EffectStatus::Dead, 17, None),
                of(Trigger::Paid, EffectStatus::Uncertain, 0, None),
            ],
            is_paid(),
            &[
                (50, "operator", "exec run (paid) is dead (ended with 1)"),
                (50, "operator", "exec run (paid) is uncertain"),
            ],
        );
    }
}
