//! If several processes watch one order, one of them polls in each interval and all read the result.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::domain::{Dossier, Instant, PaymentId};
use crate::reconciler::{GatewayPool, Ledger};
use crate::store::{DuePayment, StoreError};

/// What one watch knows of all queries.
#[derive(Debug)]
pub(super) struct SharedQueries {
    interval: Duration,
    /// When each payment was last queried, as known before this watch waited for its interval.
    known: BTreeMap<PaymentId, Instant>,
}

impl SharedQueries {
    pub(super) fn new(interval: Duration) -> Self {
        Self {
            interval,
            known: BTreeMap::new(),
        }
    }

    /// The payments that nobody has queried in this interval: in the first round judged by the time since the last query,
    /// later by whether there was one while this watch waited. Also returns whether others have queried.
    pub(super) fn own_queries(
        &self,
        rows: Vec<DuePayment>,
        pool: &GatewayPool,
        ledger: &Ledger,
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
            // Without a usable gateway there is nothing to share.
            let can_ask = pool.account(&row.payment.gateway).is_ok();
            let is_mine = match ledger {
                Ledger::ReadWrite(writer) if is_free && can_ask => {
                    writer.write(|store, permit| store.claim_question(permit, id, since, now))?
                }
                Ledger::ReadWrite(_) | Ledger::ReadOnly(_) => is_free || !can_ask,
            };
            if is_mine {
                mine.push(row);
            }
        }
        let is_shared = mine.len() < all;
        Ok((mine, is_shared))
    }

    /// Records all queries so far.
    pub(super) fn record_queried(&mut self, dossier: &Dossier) {
        for payment in &dossier.payments {
            if let Some(at) = payment.schedule.last_asked_at {
                self.known.insert(payment.id, at);
            }
        }
    }
}

/// A gateway whose last query, by any process, is still unanswered.
pub(super) fn unanswered(dossier: &Dossier) -> Option<String> {
    let mut open = dossier.payments.iter();
    let unheard = open.find(|payment| {
        let schedule = &payment.schedule;
        payment.status.is_open() && schedule.last_asked_at > schedule.last_answered_at
    })?;
    Some(format!(
        "{} has not answered the last query",
        unheard.gateway
    ))
}
