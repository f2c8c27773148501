//! Carrying out what is due: for `fulfil`, and at the end of commands that move orders.

mod attached;
mod payload;
mod row;
mod standing;

use std::io::{self, Write as _};
use std::pin::pin;
use std::time::Duration;

use futures_util::stream::{FuturesUnordered, StreamExt as _};

use super::asking::runtime;
use super::carriers::Carriers;
use super::context::Context;
use crate::clock::Clock;
use crate::domain::effect::{Delivery, Effect, EffectStatus};
use crate::domain::instant::Instant;
use crate::domain::names::{EffectId, OrderNumber};
use crate::effects::Errand;
use crate::exit::Exit;
use crate::interrupt::Interrupt;
use crate::output::printable;
use crate::reconciler::Halt;
use crate::store::{Carrier, Claimant, Claimed, JobLock, Pick, Reader, Store, Turn, WritePermit};

pub(super) use self::row::{Action, FulfilSummary, FulfilledRow};
pub(super) use self::standing::EffectRow;

/// The name of the lock: one carries out at a time, so that a slow partner is not called by everybody.
pub(super) const JOB: &str = "fulfil";

/// So many tries are under way at once: programs of the shop's, and mails, that share a small machine.
const TOGETHER: usize = 4;

/// When somebody wants the run to end, tries under way have so long to end by themselves.
const FAREWELL: Duration = Duration::from_secs(5);

/// So much longer than its try is let run a claim is good: for the end of the try, and for writing it down.
const MARGIN: Duration = Duration::from_secs(30);

/// Where a person waits for the end: what has not begun by then is done by the next run.
pub(super) const A_PERSON_WAITS: Duration = Duration::from_secs(10);

/// What is done with each line.
pub(super) type Tell<'a> = dyn FnMut(&FulfilledRow) -> io::Result<()> + 'a;

/// How much is carried out.
pub(super) struct Bounds {
    /// Only this one, even before its time; none: all that is due.
    pub(super) one: Option<EffectId>,
    pub(super) limit: u64,
    /// From then on nothing is begun; what is under way is heard out.
    pub(super) until: Option<tokio::time::Instant>,
}

impl Bounds {
    /// Whether all that is due is meant.
    pub(super) fn is_all(&self) -> bool {
        self.one.is_none() && self.limit == u64::MAX
    }
}

/// What is due is carried out at the end of a command that moved orders, as far as its time goes. Another run that is
/// at it does it instead. Costs nothing where no effects are configured, and hardly anything where nothing is due.
///
/// How it ended is to be added to how the command ended, before that is told; what happened is told on stderr.
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
    let ended = carry_out_the_rest(context, store, permit, until, &mut tell)?;
    summary.ended = ended;
    if summary.is_news() || (!context.options.quiet && summary.tried() > 0) {
        for note in told {
            let _gone = writeln!(context.world.stderr, "{}", printable(&note));
        }
        let _gone = writeln!(context.world.stderr, "effects: {}", summary.short());
    }
    Ok(summary.exit())
}

/// Carries out until nothing is due, and says why it ended if it was before that.
///
/// Who finds the lock taken leaves what it has queued to the holder. So whoever lets go of the lock looks again: what
/// was queued too late for its last look is seen by this one.
pub(super) fn carry_out_the_rest(
    context: &Context<'_>,
    store: &mut Store,
    permit: &WritePermit,
    until: Option<tokio::time::Instant>,
    tell: &mut Tell<'_>,
) -> anyhow::Result<Option<Halt>> {
    let bounds = Bounds {
        one: None,
        limit: u64::MAX,
        until,
    };
    while store
        .read()
        .has_effects_to_carry(claimant(context), context.world.clock.now())?
    {
        let Some(lock) = JobLock::take(context.database(), JOB)? else {
            return Ok(None);
        };
        let summary = carry_out(context, store, permit, &lock, &bounds, tell)?;
        if summary.ended.is_some() {
            return Ok(summary.ended);
        }
    }
    Ok(None)
}

/// Carries out what is due, each line told as it ends.
pub(super) fn carry_out(
    context: &Context<'_>,
    store: &mut Store,
    permit: &WritePermit,
    lock: &JobLock,
    bounds: &Bounds,
    tell: &mut Tell<'_>,
) -> anyhow::Result<FulfilSummary> {
    let carriers = Carriers::new(context);
    let now = context.world.clock.now();
    let (carrier, lost) = store.begin_carrying(permit, lock, claimant(context), now)?;
    let mut desk = Desk {
        store,
        permit,
        carrier,
        carriers: &carriers,
        clock: &*context.world.clock,
        now,
        summary: FulfilSummary::default(),
        left: bounds.limit,
    };
    desk.tell_lost(&lost, tell)?;
    let interrupt = context.world.interrupt.clone();
    runtime()?.block_on(work(&mut desk, bounds, interrupt, tell))?;
    Ok(desk.summary)
}

/// What somebody else carries out, or what outlives a run that was killed: it is not begun again before it has ended.
pub(super) fn under_way(
    context: &Context<'_>,
    reader: &Reader,
) -> anyhow::Result<Vec<FulfilledRow>> {
    let now = context.world.clock.now();
    let found = reader.effects_under_way(claimant(context), now)?;
    let told = found.into_iter().map(|(effect, until)| {
        let order = reader.order_of_effect(&effect)?;
        Ok(FulfilledRow::under_way(&effect, order, until))
    });
    told.collect()
}

fn claimant<'a>(context: &'a Context<'_>) -> Claimant<'a> {
    Claimant {
        host: &context.world.machine.host,
        pid: context.world.machine.pid,
        database: context.database(),
    }
}

/// What is claimed is written down before it is begun, and what came of it as soon as it is known.
struct Desk<'a> {
    store: &'a mut Store,
    permit: &'a WritePermit,
    carrier: Carrier<'a>,
    carriers: &'a Carriers,
    clock: &'a dyn Clock,
    /// What is due later than this is left to the next run, so that this one ends.
    now: Instant,
    summary: FulfilSummary,
    left: u64,
}

async fn work(
    desk: &mut Desk<'_>,
    bounds: &Bounds,
    interrupt: Interrupt,
    tell: &mut Tell<'_>,
) -> anyhow::Result<()> {
    let carriers = desk.carriers;
    let mut under_way = FuturesUnordered::new();
    let mut comes = pin!(interrupt.comes());
    let mut is_dry = false;
    loop {
        while under_way.len() < TOGETHER && !is_dry && desk.may_begin(bounds) {
            match desk.claim(bounds)? {
                Some((claimed, errand)) => under_way.push(try_once(carriers, claimed, errand)),
                None => is_dry = true,
            }
        }
        if under_way.is_empty() {
            return Ok(());
        }
        tokio::select! {
            // The wish to end is heard first: what has ended at the same moment makes no room for another.
            biased;
            () = &mut comes => break,
            ended = under_way.next() => {
                if let Some((effect, delivery)) = ended {
                    tell(&desk.finish(&effect, &delivery)?)?;
                }
            }
        }
    }
    desk.summary.ended = Some(Halt::Interrupted);
    let farewell = tokio::time::sleep(FAREWELL);
    let mut farewell = pin!(farewell);
    loop {
        tokio::select! {
            ended = under_way.next() => match ended {
                Some((effect, delivery)) => tell(&desk.finish(&effect, &delivery)?)?,
                None => return Ok(()),
            },
            // What is dropped here is found running by the next run, and tried again under the same key.
            () = &mut farewell => return Ok(()),
        }
    }
}

async fn try_once(
    carriers: &Carriers,
    claimed: Claimed,
    errand: Result<Errand, String>,
) -> (Effect, Delivery) {
    // Its pulse ends here, and the end is written down after it: who finds no pulse knows that nothing goes on.
    let Claimed {
        effect,
        pulse: _held,
    } = claimed;
    let delivery = match (carriers.of(&effect.hook), errand) {
        (Ok(ready), Ok(errand)) => ready.carrier.carry_out(&errand, ready.timeout).await,
        (Err(why), _) | (_, Err(why)) => Delivery::Again(why),
    };
    (effect, delivery)
}

impl Desk<'_> {
    fn may_begin(&mut self, bounds: &Bounds) -> bool {
        let is_over = |until: tokio::time::Instant| tokio::time::Instant::now() >= until;
        if bounds.until.is_some_and(is_over) {
            self.summary.ended = Some(Halt::OutOfTime);
            return false;
        }
        self.left > 0
    }

    fn claim(
        &mut self,
        bounds: &Bounds,
    ) -> anyhow::Result<Option<(Claimed, Result<Errand, String>)>> {
        let (carriers, now) = (self.carriers, self.clock.now());
        let turn = Turn { by: self.now, now };
        let pick = bounds.one.map_or(Pick::Due(turn), Pick::One);
        let lease = |effect: &Effect| MARGIN + carriers.timeout(&effect.hook);
        let claimed = self
            .store
            .claim_effect(self.permit, &self.carrier, pick, &lease, now)?;
        let Some(claimed) = claimed else {
            return Ok(None);
        };
        self.left -= 1;
        let pictures = self.carriers.of(&claimed.effect.hook);
        let pictures = pictures.ok().and_then(|ready| ready.tickets);
        let (reader, now) = (self.store.read(), self.clock.now());
        let errand =
            payload::errand(reader, &claimed.effect, pictures, now)?.map(|errand| Errand {
                pulse: Some(claimed.pulse.file()),
                ..errand
            });
        Ok(Some((claimed, errand)))
    }

    fn finish(&mut self, effect: &Effect, delivery: &Delivery) -> anyhow::Result<FulfilledRow> {
        let now = self.clock.now();
        let after = self
            .store
            .finish_effect(self.permit, effect, delivery, now)?;
        let order = self.number(effect)?;
        let row = FulfilledRow::ended(effect, order, after.as_ref(), delivery);
        self.summary.count(&row);
        Ok(row)
    }

    /// What was left behind by whoever is gone: tried again below, but for what must not happen twice.
    fn tell_lost(&mut self, lost: &[Effect], tell: &mut Tell<'_>) -> anyhow::Result<()> {
        for effect in lost {
            let after = self.store.read().effect(effect.id)?;
            let stuck = after.filter(|after| after.status == EffectStatus::Uncertain);
            if let Some(after) = stuck {
                let order = self.number(&after)?;
                let row = FulfilledRow::standing(&after, order, Action::Uncertain);
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
