//! How orders, their payments and their events are shown.

use serde::Serialize;

use crate::commands::reason_code::ReasonCode;
use crate::domain::{
    AccessFrom, AuditEntry, CaseSubject, Instant, OpenCase, OrderLine, OrderStatus, Payment,
    Refund, Rupiah, Zone,
};
use crate::output::{Column, Row, Severity};
use crate::store::OrderRow;

/// An order in a list. Fields are only ever added.
#[derive(Debug, Serialize)]
pub(super) struct ListedOrder {
    order: String,
    status: OrderStatus,
    total: Rupiah,
    received: Rupiah,
    gone_back: Rupiah,
    customer_name: Option<String>,
    units: i64,
    payments: i64,
    cases_open: i64,
    created_at: Instant,
    expires_at: Instant,
    asked: Option<Rupiah>,
}

impl From<&OrderRow> for ListedOrder {
    fn from(row: &OrderRow) -> Self {
        Self {
            order: row.order.number.to_string(),
            status: row.order.status,
            total: row.order.total,
            received: row.received,
            gone_back: row.gone_back,
            customer_name: row.customer_name.clone(),
            units: row.units,
            payments: row.payments,
            cases_open: row.open_cases,
            created_at: row.order.created_at,
            expires_at: row.order.expires_at,
            asked: row.asked,
        }
    }
}

impl Row for ListedOrder {
    fn columns() -> &'static [Column] {
        const {
            &[
                Column::text("Order"),
                Column::text("Status"),
                Column::number("Total"),
                Column::number("Received"),
                Column::text("Customer"),
                Column::number("Cases"),
                Column::text("Created"),
                Column::text("Expires"),
            ]
        }
    }

    fn fields() -> &'static [&'static str] {
        &[
            "order",
            "status",
            "total",
            "received",
            "gone_back",
            "customer_name",
            "units",
            "payments",
            "cases_open",
            "created_at",
            "expires_at",
            "asked",
        ]
    }

    fn cells(&self, zone: Zone) -> Vec<String> {
        vec![
            self.order.clone(),
            self.status.to_string(),
            self.total.to_string(),
            self.received.to_string(),
            self.customer_name.clone().unwrap_or_default(),
            self.cases_open.to_string(),
            self.created_at.in_zone(zone),
            self.expires_at.in_zone(zone),
        ]
    }

    fn severity(&self) -> Severity {
        Severity::Calm
    }
}

#[derive(Debug, Serialize)]
pub(super) struct OrderLineRow {
    sku: String,
    quantity: u32,
    unit_price: Rupiah,
    reservation: &'static str,
    /// What one unit gives its buyer, under the terms at the time of the order.
    issues_tickets: bool,
    access_seconds: Option<u64>,
    access_from: Option<AccessFrom>,
    /// True if a later version recorded these terms, from the product as it was then.
    terms_of_migration: bool,
}

impl From<&OrderLine> for OrderLineRow {
    fn from(line: &OrderLine) -> Self {
        Self {
            sku: line.sku.to_string(),
            quantity: line.quantity,
            unit_price: line.unit_price,
            reservation: line.reservation.word(),
            issues_tickets: line.bought.issues_tickets,
            access_seconds: line.bought.access.map(|span| span.as_secs()),
            access_from: line.bought.access.map(|_| line.bought.access_from),
            terms_of_migration: line.bought.is_of_migration,
        }
    }
}

#[derive(Debug, Serialize)]
pub(super) struct OrderPaymentRow {
    payment: i64,
    gateway: String,
    reference: String,
    transaction_id: Option<String>,
    status: &'static str,
    gateway_status: Option<String>,
    amount: Rupiah,
    payable: Rupiah,
    /// The part of it that the gateway added on top.
    imposed_fee: Rupiah,
    received: Rupiah,
    refunded: Rupiah,
    charged_back: Rupiah,
    method: Option<String>,
    /// Only for a Snap page.
    token: Option<String>,
    expires_at: Instant,
    last_asked_at: Option<Instant>,
    next_check_at: Option<Instant>,
}

impl From<&Payment> for OrderPaymentRow {
    fn from(payment: &Payment) -> Self {
        Self {
            payment: payment.id.0,
            gateway: payment.gateway.to_string(),
            reference: payment.reference.to_string(),
            transaction_id: payment.transaction_id.as_ref().map(ToString::to_string),
            status: payment.status.word(),
            gateway_status: payment.raw_status.clone(),
            amount: payment.amount,
            payable: payment.payable,
            imposed_fee: payment.imposed_fee,
            received: payment.received,
            refunded: payment.refunded,
            charged_back: payment.charged_back,
            method: payment.method.clone(),
            token: payment.token.clone(),
            expires_at: payment.deadline,
            last_asked_at: payment.schedule.last_asked_at,
            next_check_at: payment.schedule.next_check_at,
        }
    }
}

#[derive(Debug, Serialize)]
pub(super) struct OrderRefundRow {
    refund: i64,
    payment: i64,
    status: &'static str,
    reason: &'static str,
    amount: Rupiah,
}

impl From<&Refund> for OrderRefundRow {
    fn from(refund: &Refund) -> Self {
        Self {
            refund: refund.id.0,
            payment: refund.payment.0,
            status: refund.status.word(),
            reason: refund.reason.word(),
            amount: refund.amount,
        }
    }
}

#[derive(Debug, Serialize)]
pub(super) struct OrderCaseRow {
    case: i64,
    kind: &'static str,
    payment: Option<i64>,
}

impl From<&OpenCase> for OrderCaseRow {
    fn from(case: &OpenCase) -> Self {
        Self {
            case: case.id.0,
            kind: case.kind.word(),
            payment: match case.subject {
                CaseSubject::Payment(payment) => Some(payment.0),
                CaseSubject::Order | CaseSubject::Gateway(_) => None,
            },
        }
    }
}

#[derive(Debug, Serialize)]
pub(super) struct OrderEventRow {
    at: Instant,
    actor: String,
    what: String,
    payment: Option<i64>,
    from: Option<String>,
    to: Option<String>,
    rule: Option<&'static str>,
    amount: Option<Rupiah>,
    why: String,
    #[serde(flatten)]
    code: ReasonCode,
}

impl From<&AuditEntry> for OrderEventRow {
    fn from(line: &AuditEntry) -> Self {
        Self {
            at: line.at,
            actor: line.actor.clone(),
            what: line.what.clone(),
            payment: line.payment.map(|payment| payment.0),
            from: line.from.clone(),
            to: line.to.clone(),
            rule: line.rule.map(crate::domain::Rule::word),
            amount: line.amount,
            why: line.why.words.clone(),
            code: (&line.why).into(),
        }
    }
}

/// Declares the table columns and cells of a row type of a `show` command.
macro_rules! shown {
    ($row:ident: $([$column:expr]),+ ; |$this:ident, $zone:ident| [$($cell:expr),+ $(,)?]) => {
        impl Row for $row {
            fn columns() -> &'static [Column] {
                const { &[$($column),+] }
            }

            fn fields() -> &'static [&'static str] {
                &[]
            }

            fn cells(&self, $zone: Zone) -> Vec<String> {
                let $this = self;
                vec![$($cell),+]
            }

            fn severity(&self) -> Severity {
                Severity::Calm
            }
        }
    };
}

shown!(OrderLineRow: [Column::text("Sku")], [Column::number("Quantity")], [Column::number("Unit price")], [Column::text("Stock")];
    |row, _zone| [row.sku.clone(), row.quantity.to_string(), row.unit_price.to_string(), row.reservation.to_owned()]);

shown!(OrderPaymentRow: [Column::text("Payment")], [Column::text("Gateway")], [Column::text("Reference")],
[Column::text("Transaction id")], [Column::text("Status")], [Column::text("Gateway status")], [Column::number("Amount")],
[Column::number("Received")], [Column::text("Next check")];
|row, zone| [
    row.payment.to_string(),
    row.gateway.clone(),
    row.reference.clone(),
    row.transaction_id.clone().unwrap_or_default(),
    row.status.to_owned(),
    row.gateway_status.clone().unwrap_or_default(),
    row.amount.to_string(),
    row.received.to_string(),
    row.next_check_at.map(|at| at.in_zone(zone)).unwrap_or_default(),
]);

shown!(OrderRefundRow: [Column::text("Refund")], [Column::text("Payment")], [Column::text("Status")], [Column::text("Reason")],
[Column::number("Amount")];
|row, _zone| [
    row.refund.to_string(),
    row.payment.to_string(),
    row.status.to_owned(),
    row.reason.to_owned(),
    row.amount.to_string(),
]);

shown!(OrderCaseRow: [Column::text("Case")], [Column::text("Kind")], [Column::text("Payment")];
|row, _zone| [
    row.case.to_string(),
    row.kind.to_owned(),
    row.payment.map(|payment| payment.to_string()).unwrap_or_default(),
]);

shown!(OrderEventRow: [Column::text("When")], [Column::text("Who")], [Column::text("What")], [Column::text("From")],
[Column::text("To")], [Column::text("Rule")], [Column::text("Why")];
|row, zone| [
    row.at.in_zone(zone),
    row.actor.clone(),
    row.what.clone(),
    row.from.clone().unwrap_or_default(),
    row.to.clone().unwrap_or_default(),
    row.rule.unwrap_or_default().to_owned(),
    row.why.clone(),
]);
