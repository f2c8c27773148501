//! Reads one order with everything that belongs to it, from one snapshot.

use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension, Params, Row};

use super::connection::Reader;
use super::error::StoreError;
use super::named_attempts::named_of;
use super::notifications::claims;
use super::{rows, sql};
use crate::domain::{CaseSubject, Dossier, FreeStock, Hook, OpenCase, OrderId, UniqueAmount};

impl Reader {
    /// Everything known about an order; `None` if there is no such order.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn dossier(&self, order: OrderId) -> Result<Option<Dossier>, StoreError> {
        let _one_moment = self.snapshot()?;
        dossier(self.connection(), order, self.hooks())
    }
}

/// Like [`Reader::dossier`]; the caller's transaction provides the snapshot.
pub(super) fn dossier(
    connection: &Connection,
    order: OrderId,
    hooks: &Arc<[Hook]>,
) -> Result<Option<Dossier>, StoreError> {
    let found = connection
        .prepare_cached(sql!("dossier_order"))?
        .query_row([order], |row| {
            Ok((rows::order(row)?, row.get(8)?, row.get(9)?))
        })
        .optional()?;
    let Some((found, loss, moved_at)) = found else {
        return Ok(None);
    };
    Ok(Some(Dossier {
        order: found,
        moved_at,
        loss,
        lines: all(connection, sql!("dossier_lines"), [order], rows::line)?,
        payments: all(connection, sql!("dossier_payments"), [order], rows::payment)?,
        refunds: all(connection, sql!("dossier_refunds"), [order], rows::refund)?,
        cases: all(connection, sql!("dossier_cases"), [order], open_case)?,
        claims: claims(connection, order)?,
        named: named_of(connection, order)?,
        asked: connection
            .prepare_cached(sql!("dossier_asked"))?
            .query_row([order], asked)
            .optional()?,
        stock: connection
            .prepare_cached(sql!("dossier_stock"))?
            .query_row([order], free_stock)?,
        effects: all(connection, sql!("dossier_effects"), [order], rows::effect)?,
        hooks: Arc::clone(hooks),
    }))
}

fn all<T>(
    connection: &Connection,
    sql: &str,
    parameters: impl Params,
    read: fn(&Row<'_>) -> rusqlite::Result<T>,
) -> Result<Vec<T>, StoreError> {
    let mut statement = connection.prepare_cached(sql)?;
    let found = statement.query_map(parameters, read)?;
    Ok(found.collect::<Result<_, _>>()?)
}

fn open_case(row: &Row<'_>) -> rusqlite::Result<OpenCase> {
    let subject: rows::SubjectKind = row.get(2)?;
    Ok(OpenCase {
        id: row.get(0)?,
        kind: row.get(1)?,
        subject: match subject {
            rows::SubjectKind::Order => CaseSubject::Order,
            rows::SubjectKind::Payment => CaseSubject::Payment(row.get(3)?),
            rows::SubjectKind::Gateway => CaseSubject::Gateway(row.get(4)?),
        },
    })
}

fn asked(row: &Row<'_>) -> rusqlite::Result<UniqueAmount> {
    Ok(UniqueAmount {
        price: row.get(0)?,
        amount: row.get(1)?,
    })
}

fn free_stock(row: &Row<'_>) -> rusqlite::Result<FreeStock> {
    let (is_free, is_accepted): (bool, bool) = (row.get(0)?, row.get(1)?);
    Ok(match (is_free, is_accepted) {
        (false, _) => FreeStock::Gone,
        (true, false) => FreeStock::ForAPersonOnly,
        (true, true) => FreeStock::ForLateMoney,
    })
}
