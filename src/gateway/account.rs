//! One account at a gateway, as its configuration describes it: the same few shapes for every kind.

use std::collections::BTreeMap;

use secrecy::SecretString;

use crate::domain::{GatewayName, string_enum};

string_enum! {
    /// Test money or real money.
    pub enum AccountMode {
        Sandbox = "sandbox",
        Production = "production",
    }
}

/// The key of the setting that says in which mode an account is.
pub const ENVIRONMENT: &str = "environment";

/// The key of the setting that says where the gateway's API is; every kind has it.
pub const API_URL: &str = "api_url";

/// The settings of an account that are no secrets, by their keys.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GatewaySettings(BTreeMap<&'static str, String>);

impl GatewaySettings {
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(String::as_str)
    }

    /// A setting that has a default or that no account lacks; empty otherwise.
    #[must_use]
    pub fn text(&self, key: &str) -> &str {
        self.get(key).unwrap_or_default()
    }

    /// The mode, if it is configured.
    #[must_use]
    pub fn mode(&self) -> Option<AccountMode> {
        self.get(ENVIRONMENT)?.parse().ok()
    }

    pub fn set(&mut self, key: &'static str, value: impl Into<String>) {
        self.0.insert(key, value.into());
    }

    /// The same with one more setting.
    #[must_use]
    pub fn with(mut self, key: &'static str, value: impl Into<String>) -> Self {
        self.set(key, value);
        self
    }
}

/// The secret that the simulator's notifications carry, for a gateway whose notifications carry one.
pub const SIMULATOR_SECRET: &str = "simulator";

/// The mode as an option on the command line.
pub(super) fn parse_mode(word: &str) -> Result<(), String> {
    let read = word.parse::<AccountMode>();
    read.map(drop).map_err(|unknown| unknown.to_string())
}

/// The mode as a setting.
pub(super) fn check_mode(word: &str) -> Result<(), &'static str> {
    let read = word.parse::<AccountMode>();
    read.map(drop).map_err(|_| "must be sandbox or production")
}

/// The secrets of an account, by the keys of their settings.
#[derive(Debug, Clone, Default)]
pub struct GatewaySecrets(BTreeMap<&'static str, SecretString>);

impl GatewaySecrets {
    #[must_use]
    pub fn get(&self, key: &str) -> Option<SecretString> {
        self.0.get(key).cloned()
    }

    /// A secret without which the configuration refuses the account.
    #[must_use]
    pub fn required(&self, key: &str) -> SecretString {
        self.get(key).unwrap_or_default()
    }
}

impl FromIterator<(&'static str, SecretString)> for GatewaySecrets {
    fn from_iter<I: IntoIterator<Item = (&'static str, SecretString)>>(secrets: I) -> Self {
        Self(secrets.into_iter().collect())
    }
}

/// An account as seen by a check of its settings.
#[derive(Debug)]
pub struct AccountFacts<'a> {
    pub name: &'a GatewayName,
    pub settings: &'a GatewaySettings,
    /// The secrets that can be read.
    pub secrets: GatewaySecrets,
    /// Where each configured secret is, for messages.
    pub places: BTreeMap<&'static str, String>,
}

/// Something about an account that a person should know, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountProblem {
    pub what: String,
    pub hint: String,
}
