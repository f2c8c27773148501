//! Settings that work but look wrong.

use std::fmt;

use secrecy::ExposeSecret;

use super::Config;
use super::environment::Environment;
use super::gateway::{GatewayKind, MidtransEnvironment, PakasirApi};
use super::secret::SecretRef;
use crate::domain::GatewayName;

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
    /// Checks the keys of all gateways, and `.env`. A key that cannot be read is not reported here;
    /// [`SecretRef::resolve`] does that.
    #[must_use]
    pub fn warnings(&self, environment: &Environment) -> Vec<ConfigWarning> {
        let of_gateways = self.gateways.iter().flat_map(|(name, gateway)| {
            let of_key = of_key(name, &gateway.kind, environment);
            let of_key = of_key.into_iter().chain(of_pakasir(name, &gateway.kind));
            let of_previous = of_previous(name, &gateway.kind, environment);
            let files = [Some(gateway.kind.key()), gateway.kind.previous_key()];
            let of_files = files
                .into_iter()
                .flatten()
                .filter_map(|key| of_file(name, key));
            of_key.into_iter().chain(of_previous).chain(of_files)
        });
        of_gateways.chain(of_dotenv(environment)).collect()
    }
}

/// Settings that Pakasir's API version 2 needs.
fn of_pakasir(name: &GatewayName, kind: &GatewayKind) -> Vec<ConfigWarning> {
    let GatewayKind::Pakasir {
        api_version: PakasirApi::V2,
        environment,
        webhook_secret,
        ..
    } = kind
    else {
        return Vec::new();
    };
    let section = format!("in [gateways.{name}]");
    let of_environment = environment.is_none().then(|| ConfigWarning {
        what: format!(
            "{name}: environment is not configured, so payments in the sandbox never count"
        ),
        hint: format!("set environment = \"production\" or \"sandbox\" {section}"),
    });
    let of_secret = webhook_secret.is_none().then(|| ConfigWarning {
        what: format!(
            "{name}: webhook_secret is not configured, so its notifications cannot be verified"
        ),
        hint: format!("set webhook_secret = \"env:PAKASIR_WEBHOOK_SECRET\" {section}"),
    });
    of_environment.into_iter().chain(of_secret).collect()
}

/// A warning, not an error: Midtrans may change the prefixes of its keys.
fn of_key(
    name: &GatewayName,
    kind: &GatewayKind,
    environment: &Environment,
) -> Option<ConfigWarning> {
    let GatewayKind::Midtrans {
        environment: host,
        server_key,
        ..
    } = kind
    else {
        return None;
    };
    let key = server_key.resolve(environment).ok()?;
    let key = key.expose_secret().to_ascii_lowercase();
    let looks_like = if key.starts_with("sb-mid-") {
        MidtransEnvironment::Sandbox
    } else if key.starts_with("mid-") {
        MidtransEnvironment::Production
    } else {
        *host
    };
    // Midtrans answers 401 if a server call uses a client key (midtrans-python-client#10).
    if key.contains("-client-") {
        Some(ConfigWarning {
            what: format!(
                "{name}: the key at {server_key} looks like a client key, which Midtrans rejects here"
            ),
            hint: "use the server key from Settings, Access Keys in the Midtrans dashboard"
                .to_owned(),
        })
    } else if looks_like != *host {
        Some(ConfigWarning {
            what: format!(
                "{name}: environment is {host}, but the key at {server_key} looks like one for {looks_like}"
            ),
            hint: "if every answer is a 401, one of the two is wrong".to_owned(),
        })
    } else {
        None
    }
}

/// The previous key is not used for queries, so the account works without it.
fn of_previous(
    name: &GatewayName,
    kind: &GatewayKind,
    environment: &Environment,
) -> Option<ConfigWarning> {
    let error = kind.previous_key()?.resolve(environment).err()?;
    Some(ConfigWarning {
        what: format!("{name}: {error}, so notifications signed with it are refused"),
        hint: "once none arrive any more, remove server_key_previous".to_owned(),
    })
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

    #[track_caller]
    fn check(host: MidtransEnvironment, key: &str, says: Option<&str>) {
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
        use MidtransEnvironment::{Production, Sandbox};

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
