//! The right to write, as a value: a dry run that writes does not compile.

/// Why a run may write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WriteReason {
    /// `--fix` was given.
    Fix,
    /// A person confirmed, at the prompt or with `--yes`.
    Confirmed,
    /// The command always writes, and `--dry-run` was not given.
    NotDryRun,
    /// The target is a copy that will be thrown away.
    Rehearsal,
}

/// The right to write. Every method of the store that changes a row requires it.
#[derive(Debug)]
pub struct WritePermit(());

impl WritePermit {
    /// The only place that creates the right to write.
    #[must_use]
    pub fn granted_by(grant: WriteReason) -> Self {
        match grant {
            WriteReason::Fix
            | WriteReason::Confirmed
            | WriteReason::NotDryRun
            | WriteReason::Rehearsal => Self(()),
        }
    }
}
