//! `[[effects]]` that are no matter of an order: what is to happen when something goes wrong for a while.

use std::time::Duration;

use super::effects::{self, EffectConfig, EffectTransport, TIMEOUT, TIMEOUT_MAX, is_alert, means};
use super::error::ConfigError;
use super::section::ConfigSection;
use super::span::duration;
use crate::domain::{HookName, IncidentKind};

/// One of the shop's alerts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlertConfig {
    pub name: HookName,
    /// What it tells of.
    pub on: IncidentKind,
    /// Time limit for one attempt.
    pub timeout: Duration,
    pub means: EffectTransport,
}

const SETTINGS: [&str; 6] = ["on", "name", "timeout", "exec", "http", "mail"];

/// Reads the alerts; their names differ from each other's and from those of the effects.
pub(super) fn from_file(
    top: &ConfigSection<'_>,
    effects: &[EffectConfig],
) -> Result<Vec<AlertConfig>, ConfigError> {
    let mut alerts: Vec<AlertConfig> = Vec::new();
    for section in top.several("effects")? {
        if !is_alert(&section) {
            continue;
        }
        let alert = one(&section)?;
        let name = &alert.name;
        let is_taken = effects.iter().any(|effect| effect.hook.name == *name)
            || alerts.iter().any(|other| other.name == *name);
        if is_taken {
            return Err(effects::named_twice(&section, name));
        }
        alerts.push(alert);
    }
    Ok(alerts)
}

fn one(section: &ConfigSection<'_>) -> Result<AlertConfig, ConfigError> {
    section.only(&SETTINGS)?;
    let on: Option<IncidentKind> = section.word("on", "must be what goes wrong")?;
    let on = on.ok_or_else(|| section.missing("on", "on = \"job_failed\""))?;
    let means = means(section)?;
    if matches!(
        &means,
        EffectTransport::Mail {
            tickets: Some(_),
            ..
        }
    ) {
        let what = "an alert has no tickets";
        return Err(section.unfit("mail", what, "remove tickets from this line"));
    }
    let name = match section.text("name", str::parse::<HookName>)? {
        Some(name) => name,
        None => format!("{on}-{}", means.kind())
            .parse()
            .map_err(|_| section.missing("name", "name = \"…\""))?,
    };
    Ok(AlertConfig {
        name,
        on,
        timeout: section
            .span("timeout", duration, TIMEOUT_MAX)?
            .unwrap_or(TIMEOUT),
        means,
    })
}
