//! What the file says at one moment, read by statements of this room and not by payctl's own.

mod rows;

use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use rusqlite::{Connection, OpenFlags, Params};

use crate::domain::Instant;
use rows::CopiedRow;
pub(super) use rows::{
    CopiedCase, CopiedEffect, CopiedEvent, CopiedIncident, CopiedLine, CopiedMail,
    CopiedNotification, CopiedOrder, CopiedPayment, CopiedProduct, CopiedRefund, CopiedTicket,
    CopiedTry,
};

const DAY_MS: i64 = 86_400_000;

/// A copy of the books at one moment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct BooksCopy {
    pub(super) products: Vec<CopiedProduct>,
    pub(super) orders: Vec<CopiedOrder>,
    pub(super) lines: Vec<CopiedLine>,
    pub(super) payments: Vec<CopiedPayment>,
    pub(super) refunds: Vec<CopiedRefund>,
    pub(super) cases: Vec<CopiedCase>,
    pub(super) incidents: Vec<CopiedIncident>,
    pub(super) mails: Vec<CopiedMail>,
    pub(super) effects: Vec<CopiedEffect>,
    pub(super) tickets: Vec<CopiedTicket>,
    pub(super) named_tries: Vec<CopiedTry>,
    pub(super) notifications: Vec<CopiedNotification>,
    /// The audit log since the copy before; of a first copy, all of it.
    pub(super) events: Vec<CopiedEvent>,
    pub(super) last_event: i64,
}

impl BooksCopy {
    pub(super) fn order(&self, id: i64) -> Option<&CopiedOrder> {
        self.orders.iter().find(|order| order.id == id)
    }

    pub(super) fn payment(&self, id: i64) -> Option<&CopiedPayment> {
        self.payments.iter().find(|payment| payment.id == id)
    }

    pub(super) fn payments_of(&self, order: i64) -> impl Iterator<Item = &CopiedPayment> {
        let payments = self.payments.iter();
        payments.filter(move |payment| payment.order_id == order)
    }

    pub(super) fn refunds_of(&self, payment: i64) -> impl Iterator<Item = &CopiedRefund> {
        let refunds = self.refunds.iter();
        refunds.filter(move |refund| refund.payment_id == payment)
    }

    pub(super) fn open_cases(&self) -> impl Iterator<Item = &CopiedCase> {
        self.cases.iter().filter(|case| case.resolved_at.is_none())
    }

    /// Whether there was a mail within a day before, so that there need not be another.
    pub(super) fn is_mailed_by(&self, now: i64) -> bool {
        let mut mails = self.mails.iter();
        mails.any(|mail| (0..DAY_MS).contains(&now.saturating_sub(mail.told_at)))
    }

    /// Whether anything is not as it was before.
    pub(super) fn has_changed_since(&self, before: &Self) -> bool {
        let same_but_events = Self {
            events: before.events.clone(),
            ..self.clone()
        };
        !self.events.is_empty() || same_but_events != *before
    }

    /// Whether a person is asked about this very payment, or about its order as a whole.
    pub(super) fn asks_about_payment(&self, payment: &CopiedPayment) -> bool {
        self.open_cases().any(|case| match case.payment_id {
            Some(id) => id == payment.id,
            None => case.order_id == Some(payment.order_id),
        })
    }
}

impl CopiedPayment {
    /// Somebody else's payment under our reference is none of the order's.
    pub(super) fn is_at_gateway(&self) -> bool {
        self.gateway != "manual" && self.last_meaning.as_deref() != Some("foreign")
    }

    /// Whether its gateway knows it by this name.
    pub(super) fn is_called(&self, name: &str) -> bool {
        self.reference == name || self.transaction_id.as_deref() == Some(name)
    }

    /// Its gateway has not answered, and has not been asked for so long yet that a person must look.
    pub(super) fn is_silent_yet(&self, now: Instant) -> bool {
        let is_asked = self.next_check_at.is_some() && self.check_phase == "silent";
        let day_before = now.as_millis().saturating_sub(DAY_MS);
        let is_new = self.silent_since.is_none_or(|since| since >= day_before);
        is_asked && (is_new || self.check_step < 10)
    }
}

/// Reads one file again and again: its connection stays open and its statements prepared.
#[derive(Debug)]
pub(super) struct BooksReader {
    connection: Connection,
}

impl BooksReader {
    /// # Errors
    /// The file cannot be opened.
    pub(super) fn open(path: &Path) -> Result<Self> {
        let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)
            .with_context(|| format!("the books cannot be opened: {}", path.display()))?;
        connection.set_prepared_statement_cache_capacity(32);
        Ok(Self { connection })
    }

    /// # Errors
    /// The file cannot be read, or its schema is not the one that these statements are about.
    pub(super) fn read_after(&self, before: &BooksCopy) -> Result<BooksCopy> {
        let moment = self.connection.unchecked_transaction()?;
        let events: Vec<CopiedEvent> = self.all([before.last_event])?;
        let last_event = events.last().map_or(before.last_event, |event| event.id);
        let copy = BooksCopy {
            products: self.all([])?,
            orders: self.all([])?,
            lines: self.all([])?,
            payments: self.all([])?,
            refunds: self.all([])?,
            cases: self.all([])?,
            incidents: self.all([])?,
            mails: self.all([])?,
            effects: self.all([])?,
            tickets: self.all([])?,
            named_tries: self.all([])?,
            notifications: self.all([])?,
            events,
            last_event,
        };
        moment.finish()?;
        Ok(copy)
    }

    fn all<R: CopiedRow>(&self, parameters: impl Params) -> Result<Vec<R>> {
        let mut statement = self.connection.prepare_cached(R::SQL)?;
        ensure!(
            R::fits(&statement),
            "the columns are not {:?}:\n{}",
            R::COLUMNS,
            R::SQL
        );
        let rows = statement.query_map(parameters, R::read)?;
        let found: rusqlite::Result<Vec<R>> = rows.collect();
        found.with_context(|| R::SQL)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::testing::{Shop, order};

    #[test]
    fn the_copy_is_what_the_file_says() {
        let mut shop = Shop::new();
        let reader = BooksReader::open(&shop.path()).unwrap();
        let empty = reader.read_after(&BooksCopy::default()).unwrap();
        shop.sell("tea", 25_000, Some(3));
        shop.place(&order("INV-1", &[("tea", 2)])).unwrap();
        let copy = reader.read_after(&empty).unwrap();
        let [product] = copy.products.as_slice() else {
            panic!("{copy:?}");
        };
        assert_eq!((product.capacity, product.held), (Some(3), 2));
        let [order] = copy.orders.as_slice() else {
            panic!("{copy:?}");
        };
        assert_eq!((order.number.as_str(), order.total), ("INV-1", 50_000));
        assert_eq!((copy.lines[0].quantity, copy.lines[0].freed), (2, 0));
        assert!(!copy.events.is_empty());
        let again = reader.read_after(&copy).unwrap();
        assert_eq!((again.events.len(), again.last_event), (0, copy.last_event));
        assert_eq!(again.orders, copy.orders);
    }
}
