//! `payctl ticket redeem`: admits the ticket's holder, once.

use clap::Args;
use serde::Serialize;

use super::row::TicketRow;
use super::unknown;
use crate::commands::operator::{self, require_operator};
use crate::commands::{Context, writes};
use crate::domain::{Instant, TicketCode, TicketState};
use crate::exit::Exit;
use crate::output::Cell as _;
use crate::reconciler::Ledger;
use crate::store::{Actor, Redeemed};

/// Redeem a ticket, once: exit code 0 for yes, 3 for no with the reason
#[derive(Debug, Args)]
pub(in crate::commands) struct RedeemArgs {
    /// Ticket code
    code: TicketCode,
    /// Operator who admits the holder; default: PAYCTL_OPERATOR
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
    let acting = Actor {
        actor: &actor,
        now: context.started_at,
    };
    let by = actor.trim_start_matches("operator:");
    let redeemed = match operator::ledger(&context, args.dry_run)? {
        Ledger::ReadWrite(writer) => {
            writer.write(|store, permit| store.redeem_ticket(permit, &args.code, by, acting))?
        }
        Ledger::ReadOnly(reader) => reader.preview_redeem(&args.code, by, acting.now)?,
    };
    let (ticket, exit) = match redeemed {
        None => return Err(unknown(&args.code).into()),
        Some(Redeemed::Now(ticket)) => (ticket, Exit::Clean),
        Some(Redeemed::Not(ticket)) => (ticket, Exit::Attention),
    };
    let style = context.style();
    let row = TicketRow::from(&ticket);
    let answer = RedeemResult {
        admitted: exit == Exit::Clean,
        reason: if exit == Exit::Clean {
            context.would(args.dry_run, TicketState::Redeemed.word())
        } else {
            refused(&row, &context)
        },
        dry_run: args.dry_run,
        ticket: row,
    };
    let detail = answer.ticket.detail(style).field("Result", &answer.reason);
    context.show("ticket redeem", &answer, &detail, exit)
}

/// Why the ticket admits nobody.
fn refused(row: &TicketRow, context: &Context<'_>) -> String {
    let zone = context.style().zone;
    let at = |at: Option<Instant>| at.cell(zone);
    match row.status {
        TicketState::Redeemed | TicketState::Good => {
            let by = row.redeemed_by.as_deref().unwrap_or_default();
            format!("was already redeemed at {} by {by}", at(row.redeemed_at))
        }
        TicketState::Suspended => format!(
            "is suspended since {}: the order is no longer fully paid",
            at(row.suspended_at)
        ),
        TicketState::Revoked => format!("was revoked at {}", at(row.revoked_at)),
    }
}
