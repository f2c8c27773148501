//! A notification before it is sent.

use crate::domain::Instant;

/// Headers and body, ready to be posted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SimulatedNotification {
    pub headers: Vec<(&'static str, String)>,
    pub body: String,
}

impl SimulatedNotification {
    /// As this program sends it.
    pub(super) fn from_agent(agent: &str, body: String) -> Self {
        let headers = vec![
            ("Content-Type", "application/json".to_owned()),
            ("User-Agent", agent.to_owned()),
        ];
        Self { headers, body }
    }
}

/// The sender of a notification.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sender {
    Gateway,
    /// Somebody without the key, who makes up an amount.
    Forger,
}

/// Which notification is wanted.
#[derive(Debug, Clone, Copy)]
pub(super) struct WantedNotification<'a> {
    pub(super) reference: &'a str,
    /// A status word in place of the current one.
    pub(super) word: Option<&'a str>,
    pub(super) sender: Sender,
    pub(super) now: Instant,
}
