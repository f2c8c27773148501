//! The audit log: every change records what changed, from where to where, by whom and why, in its own transaction.

use crate::domain::{Coded, Instant, OrderId, PaymentId, Reason, Rule, Rupiah, WrittenReason};
use crate::store::engine::{Reader, StoredRow, Tx, sql};
use crate::store::error::StoreError;

/// Who acts, and the time of writing.
#[derive(Debug, Clone, Copy)]
pub struct Actor<'a> {
    /// As recorded in the audit log: `operator:rina`, `deadline`.
    pub actor: &'a str,
    pub now: Instant,
}

/// What an event is about.
#[derive(Debug, Clone, Copy)]
pub(in crate::store) enum EventSubject {
    Order,
    Payment,
    Stock,
    CaseOpened,
    CaseClosed,
    Refund,
    /// An effect in the outbox.
    Effect,
    /// Tickets and access.
    HandedOut,
    Product,
    /// A request to a gateway to close a payment.
    Close,
    /// A decision that changed no state by itself.
    Note,
}

impl EventSubject {
    const fn word(self) -> &'static str {
        match self {
            Self::Order => "order",
            Self::Payment => "payment",
            Self::Stock => "stock",
            Self::CaseOpened => "case_opened",
            Self::CaseClosed => "case_closed",
            Self::Refund => "refund",
            Self::Effect => "effect",
            Self::HandedOut => "handed_out",
            Self::Product => "product",
            Self::Close => "close",
            Self::Note => "note",
        }
    }
}

/// One line of the audit log.
#[derive(Debug, Clone, Copy)]
pub(in crate::store) struct Event<'a> {
    what: EventSubject,
    why: &'a Reason,
    /// `None`: the event is about a gateway.
    order: Option<OrderId>,
    payment: Option<PaymentId>,
    from: Option<&'a str>,
    to: Option<&'a str>,
    rule: Option<Rule>,
    amount: Option<Rupiah>,
}

impl<'a> Event<'a> {
    pub(in crate::store) fn new(what: EventSubject, why: &'a Reason) -> Self {
        Self {
            what,
            why,
            order: None,
            payment: None,
            from: None,
            to: None,
            rule: None,
            amount: None,
        }
    }

    pub(in crate::store) fn order(mut self, order: impl Into<Option<OrderId>>) -> Self {
        self.order = order.into();
        self
    }

    pub(in crate::store) fn payment(mut self, payment: impl Into<Option<PaymentId>>) -> Self {
        self.payment = payment.into();
        self
    }

    pub(in crate::store) fn from(mut self, from: &'a str) -> Self {
        self.from = Some(from);
        self
    }

    pub(in crate::store) fn to(mut self, to: &'a str) -> Self {
        self.to = Some(to);
        self
    }

    pub(in crate::store) fn rule(mut self, rule: impl Into<Option<Rule>>) -> Self {
        self.rule = rule.into();
        self
    }

    pub(in crate::store) fn amount(mut self, amount: impl Into<Option<Rupiah>>) -> Self {
        self.amount = amount.into();
        self
    }

    pub(in crate::store) fn write(self, tx: &Tx<'_>, by: Actor<'_>) -> Result<(), StoreError> {
        let why = ReasonColumns::of(self.why)?;
        tx.exec(
            sql!("write_event"),
            &[
                &self.order,
                &self.payment,
                &by.now,
                &by.actor,
                &self.what.word(),
                &self.from,
                &self.to,
                &self.rule,
                &self.amount,
                &why.words,
                &why.code,
                &why.params,
            ],
        )?;
        Ok(())
    }
}

/// A reason in the three columns that keep it: words for people, code and parameters for programs.
pub(in crate::store) struct ReasonColumns {
    pub(in crate::store) words: String,
    pub(in crate::store) code: &'static str,
    pub(in crate::store) params: String,
}

impl ReasonColumns {
    pub(in crate::store) fn of(reason: &Reason) -> Result<Self, StoreError> {
        let params = serde_json::to_string(&reason.params());
        Ok(Self {
            words: reason.to_string(),
            code: reason.code(),
            params: params.map_err(|error| StoreError::Engine(error.into()))?,
        })
    }
}

/// A reason that was kept in these columns. What an older version wrote has words only.
pub(super) fn read_reason(
    row: &StoredRow<'_>,
    words: &'static str,
    code: &'static str,
    params: &'static str,
) -> Result<WrittenReason, StoreError> {
    let parsed = |params: String| serde_json::from_str(&params).ok();
    Ok(WrittenReason {
        words: row.get(words)?,
        code: row.get(code)?,
        params: row.get::<Option<String>>(params)?.and_then(parsed),
    })
}

impl Reader {
    /// Whether a rule has already recorded exactly this reason for an order.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn was_noted(&self, order: OrderId, rule: Rule, why: &Reason) -> Result<bool, StoreError> {
        self.exists(sql!("was_noted"), &[&order, &rule, &why.to_string()])
    }
}
