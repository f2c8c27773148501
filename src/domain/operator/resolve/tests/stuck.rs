use super::*;
use crate::domain::samples::effect;
use crate::domain::{CaseAnswer, EffectStatus, Trigger};

/// What an order goes through whose money is sent back instead.
pub(super) const ENDED: &str =
    "refund not_fulfilled; return; revoke; order fulfilled>cancelled O13; owe 25000 of 1 O13";

#[test]
fn o13_a_person_may_call_stuck_effects_done() {
    let paid = payment(1, PaymentStatus::Paid);
    let mut order = with_case(dossier(OrderStatus::Paid, vec![paid]), NotFulfilled);
    order.effects = vec![
        effect(1, Trigger::Paid, EffectStatus::Dead),
        effect(2, Trigger::Paid, EffectStatus::Uncertain),
        effect(3, Trigger::Paid, EffectStatus::Done),
    ];
    check(
        order,
        CaseAnswer::Accept,
        "accepted not_fulfilled; effect e1-paid-run-1 dead>done O13; \
         effect e1-paid-run-2 uncertain>done O13; order paid>fulfilled O12",
    );
}
