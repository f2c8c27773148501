//! `payctl order edit`: corrects the name and the addresses of an order's customer, and notes what the shop wants to know.

use clap::Args;
use serde::Serialize;

use super::{notes_refusal, require_customer_lines, typed_meta};
use crate::commands::known::require_order;
use crate::commands::operator;
use crate::commands::user::named_operator;
use crate::commands::{CommandError, Context, writes};
use crate::config::{Config, EffectTransport};
use crate::domain::{
    CustomerEdit, Effect, EffectId, EffectPayload, HookName, NotesEdit, OrderNumber, OrderStatus,
};
use crate::exit::Exit;
use crate::outbox::has_recipient;
use crate::output::detail::Detail;

/// Correct the customer of an order, or note something with it
///
/// Only this order changes. An empty text removes what is known: --phone "". Mails of the order that could not be sent
/// for want of an address are queued again when one comes, in --meta, too. The note is for people; the values of --meta are for hooks and
/// mails, too: order.meta.KEY. Both go when the customer is erased. The audit log keeps who changed what, without the texts.
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("edit").required(true).multiple(true))]
pub(in crate::commands) struct OrderEditArgs {
    /// Order number
    order: OrderNumber,
    /// Customer's name
    #[arg(long, value_name = "NAME", group = "edit")]
    name: Option<String>,
    /// Customer's email address
    #[arg(long, value_name = "ADDRESS", group = "edit")]
    email: Option<String>,
    /// Customer's phone number
    #[arg(long, value_name = "NUMBER", group = "edit")]
    phone: Option<String>,
    /// What the shop wants to remember, at most 4 KiB
    #[arg(long, value_name = "TEXT", group = "edit")]
    note: Option<String>,
    /// One of the shop's own values, at most 1 KiB; KEY= takes it away; can be repeated
    #[arg(long, value_name = "KEY=VALUE", group = "edit")]
    meta: Vec<String>,
    /// Operator who decides; default: PAYCTL_OPERATOR, then the user of this machine
    #[arg(long, value_name = "NAME", value_parser = operator::name)]
    by: Option<String>,
    /// Show what would be done, and write nothing
    #[arg(long)]
    dry_run: bool,
}

writes!(OrderEditArgs: Idempotent unless dry_run);

const COMMAND: &str = "order edit";

/// Fields are only ever added.
#[derive(Serialize)]
struct EditedOrder {
    order: OrderNumber,
    status: OrderStatus,
    /// Words for what has changed.
    changed: Vec<String>,
    /// Mails that are queued again.
    effects_queued: Vec<EffectId>,
    dry_run: bool,
}

pub(super) fn run(args: &OrderEditArgs, mut context: Context<'_>) -> anyhow::Result<Exit> {
    let customer = args.customer()?;
    let notes = NotesEdit {
        note: args.note.clone(),
        meta: typed_meta(&args.meta)?,
    };
    let actor =
        named_operator(&context.environment, args.by.as_deref()).unwrap_or_else(|| context.actor());
    let (store, permit) = context.store_to_write(args.dry_run)?;
    let order = require_order(store.read(), &args.order)?;
    let has_recipient = |effect: &Effect, document: &EffectPayload| {
        let to = recipient(&context.config, &effect.hook);
        has_recipient(to, effect, document, context.config.zone)
    };
    let (edit, by) = ((&customer, &notes), context.by(&actor));
    let edited = store
        .edit_order(&permit, order.id, edit, &has_recipient, by)?
        .map_err(|refusal| notes_refusal(&order.number, &refusal))?;
    let body = EditedOrder {
        order: order.number,
        status: order.status,
        changed: edited.changed,
        effects_queued: edited.queued,
        dry_run: args.dry_run,
    };
    let result = if body.changed.is_empty() {
        "was so already".to_owned()
    } else {
        context.would(args.dry_run, "changed")
    };
    let mails: Vec<String> = body
        .effects_queued
        .iter()
        .map(ToString::to_string)
        .collect();
    let mails =
        (!mails.is_empty()).then(|| format!("{}; send them now: payctl fulfil", mails.join(", ")));
    let detail = Detail::new(context.style())
        .field("Order", &body.order)
        .field("Status", body.status)
        .field_if_any(
            "Changed",
            (!body.changed.is_empty()).then(|| body.changed.join(", ")),
        )
        .field_if_any("Mails queued", mails)
        .field("Result", result);
    context.show(COMMAND, &body, &detail, Exit::Clean)
}

/// To whom the mails of a hook go; of one that the configuration does not have, to the customer.
fn recipient<'a>(config: &'a Config, hook: &HookName) -> &'a str {
    match config.effect(hook).map(|effect| &effect.means) {
        Some(EffectTransport::Mail { to, .. }) => to,
        Some(EffectTransport::Exec { .. } | EffectTransport::Http { .. }) | None => {
            "{{ customer.email }}"
        }
    }
}

impl OrderEditArgs {
    fn customer(&self) -> Result<CustomerEdit, CommandError> {
        require_customer_lines([
            ("--name", self.name.as_deref()),
            ("--email", self.email.as_deref()),
            ("--phone", self.phone.as_deref()),
        ])?;
        let is_address = |text: &str| text.is_empty() || text.contains('@');
        if !self
            .email
            .as_deref()
            .is_none_or(|text| is_address(text.trim()))
        {
            let message = "--email has no @, so it is no address";
            return Err(CommandError::usage(message).hint("write it as name@example.com"));
        }
        Ok(CustomerEdit {
            name: self.name.clone(),
            email: self.email.clone(),
            phone: self.phone.clone(),
        })
    }
}
