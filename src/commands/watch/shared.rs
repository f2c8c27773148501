//! Of many who follow one order, one asks in each interval, and all read what it has booked.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::domain::dossier::Dossier;
use crate::domain::instant::Instant;
use crate::domain::names::PaymentId;
use crate::reconciler::{GatewayPool, LedgerAccess};
use crate::store::{DuePayment, StoreError};

/// What one watch knows of the questions of all.
#[derive(Debug)]
pub(super) struct SharedQueries {
    interval: Duration,
    /// When each payment was last asked about, as this watch knew before it waited for its interval.
    known: BTreeMap<PaymentId, Instant>,
}

impl SharedQueries {
    pub(super) fn new(interval: Duration) -> Self {
        Self {
            interval,
            known: BTreeMap::new(),
        }
    }

    /// Of these, the payments about which nobody has asked in this interval: with the first look the time since the last
    /// question tells, and from then on whether there was one while this watch waited. Whether others have asked.
    pub(super) fn own_queries(
        &self,
        rows: Vec<DuePayment>,
        pool: &GatewayPool,
        ledger: &mut LedgerAccess,
        now: Instant,
    ) -> Result<(Vec<DuePayment>, bool), StoreError> {
        let all = rows.len();
        let mut mine = Vec::with_capacity(all);
        for row in rows {
            let id = row.payment.id;
            let since = now.saturating_sub(self.interval);
            let known = self.known.get(&id).copied();
            let since = known.map_or(since, |known| known.min(now).max(since));
            let asked_at = row.payment.schedule.last_asked_at;
            let is_free = asked_at.is_none_or(|at| at <= since || at > now);
            // Where nobody can ask, there is nothing to share.
            let can_ask = pool.account(&row.payment.gateway).is_ok();
            let is_mine = match ledger {
                LedgerAccess::Writing { store, permit } if is_free && can_ask => {
                    store.claim_question(permit, id, since, now)?
                }
                LedgerAccess::Writing { .. } | LedgerAccess::Looking(_) => is_free || !can_ask,
            };
            if is_mine {
                mine.push(row);
            }
        }
        let is_shared = mine.len() < all;
        Ok((mine, is_shared))
    }

    /// Takes note of all that was asked so far.
    pub(super) fn record_queried(&mut self, dossier: &Dossier) {
        for payment in &dossier.payments {
            if let Some(at) = payment.schedule.last_asked_at {
                self.known.insert(payment.id, at);
            }
        }
    }
}

/// Whose last question, whoever has put it, was not answered so far.
pub(super) fn unanswered(dossier: &Dossier) -> Option<String> {
    let mut open = dossier.payments.iter();
    let unheard = open.find(|payment| {
        let schedule = &payment.schedule;
        payment.status.is_open() && schedule.last_asked_at > schedule.last_answered_at
    })?;
    Some(format!(
        "{} has not answered the last question",
        unheard.gateway
    ))
}
