//! What an opening records before and after each call.

use std::time::Duration;

use super::PaymentOpener;
use super::call::OpenCall;
use crate::domain::operator::open::{
    left, mark_collided, mark_unanswered, record_instructions, refuse, restart,
};
use crate::domain::payment::OPENING_TIMEOUT;
use crate::domain::{Change, ClockReadings, Dossier, GatewayName, Instant, PaymentInstructions};
use crate::store::{Actor, Decision, HealthDelta, Store, StoreError, WritePermit};

impl PaymentOpener<'_> {
    /// How long another process may still wait for the answer to its call; `None` if none does.
    pub(super) fn under_way(&self, call: &OpenCall<'_>) -> Result<Option<Duration>, StoreError> {
        let last = self.writer.read().last_move(call.payment.id)?;
        let now = self.setting.clock.now();
        Ok(last.and_then(|last| left(last, OPENING_TIMEOUT, now)))
    }

    /// P3: sends again what the gateway does not know. `None`: another process has already begun to, or the order has
    /// ended.
    pub(super) fn restart(
        &mut self,
        call: &OpenCall<'_>,
        begun_at: Instant,
    ) -> Result<Option<Instant>, StoreError> {
        let (id, now) = (call.payment.id, self.setting.clock.now());
        let has_begun = self.write(call, |dossier| restart(dossier, id, begun_at, now))?;
        Ok(has_begun.then_some(now))
    }

    /// P18: nobody waits for this call's answer any more.
    pub(super) fn mark_unanswered(
        &mut self,
        call: &OpenCall<'_>,
        why: &str,
    ) -> Result<(), StoreError> {
        let id = call.payment.id;
        self.write(call, |dossier| mark_unanswered(dossier, id, why))?;
        Ok(())
    }

    /// Returns `false` if it was too late: another process may have queried it in the meantime.
    pub(super) fn abandon(&mut self, call: &OpenCall<'_>) -> Result<bool, StoreError> {
        let (id, now) = (call.payment.id, self.setting.clock.now());
        self.write(call, |dossier| mark_collided(dossier, id, now))
    }

    pub(super) fn refuse(&mut self, call: &OpenCall<'_>, words: &str) -> Result<(), StoreError> {
        let (id, now) = (call.payment.id, self.setting.clock.now());
        self.write(call, |dossier| refuse(dossier, id, words, now))?;
        Ok(())
    }

    /// An account that opens payments is the right one.
    pub(super) fn record_instructions(
        &mut self,
        call: &OpenCall<'_>,
        presented: &PaymentInstructions,
    ) -> Result<(), StoreError> {
        let (id, now) = (call.payment.id, self.setting.clock.now());
        self.write(call, |dossier| {
            record_instructions(dossier, id, presented, now)
        })?;
        let seen = HealthDelta {
            proven_at: Some(now),
            known_at: Some(now),
            answered_at: Some(now),
            ..HealthDelta::default()
        };
        let gateway = &call.payment.gateway;
        let seen =
            |store: &Store, permit: &WritePermit| store.record_health(permit, gateway, &seen, now);
        self.writer.write(seen)
    }

    pub(super) fn record_clock(
        &mut self,
        gateway: &GatewayName,
        clock: ClockReadings,
    ) -> Result<(), StoreError> {
        self.pool.add_clock(gateway, clock);
        let now = self.setting.clock.now();
        self.writer
            .write(|store, permit| store.record_clock(permit, clock, now))
    }

    /// Whether there was anything to write.
    fn write(
        &mut self,
        call: &OpenCall<'_>,
        decide: impl FnOnce(Dossier) -> Vec<Change>,
    ) -> Result<bool, StoreError> {
        let by = Actor {
            actor: self.actor,
            now: self.setting.clock.now(),
        };
        let order = call.dossier.order.id;
        let decide = |dossier: Dossier| -> Decision<bool, ()> {
            let changes = decide(dossier);
            Ok((!changes.is_empty(), changes))
        };
        let write =
            |store: &Store, permit: &WritePermit| store.update_order(permit, order, by, decide);
        let acted = self.writer.write(write)?;
        Ok(matches!(acted, Some(Ok(acted)) if acted.said))
    }
}
