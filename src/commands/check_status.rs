//! `payctl check-status`: one order, now.

use std::io::Write as _;
use std::time::Duration;

use clap::Args;

use super::accounts::crew;
use super::asking::{Work, ask, ended};
use super::checked_row::CheckedSummary;
use super::context::Context;
use super::order::unknown;
use crate::config::duration;
use crate::domain::names::OrderNumber;
use crate::domain::observation::Errand;
use crate::exit::Exit;
use crate::reconciler::{Crew, Pen, Print, RoundError, Setting, Tally};
use crate::store::{Grant, OpenQuestions, Reader, ToAsk, WritePermit};

/// Ask the gateways about one order, now
///
/// Asks about every payment of the order, whenever its next check would be. With --fix the books are
/// brought level.
#[derive(Debug, Args)]
pub(super) struct CheckStatusArgs {
    /// The number of the order
    order: OrderNumber,
    /// Bring the books level with what the gateways say
    #[arg(long)]
    fix: bool,
    /// Nothing more is asked after this; what has been heard is still written
    #[arg(long, value_name = "TIME", default_value = "50s", value_parser = duration)]
    max_time: Duration,
}

pub(super) fn run(args: &CheckStatusArgs, mut context: Context<'_>) -> anyhow::Result<Exit> {
    let pen = if args.fix {
        Pen::Writing {
            store: context.store()?,
            permit: WritePermit::granted_by(Grant::Fix),
        }
    } else {
        Pen::Looking(context.reader_as_migrated()?)
    };
    let work = CheckStatus::plan(args, pen.read())?;
    let crew = crew(&context, pen.read(), None)?;
    let max_time = Some(args.max_time);
    let asked = ask(&mut context, "check-status", &work, crew, pen, max_time)?;
    if asked.summary.is_out_of_time() && !context.options.quiet {
        // A reader that went away has seen enough.
        let _gone = writeln!(
            context.world.stderr,
            "the time was up before all had answered; type the same again"
        );
    }
    ended(asked.exit, asked.trouble)
}

/// The payments of one order.
struct CheckStatus {
    payments: Vec<ToAsk>,
}

impl CheckStatus {
    fn plan(args: &CheckStatusArgs, reader: &Reader) -> anyhow::Result<Self> {
        let order = reader.order_by_number(&args.order)?;
        let dossier = match order {
            Some(order) => reader.dossier(order.id)?,
            None => None,
        };
        let Some(dossier) = dossier else {
            return Err(unknown(&args.order).into());
        };
        Ok(Self {
            payments: ToAsk::of(&dossier),
        })
    }
}

impl Work for CheckStatus {
    type Summary = CheckedSummary;

    fn total(&self) -> u64 {
        self.payments.len().try_into().unwrap_or(u64::MAX)
    }

    async fn carry_out(
        &self,
        crew: &mut Crew,
        pen: Pen,
        setting: &Setting,
        print: &mut Print<'_>,
    ) -> Result<(Tally, Pen), RoundError> {
        let lanes = crew.lanes(self.payments.clone(), Errand::Read);
        setting.round(lanes, pen).run(print).await
    }

    fn summary(&self, tally: &Tally, missed: u64, open: OpenQuestions) -> CheckedSummary {
        CheckedSummary::of(tally, missed, open)
    }
}
