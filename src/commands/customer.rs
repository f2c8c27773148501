//! `payctl customer export`: all data stored about a customer, for that customer (UU PDP).

use std::io::Write as _;

use clap::{Args, Subcommand};
use serde::Serialize;

use super::order::OrderView;
use crate::commands::{CommandError, Context};
use crate::domain::Instant;
use crate::exit::Exit;
use crate::store::CustomerSelector;

/// Export all data stored about a customer
#[derive(Debug, Subcommand)]
pub(super) enum CustomerCommand {
    Export(ExportArgs),
}

/// Print all data stored about a customer as one JSON document
///
/// The document has the customer's name and addresses, and all orders with their payments, refunds, cases, tickets,
/// access, effects and events. The command only reads the database and asks no gateway.
#[derive(Debug, Args)]
pub(super) struct ExportArgs {
    /// Email address, or customer ID as shown by order show
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

/// One customer row; a person has one for each combination of contact details used in orders.
#[derive(Serialize)]
struct ExportedCustomer {
    id: i64,
    name: Option<String>,
    email: Option<String>,
    phone: Option<String>,
}

/// All events.
const MAX_EVENTS: u32 = u32::MAX;

pub(super) fn run(command: CustomerCommand, context: Context<'_>) -> anyhow::Result<Exit> {
    let CustomerCommand::Export(args) = command;
    let reader = context.reader()?;
    let known = reader.known_of(&args.person)?;
    if known.is_empty() {
        return Err(CommandError::failed("no such customer")
            .hint("give the email address exactly as in the order; a customer who was erased cannot be found")
            .into());
    }
    let mut orders = Vec::new();
    for number in known.iter().flat_map(|known| &known.orders) {
        let details = reader.order_details(number, MAX_EVENTS)?;
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
