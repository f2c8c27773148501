//! `payctl ticket`: what lets its holder in, once.

mod list;
mod redeem;
pub(super) mod row;
mod show;

use clap::Subcommand;

use super::context::Context;
use super::failure::Refusal;
use crate::domain::ticket::TicketCode;
use crate::exit::Exit;

/// Tickets: list, show and redeem them
#[derive(Debug, Subcommand)]
pub(super) enum TicketCommand {
    List(list::ListArgs),
    Show(show::ShowArgs),
    Redeem(redeem::RedeemArgs),
}

pub(super) fn run(command: TicketCommand, context: Context<'_>) -> anyhow::Result<Exit> {
    match command {
        TicketCommand::List(args) => list::run(&args, context),
        TicketCommand::Show(args) => show::run(&args, context),
        TicketCommand::Redeem(args) => redeem::run(&args, context),
    }
}

fn unknown(code: &TicketCode) -> Refusal {
    Refusal::new(Exit::Failed, format!("no ticket has the code {code}"))
        .hint("see the tickets with: payctl ticket list")
}
