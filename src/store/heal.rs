//! Goes through a file once to repair what older versions of payctl left wrong.

use std::sync::Arc;

use rusqlite::params;

use super::connection::{Reader, Store};
use super::dossier::dossier;
use super::error::StoreError;
use super::execute::execute_plan;
use super::permit::WritePermit;
use super::sql;
use super::update_order::Actor;
use crate::domain::{Change, Dossier, GatewayName, Harm, Instant, OrderId, PaymentId, Sound};

/// A payment that seems to need repair; the domain decides whether it does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Harmed {
    pub order: OrderId,
    pub payment: PaymentId,
    pub gateway: GatewayName,
}

/// A repaired payment, with its order as it was before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Healed {
    pub dossier: Dossier,
    pub payment: PaymentId,
    /// What was wrong and what is done about it.
    pub what: String,
}

impl Reader {
    /// The kinds of damage that the file must still be searched for, and after which payment. Empty for all but the
    /// first runs after an update.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn harms_left(&self) -> Result<Vec<(Harm, PaymentId)>, StoreError> {
        let mut found = self.connection().prepare_cached(sql!("harms_left"))?;
        let rows = found.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
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
        let mut found = self.connection().prepare_cached(query)?;
        let rows = found.query_map(params![after, lately, limit], |row| {
            Ok(Harmed {
                order: row.get(0)?,
                payment: row.get(1)?,
                gateway: row.get(2)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// What the repair would do.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn preview_healing(
        &self,
        harmed: &[Harmed],
        mut decide: impl FnMut(Dossier, &Harmed) -> Result<(String, Vec<Change>), Sound>,
    ) -> Result<Vec<Healed>, StoreError> {
        let mut healed = Vec::new();
        for row in harmed {
            let Some(before) = self.dossier(row.order)? else {
                continue;
            };
            if let Ok((what, _)) = decide(before.clone(), row) {
                healed.push(Healed {
                    dossier: before,
                    payment: row.payment,
                    what,
                });
            }
        }
        Ok(healed)
    }
}

impl Store {
    /// Repairs these payments in one transaction and records the progress; `is_last` says that there are no others.
    ///
    /// # Errors
    /// `Busy`, `Full`, `Denied`, `Refused`, `Corrupt`, `Engine`; nothing was written.
    pub fn heal(
        &mut self,
        permit: &WritePermit,
        harm: Harm,
        harmed: &[Harmed],
        (after, is_last): (PaymentId, bool),
        by: Actor<'_>,
        mut decide: impl FnMut(Dossier, &Harmed) -> Result<(String, Vec<Change>), Sound>,
    ) -> Result<Vec<Healed>, StoreError> {
        let hooks = Arc::clone(self.read().hooks());
        self.transact(permit, |transaction| {
            let mut healed = Vec::new();
            for row in harmed {
                let Some(before) = dossier(transaction, row.order, &hooks)? else {
                    continue;
                };
                let Ok((what, changes)) = decide(before.clone(), row) else {
                    continue;
                };
                execute_plan(transaction, &before.order, by.actor, &changes, by.now)?;
                healed.push(Healed {
                    dossier: before,
                    payment: row.payment,
                    what,
                });
            }
            let done_at = is_last.then_some(by.now);
            transaction
                .prepare_cached(sql!("note_harm"))?
                .execute(params![after, done_at, harm])?;
            Ok(healed)
        })
    }
}
