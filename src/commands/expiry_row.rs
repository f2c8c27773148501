//! The summary of `expire` and of `order cancel`.

use serde::Serialize;

use super::printing::{ended_early, next_questions, open_questions, queries};
use crate::output::Summary;
use crate::output::counted::tally;
use crate::reconciler::{CheckAction, RunStats};
use crate::shutdown::StopReason;
use crate::store::OpenQuestions;

/// The totals. Fields are only ever added.
#[derive(Debug, Serialize)]
pub(super) struct ExpirySummary {
    expired: u64,
    cancelled: u64,
    would_expire: u64,
    would_cancel: u64,
    kept: u64,
    fixed: u64,
    would_fix: u64,
    #[serde(skip)]
    newly_pending: u64,
    overtaken: u64,
    /// Queries sent to gateways.
    asked: u64,
    not_reached: u64,
    kept_unanswered: u64,
    /// Kept orders that wait for a person.
    kept_for_person: usize,
    cases_opened: u64,
    refunds_owed: u64,
    cases_open: u32,
    refunds_due: u32,
    /// Why the run ended early.
    ended: Option<StopReason>,
}

impl ExpirySummary {
    pub(super) fn of(stats: &RunStats, open: OpenQuestions) -> Self {
        Self {
            expired: stats.of(CheckAction::Expired),
            cancelled: stats.of(CheckAction::Cancelled),
            would_cancel: stats.of(CheckAction::WouldCancel),
            would_expire: stats.of(CheckAction::WouldExpire),
            kept: stats.of(CheckAction::Kept),
            fixed: stats.of(CheckAction::Fixed),
            would_fix: stats.of(CheckAction::WouldFix),
            newly_pending: stats.newly_pending,
            overtaken: stats.of(CheckAction::Overtaken),
            asked: stats.asked,
            not_reached: stats.not_reached,
            kept_unanswered: stats.kept_unanswered,
            kept_for_person: stats.kept_for_person.len(),
            cases_opened: stats.cases_opened,
            refunds_owed: stats.refunds_owed,
            cases_open: open.cases,
            refunds_due: open.refunds_due,
            ended: stats.halt,
        }
    }

    /// Something prevented an order from ending.
    pub(super) fn has_kept(&self) -> bool {
        self.kept > 0
    }
}

impl Summary for ExpirySummary {
    fn line(&self) -> String {
        let results = [
            (self.expired, "expired"),
            (self.would_expire, "would expire"),
            (self.cancelled, "cancelled"),
            (self.would_cancel, "would cancel"),
            (self.kept, "kept"),
            (self.fixed, "fixed"),
            (self.newly_pending, "newly pending"),
            (
                self.would_fix.saturating_sub(self.newly_pending),
                "would fix",
            ),
            (self.overtaken, "overtaken"),
        ];
        let ended = ended_early(self.ended, "; time limit reached");
        let results = tally(&results, "nothing to expire");
        let queries = queries(self.asked, self.not_reached);
        let open = open_questions(self.cases_open, self.refunds_due);
        format!("{results}{queries}{open}{ended}")
    }

    fn next(&self) -> Vec<String> {
        next_questions(self.cases_open, self.refunds_due)
            .map(str::to_owned)
            .collect()
    }
}
