//! Products, orders, their lines and their refunds: what is sold, and what is owed back.

pub mod audit;
pub mod case;
pub mod change;
pub mod dossier;
pub mod search;
pub mod terms;

use std::time::Duration;

use crate::domain::{
    Instant, Life, OrderId, OrderNumber, PaymentId, RefundId, Rupiah, Sku, string_enum,
};

string_enum! {
    /// Where an order stands. "Overdue" is computed, not a status.
    pub enum OrderStatus {
        Pending = "pending",
        Paid = "paid",
        Fulfilled = "fulfilled",
        Expired = "expired",
        Cancelled = "cancelled",
        Refunded = "refunded",
    }
}

/// What a customer wants, as we last knew it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    pub id: OrderId,
    pub number: OrderNumber,
    pub status: OrderStatus,
    pub total: Rupiah,
    /// A shortage a person has accepted.
    pub waived: Rupiah,
    pub created_at: Instant,
    pub expires_at: Instant,
    pub version: i64,
}

impl Order {
    /// Somebody may be shown how to pay it.
    #[must_use]
    pub fn waits_for_money(&self, now: Instant) -> bool {
        self.status == OrderStatus::Pending && now < self.expires_at
    }
}

string_enum! {
    /// What has become of the stock of one line.
    pub enum Reservation {
        /// Kept for the order until it is sold or released.
        Held = "held",
        Sold = "sold",
        Released = "released",
        /// Sold once, and back on the shelf.
        Returned = "returned",
    }
}

/// Some units of one product in an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderLine {
    pub sku: Sku,
    pub quantity: u32,
    pub unit_price: Rupiah,
    pub reservation: Reservation,
    /// Tickets were issued for it, or access granted, whatever has become of them.
    pub has_handed_out: bool,
    pub bought: Bought,
}

/// What one unit of a line gives its buyer, as the product promised when it was ordered. The store fills it in with the
/// line; it stands like the price.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bought {
    pub issues_tickets: bool,
    pub access: Option<Duration>,
    pub access_from: AccessFrom,
    /// It was ordered under an older version, and has the terms of the day of its migration.
    pub is_of_migration: bool,
}

impl Default for Bought {
    fn default() -> Self {
        Self {
            issues_tickets: false,
            access: None,
            access_from: AccessFrom::Payment,
            is_of_migration: false,
        }
    }
}

string_enum! {
    /// What happens with money that comes after an order has expired, while stock is free.
    pub enum LateMoney {
        /// Take the stock again and deliver.
        Accept = "accept",
        /// Send it back.
        Refund = "refund",
    }
}

string_enum! {
    /// When the time to use a product begins.
    pub enum AccessFrom {
        Payment = "payment",
        FirstUse = "first_use",
    }
}

/// What is sold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Product {
    pub sku: Sku,
    pub terms: ProductTerms,
    /// Units kept for orders that may still be paid.
    pub held: i64,
    pub sold: i64,
}

impl Product {
    /// How many units can still be ordered; none when there is no limit.
    #[must_use]
    pub fn left(&self) -> Option<i64> {
        self.terms
            .capacity
            .map(|capacity| (capacity - self.held - self.sold).max(0))
    }
}

/// What a shop says about a product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductTerms {
    pub name: String,
    pub price: Rupiah,
    /// None means unlimited.
    pub capacity: Option<i64>,
    /// How long the buyer may use it; none when it gives no access.
    pub access: Option<Duration>,
    pub access_from: AccessFrom,
    pub issues_tickets: bool,
    /// Whether units that come back can be sold again.
    pub resaleable: bool,
    pub late_money: LateMoney,
}

string_enum! {
    /// Where money stands that must go back.
    pub enum RefundStatus {
        Due = "due",
        Approved = "approved",
        Sent = "sent",
        /// Sent, and the gateway did not answer.
        Unknown = "unknown",
        Done = "done",
        Failed = "failed",
        Rejected = "rejected",
        /// Seen at the gateway, started by somebody else.
        External = "external",
    }
}

impl RefundStatus {
    /// It may still be stopped: nothing has left the house.
    #[must_use]
    pub fn is_unsent(self) -> bool {
        match self {
            Self::Due | Self::Approved => true,
            Self::Sent
            | Self::Unknown
            | Self::Done
            | Self::Failed
            | Self::Rejected
            | Self::External => false,
        }
    }

    /// It has happened.
    #[must_use]
    pub fn is_fact(self) -> bool {
        match self {
            Self::Done | Self::External => true,
            Self::Due
            | Self::Approved
            | Self::Sent
            | Self::Unknown
            | Self::Failed
            | Self::Rejected => false,
        }
    }

    /// It counts as gone back, or as about to go.
    #[must_use]
    pub fn counts_as_gone(self) -> bool {
        match self {
            Self::Failed | Self::Rejected => false,
            Self::Due
            | Self::Approved
            | Self::Sent
            | Self::Unknown
            | Self::Done
            | Self::External => true,
        }
    }
}

string_enum! {
    /// Why money must go back.
    pub enum RefundReason {
        /// More came in than the order costs.
        Excess = "excess",
        /// The order was paid twice.
        Double = "double",
        /// The order was dead when the money came.
        Late = "late",
        /// A person decided so.
        Person = "person",
        /// Seen at the gateway.
        Gateway = "gateway",
    }
}

/// Money of one payment that must go back, or has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refund {
    pub id: RefundId,
    pub payment: PaymentId,
    pub status: RefundStatus,
    pub reason: RefundReason,
    pub amount: Rupiah,
    /// A person said no; no rule owes it again.
    pub declined: bool,
    /// The shop's bank has sent it, so the gateway does not know of it.
    pub by_hand: bool,
    /// When it was first sent to the gateway.
    pub sent_at: Option<Instant>,
    /// When it came to its present status; none while a plan has only just made it.
    pub moved_at: Option<Instant>,
    /// The first question, since it was last sent, whose answer did not show it.
    pub absent_since: Option<Instant>,
    /// In which it was made; none: the first.
    pub life: Option<Life>,
}
