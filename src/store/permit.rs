//! The right to write, as a value: a dry run that writes does not compile.

/// Why a run may write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grant {
    /// `--fix` was given.
    Fix,
    /// A person said yes, at the prompt or by `--yes`.
    Confirmed,
    /// The command writes by its nature, and `--dry-run` was not given.
    NotDryRun,
    /// What is written to is a copy that will be thrown away.
    Rehearsal,
}

/// The right to write. Every method of the store that changes a row asks for it.
#[derive(Debug)]
pub struct WritePermit(());

impl WritePermit {
    /// The same right, for a second connection of the same run.
    #[must_use]
    pub fn again(&self) -> Self {
        Self(())
    }

    /// The one place where the right to write comes from.
    #[must_use]
    pub fn granted_by(grant: Grant) -> Self {
        match grant {
            Grant::Fix | Grant::Confirmed | Grant::NotDryRun | Grant::Rehearsal => Self(()),
        }
    }
}
