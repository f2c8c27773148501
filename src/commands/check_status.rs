//! `payctl check-status`: checks one order now.

use std::io::Write as _;
use std::time::Duration;

use clap::Args;

use super::accounts::pool;
use super::checked_row::CheckedSummary;
use super::order::require_dossier;
use super::polling_run::{PollJob, ask, ended};
use crate::commands::{Context, writes};
use crate::config::duration;
use crate::domain::{OrderNumber, QueryPurpose};
use crate::exit::Exit;
use crate::reconciler::{GatewayPool, Ledger, OnResult, RoundError, RunContext, RunStats};
use crate::store::{DuePayment, OpenQuestions, Reader, WriteReason};

/// Ask the gateways about one order now
///
/// Checks every payment of the order, whether or not its next check is due. With --fix the order and its payments
/// are updated.
#[derive(Debug, Args)]
pub(super) struct CheckStatusArgs {
    /// Order number
    order: OrderNumber,
    /// Update the order and its payments to match the gateways' answers
    #[arg(long)]
    fix: bool,
    /// Time limit: send no further queries after this
    #[arg(long, value_name = "TIME", default_value = "50s", value_parser = duration)]
    max_time: Duration,
}

writes!(CheckStatusArgs: Idempotent with fix);

pub(super) fn run(args: &CheckStatusArgs, mut context: Context<'_>) -> anyhow::Result<Exit> {
    let ledger = if args.fix {
        Ledger::ReadWrite(context.writer(WriteReason::Fix)?)
    } else {
        Ledger::preview(context.reader_as_migrated()?)
    };
    let work = CheckStatus::plan(args, ledger.read())?;
    let pool = pool(&context, ledger.read(), None)?;
    let max_time = Some(args.max_time);
    let asked = ask(&mut context, "check-status", &work, pool, &ledger, max_time)?;
    if asked.summary.is_out_of_time() && !context.options.quiet {
        // The reader closed the pipe; nothing is left to do.
        let _gone = writeln!(
            context.host.stderr,
            "time limit reached before all gateways answered; try again"
        );
    }
    ended(asked.exit, asked.trouble)
}

/// The payments of one order.
struct CheckStatus {
    order: OrderNumber,
    payments: Vec<DuePayment>,
}

impl CheckStatus {
    fn plan(args: &CheckStatusArgs, reader: &Reader) -> anyhow::Result<Self> {
        let dossier = require_dossier(reader, &args.order)?;
        Ok(Self {
            order: args.order.clone(),
            payments: DuePayment::of(&dossier),
        })
    }
}

impl PollJob for CheckStatus {
    type Summary = CheckedSummary;

    fn total(&self) -> u64 {
        self.payments.len().try_into().unwrap_or(u64::MAX)
    }

    async fn execute(
        &self,
        pool: &mut GatewayPool,
        ledger: &Ledger,
        setting: &RunContext,
        print: &mut OnResult<'_>,
    ) -> Result<RunStats, RoundError> {
        let question = (self.payments.clone(), QueryPurpose::Read);
        setting.query_payments(question, pool, ledger, print).await
    }

    fn summary(&self, stats: &RunStats, missed: u64, open: OpenQuestions) -> CheckedSummary {
        CheckedSummary::of(stats, missed, open).of_order(&self.order)
    }
}
