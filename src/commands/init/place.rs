//! Where the new shop's files go.

use std::path::{Path, PathBuf};

use crate::commands::{CommandError, Options};
use crate::config::{Environment, FILE_NAME, InitChoices};
use crate::gateway::registry::GATEWAYS;
use crate::host::Host;

const DATABASE: &str = "payctl.db";

/// The files of a shop, under the paths at which all other commands will look for them.
pub(super) struct ProjectPaths {
    pub(super) config: PathBuf,
    pub(super) env: PathBuf,
    pub(super) database: PathBuf,
    /// The configuration's `database` setting, if the database is not in its default place.
    pub(super) setting: Option<String>,
    /// How the operator calls payctl from now on.
    call: String,
    environment: Environment,
}

impl ProjectPaths {
    /// # Errors
    /// An existing `.env` that is malformed, or a path that is not valid text.
    pub(super) fn of(options: &Options, host: &Host) -> anyhow::Result<Self> {
        let folder = &host.folder;
        let config = match &options.config {
            Some(path) => folder.join(path),
            None => host
                .environment
                .path("PAYCTL_CONFIG", folder)
                .unwrap_or_else(|| folder.join(FILE_NAME)),
        };
        let base = config.parent().unwrap_or(folder).to_owned();
        let env = base.join(".env");
        let environment = host.environment.clone().with_dotenv(&env);
        if let Some(unread) = environment.dotenv_trouble() {
            return Err(unread.clone().into());
        }
        let database = match &options.db {
            Some(path) => folder.join(path),
            None => environment
                .path("PAYCTL_DB", folder)
                .unwrap_or_else(|| base.join(DATABASE)),
        };
        let setting = match &options.db {
            Some(path) => Some(setting(path, folder, &base)?),
            None => None,
        };
        let call = match &options.config {
            Some(path) if folder.join(path) != folder.join(FILE_NAME) => {
                format!("payctl --config {}", path.display())
            }
            _ => "payctl".to_owned(),
        };
        Ok(Self {
            config,
            env,
            database,
            setting,
            call,
            environment,
        })
    }

    pub(super) fn next_steps(&self, choices: &InitChoices) -> Vec<String> {
        let is_missing = |name: &str| self.environment.get(name).is_none_or(str::is_empty);
        if choices.simulator {
            return self.first_minutes(is_missing);
        }
        let (env, call) = (self.env.display(), &self.call);
        let mut steps: Vec<String> = choices
            .keys()
            .filter(|(_, name)| is_missing(name))
            .map(|(key, name)| format!("put {key} into {env}, after {name}="))
            .collect();
        if choices.accounts.is_empty() {
            steps.push(format!("add a gateway to {}", self.config.display()));
        }
        steps.push(format!(
            "add a product: {call} product set SKU --price RUPIAH --capacity N"
        ));
        steps.push(format!(
            "add orders: see {call} order create --help, {call} order import --help"
        ));
        steps.push(format!("check the payments: {call} check-all"));
        steps
    }
}

impl ProjectPaths {
    /// What to type for a first payment at the simulator.
    fn first_minutes(&self, is_missing: impl Fn(&str) -> bool) -> Vec<String> {
        let call = &self.call;
        let mut steps = Vec::new();
        // A new .env has keys that will do.
        if self.env.symlink_metadata().is_ok() {
            let keys = GATEWAYS.iter().flat_map(|kind| kind.init.simulated_keys);
            let missing = keys.filter(|(name, _)| is_missing(name));
            let env = self.env.display();
            steps
                .extend(missing.map(|(name, _)| format!("put any text into {env}, after {name}=")));
        }
        steps.push(format!("in another terminal: {call} simulator run"));
        for line in [
            "product set seat --price 150000 --capacity 100",
            "order create --number INV-1 --line seat:2",
            "pay INV-1",
            "simulator pay INV-1",
            "check-all --fix",
            "why INV-1",
        ] {
            steps.push(format!("{call} {line}"));
        }
        steps
    }
}

/// The path of `--db`, written so that the configuration means the same file.
fn setting(path: &Path, folder: &Path, base: &Path) -> Result<String, CommandError> {
    let path = if base == folder {
        path.to_owned()
    } else {
        folder.join(path)
    };
    path.to_str().map(str::to_owned).ok_or_else(|| {
        let message = format!(
            "{} is not valid Unicode, which a configuration needs",
            path.display()
        );
        CommandError::usage(message).hint("choose another path for --db")
    })
}
