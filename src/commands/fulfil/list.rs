//! `payctl fulfil list`: lists effects, earliest first.

use clap::Args;
use serde::Serialize;

use crate::commands::Context;
use crate::commands::effects::{FulfilAction, FulfilledRow};
use crate::commands::known::require_order_if_any;
use crate::commands::printing::{PAGE, pages};
use crate::domain::{EffectStatus, OrderNumber};
use crate::exit::Exit;
use crate::output::Summary;
use crate::output::counted::counted;
use crate::store::{EffectFilter, EffectStanding};

/// List effects that are not finished, earliest first
#[derive(Debug, Args)]
pub(super) struct EffectListArgs {
    /// Only effects with this status, or one of several: --status dead,uncertain
    ///
    /// Out of: queued, running, waiting, done, dead, cancelled, uncertain
    #[arg(long, value_delimiter = ',')]
    status: Vec<EffectStatus>,
    /// Only effects of this order
    #[arg(long, value_name = "NUMBER")]
    order: Option<OrderNumber>,
    /// Include effects that are done or cancelled
    #[arg(long)]
    all: bool,
}

#[derive(Default, Serialize)]
struct EffectCount {
    effects: u64,
}

impl Summary for EffectCount {
    fn line(&self) -> String {
        counted(self.effects, "effect")
    }
}

pub(super) fn run(args: &EffectListArgs, mut context: Context<'_>) -> anyhow::Result<Exit> {
    let reader = context.reader()?;
    require_order_if_any(&reader, args.order.as_ref())?;
    let filter = EffectFilter {
        standing: match args.status.as_slice() {
            [only] => EffectStanding::At(*only),
            [] if !args.all => EffectStanding::Unfinished,
            [..] => EffectStanding::Any,
        },
        order: args.order.clone(),
    };
    let mut list = context.listing("fulfil list")?;
    let mut count = EffectCount::default();
    let page = |after| reader.effects(&filter, after, PAGE);
    for listed in pages(page, |(effect, _)| effect.id) {
        let (effect, order) = listed?;
        if !args.status.is_empty() && !args.status.contains(&effect.status) {
            continue;
        }
        count.effects += 1;
        list.row(&FulfilledRow::standing(
            &effect,
            order,
            FulfilAction::Listed,
        ))?;
    }
    list.finish(&count, Exit::Clean)
}
