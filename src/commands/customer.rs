//! `payctl customer export`: everything that is held about a person, for that person (UU PDP).

use std::io::Write as _;

use clap::{Args, Subcommand};
use serde::Serialize;

use super::context::Context;
use super::failure::CommandError;
use super::order::OrderView;
use crate::domain::instant::Instant;
use crate::exit::Exit;
use crate::store::CustomerSelector;

/// People: export all that is held about one
#[derive(Debug, Subcommand)]
pub(super) enum CustomerCommand {
    Export(ExportArgs),
}

/// Print everything that is held about a person, as one JSON document
///
/// Name, addresses, and all orders with their payments, refunds, cases, tickets, access, effects and the whole trail. The
/// file is read, and nobody is asked.
#[derive(Debug, Args)]
pub(super) struct ExportArgs {
    /// An email address, or a customer's id as order show tells it
    #[arg(value_name = "CUSTOMER")]
    person: CustomerSelector,
}

/// Fields are only ever added.
#[derive(Serialize)]
struct CustomerExport {
    schema: &'static str,
    command: &'static str,
    started_at: Instant,
    customers: Vec<ExportedCustomer>,
    orders: Vec<OrderView>,
    exit: u8,
}

/// One row of a customer: there is one for each way in which the person was told of.
#[derive(Serialize)]
struct ExportedCustomer {
    id: i64,
    name: Option<String>,
    email: Option<String>,
    phone: Option<String>,
}

/// All of a trail.
const EVENTS_MOST: u32 = u32::MAX;

pub(super) fn run(command: CustomerCommand, context: Context<'_>) -> anyhow::Result<Exit> {
    let CustomerCommand::Export(args) = command;
    let reader = context.reader()?;
    let known = reader.known_of(&args.person)?;
    if known.is_empty() {
        return Err(CommandError::new(Exit::Failed, "no customer is known by that")
            .hint("name the email address as it was ordered with; who was forgotten is not known any more")
            .into());
    }
    let mut orders = Vec::new();
    for number in known.iter().flat_map(|known| &known.orders) {
        let details = reader.order_details(number, EVENTS_MOST)?;
        let session = reader.session_of(number)?;
        orders.extend(details.map(|details| OrderView::of(details, session, context.started_at)));
    }
    let customers = known.into_iter().map(|known| ExportedCustomer {
        id: known.id,
        name: known.customer.name,
        email: known.customer.email,
        phone: known.customer.phone,
    });
    let exported = CustomerExport {
        schema: "payctl/1",
        command: "customer export",
        started_at: context.started_at,
        customers: customers.collect(),
        orders,
        exit: Exit::Clean.code(),
    };
    let out = &mut context.host.stdout;
    writeln!(out, "{}", serde_json::to_string(&exported)?)?;
    out.flush()?;
    Ok(Exit::Clean)
}
