//! How cases are shown.

use serde::Serialize;

use crate::commands::reason_code::ReasonCode;
use crate::domain::{
    CaseId, CaseKind, CaseOutcome, GatewayName, Instant, OrderNumber, PaymentId, Rule, Zone,
};
use crate::output::{Column, Row, Severity};
use crate::store::CaseRow;

/// A case. Fields are only ever added.
#[derive(Debug, Serialize)]
pub(super) struct ListedCase {
    pub(super) case: CaseId,
    pub(super) kind: CaseKind,
    /// None if the case is about a gateway.
    pub(super) order: Option<OrderNumber>,
    pub(super) payment: Option<PaymentId>,
    pub(super) gateway: Option<GatewayName>,
    pub(super) facts: String,
    pub(super) rule: Rule,
    pub(super) opened_at: Instant,
    pub(super) resolved_at: Option<Instant>,
    pub(super) resolution: Option<CaseOutcome>,
    pub(super) resolved_by: Option<String>,
    pub(super) reason: Option<String>,
    /// Of the facts.
    #[serde(flatten)]
    code: ReasonCode,
    /// Of the reason.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason_code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason_params: Option<serde_json::Value>,
}

impl ListedCase {
    /// What to type next, where the facts call for one command.
    pub(super) fn next(&self) -> Option<String> {
        let is_open = self.resolution.is_none();
        is_open.then(|| self.code.hint()).flatten()
    }
}

impl From<CaseRow> for ListedCase {
    fn from(row: CaseRow) -> Self {
        let closed = row.closed.as_ref();
        let reason = closed.map(|closed| closed.reason.clone());
        let reason = reason.unwrap_or_default();
        Self {
            case: row.id,
            kind: row.kind,
            order: row.order.map(|(_, number)| number),
            payment: row.payment,
            gateway: row.gateway,
            code: (&row.facts).into(),
            facts: row.facts.words,
            rule: row.rule,
            opened_at: row.opened_at,
            resolved_at: closed.map(|closed| closed.at),
            resolution: closed.map(|closed| closed.resolution),
            resolved_by: closed.map(|closed| closed.by.clone()),
            reason: closed.map(|_| reason.words),
            reason_code: reason.code,
            reason_params: reason.params,
        }
    }
}

impl Row for ListedCase {
    fn columns() -> &'static [Column] {
        const {
            &[
                Column::text("Case"),
                Column::text("Kind"),
                Column::text("Order"),
                Column::text("Payment"),
                Column::text("Opened"),
                Column::text("Resolution"),
                Column::text("Facts"),
            ]
        }
    }

    fn fields() -> &'static [&'static str] {
        &[
            "case",
            "kind",
            "order",
            "payment",
            "gateway",
            "facts",
            "rule",
            "opened_at",
            "resolved_at",
            "resolution",
            "resolved_by",
            "reason",
        ]
    }

    fn cells(&self, zone: Zone) -> Vec<String> {
        let resolution = self.resolution.map(|resolution| resolution.to_string());
        vec![
            self.case.to_string(),
            self.kind.to_string(),
            self.order
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default(),
            self.payment.map(|id| id.to_string()).unwrap_or_default(),
            self.opened_at.in_zone(zone),
            resolution.unwrap_or_else(|| "open".to_owned()),
            self.facts.clone(),
        ]
    }

    fn severity(&self) -> Severity {
        if self.resolution.is_some() {
            Severity::Calm
        } else {
            Severity::Person
        }
    }
}
