//! The environment as a value. `main` collects it once from the process, tests build it; nothing else reads it.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};

use super::dotenv::DotenvVariables;
use super::error::ConfigError;
use super::{dotenv, read};

/// The process's variables, and as a fallback those of a `.env`.
///
/// Collected with `std::env::vars_os().collect()`. Variables that are not Unicode are left out.
#[derive(Clone, Default)]
pub struct Environment {
    real: BTreeMap<String, String>,
    dotenv: BTreeMap<String, String>,
    dotenv_path: Option<PathBuf>,
    /// Names to which `.env` gives two values.
    contradicted: BTreeSet<String>,
    /// Why `.env` could not be read.
    dotenv_trouble: Option<ConfigError>,
}

impl Environment {
    /// The value of a variable. A variable of the process wins over `.env`, even if it is empty.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        let name = spelling(name);
        self.real
            .get(&name)
            .or_else(|| self.dotenv.get(&name))
            .map(String::as_str)
    }

    /// Whether the process itself has this variable, so that no `.env` can change it.
    #[must_use]
    pub fn is_of_process(&self, name: &str) -> bool {
        self.real.contains_key(&spelling(name))
    }

    /// The same with another value in the place of what `.env` says.
    #[must_use]
    pub fn overridden(mut self, name: &str, value: &str) -> Self {
        self.dotenv.insert(spelling(name), value.to_owned());
        self
    }

    /// Adds a `.env` as fallback, replacing an earlier one. Without a file at `path` there is none. An unreadable one is an
    /// error only for those who need one of its variables: see [`Self::dotenv_trouble`].
    #[must_use]
    pub fn with_dotenv(mut self, path: &Path) -> Self {
        self.dotenv_path = Some(path.to_owned());
        (self.dotenv, self.contradicted, self.dotenv_trouble) = match read_dotenv(path) {
            Ok(DotenvVariables {
                values,
                contradicted,
            }) => {
                let values = values.into_iter();
                let values = values.map(|(name, value)| (spelling(&name), value));
                (values.collect(), contradicted, None)
            }
            Err(trouble) => (BTreeMap::new(), BTreeSet::new(), Some(trouble)),
        };
        self
    }

    /// The process's variables whose names start like this, with the rest of the name.
    pub fn beginning<'a>(&'a self, start: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        let all = self.real.iter();
        all.filter_map(move |(name, value)| Some((name.strip_prefix(start)?, value.as_str())))
    }

    /// Why `.env` could not be read, if it exists.
    #[must_use]
    pub fn dotenv_trouble(&self) -> Option<&ConfigError> {
        self.dotenv_trouble.as_ref()
    }

    /// The file, and the names to which `.env` gives two values; the last value counts.
    pub(super) fn contradicted(&self) -> impl Iterator<Item = (&str, &Path)> {
        let path = self.dotenv_path.as_deref();
        let names = self.contradicted.iter();
        let in_use = names.filter(|name| !self.real.contains_key(&spelling(name)));
        in_use.filter_map(move |name| Some((name.as_str(), path?)))
    }

    /// The value of a variable that is set and not empty.
    pub(super) fn filled(&self, name: &str) -> Option<&str> {
        self.get(name).filter(|value| !value.trim().is_empty())
    }

    /// A path in a variable: from the process relative to the working folder, as in the shell, and from `.env` relative to
    /// that file.
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

    /// Where a variable can be set, for messages.
    pub(super) fn places(&self) -> String {
        match &self.dotenv_path {
            Some(path) => format!("in the environment or in {}", path.display()),
            None => "in the environment".to_owned(),
        }
    }
}

fn read_dotenv(path: &Path) -> Result<DotenvVariables, ConfigError> {
    // Python uses this name for the folders of virtual environments.
    let text = if path.is_dir() {
        None
    } else {
        read::text(path)?
    };
    dotenv::parse(path, &text.unwrap_or_default())
}

/// Windows does not distinguish `Path` from `PATH`.
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

/// Counts only: names and values are nobody else's business.
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
            .with_dotenv(&folder.path().join(".env"));
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
    fn a_path_is_relative_to_its_source() {
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
        assert_eq!(environment.dotenv_trouble(), None);
    }

    #[test]
    fn a_binary_dotenv_is_reported() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(".env");
        std::fs::write(&path, b"\xff\xfeK\0E\0Y\0").unwrap();
        let environment = Environment::from_iter([("REAL", "1")]).with_dotenv(&path);
        let trouble = environment.dotenv_trouble();
        assert!(matches!(trouble, Some(ConfigError::Unreadable { .. })));
        assert_eq!(environment.get("REAL"), Some("1"));
    }
}
