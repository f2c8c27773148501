//! Names and ids, each with a type of its own so that none is taken for another.

use std::fmt;

/// Declares an id that the store gives out.
macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl $name {
            /// Stands for a row that the same plan adds, until the store has given it an id.
            pub const ADDED: Self = Self(0);
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(formatter)
            }
        }

        impl std::str::FromStr for $name {
            type Err = std::num::ParseIntError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    )+};
}

ids!(
    /// An order's row; people know it by its [`OrderNumber`].
    OrderId,
    /// A payment's row; the gateway knows it by its reference.
    PaymentId,
    /// A case's row, and its name for people.
    CaseId,
    /// A refund's row, and its name for people.
    RefundId,
    /// An effect's row, and its name for people.
    EffectId,
    /// A ticket's row; people know it by its code.
    TicketId,
    /// The row of access that was granted.
    GrantId,
    /// A line of an order.
    OrderLineId,
);

/// Declares a text from outside that is checked once, when it comes in.
macro_rules! names {
    ($($(#[$doc:meta])* $name:ident: $max:literal of $letters:literal where $allowed:expr;)+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::str::FromStr for $name {
            type Err = NameError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                let allowed: fn(u8) -> bool = $allowed;
                // In a path these two mean other places, however they are spelled.
                let is_path = text == "." || text == "..";
                if text.is_empty() || text.len() > $max || !text.bytes().all(allowed) || is_path {
                    return Err(NameError { most: $max, letters: $letters });
                }
                Ok(Self(text.to_owned()))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.pad(&self.0)
            }
        }
    )+};
}

names!(
    /// The number on the invoice. Its letters are those every gateway takes in an order id.
    OrderNumber: 50 of "letters, digits, - _ . ~" where |byte| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
    /// What a product is called in orders and stock.
    Sku: 64 of "letters, digits, - _ . ~" where |byte| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
    /// A gateway account, by its name in the configuration.
    GatewayName: 32 of "small letters, digits, - _" where |byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_".contains(&byte);
    /// One of the shop's effects, by its name in the configuration.
    HookName: 64 of "small letters, digits, - _" where |byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_".contains(&byte);
    /// What one of the shop's own values of an order is called.
    MetaKey: 64 of "letters, digits, - _ ." where |byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    /// The id by which the gateway knows the payment. Printable, so that it can stand in a table or a log.
    Reference: 128 of "printable ASCII without spaces" where |byte| byte.is_ascii_graphic();
    /// The gateway's own id for one try. Opaque: usually a UUID, but not always.
    TransactionId: 128 of "printable ASCII without spaces" where |byte| byte.is_ascii_graphic();
    /// How a payment is paid, in the gateway adapter's words: `qris`, `bca_va`, `snap`.
    Method: 32 of "small letters, digits, - _" where |byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_".contains(&byte);
);

impl GatewayName {
    /// The gateway of money that came past every gateway, on a person's word.
    pub const MANUAL: &'static str = "manual";

    #[must_use]
    pub fn is_manual(&self) -> bool {
        self.0 == Self::MANUAL
    }

    #[must_use]
    pub fn manual() -> Self {
        Self(Self::MANUAL.to_owned())
    }
}

impl TransactionId {
    /// Of an order's nth approval: at the gateway `manual` it is payctl that gives these ids out.
    #[must_use]
    pub fn of_approval(order: &OrderNumber, nth: usize) -> Self {
        Self(format!("{order}/{nth}"))
    }
}

impl Reference {
    /// What is printable ASCII already, and not too long.
    pub(in crate::domain) fn printable(text: String) -> Self {
        Self(text)
    }

    /// Of letters that need no care in an address (RFC 3986, unreserved), and no step to another folder.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        let is_unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-_~.".contains(&byte);
        self.0.bytes().all(is_unreserved) && !self.0.bytes().all(|byte| byte == b'.')
    }
}

/// Money that has no reference of its own is known by the id of its approval.
impl From<&TransactionId> for Reference {
    fn from(approval: &TransactionId) -> Self {
        Self(approval.0.clone())
    }
}

/// Payments opened by a shop carry the order's number unless it says otherwise.
impl From<&OrderNumber> for Reference {
    fn from(number: &OrderNumber) -> Self {
        Self(number.0.clone())
    }
}

/// Why a text is not a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be 1 to {most} of {letters}")]
pub struct NameError {
    most: usize,
    letters: &'static str,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_number_has_1_to_50_characters() {
        let longest = "x".repeat(50);
        for good in ["INV202507180407-3C2A", "a", "~._-", longest.as_str()] {
            assert_eq!(good.parse::<OrderNumber>().unwrap().as_str(), good);
        }
        let too_long = "x".repeat(51);
        for bad in [
            "",
            "INV 1",
            "INV/1",
            "INV#1",
            "naïve",
            "a\n",
            "'; DROP TABLE orders",
            ".",
            "..",
            too_long.as_str(),
        ] {
            assert!(bad.parse::<OrderNumber>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_gateway_name_is_lower_case() {
        assert!("midtrans_2".parse::<GatewayName>().is_ok());
        assert!("Midtrans".parse::<GatewayName>().is_err());
        assert!("manual".parse::<GatewayName>().unwrap().is_manual());
    }
}
