//! An order as a shop's file tells it, before anything is filled in.

use std::time::Duration;

use crate::domain::payment::FIRST_API;
use crate::domain::{
    Customer, GatewayName, Instant, OrderNotes, OrderNumber, PaymentStatus, Reference, Rupiah, Sku,
    TransactionId,
};

/// One order of an import file. What the file left out is `None`, so that the same record always means the
/// same, whatever the defaults are that day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportRecord {
    pub number: OrderNumber,
    /// None: the sum of the lines.
    pub total: Option<Rupiah>,
    pub lines: Vec<ImportLine>,
    pub customer: Customer,
    /// What the shop notes with it.
    pub notes: OrderNotes,
    /// None: the instant of the import.
    pub created_at: Option<Instant>,
    /// None: `created_at` and the configured lifetime of an order.
    pub expires_at: Option<Instant>,
    pub payments: Vec<ImportPayment>,
}

/// Some units of one product, as ordered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportLine {
    pub sku: Sku,
    pub quantity: u32,
    /// None: the product's price on the day of the import.
    pub unit_price: Option<Rupiah>,
}

/// A payment that the shop opened at a gateway, as the shop knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportPayment {
    pub gateway: GatewayName,
    /// None: the order's number.
    pub reference: Option<Reference>,
    /// The gateway's own id for it, where the shop knows it.
    pub transaction_id: Option<TransactionId>,
    /// Under which version of the gateway's interface it was opened: no part of the file, but of the configuration.
    pub api_version: u8,
    /// None: the order's total.
    pub amount: Option<Rupiah>,
    /// None: the amount.
    pub payable: Option<Rupiah>,
    pub fee: Option<Rupiah>,
    pub method: Option<String>,
    /// The method is the gateway's page, on which a customer may choose again how to pay: no part of the file, but of
    /// the gateway.
    pub on_page: bool,
    pub token: Option<String>,
    /// None: 24 hours after the order was made.
    pub expires_at: Option<Instant>,
    /// None: `created`.
    pub status: Option<PaymentStatus>,
}

impl ImportPayment {
    /// A payment of which only the gateway is known.
    #[must_use]
    pub fn at(gateway: GatewayName) -> Self {
        Self {
            gateway,
            reference: None,
            transaction_id: None,
            api_version: FIRST_API,
            amount: None,
            payable: None,
            fee: None,
            method: None,
            on_page: false,
            token: None,
            expires_at: None,
            status: None,
        }
    }
}

/// Until when a new order waits for its money, as it was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TypedDeadline {
    /// The configured lifetime of an order.
    Default,
    /// So long from when the command is run.
    After(Duration),
    At(Instant),
}

impl ImportRecord {
    /// It names an order, and tells of nothing but payments.
    #[must_use]
    pub fn says_only_payments(&self) -> bool {
        !self.payments.is_empty()
            && self.total.is_none()
            && self.lines.is_empty()
            && self.customer == Customer::default()
            && self.notes.is_empty()
            && self.created_at.is_none()
            && self.expires_at.is_none()
    }

    /// The same text for the same content, however the file spelled it. Every field has its length in front
    /// of it, so that no two contents share a text.
    #[must_use]
    pub fn canonical(&self) -> String {
        let mut text = String::with_capacity(256);
        put(&mut text, Some("order 1"));
        put(&mut text, Some(self.number.as_str()));
        put_amount(&mut text, self.total);
        put_instant(&mut text, self.created_at);
        put_instant(&mut text, self.expires_at);
        put(&mut text, self.customer.name.as_deref());
        put(&mut text, self.customer.email.as_deref());
        put(&mut text, self.customer.phone.as_deref());
        put_integer(&mut text, i64::try_from(self.lines.len()).ok());
        for line in &self.lines {
            put(&mut text, Some(line.sku.as_str()));
            put_integer(&mut text, Some(i64::from(line.quantity)));
            put_amount(&mut text, line.unit_price);
        }
        for payment in &self.payments {
            put_payment(&mut text, payment);
        }
        // No payment begins like this, so that what is told without notes has the text it always had.
        if let Some(note) = &self.notes.note {
            text.push_str("note=");
            put(&mut text, Some(note));
        }
        for (key, value) in self.notes.meta.iter() {
            text.push_str("meta=");
            put(&mut text, Some(key.as_str()));
            put(&mut text, Some(value));
        }
        text
    }

    /// What `order create` was typed with: the same text for the same order, also when it is typed again later, and
    /// whatever the order of its lines.
    #[must_use]
    pub fn typed(&self, deadline: TypedDeadline) -> String {
        let mut record = self.clone();
        record.created_at = None;
        record.expires_at = None;
        record.lines.sort_by(|one, other| {
            (one.sku.as_str(), one.quantity).cmp(&(other.sku.as_str(), other.quantity))
        });
        for payment in &mut record.payments {
            payment
                .reference
                .get_or_insert_with(|| (&self.number).into());
        }
        let mut text = record.canonical();
        match deadline {
            TypedDeadline::Default => put(&mut text, None),
            TypedDeadline::After(span) => put(&mut text, Some(&format!("{}", span.as_millis()))),
            TypedDeadline::At(instant) => put(&mut text, Some(&instant.to_string())),
        }
        text
    }
}

fn put_payment(text: &mut String, payment: &ImportPayment) {
    put(text, Some(payment.gateway.as_str()));
    put(text, payment.reference.as_ref().map(Reference::as_str));
    put_amount(text, payment.amount);
    put_amount(text, payment.payable);
    put_amount(text, payment.fee);
    put(text, payment.method.as_deref());
    put(text, payment.token.as_deref());
    put_instant(text, payment.expires_at);
    put(text, payment.status.map(PaymentStatus::word));
    // No field begins like this, so that what is told without an id has the text it always had.
    if let Some(id) = &payment.transaction_id {
        text.push_str("id=");
        put(text, Some(id.as_str()));
    }
}

fn put(text: &mut String, field: Option<&str>) {
    match field {
        Some(field) => {
            text.push_str(&field.len().to_string());
            text.push(':');
            text.push_str(field);
            text.push(',');
        }
        None => text.push_str("-,"),
    }
}

fn put_integer(text: &mut String, number: Option<i64>) {
    put(text, number.map(|number| number.to_string()).as_deref());
}

fn put_amount(text: &mut String, amount: Option<Rupiah>) {
    put_integer(text, amount.map(Rupiah::as_i64));
}

fn put_instant(text: &mut String, instant: Option<Instant>) {
    put_integer(text, instant.map(Instant::as_millis));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record() -> ImportRecord {
        ImportRecord {
            number: "INV-1".parse().unwrap(),
            total: None,
            lines: Vec::new(),
            customer: Customer::default(),
            notes: OrderNotes::default(),
            created_at: None,
            expires_at: None,
            payments: Vec::new(),
        }
    }

    #[test]
    fn different_records_have_different_canonical_texts() {
        let line = ImportLine {
            sku: "seat".parse().unwrap(),
            quantity: 1,
            unit_price: None,
        };
        let paid = ImportPayment {
            status: Some(PaymentStatus::Paid),
            ..ImportPayment::at("midtrans".parse().unwrap())
        };
        let variants: [fn(&mut ImportRecord, ImportLine, ImportPayment); 10] = [
            |_, _, _| (),
            |record, _, _| record.total = Some(Rupiah::ZERO),
            |record, _, _| record.created_at = Some(Instant::from_millis(7)),
            |record, _, _| record.expires_at = Some(Instant::from_millis(7)),
            |record, _, _| record.customer.name = Some("7".to_owned()),
            |record, _, _| record.customer.email = Some("7".to_owned()),
            |record, _, _| {
                let meta = &mut record.notes.meta;
                meta.set("user".parse().unwrap(), "7").unwrap();
            },
            |record, _, _| {
                record.notes.set_note("7").unwrap();
            },
            |record, line, _| record.lines.push(line),
            |record, _, payment| record.payments.push(payment),
        ];
        let texts: std::collections::BTreeSet<String> = variants
            .iter()
            .map(|change| {
                let mut record = record();
                change(&mut record, line.clone(), paid.clone());
                record.canonical()
            })
            .collect();
        assert_eq!(texts.len(), variants.len());
    }

    #[test]
    fn one_field_cannot_pass_for_two() {
        let mut one = record();
        one.customer.name = Some("a,1:b".to_owned());
        let mut two = record();
        two.customer.name = Some("a".to_owned());
        two.customer.email = Some("b".to_owned());
        assert_ne!(one.canonical(), two.canonical());
    }
}
