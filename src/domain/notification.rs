//! A notification: what somebody who claims to be a gateway says about a payment. A hint, never a fact.

pub mod named_try;
pub mod notification_match;
pub mod origin;

use crate::domain::{AmountBasis, AmountParts, Reference, Rupiah, TransactionId};

/// What a notification says, as far as it could be read, and whether it can be believed to come from the gateway.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notification {
    pub verdict: Authenticity,
    /// Our id of the payment; none when it names none that could be one.
    pub reference: Option<Reference>,
    /// The gateway's own id of the try.
    pub transaction_id: Option<TransactionId>,
    pub amount: Option<Rupiah>,
    /// In which of our numbers the gateway reports that amount.
    pub measure: AmountBasis,
    /// How the gateway breaks that amount down.
    pub parts: AmountParts,
    /// The gateway's own word, as it may be shown.
    pub raw_status: Option<String>,
    /// Where it is the signed word of a success: what ties the try that it names to our id.
    pub tie: Option<PaidAttempt>,
    /// It says that money has come in.
    pub claims_money: bool,
    /// What may be stored of it: a JSON object of named fields, nothing about a person and no signature.
    pub kept_body: String,
}

/// What a signed success says of how it was paid, and what. An answer about its try must say the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaidAttempt {
    /// In the gateway adapter's words.
    pub method: String,
    pub amount: Rupiah,
}

impl Notification {
    /// Bytes of which nothing can be used.
    #[must_use]
    pub fn unreadable(why: &'static str) -> Self {
        Self {
            verdict: Authenticity::Unreadable(why),
            reference: None,
            transaction_id: None,
            amount: None,
            measure: AmountBasis::Payable,
            parts: AmountParts::Absent,
            raw_status: None,
            tie: None,
            claims_money: false,
            kept_body: "{}".to_owned(),
        }
    }
}

/// Whether a notification can be believed to come from its gateway.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Authenticity {
    /// Its signature is right.
    Verified,
    /// This gateway does not sign, so anybody may have sent it.
    Unsigned,
    /// It does not come from the gateway, or is not for this account, and why.
    Forged(&'static str),
    /// It is no notification of this gateway, and why.
    Unreadable(&'static str),
    /// It names no payment: it is about something else that its gateway tells of. Nobody vouches for it.
    NoPayment,
}

impl Authenticity {
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Verified => "verified",
            Self::Unsigned => "unsigned",
            Self::Forged(_) => "forged",
            Self::Unreadable(_) => "unreadable",
            Self::NoPayment => "no_payment",
        }
    }

    /// Why it is turned away; none when it is not.
    #[must_use]
    pub fn reason(self) -> Option<&'static str> {
        match self {
            Self::Verified | Self::Unsigned | Self::NoPayment => None,
            Self::Forged(why) | Self::Unreadable(why) => Some(why),
        }
    }

    /// Whether it is about a payment, as far as anybody can tell.
    #[must_use]
    pub fn is_about_payment(self) -> bool {
        match self {
            Self::Verified | Self::Unsigned => true,
            Self::Forged(_) | Self::Unreadable(_) | Self::NoPayment => false,
        }
    }
}
