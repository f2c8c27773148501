//! Payments that older versions of payctl may have left wrong.

use crate::domain::{GatewayName, Harm, Instant, OrderId, PaymentId};
use crate::store::engine::{Reader, Tx, from_row, sql};
use crate::store::error::StoreError;

/// A payment that seems to need repair; the domain decides whether it does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Harmed {
    pub order: OrderId,
    pub payment: PaymentId,
    pub gateway: GatewayName,
}

impl Reader {
    /// The kinds of damage that the file must still be searched for, and after which payment. Empty for all but the
    /// first runs after an update.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn harms_left(&self) -> Result<Vec<(Harm, PaymentId)>, StoreError> {
        self.all(sql!("harms_left"), &[], |row| {
            Ok((row.get("kind")?, row.get("after_id")?))
        })
    }

    /// The next candidates after `after`, at most `limit`. A "not found" of an order is doubted only if the order
    /// ended at or after `lately`.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn harmed(
        &self,
        harm: Harm,
        after: PaymentId,
        lately: Instant,
        limit: u32,
    ) -> Result<Vec<Harmed>, StoreError> {
        let query = match harm {
            Harm::NotFound => sql!("harmed_not_found"),
        };
        self.all(query, &[&after, &lately, &limit], |row| {
            Ok(from_row!(row => Harmed { order: "order_id", payment: "id", gateway }))
        })
    }
}

/// Records how far the file was searched, and when it was searched to the end.
pub(in crate::store) fn record_progress(
    tx: &Tx<'_>,
    harm: Harm,
    after: PaymentId,
    done_at: Option<Instant>,
) -> Result<(), StoreError> {
    tx.exec(sql!("note_harm"), &[&after, &done_at, &harm])?;
    Ok(())
}
