//! Builds a [`Config`] from a configuration file, or from variables if there is none.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::effects::EffectTransport;
use super::environment::Environment;
use super::error::ConfigError;
use super::gateway::{self, GatewayConfig};
use super::heartbeat::HeartbeatConfig;
use super::search::FoundConfig;
use super::section::{ConfigFile, ConfigSection};
use super::smtp::SmtpConfig;
use super::span::{duration, duration_or_zero};
use super::{
    CgiConfig, Config, ConfigOrigin, ConfigSource, ExpiryConfig, PayConfig, QuietConfig, alerts,
    effects, manual, pay, quiet, read, report, smtp,
};
use crate::domain::{GatewayName, NameError, Zone};

const DATABASE: &str = "payctl.db";

/// No gateway keeps a payment open for longer than half a year; a year is enough.
const ORDER_LIFETIME_MAX: Duration = Duration::from_secs(366 * 24 * 60 * 60);

/// More than a week would not be grace but another deadline.
const GRACE_MAX: Duration = Duration::from_secs(7 * 24 * 60 * 60);

pub(super) fn from_file(file: &FoundConfig, folder: &Path) -> Result<Config, ConfigError> {
    let document = ConfigFile {
        path: &file.path,
        text: &file.text,
        folder,
    };
    let table = document.parse()?;
    let top = ConfigSection::top(&document, &table);
    top.only(&[
        "database",
        "timezone",
        "expiry",
        "gateways",
        "manual",
        "pay",
        "effects",
        "smtp",
        "cgi",
        "heartbeat",
        "metrics",
        "report",
        "quiet",
    ])?;
    let smtp = smtp::from_file(&top)?;
    let effects = effects::from_file(&top)?;
    let alerts = alerts::from_file(&top, &effects)?;
    let means = effects.iter().map(|effect| &effect.means);
    let means = means.chain(alerts.iter().map(|alert| &alert.means));
    require_server(&top, means, smtp.as_ref())?;
    let gateways = gateways(&top)?;
    let manual = manual::from_file(&top)?;
    let database = top.path("database")?;
    let database = database.unwrap_or_else(|| folder.join(DATABASE));
    Ok(Config {
        zone: top.text("timezone", zone)?.unwrap_or(Zone::Machine),
        expiry: expiry(&top)?,
        pay: pay::from_file(&top, &gateways, manual.as_ref())?,
        manual,
        gateways,
        effects,
        alerts,
        smtp,
        report: report::from_file(&top)?,
        quiet: quiet::from_file(&top)?,
        cgi: match top.section("cgi")? {
            Some(section) => CgiConfig::from_section(&section)?,
            None => CgiConfig::default(),
        },
        heartbeat: match top.section("heartbeat")? {
            Some(section) => Some(HeartbeatConfig::from_section(&section)?),
            None => None,
        },
        metrics: match top.section("metrics")? {
            Some(section) => metrics(&section)?,
            None => None,
        },
        source: ConfigSource::File(file.path.clone()),
        origin: file.origin,
        own_database: database.clone(),
        database,
        folder: folder.to_owned(),
    })
}

/// The full names of the settings that a file has.
pub(super) fn keys_of(path: &Path) -> Result<BTreeSet<String>, ConfigError> {
    let text = read::text(path)?.unwrap_or_default();
    let document = ConfigFile {
        path,
        text: &text,
        folder: path,
    };
    let table = document.parse()?;
    let mut names = BTreeSet::new();
    ConfigSection::top(&document, &table).add_names(&mut names);
    Ok(names)
}

pub(super) fn from_environment(
    environment: &Environment,
    folder: &Path,
) -> Result<Config, ConfigError> {
    let gateways = gateway::from_environment(environment)?;
    Ok(Config {
        database: folder.join(DATABASE),
        zone: Zone::Machine,
        expiry: ExpiryConfig::default(),
        cgi: CgiConfig::default(),
        manual: None,
        pay: PayConfig::default(),
        heartbeat: None,
        metrics: None,
        source: if gateways.is_empty() {
            ConfigSource::Defaults
        } else {
            ConfigSource::Environment
        },
        gateways,
        effects: Vec::new(),
        alerts: Vec::new(),
        smtp: None,
        report: None,
        quiet: QuietConfig::default(),
        origin: ConfigOrigin::Nowhere,
        own_database: folder.join(DATABASE),
        folder: folder.to_owned(),
    })
}

/// Mails need a mail server.
fn require_server<'a>(
    top: &ConfigSection<'_>,
    mut means: impl Iterator<Item = &'a EffectTransport>,
    smtp: Option<&SmtpConfig>,
) -> Result<(), ConfigError> {
    let mails = |means: &EffectTransport| matches!(means, EffectTransport::Mail { .. });
    if smtp.is_some() || !means.any(mails) {
        return Ok(());
    }
    let what = "an effect sends mails, but [smtp] is missing";
    let hint = "configure the mail server: [smtp], with host = \"…\" and from = \"…\"";
    Err(top.unfit("effects", what, hint))
}

fn zone(name: &str) -> Result<Zone, &'static str> {
    name.parse()
        .map_err(|_| "must be the name of a time zone such as Asia/Jakarta")
}

fn expiry(top: &ConfigSection<'_>) -> Result<ExpiryConfig, ConfigError> {
    let usual = ExpiryConfig::default();
    let Some(section) = top.section("expiry")? else {
        return Ok(usual);
    };
    section.only(&["order_lifetime", "grace"])?;
    Ok(ExpiryConfig {
        order_lifetime: section
            .span("order_lifetime", duration, ORDER_LIFETIME_MAX)?
            .unwrap_or(usual.order_lifetime),
        grace: section
            .span("grace", duration_or_zero, GRACE_MAX)?
            .unwrap_or(usual.grace),
    })
}

fn metrics(section: &ConfigSection<'_>) -> Result<Option<PathBuf>, ConfigError> {
    section.only(&["file"])?;
    let file = section.path("file")?;
    file.map(Some)
        .ok_or_else(|| section.missing("file", "file = \"payctl.prom\""))
}

fn gateways(top: &ConfigSection<'_>) -> Result<BTreeMap<GatewayName, GatewayConfig>, ConfigError> {
    let mut gateways = BTreeMap::new();
    let Some(section) = top.section("gateways")? else {
        return Ok(gateways);
    };
    for (name, section) in section.sections()? {
        let name: GatewayName = name
            .parse()
            .map_err(|error: NameError| section.misnamed(&error.to_string()))?;
        if name.is_manual() {
            return Err(section.misnamed("is reserved for payments outside the gateways"));
        }
        gateways.insert(name, gateway::from_section(&section)?);
    }
    Ok(gateways)
}
