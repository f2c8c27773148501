//! What a round came to: counts, and how it ended.

use std::collections::BTreeMap;

use super::checked::{Action, Checked};
use crate::domain::guard::Stop;
use crate::domain::names::GatewayName;
use crate::domain::observation::{Observation, Said};
use crate::domain::words::words;
use crate::exit::Exit;
use crate::store::Conduct;

words! {
    /// Why a round ended before all was asked.
    pub enum Halt {
        OutOfTime = "out_of_time",
        /// A person or the system asked it to end.
        Interrupted = "interrupted",
    }
}

/// How one gateway behaved.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Manner {
    pub to_ask: u64,
    pub asked: u64,
    /// Why it was left alone, if it was.
    pub stop: Option<Stop>,
    /// What is to be kept of it beyond the round.
    pub seen: Conduct,
}

impl Manner {
    pub(super) fn hear(&mut self, heard: &Observation) {
        let at = heard.asked_at;
        if let Said::NoAnswer(silence) = &heard.said {
            self.seen.silent_since = self.seen.silent_since.or(Some(at));
            self.seen.error = Some((at, silence.to_string()));
            return;
        }
        self.seen.silent_since = None;
        self.seen.answered_at = self.seen.answered_at.max(Some(at));
        if heard.said != Said::NotStarted {
            self.seen.proven_at = self.seen.proven_at.or(Some(at));
        }
    }
}

/// The counts of a round.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    pub counts: BTreeMap<Action, u64>,
    pub asked: u64,
    /// Payments that were to be asked about, and were not.
    pub not_reached: u64,
    pub cases_opened: u64,
    pub refunds_owed: u64,
    pub gateways: BTreeMap<GatewayName, Manner>,
    pub halt: Option<Halt>,
}

impl Tally {
    pub(super) fn count(&mut self, line: &Checked) {
        *self.counts.entry(line.action).or_default() += 1;
        self.cases_opened += u64::try_from(line.opened.len()).unwrap_or(u64::MAX);
        self.refunds_owed += u64::try_from(line.owed).unwrap_or(u64::MAX);
    }

    #[must_use]
    pub fn of(&self, action: Action) -> u64 {
        self.counts.get(&action).copied().unwrap_or(0)
    }

    /// The worst that happened decides.
    #[must_use]
    pub fn exit(&self) -> Exit {
        let mut exit = Exit::Clean;
        if self.cases_opened > 0 || self.refunds_owed > 0 || self.of(Action::WouldFix) > 0 {
            exit = exit.worse(Exit::Attention);
        }
        if self.of(Action::Unchecked) > 0 || self.not_reached > 0 || self.halt.is_some() {
            exit = exit.worse(Exit::Partial);
        }
        let discredited = |manner: &Manner| manner.stop.is_some_and(Stop::blames_configuration);
        if self.gateways.values().any(discredited) {
            exit = exit.worse(Exit::Config);
        }
        exit
    }
}
