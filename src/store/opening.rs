//! Reads what openings have stored: what a customer needs to pay, and which references are taken.

use rusqlite::{OptionalExtension, params};

use super::connection::Reader;
use super::error::StoreError;
use super::random::secret_bits;
use super::sql;
use crate::domain::{GatewayName, Instant, OfferedPayment, PaymentId, Reference, Rule};

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
        let found = self
            .connection()
            .prepare_cached(sql!("payment_offer"))?
            .query_row([payment], |row| {
                Ok(StoredInstructions {
                    offer: OfferedPayment {
                        fee: row.get(0)?,
                        page_url: row.get(1)?,
                        qr_text: row.get(2)?,
                        number: row.get(3)?,
                    },
                    key: row.get(4)?,
                })
            })
            .optional()?;
        Ok(found.unwrap_or_default())
    }

    /// Which rule moved a payment last, and when; `None` if no rule has moved it.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn last_move(&self, payment: PaymentId) -> Result<Option<(Rule, Instant)>, StoreError> {
        let mut last = self.connection().prepare_cached(sql!("last_move"))?;
        let found = last.query_row([payment], |row| Ok((row.get(0)?, row.get(1)?)));
        Ok(found.optional()?)
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
        let mut found = self.connection().prepare_cached(sql!("reference_owner"))?;
        Ok(found.exists(params![gateway, reference])?)
    }
}

#[cfg(test)]
mod tests {
    use super::fresh_key;

    #[test]
    fn a_key_is_a_fresh_uuid() {
        let (key, other) = (fresh_key().unwrap(), fresh_key().unwrap());
        assert_ne!(key, other);
        let lengths: Vec<usize> = key.split('-').map(str::len).collect();
        assert_eq!(lengths, [8, 4, 4, 4, 12]);
        assert_eq!(key.as_bytes()[14], b'4');
        assert!(b"89ab".contains(&key.as_bytes()[19]));
    }
}
