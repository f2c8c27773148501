//! `payctl fulfil list`: lists effects, earliest first.

use clap::Args;
use serde::Serialize;

use crate::commands::Context;
use crate::commands::effects::FulfilledRow;
use crate::commands::known::require_order_if_any;
use crate::commands::printing::{PAGE, pages};
use crate::commands::window::{ListEnd, ListWindow, Walked};
use crate::domain::{EffectId, EffectStatus, OrderNumber};
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
    #[command(flatten)]
    window: ListWindow,
    /// Go on behind this effect, as the end of a list says
    #[arg(long, value_name = "EFFECT")]
    after: Option<EffectId>,
}

#[derive(Default, Serialize)]
struct EffectCount {
    effects: u64,
    #[serde(flatten)]
    end: ListEnd,
}

impl Summary for EffectCount {
    fn line(&self) -> String {
        format!("{}{}", counted(self.effects, "effect"), self.end)
    }
}

pub(super) fn run(args: &EffectListArgs, mut context: Context<'_>) -> anyhow::Result<Exit> {
    let reader = context.reader()?;
    require_order_if_any(&reader, args.order.as_ref())?;
    let mut walk = args.window.walk(&context)?;
    let period = walk.period();
    let filter = EffectFilter {
        standing: match args.status.as_slice() {
            [only] => EffectStanding::At(*only),
            [] if !args.all => EffectStanding::Unfinished,
            [..] => EffectStanding::Any,
        },
        order: args.order.clone(),
        since: period.since,
        until: period.until,
    };
    let mut list = context.listing("fulfil list")?;
    let mut count = EffectCount::default();
    let page = |after: Option<EffectId>| reader.effects(&filter, after.or(args.after), PAGE);
    for listed in pages(page, |listed| listed.effect.id) {
        let listed = listed?;
        let status = listed.effect.status;
        let fits = args.status.is_empty() || args.status.contains(&status);
        match walk.step(listed.effect.id, listed.queued_at, fits) {
            Walked::Shown => {}
            Walked::Passed => continue,
            Walked::Ended => break,
        }
        count.effects += 1;
        list.row(&FulfilledRow::listed(&listed))?;
    }
    count.end = walk.end();
    list.finish(&count, Exit::Clean)
}
