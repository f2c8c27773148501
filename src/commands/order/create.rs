//! `payctl order create`: creates an order, which reserves its stock at once.

use std::io::Write;
use std::time::Duration;

use anyhow::{anyhow, bail};
use clap::Args;
use serde::Serialize;

use super::{notes_refusal, require_customer_lines, typed_meta};
use crate::commands::accounts::{reference_warning, registered_version};
use crate::commands::{CommandError, Context, writes};
use crate::config::duration;
use crate::domain::operator::register;
use crate::domain::payment::FIRST_API;
use crate::domain::values::instant::text as instant_text;
use crate::domain::{
    Customer, GatewayName, ImportLine, ImportPayment, Instant, NotesEdit, OrderNotes, OrderNumber,
    OrderStatus, Reference, Rupiah, TransactionId, TypedDeadline, WrittenAmount,
};
use crate::exit::Exit;
use crate::gateway::registry::is_page;
use crate::output::detail::Detail;
use crate::store::{NewOrder, PlaceError};

/// Create an order and reserve its stock, for all of its lines or for none
///
/// With --gateway, registers a payment that the shop itself has opened there. Running the same command again
/// changes nothing.
#[derive(Debug, Args)]
pub(in crate::commands) struct OrderCreateArgs {
    /// Invoice number: 1 to 50 letters, digits, - _ . ~
    #[arg(long)]
    number: OrderNumber,
    /// Product and quantity; can be repeated
    #[arg(long = "line", value_name = "SKU:QTY", value_parser = line)]
    lines: Vec<ImportLine>,
    /// Order total; default: the sum of its lines
    #[arg(long, value_name = "RUPIAH")]
    total: Option<WrittenAmount>,
    /// How long the order waits for payment; default: the configured order_lifetime
    #[arg(long, value_name = "TIME", value_parser = duration, conflicts_with = "expires_at")]
    expires_in: Option<Duration>,
    /// Deadline for payment, for example 2026-03-02T10:00:00+07:00
    #[arg(long, value_name = "INSTANT", value_parser = instant)]
    expires_at: Option<Instant>,
    /// Customer's name
    #[arg(long, value_name = "NAME")]
    customer_name: Option<String>,
    /// Customer's email address
    #[arg(long, value_name = "ADDRESS")]
    customer_email: Option<String>,
    /// Customer's phone number
    #[arg(long, value_name = "NUMBER")]
    customer_phone: Option<String>,
    /// One of the shop's own values, for hooks and mails; can be repeated
    #[arg(long, value_name = "KEY=VALUE")]
    meta: Vec<String>,
    /// What the shop wants to remember, at most 4 KiB
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    /// Gateway at which the shop has opened a payment
    #[arg(long, value_name = "NAME")]
    gateway: Option<GatewayName>,
    /// The shop's reference for that payment; default: the invoice number
    #[arg(long, requires = "gateway")]
    reference: Option<Reference>,
    /// The gateway's own ID for that payment
    #[arg(long, value_name = "ID", requires = "gateway")]
    transaction_id: Option<TransactionId>,
    /// Payment method: qris, bca_va, snap and so on
    #[arg(long, requires = "gateway")]
    method: Option<String>,
    /// Show what would be created, and write nothing
    #[arg(long)]
    dry_run: bool,
}

writes!(OrderCreateArgs: Idempotent unless dry_run);

/// Most units of one product in one line, as in an import.
const MAX_QUANTITY: u32 = 1_000_000;

fn line(text: &str) -> anyhow::Result<ImportLine> {
    let (sku, quantity) = text.rsplit_once(':').unwrap_or((text, "1"));
    let Ok(quantity @ 1..=MAX_QUANTITY) = quantity.parse() else {
        bail!("the quantity must be a whole number from 1 to 1,000,000");
    };
    Ok(ImportLine {
        sku: sku.parse()?,
        quantity,
        unit_price: None,
    })
}

pub(super) fn instant(text: &str) -> anyhow::Result<Instant> {
    instant_text::read(text).map_err(|_| anyhow!("write it as 2026-03-02T10:00:00+07:00"))
}

#[derive(Serialize)]
struct CreatedOrder {
    order: String,
    /// `created` or `unchanged`.
    result: &'static str,
    status: OrderStatus,
    total: Rupiah,
    expires_at: Instant,
    /// Gives access to the order's status page; none yet in a dry run.
    session_token: Option<String>,
}

pub(super) fn run(args: &OrderCreateArgs, mut context: Context<'_>) -> anyhow::Result<Exit> {
    let dry_run = args.dry_run;
    let mut api_version = FIRST_API;
    if let Some(gateway) = &args.gateway {
        require_known(&context, gateway)?;
        let id = args.transaction_id.as_ref();
        api_version = registered_version(&context.config, gateway, id)?;
    }
    context.print_interpreted_amount("--total", args.total.as_ref());
    let new = args.order(&context, api_version)?;
    require_customer_lines([
        ("--customer-name", new.customer.name.as_deref()),
        ("--customer-email", new.customer.email.as_deref()),
        ("--customer-phone", new.customer.phone.as_deref()),
    ])?;
    let warning = new.payment.as_ref().and_then(|payment| {
        let number = Reference::from(&args.number);
        let reference = payment.reference.as_ref().unwrap_or(&number);
        reference_warning(&context.config, &payment.gateway, reference)
    });
    let (store, permit) = context.store_to_write(dry_run)?;
    let placed = store
        .place_order(&permit, &new, context.started_at)
        .map_err(|error| refusal(&args.number, error))?;
    let created = CreatedOrder {
        order: args.number.to_string(),
        result: if placed.is_new {
            "created"
        } else {
            "unchanged"
        },
        status: placed.status,
        total: placed.total,
        expires_at: placed.expires_at,
        session_token: if dry_run && placed.is_new {
            None
        } else {
            store.read().session_of(&args.number)?
        },
    };
    let detail = Detail::new(context.style())
        .field("Order", &created.order)
        .field("Status", created.status)
        .field("Total", created.total)
        .field("Expires", created.expires_at)
        .field("Result", context.would(dry_run, created.result));
    context.show("order create", &created, &detail, Exit::Clean)?;
    if let Some(warning) = warning {
        writeln!(context.host.stderr, "warning: {warning}")?;
    }
    Ok(Exit::Clean)
}

/// Nobody could ever ask about a payment at an unknown gateway, so it would wait for ever.
pub(super) fn require_known(
    context: &Context<'_>,
    gateway: &GatewayName,
) -> Result<(), CommandError> {
    if gateway.is_manual() {
        let message =
            "manual payments cannot be registered in advance; use payctl pay or payctl approve";
        return Err(CommandError::usage(message));
    }
    if context.config.gateways.is_empty() || context.config.gateways.contains_key(gateway) {
        return Ok(());
    }
    Err(
        CommandError::config(format!("no gateway is named {gateway}"))
            .hint("add it to the configuration first"),
    )
}

fn refusal(number: &OrderNumber, error: PlaceError) -> anyhow::Error {
    let hint = match error {
        PlaceError::Store(error) => return error.into(),
        PlaceError::Refused(register::ImportRefusal::NoTotal) => {
            "give the total with --total, or the products with --line SKU:QTY".to_owned()
        }
        PlaceError::NumberTaken(_) | PlaceError::OtherContent(_) => {
            format!("see the existing order: payctl order show {number}")
        }
        PlaceError::UnknownProduct(ref sku) => {
            format!("make it with: payctl product set {sku} --price RUPIAH")
        }
        PlaceError::NoStock { .. }
        | PlaceError::TooManyTickets { .. }
        | PlaceError::ReferenceTaken { .. }
        | PlaceError::TransactionTaken { .. }
        | PlaceError::Refused(_) => "nothing was written".to_owned(),
    };
    CommandError::failed(format!("{number} was not created: {error}"))
        .hint(hint)
        .into()
}

impl OrderCreateArgs {
    fn order(&self, context: &Context<'_>, api_version: u8) -> Result<NewOrder, CommandError> {
        let typed = NotesEdit {
            note: self.note.clone(),
            meta: typed_meta(&self.meta)?,
        };
        let (notes, _) = (typed.applied_to(&OrderNotes::default()))
            .map_err(|refusal| notes_refusal(&self.number, &refusal))?;
        let lifetime = self
            .expires_in
            .unwrap_or(context.config.expiry.order_lifetime);
        Ok(NewOrder {
            number: self.number.clone(),
            lines: self.lines.clone(),
            total: self.total.as_ref().map(|written| written.amount),
            customer: Customer {
                name: self.customer_name.clone(),
                email: self.customer_email.clone(),
                phone: self.customer_phone.clone(),
            },
            notes,
            typed_deadline: match (self.expires_in, self.expires_at) {
                (Some(span), _) => TypedDeadline::After(span),
                (None, Some(instant)) => TypedDeadline::At(instant),
                (None, None) => TypedDeadline::Default,
            },
            expires_at: self
                .expires_at
                .unwrap_or_else(|| context.started_at.saturating_add(lifetime)),
            payment: self.gateway.clone().map(|gateway| ImportPayment {
                reference: self.reference.clone(),
                transaction_id: self.transaction_id.clone(),
                api_version,
                on_page: self.method.as_deref().is_some_and(is_page),
                method: self.method.clone(),
                ..ImportPayment::at(gateway)
            }),
            actor: context.actor(),
        })
    }
}
