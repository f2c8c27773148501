//! `payctl refund list`: lists refunds, longest due first.

use clap::Args;
use serde::Serialize;

use super::row::ListedRefund;
use crate::commands::Context;
use crate::commands::known::require_order_if_any;
use crate::commands::printing::{PAGE, pages};
use crate::commands::window::{ListEnd, ListWindow, Walked};
use crate::domain::{OrderNumber, RefundId, RefundStatus, Rupiah};
use crate::exit::Exit;
use crate::output::Summary;
use crate::output::counted::counted;
use crate::store::RefundFilter;

/// List refunds that are not finished, longest due first
#[derive(Debug, Args)]
pub(in crate::commands) struct RefundListArgs {
    /// Only refunds with this status, or one of several: --status due,approved
    ///
    /// Out of: due, approved, sent, unknown, failed, done, rejected, external
    #[arg(long, value_delimiter = ',')]
    status: Vec<RefundStatus>,
    /// Only refunds of this order
    #[arg(long, value_name = "NUMBER")]
    order: Option<OrderNumber>,
    /// Include refunds that are done, failed, rejected or external
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    window: ListWindow,
    /// Go on behind this refund, as the end of a list says
    #[arg(long, value_name = "REFUND")]
    after: Option<i64>,
}

#[derive(Default, Serialize)]
struct RefundCount {
    refunds: u64,
    amount: Rupiah,
    #[serde(flatten)]
    end: ListEnd,
}

impl Summary for RefundCount {
    fn line(&self) -> String {
        format!(
            "{}, {} in total{}",
            counted(self.refunds, "refund"),
            self.amount,
            self.end
        )
    }
}

pub(super) fn run(args: &RefundListArgs, mut context: Context<'_>) -> anyhow::Result<Exit> {
    let reader = context.reader()?;
    require_order_if_any(&reader, args.order.as_ref())?;
    let filter = RefundFilter {
        status: match args.status.as_slice() {
            [only] => Some(*only),
            _ => None,
        },
        order: args.order.clone(),
        finished: args.all || !args.status.is_empty(),
    };
    let now = context.started_at;
    let mut walk = args.window.walk(&context)?;
    let mut list = context.listing("refund list")?;
    let mut count = RefundCount::default();
    let from = args.after.map(RefundId);
    let page = |after: Option<RefundId>| reader.refunds_page(&filter, after.or(from), PAGE);
    for refund in pages(page, |refund| refund.id) {
        let refund = refund?;
        let fits = args.status.is_empty() || args.status.contains(&refund.status);
        match walk.step(refund.id.0, refund.due_since, fits) {
            Walked::Shown => {}
            Walked::Passed => continue,
            Walked::Ended => break,
        }
        count.refunds += 1;
        count.amount = count.amount + refund.amount;
        list.row(&ListedRefund::of(refund, now))?;
    }
    count.end = walk.end();
    list.finish(&count, Exit::Clean)
}
