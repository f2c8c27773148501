//! How orders, their payments and their events are shown.

use crate::commands::effects::EffectRow;
use crate::commands::reason_code::ReasonCode;
use crate::domain::order::search::FoundBy;
use crate::domain::{
    AccessFrom, AuditEntry, CaseId, CaseKind, CaseSubject, Effect, GatewayName, HookOutput,
    Instant, MetaKey, OpenCase, OrderLine, OrderNumber, OrderStatus, Payment, PaymentId,
    PaymentStatus, Reference, Refund, RefundId, RefundReason, RefundStatus, Reservation, Rule,
    Rupiah, Sku, TransactionId,
};
use crate::output::row;
use crate::store::{FoundOrder, OrderRow};

row! {
    /// An order in a list. Fields are only ever added.
    pub(super) struct ListedOrder {
        order: OrderNumber => text("Order"),
        status: OrderStatus => text("Status", |row, _| with_case(row.status.word(), row.cases_open > 0)),
        total: Rupiah => number("Total"),
        received: Rupiah => number("Received"),
        gone_back: Rupiah,
        /// The column says the address of whom nobody has named.
        customer_name: Option<String> => prose("Customer", |row, _| {
            called(row.customer_name.as_ref(), row.customer_email.as_ref(), row.customer_phone.as_ref())
        }),
        units: i64,
        payments: i64,
        cases_open: i64 => number("Cases"),
        created_at: Instant => text("Created"),
        expires_at: Instant => text("Expires"),
        asked: Option<Rupiah>,
        customer_email: Option<String>,
        customer_phone: Option<String>,
    }
    hides "Created", "Cases", "Received", "Expires", "Customer";
}

/// `paid (case)`: a person is asked about it.
fn with_case(status: &str, has_case: bool) -> String {
    if has_case {
        format!("{status} (case)")
    } else {
        status.to_owned()
    }
}

impl From<&OrderRow> for ListedOrder {
    fn from(row: &OrderRow) -> Self {
        Self {
            order: row.order.number.clone(),
            status: row.order.status,
            total: row.order.total,
            received: row.received,
            gone_back: row.gone_back,
            customer_name: row.customer.name.clone(),
            customer_email: row.customer.email.clone(),
            customer_phone: row.customer.phone.clone(),
            units: row.units,
            payments: row.payments,
            cases_open: row.open_cases,
            created_at: row.order.created_at,
            expires_at: row.order.expires_at,
            asked: row.asked,
        }
    }
}

/// What a list calls a customer: the name, or else an address.
fn called(name: Option<&String>, email: Option<&String>, phone: Option<&String>) -> String {
    name.or(email).or(phone).cloned().unwrap_or_default()
}

row! {
    /// An order that was looked for. Fields are only ever added.
    pub(super) struct FoundOrderRow {
        order: OrderNumber => text("Order"),
        status: OrderStatus => text("Status"),
        total: Rupiah => number("Total"),
        received: Rupiah => number("Received"),
        customer_name: Option<String> => prose("Customer", |row, _| {
            called(row.customer_name.as_ref(), row.customer_email.as_ref(), row.customer_phone.as_ref())
        }),
        customer_email: Option<String>,
        customer_phone: Option<String>,
        cases_open: i64 => number("Cases"),
        created_at: Instant => text("Created"),
        expires_at: Instant,
        found_by: FoundBy => text("Found by"),
    }
    hides "Cases", "Received", "Created", "Customer";
}

impl From<&FoundOrder> for FoundOrderRow {
    fn from(found: &FoundOrder) -> Self {
        let row = &found.row;
        Self {
            order: row.order.number.clone(),
            status: row.order.status,
            total: row.order.total,
            received: row.received,
            customer_name: row.customer.name.clone(),
            customer_email: row.customer.email.clone(),
            customer_phone: row.customer.phone.clone(),
            cases_open: row.open_cases,
            created_at: row.order.created_at,
            expires_at: row.order.expires_at,
            found_by: found.by,
        }
    }
}

row! {
    /// An effect as it stands, with what its hook has said.
    pub(super) struct OrderEffectRow {
        #[serde(flatten)]
        effect: EffectRow => taken_in,
        output: Option<HookOutput> => prose("Output"),
        output_cut: bool,
    }
    hides "Kind", "Tries", "On", "Next try";
    severity |row| row.effect.severity();
}

impl OrderEffectRow {
    pub(super) fn of(effect: &Effect, output: Option<&HookOutput>) -> Self {
        Self {
            effect: effect.into(),
            output: output.cloned(),
            output_cut: output.is_some_and(HookOutput::is_cut),
        }
    }
}

row! {
    /// One of the shop's own values.
    pub(super) struct OrderMetaRow<'a> {
        key: &'a str => text("Key"),
        value: &'a str => prose("Value"),
    }
}

impl<'a> From<(&'a MetaKey, &'a str)> for OrderMetaRow<'a> {
    fn from((key, value): (&'a MetaKey, &'a str)) -> Self {
        Self {
            key: key.as_str(),
            value,
        }
    }
}

row! {
    pub(super) struct OrderLineRow {
        sku: Sku => text("Sku"),
        quantity: u32 => number("Quantity"),
        unit_price: Rupiah => number("Unit price"),
        reservation: Reservation => text("Stock"),
        /// What one unit gives its buyer, under the terms at the time of the order.
        issues_tickets: bool,
        access_seconds: Option<u64>,
        access_from: Option<AccessFrom>,
        /// True if a later version recorded these terms, from the product as it was then.
        terms_of_migration: bool,
    }
}

impl From<&OrderLine> for OrderLineRow {
    fn from(line: &OrderLine) -> Self {
        Self {
            sku: line.sku.clone(),
            quantity: line.quantity,
            unit_price: line.unit_price,
            reservation: line.reservation,
            issues_tickets: line.bought.issues_tickets,
            access_seconds: line.bought.access.map(|span| span.as_secs()),
            access_from: line.bought.access.map(|_| line.bought.access_from),
            terms_of_migration: line.bought.is_of_migration,
        }
    }
}

row! {
    pub(super) struct OrderPaymentRow {
        payment: PaymentId => text("Payment"),
        gateway: GatewayName => text("Gateway"),
        reference: Reference => text("Reference"),
        transaction_id: Option<TransactionId> => text("Transaction id"),
        status: PaymentStatus => text("Status", |row, _| match row.open_case {
            Some(case) => format!("{} (case {case})", row.status),
            None => row.status.to_string(),
        }),
        gateway_status: Option<String> => text("Gateway status"),
        amount: Rupiah => number("Amount"),
        payable: Rupiah,
        /// The part of it that the gateway added on top.
        imposed_fee: Rupiah,
        received: Rupiah => number("Received"),
        refunded: Rupiah,
        charged_back: Rupiah,
        method: Option<String>,
        /// Only for a Snap page.
        token: Option<String>,
        expires_at: Instant,
        last_asked_at: Option<Instant>,
        next_check_at: Option<Instant> => text("Next check"),
        /// A case that is open about it.
        open_case: Option<CaseId>,
    }
    hides "Next check", "Transaction id", "Gateway status", "Gateway", "Received", "Reference";
}

impl OrderPaymentRow {
    /// With the first case of these that asks about it.
    pub(super) fn of(payment: &Payment, cases: &[OpenCase]) -> Self {
        let subject = CaseSubject::Payment(payment.id);
        let mut cases = cases.iter().filter(|case| case.subject == subject);
        Self {
            open_case: cases.next().map(|case| case.id),
            payment: payment.id,
            gateway: payment.gateway.clone(),
            reference: payment.reference.clone(),
            transaction_id: payment.transaction_id.clone(),
            status: payment.status,
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

row! {
    pub(super) struct OrderRefundRow {
        refund: RefundId => text("Refund"),
        payment: PaymentId => text("Payment"),
        status: RefundStatus => text("Status"),
        reason: RefundReason => text("Reason"),
        amount: Rupiah => number("Amount"),
    }
}

impl From<&Refund> for OrderRefundRow {
    fn from(refund: &Refund) -> Self {
        Self {
            refund: refund.id,
            payment: refund.payment,
            status: refund.status,
            reason: refund.reason,
            amount: refund.amount,
        }
    }
}

row! {
    pub(in crate::commands) struct OrderCaseRow {
        case: CaseId => text("Case"),
        kind: CaseKind => text("Kind"),
        payment: Option<PaymentId> => text("Payment"),
    }
}

impl From<&OpenCase> for OrderCaseRow {
    fn from(case: &OpenCase) -> Self {
        Self {
            case: case.id,
            kind: case.kind,
            payment: match case.subject {
                CaseSubject::Payment(payment) => Some(payment),
                CaseSubject::Order | CaseSubject::Gateway(_) => None,
            },
        }
    }
}

row! {
    pub(super) struct OrderEventRow {
        at: Instant => text("When"),
        actor: String => text("Who"),
        what: String => text("What"),
        payment: Option<PaymentId>,
        from: Option<String> => text("From"),
        to: Option<String> => text("To"),
        rule: Option<Rule> => text("Rule"),
        amount: Option<Rupiah>,
        why: String => prose("Why"),
        #[serde(flatten)]
        code: ReasonCode,
    }
    hides "Rule", "Who", "From";
}

impl From<&AuditEntry> for OrderEventRow {
    fn from(line: &AuditEntry) -> Self {
        Self {
            at: line.at,
            actor: line.actor.clone(),
            what: line.what.clone(),
            payment: line.payment,
            from: line.from.clone(),
            to: line.to.clone(),
            rule: line.rule,
            amount: line.amount,
            why: line.why.words.clone(),
            code: (&line.why).into(),
        }
    }
}
