//! `payctl ticket`: tickets, each of which admits its holder once.

mod list;
mod redeem;
mod revoke;
pub(super) mod row;
mod show;

use clap::Subcommand;

use super::context::Context;
use super::failure::CommandError;
use super::writes::Writes;
use crate::domain::TicketCode;
use crate::exit::Exit;

/// List, show, redeem and revoke tickets
#[derive(Debug, Subcommand)]
pub(super) enum TicketCommand {
    List(list::TicketListArgs),
    Show(show::TicketShowArgs),
    Redeem(redeem::RedeemArgs),
    Revoke(revoke::TicketRevokeArgs),
}

impl TicketCommand {
    /// What it does to the database.
    pub(super) fn writes(&self) -> Writes {
        match self {
            Self::Redeem(args) => args.writes(),
            Self::Revoke(args) => args.writes(),
            Self::List(_) | Self::Show(_) => Writes::Nothing,
        }
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

pub(super) fn run(command: TicketCommand, context: Context<'_>) -> anyhow::Result<Exit> {
    match command {
        TicketCommand::List(args) => list::run(&args, context),
        TicketCommand::Show(args) => show::run(&args, context),
        TicketCommand::Redeem(args) => redeem::run(&args, context),
        TicketCommand::Revoke(args) => revoke::run(&args, context),
    }
}

fn unknown(code: &TicketCode) -> CommandError {
    CommandError::new(Exit::Failed, format!("no ticket has the code {code}"))
        .hint("see the tickets: payctl ticket list")
}
