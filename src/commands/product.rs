//! `payctl product`: the products that the shop sells.

mod list;
mod row;
mod set;
mod show;

use clap::Subcommand;

use super::context::Context;
use super::writes::Writes;
use crate::exit::Exit;

/// Set, list and show products
#[derive(Debug, Subcommand)]
pub(super) enum ProductCommand {
    Set(set::ProductSetArgs),
    List(list::ProductListArgs),
    Show(show::ProductShowArgs),
}

impl ProductCommand {
    /// What it does to the database.
    pub(super) fn writes(&self) -> Writes {
        match self {
            Self::Set(args) => args.writes(),
            Self::List(_) | Self::Show(_) => Writes::Nothing,
        }
    }
}

pub(super) fn run(command: ProductCommand, context: Context<'_>) -> anyhow::Result<Exit> {
    match command {
        ProductCommand::Set(args) => set::run(&args, context),
        ProductCommand::List(args) => list::run(&args, context),
        ProductCommand::Show(args) => show::run(&args, context),
    }
}
