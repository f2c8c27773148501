//! `payctl check-all`: the main job.

use std::time::Duration;

use clap::Args;

use super::accounts::member;
use super::asking::{Asked, Questions, Unaskable, ask};
use super::context::Context;
use super::failure::Refusal;
use super::job::Job;
use crate::config::duration;
use crate::domain::names::GatewayName;
use crate::domain::observation::Errand;
use crate::exit::Exit;
use crate::reconciler::{Lane, Member, Pen, Source};
use crate::store::{CheckFilter, Grant, Reader, WritePermit};
use crate::wire::Wire;

/// Ask the gateways about every payment that may still change
///
/// Without --fix nothing is written: the report shows what differs. With --fix the books are brought
/// level. Who was asked about longest ago comes first.
#[derive(Debug, Args)]
pub(super) struct CheckAllArgs {
    /// Bring the books level with what the gateways say
    #[arg(long)]
    fix: bool,
    /// Only payments whose next check has come
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
    if !args.fix {
        let pen = Pen::Looking(context.reader()?);
        let questions = questions(args, &context, pen.read())?;
        return Ok(ask(&mut context, COMMAND, questions, pen, Some(args.max_time))?.exit);
    }
    let mut store = context.store()?;
    let permit = WritePermit::granted_by(Grant::Fix);
    let job = Job::begin(&context, &mut store, &permit, COMMAND)?;
    let questions = questions(args, &context, store.read())?;
    let pen = Pen::Writing { store, permit };
    let Asked { exit, summary, pen } =
        ask(&mut context, COMMAND, questions, pen, Some(args.max_time))?;
    if let Pen::Writing { mut store, permit } = pen {
        job.end(&context, &mut store, &permit, exit, &summary)?;
    }
    Ok(exit)
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

/// What is to be asked: a lane for each gateway with questions. A gateway that cannot be asked keeps
/// the others from nothing.
fn questions(
    args: &CheckAllArgs,
    context: &Context<'_>,
    reader: &Reader,
) -> anyhow::Result<Questions> {
    let filter = CheckFilter {
        gateway: args.gateway.clone(),
        due_before: args.due.then_some(context.started_at),
        limit: None,
    };
    let all: u64 = reader
        .lanes(&filter, context.started_at)?
        .iter()
        .map(|lane| lane.to_ask)
        .sum();
    let filter = CheckFilter {
        limit: args.limit,
        ..filter
    };
    let wire = Wire::new(context.world.clock.clone());
    let mut questions = Questions::default();
    let mut within_limit = 0;
    for to_ask in reader.lanes(&filter, context.started_at)? {
        within_limit += to_ask.to_ask;
        let name = to_ask.gateway.clone();
        let count = to_ask.to_ask;
        let source = Source::File {
            path: context.database().to_owned(),
            lane: to_ask,
        };
        let in_flight = args.max_in_flight.map(usize::from);
        match member(context, reader, &wire, &name, in_flight) {
            Ok(Member { account, conduct }) => questions.lanes.push(Lane {
                account,
                source,
                errand: Errand::Read,
                conduct,
            }),
            Err(why) => questions.unaskable.push(Unaskable {
                gateway: name,
                count,
                why,
            }),
        }
    }
    questions.beyond_limit = all.saturating_sub(within_limit);
    Ok(questions)
}
