//! Goes through a file once to repair what older versions of payctl left wrong.

use super::engine::Reader;
use super::error::StoreError;
use super::permit::WritePermit;
use super::statements::audit::Actor;
use super::statements::heal::{Harmed, record_progress};
use super::statements::plan::execute_plan;
use super::writing::Store;
use crate::domain::{Change, Dossier, Harm, PaymentId, Sound};

/// A repaired payment, with its order as it was before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Healed {
    pub dossier: Dossier,
    pub payment: PaymentId,
    /// What was wrong and what is done about it.
    pub what: String,
}

impl Reader {
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
        &self,
        permit: &WritePermit,
        harm: Harm,
        harmed: &[Harmed],
        (after, is_last): (PaymentId, bool),
        by: Actor<'_>,
        mut decide: impl FnMut(Dossier, &Harmed) -> Result<(String, Vec<Change>), Sound>,
    ) -> Result<Vec<Healed>, StoreError> {
        self.transact(permit, |tx| {
            let mut healed = Vec::new();
            for row in harmed {
                let Some(before) = tx.dossier(row.order)? else {
                    continue;
                };
                let Ok((what, changes)) = decide(before.clone(), row) else {
                    continue;
                };
                execute_plan(tx, &before.order, &changes, by)?;
                healed.push(Healed {
                    dossier: before,
                    payment: row.payment,
                    what,
                });
            }
            record_progress(tx, harm, after, is_last.then_some(by.now))?;
            Ok(healed)
        })
    }
}
