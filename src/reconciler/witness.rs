//! Checks whether an account that says "not found" still knows other payments, by querying payments that it must
//! know.

use std::time::Duration;

use tokio::sync::Mutex;

use super::ask::Question;
use crate::domain::guard::{Testimony, doubt};
use crate::domain::instant::Instant;
use crate::domain::observation::{Observation, Said, Silence};
use crate::domain::payment::Payment;
use crate::domain::reconcile;

/// Payments by which an account can show that it is the right one, and its last result.
#[derive(Debug)]
pub struct Witness {
    known: Vec<Payment>,
    accepted_at: Option<Instant>,
    /// "Not found" from an unproven account proves nothing anyway (G1).
    account: reconcile::Account,
    shown: Mutex<Option<(Instant, Testimony)>>,
}

/// How long a result stays valid.
const COUNTS_FOR: Duration = Duration::from_secs(60);

/// How many payments are queried at most before the account counts as knowing none.
const DENIALS: usize = 3;

impl Witness {
    /// `known` are payments that the account must know, those first that it is most likely to answer about.
    #[must_use]
    pub fn new(
        account: reconcile::Account,
        known: Vec<Payment>,
        accepted_at: Option<Instant>,
    ) -> Self {
        Self {
            known,
            accepted_at,
            account,
            shown: Mutex::new(None),
        }
    }

    async fn hear(&self, now: Instant) {
        *self.shown.lock().await = Some((now, Testimony::Knows));
    }
}

impl Question<'_> {
    /// The same answers without any "not found" that proves nothing.
    pub(super) async fn vouched(&mut self, heard: Vec<Observation>) -> Vec<Observation> {
        let witness = self.account.witness.clone();
        if heard.iter().any(tells) {
            witness.hear(self.now()).await;
            return heard;
        }
        let is_denied = heard.iter().any(|heard| heard.said == Said::NotStarted);
        if !is_denied || witness.account == reconcile::Account::Unproven {
            return heard;
        }
        let testimony = self.testimony(&witness).await;
        let believe = |heard: Observation| match doubt(
            self.payment,
            &heard,
            testimony,
            witness.accepted_at,
        ) {
            Some(silence) => Observation::silence(silence, heard.asked_at),
            None => heard,
        };
        heard.into_iter().map(believe).collect()
    }

    /// Callers that arrive meanwhile wait for the result: one query serves all.
    async fn testimony(&self, witness: &Witness) -> Testimony {
        let mut shown = witness.shown.lock().await;
        let now = self.now();
        if let Some((at, testimony)) = *shown
            && now.since(at) <= COUNTS_FOR
        {
            return testimony;
        }
        let testimony = self.ask_others(witness).await;
        if testimony != Testimony::NobodyToAsk {
            *shown = Some((now, testimony));
        }
        testimony
    }

    async fn ask_others(&self, witness: &Witness) -> Testimony {
        let others = witness.known.iter();
        let (mut denials, mut silences) = (0, 0);
        for other in others.filter(|other| other.id != self.payment.id) {
            if denials >= DENIALS {
                break;
            }
            let heard = self.ask_about(other).await;
            if heard.iter().any(tells) {
                return Testimony::Knows;
            }
            if heard.iter().any(denies) {
                denials += 1;
            } else {
                silences += 1;
            }
        }
        match (denials, silences) {
            (0, 0) => Testimony::NobodyToAsk,
            (DENIALS.., _) | (_, 0) => Testimony::KnowsNobody,
            _ => Testimony::Silent,
        }
    }
}

fn tells(heard: &Observation) -> bool {
    heard.is_answer() && heard.said != Said::NotStarted
}

fn denies(heard: &Observation) -> bool {
    matches!(
        heard.said,
        Said::NotStarted | Said::NoAnswer(Silence::Contradiction)
    )
}
