//! `[[effects]]`: what a shop wants to happen when its orders change.

use std::path::{MAIN_SEPARATOR, PathBuf};
use std::time::Duration;

use super::address::HookAddress;
use super::error::ConfigError;
use super::secret_ref::SecretRef;
use super::section::ConfigSection;
use super::span::duration;
use crate::domain::{
    EffectKind, Hook, HookName, IncidentKind, RetryOnUnknown, Sku, Trigger, string_enum,
};

/// One of the shop's effects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EffectConfig {
    pub hook: Hook,
    /// Time limit for one attempt.
    pub timeout: Duration,
    pub means: EffectTransport,
}

/// How it is carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EffectTransport {
    /// Runs a program, without a shell.
    Exec {
        /// A bare name is looked up in `PATH`; any other is a path, relative to the configuration file.
        program: PathBuf,
        /// Passed exactly as written: no data of an order is ever inserted.
        arguments: Vec<String>,
    },
    /// Calls a URL.
    Http {
        url: HookAddress,
        /// The key of the signature.
        secret: SecretRef,
    },
    /// Sends a mail.
    Mail {
        /// An address, or a template for one: `{{ customer.email }}`.
        to: String,
        /// A template; none: the first line of `template` is `Subject: …`.
        subject: Option<String>,
        /// The file with the text; a name ending in `.html` makes it an HTML mail.
        template: PathBuf,
        /// Attaches the order's tickets in this format.
        tickets: Option<TicketPicture>,
    },
}

string_enum! {
    /// The picture format of an attached ticket.
    pub enum TicketPicture {
        Png = "png",
        Svg = "svg",
    }
}

impl EffectTransport {
    pub(super) fn kind(&self) -> EffectKind {
        match self {
            Self::Exec { .. } => EffectKind::Exec,
            Self::Http { .. } => EffectKind::Http,
            Self::Mail { .. } => EffectKind::Mail,
        }
    }
}

const SETTINGS: [&str; 8] = [
    "on",
    "name",
    "products",
    "repeatable",
    "timeout",
    "exec",
    "http",
    "mail",
];

pub(super) const TIMEOUT: Duration = Duration::from_secs(30);

/// Every attempt is part of a run, and a run lasts minutes.
pub(super) const TIMEOUT_MAX: Duration = Duration::from_secs(10 * 60);

pub(super) fn from_file(top: &ConfigSection<'_>) -> Result<Vec<EffectConfig>, ConfigError> {
    let mut effects: Vec<EffectConfig> = Vec::new();
    for section in top.several("effects")? {
        if is_alert(&section) {
            continue;
        }
        let effect = one(&section)?;
        let name = &effect.hook.name;
        if effects.iter().any(|other| other.hook.name == *name) {
            return Err(named_twice(&section, name));
        }
        effects.push(effect);
    }
    Ok(effects)
}

/// Whether it is about what goes wrong for a while, and not about an order.
pub(super) fn is_alert(section: &ConfigSection<'_>) -> bool {
    // Whatever else is wrong with it is told where it is read.
    let word = section.text("on", str::parse::<IncidentKind>);
    word.is_ok_and(|kind| kind.is_some())
}

pub(super) fn named_twice(section: &ConfigSection<'_>, name: &HookName) -> ConfigError {
    let what = format!("two effects are named {name}");
    section.unfit("name", &what, "give each effect its own name: name = \"…\"")
}

fn one(section: &ConfigSection<'_>) -> Result<EffectConfig, ConfigError> {
    section.only(&SETTINGS)?;
    let words = "must be paid, revoked, expired, cancelled, refund_due or case_opened";
    let occasion: Option<Trigger> = section.word("on", words)?;
    let occasion = occasion.ok_or_else(|| section.missing("on", "on = \"paid\""))?;
    let means = means(section)?;
    let kind = means.kind();
    let name = match section.text("name", str::parse::<HookName>)? {
        Some(name) => name,
        None => format!("{occasion}-{kind}")
            .parse()
            .map_err(|_| section.missing("name", "name = \"…\""))?,
    };
    let repeatable = match section.flag("repeatable")? {
        Some(false) => RetryOnUnknown::No,
        Some(true) | None => RetryOnUnknown::Yes,
    };
    Ok(EffectConfig {
        hook: Hook {
            name,
            occasion,
            kind,
            products: section
                .texts("products", str::parse::<Sku>)?
                .unwrap_or_default(),
            repeatable,
        },
        timeout: section
            .span("timeout", duration, TIMEOUT_MAX)?
            .unwrap_or(TIMEOUT),
        means,
    })
}

pub(super) fn means(section: &ConfigSection<'_>) -> Result<EffectTransport, ConfigError> {
    const MEANS: [&str; 3] = ["exec", "http", "mail"];
    let mut named = MEANS.into_iter().filter(|key| section.has(key));
    let hint = "write exactly one of: exec = [\"program\"], http = { url, secret }, mail = { to, template }";
    match (named.next(), named.next()) {
        (Some(_), Some(second)) => {
            Err(section.unfit(second, "an effect has two of exec, http and mail", hint))
        }
        (Some("exec"), None) => exec(section),
        (Some("http"), None) => match section.section("http")? {
            Some(http) => self::http(&http),
            None => Err(section.missing("http", "http = { url = \"…\", secret = \"env:…\" }")),
        },
        (Some(_), None) => match section.section("mail")? {
            Some(mail) => self::mail(&mail),
            None => Err(section.missing("mail", "mail = { to = \"…\", template = \"…\" }")),
        },
        (None, _) => Err(section.unfit("", "an effect has none of exec, http and mail", hint)),
    }
}

fn exec(section: &ConfigSection<'_>) -> Result<EffectTransport, ConfigError> {
    let word = |text: &str| {
        if text.contains('\0') {
            return Err("must not contain a NUL byte");
        }
        Ok(text.to_owned())
    };
    let mut words = section.texts("exec", word)?.unwrap_or_default();
    if words.first().is_none_or(|program| program.is_empty()) {
        let what = "effects.exec must name a program";
        let hint = "write the program, then its arguments: exec = [\"program\", \"argument\"]";
        return Err(section.unfit("exec", what, hint));
    }
    let program = words.remove(0);
    let is_bare = !program.contains(['/', MAIN_SEPARATOR]);
    Ok(EffectTransport::Exec {
        program: if is_bare {
            PathBuf::from(program)
        } else {
            section.folder().join(program)
        },
        arguments: words,
    })
}

fn http(section: &ConfigSection<'_>) -> Result<EffectTransport, ConfigError> {
    section.only(&["url", "secret"])?;
    Ok(EffectTransport::Http {
        url: section.required("url", "url = \"https://…\"", str::parse::<HookAddress>)?,
        secret: section.secret("secret", "HOOK_SECRET")?,
    })
}

fn mail(section: &ConfigSection<'_>) -> Result<EffectTransport, ConfigError> {
    section.only(&["to", "subject", "template", "tickets"])?;
    Ok(EffectTransport::Mail {
        to: section.required("to", "to = \"{{ customer.email }}\"", line)?,
        subject: section.text("subject", line)?,
        template: section
            .path("template")?
            .ok_or_else(|| section.missing("template", "template = \"mail/ticket.txt\""))?,
        tickets: section.word("tickets", "must be png or svg")?,
    })
}

fn line(text: &str) -> Result<String, &'static str> {
    if text.trim().is_empty() || text.chars().any(char::is_control) {
        return Err("must be one line of text");
    }
    Ok(text.to_owned())
}
