//! `payctl check-all`: the main job.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::accounts::crew;
use super::asking::{FollowUp, Work, ask, ended};
use super::checked_row::CheckedSummary;
use super::context::Context;
use super::failure::Refusal;
use super::job::Job;
use super::reckoning::{make_due, turns, would_make_due};
use super::telling::Audience;
use crate::config::duration;
use crate::domain::guard::Stop;
use crate::domain::instant::Instant;
use crate::domain::names::GatewayName;
use crate::domain::observation::Errand;
use crate::exit::Exit;
use crate::reconciler::{
    Checked, Crew, Pen, Print, RoundError, Setting, Source, Tally, ask_about_unsettled, close_dead,
    heal,
};
use crate::store::{
    self, CheckFilter, Grant, OpenQuestions, Reader, Scope, StoreError, WritePermit,
};

/// Ask the gateways about every payment that may still change
///
/// Without --fix nothing is written: the report shows what differs. With --fix the books are brought
/// level. Payments whose next check has come are asked about first, then those asked longest ago.
#[derive(Debug, Args)]
pub(super) struct CheckAllArgs {
    /// Bring the books level with what the gateways say
    #[arg(long)]
    fix: bool,
    /// Only payments whose next check has come: what cron runs every minute
    #[arg(long)]
    due: bool,
    /// Only this gateway
    #[arg(long, value_name = "NAME")]
    gateway: Option<GatewayName>,
    /// Ask about so many at the most; the others come first next time
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    limit: Option<u64>,
    /// Stop asking after this
    #[arg(long, value_name = "TIME", default_value = "50s", value_parser = duration)]
    max_time: Duration,
    /// Questions under way at once at each gateway, in place of the configuration's
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    max_in_flight: Option<u16>,
}

const COMMAND: &str = "check-all";

pub(super) fn run(args: &CheckAllArgs, mut context: Context<'_>) -> anyhow::Result<Exit> {
    if let Some(name) = &args.gateway {
        must_be_configured(&context, name)?;
    }
    let max_in_flight = args.max_in_flight.map(usize::from);
    let max_time = Some(args.max_time);
    if !args.fix {
        let mut pen = Pen::Looking(context.reader_as_migrated()?);
        let mut turns = turns(&context);
        would_make_due(&mut context, pen.read())?;
        let healed = heal(&mut pen, &mut turns)?;
        let work = CheckAll {
            healed,
            ..CheckAll::plan(args, &context, pen.read())?
        };
        let crew = crew(&context, pen.read(), max_in_flight)?;
        let asked = ask(&mut context, COMMAND, &work, crew, pen, max_time)?;
        return ended(asked.exit, asked.trouble);
    }
    let mut store = context.store()?;
    let permit = WritePermit::granted_by(Grant::Fix);
    let mut job = Job::begin(&context, &mut store, &permit, COMMAND)?;
    let mut turns = turns(&context);
    make_due(&mut context, &mut store, &permit, &mut turns)?;
    let mut pen = Pen::Writing { store, permit };
    let healed = heal(&mut pen, &mut turns)?;
    let work = CheckAll {
        healed,
        // A clock that was ahead says nothing of what was due then.
        previous: pen
            .read()
            .previous_run(COMMAND)?
            .filter(|at| *at <= context.started_at),
        ..CheckAll::plan(args, &context, pen.read())?
    };
    let crew = crew(&context, pen.read(), max_in_flight)?;
    let asked = ask(&mut context, COMMAND, &work, crew, pen, max_time)?;
    if let Pen::Writing { mut store, permit } = asked.pen {
        job.clock = asked.clock;
        job.end(&context, &mut store, &permit, asked.exit, &asked.summary)?;
    }
    ended(asked.exit, asked.trouble)
}

fn must_be_configured(context: &Context<'_>, name: &GatewayName) -> Result<(), Refusal> {
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
        [] => "no gateway is configured; type: payctl init".to_owned(),
        known => format!("the configuration names {}", known.join(", ")),
    };
    let message = format!("no gateway is named {name}");
    Err(Refusal::new(Exit::Config, message).hint(hint))
}

/// What is to be asked, as it stood when the run began.
struct CheckAll {
    database: PathBuf,
    lanes: Vec<store::Lane>,
    /// Left for the next run by `--limit`.
    beyond_limit: u64,
    /// What older versions have harmed, and is asked about again; or would be.
    healed: Vec<Checked>,
    /// When the run before this one began; none where there was none, and for one that only looks.
    previous: Option<Instant>,
}

impl CheckAll {
    fn plan(args: &CheckAllArgs, context: &Context<'_>, reader: &Reader) -> anyhow::Result<Self> {
        let all = CheckFilter {
            gateway: args.gateway.clone(),
            scope: if args.due {
                Scope::Due
            } else {
                Scope::Everybody
            },
            limit: None,
            max_time: Some(args.max_time),
        };
        let limited = CheckFilter {
            limit: args.limit,
            ..all.clone()
        };
        let count = |lanes: &[store::Lane]| lanes.iter().map(|lane| lane.to_ask).sum::<u64>();
        let lanes = reader.lanes(&limited, context.started_at)?;
        let beyond_limit = match args.limit {
            None => 0,
            Some(_) => count(&reader.lanes(&all, context.started_at)?) - count(&lanes),
        };
        Ok(Self {
            database: reader.copy().unwrap_or(context.database()).to_owned(),
            lanes,
            beyond_limit,
            healed: Vec::new(),
            previous: None,
        })
    }

    /// What was due when the run before began and is still not asked about. A gateway that does not answer, or refuses
    /// the key, is told of in another way.
    fn note_left(&self, tally: &mut Tally, pen: &mut Pen, now: Instant) -> Result<(), StoreError> {
        let (Some(previous), Pen::Writing { store, permit }) = (self.previous, pen) else {
            return Ok(());
        };
        for (gateway, manner) in &tally.gateways {
            let is_silent = manner.asked > 0 && manner.seen.answered_at.is_none();
            let is_refused = manner.stop.is_some_and(Stop::blames_configuration);
            if is_silent || is_refused {
                continue;
            }
            let left = store.read().due_since(gateway, previous)?;
            if left > 0 {
                tally.left_twice.insert(gateway.clone(), left);
                tally.tells_left |= store.tells_left(permit, gateway, now)?;
            }
        }
        Ok(())
    }
}

impl Work for CheckAll {
    type Summary = CheckedSummary;

    fn total(&self) -> u64 {
        self.lanes.iter().map(|lane| lane.to_ask).sum()
    }

    /// Asks everybody, then closes what must not stay payable.
    async fn carry_out(
        &self,
        crew: &mut Crew,
        pen: Pen,
        setting: &Setting,
        print: &mut Print<'_>,
    ) -> Result<(Tally, Pen), RoundError> {
        let lanes = self.lanes.iter().filter_map(|lane| {
            let source = Source::File {
                path: self.database.clone(),
                lane: lane.clone(),
            };
            crew.lane(&lane.gateway, source, Errand::Read)
        });
        let lanes = lanes.collect();
        for line in &self.healed {
            print(line)?;
        }
        let (mut tally, mut pen) = setting.round(lanes, pen).run(print).await?;
        self.healed.iter().for_each(|line| tally.count(line));
        self.note_left(&mut tally, &mut pen, setting.clock.now())?;
        crew.learn(&tally);
        let (closed, pen) = close_dead(crew, pen, setting, print).await?;
        tally.add(closed);
        // By a clock that is wrong, a minute may look like a week.
        if tally.clock.differ() {
            return Ok((tally, pen));
        }
        let (asked, mut pen) = ask_about_unsettled(pen, setting, print)?;
        tally.add(asked);
        if let Pen::Writing { store, permit } = &mut pen {
            tally.cases_opened += store.ask_about_strangers(permit, setting.clock.now())?;
        }
        Ok((tally, pen))
    }

    fn follow_up(&self) -> FollowUp {
        FollowUp::Effects
    }

    fn audience(&self) -> Audience {
        Audience::Cron
    }

    fn summary(&self, tally: &Tally, missed: u64, open: OpenQuestions) -> CheckedSummary {
        CheckedSummary::of(tally, self.beyond_limit + missed, open)
    }
}
