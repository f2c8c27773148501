//! `payctl order`: create, import, show and change orders.

mod attach;
mod cancel;
mod create;
mod extend;
mod import;
mod list;
mod row;
mod show;

use clap::Subcommand;

pub(super) use row::OrderCaseRow;
pub(super) use show::{OrderView, unknown};

use super::context::Context;
use super::writes::Writes;
use crate::exit::Exit;

/// Create, import, list, show, extend and cancel orders
#[derive(Debug, Subcommand)]
pub(super) enum OrderCommand {
    Create(Box<create::OrderCreateArgs>),
    Attach(attach::OrderAttachArgs),
    Cancel(cancel::OrderCancelArgs),
    Extend(extend::OrderExtendArgs),
    Import(import::OrderImportArgs),
    List(list::OrderListArgs),
    Show(show::OrderShowArgs),
}

impl OrderCommand {
    /// What it does to the database.
    pub(super) fn writes(&self) -> Writes {
        match self {
            Self::Create(args) => args.writes(),
            Self::Attach(args) => args.writes(),
            Self::Cancel(args) => args.writes(),
            Self::Extend(args) => args.writes(),
            Self::Import(args) => args.writes(),
            Self::List(_) | Self::Show(_) => Writes::Nothing,
        }
    }
}

impl OrderCommand {
    /// Whether the person who typed the command reads its output. `--only-pending` is for scripts.
    pub(super) fn is_for_a_person(&self) -> bool {
        match self {
            Self::Cancel(args) => !args.only_pending,
            Self::Create(_)
            | Self::Attach(_)
            | Self::Extend(_)
            | Self::Import(_)
            | Self::List(_)
            | Self::Show(_) => false,
        }
    }
}

pub(super) fn run(command: OrderCommand, context: Context<'_>) -> anyhow::Result<Exit> {
    match command {
        OrderCommand::Cancel(args) => cancel::run(&args, context),
        OrderCommand::Extend(args) => extend::run(&args, context),
        OrderCommand::Attach(args) => attach::run(args, context),
        OrderCommand::Create(args) => create::run(*args, context),
        OrderCommand::Import(args) => import::run(&args, context),
        OrderCommand::List(args) => list::run(&args, context),
        OrderCommand::Show(args) => show::run(&args, context),
    }
}
