//! What a simulated gateway says about a payment.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use serde::Deserialize;

use crate::domain::{Instant, Rupiah};

/// The truth about one try to pay. Fields that are left out are generated, the same way every time, or keep the value
/// they had before.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AttemptTruth {
    /// The gateway's own word, known or not: `settlement`, `completed`, `partial_moon`. With pages, `not_started` is
    /// a page on which nobody has chosen how to pay, and `page_cancelled` one that was closed by its token: a status
    /// query finds neither.
    pub status: String,
    /// What the gateway was asked to collect.
    pub amount: Rupiah,
    /// The fee added for the customer; default: none.
    pub fee: Option<Rupiah>,
    /// Where answers show the fee; default: in the metadata.
    pub fee_shown: Option<FeeShown>,
    /// How it is paid, as the gateways' pages name it: `qris`, `bca_va`, `permata_va`, `echannel`, `indomaret`,
    /// `credit_card`, … Default `qris`.
    pub method: Option<String>,
    /// Which try of a page this is, from 1; default: the latest.
    pub try_number: Option<usize>,
    /// The gateway's id for the try. An id that is new to the payment starts another try.
    pub transaction_id: Option<String>,
    /// What the answer says in place of the reference.
    pub order_id: Option<String>,
    /// Default `accept`, and absent for a counter payment.
    pub fraud_status: Option<String>,
    /// How much was refunded or charged back; default: everything for `refund` and `chargeback`.
    pub refunded: Option<Rupiah>,
    /// When the try began; default: when it was first set.
    pub opened_at: Option<Instant>,
    /// When the money came; default: when a word that means money was first set.
    pub paid_at: Option<Instant>,
    /// When the try expires; default: 15 minutes for QRIS, a day otherwise.
    pub expires_at: Option<Instant>,
    /// The token of the page, which can close it while nobody has chosen how to pay.
    pub token: Option<String>,
    /// The only project that may see it; default: any.
    pub project: Option<String>,
    /// With the reference `*`: only for about one reference in this many, always the same ones.
    pub every: Option<u32>,
}

impl AttemptTruth {
    #[must_use]
    pub fn new(status: impl Into<String>, amount: Rupiah) -> Self {
        Self {
            status: status.into(),
            amount,
            ..Self::default()
        }
    }

    /// Fills the gaps from the earlier answer, or with generated values.
    pub(super) fn completed(
        mut self,
        wording: &dyn Wording,
        earlier: Option<&Self>,
        now: Instant,
    ) -> Self {
        let before = earlier.cloned().unwrap_or_default();
        self.method = self.method.or(before.method);
        self.fee = self.fee.or(before.fee);
        self.fee_shown = self.fee_shown.or(before.fee_shown);
        self.order_id = self.order_id.or(before.order_id);
        self.token = self.token.or(before.token);
        self.project = self.project.or(before.project);
        let opened_at = *self.opened_at.insert(
            self.opened_at
                .or(before.opened_at)
                .or(self.paid_at)
                .unwrap_or(now),
        );
        if self.paid_at.is_none() && wording.means_money(&self) {
            self.paid_at = before.paid_at.or(Some(now.max(opened_at)));
        }
        self.expires_at = self.expires_at.or(before.expires_at);
        if self.expires_at.is_none() && self.may_run_out() {
            self.expires_at = Some(opened_at.saturating_add(self.life()));
        }
        self
    }

    pub(super) fn is(&self, word: &str) -> bool {
        self.status.eq_ignore_ascii_case(word)
    }

    /// There is a page, and no transaction yet.
    pub(super) fn is_page_only(&self) -> bool {
        self.is("not_started") || self.is("page_cancelled")
    }

    pub(crate) fn method(&self) -> &str {
        self.method.as_deref().unwrap_or("qris")
    }

    /// How much was returned, if the status word says so.
    pub(super) fn gone_back(&self) -> Option<Rupiah> {
        let all_of_it = self.is("refund") || self.is("chargeback");
        self.refunded.or(all_of_it.then_some(self.gross()))
    }

    /// What the customer must pay.
    pub(crate) fn gross(&self) -> Rupiah {
        self.amount + self.fee.unwrap_or_default()
    }

    fn may_run_out(&self) -> bool {
        self.is("pending") || self.is("expire")
    }

    fn life(&self) -> Duration {
        const QUARTER: Duration = Duration::from_secs(15 * 60);
        const DAY: Duration = Duration::from_secs(24 * 3600);
        if self.method() == "qris" {
            QUARTER
        } else {
            DAY
        }
    }
}

/// Where an answer shows the fee.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FeeShown {
    #[default]
    Metadata,
    /// At the top level, as for some accounts.
    ExtraInfo,
    Both,
    /// In both places, with different values.
    Contradicting,
    Nowhere,
}

/// A requested refund.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SimulatedRefund {
    pub(super) key: String,
    pub(super) amount: Rupiah,
}

/// What is known about an id.
#[derive(Debug)]
pub(super) struct Lookup<'a> {
    pub(super) reference: &'a str,
    pub(super) transaction_id: Cow<'a, str>,
    pub(super) answer: &'a AttemptTruth,
    pub(super) refunds: &'a [SimulatedRefund],
    pub(super) tail: &'a str,
}

/// Why something cannot be set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct TruthRefused(pub(super) &'static str);

/// The words of a gateway that the stored truth depends on.
pub(super) trait Wording: fmt::Debug + Sync {
    /// Whether a status means that money came in, even if it went back later.
    fn means_money(&self, answer: &AttemptTruth) -> bool;

    /// The part of an answer after the ids, which does not depend on the query.
    fn tail(&self, reference: &str, answer: &AttemptTruth, refunds: &[SimulatedRefund]) -> String;
}
