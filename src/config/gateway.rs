//! A gateway account: its kind, where its keys are, and its rate limits.

use std::collections::BTreeMap;
use std::time::Duration;

use super::address::GatewayAddress;
use super::environment::Environment;
use super::error::ConfigError;
use super::secret_ref::SecretRef;
use super::section::ConfigSection;
use super::span::duration;
use crate::domain::GatewayName;
use crate::gateway::account::{API_URL, GatewaySecrets, GatewaySettings};
use crate::gateway::descriptor::{GatewayDescriptor, SecretNeed, Setting, SettingShape};
use crate::gateway::registry::{GATEWAYS, by_word};

/// One account at a gateway.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GatewayConfig {
    pub kind: &'static GatewayDescriptor,
    /// What only this kind of gateway needs to know.
    pub settings: GatewaySettings,
    /// Where the account's secrets are, by the keys of their settings.
    pub secrets: BTreeMap<&'static str, SecretRef>,
    /// 0 means no limit.
    pub requests_per_second: u32,
    /// How many queries may be in flight at once.
    pub max_in_flight: usize,
    /// For one query, from its start to the end of its answer.
    pub timeout: Duration,
    /// For connecting to the gateway; part of `timeout`.
    pub connect_timeout: Duration,
}

impl GatewayConfig {
    fn new(kind: &'static GatewayDescriptor) -> Self {
        Self {
            kind,
            settings: GatewaySettings::default(),
            secrets: BTreeMap::new(),
            requests_per_second: 10,
            max_in_flight: 16,
            timeout: Duration::from_secs(30),
            connect_timeout: Duration::from_secs(10),
        }
    }

    /// Where the gateway's API is.
    #[must_use]
    pub fn api_url(&self) -> GatewayAddress {
        GatewayAddress::known(self.settings.text(API_URL))
    }

    /// The account's secrets, read from where they are.
    ///
    /// # Errors
    /// If one without which the account does not work cannot be read.
    pub fn resolve(&self, environment: &Environment) -> Result<GatewaySecrets, ConfigError> {
        let mut read = Vec::new();
        for (key, reference) in &self.secrets {
            match reference.resolve(environment) {
                Ok(secret) => read.push((*key, secret)),
                // Only notifications signed with it are refused, and a warning says so.
                Err(_) if self.kind.need(key) == Some(SecretNeed::Former) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(read.into_iter().collect())
    }

    fn set(&mut self, setting: &Setting, section: &ConfigSection<'_>) -> Result<(), ConfigError> {
        let key = setting.key;
        let value = match setting.shape {
            SettingShape::Text { check, example } => {
                let read = |text: &str| check(text).map(|()| text.to_owned());
                match example {
                    Some(example) => Some(section.required(key, example, read)?),
                    None => section.text(key, read)?,
                }
            }
            SettingShape::Number(least, most) => {
                let number = section.number::<i64>(key, least..=most)?;
                number.map(|number| number.to_string())
            }
            SettingShape::Address(usual) => {
                let address = section.text(key, str::parse::<GatewayAddress>)?;
                let usual = || usual(&self.settings).to_owned();
                Some(address.map_or_else(usual, |address| address.as_str().to_owned()))
            }
            SettingShape::Secret { variable, need } => {
                let secret = match need {
                    SecretNeed::Required => Some(section.secret(key, variable)?),
                    SecretNeed::Optional | SecretNeed::Former => {
                        section.optional_secret(key, variable)?
                    }
                };
                self.secrets.extend(secret.map(|secret| (key, secret)));
                None
            }
        };
        if let Some(value) = value {
            self.settings.set(key, value);
        }
        Ok(())
    }

    /// Addresses that only have their defaults.
    fn with_usual_addresses(mut self) -> Self {
        for setting in self.kind.settings {
            if let SettingShape::Address(usual) = setting.shape {
                let address = usual(&self.settings);
                self.settings.set(setting.key, address);
            }
        }
        self
    }
}

const COMMON: [&str; 5] = [
    "kind",
    "requests_per_second",
    "max_in_flight",
    "timeout",
    "connect_timeout",
];

/// Far more than any gateway serves one shop; a larger number is a typing mistake.
const REQUESTS_PER_SECOND_MAX: i64 = 10_000;

/// Each query in flight holds a connection open.
const IN_FLIGHT_MAX: i64 = 1024;

/// A run lasts minutes; a query must not outlast it by much.
const TIMEOUT_MAX: Duration = Duration::from_secs(10 * 60);

/// The account in a `[gateways.…]` section.
pub(super) fn from_section(section: &ConfigSection<'_>) -> Result<GatewayConfig, ConfigError> {
    account_of(kind(section)?, section)
}

/// The account of this kind in a section.
pub(super) fn account_of(
    kind: &'static GatewayDescriptor,
    section: &ConfigSection<'_>,
) -> Result<GatewayConfig, ConfigError> {
    section.only(&known_keys([kind]))?;
    let mut config = GatewayConfig::new(kind);
    for setting in kind.settings {
        config.set(setting, section)?;
    }
    if let Some(limit) = section.number("requests_per_second", 0..=REQUESTS_PER_SECOND_MAX)? {
        config.requests_per_second = limit;
    }
    if let Some(limit) = section.number("max_in_flight", 1..=IN_FLIGHT_MAX)? {
        config.max_in_flight = limit;
    }
    if let Some(timeout) = section.span("timeout", duration, TIMEOUT_MAX)? {
        config.timeout = timeout;
    }
    if let Some(timeout) = section.span("connect_timeout", duration, TIMEOUT_MAX)? {
        config.connect_timeout = timeout;
    }
    Ok(config)
}

fn kind(section: &ConfigSection<'_>) -> Result<&'static GatewayDescriptor, ConfigError> {
    let words = GATEWAYS.map(|kind| kind.word);
    let must = || format!("must be {}", words.join(" or "));
    let kind = section.text("kind", |word| by_word(word).ok_or_else(must))?;
    let Some(kind) = kind else {
        // A misspelt `kind` should be reported as such, not as missing.
        section.only(&known_keys(GATEWAYS))?;
        let examples = words.map(|word| format!("kind = \"{word}\""));
        return Err(section.missing("kind", &examples.join(" or ")));
    };
    Ok(kind)
}

/// The settings that an account of one of these kinds may have.
fn known_keys(kinds: impl IntoIterator<Item = &'static GatewayDescriptor>) -> Vec<&'static str> {
    let own = kinds.into_iter().flat_map(GatewayDescriptor::keys);
    COMMON.into_iter().chain(own).collect()
}

/// The accounts described by environment variables alone, if there is no configuration file.
pub(super) fn from_environment(
    environment: &Environment,
) -> Result<BTreeMap<GatewayName, GatewayConfig>, ConfigError> {
    let mut accounts = BTreeMap::new();
    for kind in GATEWAYS {
        let described = (kind.from_variables)(&|name| environment.filled(name));
        let described = described.map_err(|problem| ConfigError::Variables {
            what: problem.what,
            hint: format!("{} {}", problem.hint, environment.places()),
        })?;
        if let (Some(described), Ok(name)) = (described, kind.word.parse()) {
            let secrets = described.secrets.into_iter();
            let config = GatewayConfig {
                settings: described.settings,
                secrets: secrets
                    .map(|(key, variable)| (key, SecretRef::Env(variable.to_owned())))
                    .collect(),
                ..GatewayConfig::new(kind)
            };
            accounts.insert(name, config.with_usual_addresses());
        }
    }
    // Part of an account, its environment for example, may be in a `.env` that could not be read.
    match environment.dotenv_trouble() {
        Some(unread) if !accounts.is_empty() => Err(unread.clone()),
        _ => Ok(accounts),
    }
}
