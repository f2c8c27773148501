//! `payctl webhook`: one notification of a gateway, from stdin.

use std::time::Duration;

use clap::Args;

use super::accounts::pool;
use super::context::Context;
use super::failure::CommandError;
use super::notification::{BODY_MOST, read_body, receive};
use super::operator::ledger;
use super::polling_run::{ask, ended};
use crate::config::duration;
use crate::domain::names::GatewayName;
use crate::exit::Exit;
use crate::gateway::incoming::IncomingRequest;

/// Take in one notification of a gateway, from stdin
///
/// It is checked and kept, and then the gateway is asked what is true: a notification moves nothing by
/// itself. While the gateway does not answer, an order that is said to be paid does not expire. A forged
/// one is refused. The same one again has no effect. At the end, what is to happen because orders moved is
/// carried out, as fulfil does.
#[derive(Debug, Args)]
pub(super) struct WebhookArgs {
    /// The gateway it came from, by its name in the configuration
    gateway: GatewayName,
    /// A header it came with; may be given several times
    #[arg(long = "header", value_name = "NAME: VALUE", value_parser = header)]
    headers: Vec<(String, String)>,
    /// The method of the request it came with
    #[arg(long, value_name = "WORD", default_value = "POST")]
    method: String,
    /// The path of the request it came with
    #[arg(
        long,
        value_name = "PATH",
        default_value = "",
        hide_default_value = true
    )]
    path: String,
    /// The query of that path, without its question mark
    #[arg(
        long,
        value_name = "TEXT",
        default_value = "",
        hide_default_value = true
    )]
    query: String,
    /// Ask, and show what would be done; write nothing
    #[arg(long)]
    dry_run: bool,
    /// Stop asking, and begin nothing of what it brings about, after this
    #[arg(long, value_name = "TIME", default_value = "20s", value_parser = duration)]
    max_time: Duration,
}

pub(super) fn run(args: &WebhookArgs, mut context: Context<'_>) -> anyhow::Result<Exit> {
    let Some(body) = read_body(&mut context.host.stdin)? else {
        let message = format!("a notification has at most {BODY_MOST} bytes, and this is more");
        return Err(CommandError::new(Exit::Attention, message).into());
    };
    if body.trim_ascii().is_empty() {
        let message = format!("there is no notification of {} on stdin", args.gateway);
        return Err(CommandError::new(Exit::Failed, message)
            .hint("pipe in the body of its POST as it came")
            .into());
    }
    let mut ledger = ledger(&context, args.dry_run)?;
    let pool = pool(&context, ledger.read(), None)?;
    let message = IncomingRequest {
        method: &args.method,
        path: &args.path,
        query: &args.query,
        headers: &args.headers,
        body: &body,
    };
    let received = receive(&context, &pool, &args.gateway, &message, &mut ledger)?;
    let max_time = Some(args.max_time);
    let asked = ask(&mut context, "webhook", &received, pool, ledger, max_time)?;
    ended(asked.exit, asked.trouble)
}

/// The value is not repeated: it may be a secret.
fn header(text: &str) -> Result<(String, String), &'static str> {
    match text.split_once(':') {
        Some((name, value)) if !name.trim().is_empty() => {
            Ok((name.trim().to_owned(), value.trim().to_owned()))
        }
        _ => Err("must be NAME: VALUE"),
    }
}
