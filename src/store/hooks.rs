//! Which hooks the shop is known to have, so that a program that runs without the configuration can tell that hooks
//! are missing.

use std::collections::BTreeSet;

use rusqlite::{Connection, params};
use sha2::{Digest as _, Sha256};

use super::connection::{Reader, Store};
use super::error::StoreError;
use super::permit::WritePermit;
use super::sql;
use crate::domain::{Hook, HookName};

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
        let digest = Sha256::digest(what.as_bytes());
        let digest = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        Self { path, digest }
    }

    #[must_use]
    pub fn is_equivalent(&self, other: &Self) -> bool {
        self.digest == other.digest
    }
}

impl Store {
    /// Accepts this configuration as one of the shop's, on a person's decision.
    ///
    /// # Errors
    /// `Busy`, `Full`, `Denied`, `Engine`; nothing was written.
    pub fn accept_source(
        &mut self,
        permit: &WritePermit,
        source: &HookSource,
    ) -> Result<(), StoreError> {
        self.transact(permit, |transaction| remember_source(transaction, source))
    }
}

impl Reader {
    /// The configurations that this file is used with.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn hook_sources(&self) -> Result<Vec<HookSource>, StoreError> {
        let mut statement = self.connection().prepare_cached(sql!("hook_sources"))?;
        let found = statement.query_map([], |row| {
            Ok(HookSource {
                path: row.get(0)?,
                digest: row.get(1)?,
            })
        })?;
        Ok(found.collect::<Result<_, _>>()?)
    }

    /// Whether the file contains any order.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn has_orders(&self) -> Result<bool, StoreError> {
        let mut statement = self.connection().prepare_cached(sql!("any_order"))?;
        Ok(statement.exists([])?)
    }

    /// The hooks of the last program that wrote with the shop's configuration.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn known_hooks(&self) -> Result<BTreeSet<HookName>, StoreError> {
        known(self.connection())
    }
}

/// Records the hooks if they differ from the known ones.
pub(super) fn record_hooks(connection: &Connection, hooks: &[Hook]) -> Result<(), StoreError> {
    let named: BTreeSet<HookName> = hooks.iter().map(|hook| hook.name.clone()).collect();
    if known(connection)? == named {
        return Ok(());
    }
    connection
        .prepare_cached(sql!("forget_hooks"))?
        .execute([])?;
    let mut know = connection.prepare_cached(sql!("know_hook"))?;
    for name in named {
        know.execute([name])?;
    }
    Ok(())
}

/// Records a configuration that this file is used with.
pub(super) fn remember_source(
    connection: &Connection,
    source: &HookSource,
) -> Result<(), StoreError> {
    let moved = connection
        .prepare_cached(sql!("move_hook_source"))?
        .execute(params![source.digest, source.path])?;
    if moved == 0 {
        connection
            .prepare_cached(sql!("add_hook_source"))?
            .execute(params![source.path, source.digest])?;
    }
    Ok(())
}

fn known(connection: &Connection) -> Result<BTreeSet<HookName>, StoreError> {
    let mut statement = connection.prepare_cached(sql!("known_hooks"))?;
    let found = statement.query_map([], |row| row.get(0))?;
    Ok(found.collect::<Result<_, _>>()?)
}
