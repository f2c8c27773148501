//! Reads what openings have stored: what a customer needs to pay, and which references are taken.

use crate::domain::{GatewayName, Instant, OfferedPayment, PaymentId, Reference, Rule};
use crate::store::engine::{Reader, from_row, sql};
use crate::store::error::StoreError;
use crate::store::random::secret_bits;

/// The payment instructions of a payment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StoredInstructions {
    pub offer: OfferedPayment,
    /// The idempotency key of the opening call; `None` for a payment that the shop opened itself.
    pub key: Option<String>,
}

/// A UUID (version 4) as the idempotency key of the call that opens a payment.
///
/// # Errors
/// `Engine`: the machine provides no random data.
pub fn fresh_key() -> Result<String, StoreError> {
    let number = secret_bits()? & !(0xf_u128 << 76) & !(0x3_u128 << 62);
    let number = number | (0x4 << 76) | (0x2 << 62);
    let hex = format!("{number:032x}");
    let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
    let parts = [
        part(0, 8),
        part(8, 12),
        part(12, 16),
        part(16, 20),
        part(20, 32),
    ];
    Ok(parts.join("-"))
}

impl Reader {
    /// The payment instructions of a payment; empty if there is no such payment.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn given(&self, payment: PaymentId) -> Result<StoredInstructions, StoreError> {
        let found = self.one(sql!("payment_offer"), &[&payment], |row| {
            Ok(from_row!(row => StoredInstructions {
                offer = from_row!(row => OfferedPayment { fee, page_url, qr_text, number }),
                key: "idempotency_key",
            }))
        })?;
        Ok(found.unwrap_or_default())
    }

    /// Which rule moved a payment last, and when; `None` if no rule has moved it.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn last_move(&self, payment: PaymentId) -> Result<Option<(Rule, Instant)>, StoreError> {
        self.one(sql!("last_move"), &[&payment], |row| {
            Ok((row.get("rule")?, row.get("at")?))
        })
    }

    /// Whether a payment at this gateway already has this reference.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn reference_exists(
        &self,
        gateway: &GatewayName,
        reference: &Reference,
    ) -> Result<bool, StoreError> {
        self.exists(sql!("reference_owner"), &[&gateway, &reference])
    }
}
