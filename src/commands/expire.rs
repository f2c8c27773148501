//! `payctl expire`: closes overdue orders that are proven unpaid.

mod by_clock;

use std::time::Duration;

use clap::Args;

use super::accounts::pool;
use super::expiry_row::ExpirySummary;
use super::job::Job;
use super::job_ends::{job_begins, job_ended};
use super::news::Audience;
use super::polling_run::{PollJob, ask, ended};
use super::reckoned_time::{query_rates, reschedule_wrong_instants};
use crate::commands::{Context, Writes};
use crate::config::duration;
use crate::domain::decide::release::expiry;
use crate::domain::{Dossier, Instant, OrderId};
use crate::exit::Exit;
use crate::reconciler::{
    CheckAction, CheckResult, ExpiryRun, GatewayPool, Ledger, OnResult, RoundError, RunContext,
    RunStats, close_dead, expire,
};
use crate::shutdown::StopReason;
use crate::store::{OpenQuestions, WriteReason};
use by_clock::by_clock;

/// Expire overdue orders that are confirmed unpaid, and release their stock
///
/// Run it every minute. An order is overdue once its deadline and the grace period have passed. payctl asks the
/// gateways about each of its payments, closes those that can still be paid, and asks again. Only then does it
/// expire the order. If a gateway does not answer, the order stays pending until the next run.
#[derive(Debug, Args)]
pub(super) struct ExpireArgs {
    /// Query the gateways and show what would be done; close and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Process at most N orders; the rest go first in the next run
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    limit: Option<u64>,
    /// Time limit: start nothing new after this
    #[arg(long, value_name = "TIME", default_value = "50s", value_parser = duration)]
    max_time: Duration,
    #[arg(skip = Audience::Cron)]
    audience: Audience,
}

impl ExpireArgs {
    /// What it does to the database.
    pub(in crate::commands) fn writes(&self) -> Writes {
        Writes::Idempotent.unless(self.dry_run)
    }

    /// The run of a web request: bounded in time and number, without a report to a person.
    pub(super) fn within(max_time: Duration, limit: u64) -> Self {
        Self {
            dry_run: false,
            limit: Some(limit),
            max_time,
            audience: Audience::Asker,
        }
    }
}

const COMMAND: &str = "expire";

pub(super) fn run(args: &ExpireArgs, mut context: Context<'_>) -> anyhow::Result<Exit> {
    let work = ExpireAll {
        limit: args.limit.unwrap_or(u64::MAX),
        audience: args.audience,
    };
    let max_time = Some(args.max_time);
    if args.dry_run {
        let reader = context.reader()?;
        let pool = pool(&context, &reader, None)?;
        let ledger = Ledger::preview(reader);
        let asked = ask(&mut context, COMMAND, &work, pool, &ledger, max_time)?;
        return ended(asked.exit, asked.trouble);
    }
    context.says_itself_that_it_is_held();
    let writer = context.writer(WriteReason::NotDryRun)?;
    if let Some(exit) = context.hold_job(&writer, COMMAND)? {
        return Ok(exit);
    }
    let mut job = Job::begin(&context, &writer, COMMAND)?;
    // A web request must be answered soon.
    let is_scheduled = args.audience == Audience::Cron;
    if is_scheduled {
        job_begins(&context, COMMAND);
    }
    let mut turns = query_rates(&context);
    reschedule_wrong_instants(&mut context, &writer, &mut turns)?;
    writer.write(|store, permit| store.record_run_clock(permit, context.started_at))?;
    let pool = pool(&context, writer.read(), None)?;
    let ledger = Ledger::from(&writer);
    let asked = ask(&mut context, COMMAND, &work, pool, &ledger, max_time)?;
    job.clock = asked.clock;
    job.end(&context, &writer, asked.exit, &asked.summary)?;
    if is_scheduled {
        job_ended(&context, COMMAND, asked.exit, &asked.summary);
    }
    ended(asked.exit, asked.trouble)
}

/// Orders that are queried, closed and expired together.
const TOGETHER: usize = 250;

/// Overdue orders listed at once; they are sorted by their last attempt.
const MAX_LISTED: u32 = 10_000;

/// The actor recorded for expiries.
const ACTOR: &str = "deadline";

struct ExpireAll {
    limit: u64,
    audience: Audience,
}

impl PollJob for ExpireAll {
    type Summary = ExpirySummary;

    fn total(&self) -> u64 {
        0
    }

    async fn execute(
        &self,
        pool: &mut GatewayPool,
        ledger: &Ledger,
        setting: &RunContext,
        print: &mut OnResult<'_>,
    ) -> Result<RunStats, RoundError> {
        let mut stats = RunStats::default();
        let mut left = self.limit;
        by_clock(pool, ledger, setting, &mut left, &mut stats, print).await?;
        by_proof(pool, ledger, setting, &mut left, &mut stats, print).await?;
        if stats.halt == Some(StopReason::Interrupted) {
            return Ok(stats);
        }
        let mut unprinted = |_: &CheckResult| Ok(());
        let closed = close_dead(pool, ledger, setting, &mut unprinted).await?;
        stats.open_unanswered += closed.of(CheckAction::Unchecked);
        stats.add(closed.without_lines());
        Ok(stats)
    }

    fn audience(&self) -> Audience {
        self.audience
    }

    fn summary(&self, stats: &RunStats, _: u64, open: OpenQuestions) -> ExpirySummary {
        ExpirySummary::of(stats, open)
    }
}

/// O3 to O6: if a gateway may know of money, it is asked first.
async fn by_proof(
    pool: &mut GatewayPool,
    ledger: &Ledger,
    setting: &RunContext,
    left: &mut u64,
    stats: &mut RunStats,
    print: &mut OnResult<'_>,
) -> Result<(), RoundError> {
    let cutoff = setting.now.saturating_sub(setting.policy.grace);
    let request = |dossier: &Dossier| expiry(dossier, setting.now, &setting.policy);
    let orders = overdue(ledger, cutoff, setting.now, *left)?;
    for (index, together) in spread(&orders).chunks(TOGETHER).enumerate() {
        if setting.is_over() || stats.halt.is_some() {
            stats.halt = stats.halt.or(Some(StopReason::OutOfTime));
            let rest = orders.len().saturating_sub(index * TOGETHER);
            stats.not_reached += u64::try_from(rest).unwrap_or(u64::MAX);
            break;
        }
        let work = ExpiryRun {
            orders: together,
            request: &request,
            actor: ACTOR,
        };
        stats.add(expire(&work, pool, ledger, setting, print).await?);
    }
    Ok(())
}

/// Spreads the orders over the groups, so that a block of unanswered orders does not fill one group.
fn spread(orders: &[OrderId]) -> Vec<OrderId> {
    let groups = orders.len().div_ceil(TOGETHER).max(1);
    let of_group = |first| orders.iter().skip(first).step_by(groups).copied();
    (0..groups).flat_map(of_group).collect()
}

fn overdue(
    ledger: &Ledger,
    cutoff: Instant,
    now: Instant,
    limit: u64,
) -> Result<Vec<OrderId>, RoundError> {
    let most = MAX_LISTED.min(u32::try_from(limit).unwrap_or(u32::MAX));
    Ok(ledger.read().overdue_at_gateways(cutoff, now, most)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_group_mixes_orders_from_everywhere() {
        for many in [0, 1, 250, 251, 999, 10_000] {
            let orders: Vec<OrderId> = (0..many).map(OrderId).collect();
            let mut mixed = spread(&orders);
            let last_part = many - many / 4;
            let is_mixed = mixed
                .iter()
                .take(TOGETHER)
                .any(|order| order.0 >= last_part);
            assert!(is_mixed || many < 4, "{many}");
            assert_eq!(mixed.first(), orders.first());
            mixed.sort_unstable();
            assert_eq!(mixed, orders, "{many}");
        }
    }
}
