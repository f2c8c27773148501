//! Errors of a configuration. They never repeat a value, because it may be a key.

use std::fmt;
use std::path::PathBuf;

use super::secret_ref::SecretRef;

/// Why there is no configuration, or no key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// The named file does not exist.
    #[error("there is no configuration file {}", path.display())]
    NotFound { path: PathBuf },
    /// A configuration file or `.env` exists but cannot be read.
    #[error("could not read {}: {reason}", path.display())]
    Unreadable { path: PathBuf, reason: String },
    /// A line of a configuration file or of `.env` is invalid.
    #[error("{place}: {what}")]
    Refused {
        place: SourceLocation,
        what: String,
        hint: String,
    },
    /// Variables of the environment or of `.env` contradict each other.
    #[error("{what}")]
    Variables { what: String, hint: String },
    /// The key is not where the configuration says, or is not a key.
    #[error("the key at {reference} {what}")]
    Key {
        reference: SecretRef,
        what: String,
        hint: String,
    },
}

impl ConfigError {
    /// What to do next.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::NotFound { .. } => {
                "check --config and PAYCTL_CONFIG, or create a file: payctl init".to_owned()
            }
            Self::Unreadable { path, .. } if path.is_dir() => {
                "name a file in it: correct --config or PAYCTL_CONFIG, or move the folder away"
                    .to_owned()
            }
            Self::Unreadable { .. } => {
                "make it UTF-8 text that the user running payctl can read".to_owned()
            }
            Self::Refused { hint, .. } | Self::Variables { hint, .. } | Self::Key { hint, .. } => {
                hint.clone()
            }
        }
    }
}

/// A line of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceLocation {
    pub path: PathBuf,
    /// Counted from 1.
    pub line: usize,
}

impl fmt::Display for SourceLocation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}, line {}", self.path.display(), self.line)
    }
}
