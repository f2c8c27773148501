//! What has gone back of a payment's money, as its gateway shows it.

use crate::domain::{Instant, Payment, Rupiah};

/// What a gateway has shown of the money that went back, and what a person was told of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RefundedByGateway {
    /// What the gateway itself has shown as refunded, and nobody has taken for failed since.
    pub shown: Rupiah,
    /// Its last answers show less than that.
    pub less: Option<LessRefunded>,
    /// How much more had gone back than came in, when a person was last asked about that.
    pub excess_told: Rupiah,
}

impl RefundedByGateway {
    /// What its last answers show as refunded and as charged back, where that is less than before.
    #[must_use]
    pub fn less_sums(&self) -> (Rupiah, Rupiah) {
        self.less.map_or((Rupiah::ZERO, Rupiah::ZERO), |less| {
            (less.refunded, less.charged_back)
        })
    }
}

/// An unbroken row of answers that show less gone back than before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LessRefunded {
    /// When the first of their questions was started.
    pub since: Instant,
    /// What they show as refunded.
    pub refunded: Rupiah,
    /// What they show as charged back.
    pub charged_back: Rupiah,
}

impl Payment {
    /// All that has gone back of it, whoever sent it.
    #[must_use]
    pub fn refunded_total(&self) -> Rupiah {
        self.refunded + self.charged_back
    }

    /// What its customer has paid: what was received, and a fee that the customer bore and its gateway does not report.
    #[must_use]
    pub fn paid_by_customer(&self) -> Rupiah {
        self.received
            + self
                .payable
                .saturating_sub(self.amount)
                .saturating_sub(self.surcharge)
    }

    /// How much more has gone back than its customer paid.
    #[must_use]
    pub fn excess_back(&self) -> Rupiah {
        self.refunded_total()
            .saturating_sub(self.paid_by_customer())
    }

    /// More has gone back than a person was asked about.
    pub(in crate::domain) fn exceeds_noted(&self) -> bool {
        self.excess_back() > self.back.excess_told
    }

    /// A person is asked about all that has gone back too much.
    pub(in crate::domain) fn record_excess(&mut self) {
        let excess = self.excess_back();
        self.back.excess_told = if excess > Rupiah::ZERO {
            excess.max(self.back.excess_told)
        } else {
            Rupiah::ZERO
        };
    }
}
