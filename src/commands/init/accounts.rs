//! The options of `init` by which the gateways' accounts are described, as each gateway declares them.

use clap::builder::ValueParser;
use clap::{Arg, ArgMatches, Args, Command, FromArgMatches};

use crate::config::InitAccount;
use crate::gateway::account::GatewaySettings;
use crate::gateway::descriptor::{GatewayDescriptor, InitOption};
use crate::gateway::registry::GATEWAYS;

/// The accounts that the options describe.
#[derive(Debug, Clone, Default)]
pub(super) struct AccountArgs(pub(super) Vec<InitAccount>);

impl AccountArgs {
    pub(super) fn of(&self, kind: &GatewayDescriptor) -> Option<&InitAccount> {
        self.0.iter().find(|account| account.kind == kind)
    }

    /// The accounts; without any, those that `init` usually makes. No real money moves in the sandbox, and the file
    /// says how to leave it.
    pub(super) fn chosen(&self) -> Vec<InitAccount> {
        if !self.0.is_empty() {
            return self.0.clone();
        }
        let usual = |kind: &'static GatewayDescriptor| account(kind, kind.init.question.usual);
        GATEWAYS.into_iter().filter_map(usual).collect()
    }
}

/// The account that the answer to a kind's question describes.
pub(super) fn account(kind: &'static GatewayDescriptor, answer: &str) -> Option<InitAccount> {
    let option = kind.init.options.first().filter(|_| answer != "none")?;
    let settings = GatewaySettings::default().with(option.setting, answer);
    Some(InitAccount { kind, settings })
}

/// How the options look, with an account at every gateway.
pub(super) fn example() -> String {
    let options = GATEWAYS.iter().filter_map(|kind| kind.init.options.first());
    let options = options.map(|option| format!("--{} {}", option.flag, option.example));
    options.collect::<Vec<_>>().join(" ")
}

fn arg(option: &'static InitOption) -> Arg {
    let check = option.check;
    let parse = move |text: &str| check(text).map(|()| text.to_owned());
    Arg::new(option.flag)
        .long(option.flag)
        .value_name(option.value_name)
        .value_parser(ValueParser::new(parse))
        .help(option.help)
}

impl Args for AccountArgs {
    fn augment_args(mut command: Command) -> Command {
        for kind in GATEWAYS {
            let Some((first, others)) = kind.init.options.split_first() else {
                continue;
            };
            command = command
                .arg(arg(first).conflicts_with("simulator"))
                .args(others.iter().map(|option| arg(option).requires(first.flag)));
        }
        command
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for AccountArgs {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let mut accounts = Self::default();
        accounts.update_from_arg_matches(matches)?;
        Ok(accounts)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        for kind in GATEWAYS {
            let mut settings = GatewaySettings::default();
            for option in kind.init.options {
                if let Some(value) = matches.get_one::<String>(option.flag) {
                    settings.set(option.setting, value);
                }
            }
            if settings != GatewaySettings::default() {
                self.0.push(InitAccount { kind, settings });
            }
        }
        Ok(())
    }
}
