//! `payctl refund list`: lists refunds, longest due first.

use clap::Args;
use serde::Serialize;

use super::row::ListedRefund;
use crate::commands::context::Context;
use crate::domain::{OrderNumber, RefundId, RefundStatus, Rupiah};
use crate::exit::Exit;
use crate::output::Summary;
use crate::output::counted::counted;
use crate::output::report::Report;
use crate::store::RefundFilter;

/// List refunds that are not finished, longest due first
#[derive(Debug, Args)]
pub(in crate::commands) struct RefundListArgs {
    /// Only refunds with this status
    ///
    /// One of: due, approved, sent, unknown, failed, done, rejected, external
    #[arg(long)]
    status: Option<RefundStatus>,
    /// Only refunds of this order
    #[arg(long, value_name = "NUMBER")]
    order: Option<OrderNumber>,
    /// Include refunds that are done, failed, rejected or external
    #[arg(long)]
    all: bool,
}

#[derive(Default, Serialize)]
struct RefundCount {
    refunds: u64,
    amount: Rupiah,
}

impl Summary for RefundCount {
    fn line(&self) -> String {
        format!(
            "{}, {} in total",
            counted(self.refunds, "refund"),
            self.amount
        )
    }
}

const PAGE: u32 = 500;

pub(super) fn run(args: &RefundListArgs, context: Context<'_>) -> anyhow::Result<Exit> {
    let reader = context.reader()?;
    let filter = RefundFilter {
        status: args.status,
        order: args.order.clone(),
        finished: args.all || args.status.is_some(),
    };
    let (style, started_at, clock) = (
        context.style(),
        context.started_at,
        context.host.clock.clone(),
    );
    let mut report = Report::new(&mut context.host.stdout, style, "refund list", started_at)?;
    let mut count = RefundCount::default();
    let mut after: Option<RefundId> = None;
    loop {
        let page = reader.refunds_page(&filter, after, PAGE)?;
        let Some(last) = page.last() else { break };
        after = Some(last.id);
        for row in page {
            count.refunds += 1;
            count.amount = count.amount + row.amount;
            report.row(&ListedRefund::of(row, started_at))?;
        }
    }
    report.finish(&count, clock.now(), Exit::Clean, &mut context.host.stderr)?;
    Ok(Exit::Clean)
}
