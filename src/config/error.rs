//! What can be wrong with a configuration, in words. No value is ever repeated: it may be a key.

use std::fmt;
use std::path::PathBuf;

use super::secret::SecretRef;

/// Why there is no configuration, or no key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// The file that was named does not exist.
    #[error("there is no configuration file {}", path.display())]
    NotFound { path: PathBuf },
    /// A configuration file or `.env` is there and cannot be read.
    #[error("could not read {}: {reason}", path.display())]
    Unreadable { path: PathBuf, reason: String },
    /// A line of a configuration file or of `.env` cannot be followed.
    #[error("{place}: {what}")]
    Refused {
        place: SourceLocation,
        what: String,
        hint: String,
    },
    /// Variables of the environment or of `.env` do not fit together.
    #[error("{what}")]
    Variables { what: String, hint: String },
    /// The key is not where the configuration says it is, or is no key.
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
                "check --config and PAYCTL_CONFIG, or write a new file with: payctl init".to_owned()
            }
            Self::Unreadable { .. } => {
                "let the user that runs payctl read it, as UTF-8 text".to_owned()
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
