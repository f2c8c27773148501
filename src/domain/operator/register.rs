//! Taking over an order that a shop already knows more about than we do: what it is from the first instant on.

pub mod shop_payment;

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use crate::domain::decide::apply_verdicts::settle_order;
use crate::domain::operator::extend::MAX_WAITS;
use crate::domain::operator::register::shop_payment::shop_payment;
use crate::domain::{
    Change, Dossier, FreeStock, GatewayName, ImportRecord, Instant, MoneyError, Order, OrderId,
    OrderLine, OrderStatus, PaymentId, PaymentStatus, Reference, RegisteredPayment, Reservation,
    Rupiah, reasons,
};

/// An order ready to be written, with ids that stand for those the store will give.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registration {
    pub order: Order,
    /// When the order came to its present status.
    pub moved_at: Instant,
    /// Each with the reservation that its order's status asks for.
    pub lines: Vec<OrderLine>,
    /// Their ids are 1, 2, 3 … in the order of the record.
    pub payments: Vec<RegisteredPayment>,
    /// What is left after that: cases to open and money that is owed.
    pub open_ends: Vec<Change>,
}

reasons! {
    /// Why a record cannot be taken over.
    pub enum ImportRefusal {
        NoTotal = "record_no_total",
        Sum(reason: MoneyError) = "record_sum",
        ExpiresBeforeCreated { expires_at: Instant, created_at: Instant } = "record_expires_before_created",
        CreatedLater(created_at: Instant) = "record_created_later",
        TooLong(field: &'static str) = "record_too_long",
        PaymentTooLong(gateway: GatewayName) = "record_payment_too_long",
        PaymentExpiresBeforeCreated { gateway: GatewayName, expires_at: Instant } = "record_payment_expires_before_created",
        Manual = "record_manual",
        Status(status: PaymentStatus) = "record_status",
        SameReference { gateway: GatewayName, reference: Reference } = "record_same_reference",
        PaidNothing(gateway: GatewayName) = "record_paid_nothing",
        AddedAsPaid(gateway: GatewayName) = "record_added_as_paid",
    }
}

impl std::error::Error for ImportRefusal {}

/// What a shop says about the times of orders.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ImportTimes {
    /// From when an order was made to when it expires, where nothing else is said.
    pub order_lifetime: Duration,
    /// By so much another clock may be ahead of ours.
    pub grace: Duration,
}

/// What a record makes of an order. `prices` are the unit prices of its lines, in their order.
pub fn register(
    record: &ImportRecord,
    prices: &[Rupiah],
    times: ImportTimes,
    now: Instant,
) -> Result<Registration, ImportRefusal> {
    let created_at = record.created_at.unwrap_or(now);
    if created_at > now.saturating_add(times.grace) {
        return Err(ImportRefusal::CreatedLater(created_at));
    }
    let expires_at = record
        .expires_at
        .unwrap_or_else(|| created_at.saturating_add(times.order_lifetime));
    if expires_at < created_at {
        return Err(ImportRefusal::ExpiresBeforeCreated {
            expires_at,
            created_at,
        });
    }
    if is_beyond_reach(expires_at, now) {
        return Err(ImportRefusal::TooLong("expires_at"));
    }
    let lines = lines(record, prices);
    let order = Order {
        id: OrderId(0),
        number: record.number.clone(),
        status: OrderStatus::Pending,
        total: total(record, &lines)?,
        waived: Rupiah::ZERO,
        created_at,
        expires_at,
        version: 1,
    };
    let payments = payments(record, &order, now)?;
    Ok(stand(order, lines, payments, now))
}

/// One bound for all deadlines, so that no slip of the finger holds stock for ever.
pub(in crate::domain) fn is_beyond_reach(deadline: Instant, now: Instant) -> bool {
    deadline > now.saturating_add(MAX_WAITS)
}

impl Registration {
    /// Nothing is to be paid and nobody has paid, and it waits: then it is sold here and now, as if it were placed. One whose
    /// deadline has passed was handed out by its shop, if it was.
    #[must_use]
    pub fn is_free_order(&self, now: Instant) -> bool {
        let payments = &self.payments;
        self.order.total == Rupiah::ZERO
            && now < self.order.expires_at
            && payments.iter().all(|told| told.payment.status.is_open())
    }

    /// As it begins: pending, with its stock held. Whatever it comes to, a judgment moves it there.
    #[must_use]
    pub fn as_pending(mut self) -> Self {
        self.order.status = OrderStatus::Pending;
        for line in &mut self.lines {
            line.reservation = Reservation::Held;
        }
        self.open_ends.clear();
        self
    }
}

fn lines(record: &ImportRecord, prices: &[Rupiah]) -> Vec<OrderLine> {
    record
        .lines
        .iter()
        .zip(prices)
        .map(|(line, price)| OrderLine {
            sku: line.sku.clone(),
            quantity: line.quantity,
            unit_price: *price,
            reservation: Reservation::Held,
            has_handed_out: false,
            bought: Default::default(),
        })
        .collect()
}

fn total(record: &ImportRecord, lines: &[OrderLine]) -> Result<Rupiah, ImportRefusal> {
    match record.total {
        Some(total) => Ok(total),
        None if lines.is_empty() => Err(ImportRefusal::NoTotal),
        None => total_of(lines).map_err(ImportRefusal::Sum),
    }
}

/// What the lines of an order cost together.
pub fn total_of(lines: &[OrderLine]) -> Result<Rupiah, MoneyError> {
    lines.iter().try_fold(Rupiah::ZERO, |sum, line| {
        let cost = line.unit_price.times(line.quantity)?;
        Rupiah::new((sum + cost).as_i64())
    })
}

fn payments(
    record: &ImportRecord,
    order: &Order,
    now: Instant,
) -> Result<Vec<RegisteredPayment>, ImportRefusal> {
    let mut references = HashSet::new();
    let mut payments = Vec::with_capacity(record.payments.len());
    for (told, id) in record.payments.iter().zip(1..) {
        let registered = shop_payment(told, PaymentId(id), order, order.created_at, now)?;
        let payment = &registered.payment;
        if !references.insert((payment.gateway.clone(), payment.reference.clone())) {
            return Err(ImportRefusal::SameReference {
                gateway: payment.gateway.clone(),
                reference: payment.reference.clone(),
            });
        }
        payments.push(registered);
    }
    Ok(payments)
}

/// Where an order with these payments stands. An order of an import is judged like any other; only what
/// nobody has paid and nobody can pay any more is dead from the start.
fn stand(
    order: Order,
    lines: Vec<OrderLine>,
    registered: Vec<RegisteredPayment>,
    now: Instant,
) -> Registration {
    let mut dossier = Dossier {
        moved_at: order.created_at,
        order,
        loss: Rupiah::ZERO,
        lines,
        payments: registered
            .iter()
            .map(|registered| registered.payment.clone())
            .collect(),
        refunds: Vec::new(),
        cases: Vec::new(),
        claims: Vec::new(),
        named: Vec::new(),
        asked: None,
        stock: FreeStock::Gone,
        effects: Vec::new(),
        // What a shop has sold itself, it has seen to itself.
        hooks: Arc::default(),
    };
    let mut changes = Vec::new();
    match closed_status(&dossier) {
        Some(status) => dossier.order.status = status,
        None => (dossier, changes) = settle_order(dossier),
    }
    let reservation = reservation(dossier.order.status);
    for line in &mut dossier.lines {
        line.reservation = reservation;
    }
    Registration {
        moved_at: order_moved_at(&dossier.order, now),
        order: dossier.order,
        lines: dossier.lines,
        payments: registered,
        open_ends: changes.into_iter().filter(is_final_state).collect(),
    }
}

fn closed_status(dossier: &Dossier) -> Option<OrderStatus> {
    let payments = &dossier.payments;
    let all_are_closed = payments.iter().all(|payment| payment.status.is_closed());
    if payments.is_empty() || !all_are_closed || dossier.is_covered() {
        return None;
    }
    let all_are_cancelled = payments
        .iter()
        .all(|payment| payment.status == PaymentStatus::Cancelled);
    Some(if all_are_cancelled {
        OrderStatus::Cancelled
    } else {
        OrderStatus::Expired
    })
}

fn reservation(status: OrderStatus) -> Reservation {
    match status {
        OrderStatus::Pending => Reservation::Held,
        OrderStatus::Paid | OrderStatus::Fulfilled => Reservation::Sold,
        OrderStatus::Expired | OrderStatus::Cancelled | OrderStatus::Refunded => {
            Reservation::Released
        }
    }
}

fn order_moved_at(order: &Order, now: Instant) -> Instant {
    match order.status {
        OrderStatus::Pending | OrderStatus::Paid | OrderStatus::Fulfilled => order.created_at,
        OrderStatus::Expired | OrderStatus::Cancelled | OrderStatus::Refunded => {
            order.expires_at.min(now).max(order.created_at)
        }
    }
}

/// The status and the stock are written as they stand at the end; these need rows of their own.
fn is_final_state(change: &Change) -> bool {
    match change {
        Change::OpenCase { .. } | Change::Owe { .. } => true,
        Change::AddPayment(_)
        | Change::MovePayment { .. }
        | Change::MoveOrder { .. }
        | Change::MoveStock(_)
        | Change::Entitlements(_)
        | Change::ByHand(_)
        | Change::Open(_)
        | Change::Note { .. }
        | Change::CloseCase { .. }
        | Change::MoveRefund { .. }
        | Change::NoteAbsent { .. }
        | Change::ShrinkRefund { .. }
        | Change::BookExternalRefund { .. }
        | Change::LetGoTries(_)
        | Change::QueueEffect(_)
        | Change::MoveEffect { .. } => false,
    }
}

#[cfg(test)]
mod tests;
