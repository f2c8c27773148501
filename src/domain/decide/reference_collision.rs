//! A reference that somebody else used first: another shop of the same account, another database, another year.

use std::time::Duration;

use crate::domain::payment::FOREIGN;
use crate::domain::{
    Instant, Observation, OrderNumber, Payment, PaymentOrigin, PaymentStatus, Policy, Reason,
};

/// So far apart may a gateway's clock and ours be, beside the grace.
const CLOCKS_APART: Duration = Duration::from_secs(60);

/// P2: an answer tells of something that was at the gateway before this payment was written down, which was never
/// opened there as far as we know.
pub(in crate::domain) fn is_foreign(
    payment: &Payment,
    observed: &Observation,
    policy: &Policy,
) -> bool {
    let slack = policy.grace + CLOCKS_APART;
    let is_older = |since: Instant| since.saturating_add(slack) < payment.created_at;
    // A row that was written later than now was written by a clock that was wrong.
    let is_dated = !observed.is_clock_in_doubt()
        && payment.created_at <= observed.asked_at.saturating_add(slack);
    is_dated && was_never_opened(payment) && observed.known_since().is_some_and(is_older)
}

/// payctl recorded it, and no gateway has confirmed it, neither when it was opened nor in an answer.
fn was_never_opened(payment: &Payment) -> bool {
    payment.origin == PaymentOrigin::Payctl
        && !payment.seen
        && !payment.on_page
        && !payment.is_foreign()
}

/// A payment whose reference belongs to somebody else keeps nothing of the answer.
pub(in crate::domain) fn given_up(before: &Payment, now: Instant) -> Payment {
    Payment {
        last_meaning: Some(FOREIGN.to_owned()),
        ..as_never_opened(before, now)
    }
}

pub(in crate::domain) fn as_never_opened(before: &Payment, now: Instant) -> Payment {
    let mut after = Payment {
        status: PaymentStatus::Failed,
        moved_at: now,
        version: before.version + 1,
        ..before.clone()
    };
    // There is nothing to be watched.
    after.schedule.next_check_at = None;
    after
}

pub(in crate::domain) fn describe_collision(payment: &Payment) -> Reason {
    Reason::ForeignReference {
        gateway: payment.gateway.clone(),
        reference: payment.reference.clone(),
    }
}

/// The facts of its case.
pub(in crate::domain) fn facts(payment: &Payment, order: &OrderNumber) -> Reason {
    Reason::ForeignMoney {
        gateway: payment.gateway.clone(),
        reference: payment.reference.clone(),
        order: order.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::decide::reconcile::reconcile;
    use crate::domain::samples::routine;
    use crate::domain::samples::{POLICY, PRICE, minute, payment};
    use crate::domain::{AccountEvidence, Finding, Reported, Rule};

    /// Written down at minute 10 and never opened; the grace is 3 minutes.
    fn announced(status: PaymentStatus) -> Payment {
        Payment {
            origin: PaymentOrigin::Payctl,
            seen: false,
            created_at: minute(10),
            ..payment(1, status)
        }
    }

    fn paid() -> Observation {
        Observation::from_status(Reported::Paid { amount: PRICE }, minute(20))
    }

    #[track_caller]
    fn check(payment: &Payment, observed: &Observation, rule: Rule) {
        let finding = reconcile(payment, observed, AccountEvidence::Proven, &POLICY);
        let Finding::Drift(transition) = finding else {
            panic!("{finding:?}");
        };
        assert_eq!(transition.rule, rule);
        assert_eq!(transition.received.is_none(), rule == Rule::P2);
        assert_eq!(routine(payment, observed), None);
    }

    #[test]
    fn money_older_than_the_payment_is_not_its() {
        for status in [PaymentStatus::Created, PaymentStatus::Failed] {
            for (begun, came, rule) in [
                (Some(5), Some(6), Rule::P2),
                (None, Some(5), Rule::P2),
                // Begun before, whenever it was paid.
                (Some(5), Some(12), Rule::P2),
                // The clocks may differ.
                (Some(6), Some(6), Rule::P6),
                (Some(10), Some(11), Rule::P6),
                (None, Some(11), Rule::P6),
                (None, None, Rule::P6),
            ] {
                let observed = Observation {
                    begun_at: begun.map(minute),
                    paid_at: came.map(minute),
                    ..paid()
                };
                check(&announced(status), &observed, rule);
            }
        }
    }

    #[test]
    fn confirmed_payments_are_own_whatever_the_clocks_say() {
        let observed = Observation {
            begun_at: Some(minute(0)),
            ..paid()
        };
        let seen = Payment {
            seen: true,
            ..announced(PaymentStatus::Pending)
        };
        let page = Payment {
            on_page: true,
            ..announced(PaymentStatus::Created)
        };
        let shops = Payment {
            origin: PaymentOrigin::Shop,
            ..announced(PaymentStatus::Created)
        };
        for payment in [seen, page, shops] {
            check(&payment, &observed, Rule::P6);
        }
    }

    #[test]
    fn an_earlier_failure_does_not_end_the_payment() {
        for said in [Reported::Pending, Reported::Failed, Reported::Expired] {
            let observed = Observation {
                begun_at: Some(minute(0)),
                ..Observation::from_status(said, minute(20))
            };
            check(&announced(PaymentStatus::Created), &observed, Rule::P2);
            check(&announced(PaymentStatus::Failed), &observed, Rule::P2);
        }
    }
}
