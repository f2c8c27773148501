//! `payctl ticket revoke`: revokes one ticket on an operator's decision; its order stays.

use clap::Args;
use serde::Serialize;

use super::unknown;
use crate::commands::consent::{ConsentArgs, Foretold, Unattended};
use crate::commands::operator::{self, require_operator};
use crate::commands::{CommandError, Context, writes};
use crate::domain::operator::revoke::{self, revoke};
use crate::domain::{
    CaseKind, OrderNumber, OrderStatus, Rupiah, Sku, Ticket, TicketCode, TicketState, WrittenAmount,
};
use crate::exit::Exit;
use crate::output::detail::Detail;
use crate::reconciler::Ledger;
use crate::store::{Actor, OtherOrders, StoreError, UpdateResult};

/// Revoke one ticket of a paid order (a partial return)
///
/// The unit becomes free again if the product is resaleable. The order keeps its other tickets and its access. No
/// effects run, except those of a refund that becomes due.
#[derive(Debug, Args)]
pub(in crate::commands) struct TicketRevokeArgs {
    /// Ticket code
    code: TicketCode,
    /// Reason, stored with the ticket
    #[arg(long, value_name = "TEXT", value_parser = operator::reason)]
    reason: String,
    /// Amount to refund for it; at most what is left of the order's money
    #[arg(long, value_name = "RUPIAH")]
    refund: Option<WrittenAmount>,
    /// Operator who decides; default: PAYCTL_OPERATOR, then the user of this machine
    #[arg(long, value_name = "NAME", value_parser = operator::name)]
    by: Option<String>,
    #[command(flatten)]
    consent: ConsentArgs,
}

writes!(TicketRevokeArgs: Idempotent unless consent.dry_run);

/// Fields are only ever added.
#[derive(Serialize)]
struct RevokedTicketRow {
    ticket: TicketCode,
    order: OrderNumber,
    order_status: OrderStatus,
    product: Sku,
    unit: u32,
    status: TicketState,
    /// Whether its unit can be sold again.
    unit_is_free: bool,
    refund_due: Rupiah,
    refunds_owed: usize,
    cases: Vec<CaseKind>,
    dry_run: bool,
}

pub(super) fn run(args: &TicketRevokeArgs, mut context: Context<'_>) -> anyhow::Result<Exit> {
    let actor = require_operator(&context, args.by.as_deref())?;
    context.print_interpreted_amount("--refund", args.refund.as_ref());
    context.require_consent(&args.consent, Unattended::GoesOn, |context| {
        foretell(args, context, &actor)
    })?;
    let ledger = operator::ledger(&context, args.consent.dry_run)?;
    let Some(ticket) = ledger.read().ticket(&args.code)? else {
        return Err(unknown(&args.code).into());
    };
    let by = context.by(&actor);
    let acted = match revoke_ticket(args, &ledger, &ticket, by)? {
        None | Some(Err(None)) => return Err(unknown(&args.code).into()),
        Some(Err(Some(refusal))) => return Err(refused(&ticket, &refusal).into()),
        Some(Ok(acted)) => acted,
    };
    let exit = operator::exit(&acted);
    let body = RevokedTicketRow {
        ticket: ticket.code,
        order: ticket.order_number,
        order_status: acted.order_after,
        product: ticket.sku,
        unit: ticket.unit,
        status: TicketState::Revoked,
        unit_is_free: acted.said,
        refund_due: acted.owed.iter().map(|owed| owed.amount).sum(),
        refunds_owed: acted.owed.len(),
        cases: acted.opened.clone(),
        dry_run: args.consent.dry_run,
    };
    let mut detail = Detail::new(context.style())
        .field("Ticket", &body.ticket)
        .field("Order", &body.order)
        .field("Product", &body.product)
        .field("Unit", body.unit)
        .field("Unit is free", acted.said);
    if let Some(left) = operator::describe_consequences(&acted) {
        detail = detail.field("To do", left);
    }
    let result = context.would(args.consent.dry_run, body.status.word());
    let detail = detail.field("Result", result);
    context.show("ticket revoke", &body, &detail, exit)
}

fn foretell(
    args: &TicketRevokeArgs,
    context: &Context<'_>,
    actor: &str,
) -> anyhow::Result<Option<Foretold>> {
    let ledger = Ledger::preview(context.reader()?);
    let Some(ticket) = ledger.read().ticket(&args.code)? else {
        return Ok(None);
    };
    let Some(Ok(acted)) = revoke_ticket(args, &ledger, &ticket, context.by(actor))? else {
        return Ok(None);
    };
    let (code, order) = (&ticket.code, &ticket.order_number);
    let mut consequences = vec![format!(
        "Ticket {code} is unit {} of {}, sold with {order}.",
        ticket.unit, ticket.sku
    )];
    if let Some(left) = operator::describe_consequences(&acted) {
        consequences.push(format!("Revoking it means: {left}."));
    }
    consequences.push("It admits nobody any more; this cannot be undone.".to_owned());
    Ok(Some(Foretold {
        consequences,
        question: format!("Revoke ticket {code}?"),
        otherwise: "the ticket was not revoked",
    }))
}

/// Whether its unit is free again. An inner error without a refusal: the ticket no longer exists.
fn revoke_ticket(
    args: &TicketRevokeArgs,
    ledger: &Ledger,
    ticket: &Ticket,
    by: Actor<'_>,
) -> Result<UpdateResult<bool, Option<revoke::TicketRevokeRefusal>>, StoreError> {
    let refund = args.refund.as_ref().map(|written| written.amount);
    let decide = |dossier, beside: &OtherOrders<'_>| {
        let Some(held) = beside.held_ticket(&args.code)? else {
            return Ok(Err(None));
        };
        let planned = revoke(dossier, &held, refund, &args.reason);
        Ok(planned
            .map(|changes| (held.frees_unit, changes))
            .map_err(Some))
    };
    ledger.update_order_with(ticket.order, by, decide)
}

fn refused(ticket: &Ticket, refusal: &revoke::TicketRevokeRefusal) -> CommandError {
    let (code, order) = (&ticket.code, &ticket.order_number);
    let hint = match refusal {
        revoke::TicketRevokeRefusal::AlreadyRevoked(_)
        | revoke::TicketRevokeRefusal::Redeemed { .. } => {
            format!("nothing was changed; see the ticket: payctl ticket show {code}")
        }
        revoke::TicketRevokeRefusal::Suspended => {
            format!("resolve the case first: payctl case list --order {order}")
        }
        revoke::TicketRevokeRefusal::NotSold(_) => {
            format!("see the order: payctl order show {order}")
        }
        revoke::TicketRevokeRefusal::LastGood => {
            format!("to end the order: payctl order cancel {order} --reason …")
        }
        revoke::TicketRevokeRefusal::NoRefund(_) => {
            "leave out --refund if nothing is to be refunded".to_owned()
        }
        revoke::TicketRevokeRefusal::TooMuch { .. } => {
            format!("see how much is left: payctl order show {order}")
        }
    };
    let message = format!("ticket {code} of {order} cannot be revoked: {refusal}");
    CommandError::failed(message).hint(hint).because(refusal)
}
