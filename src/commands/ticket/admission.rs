//! Whether a ticket admits its holder, and why not: one answer for the door that redeems one and for the one that scans many.

use crate::commands::Context;
use crate::domain::{Instant, Ticket, TicketCode, TicketState};
use crate::output::Cell as _;
use crate::reconciler::Ledger;
use crate::store::{Actor, Redeemed};

/// The answer at the door.
pub(super) struct Admission {
    pub(super) is_admitted: bool,
    pub(super) ticket: Ticket,
    pub(super) reason: String,
}

/// Redeems a ticket, or says what that would do. `None`: no ticket has this code.
pub(super) fn admit(
    code: &TicketCode,
    ledger: &Ledger,
    context: &Context<'_>,
    actor: &str,
    dry_run: bool,
) -> anyhow::Result<Option<Admission>> {
    let acting = Actor {
        actor,
        now: context.host.clock.now(),
    };
    let by = actor.trim_start_matches("operator:");
    let redeemed = match ledger {
        Ledger::ReadWrite(writer) => {
            writer.write(|store, permit| store.redeem_ticket(permit, code, by, acting))?
        }
        Ledger::ReadOnly(reader) => reader.preview_redeem(code, by, acting.now)?,
    };
    Ok(redeemed.map(|redeemed| match redeemed {
        Redeemed::Now(ticket) => Admission {
            is_admitted: true,
            reason: context.would(dry_run, TicketState::Redeemed.word()),
            ticket,
        },
        Redeemed::Not(ticket) => Admission {
            is_admitted: false,
            reason: refused(&ticket, context),
            ticket,
        },
    }))
}

/// Why the ticket admits nobody.
fn refused(ticket: &Ticket, context: &Context<'_>) -> String {
    let zone = context.style().zone;
    let at = |at: Option<Instant>| at.cell(zone);
    match ticket.state() {
        TicketState::Redeemed | TicketState::Good => {
            let redeemed = ticket.redeemed.as_ref();
            let by = redeemed.map_or("", |redeemed| redeemed.by.as_str());
            let when = at(redeemed.map(|redeemed| redeemed.at));
            format!("was already redeemed at {when} by {by}")
        }
        TicketState::Suspended => format!(
            "is suspended since {}: its order is not fully paid",
            at(ticket.suspended_at)
        ),
        TicketState::Revoked => format!("was revoked at {}", at(ticket.revoked_at)),
    }
}
