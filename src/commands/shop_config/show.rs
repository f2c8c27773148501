//! `payctl config show`: what counts, and where each value comes from.

use std::collections::BTreeSet;
use std::time::Duration;

use clap::Args;
use serde::Serialize;

use crate::commands::Context;
use crate::config::{Config, ConfigOrigin, ConfigSource, EffectTransport, SecretRef, written};
use crate::domain::string_enum;
use crate::exit::Exit;
use crate::output::counted::counted;
use crate::output::{Summary, row};

/// Show the configuration that counts, and where each value comes from
///
/// Of a secret only its place is shown, and whether it is there.
#[derive(Debug, Args)]
pub(in crate::commands) struct ConfigShowArgs {}

string_enum! {
    /// Where a value comes from.
    pub(in crate::commands) enum ValueSource {
        Flag = "flag",
        Environment = "environment",
        File = "file",
        Default = "default",
    }
}

row! {
    /// One setting. Fields are only ever added.
    struct SettingRow {
        setting: String => text("Setting"),
        /// None: it is not set. Of a secret its place.
        value: Option<String> => prose("Value"),
        source: ValueSource => text("From"),
        /// Whether a secret is at its place; none: it is no secret.
        present: Option<bool>,
    }
}

#[derive(Debug, Default, Serialize)]
struct SettingCount {
    settings: u64,
    /// The configuration file; null: none.
    file: Option<String>,
}

impl Summary for SettingCount {
    fn line(&self) -> String {
        let count = counted(self.settings, "setting");
        match &self.file {
            Some(file) => format!("{count}; file: {file}"),
            None => format!("{count}; no file"),
        }
    }
}

pub(super) fn run(_: &ConfigShowArgs, mut context: Context<'_>) -> anyhow::Result<Exit> {
    let file = match &context.config.source {
        ConfigSource::File(path) => Some(path.clone()),
        ConfigSource::Environment | ConfigSource::Defaults => None,
    };
    let keys = match &file {
        Some(path) => Config::keys_of(path)?,
        None => BTreeSet::new(),
    };
    let rows = SettingsList::new(&context, keys).all();
    let mut list = context.listing::<SettingRow>("config show")?;
    let mut count = SettingCount {
        settings: 0,
        file: file.map(|path| path.display().to_string()),
    };
    for row in &rows {
        count.settings += 1;
        list.row(row)?;
    }
    list.finish(&count, Exit::Clean)
}

struct SettingsList<'a> {
    context: &'a Context<'a>,
    /// The full names of what the file sets.
    keys: BTreeSet<String>,
    rows: Vec<SettingRow>,
}

impl<'a> SettingsList<'a> {
    fn new(context: &'a Context<'_>, keys: BTreeSet<String>) -> Self {
        Self {
            context,
            keys,
            rows: Vec::new(),
        }
    }

    fn all(mut self) -> Vec<SettingRow> {
        let config = &self.context.config;
        self.database();
        self.value("timezone", Some(config.zone.to_string()));
        self.span("expiry.order_lifetime", config.expiry.order_lifetime);
        self.span("expiry.grace", config.expiry.grace);
        self.gateways();
        let gateway = config.pay.gateway.as_ref().map(ToString::to_string);
        self.value("pay.gateway", gateway);
        self.value(
            "pay.method",
            config.pay.method.as_ref().map(ToString::to_string),
        );
        if let Some(manual) = &config.manual {
            self.value("manual.pay_to", manual.pay_to.clone());
            let qris = manual.qris.as_ref().map(|_| "a static code".to_owned());
            self.value("manual.qris", qris);
        }
        self.effects();
        self.smtp();
        self.span("quiet.collect", config.quiet.collect);
        self.rows
    }

    /// A flag goes before a variable, and that before the file.
    fn database(&mut self) {
        let context = self.context;
        let source = if context.options.db.is_some() {
            ValueSource::Flag
        } else if context.environment.get("PAYCTL_DB").is_some() {
            ValueSource::Environment
        } else {
            self.source("database")
        };
        let path = context.database().display().to_string();
        self.add("database", Some(path), source, None);
    }

    fn gateways(&mut self) {
        let config = &self.context.config;
        for (name, account) in &config.gateways {
            let full = |key: &str| format!("gateways.{name}.{key}");
            self.value(&full("kind"), Some(account.kind.word.to_owned()));
            for key in account.kind.keys() {
                if let Some(secret) = account.secrets.get(key) {
                    self.secret(&full(key), secret);
                } else if account.kind.need(key).is_none() {
                    let value = account.settings.get(key).map(str::to_owned);
                    self.value(&full(key), value);
                }
            }
            let per_second = account.requests_per_second.to_string();
            self.value(&full("requests_per_second"), Some(per_second));
            self.value(
                &full("max_in_flight"),
                Some(account.max_in_flight.to_string()),
            );
            self.span(&full("timeout"), account.timeout);
            self.span(&full("connect_timeout"), account.connect_timeout);
        }
    }

    fn effects(&mut self) {
        for effect in &self.context.config.effects {
            let full = |key: &str| format!("effects.{}.{key}", effect.hook.name);
            let means = match &effect.means {
                EffectTransport::Exec { program, .. } => format!("exec {}", program.display()),
                // An address may hold a secret.
                EffectTransport::Http { url, .. } => format!("http {}", url.host()),
                EffectTransport::Mail { template, .. } => format!("mail {}", template.display()),
            };
            let on = effect.hook.occasion.word().to_owned();
            self.add(&full("on"), Some(on), ValueSource::File, None);
            self.add(&full("means"), Some(means), ValueSource::File, None);
            if let EffectTransport::Http { secret, .. } = &effect.means {
                self.secret(&full("secret"), secret);
            }
        }
    }

    fn smtp(&mut self) {
        let Some(smtp) = &self.context.config.smtp else {
            return;
        };
        self.value("smtp.host", Some(smtp.host.clone()));
        self.value("smtp.port", Some(smtp.port.to_string()));
        self.value("smtp.tls", Some(smtp.tls.word().to_owned()));
        self.value("smtp.from", Some(smtp.from.clone()));
        if let Some((user, password)) = &smtp.login {
            self.value("smtp.user", Some(user.clone()));
            self.secret("smtp.password", password);
        }
    }

    fn source(&self, setting: &str) -> ValueSource {
        if self.keys.contains(setting) {
            ValueSource::File
        } else if self.context.config.origin == ConfigOrigin::Nowhere
            && setting.starts_with("gateways.")
        {
            ValueSource::Environment
        } else {
            ValueSource::Default
        }
    }

    fn value(&mut self, setting: &str, value: Option<String>) {
        let source = self.source(setting);
        self.add(setting, value, source, None);
    }

    fn span(&mut self, setting: &str, value: Duration) {
        self.value(setting, Some(written(value)));
    }

    fn secret(&mut self, setting: &str, secret: &SecretRef) {
        let is_there = secret.resolve(&self.context.environment).is_ok();
        let source = self.source(setting);
        self.add(setting, Some(secret.to_string()), source, Some(is_there));
    }

    fn add(
        &mut self,
        setting: &str,
        value: Option<String>,
        source: ValueSource,
        present: Option<bool>,
    ) {
        let value = match present {
            Some(false) => value.map(|place| format!("{place} (not set)")),
            Some(true) | None => value,
        };
        self.rows.push(SettingRow {
            setting: setting.to_owned(),
            value,
            source,
            present,
        });
    }
}
