//! Settings that work but look wrong.

use std::fmt;

use super::Config;
use super::environment::Environment;
use super::gateway::GatewayConfig;
use super::secret_ref::SecretRef;
use crate::domain::GatewayName;
use crate::gateway::account::{AccountFacts, AccountProblem};
use crate::gateway::descriptor::SecretNeed;

/// Something that looks wrong but may be right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigWarning {
    pub what: String,
    /// What to do about it.
    pub hint: String,
}

impl fmt::Display for ConfigWarning {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}; {}", self.what, self.hint)
    }
}

impl Config {
    /// Checks the accounts of all gateways, and `.env`. A key that cannot be read is not reported here;
    /// [`SecretRef::resolve`] does that.
    #[must_use]
    pub fn warnings(&self, environment: &Environment) -> Vec<ConfigWarning> {
        let of_gateways = self.gateways.iter().flat_map(|(name, account)| {
            let secrets = account.secrets.values();
            let of_files = secrets.filter_map(|secret| of_file(name, secret));
            of_settings(name, account, environment)
                .into_iter()
                .chain(of_former_keys(name, account, environment))
                .chain(of_files)
        });
        of_gateways.chain(of_dotenv(environment)).collect()
    }
}

/// What the gateway itself finds odd about its account.
fn of_settings(
    name: &GatewayName,
    account: &GatewayConfig,
    environment: &Environment,
) -> Vec<ConfigWarning> {
    let secrets = || account.secrets.iter();
    let read = |(key, secret): (&&'static str, &SecretRef)| {
        Some((*key, secret.resolve(environment).ok()?))
    };
    let facts = AccountFacts {
        name,
        settings: &account.settings,
        secrets: secrets().filter_map(read).collect(),
        places: secrets()
            .map(|(key, secret)| (*key, secret.to_string()))
            .collect(),
    };
    let doubts = (account.kind.doubts)(&facts).into_iter();
    doubts
        .map(|AccountProblem { what, hint }| ConfigWarning { what, hint })
        .collect()
}

/// A former key is not used for queries, so the account works without it.
fn of_former_keys(
    name: &GatewayName,
    account: &GatewayConfig,
    environment: &Environment,
) -> Vec<ConfigWarning> {
    let is_former = |key: &str| account.kind.need(key) == Some(SecretNeed::Former);
    let former = account.secrets.iter().filter(|(key, _)| is_former(key));
    former
        .filter_map(|(key, secret)| {
            let error = secret.resolve(environment).err()?;
            Some(ConfigWarning {
                what: format!("{name}: {error}, so notifications signed with it are refused"),
                hint: format!("once none arrive any more, remove {key}"),
            })
        })
        .collect()
}

fn of_dotenv(environment: &Environment) -> impl Iterator<Item = ConfigWarning> {
    environment
        .contradicted()
        .map(|(name, path)| ConfigWarning {
            what: format!(
                "{name} occurs twice in {}, with different values; the last one counts",
                path.display()
            ),
            hint: "remove the wrong line".to_owned(),
        })
}

#[cfg(unix)]
fn of_file(name: &GatewayName, key: &SecretRef) -> Option<ConfigWarning> {
    use std::os::unix::fs::PermissionsExt;

    let SecretRef::File(path) = key else {
        return None;
    };
    let mode = std::fs::metadata(path).ok()?.permissions().mode();
    let path = path.display();
    (mode & 0o004 != 0).then(|| ConfigWarning {
        what: format!("{name}: every user of this machine can read the key in {path}"),
        hint: format!("run: chmod 600 {path}"),
    })
}

/// On this system a file's mode does not say who may read it.
#[cfg(not(unix))]
fn of_file(_name: &GatewayName, _key: &SecretRef) -> Option<ConfigWarning> {
    None
}

#[cfg(test)]
mod tests {
    use super::super::tests::load;
    use super::*;
    use crate::gateway::account::AccountMode;

    #[track_caller]
    fn check(host: AccountMode, key: &str, says: Option<&str>) {
        let config = load(&format!(
            "[gateways.midtrans]\nkind = 'midtrans'\nenvironment = '{host}'\nserver_key = 'env:KEY'\n"
        ));
        let warnings = config
            .unwrap()
            .warnings(&Environment::from_iter([("KEY", key)]));
        assert_eq!(warnings.len(), usize::from(says.is_some()), "{warnings:?}");
        for warning in warnings {
            let shown = warning.to_string();
            assert!(shown.contains(says.unwrap()), "{shown}");
            assert!(!format!("{shown}{warning:?}").contains("dummy"), "{shown}");
        }
    }

    #[test]
    fn a_key_for_the_wrong_environment_warns() {
        use AccountMode::{Production, Sandbox};

        check(Sandbox, "SB-Mid-server-dummy", None);
        check(Production, "Mid-server-dummy", None);
        check(Sandbox, "dummy", None);
        check(Production, "dummy", None);
        check(Sandbox, "", None);
        check(
            Production,
            "SB-Mid-server-dummy",
            Some("looks like one for sandbox"),
        );
        check(
            Sandbox,
            "Mid-server-dummy",
            Some("looks like one for production"),
        );
        check(
            Sandbox,
            "SB-Mid-client-dummy",
            Some("looks like a client key"),
        );
        check(
            Production,
            "Mid-client-dummy",
            Some("looks like a client key"),
        );
    }

    #[test]
    fn missing_settings_of_pakasir_v2_warn() {
        let environment = "environment = 'production'\n";
        let secret = "webhook_secret = 'env:SECRET'\n";
        let lacks_environment = "p: environment is not configured, so payments in the sandbox never count; \
            set environment = \"production\" or \"sandbox\" in [gateways.p]";
        let lacks_secret = "p: webhook_secret is not configured, so its notifications cannot be verified; \
            set webhook_secret = \"env:PAKASIR_WEBHOOK_SECRET\" in [gateways.p]";
        let both = format!("{environment}{secret}");
        for (version, settings, says) in [
            (2, "", &[lacks_environment, lacks_secret][..]),
            (2, environment, &[lacks_secret]),
            (2, secret, &[lacks_environment]),
            (2, &both, &[]),
            (1, "", &[]),
        ] {
            let config = load(&format!(
                "[gateways.p]\nkind = 'pakasir'\nproject = 'p'\napi_key = 'env:KEY'\napi_version = {version}\n{settings}"
            ));
            let warnings = config.unwrap().warnings(&Environment::default());
            let shown: Vec<String> = warnings.iter().map(ConfigWarning::to_string).collect();
            assert_eq!(shown, says, "{version} {settings}");
        }
    }

    #[test]
    fn a_name_with_two_values_warns() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(".env");
        std::fs::write(&path, "KEY=dummy1\nKEY=dummy2\nREAL=3\nREAL=4\n").unwrap();
        let environment = Environment::from_iter([("REAL", "5")]).with_dotenv(&path);
        let warnings = load("").unwrap().warnings(&environment);
        let shown: Vec<String> = warnings.iter().map(ConfigWarning::to_string).collect();
        let expected = format!(
            "KEY occurs twice in {}, with different values; the last one counts; remove the wrong line",
            path.display()
        );
        assert_eq!(shown, [expected]);
    }

    #[cfg(unix)]
    #[test]
    fn a_world_readable_key_warns() {
        use std::os::unix::fs::PermissionsExt;

        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        std::fs::write(&path, "dummy\n").unwrap();
        let config = load(&format!(
            "[gateways.pakasir]\nkind = 'pakasir'\nproject = 'p'\napi_key = 'file:{}'\n",
            path.display()
        ))
        .unwrap();
        for (mode, count) in [(0o644, 1), (0o604, 1), (0o640, 0), (0o600, 0)] {
            std::fs::set_permissions(&path, PermissionsExt::from_mode(mode)).unwrap();
            let warnings = config.warnings(&Environment::default());
            assert_eq!(warnings.len(), count, "{mode:o}: {warnings:?}");
        }
    }
}
