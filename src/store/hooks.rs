//! Accepting a configuration.

use super::error::StoreError;
use super::permit::WritePermit;
use super::statements::hooks::{HookSource, remember_source};
use super::writing::Store;

impl Store {
    /// Accepts this configuration as one of the shop's, on a person's decision.
    ///
    /// # Errors
    /// `Busy`, `Full`, `Denied`, `Engine`; nothing was written.
    pub fn accept_source(
        &self,
        permit: &WritePermit,
        source: &HookSource,
    ) -> Result<(), StoreError> {
        self.transact(permit, |tx| remember_source(tx, source))
    }
}
