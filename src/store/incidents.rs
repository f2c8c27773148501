//! What goes wrong for a while, and who was told of it.

use super::error::StoreError;
use super::permit::WritePermit;
use super::statements::incidents::{count_failure, is_change, record, record_alert, record_told};
use super::writing::Store;
use crate::domain::{HookName, Incident, IncidentChange, IncidentKind, Instant};

impl Store {
    /// Records what a run has seen. Writes nothing if nothing is wrong and nothing was.
    ///
    /// # Errors
    /// `Busy`, `Full`, `Denied`, `Corrupt`, `Engine`; nothing was written.
    pub fn record_incidents(
        &self,
        permit: &WritePermit,
        changes: &[IncidentChange],
        now: Instant,
    ) -> Result<(), StoreError> {
        if changes.is_empty() {
            return Ok(());
        }
        let live = self.read().live_incidents()?;
        if !changes.iter().any(|change| is_change(&live, change)) {
            return Ok(());
        }
        self.write_relaxed(permit, |tx| {
            changes
                .iter()
                .try_for_each(|change| record(tx, change, now))
        })
    }

    /// Records how the tries of effects ended, in their order: why each has failed, or none where it did not.
    ///
    /// # Errors
    /// `Busy`, `Full`, `Denied`, `Corrupt`, `Engine`; nothing was written.
    pub fn record_tries(
        &self,
        permit: &WritePermit,
        tries: &[(HookName, Option<String>)],
        now: Instant,
    ) -> Result<(), StoreError> {
        let has_failed = tries.iter().any(|(_, why)| why.is_some());
        if !has_failed && (tries.is_empty() || self.read().live_incidents()?.is_empty()) {
            return Ok(());
        }
        self.write_relaxed(permit, |tx| {
            tries.iter().try_for_each(|(hook, why)| match why {
                Some(why) => count_failure(tx, hook.as_str(), why, now),
                None => {
                    let (kind, subject) = (IncidentKind::HookFails, hook.to_string());
                    record(tx, &IncidentChange::Over { kind, subject }, now)
                }
            })
        })
    }

    /// Records that an alert of the shop has told of an incident once more.
    ///
    /// # Errors
    /// `Busy`, `Full`, `Denied`, `Engine`; nothing was written.
    pub fn record_alert(
        &self,
        permit: &WritePermit,
        incident: &Incident,
        hook: &HookName,
        times: u32,
        now: Instant,
    ) -> Result<(), StoreError> {
        self.transact(permit, |tx| record_alert(tx, incident, (hook, times), now))
    }

    /// Records that a person was told of these as they were read.
    ///
    /// # Errors
    /// `Busy`, `Full`, `Denied`, `Engine`; nothing was written.
    pub fn record_incidents_told(
        &self,
        permit: &WritePermit,
        told: &[Incident],
        now: Instant,
    ) -> Result<(), StoreError> {
        if told.is_empty() {
            return Ok(());
        }
        self.transact(permit, |tx| {
            told.iter()
                .try_for_each(|incident| record_told(tx, incident, now))
        })
    }
}
