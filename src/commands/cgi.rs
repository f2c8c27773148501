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
use self::reply::CgiReply;
use self::request::CgiRequest;
use super::accounts::pool;
use super::effects::fulfil_after;
use super::expire::{self, ExpireArgs};
use super::failure::{self, CommandError};
use super::notification::{ReceivedNotification, receive};
use super::operator::ledger;
use super::polling_run::poll_silent;
use super::runtime::runtime;
use super::shared_writer::SharedWriter;
use crate::commands::{Context, Options, Writes};
use crate::domain::NotificationStatus;
use crate::exit::Exit;
use crate::host::Host;
use crate::output::{ColorMode, Format};
use crate::reconciler::{GatewayPool, Ledger};
use crate::store::{JobLock, WriteReason};

/// Answer one HTTP request from a web server (CGI/1.1)
///
/// POST /notification/GATEWAY accepts a gateway's notification, like the webhook command. GET or POST
/// /check-expired closes overdue orders, like the expire command; it needs the token from [cgi] in the
/// configuration. GET /status?order=N returns an order's status, and GET /access?order=N&product=SKU whether the
/// buyer may use the product now; both need that token or the order's own session token.
#[derive(Debug, Args)]
pub(super) struct CgiArgs {}

/// Web servers have the body ready at once; a client that sends none would hold a process.
const BODY_WITHIN: Duration = Duration::from_secs(10);

/// Most requests served at once. Each is a process with a database connection, and anybody may send one.
const MAX_AT_ONCE: u32 = 32;

/// Seconds after which a turned-away client may retry.
const COME_AGAIN: u32 = 5;

/// Gateways expect an answer within five seconds.
const MAX_READING: Duration = Duration::from_secs(4);

/// Web servers give up on a program after half a minute or more.
const MAX_EXPIRING: Duration = Duration::from_secs(20);

/// Most orders per request; the next request takes the next ones.
const MAX_EXPIRED: u64 = 10_000;

/// Time limit for starting effects once the web server has its answer. Running effects are finished.
const MAX_BEGINNING: Duration = Duration::from_secs(20);

pub(super) fn run(_: &CgiArgs, options: Options, host: &mut Host) -> anyhow::Result<Exit> {
    let Some(request) = CgiRequest::of(&host.environment) else {
        return Err(
            CommandError::usage("payctl cgi must be started by a web server, not by hand")
                .hint("see the folder examples/web for web server configurations")
                .into(),
        );
    };
    let mut options = options;
    (options.format, options.quiet) = (Format::Json, false);
    let mut context = match Context::open(options, host, Writes::EachTime) {
        Ok(context) => context,
        Err(error) => {
            unavailable(&error, &mut host.stderr).write(&mut host.stdout)?;
            return Ok(Exit::Clean);
        }
    };
    let Some(_place) = place(context.database()) else {
        CgiReply::unavailable(COME_AGAIN).write(&mut context.host.stdout)?;
        return Ok(Exit::Clean);
    };
    let answer = answer(&request, &mut context).unwrap_or_else(|error| {
        let error = failure::naming_file(error, context.database());
        CgiResult {
            reply: unavailable(&error, &mut context.host.stderr),
            then: AfterResponse::Nothing,
        }
    });
    if answer.then == AfterResponse::Nothing || context.config.effects.is_empty() {
        answer.reply.write(&mut context.host.stdout)?;
        return Ok(Exit::Clean);
    }
    // Web servers kill a program that keeps running after its answer; lighttpd does so at once.
    let runtime = runtime(&*context.host.clock)?;
    let inside = runtime.enter();
    context.host.shutdown.refuse();
    drop(inside);
    // A gateway must not wait for the shop's programs: it gets its whole answer before any of them starts.
    let written = answer.reply.write(&mut context.host.stdout);
    if let Err(error) = fulfil(&mut context) {
        log(error, &mut context);
    }
    written?;
    Ok(Exit::Clean)
}

/// Takes one of the request slots; none if all are taken. If slots cannot be used at all, nobody is turned away.
fn place(database: &Path) -> Option<Option<JobLock>> {
    if !database.exists() {
        return Some(None);
    }
    for place in 1..=MAX_AT_ONCE {
        match JobLock::take(database, &format!("cgi-{place}")) {
            Ok(Some(lock)) => return Some(Some(lock)),
            Ok(None) => {}
            Err(_) => return Some(None),
        }
    }
    None
}

/// For the web server's log: what failed besides the answer.
fn log(error: anyhow::Error, context: &mut Context<'_>) {
    let error = failure::naming_file(error, context.database());
    let style = (Format::Table, ColorMode::Plain);
    failure::print(&error, style, &mut context.host.stderr);
}

/// For the web server's log; the client learns nothing of the reason.
fn unavailable(error: &anyhow::Error, log: &mut dyn Write) -> CgiReply {
    failure::print(error, (Format::Table, ColorMode::Plain), log);
    CgiReply::refusal(503, "not available at the moment")
}

struct CgiResult {
    reply: CgiReply,
    then: AfterResponse,
}

/// What to do after the answer is sent.
#[derive(Clone, Copy, PartialEq, Eq)]
enum AfterResponse {
    Nothing,
    /// Carry out effects, as orders may have changed.
    Fulfil,
}

impl From<CgiReply> for CgiResult {
    fn from(reply: CgiReply) -> Self {
        Self {
            reply,
            then: AfterResponse::Nothing,
        }
    }
}

impl CgiReply {
    fn then_fulfil(self) -> CgiResult {
        CgiResult {
            reply: self,
            then: AfterResponse::Fulfil,
        }
    }
}

fn answer(request: &CgiRequest, context: &mut Context<'_>) -> anyhow::Result<CgiResult> {
    let steps = request.steps();
    let steps: Vec<&str> = steps.iter().map(String::as_str).collect();
    match (steps.as_slice(), request.method.as_str()) {
        (["check-expired"], "GET" | "POST") => check_expired(request, context),
        (["check-expired"], _) => Ok(CgiReply::not_allowed("GET, POST").into()),
        (["status"], "GET") => Ok(status(request, context)?.into()),
        (["access"], "GET") => Ok(access(request, context)?.into()),
        (["access" | "status"], _) => Ok(CgiReply::not_allowed("GET").into()),
        (["notification", gateway], "POST") => notification(request, gateway, context),
        (["notification", _], _) => Ok(CgiReply::not_allowed("POST").into()),
        _ => Ok(not_found().into()),
    }
}

fn not_found() -> CgiReply {
    CgiReply::refusal(404, "there is nothing at this address")
}

/// Runs quietly: success does not belong in a web server's log.
fn fulfil(context: &mut Context<'_>) -> anyhow::Result<()> {
    context.options.quiet = true;
    let writer = context.writer(WriteReason::NotDryRun)?;
    let until = Some(tokio::time::Instant::now() + MAX_BEGINNING);
    fulfil_after(context, &writer, until)?;
    Ok(())
}

/// Stores the notification, then asks its gateway. The answer does not reveal whether the order is known.
fn notification(
    request: &CgiRequest,
    gateway: &str,
    context: &mut Context<'_>,
) -> anyhow::Result<CgiResult> {
    let mut names = context.config.gateways.keys();
    let known = names.find(|name| name.as_str().eq_ignore_ascii_case(gateway));
    let Some(gateway) = known.cloned() else {
        return Ok(not_found().into());
    };
    let stdin = std::mem::replace(&mut context.host.stdin, Box::new(io::empty()));
    let body = match request.body(stdin, BODY_WITHIN) {
        Ok(body) => body,
        Err(reply) => return Ok(reply.into()),
    };
    let ledger = ledger(context, false)?;
    let pool = pool(context, ledger.read(), None)?;
    let message = request.message(&body);
    let message = (&message, request.remote_address.as_deref());
    let received = receive(context, &pool, &gateway, message, &ledger)?;
    Ok(match received.mark {
        NotificationStatus::Forged => {
            CgiReply::refusal(403, "this notification is not from the gateway").into()
        }
        NotificationStatus::Unreadable => {
            CgiReply::refusal(400, "this is not a notification").into()
        }
        NotificationStatus::NoPayment => CgiReply::good(json!({ "received": true })).into(),
        NotificationStatus::Verified
        | NotificationStatus::Unsigned
        | NotificationStatus::Differs
        | NotificationStatus::UnknownOrder => {
            read_on(context, &received, pool, &ledger);
            CgiReply::good(json!({ "received": true })).then_fulfil()
        }
    })
}

/// The notification is stored, so whatever fails now, the gateway need not send it again.
fn read_on(
    context: &mut Context<'_>,
    received: &ReceivedNotification,
    pool: GatewayPool,
    ledger: &Ledger,
) {
    if let Err(error) = poll_silent(context, received, pool, ledger, MAX_READING) {
        log(error, context);
    }
}

fn check_expired(request: &CgiRequest, context: &mut Context<'_>) -> anyhow::Result<CgiResult> {
    let Some(token) = context.config.cgi.token(&context.environment)? else {
        return Ok(CgiReply::refusal(403, "no token is configured, so this address is off").into());
    };
    if !has(request, context, &token) {
        return Ok(forbidden().into());
    }
    let report = SharedWriter::new(Vec::new());
    let real = std::mem::replace(&mut context.host.stdout, Box::new(report.clone()));
    let (options, host) = (context.options.clone(), &mut *context.host);
    let args = ExpireArgs::within(MAX_EXPIRING, MAX_EXPIRED);
    let ended =
        Context::open(options, host, Writes::EachTime).and_then(|inner| expire::run(&args, inner));
    host.stdout = real;
    match ended {
        Ok(_) => Ok(summary(&report.lock())?.then_fulfil()),
        Err(error) if failure::exit(&error) == Exit::Busy => {
            Ok(CgiReply::good(json!({ "busy": true })).into())
        }
        Err(error) => Err(error),
    }
}

/// The totals of a report.
fn summary(report: &[u8]) -> anyhow::Result<CgiReply> {
    let mut report: Value = serde_json::from_slice(report).context("the report is not JSON")?;
    let summary = report.get_mut("summary").map(Value::take);
    Ok(CgiReply::good(json!({
        "busy": false,
        "summary": summary,
        "exit": report.get("exit"),
    })))
}

fn status(request: &CgiRequest, context: &Context<'_>) -> anyhow::Result<CgiReply> {
    let Some(order) = order(request, context, &context.reader()?)? else {
        return Ok(forbidden());
    };
    Ok(CgiReply::good(json!({
        "order": order.number,
        "status": order.status,
        "total": order.total,
        "expires_at": order.expires_at,
    })))
}
