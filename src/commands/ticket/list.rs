//! `payctl ticket list`: lists issued tickets.

use clap::Args;
use serde::Serialize;

use super::row::TicketRow;
use super::unknown;
use crate::commands::Context;
use crate::commands::known::{
    require_gateway_if_any, require_order_if_any, require_product_if_any,
};
use crate::commands::printing::{PAGE, pages};
use crate::commands::window::{ListEnd, ListWindow, Walked};
use crate::domain::{GatewayName, OrderNumber, Sku, TicketCode, TicketId, TicketState};
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
    /// Only tickets of orders with a payment at this gateway
    #[arg(long, value_name = "NAME")]
    gateway: Option<GatewayName>,
    /// Only tickets with this status, or one of several: --status good,redeemed
    ///
    /// Out of: good, redeemed, suspended, revoked
    #[arg(long, value_delimiter = ',')]
    status: Vec<TicketState>,
    #[command(flatten)]
    window: ListWindow,
    /// Go on behind this ticket, as the end of a list says
    #[arg(long, value_name = "TICKET")]
    after: Option<TicketCode>,
}

#[derive(Default, Serialize)]
struct TicketListSummary {
    tickets: u64,
    good: u64,
    redeemed: u64,
    #[serde(flatten)]
    end: ListEnd,
}

impl Summary for TicketListSummary {
    fn line(&self) -> String {
        let (tickets, good, redeemed) = (self.tickets, self.good, self.redeemed);
        format!(
            "{}, {good} good, {redeemed} redeemed{}",
            counted(tickets, "ticket"),
            self.end
        )
    }
}

pub(super) fn run(args: &TicketListArgs, mut context: Context<'_>) -> anyhow::Result<Exit> {
    let reader = context.reader()?;
    require_order_if_any(&reader, args.order.as_ref())?;
    require_product_if_any(&reader, args.product.as_ref())?;
    require_gateway_if_any(&context, &reader, args.gateway.as_ref())?;
    let mut walk = args.window.walk(&context)?;
    let period = walk.period();
    let filter = TicketFilter {
        order: args.order.clone(),
        product: args.product.clone(),
        gateway: args.gateway.clone(),
        since: period.since,
        until: period.until,
    };
    let from = match &args.after {
        Some(code) => {
            let ticket = reader.ticket(code)?.ok_or_else(|| unknown(code))?;
            Some(ticket.id)
        }
        None => None,
    };
    let mut list = context.listing("ticket list")?;
    let mut count = TicketListSummary::default();
    let page = |after: Option<TicketId>| reader.tickets_page(&filter, after.or(from), PAGE);
    for ticket in pages(page, |ticket| ticket.id) {
        let row = TicketRow::from(&ticket?);
        let fits = args.status.is_empty() || args.status.contains(&row.status);
        match walk.step(&row.ticket, row.issued_at, fits) {
            Walked::Shown => {}
            Walked::Passed => continue,
            Walked::Ended => break,
        }
        count.tickets += 1;
        count.good += u64::from(row.status == TicketState::Good);
        count.redeemed += u64::from(row.status == TicketState::Redeemed);
        list.row(&row)?;
    }
    count.end = walk.end();
    list.finish(&count, Exit::Clean)
}
