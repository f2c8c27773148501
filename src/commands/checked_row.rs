//! The rows and the summary of the commands that query gateways.

use serde::Serialize;
use serde::ser::{SerializeStruct as _, Serializer};

use super::printing::{ended_early, next_questions, open_questions, queries};
use crate::domain::{Coded as _, PaymentStatus, Zone};
use crate::output::counted::tally;
use crate::output::{Column, Row, Severity, Summary};
use crate::reconciler::{CheckAction, CheckResult, RunStats};
use crate::shutdown::StopReason;
use crate::store::OpenQuestions;

/// Fields are only ever added.
impl Serialize for CheckResult {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut row = serializer.serialize_struct("CheckResult", 14)?;
        row.serialize_field("order", &self.order)?;
        row.serialize_field("order_status", &self.order_status)?;
        row.serialize_field("order_status_after", &self.order_status_after)?;
        row.serialize_field("payment", &self.payment)?;
        row.serialize_field("payment_status", &self.payment_status)?;
        row.serialize_field("payment_status_after", &self.payment_status_after)?;
        row.serialize_field("gateway", &self.gateway)?;
        row.serialize_field("reference", &self.reference)?;
        row.serialize_field("gateway_status", &self.gateway_status)?;
        row.serialize_field("amount", &self.amount)?;
        row.serialize_field("action", &self.action)?;
        row.serialize_field("reason", &self.reason.to_string())?;
        row.serialize_field("code", self.reason.code())?;
        row.serialize_field("params", &self.reason.params())?;
        row.end()
    }
}

impl Row for CheckResult {
    fn columns() -> &'static [Column] {
        const {
            &[
                Column::text("Order"),
                Column::text("Order status"),
                Column::text("Payment"),
                Column::text("Gateway"),
                Column::text("Gateway status"),
                Column::number("Amount"),
                Column::prose("Action"),
            ]
        }
    }

    fn fields() -> &'static [&'static str] {
        &[
            "order",
            "order_status",
            "order_status_after",
            "payment",
            "payment_status",
            "payment_status_after",
            "gateway",
            "reference",
            "gateway_status",
            "amount",
            "action",
            "reason",
        ]
    }

    fn hides() -> &'static [&'static str] {
        &["Order status", "Gateway", "Payment", "Gateway status"]
    }

    fn cells(&self, _: Zone) -> Vec<String> {
        let status = |status: Option<PaymentStatus>| status.map_or("", PaymentStatus::word);
        let payment = self.payment.map(|payment| {
            let moved = step(
                status(self.payment_status),
                status(self.payment_status_after),
            );
            format!("{payment} {moved}")
        });
        let order_status = step(self.order_status.word(), self.order_status_after.word());
        let action = match self.action {
            CheckAction::Match => self.action.word().to_owned(),
            CheckAction::Fixed
            | CheckAction::Expired
            | CheckAction::Cancelled
            | CheckAction::WouldExpire
            | CheckAction::WouldCancel
            | CheckAction::Kept
            | CheckAction::Overtaken
            | CheckAction::WouldFix
            | CheckAction::Unchecked
            | CheckAction::Review => format!("{}: {}", self.action, self.reason),
        };
        vec![
            self.order.to_string(),
            order_status,
            payment.unwrap_or_default(),
            self.gateway
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default(),
            self.gateway_status.clone().unwrap_or_default(),
            self.amount.to_string(),
            action,
        ]
    }

    fn severity(&self) -> Severity {
        match self.action {
            CheckAction::Match => Severity::Calm,
            CheckAction::Fixed
            | CheckAction::Expired
            | CheckAction::Cancelled
            | CheckAction::Overtaken => Severity::Mended,
            CheckAction::Unchecked | CheckAction::Kept => Severity::Unsure,
            CheckAction::WouldFix | CheckAction::WouldExpire | CheckAction::WouldCancel => {
                Severity::Drift
            }
            CheckAction::Review => Severity::Person,
        }
    }
}

fn step(before: &str, after: &str) -> String {
    if before == after {
        before.to_owned()
    } else {
        format!("{before} → {after}")
    }
}

/// The totals. Fields are only ever added.
#[derive(Debug, Serialize)]
pub(super) struct CheckedSummary {
    #[serde(rename = "match")]
    matched: u64,
    would_fix: u64,
    fixed: u64,
    review: u64,
    unchecked: u64,
    overtaken: u64,
    asked: u64,
    not_reached: u64,
    cases_opened: u64,
    refunds_owed: u64,
    cases_open: u32,
    refunds_due: u32,
    /// Why the run ended early.
    ended: Option<StopReason>,
    /// Due when the previous run began, and reached by neither that run nor this one.
    left_twice: u64,
}

impl CheckedSummary {
    /// `left`: not checked for reasons outside the polling itself.
    pub(super) fn of(stats: &RunStats, left: u64, open: OpenQuestions) -> Self {
        Self {
            matched: stats.of(CheckAction::Match),
            would_fix: stats.of(CheckAction::WouldFix),
            fixed: stats.of(CheckAction::Fixed),
            review: stats.of(CheckAction::Review),
            unchecked: stats.of(CheckAction::Unchecked),
            overtaken: stats.of(CheckAction::Overtaken),
            asked: stats.asked,
            not_reached: stats.not_reached + left,
            cases_opened: stats.cases_opened,
            refunds_owed: stats.refunds_owed,
            cases_open: open.cases,
            refunds_due: open.refunds_due,
            ended: stats.halt,
            left_twice: stats.left_twice.values().sum(),
        }
    }
}

impl CheckedSummary {
    pub(super) fn is_out_of_time(&self) -> bool {
        self.ended == Some(StopReason::OutOfTime)
    }
}

impl Summary for CheckedSummary {
    fn line(&self) -> String {
        let results = [
            (self.matched, "match"),
            (self.would_fix, "would fix"),
            (self.fixed, "fixed"),
            (self.review, "review"),
            (self.unchecked, "unchecked"),
            (self.overtaken, "overtaken"),
        ];
        let ended = ended_early(self.ended, "; time limit reached");
        let results = tally(&results, "nothing to check");
        let queries = queries(self.asked, self.not_reached);
        let open = open_questions(self.cases_open, self.refunds_due);
        format!("{results}{queries}{open}{ended}")
    }

    fn next(&self) -> Vec<String> {
        let fix = (self.would_fix > 0).then_some("payctl check-all --fix");
        fix.into_iter()
            .chain(next_questions(self.cases_open, self.refunds_due))
            .map(str::to_owned)
            .collect()
    }
}
