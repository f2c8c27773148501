//! E10: a person has a done effect delivered once more, because its receiver has lost what it brought.

use super::fulfil::is_sold;
use crate::domain::effect::repeated;
use crate::domain::{
    Change, Dossier, Effect, EffectId, EffectStatus, Instant, OrderStatus, PlanBuilder, Reason,
    Rule, Trigger, reasons,
};

reasons! {
    /// Why an effect is not delivered once more.
    pub enum ResendRefusal {
        /// It can be retried instead.
        Unfinished { id: EffectId, status: EffectStatus } = "resend_unfinished",
        /// It is being tried, or its order ended before it was done.
        NotDone { id: EffectId, status: EffectStatus } = "resend_not_done",
        NotSold(status: OrderStatus) = "resend_not_sold",
        Sold(status: OrderStatus) = "resend_sold",
        NotCovered = "resend_not_covered",
        AllRevoked = "resend_all_revoked",
        /// The order has ended otherwise, or lives again.
        NoLongerSo { occasion: Trigger, status: OrderStatus } = "resend_no_longer_so",
    }
}

impl std::error::Error for ResendRefusal {}

/// What is left of what the order has handed out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entitlements {
    /// Something is valid, or nothing was ever handed out.
    Standing,
    /// All tickets and all access were revoked.
    AllRevoked,
}

/// E10: queues a done effect once more, under its key, as the next repetition.
///
/// # Errors
/// As [`ResendRefusal`] says.
pub fn resend(
    dossier: Dossier,
    effect: &Effect,
    entitlements: Entitlements,
    reason: &str,
    now: Instant,
) -> Result<Vec<Change>, ResendRefusal> {
    let after = repetition(effect, now)?;
    require_true_still(&dossier, effect, entitlements)?;
    let mut draft = PlanBuilder::of(dossier);
    draft.move_effect(effect, after, Rule::E10, Some(Reason::operator(reason)));
    Ok(draft.changes)
}

/// The effect as its next repetition.
///
/// # Errors
/// If it is not done.
pub fn repetition(effect: &Effect, now: Instant) -> Result<Effect, ResendRefusal> {
    let (id, status) = (effect.id, effect.status);
    repeated(effect, now).ok_or(if status.is_replayable() {
        ResendRefusal::Unfinished { id, status }
    } else {
        ResendRefusal::NotDone { id, status }
    })
}

/// Nothing is delivered again that the order's state contradicts by now.
fn require_true_still(
    dossier: &Dossier,
    effect: &Effect,
    entitlements: Entitlements,
) -> Result<(), ResendRefusal> {
    let (status, occasion) = (dossier.order.status, effect.occasion);
    match occasion {
        Trigger::Paid if !is_sold(dossier) => Err(ResendRefusal::NotSold(status)),
        Trigger::Paid if !dossier.is_covered() => Err(ResendRefusal::NotCovered),
        Trigger::Paid if entitlements == Entitlements::AllRevoked => Err(ResendRefusal::AllRevoked),
        Trigger::Revoked if is_sold(dossier) => Err(ResendRefusal::Sold(status)),
        Trigger::Expired if status != OrderStatus::Expired => {
            Err(ResendRefusal::NoLongerSo { occasion, status })
        }
        Trigger::Cancelled if status != OrderStatus::Cancelled => {
            Err(ResendRefusal::NoLongerSo { occasion, status })
        }
        Trigger::Paid
        | Trigger::Revoked
        | Trigger::Expired
        | Trigger::Cancelled
        | Trigger::RefundDue
        | Trigger::CaseOpened => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::samples::{describe, dossier, effect, minute};

    const REASON: &str = "the mail was lost";

    #[track_caller]
    fn check(
        order: OrderStatus,
        occasion: Trigger,
        status: EffectStatus,
        entitlements: Entitlements,
        told: Result<&str, ResendRefusal>,
    ) {
        let effect = effect(1, occasion, status);
        let mut dossier = dossier(order, Vec::new());
        dossier.order.waived = dossier.order.total;
        dossier.effects.push(effect.clone());
        let planned = resend(dossier, &effect, entitlements, REASON, minute(10));
        let planned = planned.map(|changes| describe(&changes));
        assert_eq!(
            planned,
            told.map(str::to_owned),
            "{order} {occasion} {status}"
        );
    }

    #[test]
    fn only_what_is_done_is_delivered_again() {
        let id = EffectId(1);
        for status in EffectStatus::ALL.iter().copied() {
            let told = match status {
                EffectStatus::Done => Ok("effect e1-paid-run-1 done>queued E10"),
                EffectStatus::Running | EffectStatus::Cancelled => {
                    Err(ResendRefusal::NotDone { id, status })
                }
                EffectStatus::Queued
                | EffectStatus::Waiting
                | EffectStatus::Dead
                | EffectStatus::Uncertain => Err(ResendRefusal::Unfinished { id, status }),
            };
            check(
                OrderStatus::Fulfilled,
                Trigger::Paid,
                status,
                Entitlements::Standing,
                told,
            );
        }
    }

    #[test]
    fn nothing_is_delivered_that_no_longer_holds() {
        use OrderStatus::{Cancelled, Expired, Fulfilled, Paid, Pending, Refunded};
        let again = |occasion: Trigger| format!("effect e1-{occasion}-run-1 done>queued E10");
        for status in [Pending, Paid, Fulfilled, Expired, Cancelled, Refunded] {
            for occasion in Trigger::ALL.iter().copied() {
                let is_sold = matches!(status, Paid | Fulfilled);
                let refusal = match occasion {
                    Trigger::Paid => (!is_sold).then_some(ResendRefusal::NotSold(status)),
                    Trigger::Revoked => is_sold.then_some(ResendRefusal::Sold(status)),
                    Trigger::Expired => (status != Expired)
                        .then_some(ResendRefusal::NoLongerSo { occasion, status }),
                    Trigger::Cancelled => (status != Cancelled)
                        .then_some(ResendRefusal::NoLongerSo { occasion, status }),
                    Trigger::RefundDue | Trigger::CaseOpened => None,
                };
                let again = again(occasion);
                let told = refusal.map_or(Ok(again.as_str()), Err);
                check(
                    status,
                    occasion,
                    EffectStatus::Done,
                    Entitlements::Standing,
                    told,
                );
            }
        }
        check(
            Fulfilled,
            Trigger::Paid,
            EffectStatus::Done,
            Entitlements::AllRevoked,
            Err(ResendRefusal::AllRevoked),
        );
        let done = effect(1, Trigger::Paid, EffectStatus::Done);
        let unpaid = dossier(Fulfilled, Vec::new());
        let planned = resend(unpaid, &done, Entitlements::Standing, REASON, minute(10));
        assert_eq!(planned, Err(ResendRefusal::NotCovered));
    }
}
