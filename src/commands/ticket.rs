//! `payctl ticket`: tickets, each of which admits its holder once.

mod admission;
mod list;
mod redeem;
mod revoke;
pub(super) mod row;
mod scan;
mod show;
mod unredeem;

use crate::commands::{CommandError, group};
use crate::domain::TicketCode;

group! {
    /// List, show, redeem, scan and revoke tickets
    pub(super) enum TicketCommand {
        List(list::TicketListArgs) => list::run;
        Show(show::TicketShowArgs) => show::run;
        Redeem(redeem::RedeemArgs) => redeem::run, writes;
        Scan(scan::ScanArgs) => scan::run, writes;
        Unredeem(unredeem::UnredeemArgs) => unredeem::run, writes;
        Revoke(revoke::TicketRevokeArgs) => revoke::run, writes;
    }
}

impl TicketCommand {
    /// It can make a refund due, and its output says so.
    pub(super) fn is_for_a_person(&self) -> bool {
        match self {
            Self::Revoke(_) => true,
            Self::List(_) | Self::Show(_) | Self::Redeem(_) | Self::Scan(_) | Self::Unredeem(_) => {
                false
            }
        }
    }
}

fn unknown(code: &TicketCode) -> CommandError {
    CommandError::failed(format!("no ticket has the code {code}"))
        .hint("see the tickets: payctl ticket list")
}
