//! Checks whether an account that says "not found" still knows other payments, by querying payments that it must
//! know.

use std::time::Duration;

use super::super::account::Witness;
use super::StatusQuery;
use crate::domain::payment::circuit_breaker::doubt_reason;
use crate::domain::{AccountEvidence, ControlQueries, NoAnswerReason, Observation, Reported};
use crate::faults::planted;

/// How long a result stays valid.
const COUNTS_FOR: Duration = Duration::from_secs(60);

/// How many payments are queried at most before the account counts as knowing none.
const DENIALS: usize = 3;

impl StatusQuery<'_> {
    /// The same answers without any "not found" that proves nothing.
    pub(super) async fn confirmed(&mut self, observed: Vec<Observation>) -> Vec<Observation> {
        let witness = self.account.witness.clone();
        if observed.iter().any(proves_account) {
            *witness.shown.lock().await = Some((self.now(), ControlQueries::Knows));
            return observed;
        }
        let is_denied = observed
            .iter()
            .any(|observed| observed.said == Reported::NotStarted);
        let is_believed = witness.account == AccountEvidence::Unproven || planted!(TakeAnyNotFound);
        if !is_denied || is_believed {
            return observed;
        }
        let testimony = self.testimony(&witness).await;
        let believe = |observed: Observation| match doubt_reason(
            self.payment,
            &observed,
            testimony,
            witness.accepted_at,
        ) {
            Some(silence) => Observation::silence(silence, observed.asked_at),
            None => observed,
        };
        observed.into_iter().map(believe).collect()
    }

    /// Callers that arrive meanwhile wait for the result: one query serves all.
    async fn testimony(&self, witness: &Witness) -> ControlQueries {
        let mut shown = witness.shown.lock().await;
        let now = self.now();
        if let Some((at, testimony)) = *shown
            && now.since(at) <= COUNTS_FOR
        {
            return testimony;
        }
        let testimony = self.ask_others(witness).await;
        if testimony != ControlQueries::NobodyToAsk {
            *shown = Some((now, testimony));
        }
        testimony
    }

    async fn ask_others(&self, witness: &Witness) -> ControlQueries {
        let others = witness.known.iter();
        let (mut denials, mut silences) = (0, 0);
        for other in others.filter(|other| other.payment.id != self.payment.id) {
            if denials >= DENIALS {
                break;
            }
            let observed = self.ask_about(&other.payment).await;
            if observed.iter().any(proves_account) {
                witness.keep_news(other, &observed);
                return ControlQueries::Knows;
            }
            if observed.iter().any(is_not_found) {
                denials += 1;
            } else {
                silences += 1;
            }
        }
        match (denials, silences) {
            (0, 0) => ControlQueries::NobodyToAsk,
            (DENIALS.., _) | (_, 0) => ControlQueries::KnowsNobody,
            _ => ControlQueries::Silent,
        }
    }
}

fn proves_account(observed: &Observation) -> bool {
    observed.is_answer() && observed.said != Reported::NotStarted
}

fn is_not_found(observed: &Observation) -> bool {
    matches!(
        observed.said,
        Reported::NotStarted | Reported::NoAnswer(NoAnswerReason::Contradiction)
    )
}
