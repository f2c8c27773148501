//! How cases are shown.

use crate::commands::reason_code::ReasonCode;
use crate::domain::{
    CaseId, CaseKind, CaseOutcome, GatewayName, Instant, OrderNumber, PaymentId, Rule, Zone,
};
use crate::output::{Cell as _, Severity, row};
use crate::store::CaseRow;

row! {
    /// A case. Fields are only ever added.
    pub(super) struct ListedCase {
        pub(super) case: CaseId => text("Case"),
        pub(super) kind: CaseKind => text("Kind"),
        /// None if the case is about a gateway.
        pub(super) order: Option<OrderNumber> => text("Order"),
        pub(super) payment: Option<PaymentId> => text("Payment"),
        pub(super) gateway: Option<GatewayName>,
        pub(super) facts: String,
        pub(super) rule: Rule,
        pub(super) opened_at: Instant => text("Opened"),
        pub(super) resolved_at: Option<Instant>,
        pub(super) resolution: Option<CaseOutcome> => text("Resolution", Self::resolution),
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
    last prose("Facts", |case, _| case.facts.clone());
    hides "Payment", "Resolution", "Opened", "Order";
    severity Self::urgency;
}

impl ListedCase {
    /// What to type next, where the facts call for one command.
    pub(super) fn next(&self) -> Option<String> {
        let is_open = self.resolution.is_none();
        is_open.then(|| self.code.hint()).flatten()
    }

    fn resolution(&self, zone: Zone) -> String {
        self.resolution
            .map_or_else(|| "open".to_owned(), |resolution| resolution.cell(zone))
    }

    fn urgency(&self) -> Severity {
        match self.resolution {
            Some(_) => Severity::Calm,
            None => Severity::Person,
        }
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
