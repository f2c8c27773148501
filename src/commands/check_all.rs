//! `payctl check-all`: the main job.

use std::time::Duration;

use clap::Args;

use super::accounts::pool;
use super::checked_row::CheckedSummary;
use super::job::Job;
use super::job_ends::{job_begins, job_ended};
use super::news::Audience;
use super::polling_run::{AfterPoll, PollJob, ask, ended, keep_health};
use super::reckoned_time::{preview_wrong_instants, query_rates, reschedule_wrong_instants};
use crate::commands::{CommandError, Context, writes};
use crate::config::duration;
use crate::domain::{GatewayName, Instant, QueryPurpose, TripReason};
use crate::exit::Exit;
use crate::faults::planted;
use crate::reconciler::{
    CheckResult, GatewayPool, Ledger, OnResult, QuerySource, RoundError, RunContext, RunStats,
    ask_about_unsettled, before_closing_dead, close_dead, heal,
};
use crate::shutdown::StopReason;
use crate::store::{self, CheckFilter, CheckScope, OpenQuestions, Reader, StoreError, WriteReason};

/// Ask the gateways about every payment whose status may still change
///
/// Without --fix nothing is written: the report shows what differs. With --fix the orders and payments are
/// updated. Payments whose next check is due come first, then those checked longest ago.
#[derive(Debug, Args)]
pub(super) struct CheckAllArgs {
    /// Update orders and payments to match the gateways' answers
    #[arg(long)]
    fix: bool,
    /// Check only payments whose next check is due; cron runs this every minute
    #[arg(long)]
    due: bool,
    /// Check only payments at this gateway
    #[arg(long, value_name = "NAME")]
    gateway: Option<GatewayName>,
    /// Check at most N payments; the rest go first in the next run
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    limit: Option<u64>,
    /// Time limit: send no further queries after this
    #[arg(long, value_name = "TIME", default_value = "50s", value_parser = duration)]
    max_time: Duration,
    /// Most queries in flight at once per gateway; default: from the configuration
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    max_in_flight: Option<u16>,
}

writes!(CheckAllArgs: Idempotent with fix);

impl CheckAllArgs {
    /// A run that writes and asks about every payment.
    pub(super) fn whole(max_time: Duration) -> Self {
        Self {
            fix: true,
            due: false,
            gateway: None,
            limit: None,
            max_time,
            max_in_flight: None,
        }
    }
}

const COMMAND: &str = "check-all";

pub(super) fn run(args: &CheckAllArgs, mut context: Context<'_>) -> anyhow::Result<Exit> {
    if let Some(name) = &args.gateway {
        require_configured(&context, name)?;
    }
    let max_in_flight = args.max_in_flight.map(usize::from);
    let max_time = Some(args.max_time);
    if !args.fix {
        let ledger = Ledger::preview(context.reader_as_migrated()?);
        let mut turns = query_rates(&context);
        preview_wrong_instants(&mut context, ledger.read())?;
        let healed = heal(&ledger, &mut turns)?;
        let work = CheckAll {
            healed,
            ..CheckAll::plan(args, &context, ledger.read())?
        };
        let pool = pool(&context, ledger.read(), max_in_flight)?;
        let asked = ask(&mut context, COMMAND, &work, pool, &ledger, max_time)?;
        return ended(asked.exit, asked.trouble);
    }
    let writer = context.writer(WriteReason::Fix)?;
    let mut job = Job::begin(&context, &writer, COMMAND)?;
    job_begins(&context, COMMAND);
    let mut turns = query_rates(&context);
    reschedule_wrong_instants(&mut context, &writer, &mut turns)?;
    let ledger = Ledger::from(&writer);
    let healed = heal(&ledger, &mut turns)?;
    let work = CheckAll {
        healed,
        // While the clock was ahead, nothing about due times can be trusted.
        previous: ledger
            .read()
            .previous_run(COMMAND)?
            .filter(|at| *at <= context.started_at),
        ..CheckAll::plan(args, &context, ledger.read())?
    };
    let pool = pool(&context, ledger.read(), max_in_flight)?;
    let asked = ask(&mut context, COMMAND, &work, pool, &ledger, max_time)?;
    job.clock = asked.clock;
    job.end(&context, &writer, asked.exit, &asked.summary)?;
    job_ended(&context, COMMAND, asked.exit, &asked.summary);
    ended(asked.exit, asked.trouble)
}

fn require_configured(context: &Context<'_>, name: &GatewayName) -> Result<(), CommandError> {
    if context.config.gateways.contains_key(name) {
        return Ok(());
    }
    let known: Vec<&str> = context
        .config
        .gateways
        .keys()
        .map(GatewayName::as_str)
        .collect();
    let hint = match known.as_slice() {
        [] => "no gateway is configured; run: payctl init".to_owned(),
        known => format!("the configuration has {}", known.join(", ")),
    };
    let message = format!("no gateway is named {name}");
    Err(CommandError::config(message).hint(hint))
}

/// The payments to check, as of the start of the run.
struct CheckAll {
    queues: Vec<store::PollQueue>,
    /// Left for the next run because of `--limit`.
    beyond_limit: u64,
    /// Gateways of which nothing is within `--limit`.
    out_of_turn: Vec<GatewayName>,
    /// Payments damaged by older versions, which are checked again (or would be).
    healed: Vec<CheckResult>,
    /// Start of the previous run; none on the first run and in a run without --fix.
    previous: Option<Instant>,
}

impl CheckAll {
    fn plan(args: &CheckAllArgs, context: &Context<'_>, reader: &Reader) -> anyhow::Result<Self> {
        let all = CheckFilter {
            gateway: args.gateway.clone(),
            scope: if args.due {
                CheckScope::Due
            } else {
                CheckScope::Everybody
            },
            limit: None,
            max_time: Some(args.max_time),
        };
        let limited = CheckFilter {
            limit: args.limit,
            ..all.clone()
        };
        let count =
            |queues: &[store::PollQueue]| queues.iter().map(|queue| queue.to_ask).sum::<u64>();
        let queues = reader.queues(&limited, context.started_at)?;
        let all = match args.limit {
            None => Vec::new(),
            Some(_) => reader.queues(&all, context.started_at)?,
        };
        let is_asked = |name: &GatewayName| queues.iter().any(|queue| queue.gateway == *name);
        let waiting = all.iter().map(|queue| &queue.gateway);
        Ok(Self {
            beyond_limit: count(&all).saturating_sub(count(&queues)),
            out_of_turn: waiting.filter(|name| !is_asked(name)).cloned().collect(),
            queues,
            healed: Vec::new(),
            previous: None,
        })
    }

    /// Payments that were due when the previous run began and are still unchecked. Gateways that do not answer or reject
    /// the key are reported in another way.
    fn record_left(
        &self,
        stats: &mut RunStats,
        (pool, ledger): (&GatewayPool, &Ledger),
        now: Instant,
    ) -> Result<(), StoreError> {
        let previous = self.previous.filter(|_| !planted!(LeaveTheUnreachedUntold));
        let (Some(previous), Some(writer)) = (previous, ledger.writer()) else {
            return Ok(());
        };
        let others = self.out_of_turn.iter();
        let mut reached: Vec<GatewayName> = others
            .filter(|name| pool.account(name).is_ok())
            .cloned()
            .collect();
        for (gateway, gateway_stats) in &stats.gateways {
            let is_silent = gateway_stats.asked > 0 && gateway_stats.seen.answered_at.is_none();
            let is_refused = gateway_stats
                .stop
                .is_some_and(TripReason::blames_configuration);
            if !is_silent && !is_refused {
                reached.push(gateway.clone());
            }
        }
        for gateway in reached {
            let left = writer.read().due_since(&gateway, previous)?;
            if left > 0 {
                stats.tells_left |= writer
                    .write(|store, permit| store.should_report_left(permit, &gateway, now))?;
                stats.left_twice.insert(gateway, left);
            }
        }
        Ok(())
    }
}

impl PollJob for CheckAll {
    type Summary = CheckedSummary;

    fn total(&self) -> u64 {
        self.queues.iter().map(|queue| queue.to_ask).sum()
    }

    /// Checks all payments, then closes those that must not stay payable.
    async fn execute(
        &self,
        pool: &mut GatewayPool,
        ledger: &Ledger,
        setting: &RunContext,
        print: &mut OnResult<'_>,
    ) -> Result<RunStats, RoundError> {
        let streams = self.queues.iter().filter_map(|queue| {
            let source = QuerySource::File(queue.clone());
            pool.stream(&queue.gateway, source, QueryPurpose::Read)
        });
        let streams = streams.collect();
        for line in &self.healed {
            print(line)?;
        }
        let reading = before_closing_dead(ledger, setting)?;
        let mut stats = reading.query(streams, ledger, print).await?;
        self.healed.iter().for_each(|line| stats.count(line));
        self.record_left(&mut stats, (pool, ledger), setting.clock.now())?;
        pool.absorb(&stats);
        if stats.halt != Some(StopReason::Interrupted) {
            stats.add(close_dead(pool, ledger, setting, print).await?);
        }
        // With a wrong clock, a minute can look like a week.
        if stats.clock.differ() {
            return Ok(stats);
        }
        let now = setting.clock.now();
        // Whoever has just answered is not silent.
        keep_health(ledger, &stats, now)?;
        stats.add(ask_about_unsettled(ledger, setting, print)?);
        if let Some(writer) = ledger.writer() {
            stats.cases_opened +=
                writer.write(|store, permit| store.ask_about_strangers(permit, now))?;
        }
        Ok(stats)
    }

    fn after_poll(&self) -> AfterPoll {
        AfterPoll::Effects
    }

    fn audience(&self) -> Audience {
        Audience::Cron
    }

    fn summary(&self, stats: &RunStats, missed: u64, open: OpenQuestions) -> CheckedSummary {
        CheckedSummary::of(stats, self.beyond_limit + missed, open)
    }
}
