//! Finds the configuration file.

use std::path::{Path, PathBuf};

use super::environment::Environment;
use super::error::ConfigError;
use super::{ConfigOrigin, FILE_NAME, read};

/// A configuration file and its text.
pub(super) struct FoundConfig {
    pub(super) origin: ConfigOrigin,
    pub(super) path: PathBuf,
    pub(super) text: String,
}

/// The named file, which must exist; otherwise the first of the default ones that does.
pub(super) fn find(
    named: Option<&Path>,
    environment: &Environment,
    folder: &Path,
) -> Result<Option<FoundConfig>, ConfigError> {
    let named = named
        .map(|path| folder.join(path))
        .or_else(|| environment.path("PAYCTL_CONFIG", folder));
    if let Some(path) = named {
        let found = open(&path, ConfigOrigin::Named)?;
        return found.map(Some).ok_or(ConfigError::NotFound { path });
    }
    for (path, origin) in usual(environment, folder) {
        if let Some(found) = open(&path, origin)? {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// Where a configuration that nobody names is looked for, in this order.
pub(super) fn usual(environment: &Environment, folder: &Path) -> Vec<(PathBuf, ConfigOrigin)> {
    let user = user_folder(std::env::consts::OS, environment);
    let here = (folder.join(FILE_NAME), ConfigOrigin::WorkingFolder);
    let user = user.map(|folder| (folder.join(FILE_NAME), ConfigOrigin::User));
    [here].into_iter().chain(user).collect()
}

fn open(path: &Path, origin: ConfigOrigin) -> Result<Option<FoundConfig>, ConfigError> {
    let path = path.to_owned();
    Ok(read::text(&path)?.map(|text| FoundConfig { origin, path, text }))
}

/// The user's configuration folder on this system.
fn user_folder(system: &str, environment: &Environment) -> Option<PathBuf> {
    let under = |name, rest: &str| {
        environment
            .filled(name)
            .map(|path| Path::new(path).join(rest))
    };
    match system {
        "windows" => under("APPDATA", "payctl"),
        "macos" => under("HOME", "Library/Application Support/payctl"),
        // The XDG specification says that relative paths are ignored.
        _ => under("XDG_CONFIG_HOME", "payctl")
            .filter(|path| path.has_root())
            .or_else(|| under("HOME", ".config/payctl")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(system: &str, variables: &[(&str, &str)], folder: Option<&str>) {
        let environment = variables.iter().copied().collect();
        assert_eq!(user_folder(system, &environment), folder.map(PathBuf::from));
    }

    #[test]
    fn each_system_has_its_own_configuration_folder() {
        let home = ("HOME", "/home/rina");
        check("linux", &[home], Some("/home/rina/.config/payctl"));
        check(
            "linux",
            &[home, ("XDG_CONFIG_HOME", "/x")],
            Some("/x/payctl"),
        );
        for ignored in ["", "relative"] {
            let xdg = ("XDG_CONFIG_HOME", ignored);
            check("linux", &[home, xdg], Some("/home/rina/.config/payctl"));
        }
        check("linux", &[], None);
        check(
            "macos",
            &[home],
            Some("/home/rina/Library/Application Support/payctl"),
        );
        check("windows", &[home, ("APPDATA", "/a")], Some("/a/payctl"));
        check("windows", &[home], None);
    }
}
