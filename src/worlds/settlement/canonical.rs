//! How a world ended, in a form in which the order of hints leaves no trace (I6).

use crate::worlds::books::{BooksCopy, CopiedOrder};

/// One order and its money; no ids, no times.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::worlds) struct OrderEnd {
    number: String,
    status: String,
    waived: i64,
    reservations: Vec<String>,
    payments: Vec<PaymentEnd>,
    /// Status and amount.
    refunds: Vec<(String, i64)>,
    open_cases: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct PaymentEnd {
    gateway: String,
    reference: String,
    transaction_id: Option<String>,
    status: String,
    received: i64,
    refunded: i64,
    charged_back: i64,
}

/// The ends of all orders, by number.
pub(in crate::worlds) fn canonical_end(books: &BooksCopy) -> Vec<OrderEnd> {
    let mut ends: Vec<OrderEnd> = books
        .orders
        .iter()
        .map(|order| of_order(books, order))
        .collect();
    ends.sort();
    ends
}

fn of_order(books: &BooksCopy, order: &CopiedOrder) -> OrderEnd {
    let lines = books.lines.iter().filter(|line| line.order_id == order.id);
    let payments = books.payments_of(order.id).map(|payment| PaymentEnd {
        gateway: payment.gateway.clone(),
        reference: payment.reference.clone(),
        transaction_id: payment.transaction_id.clone(),
        status: payment.status.clone(),
        received: payment.received,
        refunded: payment.refunded,
        charged_back: payment.charged_back,
    });
    let refunds = books
        .refunds
        .iter()
        .filter(|refund| refund.order_id == order.id);
    let cases = books
        .open_cases()
        .filter(|case| case.order_id == Some(order.id));
    OrderEnd {
        number: order.number.clone(),
        status: order.status.clone(),
        waived: order.waived,
        reservations: sorted(lines.map(|line| line.reservation.clone())),
        payments: sorted(payments),
        refunds: sorted(refunds.map(|refund| (refund.status.clone(), refund.amount))),
        open_cases: sorted(cases.map(|case| case.kind.clone())),
    }
}

fn sorted<T: Ord>(found: impl Iterator<Item = T>) -> Vec<T> {
    let mut found: Vec<T> = found.collect();
    found.sort();
    found
}
