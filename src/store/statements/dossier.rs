//! Reads one order with everything that belongs to it, from one snapshot.

use std::sync::Arc;

use super::rows;
use crate::domain::{CaseSubject, Dossier, FreeStock, OpenCase, OrderId, UniqueAmount};
use crate::store::engine::{Reader, StoredRow, sql};
use crate::store::error::StoreError;

impl Reader {
    /// Everything known about an order; `None` if there is no such order.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn dossier(&self, order: OrderId) -> Result<Option<Dossier>, StoreError> {
        let _one_moment = self.snapshot()?;
        let found = self.one(sql!("dossier_order"), &[&order], |row| {
            Ok((rows::order(row)?, row.get("loss")?, row.get("moved_at")?))
        })?;
        let Some((found, loss, moved_at)) = found else {
            return Ok(None);
        };
        Ok(Some(Dossier {
            order: found,
            moved_at,
            loss,
            lines: self.all(sql!("dossier_lines"), &[&order], rows::line)?,
            payments: self.all(sql!("dossier_payments"), &[&order], rows::payment)?,
            refunds: self.all(sql!("dossier_refunds"), &[&order], rows::refund)?,
            cases: self.all(sql!("dossier_cases"), &[&order], open_case)?,
            claims: self.claims(order)?,
            named: self.named_tries(order)?,
            asked: self.one(sql!("dossier_asked"), &[&order], asked)?,
            stock: self.only(sql!("dossier_stock"), &[&order], free_stock)?,
            effects: self.all(sql!("dossier_effects"), &[&order], rows::effect)?,
            hooks: Arc::clone(self.hooks()),
        }))
    }
}

fn open_case(row: &StoredRow<'_>) -> Result<OpenCase, StoreError> {
    Ok(OpenCase {
        id: row.get("id")?,
        kind: row.get("kind")?,
        subject: match row.get("subject")? {
            rows::SubjectKind::Order => CaseSubject::Order,
            rows::SubjectKind::Payment => CaseSubject::Payment(row.get("payment_id")?),
            rows::SubjectKind::Gateway => CaseSubject::Gateway(row.get("gateway")?),
        },
    })
}

fn asked(row: &StoredRow<'_>) -> Result<UniqueAmount, StoreError> {
    Ok(UniqueAmount {
        price: row.get("price")?,
        amount: row.get("amount")?,
    })
}

fn free_stock(row: &StoredRow<'_>) -> Result<FreeStock, StoreError> {
    let (is_free, is_accepted): (bool, bool) = (row.get("is_free")?, row.get("is_accepted")?);
    Ok(match (is_free, is_accepted) {
        (false, _) => FreeStock::Gone,
        (true, false) => FreeStock::ForAPersonOnly,
        (true, true) => FreeStock::ForLateMoney,
    })
}
