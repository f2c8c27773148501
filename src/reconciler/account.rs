//! A gateway account of the shop, and the payments by which it can show that it is the right one.

use std::sync::{Arc, PoisonError};

use tokio::sync::Mutex;

use crate::domain::{AccountEvidence, ControlQueries, Instant, Observation, PaymentId};
use crate::gateway::Gateway;
use crate::http;
use crate::store::DuePayment;

/// A gateway account, ready for queries. Clones share the account's rate limit and its slots in flight.
#[derive(Clone)]
pub struct GatewayAccount {
    pub gateway: Arc<dyn Gateway>,
    pub http: http::RateLimitedClient,
    pub max_in_flight: usize,
    /// Shows whether it is the right account.
    pub witness: Arc<Witness>,
}

/// Payments by which an account can show that it is the right one, and its last result.
#[derive(Debug)]
pub struct Witness {
    pub(super) known: Vec<DuePayment>,
    pub(super) accepted_at: Option<Instant>,
    /// "Not found" from an unproven account proves nothing anyway (G1).
    pub(super) account: AccountEvidence,
    pub(super) shown: Mutex<Option<(Instant, ControlQueries)>>,
    /// What the account has said of them meanwhile and the books do not have: to be booked like any other answer.
    news: std::sync::Mutex<Vec<(DuePayment, Observation)>>,
}

impl Witness {
    /// `known` are payments that the account must know, those first that it is most likely to answer about.
    #[must_use]
    pub fn new(
        account: AccountEvidence,
        known: Vec<DuePayment>,
        accepted_at: Option<Instant>,
    ) -> Self {
        Self {
            known,
            accepted_at,
            account,
            shown: Mutex::new(None),
            news: std::sync::Mutex::default(),
        }
    }

    /// Keeps an answer that was asked for only to see whether the account is the right one, if anything in it is new.
    /// What was said under its other names belongs to it: without that, another try would answer for this one.
    pub(super) fn keep_news(&self, asked: &DuePayment, observed: &[Observation]) {
        let known = asked.payment.last_meaning.as_deref();
        let is_news = |observation: &Observation| {
            observation.is_answer() && known != Some(observation.meaning().as_str())
        };
        if observed.iter().any(is_news) {
            let all = observed.iter();
            let mut kept = self.news.lock().unwrap_or_else(PoisonError::into_inner);
            kept.extend(all.map(|observation| (asked.clone(), observation.clone())));
        }
    }

    /// What is newer than the answer of a payment in its turn, asked at that instant. What is older is forgotten.
    pub(super) fn take_news_of(&self, payment: PaymentId, asked_at: Instant) -> Vec<Observation> {
        let mut kept = self.news.lock().unwrap_or_else(PoisonError::into_inner);
        let of_it = kept.extract_if(.., |(asked, _)| asked.payment.id == payment);
        let news = of_it.map(|(_, observation)| observation);
        news.filter(|observation| observation.asked_at > asked_at)
            .collect()
    }

    /// The news since the last time.
    pub(super) fn take_news(&self) -> Vec<(DuePayment, Observation)> {
        let mut kept = self.news.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut kept)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::samples::{minute, payment};
    use crate::domain::{NoAnswerReason, OrderStatus, PaymentStatus, Reported};

    fn observed(said: Reported, minutes: u64) -> Observation {
        Observation {
            said,
            ..Observation::silence(NoAnswerReason::TimedOut, minute(minutes))
        }
    }

    /// A payment whose last answer was "pending".
    fn known() -> DuePayment {
        let mut payment = payment(1, PaymentStatus::Pending);
        payment.last_meaning = Some(observed(Reported::Pending, 0).meaning());
        DuePayment {
            payment,
            order_number: "INV-1".parse().unwrap(),
            order_status: OrderStatus::Pending,
            told: Vec::new(),
            reference_due: false,
            has_turn: false,
        }
    }

    fn heard(observed: &[Observation]) -> Witness {
        let witness = Witness::new(AccountEvidence::Proven, vec![known()], None);
        witness.keep_news(&known(), observed);
        witness
    }

    #[test]
    fn an_answer_with_news_is_kept_whole() {
        let (pending, expired) = (
            observed(Reported::Pending, 5),
            observed(Reported::Expired, 5),
        );
        let silence = Observation::silence(NoAnswerReason::TimedOut, minute(5));
        for (told, kept) in [
            (vec![pending.clone()], 0),
            (vec![pending.clone(), silence.clone()], 0),
            (vec![expired.clone()], 1),
            (vec![pending, expired.clone()], 2),
            (vec![expired, silence], 2),
        ] {
            assert_eq!(heard(&told).take_news().len(), kept, "{told:?}");
        }
    }

    #[test]
    fn only_newer_news_is_added() {
        let expired = observed(Reported::Expired, 5);
        for (own, newer) in [(4, 1), (5, 0), (6, 0)] {
            let witness = heard(std::slice::from_ref(&expired));
            let news = witness.take_news_of(known().payment.id, minute(own));
            assert_eq!(news.len(), newer, "asked at minute {own}");
            assert!(witness.take_news().is_empty(), "asked at minute {own}");
        }
    }
}
