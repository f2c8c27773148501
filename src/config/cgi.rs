//! `[cgi]`: who may use the addresses behind a web server.

use secrecy::{ExposeSecret, SecretString};
use subtle::ConstantTimeEq;

use super::environment::Environment;
use super::error::ConfigError;
use super::secret_ref::SecretRef;
use super::section::ConfigSection;

/// The settings in `[cgi]`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CgiConfig {
    /// None: addresses that need a token are off.
    token: Option<SecretRef>,
    pub query_token: QueryToken,
}

/// Whether a token may be in the URL, which logs and browser histories keep.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum QueryToken {
    #[default]
    Refused,
    Allowed,
}

/// Anybody on the web may guess, so a token must be at least this long.
const MIN_TOKEN: usize = 16;

/// A secret text that grants access.
#[derive(Debug)]
pub struct SecretToken(SecretString);

impl CgiConfig {
    pub(super) fn from_section(section: &ConfigSection<'_>) -> Result<Self, ConfigError> {
        section.only(&["token", "allow_query_token"])?;
        Ok(Self {
            token: section.optional_secret("token", "PAYCTL_CGI_TOKEN")?,
            query_token: match section.flag("allow_query_token")? {
                Some(true) => QueryToken::Allowed,
                Some(false) | None => QueryToken::Refused,
            },
        })
    }

    /// The token; none if none is configured, and then nobody gets in.
    ///
    /// # Errors
    /// If it is not where the configuration says.
    pub fn token(&self, environment: &Environment) -> Result<Option<SecretToken>, ConfigError> {
        let Some(reference) = &self.token else {
            return Ok(None);
        };
        let token = reference.resolve(environment)?;
        if token.expose_secret().len() < MIN_TOKEN {
            return Err(ConfigError::Key {
                reference: reference.clone(),
                what: format!(
                    "must have at least {MIN_TOKEN} characters, so that nobody can guess it"
                ),
                hint: "create a longer one: openssl rand -hex 32".to_owned(),
            });
        }
        Ok(Some(SecretToken(token)))
    }
}

impl From<String> for SecretToken {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

impl SecretToken {
    /// Constant time: a near miss takes as long as any other text of that length.
    #[must_use]
    pub fn is(&self, told: &str) -> bool {
        self.0
            .expose_secret()
            .as_bytes()
            .ct_eq(told.as_bytes())
            .into()
    }
}
