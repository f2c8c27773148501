//! `payctl config`: a person says which configuration is the shop's.

use clap::{Args, Subcommand};
use serde::Serialize;

use super::context::Context;
use super::failure::CommandError;
use super::operator::{self, must_have_operator};
use super::shop_files::current_hook_source;
use crate::domain::names::HookName;
use crate::exit::Exit;
use crate::output::detail::{Detail, JsonDocument, show};
use crate::store::{WritePermit, WriteReason};

/// The configuration of a shop: accept another one than before
#[derive(Debug, Subcommand)]
pub(super) enum ConfigCommand {
    Accept(AcceptArgs),
}

/// Accept the configuration at hand as that of the shop, with all that its effects do
///
/// A database remembers with which configuration it is used, and what its effects do. One at another place that does
/// something else is refused, because it may be another shop's. This says, once, that it is right.
#[derive(Debug, Args)]
pub(super) struct AcceptArgs {
    /// Who decides; PAYCTL_OPERATOR by default
    #[arg(long, value_name = "NAME", value_parser = operator::name)]
    by: Option<String>,
    /// Show what would be accepted, and write nothing
    #[arg(long)]
    dry_run: bool,
}

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
    let ConfigCommand::Accept(args) = command;
    let by = must_have_operator(&context, args.by.as_deref())?;
    let Some(source) = current_hook_source(&context) else {
        let message = "there is no configuration file to accept";
        return Err(CommandError::new(Exit::Config, message)
            .hint("say where it is with: --config FILE, or PAYCTL_CONFIG")
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
    let document = JsonDocument {
        command: "config accept",
        started_at: context.started_at,
        body: &body,
        exit: Exit::Clean,
    };
    show(&mut context.host.stdout, style, &document, &detail)?;
    Ok(Exit::Clean)
}
