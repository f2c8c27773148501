//! `payctl config`: what the shop's settings are, whether they can be used, its keys, and which configuration is the shop's.

mod check;
mod set_key;
mod show;

use clap::{Args, Subcommand};
use serde::Serialize;

use super::operator::{self, require_operator};
use super::shop_files::current_hook_source;
use crate::commands::{CommandError, Context, Writes, writes};
use crate::domain::HookName;
use crate::exit::Exit;
use crate::output::detail::Detail;
use crate::store::{WritePermit, WriteReason};

/// Show and check the configuration, set a key, accept a changed configuration
#[derive(Debug, Subcommand)]
pub(super) enum ConfigCommand {
    Show(show::ConfigShowArgs),
    Check(check::ConfigCheckArgs),
    SetKey(set_key::SetKeyArgs),
    Accept(AcceptArgs),
}

impl ConfigCommand {
    /// What it does to the database.
    pub(super) fn writes(&self) -> Writes {
        match self {
            Self::Accept(args) => args.writes(),
            // A key is no part of the database.
            Self::Show(_) | Self::Check(_) | Self::SetKey(_) => Writes::Nothing,
        }
    }
}

/// Accept the current configuration, with all its effects, for this shop
///
/// The database remembers which configuration it is used with, and that configuration's effects. A different
/// configuration with different effects is refused, because it may belong to another shop. This command accepts it.
#[derive(Debug, Args)]
pub(super) struct AcceptArgs {
    /// Operator who decides; default: PAYCTL_OPERATOR, then the user of this machine
    #[arg(long, value_name = "NAME", value_parser = operator::name)]
    by: Option<String>,
    /// Show what would be accepted, and write nothing
    #[arg(long)]
    dry_run: bool,
}

writes!(AcceptArgs: EachTime unless dry_run);

/// Fields are only ever added.
#[derive(Serialize)]
struct AcceptedConfig {
    config: String,
    database: String,
    effects: Vec<HookName>,
    by: String,
    dry_run: bool,
}

pub(super) fn run(command: ConfigCommand, context: Context<'_>) -> anyhow::Result<Exit> {
    match command {
        ConfigCommand::Show(args) => show::run(&args, context),
        ConfigCommand::Check(args) => check::run(&args, context),
        ConfigCommand::SetKey(args) => set_key::run(&args, context),
        ConfigCommand::Accept(args) => accept(&args, context),
    }
}

fn accept(args: &AcceptArgs, mut context: Context<'_>) -> anyhow::Result<Exit> {
    let by = require_operator(&context, args.by.as_deref())?;
    let Some(source) = current_hook_source(&context.config, context.database()) else {
        let message = "no configuration file to accept";
        return Err(CommandError::config(message)
            .hint("give its path with --config FILE, or PAYCTL_CONFIG")
            .into());
    };
    if args.dry_run {
        context.reader()?;
    } else {
        let permit = WritePermit::granted_by(WriteReason::NotDryRun);
        context.store_for_any()?.accept_source(&permit, &source)?;
    }
    let body = AcceptedConfig {
        config: source.path,
        database: context.database().display().to_string(),
        effects: context
            .config
            .hooks()
            .iter()
            .map(|hook| hook.name.clone())
            .collect(),
        by,
        dry_run: args.dry_run,
    };
    let style = context.style();
    let names: Vec<&str> = body.effects.iter().map(HookName::as_str).collect();
    let detail = Detail::new(style)
        .field("Configuration", &body.config)
        .field("Database", &body.database)
        .field(
            "Effects",
            if names.is_empty() {
                "none".to_owned()
            } else {
                names.join(", ")
            },
        )
        .field("Result", context.would(args.dry_run, "accepted"));
    context.show("config accept", &body, &detail, Exit::Clean)
}
