//! The lines and the summary of `cleanup`. Fields are only ever added.

use serde::Serialize;

use super::Cleaned;
use crate::domain::instant::Zone;
use crate::domain::names::EffectId;
use crate::output::{Alarm, Column, Row, Summary};
use crate::reconciler::Halt;
use crate::store::Rubbish;

/// Whether it was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Done {
    Has,
    Would,
}

#[derive(Debug, Serialize)]
pub(super) struct CleanedRow {
    what: Rubbish,
    action: &'static str,
    count: u64,
}

impl CleanedRow {
    pub(super) fn new(what: Rubbish, done: Done, count: u64) -> Self {
        let action = match (what == Rubbish::Customers, done) {
            (false, Done::Has) => "removed",
            (false, Done::Would) => "would_remove",
            (true, Done::Has) => "anonymised",
            (true, Done::Would) => "would_anonymise",
        };
        Self {
            what,
            action,
            count,
        }
    }
}

impl Row for CleanedRow {
    fn columns() -> &'static [Column] {
        const {
            &[
                Column::text("What"),
                Column::text("Action"),
                Column::number("Count"),
            ]
        }
    }

    fn fields() -> &'static [&'static str] {
        &["what", "action", "count"]
    }

    fn cells(&self, _: Zone) -> Vec<String> {
        vec![
            self.what.to_string(),
            self.action.to_owned(),
            self.count.to_string(),
        ]
    }

    fn alarm(&self) -> Alarm {
        Alarm::Calm
    }
}

#[derive(Debug, Serialize)]
pub(super) struct CleanupSummary {
    removed: u64,
    would_remove: u64,
    anonymised: u64,
    would_anonymise: u64,
    /// How much smaller the file has become.
    freed_bytes: u64,
    /// Why the run ended before all was done.
    ended: Option<Halt>,
    /// With `--erase`: effects that are mails to this person, and were still to be sent.
    unsent_mails: Vec<EffectId>,
}

impl CleanupSummary {
    pub(super) fn of(cleaned: &Cleaned, done: Done) -> Self {
        let customers = cleaned.swept.get(&Rubbish::Customers).copied();
        let people = customers.unwrap_or_default();
        let rows = cleaned.swept.values().sum::<u64>().saturating_sub(people);
        let only = |when: Done, count: u64| if done == when { count } else { 0 };
        Self {
            removed: only(Done::Has, rows),
            would_remove: only(Done::Would, rows),
            anonymised: only(Done::Has, people),
            would_anonymise: only(Done::Would, people),
            freed_bytes: cleaned.freed_bytes,
            ended: cleaned.ended,
            unsent_mails: cleaned.unsent_mails.clone(),
        }
    }
}

impl Summary for CleanupSummary {
    fn line(&self) -> String {
        let ended = match self.ended {
            Some(Halt::OutOfTime) => "; the time was up, and the next run goes on",
            Some(Halt::Interrupted) => "; interrupted",
            None => "",
        };
        format!(
            "{} removed, {} would be removed, {} anonymised, {} would be anonymised; {} bytes given back{ended}",
            self.removed,
            self.would_remove,
            self.anonymised,
            self.would_anonymise,
            self.freed_bytes,
        )
    }
}
