//! `payctl webhook`: processes one gateway notification from stdin; lists, shows and repeats those that came.

mod list;
mod replay;
mod row;
mod show;

use std::net::IpAddr;
use std::time::Duration;

use clap::{Args, Subcommand};

use super::accounts::pool;
use super::notification::{MAX_BODY, read_body, receive};
use super::operator::ledger;
use super::polling_run::{ask, ended};
use crate::commands::{CommandError, Context, Writes};
use crate::config::duration;
use crate::domain::GatewayName;
use crate::exit::Exit;
use crate::gateway::incoming::IncomingRequest;

/// Process one gateway notification, read from stdin
///
/// Verifies and stores the notification, then asks the gateway: a notification by itself changes no payment. Until the
/// gateway answers, an order reported as paid does not expire. A forged notification is refused; a repeated one has
/// no effect. Afterwards effects of order changes are carried out, as by the fulfil command.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(super) struct WebhookArgs {
    #[command(subcommand)]
    command: Option<WebhookCommand>,
    /// Gateway that sent it, by its name in the configuration
    #[arg(required = true)]
    gateway: Option<GatewayName>,
    /// A header of the request, such as Pakasir's X-Secret; repeatable
    #[arg(long = "header", value_name = "NAME: VALUE", value_parser = header)]
    headers: Vec<(String, String)>,
    /// The method of the request, for gateways that sign it; no gateway does yet
    #[arg(long, value_name = "WORD", default_value = "POST")]
    method: String,
    /// The path of the request, for gateways that sign it; no gateway does yet
    #[arg(
        long,
        value_name = "PATH",
        default_value = "",
        hide_default_value = true
    )]
    path: String,
    /// The query of the request without its question mark, for gateways that sign it; no gateway does yet
    #[arg(
        long,
        value_name = "TEXT",
        default_value = "",
        hide_default_value = true
    )]
    query: String,
    /// Address of whoever sent it, for the record: kept for 30 days
    #[arg(long, value_name = "IP")]
    remote_address: Option<IpAddr>,
    /// Query the gateway and show what would be done; write nothing
    #[arg(long)]
    dry_run: bool,
    /// Time budget: start no further queries or effects after this
    #[arg(long, value_name = "TIME", default_value = "20s", value_parser = duration)]
    max_time: Duration,
}

#[derive(Debug, Subcommand)]
enum WebhookCommand {
    List(list::WebhookListArgs),
    Show(show::WebhookShowArgs),
    Replay(replay::WebhookReplayArgs),
}

impl WebhookArgs {
    /// What it does to the database.
    pub(in crate::commands) fn writes(&self) -> Writes {
        match &self.command {
            Some(WebhookCommand::List(_) | WebhookCommand::Show(_)) => Writes::Nothing,
            Some(WebhookCommand::Replay(args)) => args.writes(),
            None => Writes::EachTime.unless(self.dry_run),
        }
    }
}

impl WebhookCommand {
    fn name(&self) -> &'static str {
        match self {
            Self::List(_) => "list",
            Self::Show(_) => "show",
            Self::Replay(_) => "replay",
        }
    }
}

pub(super) fn run(args: &WebhookArgs, context: Context<'_>) -> anyhow::Result<Exit> {
    if let Some(command) = &args.command {
        require_no_gateway_named(command.name(), &context)?;
    }
    match (&args.command, &args.gateway) {
        (Some(WebhookCommand::List(args)), _) => list::run(args, context),
        (Some(WebhookCommand::Show(args)), _) => show::run(args, context),
        (Some(WebhookCommand::Replay(args)), _) => replay::run(args, context),
        (None, Some(gateway)) => receive_one(gateway, args, context),
        (None, None) => Err(CommandError::usage("name the gateway that sent it").into()),
    }
}

/// A gateway may have the name of a subcommand. Its notifications must not be lost to a list.
fn require_no_gateway_named(command: &str, context: &Context<'_>) -> Result<(), CommandError> {
    let mut gateways = context.config.gateways.keys();
    if !gateways.any(|gateway| gateway.as_str() == command) {
        return Ok(());
    }
    let message =
        format!("{command} is a gateway in the configuration and a subcommand of webhook");
    Err(CommandError::usage(message).hint(format!(
        "to process a notification of that gateway: payctl webhook -- {command}; \
         to see what came, give the gateway another name"
    )))
}

fn receive_one(
    gateway: &GatewayName,
    args: &WebhookArgs,
    mut context: Context<'_>,
) -> anyhow::Result<Exit> {
    let Some(body) = read_body(&mut context.host.stdin)? else {
        let message =
            format!("a notification may have at most {MAX_BODY} bytes; this one is longer");
        return Err(CommandError::new(Exit::Attention, message).into());
    };
    if body.trim_ascii().is_empty() {
        let message = format!("stdin holds no notification of {gateway}");
        return Err(CommandError::failed(message)
            .hint("pipe in the request body exactly as it was received")
            .into());
    }
    let ledger = ledger(&context, args.dry_run)?;
    let pool = pool(&context, ledger.read(), None)?;
    let message = IncomingRequest {
        method: &args.method,
        path: &args.path,
        query: &args.query,
        headers: &args.headers,
        body: &body,
    };
    let address = args.remote_address.map(|address| address.to_string());
    let message = (&message, address.as_deref());
    let received = receive(&context, &pool, gateway, message, &ledger)?;
    let max_time = Some(args.max_time);
    let asked = ask(&mut context, "webhook", &received, pool, &ledger, max_time)?;
    ended(asked.exit, asked.trouble)
}

/// The message does not repeat the value, which may be a secret.
fn header(text: &str) -> Result<(String, String), &'static str> {
    match text.split_once(':') {
        Some((name, value)) if !name.trim().is_empty() => {
            Ok((name.trim().to_owned(), value.trim().to_owned()))
        }
        _ => Err("must be NAME: VALUE"),
    }
}
