//! The rows and the summary of the commands that query gateways.

use serde::Serialize;
use serde::ser::{SerializeStruct as _, Serializer};

use super::printing::{ended_early, next_questions, open_questions, queries};
use crate::domain::{Coded as _, OrderNumber, PaymentStatus, Zone};
use crate::output::counted::tally;
use crate::output::{Column, Row, Severity, Summary};
use crate::reconciler::{CheckAction, CheckResult, RunStats};
use crate::shutdown::StopReason;
use crate::store::OpenQuestions;

/// Fields are only ever added.
impl Serialize for CheckResult {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut row = serializer.serialize_struct("CheckResult", 15)?;
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
        row.serialize_field("open_case", &self.open_case)?;
        row.end()
    }
}

impl Row for CheckResult {
    fn columns() -> Vec<Column> {
        vec![
            Column::text("Order"),
            Column::text("Order status"),
            Column::text("Payment"),
            Column::text("Gateway"),
            Column::text("Gateway status"),
            Column::number("Amount"),
            Column::prose("Action"),
        ]
    }

    fn fields() -> Vec<&'static str> {
        vec![
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
            "open_case",
        ]
    }

    fn hides() -> &'static [&'static str] {
        &["Order status", "Gateway", "Gateway status", "Payment"]
    }

    fn cells(&self, _: Zone) -> Vec<String> {
        let status = |status: Option<PaymentStatus>| status.map_or("", PaymentStatus::word);
        let payment = self.payment.map(|payment| {
            let moved = step(
                status(self.payment_status),
                status(self.payment_status_after),
            );
            match self.open_case {
                Some(case) => format!("{payment} {moved} (case {case})"),
                None if self.opened.is_empty() => format!("{payment} {moved}"),
                None => format!("{payment} {moved} (case)"),
            }
        });
        let order_status = step(self.order_status.word(), self.order_status_after.word());
        let action = match self.action {
            CheckAction::Match => self.action.word().to_owned(),
            CheckAction::WouldFix if self.is_newly_pending() => {
                format!("can be paid now: {}", self.reason)
            }
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
            CheckAction::WouldFix if self.is_newly_pending() => Severity::Calm,
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
    /// Among those that would be fixed: payments that can be paid now, and nothing else is different.
    newly_pending: u64,
    /// What makes the changes that this run only shows.
    #[serde(skip)]
    fix: String,
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
            newly_pending: stats.newly_pending,
            fix: "payctl check-all --fix".to_owned(),
        }
    }

    /// Of a check of this order alone.
    pub(super) fn of_order(self, order: &OrderNumber) -> Self {
        let fix = format!("payctl check-status {order} --fix");
        Self { fix, ..self }
    }

    /// What somebody should look at, or let payctl fix.
    fn different(&self) -> u64 {
        self.would_fix.saturating_sub(self.newly_pending)
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
            (self.newly_pending, "newly pending"),
            (self.different(), "would fix"),
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
        let fix = (self.different() > 0).then(|| self.fix.clone());
        fix.into_iter()
            .chain(next_questions(self.cases_open, self.refunds_due).map(str::to_owned))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{CaseId, CaseKind, CheckReason, OrderStatus, PaymentId, Rupiah};

    fn row(
        before: PaymentStatus,
        after: PaymentStatus,
        action: CheckAction,
        case: Option<i64>,
    ) -> CheckResult {
        let statuses = (OrderStatus::Pending, OrderStatus::Pending);
        let about = ("INV-1".parse().unwrap(), Rupiah::ZERO);
        let reason = CheckReason::Found {
            words: "midtrans says so".to_owned(),
        };
        CheckResult {
            payment: Some(PaymentId(7)),
            payment_status: Some(before),
            payment_status_after: Some(after),
            open_case: case.map(CaseId),
            ..CheckResult::of_order(about, statuses, action, reason)
        }
    }

    #[test]
    fn a_case_stands_beside_its_payment() {
        use CheckAction::{Match, Review, WouldFix};
        use PaymentStatus::{Created, Mismatch, Paid, Pending};

        let opening = CheckResult {
            opened: vec![CaseKind::AmountMismatch],
            ..row(Pending, Mismatch, WouldFix, None)
        };
        for (row, payment, action) in [
            (row(Paid, Paid, Match, None), "7 paid", "match"),
            (row(Paid, Paid, Match, Some(3)), "7 paid (case 3)", "match"),
            (
                row(Mismatch, Mismatch, Review, Some(3)),
                "7 mismatch (case 3)",
                "review: midtrans says so",
            ),
            (
                opening,
                "7 pending → mismatch (case)",
                "would_fix: midtrans says so",
            ),
            (
                row(Created, Pending, WouldFix, None),
                "7 created → pending",
                "can be paid now: midtrans says so",
            ),
            (
                row(Created, Paid, WouldFix, None),
                "7 created → paid",
                "would_fix: midtrans says so",
            ),
        ] {
            let cells = row.cells(Zone::Machine);
            assert_eq!(cells.get(2).unwrap(), payment);
            assert_eq!(cells.last().unwrap(), action);
        }
    }

    #[test]
    fn a_summary_says_what_to_type_next() {
        use CheckAction::{Fixed, Match, Unchecked, WouldFix};
        let none = OpenQuestions::default();
        let open = |cases, refunds_due| OpenQuestions { cases, refunds_due };
        for (counts, newly_pending, open, line, next) in [
            (vec![], 0, none, "nothing to check", ""),
            (vec![(Match, 2)], 0, none, "2 match; 2 asked", ""),
            (vec![(WouldFix, 1)], 1, none, "1 newly pending; 1 asked", ""),
            (
                vec![(Match, 1), (WouldFix, 3)],
                1,
                none,
                "1 match, 1 newly pending, 2 would fix; 4 asked",
                "payctl check-status INV-1 --fix",
            ),
            (
                vec![(Fixed, 1), (Unchecked, 1)],
                0,
                open(1, 2),
                "1 fixed, 1 unchecked; 2 asked; 1 case open, 2 refunds due",
                "payctl case list, payctl refund list",
            ),
        ] {
            let stats = RunStats {
                asked: counts.iter().map(|(_, count)| count).sum(),
                counts: counts.into_iter().collect(),
                newly_pending,
                ..RunStats::default()
            };
            let summary = CheckedSummary::of(&stats, 0, open).of_order(&"INV-1".parse().unwrap());
            assert_eq!(summary.line(), line);
            assert_eq!(summary.next().join(", "), next);
        }
    }
}
