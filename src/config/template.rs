//! The files that `init` writes for a new shop.

use std::fmt::Write as _;

use super::gateway::MidtransEnvironment;

/// The settings that were chosen for the shop.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InitChoices {
    /// The database's path, if not the default.
    pub database: Option<String>,
    /// A time zone; none: the machine's.
    pub timezone: Option<String>,
    pub midtrans: Option<MidtransEnvironment>,
    /// The Pakasir project.
    pub pakasir: Option<String>,
    /// The mode of that project.
    pub pakasir_environment: Option<MidtransEnvironment>,
    /// Whether both gateways are played by the simulator on this machine.
    pub simulator: bool,
}

/// Where the simulator listens unless it is told otherwise.
pub const SIMULATOR_PORT: u16 = 18_080;

/// The secret in the notifications of its Pakasir project, as `init` writes it.
pub const SIMULATOR_SECRET: &str = "simulator";

impl InitChoices {
    /// An account at each gateway, both played by the simulator.
    #[must_use]
    pub fn simulator() -> Self {
        Self {
            midtrans: Some(MidtransEnvironment::Sandbox),
            pakasir: Some("tokoku".to_owned()),
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
        return text;
    }
    if let Some(environment) = choices.midtrans {
        let _ = write!(text, "{}", midtrans(environment));
    }
    if let Some(project) = &choices.pakasir {
        let _ = write!(
            text,
            "{}",
            pakasir(
                project,
                choices
                    .pakasir_environment
                    .unwrap_or(MidtransEnvironment::Sandbox)
            )
        );
    }
    text.push_str(EFFECTS);
    text
}

/// Both gateways at the simulator. Nothing is left open that a run would warn about.
fn simulated() -> String {
    let url = format!("http://127.0.0.1:{SIMULATOR_PORT}");
    format!(
        "
# Both gateways are played by the simulator on this machine: payctl simulator run
# Where another program has its port, write another one in all three addresses.

[pay]
gateway = \"midtrans\"   # where payctl pay opens a payment unless it is told
method = \"qris\"

[gateways.midtrans]
kind = \"midtrans\"
environment = \"sandbox\"
server_key = \"env:MIDTRANS_SERVER_KEY\"   # env:NAME or file:PATH, never the key itself
api_url = \"{url}\"
snap_url = \"{url}\"

[gateways.pakasir]
kind = \"pakasir\"
project = \"tokoku\"
api_key = \"env:PAKASIR_API_KEY\"   # env:NAME or file:PATH, never the key itself
api_version = 2
environment = \"production\"   # the simulator answers as a live project does
webhook_secret = \"env:PAKASIR_WEBHOOK_SECRET\"
api_url = \"{url}\"
{EFFECTS}"
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
        text.push_str("MIDTRANS_SERVER_KEY=SB-Mid-server-simulator\nPAKASIR_API_KEY=simulator\n");
        let _ = writeln!(text, "PAKASIR_WEBHOOK_SECRET={SIMULATOR_SECRET}");
        return text;
    }
    if choices.midtrans.is_some() {
        text.push_str("MIDTRANS_SERVER_KEY=\n");
    }
    if choices.pakasir.is_some() {
        text.push_str("PAKASIR_API_KEY=\n");
    }
    text
}

fn midtrans(environment: MidtransEnvironment) -> String {
    format!(
        "
[gateways.midtrans]
kind = \"midtrans\"
environment = \"{environment}\"
server_key = \"env:MIDTRANS_SERVER_KEY\"   # env:NAME or file:PATH, never the key itself
{LIMITS}"
    )
}

fn pakasir(project: &str, environment: MidtransEnvironment) -> String {
    let project = quoted(project);
    format!(
        "
[gateways.pakasir]
kind = \"pakasir\"
project = {project}
api_key = \"env:PAKASIR_API_KEY\"   # env:NAME or file:PATH, never the key itself
api_version = 2
environment = \"{environment}\"   # the project's mode; payments in the other mode never count
## webhook_secret = \"env:PAKASIR_WEBHOOK_SECRET\"   # from the project; proves that a notification is genuine
{LIMITS}"
    )
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
    use super::super::tests::load;
    use super::super::{GatewayKind, SecretRef};
    use super::*;
    use crate::domain::Zone;

    fn choices() -> impl Iterator<Item = InitChoices> {
        let worlds = MidtransEnvironment::ALL.iter().copied().map(Some);
        worlds.chain([None]).flat_map(|midtrans| {
            [None, Some("tokoku".to_owned())].map(|pakasir| InitChoices {
                midtrans,
                pakasir,
                ..InitChoices::default()
            })
        })
    }

    #[test]
    fn a_new_configuration_reads_back_as_chosen() {
        for choices in choices() {
            let config = load(&template(&choices)).unwrap();
            let kinds: Vec<&GatewayKind> = config.gateways.values().map(|one| &one.kind).collect();
            let midtrans = kinds.iter().find_map(|kind| match kind {
                GatewayKind::Midtrans { environment, .. } => Some(*environment),
                GatewayKind::Pakasir { .. } => None,
            });
            let pakasir = kinds.iter().find_map(|kind| match kind {
                GatewayKind::Pakasir { project, .. } => Some(project.clone()),
                GatewayKind::Midtrans { .. } => None,
            });
            assert_eq!((midtrans, pakasir), (choices.midtrans, choices.pakasir));
            assert_eq!(config.zone, Zone::Machine);
        }
    }

    #[test]
    fn a_simulated_shop_stays_on_this_machine() {
        let choices = InitChoices::simulator();
        let config = load(&template(&choices)).unwrap();
        assert_eq!(config.gateways.len(), 2);
        for gateway in config.gateways.values() {
            let address = gateway.kind.api_url();
            assert!(address.is_loopback(), "{address}");
            assert_eq!(address.port(), Some(SIMULATOR_PORT));
            let SecretRef::Env(name) = gateway.kind.key() else {
                panic!("{gateway:?}");
            };
            assert!(env_template(&choices).contains(&format!("\n{name}=")));
        }
        assert!(config.pay.gateway.is_some());
    }

    #[test]
    fn template_and_dotenv_name_the_same_keys() {
        for choices in choices() {
            let config = load(&template(&choices)).unwrap();
            let lines = env_template(&choices);
            for gateway in config.gateways.values() {
                let SecretRef::Env(name) = gateway.kind.key() else {
                    panic!("{gateway:?}");
                };
                assert!(lines.contains(&format!("\n{name}=\n")), "{lines}");
            }
            let names = lines.lines().filter(|line| line.ends_with('='));
            assert_eq!(names.count(), config.gateways.len());
        }
    }

    #[test]
    fn the_templates_comments_are_the_defaults() {
        let choices = InitChoices {
            midtrans: Some(MidtransEnvironment::Sandbox),
            pakasir: Some("tokoku".to_owned()),
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
