//! A payment: one attempt to be paid for an order at one gateway.

pub mod bank_transfer;
pub mod circuit_breaker;
pub mod clocks;
pub mod imposed_fee;
pub mod instructions;
pub mod observation;
pub mod opening;
pub mod put_off;
pub mod qris;
pub mod query_rates;
pub mod returned;
pub mod schedule;
pub mod unique_amount;

use std::time::Duration;

use crate::domain::payment::observation::UNRECOGNISED;
use crate::domain::{
    AmountBasis, GatewayName, Instant, OrderId, PaymentId, Reference, RefundedByGateway, Rupiah,
    Schedule, TransactionId, string_enum,
};
use crate::faults::planted;

string_enum! {
    /// Where a payment stands on our side.
    pub enum PaymentStatus {
        /// The row is written; nobody has seen the payment at the gateway yet.
        Created = "created",
        /// The gateway waits for the money.
        Pending = "pending",
        /// The gateway's fraud system wants a person to look.
        Challenged = "challenged",
        /// The money is in.
        Paid = "paid",
        /// Money is in, but not the amount that was asked for.
        Mismatch = "mismatch",
        Failed = "failed",
        Cancelled = "cancelled",
        Expired = "expired",
        /// The gateway took the money back without a refund.
        Reversed = "reversed",
    }
}

impl PaymentStatus {
    /// It can still be paid, as far as we know.
    #[must_use]
    pub fn is_open(self) -> bool {
        match self {
            Self::Created | Self::Pending | Self::Challenged => true,
            Self::Paid
            | Self::Mismatch
            | Self::Failed
            | Self::Cancelled
            | Self::Expired
            | Self::Reversed => false,
        }
    }

    /// It ended without money.
    #[must_use]
    pub fn is_closed(self) -> bool {
        match self {
            Self::Failed | Self::Cancelled | Self::Expired => true,
            Self::Created
            | Self::Pending
            | Self::Challenged
            | Self::Paid
            | Self::Mismatch
            | Self::Reversed => false,
        }
    }

    /// Money came in and the gateway has not reversed it.
    #[must_use]
    pub fn has_money(self) -> bool {
        match self {
            Self::Paid | Self::Mismatch => true,
            Self::Created
            | Self::Pending
            | Self::Challenged
            | Self::Failed
            | Self::Cancelled
            | Self::Expired
            | Self::Reversed => false,
        }
    }
}

string_enum! {
    /// Who opened a payment at its gateway.
    pub enum PaymentOrigin {
        /// payctl did, and the gateway answered.
        Payctl = "payctl",
        /// The shop did, and told us.
        Shop = "shop",
        /// The customer did, by trying again on a page; a sibling of a payment we knew.
        Page = "page",
    }
}

string_enum! {
    /// What a gateway has answered to a request to close a payment.
    pub enum CloseResult {
        /// Nobody can pay it any more.
        Closed = "closed",
        /// It will not: the payment is under way, or over.
        Refused = "refused",
        /// It does not know it.
        Unknown = "unknown",
    }
}

/// The version of a gateway's interface that payments have where nothing else is known of them.
pub const FIRST_API: u8 = 1;

/// One attempt to be paid, as we last knew it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payment {
    pub id: PaymentId,
    pub order: OrderId,
    pub gateway: GatewayName,
    pub reference: Reference,
    /// The gateway's own id for this try, once it has told us.
    pub transaction_id: Option<TransactionId>,
    /// Under which version of its gateway's interface it was opened; it is asked about under the same.
    pub api_version: u8,
    pub origin: PaymentOrigin,
    pub status: PaymentStatus,
    /// The price: what this payment is to bring in for its order.
    pub amount: Rupiah,
    /// What the customer is asked for: the price and the customer's share of the fee.
    pub payable: Rupiah,
    /// Of what is payable, the fee that the gateway has put on top of what it was asked to collect.
    pub imposed_fee: Rupiah,
    /// How it is paid, in the gateway adapter's words: `qris`, `bca_va`, `credit_card`, `snap`.
    pub method: Option<String>,
    /// The customer pays on a page and may try again there, as far as we know. So it is for a payment
    /// that a shop registered without saying how it is paid.
    pub on_page: bool,
    /// The token of that page, where we know it.
    pub token: Option<String>,
    /// When it was written down here.
    pub created_at: Instant,
    /// When this payment, or its page, runs out at the gateway.
    pub deadline: Instant,
    /// The gateway's last word, as it came.
    pub raw_status: Option<String>,
    /// Whether the gateway has ever known it.
    pub seen: bool,
    /// What the gateway reported as paid.
    pub received: Rupiah,
    /// The part of `received` that is not for the order: the customer's share of the fee.
    pub surcharge: Rupiah,
    /// When the money came in.
    pub received_at: Option<Instant>,
    /// Whether the gateway may take the money back without a refund (some virtual accounts, unsettled cards).
    pub reversible: bool,
    /// What went back by refunds that are facts.
    pub refunded: Rupiah,
    /// What went back by chargebacks.
    pub charged_back: Rupiah,
    pub back: RefundedByGateway,
    /// The first of an unbroken row of denials of money that had come in.
    pub denied_since: Option<Instant>,
    /// The meaning of the last answer, to tell a repetition from news.
    pub last_meaning: Option<String>,
    /// When it came to its present status.
    pub moved_at: Instant,
    pub schedule: Schedule,
    /// When the gateway was last asked to close it; written down before it is asked.
    pub close_tried_at: Option<Instant>,
    /// How many answered requests to close it have left it open.
    pub close_tries: u32,
    /// What it answered to the last such request, once it was read again after that.
    pub close_answer: Option<CloseResult>,
    pub version: i64,
}

/// So long after its beginning a call that opens a payment may still be carried out, whether or not anybody waits for
/// its answer any more: what the gateways ask their clients to wait for, and room for a place, a turn and writing it
/// down.
pub const OPENING_TIMEOUT: Duration = Duration::from_secs(80 + 15);

/// The meaning that is kept with a payment whose reference was somebody else's. No answer has it.
pub(super) const FOREIGN: &str = "foreign";

/// So many answered requests to close a payment.
const CLOSE_TRIES: u32 = 3;

impl Payment {
    /// A payment as it is written down for the first time: its gateway has not been asked, and no money has moved.
    #[must_use]
    pub fn new(
        origin: PaymentOrigin,
        order: OrderId,
        gateway: GatewayName,
        reference: Reference,
        amount: Rupiah,
        created_at: Instant,
        deadline: Instant,
    ) -> Self {
        Self {
            id: PaymentId::ADDED,
            order,
            gateway,
            reference,
            transaction_id: None,
            api_version: FIRST_API,
            origin,
            status: PaymentStatus::Created,
            amount,
            payable: amount,
            imposed_fee: Rupiah::ZERO,
            method: None,
            on_page: false,
            token: None,
            created_at,
            deadline,
            raw_status: None,
            seen: false,
            received: Rupiah::ZERO,
            surcharge: Rupiah::ZERO,
            received_at: None,
            reversible: false,
            refunded: Rupiah::ZERO,
            charged_back: Rupiah::ZERO,
            back: RefundedByGateway::default(),
            denied_since: None,
            last_meaning: None,
            moved_at: created_at,
            schedule: Schedule::new(created_at),
            close_tried_at: None,
            close_tries: 0,
            close_answer: None,
            version: 1,
        }
    }

    /// Its gateway had a payment of this reference before it was ever asked for one: what is paid there is not
    /// paid for this order. Nobody is asked about it, and nothing that is said of the reference is about it.
    #[must_use]
    pub fn is_foreign(&self) -> bool {
        self.last_meaning.as_deref() == Some(FOREIGN)
    }

    /// When the last call to open it must be over; none where payctl has called nobody, or was answered. Whoever
    /// begins a call moves the payment.
    #[must_use]
    pub fn opening_ends_at(&self) -> Option<Instant> {
        let is_unanswered = self.status == PaymentStatus::Created && !self.seen && !self.on_page;
        let is_called_for = self.origin == PaymentOrigin::Payctl && is_unanswered;
        is_called_for.then(|| self.moved_at.saturating_add(OPENING_TIMEOUT))
    }

    /// A call to open it may still be carried out, so that "not found" proves nothing. A call that was begun in the
    /// future was begun by a wrong clock.
    #[must_use]
    pub fn is_being_opened(&self, now: Instant) -> bool {
        let is_begun = self.moved_at.saturating_sub(OPENING_TIMEOUT) < now;
        is_begun && self.opening_ends_at().is_some_and(|end| now < end)
    }

    /// Its gateway has told of it so lately that "not found" proves nothing: reads may be behind writes. A page that
    /// nobody has used is no payment yet, and its "not found" is the truth.
    #[must_use]
    pub fn read_may_lag(&self, asked_at: Instant) -> bool {
        let is_told_of = match self.status {
            PaymentStatus::Pending
            | PaymentStatus::Challenged
            | PaymentStatus::Paid
            | PaymentStatus::Mismatch => self.seen,
            PaymentStatus::Created
            | PaymentStatus::Failed
            | PaymentStatus::Cancelled
            | PaymentStatus::Expired
            | PaymentStatus::Reversed => false,
        };
        let (from, until) = (
            self.moved_at.saturating_sub(OPENING_TIMEOUT),
            self.moved_at.saturating_add(OPENING_TIMEOUT),
        );
        is_told_of && from < asked_at && asked_at < until
    }

    /// Somebody had begun to pay it when its gateway was last heard, or had said so to the shop that has registered it
    /// while its gateway was not heard yet.
    #[must_use]
    pub fn is_begun(&self) -> bool {
        match self.status {
            PaymentStatus::Created => self.seen,
            PaymentStatus::Failed | PaymentStatus::Cancelled | PaymentStatus::Expired => {
                self.seen || self.last_meaning.is_none()
            }
            PaymentStatus::Pending
            | PaymentStatus::Challenged
            | PaymentStatus::Paid
            | PaymentStatus::Mismatch
            | PaymentStatus::Reversed => true,
        }
    }

    /// The customer may have tried again on the page, which hides a new try behind the same reference: while the page
    /// may live, and then until there is an answer to a question that was started after its end.
    #[must_use]
    pub fn page_may_hide(&self, now: Instant, grace: Duration) -> bool {
        let answered = self.schedule.answered_by(now);
        self.on_page && !answered.is_some_and(|asked_at| self.is_overdue(asked_at, grace))
    }

    /// It ended without money, which makes room for another try under its reference, where an address can carry that.
    #[must_use]
    pub fn allows_another_try(&self) -> bool {
        self.status.is_closed() && self.reference.is_plain() && !planted!(LetAClosedTryHideTheNext)
    }

    /// Its gateway has answered that nobody can come to the page any more, or never could.
    #[must_use]
    pub fn page_is_closed(&self) -> bool {
        match self.close_answer {
            Some(CloseResult::Closed | CloseResult::Unknown) => true,
            Some(CloseResult::Refused) | None => false,
        }
    }

    /// It was asked to be closed often enough, and is still open: a person should look.
    #[must_use]
    pub fn stays_open(&self) -> bool {
        self.close_tries >= CLOSE_TRIES
    }

    /// Past its own deadline and the grace, by the clock of whoever asks.
    #[must_use]
    pub fn is_overdue(&self, now: Instant, grace: Duration) -> bool {
        now > self.deadline.saturating_add(grace)
    }

    /// What a gateway reports when this payment is paid in full.
    #[must_use]
    pub fn expected(&self, measure: AmountBasis) -> Rupiah {
        match measure {
            AmountBasis::Payable => self.payable,
            AmountBasis::Price => self.amount,
        }
    }

    /// The gateway's last answer was a word that this version does not know.
    #[must_use]
    pub fn said_something_unknown(&self) -> bool {
        let last = self.last_meaning.as_deref();
        last.is_some_and(|meaning| meaning.starts_with(UNRECOGNISED))
    }

    /// What this payment brings its order: what came in for it and was not charged back.
    #[must_use]
    pub fn credit(&self) -> Rupiah {
        self.received
            .saturating_sub(self.surcharge)
            .saturating_sub(self.charged_back)
    }
}
