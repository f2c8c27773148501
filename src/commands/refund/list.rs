//! `payctl refund list`: lists refunds, longest due first.

use clap::Args;
use serde::Serialize;

use super::row::ListedRefund;
use crate::commands::Context;
use crate::commands::known::require_order_if_any;
use crate::commands::printing::{PAGE, pages};
use crate::domain::{OrderNumber, RefundStatus, Rupiah};
use crate::exit::Exit;
use crate::output::Summary;
use crate::output::counted::counted;
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

pub(super) fn run(args: &RefundListArgs, mut context: Context<'_>) -> anyhow::Result<Exit> {
    let reader = context.reader()?;
    require_order_if_any(&reader, args.order.as_ref())?;
    let filter = RefundFilter {
        status: args.status,
        order: args.order.clone(),
        finished: args.all || args.status.is_some(),
    };
    let now = context.started_at;
    let mut list = context.listing("refund list")?;
    let mut count = RefundCount::default();
    let page = |after| reader.refunds_page(&filter, after, PAGE);
    for refund in pages(page, |refund| refund.id) {
        let refund = refund?;
        count.refunds += 1;
        count.amount = count.amount + refund.amount;
        list.row(&ListedRefund::of(refund, now))?;
    }
    list.finish(&count, Exit::Clean)
}
