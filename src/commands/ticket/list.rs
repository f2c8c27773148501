//! `payctl ticket list`: lists issued tickets.

use clap::Args;
use serde::Serialize;

use super::row::TicketRow;
use crate::commands::Context;
use crate::commands::known::{require_order_if_any, require_product_if_any};
use crate::commands::printing::{PAGE, pages};
use crate::domain::{OrderNumber, Sku, TicketState};
use crate::exit::Exit;
use crate::output::Summary;
use crate::output::counted::counted;
use crate::store::TicketFilter;

/// List issued tickets
#[derive(Debug, Args)]
pub(in crate::commands) struct TicketListArgs {
    /// Only tickets of this order
    #[arg(long, value_name = "NUMBER")]
    order: Option<OrderNumber>,
    /// Only tickets of this product
    #[arg(long, value_name = "SKU")]
    product: Option<Sku>,
}

#[derive(Default, Serialize)]
struct TicketListSummary {
    tickets: u64,
    good: u64,
    redeemed: u64,
}

impl Summary for TicketListSummary {
    fn line(&self) -> String {
        let (tickets, good, redeemed) = (self.tickets, self.good, self.redeemed);
        format!(
            "{}, {good} good, {redeemed} redeemed",
            counted(tickets, "ticket")
        )
    }
}

pub(super) fn run(args: &TicketListArgs, mut context: Context<'_>) -> anyhow::Result<Exit> {
    let reader = context.reader()?;
    require_order_if_any(&reader, args.order.as_ref())?;
    require_product_if_any(&reader, args.product.as_ref())?;
    let filter = TicketFilter {
        order: args.order.clone(),
        product: args.product.clone(),
    };
    let mut list = context.listing("ticket list")?;
    let mut count = TicketListSummary::default();
    let page = |after| reader.tickets_page(&filter, after, PAGE);
    for ticket in pages(page, |ticket| ticket.id) {
        let row = TicketRow::from(&ticket?);
        count.tickets += 1;
        count.good += u64::from(row.status == TicketState::Good);
        count.redeemed += u64::from(row.status == TicketState::Redeemed);
        list.row(&row)?;
    }
    list.finish(&count, Exit::Clean)
}
