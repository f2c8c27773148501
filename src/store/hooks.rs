//! Which hooks the shop is known to have: so that a program that does not find the configuration can tell that it misses
//! something.

use std::collections::BTreeSet;

use rusqlite::Connection;

use super::connection::Reader;
use super::error::StoreError;
use super::sql;
use crate::domain::effect::Hook;
use crate::domain::names::HookName;

impl Reader {
    /// The hooks that the last program had that wrote with the shop's configuration at hand.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn known_hooks(&self) -> Result<BTreeSet<HookName>, StoreError> {
        known(self.connection())
    }
}

/// Remembers them, if they are not those that are known.
pub(super) fn remember(connection: &Connection, hooks: &[Hook]) -> Result<(), StoreError> {
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

fn known(connection: &Connection) -> Result<BTreeSet<HookName>, StoreError> {
    let mut statement = connection.prepare_cached(sql!("known_hooks"))?;
    let found = statement.query_map([], |row| row.get(0))?;
    Ok(found.collect::<Result<_, _>>()?)
}
