//! `payctl cgi`: one HTTP request, under any web server that speaks CGI/1.1.

mod access;
mod guard;
mod reply;
mod request;

use std::io::{self, Write};
use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;
use clap::Args;
use serde_json::{Value, json};

use self::access::access;
use self::guard::{forbidden, has, order};
use self::reply::Reply;
use self::request::Request;
use super::accounts::crew;
use super::acting::pen;
use super::asking::{ask_quietly, runtime};
use super::context::Context;
use super::expire::{self, ExpireArgs};
use super::failure::{self, Refusal};
use super::fulfilling::fulfil_after;
use super::options::Options;
use super::receiving::{Received, receive};
use super::shared::Shared;
use crate::domain::hint::Mark;
use crate::exit::Exit;
use crate::output::Format;
use crate::reconciler::{Crew, Pen};
use crate::store::{Grant, JobLock, WritePermit};
use crate::world::World;

/// Answer one HTTP request, started by a web server (CGI/1.1)
///
/// POST /notification/GATEWAY takes in a notification, as webhook does. GET or POST /check-expired ends
/// overdue orders, as expire does; it needs the token of [cgi] in the configuration. GET /status?order=N
/// tells how an order stands, and GET /access?order=N&product=SKU whether its buyer may use the product now,
/// to whoever has that token or the order's own session token.
#[derive(Debug, Args)]
pub(super) struct CgiArgs {}

/// A body is there at once; who sends none holds a process.
const BODY_WITHIN: Duration = Duration::from_secs(10);

/// So many requests are served at once. Each is a process with a connection to the database, and anybody may ask.
const AT_ONCE_MOST: u32 = 32;

/// Whoever comes then may come again after so many seconds.
const COME_AGAIN: u32 = 5;

/// Gateways want an answer within five seconds.
const READING_MOST: Duration = Duration::from_secs(4);

/// Web servers give up on a program after half a minute or more.
const EXPIRING_MOST: Duration = Duration::from_secs(20);

/// So many orders in one request; the next request takes the next.
const EXPIRED_MOST: u64 = 10_000;

/// Effects have as long to be begun, once the web server has its answer. What is under way is heard out.
const BEGINNING_MOST: Duration = Duration::from_secs(20);

pub(super) fn run(_: &CgiArgs, options: Options, world: &mut World) -> anyhow::Result<Exit> {
    let Some(request) = Request::of(&world.environment) else {
        return Err(
            Refusal::new(Exit::Usage, "cgi is started by a web server, not by hand")
                .hint("the folder examples/web has configurations for several of them")
                .into(),
        );
    };
    let mut options = options;
    (options.format, options.quiet) = (Format::Json, false);
    let mut context = match Context::open(options, world) {
        Ok(context) => context,
        Err(error) => {
            not_now(&error, &mut world.stderr).write(&mut world.stdout)?;
            return Ok(Exit::Clean);
        }
    };
    let Some(_place) = place(context.database()) else {
        Reply::not_now(COME_AGAIN).write(&mut context.world.stdout)?;
        return Ok(Exit::Clean);
    };
    let answer = answer(&request, &mut context).unwrap_or_else(|error| Answer {
        reply: not_now(&error, &mut context.world.stderr),
        then: Then::Nothing,
    });
    if answer.then == Then::Nothing || context.config.effects.is_empty() {
        answer.reply.write(&mut context.world.stdout)?;
        return Ok(Exit::Clean);
    }
    // Web servers end a program that has answered and goes on; lighttpd does so at once.
    let runtime = runtime()?;
    let inside = runtime.enter();
    context.world.interrupt.refuse();
    drop(inside);
    // Gateways do not wait for programs of the shop: they have the whole answer before one is begun.
    let written = answer.reply.write(&mut context.world.stdout);
    if let Err(error) = fulfil(&mut context) {
        failure::tell(&error, Format::Table, &mut context.world.stderr);
    }
    written?;
    Ok(Exit::Clean)
}

/// One of the places for requests; none: all are taken. Where no place can be had, nobody is turned away for it.
fn place(database: &Path) -> Option<Option<JobLock>> {
    if !database.exists() {
        return Some(None);
    }
    for place in 1..=AT_ONCE_MOST {
        match JobLock::take(database, &format!("cgi-{place}")) {
            Ok(Some(lock)) => return Some(Some(lock)),
            Ok(None) => {}
            Err(_) => return Some(None),
        }
    }
    None
}

/// For the web server's log; whoever asked learns nothing.
fn not_now(error: &anyhow::Error, log: &mut dyn Write) -> Reply {
    failure::tell(error, Format::Table, log);
    Reply::refusal(503, "not now")
}

struct Answer {
    reply: Reply,
    then: Then,
}

/// What is done when the answer has gone.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Then {
    Nothing,
    /// Orders may have moved.
    Fulfil,
}

impl From<Reply> for Answer {
    fn from(reply: Reply) -> Self {
        Self {
            reply,
            then: Then::Nothing,
        }
    }
}

impl Reply {
    fn then_fulfil(self) -> Answer {
        Answer {
            reply: self,
            then: Then::Fulfil,
        }
    }
}

fn answer(request: &Request, context: &mut Context<'_>) -> anyhow::Result<Answer> {
    let steps = request.steps();
    let steps: Vec<&str> = steps.iter().map(String::as_str).collect();
    match (steps.as_slice(), request.method.as_str()) {
        (["check-expired"], "GET" | "POST") => check_expired(request, context),
        (["check-expired"], _) => Ok(Reply::not_allowed("GET, POST").into()),
        (["status"], "GET") => Ok(status(request, context)?.into()),
        (["access"], "GET") => Ok(access(request, context)?.into()),
        (["access" | "status"], _) => Ok(Reply::not_allowed("GET").into()),
        (["notification", gateway], "POST") => notification(request, gateway, context),
        (["notification", _], _) => Ok(Reply::not_allowed("POST").into()),
        _ => Ok(nothing_here().into()),
    }
}

fn nothing_here() -> Reply {
    Reply::refusal(404, "there is nothing at this address")
}

/// Quietly: what goes well does not belong into a web server's log.
fn fulfil(context: &mut Context<'_>) -> anyhow::Result<()> {
    context.options.quiet = true;
    let (mut store, permit) = (context.store()?, WritePermit::granted_by(Grant::NotDryRun));
    let until = Some(tokio::time::Instant::now() + BEGINNING_MOST);
    fulfil_after(context, &mut store, &permit, until)?;
    Ok(())
}

/// Kept first, then its gateway is asked. The answer is the same whether the order is known or not.
fn notification(
    request: &Request,
    gateway: &str,
    context: &mut Context<'_>,
) -> anyhow::Result<Answer> {
    let mut names = context.config.gateways.keys();
    let known = names.find(|name| name.as_str().eq_ignore_ascii_case(gateway));
    let Some(gateway) = known.cloned() else {
        return Ok(nothing_here().into());
    };
    let stdin = std::mem::replace(&mut context.world.stdin, Box::new(io::empty()));
    let body = match request.body(stdin, BODY_WITHIN) {
        Ok(body) => body,
        Err(reply) => return Ok(reply.into()),
    };
    let mut pen = pen(context, false)?;
    let crew = crew(context, pen.read(), None)?;
    let received = receive(context, &crew, &gateway, &request.message(&body), &mut pen)?;
    Ok(match received.mark {
        Mark::Forged => Reply::refusal(403, "it is not from this gateway").into(),
        Mark::Unreadable => Reply::refusal(400, "it is no notification").into(),
        Mark::NoPayment => Reply::good(json!({ "received": true })).into(),
        Mark::Verified | Mark::Unsigned | Mark::Differs | Mark::UnknownOrder => {
            read_on(context, &received, crew, pen);
            Reply::good(json!({ "received": true })).then_fulfil()
        }
    })
}

/// What is kept is kept: whatever happens now, the gateway need not repeat itself.
fn read_on(context: &mut Context<'_>, received: &Received, crew: Crew, pen: Pen) {
    if let Err(error) = ask_quietly(context, received, crew, pen, READING_MOST) {
        failure::tell(&error, Format::Table, &mut context.world.stderr);
    }
}

fn check_expired(request: &Request, context: &mut Context<'_>) -> anyhow::Result<Answer> {
    let Some(token) = context.config.cgi.token(&context.environment)? else {
        return Ok(Reply::refusal(403, "no token is configured, so this is off").into());
    };
    if !has(request, context, &token) {
        return Ok(forbidden().into());
    }
    let report = Shared::new(Vec::new());
    let real = std::mem::replace(&mut context.world.stdout, Box::new(report.clone()));
    let (options, world) = (context.options.clone(), &mut *context.world);
    let args = ExpireArgs::within(EXPIRING_MOST, EXPIRED_MOST);
    let ended = Context::open(options, world).and_then(|inner| expire::run(&args, inner));
    world.stdout = real;
    match ended {
        Ok(_) => Ok(summary(&report.lock())?.then_fulfil()),
        Err(error) if failure::exit(&error) == Exit::Busy => {
            Ok(Reply::good(json!({ "busy": true })).into())
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

fn status(request: &Request, context: &Context<'_>) -> anyhow::Result<Reply> {
    let Some(order) = order(request, context, &context.reader()?)? else {
        return Ok(forbidden());
    };
    Ok(Reply::good(json!({
        "order": order.number,
        "status": order.status,
        "total": order.total,
        "expires_at": order.expires_at,
    })))
}
