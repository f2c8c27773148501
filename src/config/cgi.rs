//! Who may pull the triggers behind a web server.

use secrecy::{ExposeSecret, SecretString};
use subtle::ConstantTimeEq;

use super::environment::Environment;
use super::error::ConfigError;
use super::secret::SecretRef;
use super::section::ConfigSection;

/// What `[cgi]` settles.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CgiConfig {
    /// None: what needs a token is off.
    token: Option<SecretRef>,
    pub query_token: QueryToken,
}

/// Whether a token may stand in the address, where logs and histories keep it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum QueryToken {
    #[default]
    Refused,
    Allowed,
}

/// Anybody on the web may guess.
const TOKEN_LEAST: usize = 16;

/// A text that only some may know.
#[derive(Debug)]
pub struct SecretToken(SecretString);

impl CgiConfig {
    pub(super) fn from_section(section: &ConfigSection<'_>) -> Result<Self, ConfigError> {
        section.only(&["token", "allow_query_token"])?;
        let token = if section.has("token") {
            Some(section.secret("token", "PAYCTL_CGI_TOKEN")?)
        } else {
            None
        };
        Ok(Self {
            token,
            query_token: match section.flag("allow_query_token")? {
                Some(true) => QueryToken::Allowed,
                Some(false) | None => QueryToken::Refused,
            },
        })
    }

    /// The token; none when there is none, and then nobody has it.
    ///
    /// # Errors
    /// When it is not where the configuration says.
    pub fn token(&self, environment: &Environment) -> Result<Option<SecretToken>, ConfigError> {
        let Some(reference) = &self.token else {
            return Ok(None);
        };
        let token = reference.resolve(environment)?;
        if token.expose_secret().len() < TOKEN_LEAST {
            return Err(ConfigError::Key {
                reference: reference.clone(),
                what: format!(
                    "has less than {TOKEN_LEAST} characters, so that it could be guessed"
                ),
                hint: "take a longer one: openssl rand -hex 32".to_owned(),
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
    /// Takes as long for a near miss as for any other text of that length.
    #[must_use]
    pub fn is(&self, told: &str) -> bool {
        self.0
            .expose_secret()
            .as_bytes()
            .ct_eq(told.as_bytes())
            .into()
    }
}
