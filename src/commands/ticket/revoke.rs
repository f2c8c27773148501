//! `payctl ticket revoke`: takes one ticket back on a person's word; its order stays.

use clap::Args;
use serde::Serialize;

use super::unknown;
use crate::commands::acting::{self, must_have_operator};
use crate::commands::context::Context;
use crate::commands::failure::Refusal;
use crate::domain::acts::revoke::{self, revoke};
use crate::domain::amount_text::WrittenAmount;
use crate::domain::case::CaseKind;
use crate::domain::money::Rupiah;
use crate::domain::names::{OrderNumber, Sku};
use crate::domain::order::OrderStatus;
use crate::domain::ticket::{Ticket, TicketCode, TicketState};
use crate::exit::Exit;
use crate::output::detail::{Detail, Document, show};
use crate::reconciler::Pen;
use crate::store::{Act, Hand, Others, StoreError};

/// Revoke one ticket of a paid order: a partial return
///
/// Its unit is free again, where the product can be sold again. The order stays, with its other tickets and its
/// access. No effect runs but those of the refund that becomes due.
#[derive(Debug, Args)]
pub(in crate::commands) struct RevokeArgs {
    /// The code of the ticket
    code: TicketCode,
    /// Why
    #[arg(long, value_name = "TEXT", value_parser = acting::reason)]
    reason: String,
    /// What must go back to the customer for it; at most what is still here of the order's money
    #[arg(long, value_name = "RUPIAH")]
    refund: Option<WrittenAmount>,
    /// Who decides; PAYCTL_OPERATOR by default
    #[arg(long, value_name = "NAME", value_parser = acting::name)]
    by: Option<String>,
    /// Show what would be done, and write nothing
    #[arg(long)]
    dry_run: bool,
}

/// Fields are only ever added.
#[derive(Serialize)]
struct Revoked {
    ticket: TicketCode,
    order: OrderNumber,
    order_status: OrderStatus,
    product: Sku,
    unit: u32,
    status: TicketState,
    /// Its unit can be sold again.
    unit_is_free: bool,
    refund_due: Rupiah,
    refunds_owed: usize,
    cases: Vec<CaseKind>,
    dry_run: bool,
}

pub(super) fn run(args: &RevokeArgs, mut context: Context<'_>) -> anyhow::Result<Exit> {
    let actor = must_have_operator(&context, args.by.as_deref())?;
    context.tell_how_read("--refund", args.refund.as_ref());
    let mut pen = acting::pen(&context, args.dry_run)?;
    let Some(ticket) = pen.read().ticket(&args.code)? else {
        return Err(unknown(&args.code).into());
    };
    let hand = Hand {
        actor: &actor,
        now: context.started_at,
    };
    let acted = match act(args, &mut pen, &ticket, hand)? {
        None | Some(Err(None)) => return Err(unknown(&args.code).into()),
        Some(Err(Some(refusal))) => return Err(refused(&ticket, &refusal).into()),
        Some(Ok(acted)) => acted,
    };
    let exit = acting::exit(&acted);
    let body = Revoked {
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
        dry_run: args.dry_run,
    };
    let face = context.face();
    let mut detail = Detail::new(face)
        .field("Ticket", &body.ticket)
        .field("Order", &body.order)
        .field("Product", &body.product)
        .field("Unit", body.unit)
        .field("Unit is free", if acted.said { "yes" } else { "no" });
    if let Some(left) = acting::left_behind(&acted) {
        detail = detail.field("Left behind", left);
    }
    let result = context.would(args.dry_run, body.status.word());
    let detail = detail.field("Result", result);
    let document = Document {
        command: "ticket revoke",
        started_at: context.started_at,
        body: &body,
        exit,
    };
    show(&mut context.world.stdout, face, &document, &detail)?;
    Ok(exit)
}

/// Says whether its unit is free again. An inner error without a refusal: the ticket is gone.
fn act(
    args: &RevokeArgs,
    pen: &mut Pen,
    ticket: &Ticket,
    hand: Hand<'_>,
) -> Result<Act<bool, Option<revoke::Refusal>>, StoreError> {
    let refund = args.refund.as_ref().map(|written| written.amount);
    let decide = |dossier, beside: &Others<'_>| {
        let Some(held) = beside.held_ticket(&args.code)? else {
            return Ok(Err(None));
        };
        let planned = revoke(dossier, &held, refund, &args.reason);
        Ok(planned
            .map(|changes| (held.frees_unit, changes))
            .map_err(Some))
    };
    match pen {
        Pen::Writing { store, permit } => store.act_beside(permit, ticket.order, hand, decide),
        Pen::Looking(reader) => reader.foresee_beside(ticket.order, decide),
    }
}

fn refused(ticket: &Ticket, refusal: &revoke::Refusal) -> Refusal {
    let (code, order) = (&ticket.code, &ticket.order_number);
    let hint = match refusal {
        revoke::Refusal::AlreadyRevoked(_) | revoke::Refusal::Redeemed { .. } => {
            format!("nothing was changed; see the ticket with: payctl ticket show {code}")
        }
        revoke::Refusal::Suspended => {
            format!("answer the case first: payctl case list --order {order}")
        }
        revoke::Refusal::NotSold(_) => {
            format!("see how it stands with: payctl order show {order}")
        }
        revoke::Refusal::LastGood => {
            format!("end the order with: payctl order cancel {order} --reason …")
        }
        revoke::Refusal::NoRefund(_) => "leave --refund out where nothing goes back".to_owned(),
        revoke::Refusal::TooMuch { .. } => {
            format!("see what is here with: payctl order show {order}")
        }
    };
    let message = format!("ticket {code} of {order} cannot be revoked: {refusal}");
    Refusal::new(Exit::Failed, message).hint(hint)
}
