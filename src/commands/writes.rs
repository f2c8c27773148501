//! What a command line does to the database. Each command declares it next to its arguments.

/// What a command line does to the database.
///
/// A command that declares [`Writes::Nothing`] gets no store that writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Writes {
    Nothing,
    /// Running it again changes nothing more.
    Idempotent,
    /// Running it again may write again: it queries again, or continues from the current state.
    EachTime,
}

impl Writes {
    /// Nothing in a dry run.
    pub(super) fn unless(self, is_dry_run: bool) -> Self {
        if is_dry_run { Self::Nothing } else { self }
    }
}
