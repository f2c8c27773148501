//! `payctl refund`: refunds that are due.

mod act;
mod list;
mod refusal;
mod row;
mod send;
#[cfg(test)]
mod tests;

use clap::Subcommand;

use super::context::Context;
use super::writes::Writes;
use crate::exit::Exit;

/// List, approve, send and reject refunds
#[derive(Debug, Subcommand)]
pub(super) enum RefundCommand {
    List(list::RefundListArgs),
    Approve(act::RefundApproveArgs),
    Send(send::RefundSendArgs),
    Done(act::RefundDoneArgs),
    Reject(act::RefundRejectArgs),
}

impl RefundCommand {
    /// What it does to the database.
    pub(super) fn writes(&self) -> Writes {
        match self {
            Self::Approve(args) => args.writes(),
            Self::Send(args) => args.writes(),
            Self::Done(args) => args.writes(),
            Self::Reject(args) => args.writes(),
            Self::List(_) => Writes::Nothing,
        }
    }
}

pub(super) fn run(command: RefundCommand, context: Context<'_>) -> anyhow::Result<Exit> {
    match command {
        RefundCommand::List(args) => list::run(&args, context),
        RefundCommand::Approve(args) => act::approve(&args, context),
        RefundCommand::Send(args) => send::run(&args, context),
        RefundCommand::Done(args) => act::done(&args, context),
        RefundCommand::Reject(args) => act::reject(&args, context),
    }
}
