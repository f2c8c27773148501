//! An account at Pakasir, which is one project: its settings, and the two versions of the interface.

use std::sync::Arc;
use std::time::Duration;

use super::v1::PakasirV1;
use super::v2::{self, PakasirV2};
use super::{PACE, Pakasir, accepts_reference};
use crate::domain::payment::FIRST_API;
use crate::domain::{GatewayName, TransactionId};
use crate::gateway::account::{
    API_URL, AccountFacts, AccountMode, AccountProblem, ENVIRONMENT, GatewaySettings,
    SIMULATOR_SECRET, check_mode, parse_mode,
};
use crate::gateway::descriptor::{
    ApiVersions, FirstVersionEnded, GatewayDescriptor, InitForm, InitOption, InitQuestion,
    MethodTraits, SecretNeed, Setting, UnfitId, VariableAccount, Variables,
};

const PROJECT: &str = "project";
const KEY: &str = "api_key";
const API_VERSION: &str = "api_version";
const WEBHOOK_SECRET: &str = "webhook_secret";

const PROJECT_VARIABLE: &str = "PAKASIR_PROJECT";
const KEY_VARIABLE: &str = "PAKASIR_API_KEY";
const SECRET_VARIABLE: &str = "PAKASIR_WEBHOOK_SECRET";

/// Sandbox or production is a mode of the project, set at Pakasir, and both are at the same host; every answer says
/// which it is.
pub(in crate::gateway) static DESCRIPTOR: GatewayDescriptor = GatewayDescriptor {
    word: "pakasir",
    settings: &[
        Setting::required(PROJECT, "project = \"the name in its URLs\"", check_project),
        Setting::secret(KEY, KEY_VARIABLE, SecretNeed::Required),
        Setting::number(API_VERSION, 1, 2),
        Setting::optional(ENVIRONMENT, check_mode),
        Setting::secret(WEBHOOK_SECRET, SECRET_VARIABLE, SecretNeed::Optional),
        Setting::address(API_URL, |_| "https://app.pakasir.com"),
    ],
    from_variables,
    key_marks: &[],
    doubts,
    init: InitForm {
        options: &[
            InitOption {
                flag: "pakasir",
                value_name: "PROJECT",
                example: "PROJECT",
                help: "Pakasir project, by its name in Pakasir's URLs",
                setting: PROJECT,
                check: parse_project,
            },
            InitOption {
                flag: "pakasir-environment",
                value_name: "ENVIRONMENT",
                example: "sandbox",
                help: "Environment of that project: sandbox or production; default: sandbox",
                setting: ENVIRONMENT,
                check: parse_mode,
            },
        ],
        question: InitQuestion {
            prompt: "Pakasir project, by its name in the URLs (or none)",
            usual: "none",
            check: parse_project,
        },
        keys: &[("the Pakasir API key", KEY_VARIABLE)],
        section,
        simulated,
        simulated_keys: &[
            (KEY_VARIABLE, "simulator"),
            (SECRET_VARIABLE, SIMULATOR_SECRET),
        ],
    },
    pace: PACE,
    versions: ApiVersions {
        current: version,
        registered,
        first_ended: Some(FirstVersionEnded {
            name: "Pakasir's API version 1",
            dashboard: "Pakasir's dashboard",
            instead: "set api_version = 2, environment and webhook_secret",
        }),
    },
    // Pakasir ends every payment itself after a day, and has no call for refunds.
    method: |_| MethodTraits {
        lifetime: (Duration::ZERO, Duration::from_secs(24 * 60 * 60)),
        reusable_page: false,
        reversible: false,
        refundable: false,
    },
    accepts_reference,
    adapter: |name, settings, secrets| {
        let address = (settings.text(API_URL), settings.text(PROJECT));
        let key = secrets.required(KEY);
        let v1 = PakasirV1::new(name.clone(), address.0, address.1, key.clone());
        let secret = secrets.get(WEBHOOK_SECRET);
        let v2 = PakasirV2::new(name, address, key, settings.mode(), secret);
        Arc::new(Pakasir::new(v1, v2, version(settings)))
    },
};

fn section(settings: &GatewaySettings) -> String {
    let project = settings.text(PROJECT);
    let environment = settings.mode().unwrap_or(AccountMode::Sandbox);
    format!(
        "\
[gateways.pakasir]
kind = \"pakasir\"
project = \"{project}\"
api_key = \"env:PAKASIR_API_KEY\"   # env:NAME or file:PATH, never the key itself
api_version = 2
environment = \"{environment}\"   # the project's mode; payments in the other mode never count
## webhook_secret = \"env:PAKASIR_WEBHOOK_SECRET\"   # from the project; proves that a notification is genuine
"
    )
}

fn simulated(url: &str, note: &str) -> String {
    format!(
        "\
[gateways.pakasir]
kind = \"pakasir\"
project = \"tokoku\"
api_key = \"env:PAKASIR_API_KEY\"   # {note}
api_version = 2
environment = \"production\"   # the simulator answers as a live project does
webhook_secret = \"env:PAKASIR_WEBHOOK_SECRET\"
api_url = \"{url}\"
"
    )
}

/// The version under which payments are opened, as stored with each payment. Configurations from before the second
/// one mean the first.
fn version(settings: &GatewaySettings) -> u8 {
    let number = settings.get(API_VERSION);
    number
        .and_then(|number| number.parse().ok())
        .unwrap_or(FIRST_API)
}

/// A project, by its name in the URLs: the text must be able to stand there as it is.
fn check_project(text: &str) -> Result<(), &'static str> {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
    if text.is_empty() || text.len() > 64 || !text.bytes().all(is_allowed) {
        return Err(
            "must be the project's name as in its Pakasir URLs: 1 to 64 of letters, digits, - _ . ~",
        );
    }
    Ok(())
}

fn parse_project(text: &str) -> Result<(), String> {
    check_project(text).map_err(str::to_owned)
}

fn from_variables(filled: &Variables<'_>) -> Result<Option<VariableAccount>, AccountProblem> {
    let lonely = |here: &str, lacks: &str| AccountProblem {
        what: format!("{here} is set, but {lacks} is not"),
        hint: format!("set {lacks}"),
    };
    let project = match (filled(PROJECT_VARIABLE), filled(KEY_VARIABLE)) {
        (None, None) => return Ok(None),
        (Some(_), None) => return Err(lonely(PROJECT_VARIABLE, KEY_VARIABLE)),
        (None, Some(_)) => return Err(lonely(KEY_VARIABLE, PROJECT_VARIABLE)),
        (Some(project), Some(_)) => project,
    };
    check_project(project).map_err(|must| AccountProblem {
        what: format!("{PROJECT_VARIABLE} {must}"),
        hint: "set it".to_owned(),
    })?;
    Ok(Some(VariableAccount {
        settings: GatewaySettings::default().with(PROJECT, project),
        secrets: vec![(KEY, KEY_VARIABLE)],
    }))
}

/// Settings that the second version needs.
fn doubts(account: &AccountFacts<'_>) -> Vec<AccountProblem> {
    if version(account.settings) != v2::VERSION {
        return Vec::new();
    }
    let name = account.name;
    let of_mode = account.settings.mode().is_none().then(|| AccountProblem {
        what: format!(
            "{name}: environment is not configured, so payments in the sandbox never count"
        ),
        hint: format!("set environment = \"production\" or \"sandbox\" in [gateways.{name}]"),
    });
    let is_configured = account.places.contains_key(WEBHOOK_SECRET);
    let of_secret = (!is_configured).then(|| AccountProblem {
        what: format!(
            "{name}: webhook_secret is not configured, so its notifications cannot be verified"
        ),
        hint: format!("set webhook_secret = \"env:PAKASIR_WEBHOOK_SECRET\" in [gateways.{name}]"),
    });
    of_mode.into_iter().chain(of_secret).collect()
}

/// The second version finds a payment only by its id, and the first knows no ids.
fn registered(
    name: &GatewayName,
    settings: &GatewaySettings,
    id: Option<&TransactionId>,
) -> Result<u8, UnfitId> {
    match (version(settings), id) {
        (v2::VERSION, None) => Err(UnfitId::Missing(AccountProblem {
            what: format!(
                "{name} finds a payment only by Pakasir's own ID for it, which is missing"
            ),
            hint:
                "give the txn_id of Pakasir's answer: --transaction-id, or transaction_id in a file"
                    .to_owned(),
        })),
        (FIRST_API, Some(_)) => Err(UnfitId::Foreign(AccountProblem {
            what: format!(
                "{name} is configured for Pakasir's API version 1, which has no transaction IDs"
            ),
            hint: format!("set api_version = 2 in [gateways.{name}]"),
        })),
        (version, _) => Ok(version),
    }
}
