//! The shop's settings: `payctl.toml`, the environment and `.env`, and where the keys are.
//!
//! A [`Config`] never contains a key, only the place where it is. Errors never repeat a value of a file or a variable,
//! because it may be a key in the wrong place.

mod accepted_effects;
mod address;
mod alerts;
mod cgi;
mod dotenv;
mod dotenv_edit;
mod effects;
mod environment;
mod error;
mod gateway;
mod heartbeat;
mod manual;
mod pay;
mod quiet;
mod read;
mod report;
mod search;
mod secret;
mod secret_ref;
mod section;
mod settings;
mod smtp;
mod span;
mod template;
mod warning;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use crate::domain::{GatewayName, Hook, HookName, Zone};

pub use address::{AddressError, GatewayAddress, HookAddress};
pub use alerts::AlertConfig;
pub use cgi::{CgiConfig, QueryToken, SecretToken};
pub use dotenv_edit::{DotenvEditError, with_variable};
pub use effects::{EffectConfig, EffectTransport, TicketPicture};
pub use environment::Environment;
pub use error::{ConfigError, SourceLocation};
pub use gateway::GatewayConfig;
pub use heartbeat::{HeartbeatConfig, PingError, PingState};
pub use manual::ManualConfig;
pub use pay::PayConfig;
pub use quiet::QuietConfig;
pub(crate) use read::is_disk;
pub use read::open_in_time;
pub use report::ReportConfig;
pub use secret_ref::SecretRef;
pub use section::nearest;
pub use smtp::{MailTls, SmtpConfig};
pub use span::{SpanError, duration, duration_or_zero, written};
pub use template::{InitAccount, InitChoices, SIMULATOR_PORT, env_template, template};
pub use warning::ConfigWarning;

/// The name of the configuration file in every place where payctl looks for it.
pub const FILE_NAME: &str = "payctl.toml";

/// All settings of a run. Flags override them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// The database, next to the configuration file unless an absolute path was given.
    pub database: PathBuf,
    /// The time zone for displayed times.
    pub zone: Zone,
    pub expiry: ExpiryConfig,
    /// The gateway accounts, by the names that the shop gave them.
    pub gateways: BTreeMap<GatewayName, GatewayConfig>,
    /// What to do when orders change, in the order of the file.
    pub effects: Vec<EffectConfig>,
    /// What to do when something goes wrong for a while, in the order of the file.
    pub alerts: Vec<AlertConfig>,
    /// The mail server.
    pub smtp: Option<SmtpConfig>,
    /// Who reads the report.
    pub report: Option<ReportConfig>,
    /// What jobs print under `--quiet`.
    pub quiet: QuietConfig,
    pub cgi: CgiConfig,
    /// Payment outside the gateways.
    pub manual: Option<ManualConfig>,
    pub pay: PayConfig,
    /// Whom jobs tell that they run.
    pub heartbeat: Option<HeartbeatConfig>,
    /// Where jobs write the metrics.
    pub metrics: Option<PathBuf>,
    pub source: ConfigSource,
    pub origin: ConfigOrigin,
    /// The database that the settings name, whatever the environment says.
    pub own_database: PathBuf,
    /// The folder for relative paths and `.env`.
    pub folder: PathBuf,
}

/// When unpaid orders expire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExpiryConfig {
    /// How long an order may wait for payment if no deadline is given.
    pub order_lifetime: Duration,
    /// How long after its deadline a payment still counts as on time.
    pub grace: Duration,
}

impl Default for ExpiryConfig {
    fn default() -> Self {
        Self {
            order_lifetime: Duration::from_secs(60 * 60),
            grace: Duration::from_secs(3 * 60),
        }
    }
}

/// Where the settings come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConfigSource {
    /// A configuration file.
    File(PathBuf),
    /// No configuration file; the gateways come from environment variables.
    Environment,
    /// Neither a configuration file nor a gateway in the environment.
    Defaults,
}

/// How the settings were found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConfigOrigin {
    /// By name: `--config` or `PAYCTL_CONFIG`.
    Named,
    /// The default name in the working folder; anyone may have put it there.
    WorkingFolder,
    /// The default name in the user's own folder.
    User,
    /// There is no file.
    Nowhere,
}

impl Config {
    /// Where a file that nobody names is looked for.
    #[must_use]
    pub fn usual_places(environment: &Environment, folder: &Path) -> Vec<PathBuf> {
        let places = search::usual(environment, folder).into_iter();
        places.map(|(path, _)| path).collect()
    }

    /// The full names of the settings that a file has, such as `expiry.grace`.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub fn keys_of(path: &Path) -> Result<BTreeSet<String>, ConfigError> {
        settings::keys_of(path)
    }

    /// The shop's effects, for deciding which ones an event triggers.
    #[must_use]
    pub fn hooks(&self) -> Arc<[Hook]> {
        self.effects
            .iter()
            .map(|effect| effect.hook.clone())
            .collect()
    }

    /// The configuration of one effect; none if the configuration no longer has it.
    #[must_use]
    pub fn effect(&self, name: &HookName) -> Option<&EffectConfig> {
        self.effects.iter().find(|effect| effect.hook.name == *name)
    }

    /// Reads the settings and `.env`. Returns the environment with `.env` as its fallback, ready for
    /// [`SecretRef::resolve`].
    ///
    /// `named` is the file given by `--config`; without it `PAYCTL_CONFIG` gives one, otherwise payctl looks in `folder`,
    /// then in the user's configuration folder. `folder` is the working folder, an absolute path.
    ///
    /// An unreadable `.env` is an error only for those who need a key from it.
    ///
    /// # Errors
    /// If a named file is missing, a file cannot be read, or a setting is invalid.
    pub fn load(
        named: Option<&Path>,
        environment: Environment,
        folder: &Path,
    ) -> Result<(Self, Environment), ConfigError> {
        let found = search::find(named, &environment, folder)?;
        let base = match &found {
            Some(file) => file.path.parent().unwrap_or(folder).to_owned(),
            None => folder.to_owned(),
        };
        let environment = environment.with_dotenv(&base.join(".env"));
        let mut config = match &found {
            Some(file) => settings::from_file(file, &base)?,
            None => settings::from_environment(&environment, &base)?,
        };
        if let Some(database) = environment.path("PAYCTL_DB", folder) {
            config.database = database;
        }
        Ok((config, environment))
    }
}
