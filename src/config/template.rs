//! The files that `init` writes for a new shop.

use std::fmt::Write as _;

use crate::gateway::account::GatewaySettings;
use crate::gateway::descriptor::GatewayDescriptor;
use crate::gateway::registry::GATEWAYS;

/// The settings that were chosen for the shop.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InitChoices {
    /// The database's path, if not the default.
    pub database: Option<String>,
    /// A time zone; none: the machine's.
    pub timezone: Option<String>,
    pub accounts: Vec<InitAccount>,
    /// Whether every gateway is played by the simulator on this machine.
    pub simulator: bool,
}

/// An account at a gateway.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InitAccount {
    pub kind: &'static GatewayDescriptor,
    pub settings: GatewaySettings,
}

/// Where the simulator listens unless it is told otherwise.
pub const SIMULATOR_PORT: u16 = 18_080;

impl InitChoices {
    /// An account at each gateway, all played by the simulator.
    #[must_use]
    pub fn simulator() -> Self {
        Self {
            simulator: true,
            ..Self::default()
        }
    }
}

/// A configuration file for these choices. Settings that keep their defaults are written as comments.
#[must_use]
pub fn template(choices: &InitChoices) -> String {
    let database = quoted(choices.database.as_deref().unwrap_or("payctl.db"));
    let timezone = match &choices.timezone {
        Some(zone) => format!("timezone = {}", quoted(zone)),
        None => "# timezone = \"Asia/Jakarta\"   # default: the machine's".to_owned(),
    };
    let mut text = format!(
        "\
# Configuration of payctl. Relative paths, and the .env with the keys, are looked up in the folder of this file.

database = {database}
{timezone}

# [expiry]
# order_lifetime = \"1h\"   # deadline of orders created without one
# grace = \"3m\"            # how long after its deadline a payment still counts as on time
"
    );
    if choices.simulator {
        text.push_str(&simulated());
    }
    for account in &choices.accounts {
        let section = (account.kind.init.section)(&account.settings);
        let _ = write!(text, "\n{section}{LIMITS}");
    }
    text.push_str(EFFECTS);
    text
}

/// Every gateway at the simulator. Nothing is left open that a run would warn about.
fn simulated() -> String {
    let url = format!("http://127.0.0.1:{SIMULATOR_PORT}");
    let note = "env:NAME or file:PATH, never the key itself";
    let sections = GATEWAYS.map(|kind| (kind.init.simulated)(&url, note));
    let [first, ..] = GATEWAYS.map(|kind| kind.word);
    format!(
        "
# Both gateways are played by the simulator on this machine: payctl simulator run
# Where another program has its port, write another one in all three addresses.

[pay]
gateway = \"{first}\"   # where payctl pay opens a payment unless it is told
method = \"qris\"

{}",
        sections.join("\n")
    )
}

/// An example, not a default, so it has two comment marks where a default has one.
const EFFECTS: &str = "
## What to do when an order is paid: run a program, call a URL or send a mail. Remove the ## and adapt it.
## [[effects]]
## on = \"paid\"
## exec = [\"hooks/paid\"]   # receives the order as JSON on standard input
";

/// The start of the `.env` next to it: the names of the keys, without values.
#[must_use]
pub fn env_template(choices: &InitChoices) -> String {
    let mut text = "# The gateways' keys. Keep this file out of version control, and readable by one user only.\n".to_owned();
    if choices.simulator {
        text.push_str(
            "# The simulator takes any keys. Real ones belong into the .env of a real shop.\n",
        );
        for (variable, key) in GATEWAYS.iter().flat_map(|kind| kind.init.simulated_keys) {
            let _ = writeln!(text, "{variable}={key}");
        }
    }
    for (_, variable) in choices.keys() {
        let _ = writeln!(text, "{variable}=");
    }
    text
}

impl InitChoices {
    /// The keys that a person must put into the `.env`: what each is, and its variable.
    pub fn keys(&self) -> impl Iterator<Item = &'static (&'static str, &'static str)> {
        self.accounts
            .iter()
            .flat_map(|account| account.kind.init.keys)
    }
}

const LIMITS: &str = "\
# requests_per_second = 10   # 0 means no limit
# max_in_flight = 16
# timeout = \"30s\"
# connect_timeout = \"10s\"
";

/// A text in TOML syntax.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' | '\\' => quoted.extend(['\\', letter]),
            _ if letter.is_control() => {
                let _ = write!(quoted, "\\u{:04X}", u32::from(letter));
            }
            _ => quoted.push(letter),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::super::SecretRef;
    use super::super::tests::load;
    use super::*;
    use crate::domain::Zone;
    use crate::gateway::account::AccountMode;
    use crate::gateway::registry::by_word;

    fn midtrans(mode: AccountMode) -> InitAccount {
        InitAccount {
            kind: by_word("midtrans").unwrap(),
            settings: GatewaySettings::default().with("environment", mode.word()),
        }
    }

    fn pakasir() -> InitAccount {
        InitAccount {
            kind: by_word("pakasir").unwrap(),
            settings: GatewaySettings::default().with("project", "tokoku"),
        }
    }

    fn choices() -> impl Iterator<Item = InitChoices> {
        let modes = AccountMode::ALL.iter().copied().map(Some);
        modes.chain([None]).flat_map(|mode| {
            [None, Some(pakasir())].map(|pakasir| InitChoices {
                accounts: mode.map(midtrans).into_iter().chain(pakasir).collect(),
                ..InitChoices::default()
            })
        })
    }

    #[test]
    fn a_new_configuration_reads_back_as_chosen() {
        for choices in choices() {
            let config = load(&template(&choices)).unwrap();
            assert_eq!(config.gateways.len(), choices.accounts.len());
            for (account, read) in choices.accounts.iter().zip(config.gateways.values()) {
                let option = &account.kind.init.options[0];
                let chosen = account.settings.get(option.setting);
                assert_eq!(read.kind, account.kind);
                assert_eq!(read.settings.get(option.setting), chosen);
            }
            assert_eq!(config.zone, Zone::Machine);
        }
    }

    #[test]
    fn a_simulated_shop_stays_on_this_machine() {
        let choices = InitChoices::simulator();
        let config = load(&template(&choices)).unwrap();
        assert_eq!(config.gateways.len(), 2);
        for gateway in config.gateways.values() {
            let address = gateway.api_url();
            assert!(address.is_loopback(), "{address}");
            assert_eq!(address.port(), Some(SIMULATOR_PORT));
            for secret in gateway.secrets.values() {
                let SecretRef::Env(name) = secret else {
                    panic!("{gateway:?}");
                };
                assert!(env_template(&choices).contains(&format!("\n{name}=")));
            }
        }
        assert!(config.pay.gateway.is_some());
    }

    #[test]
    fn template_and_dotenv_name_the_same_keys() {
        for choices in choices() {
            let config = load(&template(&choices)).unwrap();
            let lines = env_template(&choices);
            for gateway in config.gateways.values() {
                for secret in gateway.secrets.values() {
                    let SecretRef::Env(name) = secret else {
                        panic!("{gateway:?}");
                    };
                    assert!(lines.contains(&format!("\n{name}=\n")), "{lines}");
                }
            }
            let names = lines.lines().filter(|line| line.ends_with('='));
            assert_eq!(names.count(), config.gateways.len());
        }
    }

    #[test]
    fn the_templates_comments_are_the_defaults() {
        let choices = InitChoices {
            accounts: vec![midtrans(AccountMode::Sandbox), pakasir()],
            timezone: Some("Asia/Jakarta".to_owned()),
            ..InitChoices::default()
        };
        let text = template(&choices);
        let is_setting = |line: &&str| line.contains(" = ") || line.starts_with("# [");
        let uncommented: Vec<&str> = text
            .lines()
            .filter(|line| !line.starts_with('#') || is_setting(line))
            .map(|line| line.strip_prefix("# ").unwrap_or(line))
            .collect();
        assert_ne!(uncommented.join("\n"), text.trim_end());
        assert_eq!(load(&uncommented.join("\n")).unwrap(), load(&text).unwrap());
    }

    #[test]
    fn odd_path_characters_survive_the_template() {
        let odd = "C:\\shop\\\"new\"\u{1b}.db";
        let choices = InitChoices {
            database: Some(odd.to_owned()),
            ..InitChoices::default()
        };
        let config = load(&template(&choices)).unwrap();
        assert_eq!(config.database, config.folder.join(odd));
    }
}
