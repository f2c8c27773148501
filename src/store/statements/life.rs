//! Which life of the shop a file is, whether it is held, and what the life before it has done.

use crate::domain::{EffectKey, EffectStatus, HookOutput, Instant, Life, OrderId};
use crate::store::engine::{Reader, Tx, first, from_row, sql};
use crate::store::error::StoreError;

/// What a file says of its own life.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileLife {
    /// Stands in keys and references that are made from now on; none in the first life.
    pub life: Option<Life>,
    /// The instant that the file shows, while it is held; none: it is in use.
    pub held_as_of: Option<Instant>,
    /// None: it was put in place by another program, or is a backup.
    pub restored_at: Option<Instant>,
    /// Where the file that it replaced was kept.
    pub replaced_file: Option<String>,
    pub released_at: Option<Instant>,
    /// When a job under `--quiet` last said that the file is held.
    pub told_at: Option<Instant>,
}

/// What is written into a copy, so that whoever puts it in place finds it held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HoldMark {
    pub life: Life,
    /// The instant that the copy shows. A file that was held already goes on showing what it showed.
    pub as_of: Instant,
    /// When it is put in place; none: it is a backup.
    pub restored_at: Option<Instant>,
    pub replaced_file: Option<String>,
}

impl Reader {
    /// What the file says of its own life.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn file_life(&self) -> Result<FileLife, StoreError> {
        self.only(sql!("file_life"), &[], |row| {
            Ok(
                from_row!(row => FileLife { life, held_as_of, restored_at, replaced_file, released_at, told_at }),
            )
        })
    }

    /// The instant that a held file shows; none: it is not held.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn held_as_of(&self) -> Result<Option<Instant>, StoreError> {
        Ok(self.file_life()?.held_as_of)
    }

    /// Whether an effect was done in a life that was lost, and what it said then.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn lost_effect(&self, key: &EffectKey) -> Result<Option<Option<HookOutput>>, StoreError> {
        self.one(sql!("lost_effect"), &[key], |row| {
            let (output, is_cut): (Option<String>, bool) =
                (row.get("output")?, row.get("output_cut")?);
            Ok(output.map(|text| HookOutput::kept(text, is_cut)))
        })
    }

    /// The first thing that a quick check of the whole file finds wrong; none: it is sound.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn quick_check(&self) -> Result<Option<String>, StoreError> {
        self.one(sql!("quick_check"), &[], first)
    }

    pub(in crate::store) fn effect_standing(
        &self,
        key: &EffectKey,
    ) -> Result<Option<EffectStatus>, StoreError> {
        self.one(sql!("effect_by_key"), &[key], first)
    }
}

pub(in crate::store) fn hold(tx: &Tx<'_>, mark: &HoldMark) -> Result<(), StoreError> {
    tx.change(
        sql!("hold_file"),
        &[
            &mark.life,
            &mark.as_of,
            &mark.restored_at,
            &mark.replaced_file,
        ],
    )
}

pub(in crate::store) fn release(tx: &Tx<'_>, life: Life, now: Instant) -> Result<(), StoreError> {
    tx.change(sql!("release_file"), &[&life, &now])
}

/// Whether nobody has said since `since` that the file is held; then this one says so.
pub(in crate::store) fn tell_held(
    tx: &Tx<'_>,
    now: Instant,
    since: Instant,
) -> Result<bool, StoreError> {
    Ok(tx.exec(sql!("tell_held"), &[&now, &since])? > 0)
}

pub(in crate::store) fn keep_lost_effect(
    tx: &Tx<'_>,
    key: &EffectKey,
    order: Option<OrderId>,
    output: Option<&HookOutput>,
) -> Result<(), StoreError> {
    let text = output.map(HookOutput::as_str);
    let is_cut = output.is_some_and(HookOutput::is_cut);
    tx.exec(sql!("keep_lost_effect"), &[key, &order, &text, &is_cut])?;
    Ok(())
}
