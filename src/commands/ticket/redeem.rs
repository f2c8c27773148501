//! `payctl ticket redeem`: admits the ticket's holder, once.

use clap::Args;
use serde::Serialize;

use super::admission::admit;
use super::row::TicketRow;
use super::unknown;
use crate::commands::operator::{self, require_operator};
use crate::commands::{Context, writes};
use crate::domain::TicketCode;
use crate::exit::Exit;

/// Redeem a ticket, once: exit code 0 for yes, 3 for no with the reason
#[derive(Debug, Args)]
pub(in crate::commands) struct RedeemArgs {
    /// Ticket code
    code: TicketCode,
    /// Operator who admits the holder; default: PAYCTL_OPERATOR, then the user of this machine
    #[arg(long, value_name = "NAME", value_parser = operator::name)]
    by: Option<String>,
    /// Show what would be done, and write nothing
    #[arg(long)]
    dry_run: bool,
}

writes!(RedeemArgs: Idempotent unless dry_run);

#[derive(Serialize)]
struct RedeemResult {
    admitted: bool,
    reason: String,
    dry_run: bool,
    ticket: TicketRow,
}

pub(super) fn run(args: &RedeemArgs, mut context: Context<'_>) -> anyhow::Result<Exit> {
    let actor = require_operator(&context, args.by.as_deref())?;
    let ledger = operator::ledger(&context, args.dry_run)?;
    let Some(admission) = admit(&args.code, &ledger, &context, &actor, args.dry_run)? else {
        return Err(unknown(&args.code).into());
    };
    let exit = if admission.is_admitted {
        Exit::Clean
    } else {
        Exit::Attention
    };
    let answer = RedeemResult {
        admitted: admission.is_admitted,
        reason: admission.reason,
        dry_run: args.dry_run,
        ticket: TicketRow::from(&admission.ticket),
    };
    let code = &answer.ticket.ticket;
    let headline = if answer.admitted {
        format!("YES  {}", answer.reason)
    } else {
        format!("NO   {}", answer.reason)
    };
    let undo = format!("payctl ticket unredeem {code} --reason TEXT");
    let undo = (answer.admitted && !args.dry_run).then_some(undo);
    let detail = answer
        .ticket
        .detail(context.style())
        .verdict(answer.admitted, &headline)
        .field("Result", &answer.reason)
        .field_if_any("Undo", undo);
    context.show("ticket redeem", &answer, &detail, exit)
}
