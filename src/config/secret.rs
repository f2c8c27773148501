//! Reads a key from where it is, when it is needed. No other type here holds the key itself.

use std::path::Path;

use secrecy::{ExposeSecret, SecretBox, SecretString};

use super::environment::Environment;
use super::error::ConfigError;
use super::read;
use super::secret_ref::SecretRef;

impl SecretRef {
    /// Reads the key. One line end after it is dropped from a file, because editors add one; in a variable it is refused,
    /// like any other white space.
    ///
    /// # Errors
    /// If there is none, or it is not a key.
    pub fn resolve(&self, environment: &Environment) -> Result<SecretString, ConfigError> {
        match self {
            Self::Env(name) => self.in_variable(name, environment),
            Self::File(path) => self.in_file(path),
        }
    }

    fn in_variable(
        &self,
        name: &str,
        environment: &Environment,
    ) -> Result<SecretString, ConfigError> {
        let set = || format!("set {name} {}", environment.places());
        let Some(key) = environment.get(name) else {
            let unread = environment.dotenv_trouble().cloned();
            return Err(unread.unwrap_or_else(|| self.refuse("is not set", set())));
        };
        check(key).map_err(|what| {
            let again = format!("{}, to the key alone, without quotes or line ends", set());
            self.refuse(what, again)
        })?;
        Ok(SecretString::from(key))
    }

    fn in_file(&self, path: &Path) -> Result<SecretString, ConfigError> {
        let write = || {
            let path = path.display();
            format!("write only the key into {path}")
        };
        let text = match read::bytes(path, KEY_BYTES_MAX) {
            Ok(bytes) => SecretBox::new(Box::new(bytes)),
            Err(error) if read::is_absent(&error) => {
                return Err(self.refuse("is missing: the file does not exist", write()));
            }
            Err(error) => {
                let hint = "let the user that runs payctl read the file".to_owned();
                return Err(self.refuse(&format!("could not be read: {error}"), hint));
            }
        };
        let text = std::str::from_utf8(text.expose_secret()).unwrap_or("\0");
        let key = without_line_end(read::without_mark(text));
        check(key).map_err(|what| self.refuse(what, write()))?;
        Ok(SecretString::from(key))
    }

    fn refuse(&self, what: &str, hint: String) -> ConfigError {
        ConfigError::Key {
            reference: self.clone(),
            what: what.to_owned(),
            hint,
        }
    }
}

/// No gateway's key is longer; only a file named by mistake is.
const KEY_BYTES_MAX: usize = 4096;

fn without_line_end(text: &str) -> &str {
    let text = text.strip_suffix('\n').unwrap_or(text);
    text.strip_suffix('\r').unwrap_or(text)
}

/// A key is sent in a header or a URL, so it must be visible ASCII.
fn check(key: &str) -> Result<(), &'static str> {
    if key.is_empty() {
        Err("is empty")
    } else if key.ends_with(['\n', '\r']) {
        Err("ends with a line break")
    } else if key.contains(char::is_whitespace) {
        Err("contains white space")
    } else if key.starts_with(['"', '\'']) {
        Err("is in quotation marks")
    } else if !key.bytes().all(|byte| byte.is_ascii_graphic()) {
        Err("contains characters that no key has")
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "SB-Mid-server-dummy0001";

    #[track_caller]
    fn check_error(resolved: Result<SecretString, ConfigError>, says: &str, hint: &str) {
        let error = resolved.unwrap_err();
        assert!(error.to_string().contains(says), "{error}");
        assert!(error.hint().contains(hint), "{}", error.hint());
        for shown in [error.to_string(), error.hint(), format!("{error:?}")] {
            assert!(!shown.contains("dummy"), "{shown}");
        }
    }

    #[track_caller]
    fn check_variable(value: Option<&str>, says: Result<&str, &str>) {
        let folder = tempfile::tempdir().unwrap();
        let dotenv = folder.path().join(".env");
        let environment = value.map(|value| ("KEY", value)).into_iter();
        let environment = environment.collect::<Environment>().with_dotenv(&dotenv);
        let resolved = SecretRef::Env("KEY".to_owned()).resolve(&environment);
        match says {
            Ok(key) => assert_eq!(resolved.unwrap().expose_secret(), key),
            Err(says) => {
                let hint = format!("set KEY in the environment or in {}", dotenv.display());
                check_error(resolved, &format!("env:KEY {says}"), &hint);
            }
        }
    }

    #[track_caller]
    fn check_file(content: Option<&[u8]>, says: Result<&str, &str>) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        if let Some(content) = content {
            std::fs::write(&path, content).unwrap();
        }
        let resolved = SecretRef::File(path.clone()).resolve(&Environment::default());
        match says {
            Ok(key) => assert_eq!(resolved.unwrap().expose_secret(), key),
            Err(says) => check_error(resolved, says, &path.display().to_string()),
        }
    }

    #[test]
    fn a_variables_key_is_exact_or_refused() {
        check_variable(Some(KEY), Ok(KEY));
        check_variable(None, Err("is not set"));
        check_variable(Some(""), Err("is empty"));
        check_variable(Some("dummy\n"), Err("ends with a line break"));
        check_variable(Some("dummy dummy"), Err("contains white space"));
        check_variable(Some("\"dummy\""), Err("is in quotation marks"));
        check_variable(
            Some("dummy\u{1b}"),
            Err("contains characters that no key has"),
        );
    }

    #[test]
    fn a_key_in_an_unreadable_dotenv_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(".env");
        std::fs::write(&path, "open dummy").unwrap();
        let environment = Environment::from_iter([("REAL", KEY)]).with_dotenv(&path);
        let resolve = |name: &str| SecretRef::Env(name.to_owned()).resolve(&environment);
        check_error(resolve("KEY"), "line 1: this line is not NAME=value", "");
        assert_eq!(resolve("REAL").unwrap().expose_secret(), KEY);
    }

    #[test]
    fn a_key_file_may_end_with_one_newline() {
        check_file(Some(KEY.as_bytes()), Ok(KEY));
        check_file(Some(b"dummy\n"), Ok("dummy"));
        check_file(Some(b"dummy\r\n"), Ok("dummy"));
        check_file(Some(b"\xef\xbb\xbfdummy\r\n"), Ok("dummy"));
        check_file(None, Err("is missing"));
        check_file(Some(b""), Err("is empty"));
        check_file(Some(b"\n"), Err("is empty"));
        check_file(Some(b"dummy\n\n"), Err("ends with a line break"));
        check_file(Some(b"dummy dummy\n"), Err("contains white space"));
        check_file(
            Some(b"dummy\xff"),
            Err("contains characters that no key has"),
        );
    }

    #[test]
    fn a_long_key_file_is_not_read_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        std::fs::write(&path, "dummy".repeat(1000)).unwrap();
        let resolved = SecretRef::File(path).resolve(&Environment::default());
        check_error(resolved, "could not be read", "let the user");
    }
}
