//! What an opening records before and after each call.

use std::time::Duration;

use super::super::scribe::Pen;
use super::Opener;
use super::call::Call;
use crate::domain::acts::open::{begin_again, give_over, give_up, left, present, refuse};
use crate::domain::clocks::ClockReadings;
use crate::domain::dossier::{Change, Dossier};
use crate::domain::instant::Instant;
use crate::domain::names::GatewayName;
use crate::domain::payment::OPENING_LASTS;
use crate::domain::presented::Presented;
use crate::store::{Conduct, Hand, StoreError};

impl Opener<'_> {
    /// How long another process may still wait for the answer to its call; `None` if none does.
    pub(super) fn under_way(&self, call: &Call<'_>) -> Result<Option<Duration>, StoreError> {
        let Some(pen) = &self.pen else {
            return Ok(None);
        };
        let last = pen.read().last_move(call.payment.id)?;
        let now = self.setting.clock.now();
        Ok(last.and_then(|last| left(last, OPENING_LASTS, now)))
    }

    /// P3: sends again what the gateway does not know. `None`: another process has already begun to, or the order has
    /// ended.
    pub(super) fn begin_again(
        &mut self,
        call: &Call<'_>,
        begun_at: Instant,
    ) -> Result<Option<Instant>, StoreError> {
        let (id, now) = (call.payment.id, self.setting.clock.now());
        let has_begun = self.write(call, |dossier| begin_again(dossier, id, begun_at, now))?;
        Ok(has_begun.then_some(now))
    }

    /// P18: nobody waits for this call's answer any more.
    pub(super) fn give_over(&mut self, call: &Call<'_>, why: &str) -> Result<(), StoreError> {
        let id = call.payment.id;
        self.write(call, |dossier| give_over(dossier, id, why))?;
        Ok(())
    }

    /// Returns `false` if it was too late: another process may have queried it in the meantime.
    pub(super) fn give_up(&mut self, call: &Call<'_>) -> Result<bool, StoreError> {
        let (id, now) = (call.payment.id, self.setting.clock.now());
        self.write(call, |dossier| give_up(dossier, id, now))
    }

    pub(super) fn refuse(&mut self, call: &Call<'_>, words: &str) -> Result<(), StoreError> {
        let (id, now) = (call.payment.id, self.setting.clock.now());
        self.write(call, |dossier| refuse(dossier, id, words, now))?;
        Ok(())
    }

    /// An account that opens payments is the right one.
    pub(super) fn present(
        &mut self,
        call: &Call<'_>,
        presented: &Presented,
    ) -> Result<(), StoreError> {
        let (id, now) = (call.payment.id, self.setting.clock.now());
        self.write(call, |dossier| present(dossier, id, presented, now))?;
        let seen = Conduct {
            proven_at: Some(now),
            known_at: Some(now),
            answered_at: Some(now),
            ..Conduct::default()
        };
        if let Some(Pen::Writing { store, permit }) = &mut self.pen {
            store.note_conduct(permit, &call.payment.gateway, &seen, now)?;
        }
        Ok(())
    }

    pub(super) fn hear_clock(
        &mut self,
        gateway: &GatewayName,
        clock: ClockReadings,
    ) -> Result<(), StoreError> {
        self.crew.hear_clock(gateway, clock);
        if let Some(Pen::Writing { store, permit }) = &mut self.pen {
            store.note_clock(permit, clock, self.setting.clock.now())?;
        }
        Ok(())
    }

    /// Whether there was anything to write.
    fn write(
        &mut self,
        call: &Call<'_>,
        decide: impl FnOnce(Dossier) -> Vec<Change>,
    ) -> Result<bool, StoreError> {
        let hand = Hand {
            actor: self.actor,
            now: self.setting.clock.now(),
        };
        let Some(Pen::Writing { store, permit }) = &mut self.pen else {
            return Ok(false);
        };
        let order = call.dossier.order.id;
        let acted = store.act::<bool, ()>(permit, order, hand, |dossier| {
            let changes = decide(dossier);
            Ok((!changes.is_empty(), changes))
        })?;
        Ok(matches!(acted, Some(Ok(acted)) if acted.said))
    }
}
