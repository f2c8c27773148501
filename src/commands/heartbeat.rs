//! Heartbeats: each job tells the address of the configuration that it begins and how it ended. They can only warn, and
//! never change an exit.

use serde_json::json;

use super::runtime::block_on;
use crate::commands::Context;
use crate::config::{HookAddress, PingState};
use crate::exit::Exit;
use crate::http::message::HttpRequest;

/// What is read of an answer.
const READ_BYTES: usize = 1024;

/// Tells that a job begins.
pub(super) fn begins(context: &Context<'_>, job: &str) {
    ping(context, job, PingState::Started, None, "");
}

/// Tells how a job ended. A job that did its work is well, also where a person should look at what it found: reports and
/// alerts tell that.
pub(super) fn ended(context: &Context<'_>, job: &str, exit: Exit, summary: &str) {
    let state = match exit {
        Exit::Clean | Exit::Attention | Exit::Partial => PingState::Worked,
        Exit::Failed | Exit::Usage | Exit::Busy | Exit::Config => PingState::Failed(exit.code()),
    };
    ping(context, job, state, Some(exit), summary);
}

fn ping(context: &Context<'_>, job: &str, state: PingState, exit: Option<Exit>, summary: &str) {
    let Some(config) = &context.config.heartbeat else {
        return;
    };
    let address = match config.address(job, state, &context.environment) {
        Ok(Some(address)) => address,
        Ok(None) => return,
        Err(why) => return context.warn(&format!("no heartbeat of {job} was sent: {why}")),
    };
    let document = json!({
        "job": job,
        "state": state.word(),
        "exit": exit.map(Exit::code),
        "summary": summary,
    });
    let label = format!("POST heartbeat of {job}");
    let request = HttpRequest::post(label, address.expose().to_owned(), document.to_string());
    let http = context.host.http();
    let sent = http.post(&request, config.timeout, READ_BYTES);
    let trouble = match block_on(&*context.host.clock, sent) {
        Ok(Ok(answer)) if (200..300).contains(&answer.status) => return,
        Ok(Ok(answer)) => format!("answered {}", answer.status),
        Ok(Err(failure)) => failure.to_string(),
        Err(error) => error.to_string(),
    };
    tell(context, job, &address, &trouble);
}

fn tell(context: &Context<'_>, job: &str, address: &HookAddress, trouble: &str) {
    let host = address.host();
    context.warn(&format!(
        "the heartbeat of {job} was not taken: {host} {trouble}"
    ));
}
