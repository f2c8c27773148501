//! Carries out due effects: for `fulfil`, and at the end of commands that change orders.

mod attached;
mod payload;
mod row;
mod status;

use std::io::{self, Write as _};
use std::pin::pin;
use std::time::Duration;

use futures_util::stream::{FuturesUnordered, StreamExt as _};

use super::context::Context;
use super::hooks::HookDeliveries;
use super::polling_run::runtime;
use crate::clock::Clock;
use crate::domain::{AttemptResult, Effect, EffectId, EffectStatus, Instant, OrderNumber};
use crate::effects::DeliveryRequest;
use crate::exit::Exit;
use crate::output::printable;
use crate::reconciler::StopReason;
use crate::shutdown::Shutdown;
use crate::store::{
    ClaimedEffect, DueWindow, EffectSelector, JobLock, OutboxLock, Reader, Store, WorkerId,
    WritePermit,
};

pub(super) use self::row::{FulfilAction, FulfilSummary, FulfilledRow};
pub(super) use self::status::EffectRow;

/// The lock's name: only one process carries out effects at a time, so that a slow partner gets no parallel calls.
pub(super) const JOB: &str = "fulfil";

/// Attempts that run at once: the shop's programs and mails share a small machine.
const TOGETHER: usize = 4;

/// After an interrupt, running attempts have this long to finish.
const FAREWELL: Duration = Duration::from_secs(5);

/// A claim lasts this much longer than the attempt's time limit: time to finish and to record the result.
const MARGIN: Duration = Duration::from_secs(30);

/// Time limit while a person waits; what has not started by then is left to the next run.
pub(super) const A_PERSON_WAITS: Duration = Duration::from_secs(10);

/// Called with each row.
pub(super) type OnAttempt<'a> = dyn FnMut(&FulfilledRow) -> io::Result<()> + 'a;

/// How much to carry out.
pub(super) struct RunLimits {
    /// Only this effect, even before it is due; none: all that is due.
    pub(super) one: Option<EffectId>,
    pub(super) limit: u64,
    /// After this nothing new starts; running attempts are finished.
    pub(super) until: Option<tokio::time::Instant>,
}

impl RunLimits {
    /// Whether all due effects are meant.
    pub(super) fn is_all(&self) -> bool {
        self.one.is_none() && self.limit == u64::MAX
    }
}

/// Carries out due effects at the end of a command that changed orders, within its time limit. Does nothing if
/// another process holds the lock. Cheap if no effects are configured or due.
///
/// The caller adds the returned exit to its own before it reports it; what happened is printed on stderr.
pub(super) fn fulfil_after(
    context: &mut Context<'_>,
    store: &mut Store,
    permit: &WritePermit,
    until: Option<tokio::time::Instant>,
) -> anyhow::Result<Exit> {
    if context.config.effects.is_empty() {
        return Ok(Exit::Clean);
    }
    let (mut told, mut summary) = (Vec::new(), FulfilSummary::default());
    let mut tell = |row: &FulfilledRow| {
        summary.count(row);
        told.extend(row.note());
        Ok(())
    };
    let ended = drain_outbox(context, store, permit, until, &mut tell)?;
    summary.ended = ended;
    if summary.is_news() || (!context.options.quiet && summary.tried() > 0) {
        for note in told {
            let _gone = writeln!(context.host.stderr, "{}", printable(&note));
        }
        let _gone = writeln!(context.host.stderr, "effects: {}", summary.short());
    }
    Ok(summary.exit())
}

/// Carries out effects until none is due; returns why it ended early, if it did.
///
/// A process that finds the lock taken leaves its effects to the holder. So the holder looks once more after it
/// has released the lock: it sees what was queued after its last look.
pub(super) fn drain_outbox(
    context: &Context<'_>,
    store: &mut Store,
    permit: &WritePermit,
    until: Option<tokio::time::Instant>,
    tell: &mut OnAttempt<'_>,
) -> anyhow::Result<Option<StopReason>> {
    let bounds = RunLimits {
        one: None,
        limit: u64::MAX,
        until,
    };
    while store
        .read()
        .has_due_effects(worker(context), context.host.clock.now())?
    {
        let Some(lock) = JobLock::take(context.database(), JOB)? else {
            return Ok(None);
        };
        let summary = execute_due(context, store, permit, &lock, &bounds, tell)?;
        if summary.ended.is_some() {
            return Ok(summary.ended);
        }
    }
    Ok(None)
}

/// Carries out what is due and reports each row as it ends.
pub(super) fn execute_due(
    context: &Context<'_>,
    store: &mut Store,
    permit: &WritePermit,
    lock: &JobLock,
    bounds: &RunLimits,
    tell: &mut OnAttempt<'_>,
) -> anyhow::Result<FulfilSummary> {
    let carriers = HookDeliveries::new(context);
    let now = context.host.clock.now();
    let (transport, lost) = store.start_attempts(permit, lock, worker(context), now)?;
    let mut recorder = OutboxRecorder {
        store,
        permit,
        transport,
        carriers: &carriers,
        clock: &*context.host.clock,
        now,
        summary: FulfilSummary::default(),
        left: bounds.limit,
    };
    recorder.print_abandoned(&lost, tell)?;
    let shutdown = context.host.shutdown.clone();
    runtime()?.block_on(work(&mut recorder, bounds, shutdown, tell))?;
    Ok(recorder.summary)
}

/// Effects that another process is working on, or that outlive a killed run, do not start again before they have ended.
pub(super) fn under_way(
    context: &Context<'_>,
    reader: &Reader,
) -> anyhow::Result<Vec<FulfilledRow>> {
    let now = context.host.clock.now();
    let found = reader.effects_under_way(worker(context), now)?;
    let told = found.into_iter().map(|(effect, until)| {
        let order = reader.order_of_effect(&effect)?;
        Ok(FulfilledRow::under_way(&effect, order, until))
    });
    told.collect()
}

fn worker<'a>(context: &'a Context<'_>) -> WorkerId<'a> {
    WorkerId {
        host: &context.host.machine.host,
        pid: context.host.machine.pid,
        database: context.database(),
    }
}

/// Records each claim before the attempt starts, and each result as soon as it is known.
struct OutboxRecorder<'a> {
    store: &'a mut Store,
    permit: &'a WritePermit,
    transport: OutboxLock<'a>,
    carriers: &'a HookDeliveries,
    clock: &'a dyn Clock,
    /// Effects due after this are left to the next run, so that this one ends.
    now: Instant,
    summary: FulfilSummary,
    left: u64,
}

async fn work(
    recorder: &mut OutboxRecorder<'_>,
    bounds: &RunLimits,
    shutdown: Shutdown,
    tell: &mut OnAttempt<'_>,
) -> anyhow::Result<()> {
    let carriers = recorder.carriers;
    let mut under_way = FuturesUnordered::new();
    let mut comes = pin!(shutdown.comes());
    let mut is_dry = false;
    loop {
        while under_way.len() < TOGETHER && !is_dry && recorder.can_start(bounds) {
            match recorder.claim(bounds)? {
                Some((claimed, errand)) => under_way.push(try_once(carriers, claimed, errand)),
                None => is_dry = true,
            }
        }
        if under_way.is_empty() {
            return Ok(());
        }
        tokio::select! {
            // The interrupt is checked first, so that an attempt that ends at the same moment does not start another.
            biased;
            () = &mut comes => break,
            ended = under_way.next() => {
                if let Some((effect, delivery)) = ended {
                    tell(&recorder.finish(&effect, &delivery)?)?;
                }
            }
        }
    }
    recorder.summary.ended = Some(StopReason::Interrupted);
    let farewell = tokio::time::sleep(FAREWELL);
    let mut farewell = pin!(farewell);
    loop {
        tokio::select! {
            ended = under_way.next() => match ended {
                Some((effect, delivery)) => tell(&recorder.finish(&effect, &delivery)?)?,
                None => return Ok(()),
            },
            // An attempt dropped here is found running by the next run, which retries it under the same idempotency key.
            () = &mut farewell => return Ok(()),
        }
    }
}

async fn try_once(
    carriers: &HookDeliveries,
    claimed: ClaimedEffect,
    errand: Result<DeliveryRequest, String>,
) -> (Effect, AttemptResult) {
    // Holds the liveness lock until the attempt ends; the result is recorded after that. No lock: nothing is running.
    let ClaimedEffect {
        effect,
        liveness: _held,
    } = claimed;
    let delivery = match (carriers.of(&effect.hook), errand) {
        (Ok(ready), Ok(errand)) => ready.transport.carry_out(&errand, ready.timeout).await,
        (Err(why), _) | (_, Err(why)) => AttemptResult::Again(why),
    };
    (effect, delivery)
}

impl OutboxRecorder<'_> {
    fn can_start(&mut self, bounds: &RunLimits) -> bool {
        let is_over = |until: tokio::time::Instant| tokio::time::Instant::now() >= until;
        if bounds.until.is_some_and(is_over) {
            self.summary.ended = Some(StopReason::OutOfTime);
            return false;
        }
        self.left > 0
    }

    fn claim(
        &mut self,
        bounds: &RunLimits,
    ) -> anyhow::Result<Option<(ClaimedEffect, Result<DeliveryRequest, String>)>> {
        let (carriers, now) = (self.carriers, self.clock.now());
        let turn = DueWindow { by: self.now, now };
        let pick = bounds
            .one
            .map_or(EffectSelector::Due(turn), EffectSelector::One);
        let lease = |effect: &Effect| MARGIN + carriers.timeout(&effect.hook);
        let claimed = self
            .store
            .claim_effect(self.permit, &self.transport, pick, &lease, now)?;
        let Some(claimed) = claimed else {
            return Ok(None);
        };
        self.left -= 1;
        let pictures = self.carriers.of(&claimed.effect.hook);
        let pictures = pictures.ok().and_then(|ready| ready.tickets);
        let (reader, now) = (self.store.read(), self.clock.now());
        let errand = payload::errand(reader, &claimed.effect, pictures, now)?.map(|errand| {
            DeliveryRequest {
                liveness: Some(claimed.liveness.file()),
                ..errand
            }
        });
        Ok(Some((claimed, errand)))
    }

    fn finish(
        &mut self,
        effect: &Effect,
        delivery: &AttemptResult,
    ) -> anyhow::Result<FulfilledRow> {
        let now = self.clock.now();
        let after = self
            .store
            .finish_effect(self.permit, effect, delivery, now)?;
        let order = self.number(effect)?;
        let row = FulfilledRow::ended(effect, order, after.as_ref(), delivery);
        self.summary.count(&row);
        Ok(row)
    }

    /// Effects whose worker is gone: they are retried, except those that must not happen twice.
    fn print_abandoned(&mut self, lost: &[Effect], tell: &mut OnAttempt<'_>) -> anyhow::Result<()> {
        for effect in lost {
            let after = self.store.read().effect(effect.id)?;
            let stuck = after.filter(|after| after.status == EffectStatus::Uncertain);
            if let Some(after) = stuck {
                let order = self.number(&after)?;
                let row = FulfilledRow::standing(&after, order, FulfilAction::Uncertain);
                self.summary.count(&row);
                tell(&row)?;
            }
        }
        Ok(())
    }

    fn number(&self, effect: &Effect) -> anyhow::Result<Option<OrderNumber>> {
        Ok(self.store.read().order_of_effect(effect)?)
    }
}
