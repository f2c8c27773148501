//! What happened in one step of a world, as the checks see it: what was typed, what went over the wire, and how it
//! ended. Nothing here is taken from payctl's own reading of an answer.

use crate::domain::Instant;
use crate::exit::Exit;
use crate::simulator::SimulatedNotification;

/// Why a request was sent, by its method and path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RequestKind {
    /// A status query.
    Read,
    Close,
    Open,
    Refund,
    /// A delivery of an effect to the shop's own address.
    Effect,
}

/// One request to a gateway or to the shop's own address, with what came back.
#[derive(Debug, Clone)]
pub(super) struct Exchange {
    /// By the gateway's own clock, which is never wrong.
    pub(super) at: Instant,
    /// The account's name, which is also its kind; `shop` for the shop's own address.
    pub(super) to: String,
    pub(super) kind: RequestKind,
    /// Method, path and query: `GET /v2/INV-1/status`.
    pub(super) line: String,
    pub(super) request_body: String,
    /// The idempotency key of a refund or of an effect.
    pub(super) key: Option<String>,
    /// The HTTP status and the body; `None`: no answer arrived.
    pub(super) reply: Option<(u16, String)>,
    /// Whether the request was carried out, whatever was answered.
    pub(super) is_carried_out: bool,
}

/// A command line, with what stands on its standard input.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct TypedLine {
    pub(super) words: Vec<String>,
    pub(super) stdin: String,
}

impl TypedLine {
    pub(super) fn of(line: &str) -> Self {
        Self {
            words: line.split_whitespace().map(str::to_owned).collect(),
            stdin: String::new(),
        }
    }

    /// The delivery of a notification.
    pub(super) fn notified(gateway: &str, told: SimulatedNotification) -> Self {
        let mut line = Self::of(&format!("webhook {gateway}"));
        for (name, value) in &told.headers {
            line.words.push("--header".to_owned());
            line.words.push(format!("{name}: {value}"));
        }
        line.stdin = told.body;
        line
    }
}

/// One command line of payctl.
#[derive(Debug, Clone)]
pub(super) struct RunRecord {
    pub(super) arguments: Vec<String>,
    pub(super) stdin: String,
    /// By the gateways' clock.
    pub(super) began_at: Instant,
    pub(super) ended_at: Instant,
    /// How far this machine's clock was ahead during the run; negative: behind.
    pub(super) clock_ahead_ms: i64,
    /// `None`: the process died.
    pub(super) exit: Option<Exit>,
    pub(super) stdout: String,
    pub(super) stderr: String,
    pub(super) exchanges: Vec<Exchange>,
    /// What another process did while this one waited for a gateway.
    pub(super) beside: Option<Box<RunRecord>>,
}

/// A check that has waited so long may have no time left: a quarter of it is for closing.
pub(super) const LONG_MS: i64 = 36_000;

impl RunRecord {
    /// By the true time.
    pub(super) fn took_ms(&self) -> i64 {
        self.ended_at.as_millis() - self.began_at.as_millis()
    }

    /// This run with what both have exchanged, in the gateways' order.
    pub(super) fn with_beside(&self) -> Self {
        let other = self.beside.iter().flat_map(|beside| &beside.exchanges);
        let mut exchanges: Vec<Exchange> = self.exchanges.iter().chain(other).cloned().collect();
        exchanges.sort_by_key(|exchange| exchange.at);
        Self {
            exchanges,
            ..self.clone()
        }
    }
}

/// Money as it really moved at a gateway, kept by the world itself and apart from what the gateway answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TrueMoney {
    pub(super) gateway: String,
    pub(super) reference: String,
    pub(super) transaction_id: String,
    /// What the customer paid; rupiah.
    pub(super) captured: i64,
    pub(super) captured_at: Instant,
    /// What the gateway has sent back, by whomever it was asked; rupiah.
    pub(super) refunded: i64,
    /// What the customer's bank holds back now; rupiah.
    pub(super) charged_back: i64,
    /// The gateway took the money back without a refund.
    pub(super) is_reversed: bool,
}
