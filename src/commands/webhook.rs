//! `payctl webhook`: processes one gateway notification from stdin.

use std::time::Duration;

use clap::Args;

use super::accounts::pool;
use super::notification::{MAX_BODY, read_body, receive};
use super::operator::ledger;
use super::polling_run::{ask, ended};
use crate::commands::{CommandError, Context, writes};
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
pub(super) struct WebhookArgs {
    /// Gateway that sent it, by its name in the configuration
    gateway: GatewayName,
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
    /// Query the gateway and show what would be done; write nothing
    #[arg(long)]
    dry_run: bool,
    /// Time budget: start no further queries or effects after this
    #[arg(long, value_name = "TIME", default_value = "20s", value_parser = duration)]
    max_time: Duration,
}

writes!(WebhookArgs: EachTime unless dry_run);

pub(super) fn run(args: &WebhookArgs, mut context: Context<'_>) -> anyhow::Result<Exit> {
    let Some(body) = read_body(&mut context.host.stdin)? else {
        let message =
            format!("a notification may have at most {MAX_BODY} bytes; this one is longer");
        return Err(CommandError::new(Exit::Attention, message).into());
    };
    if body.trim_ascii().is_empty() {
        let message = format!("stdin holds no notification of {}", args.gateway);
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
    let received = receive(&context, &pool, &args.gateway, &message, &ledger)?;
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
