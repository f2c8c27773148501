//! `payctl gateway`: the state of each account, and an operator's decisions about it.

mod accept_unknown;
mod list;

use clap::Subcommand;

use super::context::Context;
use super::writes::Writes;
use crate::exit::Exit;

/// List gateway accounts; accept that one has forgotten old payments
#[derive(Debug, Subcommand)]
pub(super) enum GatewayCommand {
    List(list::GatewayListArgs),
    AcceptUnknown(accept_unknown::AcceptUnknownArgs),
}

impl GatewayCommand {
    /// What it does to the database.
    pub(super) fn writes(&self) -> Writes {
        match self {
            Self::AcceptUnknown(args) => args.writes(),
            Self::List(_) => Writes::Nothing,
        }
    }
}

pub(super) fn run(command: GatewayCommand, context: Context<'_>) -> anyhow::Result<Exit> {
    match command {
        GatewayCommand::List(args) => list::run(&args, context),
        GatewayCommand::AcceptUnknown(args) => accept_unknown::run(&args, context),
    }
}
