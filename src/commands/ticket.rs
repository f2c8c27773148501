//! `payctl ticket`: tickets, each of which admits its holder once.

mod list;
mod redeem;
mod revoke;
pub(super) mod row;
mod show;

use crate::commands::{CommandError, group};
use crate::domain::TicketCode;

group! {
    /// List, show, redeem and revoke tickets
    pub(super) enum TicketCommand {
        List(list::TicketListArgs) => list::run;
        Show(show::TicketShowArgs) => show::run;
        Redeem(redeem::RedeemArgs) => redeem::run, writes;
        Revoke(revoke::TicketRevokeArgs) => revoke::run, writes;
    }
}

impl TicketCommand {
    /// It can make a refund due, and its output says so.
    pub(super) fn is_for_a_person(&self) -> bool {
        match self {
            Self::Revoke(_) => true,
            Self::List(_) | Self::Show(_) | Self::Redeem(_) => false,
        }
    }
}

fn unknown(code: &TicketCode) -> CommandError {
    CommandError::failed(format!("no ticket has the code {code}"))
        .hint("see the tickets: payctl ticket list")
}
