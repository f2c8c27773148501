//! An account at Midtrans: its settings, and what is known about each way to pay.

use std::sync::Arc;

use secrecy::ExposeSecret;

use super::{Midtrans, methods, opening};
use crate::gateway::account::{
    API_URL, AccountFacts, AccountMode, AccountProblem, ENVIRONMENT, GatewaySettings, check_mode,
    parse_mode,
};
use crate::gateway::descriptor::{
    ApiVersions, GatewayDescriptor, InitForm, InitOption, InitQuestion, Pace, SecretNeed, Setting,
    VariableAccount, Variables,
};

const SNAP_URL: &str = "snap_url";
const KEY: &str = "server_key";
const KEY_BEFORE: &str = "server_key_previous";

const KEY_VARIABLE: &str = "MIDTRANS_SERVER_KEY";
const KEY_BEFORE_VARIABLE: &str = "MIDTRANS_SERVER_KEY_PREVIOUS";
const MODE_VARIABLE: &str = "MIDTRANS_IS_PRODUCTION";

pub(in crate::gateway) static DESCRIPTOR: GatewayDescriptor = GatewayDescriptor {
    word: "midtrans",
    settings: &[
        Setting::required(
            ENVIRONMENT,
            "environment = \"sandbox\" or environment = \"production\"",
            check_mode,
        ),
        Setting::secret(KEY, KEY_VARIABLE, SecretNeed::Required),
        Setting::secret(KEY_BEFORE, KEY_BEFORE_VARIABLE, SecretNeed::Former),
        Setting::address(API_URL, core_url),
        Setting::address(SNAP_URL, snap_url),
    ],
    from_variables,
    // Its keys show their kind (Midtrans docs, Access Keys).
    key_marks: &["mid-server-", "mid-client-"],
    doubts,
    init: InitForm {
        options: &[InitOption {
            flag: "midtrans",
            value_name: "ENVIRONMENT",
            example: "sandbox",
            help: "Environment of the Midtrans account: sandbox or production",
            setting: ENVIRONMENT,
            check: parse_mode,
        }],
        question: InitQuestion {
            prompt: "Midtrans account (sandbox, production or none)",
            usual: "sandbox",
            check: |word| {
                parse_mode(word).map_err(|_| "must be sandbox, production or none".to_owned())
            },
        },
        keys: &[("the Midtrans server key", KEY_VARIABLE)],
        section,
        simulated,
        simulated_keys: &[(KEY_VARIABLE, "SB-Mid-server-simulator")],
    },
    pace: Pace::FREE,
    versions: ApiVersions::ONE,
    method: methods::traits,
    accepts_reference: opening::accepts,
    adapter: |name, settings, secrets| {
        let (core, snap) = (settings.text(API_URL), settings.text(SNAP_URL));
        let midtrans = Midtrans::new(name, core, snap, secrets.required(KEY));
        Arc::new(midtrans.with_previous(secrets.get(KEY_BEFORE)))
    },
};

fn section(settings: &GatewaySettings) -> String {
    let environment = settings.text(ENVIRONMENT);
    format!(
        "\
[gateways.midtrans]
kind = \"midtrans\"
environment = \"{environment}\"
server_key = \"env:MIDTRANS_SERVER_KEY\"   # env:NAME or file:PATH, never the key itself
"
    )
}

fn simulated(url: &str, note: &str) -> String {
    format!(
        "\
[gateways.midtrans]
kind = \"midtrans\"
environment = \"sandbox\"
server_key = \"env:MIDTRANS_SERVER_KEY\"   # {note}
api_url = \"{url}\"
snap_url = \"{url}\"
"
    )
}

/// The host of the Core API, without `/v2` (midtrans-nodejs-client, `lib/apiConfig.js`).
fn core_url(settings: &GatewaySettings) -> &'static str {
    match settings.mode() {
        Some(AccountMode::Production) => "https://api.midtrans.com",
        Some(AccountMode::Sandbox) | None => "https://api.sandbox.midtrans.com",
    }
}

/// The host of Snap, without `/snap/v1` (midtrans-nodejs-client, `lib/apiConfig.js`).
fn snap_url(settings: &GatewaySettings) -> &'static str {
    match settings.mode() {
        Some(AccountMode::Production) => "https://app.midtrans.com",
        Some(AccountMode::Sandbox) | None => "https://app.sandbox.midtrans.com",
    }
}

fn from_variables(filled: &Variables<'_>) -> Result<Option<VariableAccount>, AccountProblem> {
    if filled(KEY_VARIABLE).is_none() {
        return Ok(None);
    }
    let word = filled(MODE_VARIABLE)
        .unwrap_or("false")
        .to_ascii_lowercase();
    let mode = match word.as_str() {
        "true" | "1" => AccountMode::Production,
        "false" | "0" => AccountMode::Sandbox,
        _ => {
            return Err(AccountProblem {
                what: format!("{MODE_VARIABLE} must be true or false"),
                hint: "set it to true or false".to_owned(),
            });
        }
    };
    let before = filled(KEY_BEFORE_VARIABLE).map(|_| (KEY_BEFORE, KEY_BEFORE_VARIABLE));
    Ok(Some(VariableAccount {
        settings: GatewaySettings::default().with(ENVIRONMENT, mode.word()),
        secrets: [(KEY, KEY_VARIABLE)].into_iter().chain(before).collect(),
    }))
}

/// A key that looks like one for something else. It may be right: Midtrans may change the prefixes of its keys.
fn doubts(account: &AccountFacts<'_>) -> Vec<AccountProblem> {
    let (Some(mode), Some(key)) = (account.settings.mode(), account.secrets.get(KEY)) else {
        return Vec::new();
    };
    let key = key.expose_secret().to_ascii_lowercase();
    let looks_like = if key.starts_with("sb-mid-") {
        AccountMode::Sandbox
    } else if key.starts_with("mid-") {
        AccountMode::Production
    } else {
        mode
    };
    let name = account.name;
    let place = account.places.get(KEY).map_or("", String::as_str);
    // Midtrans answers 401 if a server call uses a client key (midtrans-python-client#10).
    let doubt = if key.contains("-client-") {
        AccountProblem {
            what: format!(
                "{name}: the key at {place} looks like a client key, which Midtrans rejects here"
            ),
            hint: "use the server key from Settings, Access Keys in the Midtrans dashboard"
                .to_owned(),
        }
    } else if looks_like != mode {
        AccountProblem {
            what: format!(
                "{name}: environment is {mode}, but the key at {place} looks like one for {looks_like}"
            ),
            hint: "if every answer is a 401, one of the two is wrong".to_owned(),
        }
    } else {
        return Vec::new();
    };
    vec![doubt]
}
