//! `payctl ticket unredeem`: takes a redemption back.

use clap::Args;
use serde::Serialize;

use super::row::TicketRow;
use super::unknown;
use crate::commands::operator::{self, require_operator};
use crate::commands::{CommandError, Context, writes};
use crate::domain::operator::unredeem::UnredeemRefusal;
use crate::domain::{Ticket, TicketCode};
use crate::exit::Exit;
use crate::reconciler::Ledger;
use crate::store::Actor;

/// Make a redeemed ticket good again, when it was redeemed by mistake
///
/// It admits its holder once more. The audit log keeps who redeemed it, and who took that back.
#[derive(Debug, Args)]
pub(in crate::commands) struct UnredeemArgs {
    /// Ticket code
    code: TicketCode,
    /// Reason, stored with the order
    #[arg(long, value_name = "TEXT", value_parser = operator::reason)]
    reason: String,
    /// Operator who decides; default: PAYCTL_OPERATOR, then the user of this machine
    #[arg(long, value_name = "NAME", value_parser = operator::name)]
    by: Option<String>,
    /// Show what would be done, and write nothing
    #[arg(long)]
    dry_run: bool,
}

writes!(UnredeemArgs: Idempotent unless dry_run);

#[derive(Serialize)]
struct UnredeemResult {
    reason: String,
    dry_run: bool,
    ticket: TicketRow,
}

pub(super) fn run(args: &UnredeemArgs, mut context: Context<'_>) -> anyhow::Result<Exit> {
    let actor = require_operator(&context, args.by.as_deref())?;
    let by = Actor {
        actor: &actor,
        now: context.started_at,
    };
    let ledger = operator::ledger(&context, args.dry_run)?;
    let Some(known) = ledger.read().ticket(&args.code)? else {
        return Err(unknown(&args.code).into());
    };
    let done = match &ledger {
        Ledger::ReadWrite(writer) => writer
            .write(|store, permit| store.unredeem_ticket(permit, &args.code, &args.reason, by))?,
        Ledger::ReadOnly(reader) => reader.preview_unredeem(&args.code)?,
    };
    let ticket = match done {
        None => return Err(unknown(&args.code).into()),
        Some(Err(refusal)) => return Err(refused(&known, &refusal).into()),
        Some(Ok(ticket)) => ticket,
    };
    let row = TicketRow::from(&ticket);
    let answer = UnredeemResult {
        reason: context.would(args.dry_run, row.status.word()),
        dry_run: args.dry_run,
        ticket: row,
    };
    let detail = answer.ticket.detail(context.style());
    let detail = detail.field("Result", &answer.reason);
    context.show("ticket unredeem", &answer, &detail, Exit::Clean)
}

fn refused(ticket: &Ticket, refusal: &UnredeemRefusal) -> CommandError {
    let (code, order) = (&ticket.code, &ticket.order_number);
    let message = format!("ticket {code} of {order} stays as it is: {refusal}");
    let hint = match refusal {
        UnredeemRefusal::NotRedeemed => format!("see the ticket: payctl ticket show {code}"),
        UnredeemRefusal::NotSold(_) | UnredeemRefusal::NotCovered => {
            format!("see the order: payctl order show {order}")
        }
    };
    CommandError::failed(message).hint(hint).because(refusal)
}
