//! Where a key is. The key itself is read when it is needed, in `secret`.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::gateway::registry::looks_like_a_key;

/// Where a key is: `env:NAME` or `file:PATH`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecretRef {
    /// A variable of the environment or of `.env`.
    Env(String),
    /// A file that contains the key and nothing else.
    File(PathBuf),
}

impl SecretRef {
    /// The error is [`MUST_BE`] and does not repeat the text, which is probably the key.
    pub(super) fn parse(text: &str, folder: &Path) -> Result<Self, &'static str> {
        match text.split_once(':') {
            Some(("env", name)) if is_name(name) => Ok(Self::Env(name.to_owned())),
            Some(("file", path)) if !path.trim().is_empty() && !looks_like_a_key(path) => {
                Ok(Self::File(folder.join(path)))
            }
            _ => Err(MUST_BE),
        }
    }
}

impl fmt::Display for SecretRef {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Env(name) => write!(formatter, "env:{name}"),
            Self::File(path) => write!(formatter, "file:{}", path.display()),
        }
    }
}

/// What a setting that refers to a key must look like.
pub(super) const MUST_BE: &str =
    "must say where the key is, as env:NAME (capital letters, digits, _) or file:PATH";

/// Capital letters only, so that a key written after `env:` is not taken for a name and shown.
fn is_name(text: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
    let is_number = text.starts_with(|first: char| first.is_ascii_digit());
    !is_number && (1..=64).contains(&text.len()) && text.bytes().all(is_allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "SB-Mid-server-dummy0001";

    #[test]
    fn a_secret_reference_names_a_place() {
        let folder = Path::new("/shop");
        let parse = |text| SecretRef::parse(text, folder);
        assert_eq!(parse("env:KEY_2"), Ok(SecretRef::Env("KEY_2".to_owned())));
        assert_eq!(
            parse("file:keys/midtrans"),
            Ok(SecretRef::File("/shop/keys/midtrans".into()))
        );
        assert_eq!(
            parse("file:/run/key"),
            Ok(SecretRef::File("/run/key".into()))
        );
        for text in [
            "",
            "KEY",
            "env:",
            "env: KEY",
            "env:2KEY",
            "file:",
            "file: ",
            "ENV:KEY",
            "vault:key",
            KEY,
            "env:dummykey0001",
            "env:SB-Mid-server-x",
            "file:SB-Mid-server-x",
        ] {
            assert_eq!(parse(text), Err(MUST_BE), "{text:?}");
        }
    }
}
