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

/// Declares what a command does to the database, next to its arguments: something `unless` it is a dry run, or only
/// `with` the flag that asks for it.
macro_rules! writes {
    ($args:ty: $writes:ident unless $($dry_run:ident).+) => {
        impl $args {
            /// What it does to the database.
            pub(in crate::commands) fn writes(&self) -> $crate::commands::Writes {
                $crate::commands::Writes::$writes.unless(self.$($dry_run).+)
            }
        }
    };
    ($args:ty: $writes:ident with $flag:ident) => {
        impl $args {
            /// What it does to the database.
            pub(in crate::commands) fn writes(&self) -> $crate::commands::Writes {
                $crate::commands::Writes::$writes.unless(!self.$flag)
            }
        }
    };
}

pub(super) use writes;
