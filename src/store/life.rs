//! Backups and what is put in place of a file: a copy is held until a person releases it.

use std::path::Path;

use super::engine::{OnPages, Reader, can_open, finish_copy, replace_content, replace_file};
use super::error::StoreError;
use super::permit::WritePermit;
use super::random::secret_bits;
use super::statements::life::{HoldMark, hold, keep_lost_effect, release, tell_held};
use super::statements::since::LostEffect;
use super::writing::{Store, compute_missing};
use crate::domain::{Instant, Life};

/// A life that no file has had.
///
/// # Errors
/// `Engine`: the machine provides no random data.
pub fn fresh_life() -> Result<Life, StoreError> {
    Ok(Life::of(secret_bits()?))
}

/// How the new content came into its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Replaced {
    /// In one transaction of the engine: whoever had the file open goes on with the new content.
    Content,
    /// There was none, or the engine could not open it: the file itself was replaced.
    File,
}

impl Reader {
    /// Copies the file as it is at one moment to a new private file of this program's schema, which whoever puts it in
    /// place finds held. The copy is one file, and on the disk when this returns.
    ///
    /// # Errors
    /// `Full`, `Denied`, `Busy`, `Corrupt`, `Disk`, `Engine`; nothing of the copy stays.
    pub fn back_up(&self, to: &Path, mark: &HoldMark, tell: OnPages<'_>) -> Result<(), StoreError> {
        self.copy_to(to, tell)?;
        let finished = finish_copy(to, compute_missing, |tx| hold(tx, mark));
        if finished.is_err() {
            super::engine::remove_copy(to);
        }
        finished
    }
}

/// Puts a copy that [`Reader::back_up`] has made in the place of a database, and keeps what was there under another name.
/// Where the engine can open the database, nobody else can write from before it is kept until the end.
///
/// # Errors
/// `Busy`, `Full`, `Denied`, `Foreign`, `Newer`, `Disk`, `Engine`; the database is as it was.
pub fn put_in_place(
    _permit: &WritePermit,
    database: &Path,
    copy: &Path,
    kept: &Path,
) -> Result<Replaced, StoreError> {
    match can_open(database) {
        Ok(()) => {
            replace_content(database, copy, kept)?;
            super::engine::remove_copy(copy);
            Ok(Replaced::Content)
        }
        Err(StoreError::Missing { .. } | StoreError::Corrupt(_)) => {
            replace_file(database, copy, kept)?;
            Ok(Replaced::File)
        }
        Err(error) => Err(error),
    }
}

impl Store {
    /// Releases a held file, and remembers what was done in the life that was lost: that is not carried out again.
    ///
    /// # Errors
    /// `Busy`, `Full`, `Denied`, `Corrupt`, `Engine`; nothing was written.
    pub fn release(
        &self,
        permit: &WritePermit,
        lost: &[LostEffect],
        now: Instant,
    ) -> Result<Life, StoreError> {
        let life = fresh_life()?;
        self.transact(permit, |tx| {
            for effect in lost {
                keep_lost_effect(tx, &effect.key, effect.order_id, effect.output.as_ref())?;
            }
            release(tx, life, now)
        })?;
        Ok(life)
    }

    /// Whether it is time to say again that the file is held: nobody has said so since `since`.
    ///
    /// # Errors
    /// `Busy`, `Full`, `Denied`, `Engine`; nothing was written.
    pub fn should_tell_held(
        &self,
        permit: &WritePermit,
        now: Instant,
        since: Instant,
    ) -> Result<bool, StoreError> {
        self.write_relaxed(permit, |tx| tell_held(tx, now, since))
    }
}
