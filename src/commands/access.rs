//! `payctl access`: who may use which product, and until when.

pub(super) mod admission;
mod check;
mod list;
mod revoke;
pub(super) mod row;

use clap::Subcommand;

use super::context::Context;
use super::writes::Writes;
use crate::exit::Exit;

/// Check, list and revoke access to products
#[derive(Debug, Subcommand)]
pub(super) enum AccessCommand {
    Check(check::AccessCheckArgs),
    List(list::AccessListArgs),
    Revoke(revoke::AccessRevokeArgs),
}

impl AccessCommand {
    /// What it does to the database.
    pub(super) fn writes(&self) -> Writes {
        match self {
            Self::Check(args) => args.writes(),
            Self::Revoke(args) => args.writes(),
            Self::List(_) => Writes::Nothing,
        }
    }
}

pub(super) fn run(command: AccessCommand, context: Context<'_>) -> anyhow::Result<Exit> {
    match command {
        AccessCommand::Check(args) => check::run(&args, context),
        AccessCommand::List(args) => list::run(&args, context),
        AccessCommand::Revoke(args) => revoke::run(&args, context),
    }
}
