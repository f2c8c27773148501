//! `payctl access`: who may use what, and until when.

pub(super) mod admission;
mod check;
mod list;
mod revoke;
pub(super) mod row;

use clap::Subcommand;

use super::context::Context;
use crate::exit::Exit;

/// Access that was bought: check, list and revoke it
#[derive(Debug, Subcommand)]
pub(super) enum AccessCommand {
    Check(check::AccessCheckArgs),
    List(list::AccessListArgs),
    Revoke(revoke::AccessRevokeArgs),
}

pub(super) fn run(command: AccessCommand, context: Context<'_>) -> anyhow::Result<Exit> {
    match command {
        AccessCommand::Check(args) => check::run(&args, context),
        AccessCommand::List(args) => list::run(&args, context),
        AccessCommand::Revoke(args) => revoke::run(&args, context),
    }
}
