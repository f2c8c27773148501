//! Pakasir has two interfaces; stories at Pakasir run under both.

use std::str::SplitWhitespace;

use payctl::simulator::{PAKASIR, SimulatedGateway, SimulatorRule};
use serde_json::Value;

use super::{Result, Story, kind, next, tell};
use crate::world::Shop;

/// Pakasir's first or second interface.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Interface {
    First,
    Second,
}

/// Runs a story; one at Pakasir runs under both of its interfaces.
#[track_caller]
pub(crate) fn check(text: &str) {
    check_first(text);
    if text.contains("pakasir") {
        check_second(text);
    }
}

/// Runs a story under Pakasir's first interface only.
#[track_caller]
pub(crate) fn check_first(text: &str) {
    tell(Shop::new(), Interface::First, text);
}

/// Runs a story under Pakasir's second interface only.
#[track_caller]
pub(crate) fn check_second(text: &str) {
    tell(Shop::on_second(), Interface::Second, text);
}

impl Story {
    /// The second interface uses the first's words, except for an expired payment.
    pub(super) fn word_of<'a>(&self, at: SimulatedGateway, word: &'a str) -> &'a str {
        match (self.interface, word) {
            (Interface::Second, "expired") if at == PAKASIR => "canceled",
            _ => word,
        }
    }

    /// Adds the ids that payments need under the second interface.
    pub(super) fn with_ids(&self, mut record: Value) -> Value {
        let number = record["number"].clone();
        let payments = record["payments"].as_array_mut().into_iter().flatten();
        for payment in payments.filter(|_| self.interface == Interface::Second) {
            if payment["gateway"] == "pakasir" && payment["transaction_id"].is_null() {
                let reference = payment["reference"].as_str().or(number.as_str());
                let id = payctl::simulator::transaction_id(reference.unwrap_or_default(), 1);
                payment["transaction_id"] = id.into();
            }
        }
        record
    }

    /// Sets the project at Pakasir and its account here.
    pub(super) fn rule(&mut self, words: &mut SplitWhitespace<'_>) -> Result {
        let rule = match next(words)? {
            "sandbox" => SimulatorRule::Sandbox(true),
            "production" => SimulatorRule::Sandbox(false),
            "ended" => SimulatorRule::FirstEnded(next(words)?.parse().map_err(|_| "which code")?),
            // Names the gateway of a payment that no line has named so far.
            "at" => {
                let gateway = kind(next(words)?)?;
                self.kinds.insert(next(words)?.to_owned(), gateway);
                return Ok(());
            }
            "second" => {
                self.shop.switch_to_second();
                self.interface = Interface::Second;
                return Ok(());
            }
            other => return Err(format!("no rule is {other:?}")),
        };
        self.shop.simulator.handle().rule(rule);
        Ok(())
    }
}
