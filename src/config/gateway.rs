//! A gateway account: its kind, where its key is, and its rate limits.

use std::collections::BTreeMap;
use std::time::Duration;

use super::address::GatewayAddress;
use super::environment::Environment;
use super::error::ConfigError;
use super::secret::SecretRef;
use super::section::ConfigSection;
use super::span::duration;
use crate::domain::GatewayName;
use crate::domain::values::string_enum::string_enum;

/// One account at a gateway.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GatewayConfig {
    pub kind: GatewayKind,
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
    fn new(kind: GatewayKind) -> Self {
        Self {
            kind,
            requests_per_second: 10,
            max_in_flight: 16,
            timeout: Duration::from_secs(30),
            connect_timeout: Duration::from_secs(10),
        }
    }
}

/// The kind of gateway, with the settings that only this kind has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GatewayKind {
    Midtrans {
        environment: MidtransEnvironment,
        server_key: SecretRef,
        /// The previous key, with which notifications may still be signed.
        previous: Option<SecretRef>,
        /// The host of the Core API, without `/v2`.
        api_url: GatewayAddress,
        /// The host of Snap, without `/snap/v1`.
        snap_url: GatewayAddress,
    },
    /// Live or sandbox is a mode of the project, set at Pakasir; every answer says which.
    Pakasir {
        project: String,
        api_key: SecretRef,
        /// The Pakasir API version under which payments are opened.
        api_version: PakasirApi,
        /// The project's mode, as configured.
        environment: Option<MidtransEnvironment>,
        /// The secret that the project's notifications carry in a header.
        webhook_secret: Option<SecretRef>,
        /// The host, without `/api`.
        api_url: GatewayAddress,
    },
}

impl GatewayKind {
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Midtrans { .. } => "midtrans",
            Self::Pakasir { .. } => "pakasir",
        }
    }

    /// Where the gateway's API is.
    #[must_use]
    pub fn api_url(&self) -> &GatewayAddress {
        match self {
            Self::Midtrans { api_url, .. } | Self::Pakasir { api_url, .. } => api_url,
        }
    }

    /// Where the account's key is.
    #[must_use]
    pub fn key(&self) -> &SecretRef {
        match self {
            Self::Midtrans { server_key, .. } => server_key,
            Self::Pakasir { api_key, .. } => api_key,
        }
    }

    /// Where the previous key is, if notifications may still be signed with it.
    #[must_use]
    pub fn previous_key(&self) -> Option<&SecretRef> {
        match self {
            Self::Midtrans { previous, .. } => previous.as_ref(),
            Self::Pakasir { .. } => None,
        }
    }
}

/// Pakasir's two API versions. Configurations from before the second one mean the first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum PakasirApi {
    #[default]
    V1,
    V2,
}

impl PakasirApi {
    /// As stored with each payment.
    #[must_use]
    pub fn number(self) -> u8 {
        match self {
            Self::V1 => 1,
            Self::V2 => 2,
        }
    }
}

string_enum! {
    /// Test money or real money. Midtrans has two separate environments with their own hosts and keys; a Pakasir project
    /// is in one of the two modes.
    pub enum MidtransEnvironment {
        Sandbox = "sandbox",
        Production = "production",
    }
}

impl MidtransEnvironment {
    /// The host of the Core API (midtrans-nodejs-client, `lib/apiConfig.js`).
    #[must_use]
    pub fn api_url(self) -> GatewayAddress {
        GatewayAddress::known(match self {
            Self::Sandbox => "https://api.sandbox.midtrans.com",
            Self::Production => "https://api.midtrans.com",
        })
    }

    /// The host of Snap (midtrans-nodejs-client, `lib/apiConfig.js`).
    #[must_use]
    pub fn snap_url(self) -> GatewayAddress {
        GatewayAddress::known(match self {
            Self::Sandbox => "https://app.sandbox.midtrans.com",
            Self::Production => "https://app.midtrans.com",
        })
    }
}

/// A Pakasir project, by its name in the URLs.
///
/// # Errors
/// If the text cannot be part of a URL as it is.
pub fn project(text: &str) -> Result<String, ProjectError> {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
    if text.is_empty() || text.len() > 64 || !text.bytes().all(is_allowed) {
        return Err(ProjectError);
    }
    Ok(text.to_owned())
}

/// Why a text is not the name of a Pakasir project.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be the project's name as in its Pakasir URLs: 1 to 64 of letters, digits, - _ . ~")]
pub struct ProjectError;

const PAKASIR_URL: &str = "https://app.pakasir.com";
const MIDTRANS_KEY: &str = "MIDTRANS_SERVER_KEY";
const MIDTRANS_WORLD: &str = "MIDTRANS_IS_PRODUCTION";
const MIDTRANS_KEY_BEFORE: &str = "MIDTRANS_SERVER_KEY_PREVIOUS";
const PAKASIR_PROJECT: &str = "PAKASIR_PROJECT";
const PAKASIR_KEY: &str = "PAKASIR_API_KEY";
const PAKASIR_SECRET: &str = "PAKASIR_WEBHOOK_SECRET";

const COMMON: [&str; 5] = [
    "kind",
    "requests_per_second",
    "max_in_flight",
    "timeout",
    "connect_timeout",
];
const MIDTRANS: [&str; 5] = ["environment", "server_key", PREVIOUS, "api_url", "snap_url"];
const PREVIOUS: &str = "server_key_previous";
const PAKASIR: [&str; 6] = [
    "project",
    "api_key",
    "api_version",
    "environment",
    "webhook_secret",
    "api_url",
];

/// Far more than any gateway serves one shop; a larger number is a typing mistake.
const REQUESTS_PER_SECOND_MAX: i64 = 10_000;

/// Each query in flight holds a connection open.
const IN_FLIGHT_MAX: i64 = 1024;

/// A run lasts minutes; a query must not outlast it by much.
const TIMEOUT_MAX: Duration = Duration::from_secs(10 * 60);

/// The account in a `[gateways.…]` section.
pub(super) fn from_section(section: &ConfigSection<'_>) -> Result<GatewayConfig, ConfigError> {
    let mut config = GatewayConfig::new(kind(section)?);
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

fn kind(section: &ConfigSection<'_>) -> Result<GatewayKind, ConfigError> {
    type Read = fn(&ConfigSection<'_>) -> Result<GatewayKind, ConfigError>;
    let read = section.text("kind", |word| match word {
        "midtrans" => Ok(midtrans as Read),
        "pakasir" => Ok(pakasir as Read),
        _ => Err("must be midtrans or pakasir"),
    })?;
    match read {
        Some(read) => read(section),
        None => {
            // A misspelt `kind` should be reported as such, not as missing.
            section.only(&[&COMMON[..], &MIDTRANS[..], &PAKASIR[..]].concat())?;
            Err(section.missing("kind", "kind = \"midtrans\" or kind = \"pakasir\""))
        }
    }
}

fn midtrans(section: &ConfigSection<'_>) -> Result<GatewayKind, ConfigError> {
    section.only(&[&COMMON[..], &MIDTRANS[..]].concat())?;
    let environment = section
        .text("environment", |word| {
            word.parse::<MidtransEnvironment>()
                .map_err(|_| "must be sandbox or production")
        })?
        .ok_or_else(|| {
            let example = "environment = \"sandbox\" or environment = \"production\"";
            section.missing("environment", example)
        })?;
    Ok(GatewayKind::Midtrans {
        environment,
        server_key: section.secret("server_key", MIDTRANS_KEY)?,
        previous: if section.has(PREVIOUS) {
            Some(section.secret(PREVIOUS, MIDTRANS_KEY_BEFORE)?)
        } else {
            None
        },
        api_url: address(section, "api_url")?.unwrap_or_else(|| environment.api_url()),
        snap_url: address(section, "snap_url")?.unwrap_or_else(|| environment.snap_url()),
    })
}

fn pakasir(section: &ConfigSection<'_>) -> Result<GatewayKind, ConfigError> {
    section.only(&[&COMMON[..], &PAKASIR[..]].concat())?;
    Ok(GatewayKind::Pakasir {
        project: section
            .text("project", project)?
            .ok_or_else(|| section.missing("project", "project = \"the name in its URLs\""))?,
        api_key: section.secret("api_key", PAKASIR_KEY)?,
        api_version: match section.number("api_version", 1..=2)? {
            Some(2_u32) => PakasirApi::V2,
            Some(_) | None => PakasirApi::V1,
        },
        environment: section.text("environment", |word| {
            word.parse::<MidtransEnvironment>()
                .map_err(|_| "must be sandbox or production")
        })?,
        webhook_secret: section.optional_secret("webhook_secret", PAKASIR_SECRET)?,
        api_url: address(section, "api_url")?.unwrap_or_else(|| GatewayAddress::known(PAKASIR_URL)),
    })
}

fn address(section: &ConfigSection<'_>, key: &str) -> Result<Option<GatewayAddress>, ConfigError> {
    section.text(key, str::parse::<GatewayAddress>)
}

/// The accounts described by environment variables alone, if there is no configuration file.
pub(super) fn from_environment(
    environment: &Environment,
) -> Result<BTreeMap<GatewayName, GatewayConfig>, ConfigError> {
    let kinds = [midtrans_of(environment)?, pakasir_of(environment)?];
    // Part of an account, its environment for example, may be in a `.env` that could not be read.
    if let Some(unread) = environment.dotenv_trouble()
        && kinds.iter().any(Option::is_some)
    {
        return Err(unread.clone());
    }
    let named = |kind: GatewayKind| Some((kind.word().parse().ok()?, GatewayConfig::new(kind)));
    Ok(kinds.into_iter().flatten().filter_map(named).collect())
}

fn midtrans_of(environment: &Environment) -> Result<Option<GatewayKind>, ConfigError> {
    if environment.filled(MIDTRANS_KEY).is_none() {
        return Ok(None);
    }
    let host = match environment.filled(MIDTRANS_WORLD) {
        None => MidtransEnvironment::Sandbox,
        Some(word) => host(word).ok_or_else(|| ConfigError::Variables {
            what: format!("{MIDTRANS_WORLD} must be true or false"),
            hint: format!("set it to true or false {}", environment.places()),
        })?,
    };
    Ok(Some(GatewayKind::Midtrans {
        environment: host,
        server_key: SecretRef::Env(MIDTRANS_KEY.to_owned()),
        previous: environment
            .filled(MIDTRANS_KEY_BEFORE)
            .map(|_| SecretRef::Env(MIDTRANS_KEY_BEFORE.to_owned())),
        api_url: host.api_url(),
        snap_url: host.snap_url(),
    }))
}

fn host(word: &str) -> Option<MidtransEnvironment> {
    match word.to_ascii_lowercase().as_str() {
        "true" | "1" => Some(MidtransEnvironment::Production),
        "false" | "0" => Some(MidtransEnvironment::Sandbox),
        _ => None,
    }
}

fn pakasir_of(environment: &Environment) -> Result<Option<GatewayKind>, ConfigError> {
    let lonely = |here: &str, lacks: &str| ConfigError::Variables {
        what: format!("{here} is set, but {lacks} is not"),
        hint: format!("set {lacks} {}", environment.places()),
    };
    let name = match (
        environment.filled(PAKASIR_PROJECT),
        environment.filled(PAKASIR_KEY),
    ) {
        (None, None) => return Ok(None),
        (Some(_), None) => return Err(lonely(PAKASIR_PROJECT, PAKASIR_KEY)),
        (None, Some(_)) => return Err(lonely(PAKASIR_KEY, PAKASIR_PROJECT)),
        (Some(name), Some(_)) => name,
    };
    Ok(Some(GatewayKind::Pakasir {
        project: project(name).map_err(|error| ConfigError::Variables {
            what: format!("{PAKASIR_PROJECT} {error}"),
            hint: format!("set it {}", environment.places()),
        })?,
        api_key: SecretRef::Env(PAKASIR_KEY.to_owned()),
        api_version: PakasirApi::V1,
        environment: None,
        webhook_secret: None,
        api_url: GatewayAddress::known(PAKASIR_URL),
    }))
}
