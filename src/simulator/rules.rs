//! The settings of the account at a simulated gateway, for a gateway that has such settings.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use crate::domain::Instant;

/// One transaction may be queried once in this time.
const READ_INTERVAL: Duration = Duration::from_secs(4);

/// The maximum number of names remembered.
const MAX_NAMES: usize = 100_000;

/// One setting of the whole account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SimulatorRule {
    /// Whether answers say that they come from the sandbox.
    Sandbox(bool),
    /// Whether a transaction queried twice within 4 s is answered with 429.
    FourSeconds(bool),
    /// What notifications carry as `X-Secret`.
    WebhookSecret(String),
    /// The first version of the interface is switched off and answers with this HTTP code: 404, 410, 301, or 200 with a page.
    FirstEnded(u16),
}

#[derive(Debug, Default)]
pub(super) struct SimulatorRules {
    pub(super) sandbox: bool,
    four_seconds: bool,
    pub(super) webhook_secret: Option<String>,
    first_ended: Option<u16>,
    /// When each transaction was last queried.
    reads: HashMap<String, Instant>,
    /// How often a transaction was queried too soon.
    too_soon: u64,
    /// The payments opened by the second version of the interface.
    second: HashSet<String>,
}

impl SimulatorRules {
    pub(super) fn set(&mut self, rule: SimulatorRule) {
        match rule {
            SimulatorRule::Sandbox(is_on) => self.sandbox = is_on,
            SimulatorRule::FourSeconds(is_on) => self.four_seconds = is_on,
            SimulatorRule::WebhookSecret(secret) => self.webhook_secret = Some(secret),
            SimulatorRule::FirstEnded(code) => self.first_ended = Some(code),
        }
    }

    /// Records a query, and returns whether it came too soon after the last one.
    pub(super) fn is_too_soon(&mut self, id: &str, now: Instant) -> bool {
        let before = self.reads.get(id).copied();
        let is_soon = before.is_some_and(|at| at <= now && now.since(at) < READ_INTERVAL);
        if is_soon {
            self.too_soon += 1;
        }
        if self.four_seconds && is_soon {
            return true;
        }
        if self.reads.len() < MAX_NAMES {
            self.reads.insert(id.to_owned(), now);
        }
        false
    }

    pub(super) fn too_soon(&self) -> u64 {
        self.too_soon
    }

    pub(super) fn record_second(&mut self, reference: &str) {
        if self.second.len() < MAX_NAMES {
            self.second.insert(reference.to_owned());
        }
    }

    pub(super) fn is_second(&self, reference: &str) -> bool {
        self.second.contains(reference)
    }

    /// The HTTP code with which the first version of the interface answers once it is switched off.
    pub(super) fn first_ended(&self) -> Option<u16> {
        self.first_ended
    }
}
