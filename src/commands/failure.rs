//! From an error to words and an exit code. The one place where that is decided.

use std::io::Write;

use crate::config::ConfigError;
use crate::exit::Exit;
use crate::output::failure::FailureDocument;
use crate::output::{Format, is_closed_pipe};
use crate::store::StoreError;

/// A command cannot do what was asked, and knows how that ends and what to type next.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub(super) struct CommandError {
    pub(super) exit: Exit,
    message: String,
    hint: Option<String>,
}

impl CommandError {
    pub(super) fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self {
            exit,
            message: message.into(),
            hint: None,
        }
    }

    pub(super) fn hint(self, hint: impl Into<String>) -> Self {
        Self {
            hint: Some(hint.into()),
            ..self
        }
    }
}

/// Tells a failure on stderr, and gives its exit code.
pub(super) fn print(error: &anyhow::Error, format: Format, stderr: &mut dyn Write) -> Exit {
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
    };
    // There is nowhere left to say that stderr cannot be written.
    let _ = failure.print(stderr, format);
    exit
}

/// How a run ends that fails like this.
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
        | StoreError::Engine(_) => Exit::Failed,
    }
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
            "check --db and the configuration, or make a new shop with: payctl init"
        }
        StoreError::Foreign { .. } => "check --db and the configuration",
        StoreError::Corrupt(_) => {
            "keep the file as it is, and bring back the last backup beside it"
        }
        StoreError::Busy(_) => "try again when the other program is done",
        StoreError::Full(_) => "make room on the disk; nothing was half-written",
        StoreError::Denied(_) => {
            "let the user that runs payctl read and write the file and its folder"
        }
        StoreError::Disk(_) => {
            "make room on the disk, or see what the system says of it; nothing was half-written"
        }
        StoreError::Replaced { .. } => {
            "see who moves it; bring back with SQLite's own restore, or while nothing runs"
        }
        StoreError::NotKept { .. } => {
            "make room for a copy of the database in its folder, which must be writable, and run: payctl migrate"
        }
        StoreError::Older { .. }
        | StoreError::Newer { .. }
        | StoreError::Refused(_)
        | StoreError::Engine(_) => return None,
    };
    Some(hint.to_owned())
}

/// The whole chain as one sentence: what was being done, and why it failed.
fn sentence(error: &anyhow::Error) -> String {
    let mut parts: Vec<String> = Vec::new();
    for cause in error.chain() {
        let part = cause.to_string();
        if !part.is_empty() && !parts.iter().any(|earlier| earlier.contains(&part)) {
            parts.push(part);
        }
    }
    parts.join(": ")
}
