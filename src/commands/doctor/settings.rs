//! The configuration, each reference in it, and what works but looks wrong.

use super::Findings;
use crate::commands::Context;
use crate::config::{ConfigSource, EffectTransport, SecretRef};

const CHECK: &str = "configuration";

pub(in crate::commands) fn check(context: &Context<'_>, found: &mut Findings) {
    let config = &context.config;
    match &config.source {
        ConfigSource::File(path) => {
            let path = path.display().to_string();
            found.ok(CHECK, Some(&path), "it is read without an error");
        }
        ConfigSource::Environment => found.ok(CHECK, None, "variables of the environment alone"),
        ConfigSource::Defaults => found.misconfigured(
            CHECK,
            None,
            "there is none, so payctl knows no gateway",
            "payctl init",
        ),
    }
    if let Some(unread) = context.environment.dotenv_trouble() {
        found.misconfigured(CHECK, Some(".env"), unread.to_string(), unread.hint());
    }
    for warning in config.warnings(&context.environment) {
        found.warn(CHECK, None, warning.what, warning.hint);
    }
    for (owner, what, reference) in references(context) {
        reference_of(&owner, what, reference, context, found);
    }
    if let Err(error) = config.cgi.token(&context.environment) {
        found.misconfigured("key", Some("cgi.token"), error.to_string(), error.hint());
    }
}

/// Every secret of the configuration: whose, which, and where it is.
fn references<'a>(context: &'a Context<'_>) -> Vec<(String, &'a str, &'a SecretRef)> {
    let config = &context.config;
    let gateways = config.gateways.iter().flat_map(|(name, account)| {
        let secrets = account.secrets.iter();
        secrets.map(move |(key, secret)| (format!("gateways.{name}"), *key, secret))
    });
    let effects = config
        .effects
        .iter()
        .filter_map(|effect| match &effect.means {
            EffectTransport::Http { secret, .. } => {
                Some((format!("effect {}", effect.hook.name), "secret", secret))
            }
            EffectTransport::Exec { .. } | EffectTransport::Mail { .. } => None,
        });
    let smtp = config.smtp.iter().filter_map(|smtp| {
        let (_, password) = smtp.login.as_ref()?;
        Some(("smtp".to_owned(), "password", password))
    });
    gateways.chain(effects).chain(smtp).collect()
}

fn reference_of(
    owner: &str,
    what: &str,
    reference: &SecretRef,
    context: &Context<'_>,
    found: &mut Findings,
) {
    let about = format!("{owner}.{what}");
    match reference.resolve(&context.environment) {
        Ok(_) => found.ok("key", Some(&about), format!("it is at {reference}")),
        Err(error) => {
            found.misconfigured("key", Some(&about), error.to_string(), error.hint());
        }
    }
}
