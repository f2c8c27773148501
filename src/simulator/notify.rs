//! Notifications: what the gateway would send a shop about a payment, with a signature if the gateway signs.
//!
//! Nothing is sent automatically, so that a test controls what arrives, how often and in which order.

use std::net::IpAddr;
use std::time::Duration;

use serde::Deserialize;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::answer::{AttemptTruth, TruthRefused};
use super::dialect::SimulatedGateway;
use super::handle::SimulatorHandle;
use super::notification::{Sender, SimulatedNotification, WantedNotification};
use super::registry::with_pages;

/// The limit of repetitions per request.
const MAX_TIMES: u32 = 100;
/// Real gateways wait no longer for a shop.
const PATIENCE: Duration = Duration::from_secs(30);
const NO_PAGE: TruthRefused = TruthRefused("there is no such page");
const MAX_ANSWER_BYTES: u64 = 64 * 1024;

/// Which notification to send, and where.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NotificationOrder {
    pub(super) kind: SimulatedGateway,
    pub(super) reference: String,
    /// An earlier or different status word than the current one: notifications can overtake each other.
    #[serde(default)]
    pub(super) status: Option<String>,
    /// Whether to send it as somebody without the key.
    #[serde(default)]
    pub(super) forged: bool,
    /// An address of this machine.
    #[serde(default)]
    pub(super) url: Option<String>,
    #[serde(default)]
    pub(super) times: Option<u32>,
}

impl SimulatorHandle {
    /// What the gateway would send about this payment in its current state, or with this status word. `None` for a
    /// payment that is not set, and for an unused page.
    #[must_use]
    pub fn notification(
        &self,
        kind: SimulatedGateway,
        reference: &str,
        word: Option<&str>,
        sender: Sender,
    ) -> Option<SimulatedNotification> {
        let wanted = WantedNotification {
            reference,
            word,
            sender,
            now: self.now(),
        };
        let mut state = self.lock();
        let state = &mut *state;
        let truth = state.truths.of(kind);
        kind.dialect().notification(truth, &state.rules, &wanted)
    }

    /// The customer chooses a method on a page; a second time, it is another try on the same page.
    ///
    /// # Errors
    ///
    /// If there is no such page, or it was cancelled.
    pub fn choose(&self, reference: &str, method: &str) -> Result<(), TruthRefused> {
        let now = self.now();
        let mut state = self.lock();
        let kind = with_pages().ok_or(NO_PAGE)?;
        let truth = state.truths.of(kind);
        let tries = truth.tries_of(reference);
        let page = truth.latest(reference);
        let page = page
            .filter(|page| !page.is("page_cancelled"))
            .ok_or(NO_PAGE)?;
        let number = if page.is_page_only() {
            tries
        } else {
            tries + 1
        };
        let answer = AttemptTruth {
            method: Some(method.to_owned()),
            try_number: Some(number),
            opened_at: Some(now),
            expires_at: page.expires_at,
            fee: page.fee,
            fee_shown: page.fee_shown,
            ..AttemptTruth::new("pending", page.amount)
        };
        truth.set(reference, answer, now)
    }

    /// The customer pays the requested amount. On a page, a method must have been chosen.
    ///
    /// # Errors
    ///
    /// If nothing waits for money under this reference.
    pub fn pay(&self, kind: SimulatedGateway, reference: &str) -> Result<(), TruthRefused> {
        let now = self.now();
        let mut state = self.lock();
        let truth = state.truths.of(kind);
        if !truth
            .latest(reference)
            .is_some_and(|latest| latest.is("pending"))
        {
            return Err(TruthRefused("nothing waits for money under this reference"));
        }
        truth.set_status(reference, kind.dialect().paid_word(), now)
    }
}

/// Posts the requested notifications one after the other and returns the HTTP codes received; 0 if there was none.
pub(super) async fn send(
    handle: &SimulatorHandle,
    order: &NotificationOrder,
) -> Result<Vec<u16>, &'static str> {
    let url = order.url.as_deref().unwrap_or_default();
    let (host, path) = loopback(url).ok_or(
        "the url must be on this machine, such as http://127.0.0.1:8080/notification/midtrans",
    )?;
    let sender = order.sender();
    let word = order.status.as_deref();
    let notification = handle
        .notification(order.kind, &order.reference, word, sender)
        .ok_or("nothing is set for this reference")?;
    let mut codes = Vec::new();
    for _ in 0..order.times.unwrap_or(1).min(MAX_TIMES) {
        let code = timeout(PATIENCE, post(host, path, &notification)).await;
        codes.push(code.ok().flatten().unwrap_or_default());
    }
    Ok(codes)
}

impl NotificationOrder {
    pub(super) fn sender(&self) -> Sender {
        if self.forged {
            Sender::Forger
        } else {
            Sender::Gateway
        }
    }
}

/// Host with port, and path, of an address on this machine: nothing is ever sent elsewhere.
fn loopback(url: &str) -> Option<(&str, &str)> {
    let rest = url.strip_prefix("http://")?;
    let at = rest.find('/').unwrap_or(rest.len());
    let (host, path) = rest.split_at_checked(at)?;
    let (name, port) = host.rsplit_once(':')?;
    let address = name.trim_start_matches('[').trim_end_matches(']');
    let is_here = address == "localhost"
        || address
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback());
    let is_plain = path.bytes().all(|byte| byte.is_ascii_graphic());
    let path = if path.is_empty() { "/" } else { path };
    (is_here && is_plain && port.parse::<u16>().is_ok()).then_some((host, path))
}

async fn post(host: &str, path: &str, notification: &SimulatedNotification) -> Option<u16> {
    let mut stream = TcpStream::connect(host).await.ok()?;
    let body = &notification.body;
    let length = body.len();
    let mut text = format!(
        "POST {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Length: {length}\r\n"
    );
    for (name, value) in &notification.headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    text.push_str("\r\n");
    text.push_str(body);
    stream.write_all(text.as_bytes()).await.ok()?;
    let mut answer = Vec::new();
    let mut answering = stream.take(MAX_ANSWER_BYTES);
    // Data received before a connection error counts as well.
    let _end = answering.read_to_end(&mut answer).await;
    let line = String::from_utf8_lossy(answer.get(..64.min(answer.len()))?).into_owned();
    line.strip_prefix("HTTP/1.")?
        .split(' ')
        .nth(1)?
        .parse()
        .ok()
}

#[cfg(test)]
mod tests;
