//! One story per promise, each on a real file.

mod batch;
mod booking;
mod checking;
mod claims;
mod keeping;
mod killed;
mod migrating;
mod opening;
mod periods;
mod planted_faults;
mod queries;
mod stock;
mod unfinished;

use std::time::Duration;

use rusqlite::{Params, params};

use super::testing::Shop;
use super::{AnswerOutcome, BookResult, WritePermit, WriteReason};
use crate::domain::{
    AccountEvidence, AmountBasis, Instant, NoAnswerReason, Observation, OrderId, Payment,
    PaymentId, Policy, Reported, Rupiah, StatusAnswer,
};

const POLICY: Policy = Policy {
    grace: Duration::from_secs(180),
};

/// Minutes after the orders were placed; their deadline is minute 60.
fn minute(minutes: i64) -> Instant {
    Instant::from_millis(1_752_800_000_000 + minutes * 60_000)
}

fn permit() -> WritePermit {
    WritePermit::granted_by(WriteReason::Fix)
}

fn paid(amount: i64) -> Reported {
    Reported::Paid {
        amount: Rupiah::from_db(amount),
    }
}

/// An answer about a certain try.
fn about(transaction: &str, observation: Observation) -> Observation {
    Observation {
        transaction_id: Some(transaction.parse().unwrap()),
        ..observation
    }
}

/// An answer that names no try.
fn says(said: Reported, asked_at: Instant) -> Observation {
    let is_silent = matches!(said, Reported::NoAnswer(_));
    let raw_status = (!is_silent).then(|| format!("{said:?}").to_lowercase());
    Observation {
        said,
        raw_status,
        measure: AmountBasis::Payable,
        ..Observation::silence(NoAnswerReason::TimedOut, asked_at)
    }
}

/// What the use cases cannot bring about is written into the file beside them.
impl Shop {
    fn with_gateways() -> Self {
        let shop = Self::new();
        shop.file()
            .execute_batch(
                "PRAGMA foreign_keys = ON;
                 PRAGMA synchronous = OFF;
                 INSERT INTO gateways (name, first_answer_at) VALUES ('midtrans', 1), ('pakasir', 1)",
            )
            .unwrap();
        shop
    }

    fn sql(&self, text: &str, parameters: impl Params) {
        self.file().execute(text, parameters).unwrap();
    }

    fn add_product(&self, sku: &str, capacity: Option<i64>) {
        self.sql(
            "INSERT INTO products (sku, name, price, capacity) VALUES ($1, $1, 25000, $2)",
            params![sku, capacity],
        );
    }

    /// A pending order of 25,000.
    fn add_order(&self, number: &str) -> OrderId {
        self.sql(
            "INSERT INTO orders (number, status, total, created_at, expires_at, moved_at, session_token)
             VALUES ($1, 'pending', 25000, $2, $3, $2, $1)",
            params![number, minute(0), minute(60)],
        );
        OrderId(self.file().last_insert_rowid())
    }

    /// A line of an order, together with the product's counters.
    fn line(&self, order: OrderId, sku: &str, quantity: u32, reservation: &str) {
        self.sql(
            "INSERT INTO order_lines (order_id, product_id, quantity, unit_price, reservation)
             SELECT $1, id, $2, 25000, $3 FROM products WHERE sku = $4",
            params![order, quantity, reservation, sku],
        );
        self.sql(
            "UPDATE products SET held = held + CASE WHEN $1 = 'held' THEN $2 ELSE 0 END,
                    sold = sold + CASE WHEN $1 = 'sold' THEN $2 ELSE 0 END WHERE sku = $3",
            params![reservation, quantity, sku],
        );
    }

    /// A payment of 25,000 that waits for the money and was never queried.
    fn payment(&self, order: OrderId, gateway: &str, reference: &str) -> PaymentId {
        self.sql(
            "INSERT INTO payments (order_id, gateway, reference, origin, status, amount, payable, on_page,
                                   created_at, expires_at, moved_at, check_phase, next_check_at)
             VALUES ($1, $2, $3, 'shop', 'pending', 25000, 25000, 0, $4, $5, $4, 'open', $4)",
            params![order, gateway, reference, minute(0), minute(60)],
        );
        PaymentId(self.file().last_insert_rowid())
    }

    /// A pending order with one payment at Midtrans.
    fn waiting(&self, number: &str) -> PaymentId {
        self.payment(self.add_order(number), "midtrans", number)
    }

    /// A payment in its current state.
    fn seen(&self, id: PaymentId) -> Payment {
        let order = OrderId(self.number("SELECT order_id FROM payments WHERE id = $1", [id]));
        let dossier = self.store.read().dossier(order).unwrap().unwrap();
        dossier.payment(id).unwrap().clone()
    }

    /// An answer to a query about a payment in its current state.
    fn observed(&self, id: PaymentId, observation: Observation) -> StatusAnswer {
        StatusAnswer {
            payment: self.seen(id),
            observation,
            account: AccountEvidence::Proven,
        }
    }

    fn book_all(&mut self, batch: &[StatusAnswer]) -> Vec<BookResult> {
        let now = minute(100);
        self.store.book(&permit(), batch, &POLICY, now).unwrap()
    }

    fn book(&mut self, observed: StatusAnswer) -> AnswerOutcome {
        self.book_all(&[observed]).remove(0).unwrap()
    }

    /// Queries a payment in its current state and books the answer.
    fn book_answer(&mut self, id: PaymentId, said: Reported, minutes: i64) -> AnswerOutcome {
        self.book(self.observed(id, says(said, minute(minutes))))
    }

    fn number(&self, text: &str, parameters: impl Params) -> i64 {
        self.file()
            .query_row(text, parameters, |row| row.get(0))
            .unwrap()
    }

    /// The first column of all rows, as text.
    fn words(&self, text: &str) -> Vec<String> {
        let mut statement = self.file().prepare(text).unwrap();
        let rows = statement.query_map([], |row| row.get(0)).unwrap();
        rows.collect::<Result<_, _>>().unwrap()
    }

    /// The audit log, one move per entry.
    fn trail(&self) -> String {
        self.words(
            "SELECT what || ' ' || COALESCE(from_word, '') || '>' || COALESCE(to_word, '') ||
                    COALESCE(' ' || rule, '') || COALESCE(' ' || amount, '') FROM events ORDER BY id",
        )
        .join("; ")
    }

    /// The reservations of all lines, and the held and sold counters of all products.
    fn stock(&self) -> String {
        self.words(
            "SELECT sku || ' ' || held || '/' || sold || ' ' || COALESCE(
                 (SELECT group_concat(reservation, ',') FROM order_lines WHERE product_id = products.id), '-')
             FROM products ORDER BY sku",
        )
        .join("; ")
    }
}
