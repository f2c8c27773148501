//! Tells a person what waits for one. The next cron run reports what nobody was told of.

use std::collections::BTreeMap;
use std::path::Path;

use super::engine::{JobLock, Reader};
use super::error::StoreError;
use super::permit::WritePermit;
use super::random::secret_bits;
use super::statements::runs::RunId;
use super::statements::unreported::{Untold, record_mail, record_told, record_told_of};
use super::writing::Store;
use crate::domain::{Instant, OrderId};
use crate::faults::planted;

impl Store {
    /// Everything that nobody was told of, except what another running command has opened and will report itself.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Denied`, `Engine`.
    pub fn untold(&self, database: &Path, shown_most: usize) -> Result<Untold, StoreError> {
        let mut others = OtherRuns {
            reader: self.read(),
            database,
            own: self.run(),
            known: BTreeMap::new(),
        };
        let mut untold = Untold::default();
        self.read().each_untold_case(|opened_by, case| {
            if !others.is_reported_by(opened_by)? {
                untold.all_cases.push(case.id);
                if untold.cases.len() < shown_most {
                    untold.cases.push(case);
                }
            }
            Ok(())
        })?;
        self.read().each_untold_refund(|opened_by, refund| {
            if !others.is_reported_by(opened_by)? {
                untold.all_refunds.push(refund.id);
                if untold.refunds.len() < shown_most {
                    untold.refunds.push(refund);
                }
            }
            Ok(())
        })?;
        Ok(untold)
    }

    /// Records that a person was told of all this, and that these orders are kept for a person.
    ///
    /// # Errors
    /// `Busy`, `Full`, `Denied`, `Engine`; nothing was written.
    pub fn record_reported(
        &self,
        permit: &WritePermit,
        untold: &Untold,
        kept: &[OrderId],
        now: Instant,
    ) -> Result<(), StoreError> {
        self.transact(permit, |tx| record_told(tx, untold, kept, now))
    }

    /// Records that a mail has named something new.
    ///
    /// # Errors
    /// `Busy`, `Full`, `Denied`, `Engine`; nothing was written.
    pub fn record_mail(&self, permit: &WritePermit, now: Instant) -> Result<(), StoreError> {
        self.transact(permit, |tx| record_mail(tx, now))
    }
}

/// A command that a person has typed. Once its answer is written, that person knows what it has opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OperatorVisit(RunId);

impl OperatorVisit {
    /// # Errors
    /// `Engine`: the machine provides no random data.
    pub fn new() -> Result<Self, StoreError> {
        // No run has a negative id.
        let bits = i64::try_from(secret_bits()? >> 66).unwrap_or(i64::MAX);
        Ok(Self(RunId(-1 - bits)))
    }
}

impl Store {
    /// Whatever is opened from now on belongs to this visit.
    #[must_use]
    pub fn on_visit(self, visit: OperatorVisit) -> Self {
        self.go_on_as(visit.0);
        self
    }

    /// Records that a person has read the answer of a visit, and so knows what it has opened.
    ///
    /// # Errors
    /// `Busy`, `Full`, `Denied`, `Engine`; nothing was written.
    pub fn record_visit_reported(
        &self,
        permit: &WritePermit,
        visit: OperatorVisit,
        now: Instant,
    ) -> Result<(), StoreError> {
        self.transact(permit, |tx| record_told_of(tx, visit.0, now))
    }
}

impl Reader {
    /// Whether a visit has left anything behind that nobody was told of.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn has_untold_of(&self, visit: OperatorVisit) -> Result<bool, StoreError> {
        self.has_untold(visit.0)
    }
}

/// The other runs that are in progress.
struct OtherRuns<'a> {
    reader: &'a Reader,
    database: &'a Path,
    own: Option<RunId>,
    known: BTreeMap<RunId, bool>,
}

impl OtherRuns<'_> {
    /// Whether the run that opened it will report it. A killed run has not recorded its end and holds no lock.
    fn is_reported_by(&mut self, opened_by: Option<RunId>) -> Result<bool, StoreError> {
        if planted!(TellOnlyOwnCases) && opened_by != self.own {
            return Ok(true);
        }
        let Some(run) = opened_by.filter(|run| Some(*run) != self.own) else {
            return Ok(false);
        };
        if let Some(known) = self.known.get(&run) {
            return Ok(*known);
        }
        let goes_on = match self.reader.unended_job(run)? {
            Some(job) => JobLock::take(self.database, &job)?.is_none(),
            None => false,
        };
        self.known.insert(run, goes_on);
        Ok(goes_on)
    }
}
