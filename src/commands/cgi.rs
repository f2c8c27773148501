//! `payctl cgi`: one HTTP request, under any web server that speaks CGI/1.1.

mod reply;
mod request;

use std::time::Duration;

use anyhow::Context as _;
use clap::Args;
use serde_json::{Value, json};

use self::reply::Reply;
use self::request::Request;
use super::accounts::crew;
use super::acting::pen;
use super::asking::ask_quietly;
use super::context::Context;
use super::expire::{self, ExpireArgs};
use super::failure::{self, Refusal};
use super::options::Options;
use super::receiving::{Received, receive};
use super::shared::Shared;
use crate::config::Token;
use crate::domain::hint::Mark;
use crate::domain::names::{GatewayName, OrderNumber};
use crate::exit::Exit;
use crate::output::Format;
use crate::reconciler::{Crew, Pen};
use crate::world::World;

/// Answer one HTTP request, started by a web server (CGI/1.1)
///
/// POST /notification/GATEWAY takes in a notification, as webhook does. GET or POST /check-expired ends
/// overdue orders, as expire does; it needs the token of [cgi] in the configuration. GET /status?order=N
/// tells how an order stands, to whoever has that token or the order's own session token.
#[derive(Debug, Args)]
pub(super) struct CgiArgs {}

/// Gateways want an answer within five seconds.
const READING_MOST: Duration = Duration::from_secs(4);

/// Web servers give up on a program after half a minute or more.
const EXPIRING_MOST: Duration = Duration::from_secs(20);

/// So many orders in one request; the next request takes the next.
const EXPIRED_MOST: u64 = 10_000;

pub(super) fn run(_: &CgiArgs, options: Options, world: &mut World) -> anyhow::Result<Exit> {
    let Some(request) = Request::of(&world.environment) else {
        return Err(
            Refusal::new(Exit::Usage, "cgi is started by a web server, not by hand")
                .hint("the folder examples/web has configurations for several of them")
                .into(),
        );
    };
    let reply = answer(&request, options, world).unwrap_or_else(|error| {
        // For the web server's log; whoever asked learns nothing.
        failure::tell(&error, Format::Table, &mut world.stderr);
        Reply::refusal(503, "not now")
    });
    reply.write(&mut world.stdout)?;
    Ok(Exit::Clean)
}

fn answer(request: &Request, options: Options, world: &mut World) -> anyhow::Result<Reply> {
    let mut options = options;
    (options.format, options.quiet) = (Format::Json, false);
    let context = Context::open(options, world)?;
    match (request.path.as_str(), request.method.as_str()) {
        ("/check-expired", "GET" | "POST") => check_expired(request, context),
        ("/check-expired", _) => Ok(Reply::not_allowed("GET, POST")),
        ("/status", "GET") => status(request, &context),
        ("/status", _) => Ok(Reply::not_allowed("GET")),
        (path, method) => match path.strip_prefix("/notification/") {
            Some(gateway) if method == "POST" => notification(request, gateway, context),
            Some(_) => Ok(Reply::not_allowed("POST")),
            None => Ok(Reply::refusal(404, "there is nothing at this address")),
        },
    }
}

/// Kept first, then its gateway is asked. The answer is the same whether the order is known or not.
fn notification(
    request: &Request,
    gateway: &str,
    mut context: Context<'_>,
) -> anyhow::Result<Reply> {
    let known = gateway
        .parse::<GatewayName>()
        .ok()
        .filter(|name| context.config.gateways.contains_key(name));
    let Some(gateway) = known else {
        return Ok(Reply::refusal(404, "there is nothing at this address"));
    };
    let body = match request.body(&mut context.world.stdin) {
        Ok(body) => body,
        Err(reply) => return Ok(reply),
    };
    let mut pen = pen(&context, false)?;
    let crew = crew(&context, pen.read(), None)?;
    let received = receive(&context, &crew, &gateway, &body, &mut pen)?;
    match received.mark {
        Mark::Forged => Ok(Reply::refusal(403, "it is not from this gateway")),
        Mark::Unreadable => Ok(Reply::refusal(400, "it is no notification")),
        Mark::Verified | Mark::Unsigned | Mark::Differs | Mark::UnknownOrder => {
            read_on(&mut context, &received, crew, pen);
            Ok(Reply::good(json!({ "received": true })))
        }
    }
}

/// What is kept is kept: whatever happens now, the gateway need not repeat itself.
fn read_on(context: &mut Context<'_>, received: &Received, crew: Crew, pen: Pen) {
    if let Err(error) = ask_quietly(context, received, crew, pen, READING_MOST) {
        failure::tell(&error, Format::Table, &mut context.world.stderr);
    }
}

fn check_expired(request: &Request, context: Context<'_>) -> anyhow::Result<Reply> {
    let Some(token) = context.config.cgi.token(&context.environment)? else {
        return Ok(Reply::refusal(
            403,
            "no token is configured, so this is off",
        ));
    };
    if !has(request, &context, &token) {
        return Ok(Reply::refusal(403, "the token is missing or wrong"));
    }
    let report = Shared::new(Vec::new());
    let real = std::mem::replace(&mut context.world.stdout, Box::new(report.clone()));
    let (options, world) = (context.options.clone(), context.world);
    let args = ExpireArgs::within(EXPIRING_MOST, EXPIRED_MOST);
    let ended = Context::open(options, world).and_then(|inner| expire::run(&args, inner));
    world.stdout = real;
    match ended {
        Ok(_) => summary(&report.lock()),
        Err(error) if failure::exit(&error) == Exit::Busy => {
            Ok(Reply::good(json!({ "busy": true })))
        }
        Err(error) => Err(error),
    }
}

/// The counts of a report.
fn summary(report: &[u8]) -> anyhow::Result<Reply> {
    let mut report: Value = serde_json::from_slice(report).context("the report is no JSON")?;
    let summary = report.get_mut("summary").map(Value::take);
    Ok(Reply::good(json!({
        "busy": false,
        "summary": summary,
        "exit": report.get("exit"),
    })))
}

/// One refusal for a wrong token and for an order that is not there.
fn status(request: &Request, context: &Context<'_>) -> anyhow::Result<Reply> {
    let reader = context.reader()?;
    let number = request.asked("order").and_then(|text| text.parse().ok());
    let order = match &number {
        Some(number) => reader.order_by_number(number)?,
        None => None,
    };
    let refusal = || Reply::refusal(403, "the token is missing or wrong");
    let (Some(number), Some(order)) = (number, order) else {
        return Ok(refusal());
    };
    let trigger = context.config.cgi.token(&context.environment)?;
    let may = trigger.is_some_and(|token| has(request, context, &token))
        || owns(request, context, &number)?;
    if !may {
        return Ok(refusal());
    }
    Ok(Reply::good(json!({
        "order": order.number,
        "status": order.status,
        "total": order.total,
        "expires_at": order.expires_at,
    })))
}

/// The order's own session token.
fn owns(request: &Request, context: &Context<'_>, number: &OrderNumber) -> anyhow::Result<bool> {
    let Some(told) = request.asked("session") else {
        return Ok(false);
    };
    let session = context.reader()?.session_of(number)?;
    Ok(session.is_some_and(|session| Token::from(session).is(told)))
}

fn has(request: &Request, context: &Context<'_>, token: &Token) -> bool {
    let told = request.token(context.config.cgi.query_token);
    told.is_some_and(|told| token.is(told))
}
