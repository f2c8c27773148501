//! Compares one answer with its payment, once. The usual answer needs nothing else.

use super::{StatusAnswer, next_schedule};
use crate::domain::decide::apply_observation::{meaning_after, payment_after_answer};
use crate::domain::decide::reconcile::reconcile;
use crate::domain::{
    Finding, Observation, Payment, PaymentStatus, Phase, Policy, Reported, ReportedName, Rule,
    Rupiah,
};

/// An answer, compared once with the payment as it was when the query started.
#[derive(Debug)]
pub struct ComparedAnswer<'a> {
    pub(super) answer: &'a StatusAnswer,
    pub(super) policy: &'a Policy,
    finding: Finding,
}

/// Compares an answer with its payment.
#[must_use]
pub fn compare<'a>(answer: &'a StatusAnswer, policy: &'a Policy) -> ComparedAnswer<'a> {
    let StatusAnswer {
        payment,
        observation,
        account,
    } = answer;
    ComparedAnswer {
        finding: reconcile(payment, observation, *account, policy),
        answer,
        policy,
    }
}

impl ComparedAnswer<'_> {
    #[must_use]
    pub fn into_finding(self) -> Finding {
        self.finding
    }

    /// The payment after the usual answer, which moves nothing and opens no case. `None`: read the dossier.
    #[must_use]
    pub fn routine(&self) -> Option<Payment> {
        let (payment, observed) = (&self.answer.payment, &self.answer.observation);
        let is_its_own = payment.transaction_id.is_none()
            || observed.transaction_id.is_none()
            || payment.transaction_id == observed.transaction_id;
        let is_about_it =
            is_its_own && observed.answers_for.is_none() && observed.called == ReportedName::Ours;
        let meaning = meaning_after(payment, observed, &self.finding);
        let is_news = payment.last_meaning.as_ref() != Some(&meaning);
        let is_routine = match self.finding {
            Finding::Unchecked(_) => true,
            // What has gone back past the gateway is not known here.
            Finding::Match => {
                let is_plain = !matches!(observed.said, Reported::Refunded { .. });
                !is_news || (payment.last_meaning.is_none() && is_plain)
            }
            // It is asked about once more even in the words of the answer before.
            Finding::Review(Rule::P25, _) => false,
            Finding::Review(..) => !is_news,
            Finding::Drift(_) => false,
        };
        let is_silence = matches!(self.finding, Finding::Unchecked(_));
        let asks_nothing = is_silence || !payment.exceeds_noted();
        // A person may have been asked why there was no answer.
        let is_whole = observed.is_answer() && !observed.is_partial;
        let settles_silence = is_whole && payment.schedule.is_silent_for_long();
        let is_routine =
            is_routine && asks_nothing && observed.close_answer.is_none() && !settles_silence;
        // By a clock that is behind it is to be known whether an order has expired by what was answered later.
        let is_behind = payment.schedule.last_answered_at > Some(observed.asked_at);
        let needs_the_order = may_have_refunds_under_way(payment)
            || payment.status == PaymentStatus::Mismatch
            || is_behind;
        // A silence tells nothing of them but that time goes by (R3).
        let is_short = !payment.schedule.is_silent_for_long();
        let is_plain = (is_silence && is_short && !is_behind) || !needs_the_order;
        (is_about_it && is_routine && is_plain).then(|| {
            let after = payment_after_answer(payment, observed, &self.finding);
            Payment {
                schedule: next_schedule(&after, &self.finding, observed, None, self.policy),
                ..after
            }
        })
    }

    /// What the answer means for the payment as it stands now: the same, as long as the payment is the same and no
    /// money has gone back past its gateway.
    pub(super) fn finding_about(self, now: &Payment, past_it: Rupiah) -> Finding {
        let StatusAnswer {
            payment,
            observation,
            account,
        } = self.answer;
        if now == payment && past_it == observation.past_it {
            return self.finding;
        }
        let observation = Observation {
            past_it,
            ..observation.clone()
        };
        reconcile(now, &observation, *account, self.policy)
    }
}

/// What an answer leaves out says something about them. After a silence the schedule does not know any more.
fn may_have_refunds_under_way(payment: &Payment) -> bool {
    match payment.schedule.phase {
        Phase::Refund => true,
        Phase::Silent => payment.received > Rupiah::ZERO,
        Phase::Open | Phase::Overdue | Phase::Watch | Phase::Doubt | Phase::Money => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::decide::booking::book;
    use crate::domain::samples::{POLICY, PRICE, dossier, minute, payment, said};
    use crate::domain::{AccountEvidence, AnswerTarget, NoAnswerReason, OrderStatus, PaymentId};

    /// A clock that is behind hears nothing: what it takes for an answer of the future may be a fast clock's, but not
    /// where an order has expired by it.
    #[test]
    fn a_clock_behind_keeps_what_proved_an_expiry() {
        for (order, kept) in [
            (OrderStatus::Pending, None),
            (OrderStatus::Expired, Some(minute(90))),
        ] {
            let mut expired = payment(1, PaymentStatus::Expired);
            expired.schedule.last_answered_at = Some(minute(90));
            let silence = Reported::NoAnswer(NoAnswerReason::TimedOut);
            let heard = StatusAnswer {
                payment: expired.clone(),
                observation: said(silence, minute(5)),
                account: AccountEvidence::Proven,
            };
            assert_eq!(compare(&heard, &POLICY).routine(), None, "read the order");
            let plan = book(dossier(order, vec![expired]), compare(&heard, &POLICY));
            assert_eq!(plan.after.schedule.last_answered_at, kept, "{order}");
        }
    }

    fn money() -> StatusAnswer {
        StatusAnswer {
            payment: payment(1, PaymentStatus::Pending),
            observation: said(Reported::Paid { amount: PRICE }, minute(11)),
            account: AccountEvidence::Proven,
        }
    }

    #[test]
    fn a_finding_stands_while_its_payment_does() {
        let (answer, same) = (money(), money().payment);
        let moved = Payment {
            version: same.version + 1,
            ..payment(1, PaymentStatus::Paid)
        };
        for (today, standing) in [
            (same, AnswerTarget::Current),
            (moved, AnswerTarget::Overtaken),
        ] {
            let compared = compare(&answer, &POLICY);
            let before = compare(&answer, &POLICY).into_finding();
            let plan = book(dossier(OrderStatus::Pending, vec![today]), compared);
            assert_eq!(plan.standing, standing);
            assert_eq!(plan.finding == before, standing == AnswerTarget::Current);
        }
    }

    #[test]
    fn the_order_after_answers_shows_their_payments() {
        let order = dossier(
            OrderStatus::Pending,
            vec![
                payment(1, PaymentStatus::Pending),
                payment(2, PaymentStatus::Pending),
            ],
        );
        let added = payment(PaymentId::ADDED.0, PaymentStatus::Created);
        let ended = payment(2, PaymentStatus::Expired);
        let after = order.after(&[ended, added.clone()], OrderStatus::Pending);
        let after = after.after(&[added], OrderStatus::Expired);
        let statuses: Vec<_> = after.payments.iter().map(|one| one.status).collect();
        assert_eq!(
            statuses,
            [
                PaymentStatus::Pending,
                PaymentStatus::Expired,
                PaymentStatus::Created,
                PaymentStatus::Created
            ]
        );
        assert_eq!(after.order.status, OrderStatus::Expired);
    }
}
