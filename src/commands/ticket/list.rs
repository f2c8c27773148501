//! `payctl ticket list`: lists issued tickets.

use clap::Args;
use serde::Serialize;

use super::row::TicketRow;
use crate::commands::context::Context;
use crate::domain::{OrderNumber, Sku, TicketId, TicketState};
use crate::exit::Exit;
use crate::output::Summary;
use crate::output::counted::counted;
use crate::output::report::Report;
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

const PAGE: u32 = 500;

pub(super) fn run(args: &TicketListArgs, context: Context<'_>) -> anyhow::Result<Exit> {
    let reader = context.reader()?;
    let filter = TicketFilter {
        order: args.order.clone(),
        product: args.product.clone(),
    };
    let (style, started_at, clock) = (
        context.style(),
        context.started_at,
        context.host.clock.clone(),
    );
    let mut report = Report::new(&mut context.host.stdout, style, "ticket list", started_at)?;
    let mut count = TicketListSummary::default();
    let mut after: Option<TicketId> = None;
    loop {
        let page = reader.tickets_page(&filter, after, PAGE)?;
        let Some(last) = page.last() else { break };
        after = Some(last.id);
        for ticket in &page {
            count.tickets += 1;
            count.good += u64::from(ticket.state() == TicketState::Good);
            count.redeemed += u64::from(ticket.state() == TicketState::Redeemed);
            report.row(&TicketRow::from(ticket))?;
        }
    }
    report.finish(&count, clock.now(), Exit::Clean, &mut context.host.stderr)?;
    Ok(Exit::Clean)
}
