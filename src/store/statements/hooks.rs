//! Which hooks the shop is known to have, so that a program that runs without the configuration can tell that hooks
//! are missing.

use std::collections::BTreeSet;

use crate::domain::HookName;
use crate::store::digest::digest;
use crate::store::engine::{Reader, Tx, first, from_row, sql};
use crate::store::error::StoreError;

/// A configuration file and a digest of what its effects do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HookSource {
    /// Only the file name if it is beside the database, so that both can move together.
    pub path: String,
    digest: String,
}

impl HookSource {
    /// `what` describes everything that its effects do; only a digest of it is kept.
    #[must_use]
    pub fn new(path: String, what: &str) -> Self {
        let digest = digest(&[what.as_bytes()]);
        Self { path, digest }
    }

    #[must_use]
    pub fn is_equivalent(&self, other: &Self) -> bool {
        self.digest == other.digest
    }
}

impl Reader {
    /// The configurations that this file is used with.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn hook_sources(&self) -> Result<Vec<HookSource>, StoreError> {
        self.all(sql!("hook_sources"), &[], |row| {
            Ok(from_row!(row => HookSource { path, digest }))
        })
    }

    /// The hooks of the last program that wrote with the shop's configuration.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn known_hooks(&self) -> Result<BTreeSet<HookName>, StoreError> {
        let known = self.all(sql!("known_hooks"), &[], first::<HookName>)?;
        Ok(known.into_iter().collect())
    }
}

/// Records the hooks in use if they differ from the known ones.
pub(in crate::store) fn record_hooks(tx: &Tx<'_>) -> Result<(), StoreError> {
    let named: BTreeSet<HookName> = tx.hooks().iter().map(|hook| hook.name.clone()).collect();
    if tx.known_hooks()? == named {
        return Ok(());
    }
    tx.exec(sql!("forget_hooks"), &[])?;
    for name in named {
        tx.exec(sql!("know_hook"), &[&name])?;
    }
    Ok(())
}

/// Records a configuration that this file is used with.
pub(in crate::store) fn remember_source(
    tx: &Tx<'_>,
    source: &HookSource,
) -> Result<(), StoreError> {
    let (path, digest) = (&source.path, &source.digest);
    if tx.exec(sql!("move_hook_source"), &[digest, path])? == 0 {
        tx.exec(sql!("add_hook_source"), &[path, digest])?;
    }
    Ok(())
}
