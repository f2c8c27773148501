//! The rows and the summary of `cleanup`. Fields are only ever added.

use serde::Serialize;

use super::CleanupResult;
use crate::commands::printing::ended_early;
use crate::domain::EffectId;
use crate::output::counted::{counted, tally};
use crate::output::{Summary, row};
use crate::shutdown::StopReason;
use crate::store::CleanupCategory;

/// Whether it was done, or only previewed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CleanupDone {
    Has,
    Would,
}

row! {
    pub(super) struct CleanedRow {
        what: CleanupCategory => text("What"),
        action: &'static str => text("Action"),
        count: u64 => number("Count"),
    }
}

impl CleanedRow {
    pub(super) fn new(what: CleanupCategory, done: CleanupDone, count: u64) -> Self {
        let action = match (what == CleanupCategory::Customers, done) {
            (false, CleanupDone::Has) => "removed",
            (false, CleanupDone::Would) => "would_remove",
            (true, CleanupDone::Has) => "anonymised",
            (true, CleanupDone::Would) => "would_anonymise",
        };
        Self {
            what,
            action,
            count,
        }
    }
}

#[derive(Debug, Serialize)]
pub(super) struct CleanupSummary {
    removed: u64,
    would_remove: u64,
    anonymised: u64,
    would_anonymise: u64,
    /// By how much the file has shrunk.
    freed_bytes: u64,
    /// Why the run ended early.
    ended: Option<StopReason>,
    /// With `--erase`: effects that are mails to this customer and were not sent yet.
    unsent_mails: Vec<EffectId>,
}

impl CleanupSummary {
    pub(super) fn of(cleaned: &CleanupResult, done: CleanupDone) -> Self {
        let customers = cleaned.swept.get(&CleanupCategory::Customers).copied();
        let people = customers.unwrap_or_default();
        let rows = cleaned.swept.values().sum::<u64>().saturating_sub(people);
        let only = |when: CleanupDone, count: u64| if done == when { count } else { 0 };
        Self {
            removed: only(CleanupDone::Has, rows),
            would_remove: only(CleanupDone::Would, rows),
            anonymised: only(CleanupDone::Has, people),
            would_anonymise: only(CleanupDone::Would, people),
            freed_bytes: cleaned.freed_bytes,
            ended: cleaned.ended,
            unsent_mails: cleaned.unsent_mails.clone(),
        }
    }
}

impl Summary for CleanupSummary {
    fn line(&self) -> String {
        let ended = ended_early(self.ended, "; time limit reached, the next run continues");
        let results = [
            (self.removed, "removed"),
            (self.would_remove, "would be removed"),
            (self.anonymised, "anonymised"),
            (self.would_anonymise, "would be anonymised"),
            (self.freed_bytes, "bytes freed"),
        ];
        format!("{}{ended}", tally(&results, "nothing to remove"))
    }
}

/// What is told of mails that the customer will never get.
pub(super) fn unsent(mails: &[EffectId]) -> Option<String> {
    let all: Vec<String> = mails.iter().map(ToString::to_string).collect();
    (!all.is_empty()).then(|| {
        format!(
            "{} to this customer not sent yet; the address is gone once the customer is erased: effects {}; see: payctl \
             fulfil list",
            counted(all.len(), "mail"),
            all.join(", ")
        )
    })
}
