//! `payctl fulfil list`: lists effects, earliest first.

use clap::Args;
use serde::Serialize;

use crate::commands::context::Context;
use crate::commands::fulfilling::{FulfilAction, FulfilledRow};
use crate::domain::{EffectStatus, OrderNumber};
use crate::exit::Exit;
use crate::output::Summary;
use crate::output::counted::counted;
use crate::output::report::Report;
use crate::store::{EffectFilter, EffectStanding};

/// List effects that are not finished, earliest first
#[derive(Debug, Args)]
pub(super) struct EffectListArgs {
    /// Only effects with this status
    ///
    /// One of: queued, running, waiting, done, dead, cancelled, uncertain
    #[arg(long)]
    status: Option<EffectStatus>,
    /// Only effects of this order
    #[arg(long, value_name = "NUMBER")]
    order: Option<OrderNumber>,
    /// Include effects that are done or cancelled
    #[arg(long)]
    all: bool,
}

const PAGE: u32 = 500;

#[derive(Default, Serialize)]
struct EffectCount {
    effects: u64,
}

impl Summary for EffectCount {
    fn line(&self) -> String {
        counted(self.effects, "effect")
    }
}

pub(super) fn run(args: &EffectListArgs, context: Context<'_>) -> anyhow::Result<Exit> {
    let reader = context.reader()?;
    let filter = EffectFilter {
        standing: match args.status {
            Some(status) => EffectStanding::At(status),
            None if args.all => EffectStanding::Any,
            None => EffectStanding::Unfinished,
        },
        order: args.order.clone(),
    };
    let (style, now, clock) = (
        context.style(),
        context.started_at,
        context.host.clock.clone(),
    );
    let mut report = Report::new(&mut context.host.stdout, style, "fulfil list", now)?;
    let mut count = EffectCount::default();
    let mut after = None;
    loop {
        let page = reader.effects(&filter, after, PAGE)?;
        let Some((last, _)) = page.last() else { break };
        after = Some(last.id);
        for (effect, order) in page {
            count.effects += 1;
            report.row(&FulfilledRow::standing(
                &effect,
                order,
                FulfilAction::Listed,
            ))?;
        }
    }
    report.finish(&count, clock.now(), Exit::Clean, &mut context.host.stderr)?;
    Ok(Exit::Clean)
}
