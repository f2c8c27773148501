//! How the project at a pretend Pakasir is set, and the rules of its second interface.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use super::reply::Reply;
use crate::domain::instant::Instant;

/// One transaction may be read once in so long.
const READS_APART: Duration = Duration::from_secs(4);

/// So many names are remembered at the most.
const NAMES_MOST: usize = 100_000;

/// One thing that holds for the whole project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rule {
    /// Every answer of the second interface says that it is of the sandbox.
    Sandbox(bool),
    /// One transaction that is read twice within 4 s is answered with 429.
    FourSeconds(bool),
    /// What notifications carry as `X-Secret`.
    WebhookSecret(String),
    /// The first interface is switched off, and answers with this HTTP code: 404, 410, 301, or 200 with a page.
    FirstEnded(u16),
}

#[derive(Debug, Default)]
pub(super) struct Rules {
    pub(super) sandbox: bool,
    four_seconds: bool,
    pub(super) webhook_secret: Option<String>,
    first_ended: Option<u16>,
    /// When each transaction was read last.
    reads: HashMap<String, Instant>,
    /// How often one was read too soon.
    too_soon: u64,
    /// What was opened by the second interface.
    second: HashSet<String>,
}

impl Rules {
    pub(super) fn set(&mut self, rule: Rule) {
        match rule {
            Rule::Sandbox(is_on) => self.sandbox = is_on,
            Rule::FourSeconds(is_on) => self.four_seconds = is_on,
            Rule::WebhookSecret(secret) => self.webhook_secret = Some(secret),
            Rule::FirstEnded(code) => self.first_ended = Some(code),
        }
    }

    /// Takes note of a read, and says whether it came too soon after the last.
    pub(super) fn is_too_soon(&mut self, id: &str, now: Instant) -> bool {
        let before = self.reads.get(id).copied();
        let is_soon = before.is_some_and(|at| at <= now && now.since(at) < READS_APART);
        if is_soon {
            self.too_soon += 1;
        }
        if self.four_seconds && is_soon {
            return true;
        }
        if self.reads.len() < NAMES_MOST {
            self.reads.insert(id.to_owned(), now);
        }
        false
    }

    pub(super) fn too_soon(&self) -> u64 {
        self.too_soon
    }

    pub(super) fn note_second(&mut self, reference: &str) {
        if self.second.len() < NAMES_MOST {
            self.second.insert(reference.to_owned());
        }
    }

    pub(super) fn is_second(&self, reference: &str) -> bool {
        self.second.contains(reference)
    }

    /// What the first interface answers since it was switched off.
    pub(super) fn ended(&self) -> Option<Reply> {
        let code = self.first_ended?;
        Some(match code {
            410 => Reply::json(
                410,
                r#"{"message":"API v1 is no longer available"}"#.to_owned(),
            ),
            301 => {
                Reply::html(301, "Moved").with(hyper::header::LOCATION, "/api/v2/docs".to_owned())
            }
            code => Reply::html(code, "Pakasir"),
        })
    }
}
