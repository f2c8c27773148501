//! Effects that a worker has claimed: an attempt is running, or the worker is gone.

use std::time::Duration;

use super::super::rows;
use super::WorkerId;
use crate::domain::{Effect, Instant};
use crate::store::engine::{Reader, from_row, has_ended, sql};
use crate::store::error::StoreError;

/// No claim is valid for longer: an attempt takes ten minutes at most, plus the time to record it. If a claim ends
/// later than this, a clock was ahead when it was written.
const MAX_LEASE: Duration = Duration::from_secs(15 * 60);

struct RunningAttempt {
    effect: Effect,
    host: String,
    /// No attempt runs longer than this.
    until: Instant,
}

impl RunningAttempt {
    /// The worker is certainly gone. The caller holds the lock or only reads.
    fn is_abandoned(&self, worker: WorkerId<'_>, now: Instant) -> bool {
        let is_over = self.until < now || self.until > now.saturating_add(MAX_LEASE);
        let is_ours = self.host == worker.host;
        is_over || (is_ours && has_ended(worker.database, self.effect.id))
    }
}

impl Reader {
    /// Effects whose attempt may still be running, each with the time by which it must have ended.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn effects_under_way(
        &self,
        worker: WorkerId<'_>,
        now: Instant,
    ) -> Result<Vec<(Effect, Instant)>, StoreError> {
        let mut running = self.running_attempts()?;
        running.retain(|running| !running.is_abandoned(worker, now));
        let told = running.into_iter();
        Ok(told
            .map(|running| (running.effect, running.until))
            .collect())
    }

    /// Effects that are marked as running although their worker is certainly gone.
    pub(in crate::store) fn abandoned_effects(
        &self,
        worker: WorkerId<'_>,
        now: Instant,
    ) -> Result<Vec<Effect>, StoreError> {
        let mut running = self.running_attempts()?;
        running.retain(|running| running.is_abandoned(worker, now));
        Ok(running.into_iter().map(|running| running.effect).collect())
    }

    fn running_attempts(&self) -> Result<Vec<RunningAttempt>, StoreError> {
        self.all(sql!("effects_running"), &[], |row| {
            Ok(from_row!(row => RunningAttempt {
                effect = rows::effect(row)?, host: "claimed_host", until: "claimed_until",
            }))
        })
    }
}
