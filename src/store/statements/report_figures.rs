//! The figures of a report about a period.

use super::happened::EventPeriod;
use crate::domain::{Instant, OrderNumber, PaymentStatus, RefundReason, Rupiah, Sku, string_enum};
use crate::store::engine::{Reader, from_row, sql, words};
use crate::store::error::StoreError;

string_enum! {
    /// From whom payctl knew that a payment had changed.
    pub enum ChangeSource {
        /// A notification came before: at any time about the money, or in the last five minutes about anything else.
        Notification = "notification",
        /// A query found it.
        Query = "query",
        /// Somebody decided.
        Person = "person",
        /// A job did it: a deadline was over.
        Schedule = "schedule",
    }
}
words!(ChangeSource);

string_enum! {
    /// What happened to a refund.
    pub enum RefundStep {
        /// It became due.
        Due = "due",
        /// The money has gone back.
        Done = "done",
    }
}
words!(RefundStep);

/// Payments that became the same by the same source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangedPayments {
    pub source: ChangeSource,
    pub became: PaymentStatus,
    pub payments: u64,
}

/// What was sold of one product in orders that were first paid in a period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SoldProduct {
    pub sku: Sku,
    pub name: String,
    pub orders: u64,
    pub units: u64,
    pub amount: Rupiah,
}

/// Orders that money revived after their end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LateOrders {
    pub orders: u64,
    pub total: Rupiah,
}

/// Refunds of one reason that took one step in a period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeriodRefunds {
    pub step: RefundStep,
    pub reason: RefundReason,
    pub refunds: u64,
    pub amount: Rupiah,
}

/// One payment that first became paid in a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PaidMoment {
    /// When it was booked.
    pub at: Instant,
    pub received: Rupiah,
    /// When it was paid, by its gateway; `None` where a person booked it.
    pub received_at: Option<Instant>,
}

/// How long the booking of one payment took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentWait {
    pub order: OrderNumber,
    pub wait_ms: u64,
}

impl Reader {
    /// Payments at gateways that changed in a period, by source and new status.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn changed_payments(
        &self,
        period: &EventPeriod,
    ) -> Result<Vec<ChangedPayments>, StoreError> {
        self.all(sql!("moved_payments"), &period.bounds(), |row| {
            Ok(from_row!(row => ChangedPayments {
                source, became, payments = row.count("payments")?,
            }))
        })
    }

    /// Calls `each` with every product of orders that were first paid in a period, the most money first.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn sold_products(
        &self,
        period: &EventPeriod,
        mut each: impl FnMut(SoldProduct),
    ) -> Result<(), StoreError> {
        self.each(sql!("paid_products"), &period.bounds(), |row| {
            each(from_row!(row => SoldProduct {
                sku, name, orders = row.count("orders")?, units = row.count("units")?, amount,
            }));
            Ok(())
        })
    }

    /// Orders that money revived in a period.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn late_orders(&self, period: &EventPeriod) -> Result<LateOrders, StoreError> {
        self.only(sql!("late_orders"), &period.bounds(), |row| {
            Ok(from_row!(row => LateOrders { orders = row.count("orders")?, total }))
        })
    }

    /// Refunds that became due or were done in a period, by reason.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn refunds_of_period(
        &self,
        period: &EventPeriod,
    ) -> Result<Vec<PeriodRefunds>, StoreError> {
        self.all(sql!("refunds_of_period"), &period.bounds(), |row| {
            Ok(from_row!(row => PeriodRefunds {
                step, reason, refunds = row.count("refunds")?, amount,
            }))
        })
    }

    /// Calls `each` with every payment that first became paid in a period, in the order of their booking.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn paid_moments(
        &self,
        period: &EventPeriod,
        mut each: impl FnMut(PaidMoment),
    ) -> Result<(), StoreError> {
        self.each(sql!("paid_moments"), &period.bounds(), |row| {
            each(from_row!(row => PaidMoment { at, received, received_at }));
            Ok(())
        })
    }

    /// The wait of a payment that first became paid in a period by its gateway's word, after so many shorter ones.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn wait_at(
        &self,
        period: &EventPeriod,
        place: u64,
    ) -> Result<Option<PaymentWait>, StoreError> {
        let place = i64::try_from(place).unwrap_or(i64::MAX);
        let [first, last, since, until] = period.bounds();
        self.one(
            sql!("wait_at"),
            &[first, last, since, until, &place],
            |row| {
                Ok(from_row!(row => PaymentWait { order: "number", wait_ms = row.count("wait")? }))
            },
        )
    }
}
