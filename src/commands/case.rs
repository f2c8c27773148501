//! `payctl case`: questions that a person must decide.

mod list;
mod resolve;
mod row;
mod show;
#[cfg(test)]
mod tests;

use clap::Subcommand;

use super::context::Context;
use super::failure::CommandError;
use super::writes::Writes;
use crate::domain::CaseId;
use crate::exit::Exit;

/// List, show and resolve cases: questions that a person must decide
#[derive(Debug, Subcommand)]
pub(super) enum CaseCommand {
    List(list::CaseListArgs),
    Show(show::CaseShowArgs),
    Resolve(resolve::CaseResolveArgs),
}

impl CaseCommand {
    /// What it does to the database.
    pub(super) fn writes(&self) -> Writes {
        match self {
            Self::Resolve(args) => args.writes(),
            Self::List(_) | Self::Show(_) => Writes::Nothing,
        }
    }
}

pub(super) fn run(command: CaseCommand, context: Context<'_>) -> anyhow::Result<Exit> {
    match command {
        CaseCommand::List(args) => list::run(&args, context),
        CaseCommand::Show(args) => show::run(&args, context),
        CaseCommand::Resolve(args) => resolve::run(&args, context),
    }
}

fn unknown(case: CaseId) -> CommandError {
    CommandError::new(Exit::Failed, format!("no case has the ID {case}"))
        .hint("see the open cases: payctl case list")
}
