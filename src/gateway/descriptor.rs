//! What the rest of the house needs to know about a kind of gateway without knowing the gateway.
//!
//! Each gateway's folder has one [`GatewayDescriptor`]; [`super::registry`] lists them. It is data and functions of
//! values: nothing here reads a file, sends a request or decides.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::Gateway;
use super::account::{AccountFacts, AccountProblem, GatewaySecrets, GatewaySettings};
use crate::domain::payment::FIRST_API;
use crate::domain::{GatewayName, Reference, TransactionId};

/// One kind of gateway.
pub struct GatewayDescriptor {
    /// The word of `kind` in the configuration, and the name of an account that only variables describe.
    pub word: &'static str,
    /// The settings that only this kind has, in the order in which they are read, listed and written.
    pub settings: &'static [Setting],
    /// The account that variables describe when there is no configuration file.
    pub from_variables: FromVariables,
    /// Parts, in lower case, of a text that is certainly one of its keys and must never be shown.
    pub key_marks: &'static [&'static str],
    /// Settings of an account that work but look wrong.
    pub doubts: fn(&AccountFacts<'_>) -> Vec<AccountProblem>,
    pub init: InitForm,
    pub pace: Pace,
    pub versions: ApiVersions,
    /// What is known about one way to pay here, by the adapter's word for it.
    pub method: fn(&str) -> MethodTraits,
    /// Whether it accepts this as the id of a payment; otherwise a sentence about what it accepts instead.
    pub accepts_reference: fn(&Reference) -> Result<(), String>,
    /// The adapter of one account.
    pub adapter: fn(GatewayName, &GatewaySettings, &GatewaySecrets) -> Arc<dyn Gateway>,
}

/// Looks a variable up; `None` if it is not set or empty.
pub type Variables<'a> = dyn Fn(&str) -> Option<&'a str> + 'a;

/// The settings, and for each secret the variable that has it. `None`: the variables describe no account.
pub type FromVariables = fn(&Variables<'_>) -> Result<Option<VariableAccount>, AccountProblem>;

/// An account that variables describe. Addresses are left to their defaults.
#[derive(Debug, Default)]
pub struct VariableAccount {
    pub settings: GatewaySettings,
    /// The key of each setting that is a secret, with its variable.
    pub secrets: Vec<(&'static str, &'static str)>,
}

/// One setting of an account.
#[derive(Debug, Clone, Copy)]
pub struct Setting {
    pub key: &'static str,
    pub shape: SettingShape,
}

impl Setting {
    pub(super) const fn required(key: &'static str, example: &'static str, check: Check) -> Self {
        let example = Some(example);
        let shape = SettingShape::Text { check, example };
        Self { key, shape }
    }

    pub(super) const fn optional(key: &'static str, check: Check) -> Self {
        let example = None;
        let shape = SettingShape::Text { check, example };
        Self { key, shape }
    }

    pub(super) const fn number(key: &'static str, least: i64, most: i64) -> Self {
        let shape = SettingShape::Number(least, most);
        Self { key, shape }
    }

    pub(super) const fn address(
        key: &'static str,
        usual: fn(&GatewaySettings) -> &'static str,
    ) -> Self {
        let shape = SettingShape::Address(usual);
        Self { key, shape }
    }

    pub(super) const fn secret(
        key: &'static str,
        variable: &'static str,
        need: SecretNeed,
    ) -> Self {
        let shape = SettingShape::Secret { variable, need };
        Self { key, shape }
    }
}

/// Says what a setting must be if it is not, and does not repeat it.
pub type Check = fn(&str) -> Result<(), &'static str>;

/// What a setting may be.
#[derive(Debug, Clone, Copy)]
pub enum SettingShape {
    Text {
        check: Check,
        /// A line for the message if it is missing; `None`: it is optional.
        example: Option<&'static str>,
    },
    /// A whole number from the first to the second; optional.
    Number(i64, i64),
    /// Where requests go; the function gives the default, from the settings before this one.
    Address(fn(&GatewaySettings) -> &'static str),
    /// A secret, by the variable in which it usually is.
    Secret {
        variable: &'static str,
        need: SecretNeed,
    },
}

/// Whether an account works without a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecretNeed {
    Required,
    /// It may be left out; if it is configured, it must be there.
    Optional,
    /// Only notifications signed with it suffer if it is not there.
    Former,
}

/// How `init` asks for an account, and what it writes for it.
pub struct InitForm {
    /// The options of `init`. The first one is asked for, and says whether there is an account at all.
    pub options: &'static [InitOption],
    /// The question for the first option.
    pub question: InitQuestion,
    /// What a person must put into the `.env`: what it is, and its variable.
    pub keys: &'static [(&'static str, &'static str)],
    /// The section of an account with these settings.
    pub section: fn(&GatewaySettings) -> String,
    /// The section of an account at the simulator at this address; the note stands behind each key.
    pub simulated: fn(&str, &str) -> String,
    /// Texts that the simulator takes for keys, by their variables.
    pub simulated_keys: &'static [(&'static str, &'static str)],
}

/// One option of `init`, for one setting.
pub struct InitOption {
    pub flag: &'static str,
    /// What stands for the value in the help, and what in an example.
    pub value_name: &'static str,
    pub example: &'static str,
    pub help: &'static str,
    pub setting: &'static str,
    pub check: fn(&str) -> Result<(), String>,
}

#[derive(Clone, Copy)]
pub struct InitQuestion {
    pub prompt: &'static str,
    /// The answer if nothing is typed; `none`: no account.
    pub usual: &'static str,
    pub check: fn(&str) -> Result<(), String>,
}

/// How often a gateway may be asked, beyond the limit in the configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// Requests that open, close or refund; 0: no separate limit.
    pub changes_per_second: u32,
    /// Requests of any kind; 0: no limit of the gateway's own.
    pub requests_per_minute: u32,
    /// Between two queries of one payment.
    pub read_interval: Duration,
}

impl Pace {
    /// No limit of the gateway's own.
    pub const FREE: Self = Self {
        changes_per_second: 0,
        requests_per_minute: 0,
        read_interval: Duration::ZERO,
    };
}

/// The versions of a gateway's interface, for a gateway that has had more than one.
#[derive(Debug, Clone, Copy)]
pub struct ApiVersions {
    /// The one under which an account opens payments.
    pub current: fn(&GatewaySettings) -> u8,
    /// The one under which a payment that the shop opened itself is queried, by the transaction id that the shop
    /// knows.
    pub registered: Registered,
    /// What to say once the first version has ended; `None`: it has not.
    pub first_ended: Option<FirstVersionEnded>,
}

pub type Registered =
    fn(&GatewayName, &GatewaySettings, Option<&TransactionId>) -> Result<u8, UnfitId>;

impl ApiVersions {
    /// There has only ever been one.
    pub const ONE: Self = Self {
        current: |_| FIRST_API,
        registered: |_, _, _| Ok(FIRST_API),
        first_ended: None,
    };
}

/// Why a payment cannot be registered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UnfitId {
    /// This version finds it only by an id that was not given.
    Missing(AccountProblem),
    /// This version knows no such ids.
    Foreign(AccountProblem),
}

/// A first version that has ended, in the words of a message.
#[derive(Debug, Clone, Copy)]
pub struct FirstVersionEnded {
    /// `Pakasir's API version 1`
    pub name: &'static str,
    /// Where a person sees the payments opened under it.
    pub dashboard: &'static str,
    /// What to do for new payments.
    pub instead: &'static str,
}

/// What is known about one way to pay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MethodTraits {
    /// The shortest and the longest time for which it can be opened.
    pub lifetime: (Duration, Duration),
    /// A page of the gateway on which the customer chooses how to pay, more than once.
    pub reusable_page: bool,
    /// Money that came in may be taken back by the bank or the counter within minutes.
    pub reversible: bool,
    /// The gateway can send money back.
    pub refundable: bool,
}

impl GatewayDescriptor {
    /// The keys of its settings.
    pub fn keys(&self) -> impl Iterator<Item = &'static str> {
        self.settings.iter().map(|setting| setting.key)
    }

    /// The setting with this key, if it is a secret.
    #[must_use]
    pub fn need(&self, key: &str) -> Option<SecretNeed> {
        let setting = self.settings.iter().find(|setting| setting.key == key)?;
        match setting.shape {
            SettingShape::Secret { need, .. } => Some(need),
            SettingShape::Text { .. } | SettingShape::Number(..) | SettingShape::Address(_) => None,
        }
    }
}

impl PartialEq for GatewayDescriptor {
    fn eq(&self, other: &Self) -> bool {
        self.word == other.word
    }
}

impl Eq for GatewayDescriptor {}

impl fmt::Debug for GatewayDescriptor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.word)
    }
}
