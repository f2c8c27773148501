//! Turns errors into messages and exit codes. The one place that decides both.

use std::io::Write;
use std::path::Path;

use crate::config::ConfigError;
use crate::domain::{Coded, Coding};
use crate::exit::Exit;
use crate::output::failure::FailureDocument;
use crate::output::messages::Language;
use crate::output::{ColorMode, Format, is_closed_pipe};
use crate::store::StoreError;

/// A command cannot do what was asked; carries the exit code and a hint on what to do next.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub(super) struct CommandError {
    pub(super) exit: Exit,
    message: String,
    hint: Option<String>,
    why: Option<Coding>,
}

impl CommandError {
    pub(super) fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self {
            exit,
            message: message.into(),
            hint: None,
            why: None,
        }
    }

    pub(super) fn failed(message: impl Into<String>) -> Self {
        Self::new(Exit::Failed, message)
    }

    /// The command line asks for what cannot be.
    pub(super) fn usage(message: impl Into<String>) -> Self {
        Self::new(Exit::Usage, message)
    }

    /// The configuration or a key is wrong.
    pub(super) fn config(message: impl Into<String>) -> Self {
        Self::new(Exit::Config, message)
    }

    /// What the domain has refused, for programs; its hint is told unless the command has one of its own.
    pub(super) fn because(self, why: &impl Coded) -> Self {
        Self {
            hint: self.hint.or_else(|| Language::English.hint(why)),
            why: Some(why.coding()),
            ..self
        }
    }

    pub(super) fn hint(self, hint: impl Into<String>) -> Self {
        Self {
            hint: Some(hint.into()),
            ..self
        }
    }
}

/// What was refused, and what to type next where one command helps.
pub(super) fn with_hint(why: &(impl Coded + std::fmt::Display)) -> String {
    match Language::English.hint(why) {
        Some(hint) => format!("{why}; {hint}"),
        None => why.to_string(),
    }
}

/// Prints a failure on stderr and returns its exit code.
pub(super) fn print(
    error: &anyhow::Error,
    (format, paint): (Format, ColorMode),
    stderr: &mut dyn Write,
) -> Exit {
    let is_closed = |cause: &(dyn std::error::Error + 'static)| {
        cause
            .downcast_ref::<std::io::Error>()
            .is_some_and(is_closed_pipe)
    };
    if error.chain().any(is_closed) {
        return Exit::Clean;
    }
    let (exit, hint) = (exit(error), hint(error));
    let failure = FailureDocument {
        error: &sentence(error),
        hint: hint.as_deref(),
        exit,
        why: error
            .downcast_ref::<CommandError>()
            .and_then(|refusal| refusal.why.as_ref()),
    };
    // If stderr cannot be written, there is nowhere left to say so.
    let _ = failure.print(stderr, format, paint);
    exit
}

/// The exit code for an error.
pub(super) fn exit(error: &anyhow::Error) -> Exit {
    if let Some(refusal) = error.downcast_ref::<CommandError>() {
        return refusal.exit;
    }
    for cause in error.chain() {
        if cause.downcast_ref::<ConfigError>().is_some() {
            return Exit::Config;
        }
        if let Some(error) = cause.downcast_ref::<StoreError>() {
            return exit_of_store(error);
        }
    }
    Exit::Failed
}

/// A mistyped path must not look like a shop without debts.
fn exit_of_store(error: &StoreError) -> Exit {
    match error {
        StoreError::Missing { .. } | StoreError::Foreign { .. } => Exit::Config,
        StoreError::Corrupt(_)
        | StoreError::Busy(_)
        | StoreError::Full(_)
        | StoreError::Older { .. }
        | StoreError::Newer { .. }
        | StoreError::NotKept { .. }
        | StoreError::Denied(_)
        | StoreError::Disk(_)
        | StoreError::Replaced { .. }
        | StoreError::Refused(_)
        | StoreError::Nested
        | StoreError::Engine(_) => Exit::Failed,
    }
}

/// Names the file if it, or the disk under it, is the cause and the error does not name it.
pub(super) fn naming_file(error: anyhow::Error, database: &Path) -> anyhow::Error {
    let is_about_file = error.chain().any(|cause| {
        matches!(
            cause.downcast_ref::<StoreError>(),
            Some(
                StoreError::Corrupt(_)
                    | StoreError::Busy(_)
                    | StoreError::Full(_)
                    | StoreError::Denied(_)
                    | StoreError::Disk(_)
            )
        )
    });
    let name = database.display().to_string();
    if !is_about_file || sentence(&error).contains(&name) {
        return error;
    }
    error.context(name)
}

fn hint(error: &anyhow::Error) -> Option<String> {
    if let Some(refusal) = error.downcast_ref::<CommandError>() {
        return refusal.hint.clone();
    }
    error.chain().find_map(|cause| {
        if let Some(error) = cause.downcast_ref::<ConfigError>() {
            return Some(error.hint());
        }
        cause.downcast_ref::<StoreError>().and_then(hint_of_store)
    })
}

fn hint_of_store(error: &StoreError) -> Option<String> {
    let hint = match error {
        StoreError::Missing { .. } => {
            "check --db and the configuration, or set up a new shop: payctl init"
        }
        StoreError::Foreign { .. } => "check --db and the configuration",
        StoreError::Corrupt(_) => "keep the file as it is, and restore the last backup next to it",
        StoreError::Busy(_) => "try again when the other program has finished",
        StoreError::Full(_) => "free some disk space; no partial change was written",
        StoreError::Denied(_) => {
            "give the user that runs payctl read and write access to the file and its folder"
        }
        StoreError::Disk(_) => {
            "free some disk space, or check the system's disk errors; no partial change was written"
        }
        StoreError::Replaced { .. } => {
            "find out which program moves the file; restore only with SQLite's own restore, or while payctl does not run"
        }
        StoreError::NotKept { .. } => {
            "free enough space for a copy of the database in its folder, make the folder writable, then run: payctl migrate"
        }
        StoreError::Older { .. } => "run: payctl migrate",
        StoreError::Newer { .. }
        | StoreError::Refused(_)
        | StoreError::Nested
        | StoreError::Engine(_) => return None,
    };
    Some(hint.to_owned())
}

/// The whole error chain as one sentence: what payctl was doing, and why it failed.
pub(super) fn sentence(error: &anyhow::Error) -> String {
    let mut parts: Vec<String> = Vec::new();
    for cause in error.chain() {
        let part = cause.to_string();
        if !part.is_empty() && !parts.iter().any(|earlier| earlier.contains(&part)) {
            parts.push(part);
        }
    }
    parts.join(": ")
}
