//! The environment as a value. `main` collects it once from the process, tests from a list; nothing else asks for it.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};

use super::error::ConfigError;
use super::{dotenv, read};

/// The variables of the process, and behind them those of a `.env`.
///
/// Collected with `std::env::vars_os().collect()`. A variable that is not Unicode is left out.
#[derive(Clone, Default)]
pub struct Environment {
    real: BTreeMap<String, String>,
    dotenv: BTreeMap<String, String>,
    dotenv_path: Option<PathBuf>,
}

impl Environment {
    /// The value of a variable. A real one beats `.env`, even when it is empty.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        let name = spelling(name);
        self.real
            .get(&name)
            .or_else(|| self.dotenv.get(&name))
            .map(String::as_str)
    }

    /// Puts a `.env` behind the real variables, in place of an earlier one. None at `path` is none to read.
    ///
    /// # Errors
    /// When it cannot be read or one of its lines is broken.
    pub fn with_dotenv(mut self, path: &Path) -> Result<Self, ConfigError> {
        // Python puts its virtual environments in folders of this name.
        let text = if path.is_dir() {
            None
        } else {
            read::text(path)?
        };
        self.dotenv = dotenv::parse(path, &text.unwrap_or_default())?
            .into_iter()
            .map(|(name, value)| (spelling(&name), value))
            .collect();
        self.dotenv_path = Some(path.to_owned());
        Ok(self)
    }

    /// The value of a variable that is set to something.
    pub(super) fn filled(&self, name: &str) -> Option<&str> {
        self.get(name).filter(|value| !value.trim().is_empty())
    }

    /// A path in a variable: a real one is relative to the working folder, as the shell has it, and one of `.env` to
    /// its file.
    #[must_use]
    pub fn path(&self, name: &str, working: &Path) -> Option<PathBuf> {
        let path = self.filled(name)?;
        let is_real = self.real.contains_key(&spelling(name));
        let beside = self.dotenv_path.as_deref().and_then(Path::parent);
        Some(match beside {
            Some(beside) if !is_real => beside.join(path),
            _ => working.join(path),
        })
    }

    /// Where a variable may be set, for people.
    pub(super) fn places(&self) -> String {
        match &self.dotenv_path {
            Some(path) => format!("in the environment or in {}", path.display()),
            None => "in the environment".to_owned(),
        }
    }
}

/// Windows does not tell `Path` from `PATH`.
fn spelling(name: &str) -> String {
    if cfg!(windows) {
        name.to_ascii_uppercase()
    } else {
        name.to_owned()
    }
}

impl<K: Into<OsString>, V: Into<OsString>> FromIterator<(K, V)> for Environment {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(variables: I) -> Self {
        let text = |(name, value): (K, V)| {
            let name = name.into().into_string().ok()?;
            Some((spelling(&name), value.into().into_string().ok()?))
        };
        Self {
            real: variables.into_iter().filter_map(text).collect(),
            ..Self::default()
        }
    }
}

/// Counts only: names and values are the shop's own business.
impl fmt::Debug for Environment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (real, dotenv) = (self.real.len(), self.dotenv.len());
        write!(formatter, "Environment({real} variables, {dotenv} in .env)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_dotenv(text: &str) -> (tempfile::TempDir, Environment) {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(".env"), text).unwrap();
        let environment = Environment::from_iter([("BOTH", "real"), ("EMPTY", "")])
            .with_dotenv(&folder.path().join(".env"))
            .unwrap();
        (folder, environment)
    }

    #[test]
    fn the_environment_beats_dotenv() {
        let (_folder, environment) = with_dotenv("BOTH=file\nFILE=file\nEMPTY=file\n");
        assert_eq!(environment.get("BOTH"), Some("real"));
        assert_eq!(environment.get("FILE"), Some("file"));
        assert_eq!(environment.get("EMPTY"), Some(""));
        assert_eq!(environment.get("NONE"), None);
    }

    #[test]
    fn reading_dotenv_leaves_the_process_alone() {
        let (_folder, environment) = with_dotenv("PAYCTL_ONLY_IN_A_TEST=1\n");
        assert_eq!(environment.get("PAYCTL_ONLY_IN_A_TEST"), Some("1"));
        assert!(std::env::var_os("PAYCTL_ONLY_IN_A_TEST").is_none());
    }

    #[test]
    fn a_path_is_relative_to_where_it_was_set() {
        let (folder, environment) = with_dotenv("FILE=shop.db\n");
        let working = Path::new("/shop");
        assert_eq!(
            environment.path("BOTH", working),
            Some(PathBuf::from("/shop/real"))
        );
        assert_eq!(
            environment.path("FILE", working),
            Some(folder.path().join("shop.db"))
        );
        assert_eq!(environment.path("EMPTY", working), None);
    }

    #[test]
    fn a_folder_named_dotenv_is_no_dotenv() {
        let folder = tempfile::tempdir().unwrap();
        let environment = Environment::default().with_dotenv(folder.path());
        assert!(environment.is_ok());
    }

    #[test]
    fn a_dotenv_that_is_not_text_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(".env");
        std::fs::write(&path, b"\xff\xfeK\0E\0Y\0").unwrap();
        let error = Environment::default().with_dotenv(&path).unwrap_err();
        assert!(matches!(error, ConfigError::Unreadable { .. }));
    }
}
