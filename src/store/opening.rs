//! Reading what openings have left: what a customer needs, and which references are taken.

use rusqlite::{OptionalExtension, params};

use super::connection::Reader;
use super::error::StoreError;
use super::sql;
use crate::domain::names::{GatewayName, PaymentId, Reference};
use crate::domain::opening::Offer;

/// What was given out for a payment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Given {
    pub offer: Offer,
    /// Of the opening; none for a payment that the shop opened itself.
    pub key: Option<String>,
}

impl Reader {
    /// What was given out for a payment; nothing where there is no such payment.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn given(&self, payment: PaymentId) -> Result<Given, StoreError> {
        let found = self
            .connection()
            .prepare_cached(sql!("payment_offer"))?
            .query_row([payment], |row| {
                Ok(Given {
                    offer: Offer {
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

    /// Whether a payment at this gateway has this reference already.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn is_taken(
        &self,
        gateway: &GatewayName,
        reference: &Reference,
    ) -> Result<bool, StoreError> {
        let mut found = self.connection().prepare_cached(sql!("reference_owner"))?;
        Ok(found.exists(params![gateway, reference])?)
    }
}
