//! What the shop has settled: `payctl.toml`, the environment and `.env`, and where the keys are.
//!
//! A key is never part of a [`Config`], only the place it is in; no value from a file or a variable is repeated in an
//! error, because it may be a key that was put in the wrong place.

mod accepted_effects;
mod address;
mod cgi;
mod dotenv;
mod effects;
mod environment;
mod error;
mod gateway;
mod manual;
mod pay;
mod read;
mod search;
mod secret;
mod section;
mod settings;
mod smtp;
mod span;
mod template;
mod warning;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use crate::domain::effect::Hook;
use crate::domain::instant::Zone;
use crate::domain::names::{GatewayName, HookName};

pub use address::{AddressError, GatewayAddress, HookAddress};
pub use cgi::{CgiConfig, QueryToken, SecretToken};
pub use effects::{EffectConfig, EffectTransport, TicketPicture};
pub use environment::Environment;
pub use error::{ConfigError, SourceLocation};
pub use gateway::{
    GatewayConfig, GatewayKind, MidtransEnvironment, PakasirApi, ProjectError, project,
};
pub use manual::ManualConfig;
pub use pay::PayConfig;
pub(crate) use read::is_disk;
pub use read::open_in_time;
pub use secret::SecretRef;
pub use smtp::{MailTls, SmtpConfig};
pub use span::{SpanError, duration, duration_or_zero};
pub use template::{InitChoices, env_template, template};
pub use warning::ConfigWarning;

/// The name of the configuration file, wherever it is looked for.
pub const FILE_NAME: &str = "payctl.toml";

/// Everything that is settled before a run. Flags come on top of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// The database, beside the configuration file unless an absolute path was given.
    pub database: PathBuf,
    /// The zone in which people see times.
    pub zone: Zone,
    pub expiry: ExpiryConfig,
    /// The gateway accounts, by the names the shop gave them.
    pub gateways: BTreeMap<GatewayName, GatewayConfig>,
    /// What is to happen when orders move, in the order of the file.
    pub effects: Vec<EffectConfig>,
    /// Where mails are handed over.
    pub smtp: Option<SmtpConfig>,
    pub cgi: CgiConfig,
    /// How money comes past the gateways.
    pub manual: Option<ManualConfig>,
    pub pay: PayConfig,
    pub source: ConfigSource,
    pub origin: ConfigOrigin,
    /// The database that the settings themselves name, whatever the environment says.
    pub own_database: PathBuf,
    /// Where relative paths and `.env` are looked up.
    pub folder: PathBuf,
}

/// When unpaid orders run out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExpiryConfig {
    /// How long an order may wait for its money when nobody names a deadline.
    pub order_lifetime: Duration,
    /// How long after a deadline a payment may still come in on time.
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
    /// There is no configuration file; the gateways come from variables.
    Environment,
    /// There is neither a configuration file nor a gateway in the environment.
    Defaults,
}

/// How the settings were found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConfigOrigin {
    /// By name: `--config` or `PAYCTL_CONFIG`.
    Named,
    /// The usual name in the working folder, whosever that is.
    WorkingFolder,
    /// The usual name in the user's own folder.
    User,
    /// There is no file.
    Nowhere,
}

impl Config {
    /// What the shop wants to happen, for those who decide whether it must.
    #[must_use]
    pub fn hooks(&self) -> Arc<[Hook]> {
        self.effects
            .iter()
            .map(|effect| effect.hook.clone())
            .collect()
    }

    /// How one of the shop's effects is carried out; none when the configuration no longer names it.
    #[must_use]
    pub fn effect(&self, name: &HookName) -> Option<&EffectConfig> {
        self.effects.iter().find(|effect| effect.hook.name == *name)
    }

    /// Reads the settings and `.env`. The environment comes back with `.env` behind it, ready for
    /// [`SecretRef::resolve`].
    ///
    /// `named` is the file that `--config` names; without it, `PAYCTL_CONFIG` names one, and else it is looked for in
    /// `folder`, then in the user's configuration folder. `folder` is the working folder, an absolute path.
    ///
    /// A `.env` that cannot be read is an error for whoever needs a key of it, and for nobody else.
    ///
    /// # Errors
    /// When a named file is missing, a file cannot be read, or a setting cannot be followed.
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
