//! Due effects: the outbox carries them out, and what came of each is printed as a row.

mod deliveries;
mod row;
mod status;

use std::io::Write as _;
use std::time::Duration;

use super::runtime::block_on;
use crate::commands::Context;
use crate::domain::{HookName, Instant};
use crate::exit::Exit;
use crate::outbox::{Attempt, Deliveries, Worker};
use crate::output::printable;
use crate::reconciler::Writer;
use crate::store::{Reader, Store, StoreError, WorkerId, WritePermit};

pub(super) use self::deliveries::{deliveries, delivery_of, mailer, reach_mail_server};
pub(super) use self::row::{FulfilAction, FulfilSummary, FulfilledRow};
pub(super) use self::status::EffectRow;

/// Time limit while a person waits; what has not started by then is left to the next run.
pub(super) const INTERACTIVE_BUDGET: Duration = Duration::from_secs(10);

/// A mail names so many effects.
const NOTES_SHOWN: usize = 5;

/// Carries out due effects at the end of a command that changed orders, within its time limit. Does nothing if
/// another process holds the lock. Cheap if no effects are configured or due.
///
/// The caller adds the returned exit to its own before it reports it; what happened is printed on stderr.
pub(super) fn fulfil_after(
    context: &mut Context<'_>,
    writer: &Writer,
    until: Option<tokio::time::Instant>,
) -> anyhow::Result<Exit> {
    let now = context.host.clock.now();
    let has_work = || writer.read().has_due_effects(worker_id(context), now);
    if context.config.effects.is_empty() || !has_work()? {
        return Ok(Exit::Clean);
    }
    if writer.read().held_as_of()?.is_some() {
        context.tell_of_hold(writer.read())?;
        return Ok(Exit::Clean);
    }
    let (mut notes, mut summary) = (Vec::new(), FulfilSummary::default());
    let mut tries = Tries::default();
    let mut report = |attempt: &Attempt| {
        tries.add(attempt);
        let row = FulfilledRow::from(attempt);
        summary.count(&row);
        notes.extend(row.note());
    };
    let deliveries = deliveries(context);
    let drain = |store: &Store, permit: &WritePermit| {
        let mut worker = worker(context, store, permit, &deliveries);
        block_on(&*context.host.clock, worker.drain(until, &mut report))
    };
    summary.ended = writer.write(drain)??;
    tries.record(writer, context.host.clock.now())?;
    if summary.is_news() || (!context.options.quiet && summary.tried() > 0) {
        let more = notes.len().saturating_sub(NOTES_SHOWN);
        if context.options.quiet && more > 0 {
            notes.truncate(NOTES_SHOWN);
            notes.push(format!("… and {more} more: payctl fulfil list"));
        }
        for note in notes {
            let _gone = writeln!(context.host.stderr, "{}", printable(&note));
        }
        let _gone = writeln!(context.host.stderr, "effects: {}", summary.short());
    }
    Ok(summary.exit())
}

/// How the tries of effects ended, in their order: an effect that fails in every try becomes an incident.
#[derive(Debug, Default)]
pub(super) struct Tries(Vec<(HookName, Option<String>)>);

impl Tries {
    pub(super) fn push(&mut self, hook: HookName, trouble: Option<&str>) {
        // What a program printed may be about a customer, and goes with that customer; an incident stays.
        let kind = |words: &str| words.split(": ").next().unwrap_or_default().to_owned();
        self.0.push((hook, trouble.map(kind)));
    }

    pub(super) fn add(&mut self, attempt: &Attempt) {
        if let Some(result) = &attempt.result {
            self.push(attempt.claimed.hook.clone(), result.trouble());
        }
    }

    pub(super) fn record(self, writer: &Writer, now: Instant) -> Result<(), StoreError> {
        writer.write(|store, permit| store.record_tries(permit, &self.0, now))
    }
}

/// The shop's worker.
pub(super) fn worker<'a>(
    context: &'a Context<'_>,
    store: &'a Store,
    permit: &'a WritePermit,
    deliveries: &'a Deliveries,
) -> Worker<'a> {
    Worker {
        store,
        permit,
        id: worker_id(context),
        deliveries,
        clock: &*context.host.clock,
        shutdown: context.host.shutdown.clone(),
    }
}

/// Effects that another process is working on, or that outlive a killed run, do not start again before they have ended.
pub(super) fn under_way(
    context: &Context<'_>,
    reader: &Reader,
) -> anyhow::Result<Vec<FulfilledRow>> {
    let now = context.host.clock.now();
    let found = reader.effects_under_way(worker_id(context), now)?;
    let rows = found.into_iter().map(|(effect, until)| {
        let order = reader.order_of_effect(&effect)?;
        Ok(FulfilledRow::under_way(&effect, order, until))
    });
    rows.collect()
}

fn worker_id<'a>(context: &'a Context<'_>) -> WorkerId<'a> {
    WorkerId {
        host: &context.host.machine.host,
        pid: context.host.machine.pid,
        database: context.database(),
    }
}
