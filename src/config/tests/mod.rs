//! Configuration files and what is read from them.

mod effects;
mod found;
mod printed;
mod refused;
mod third_gateway;
mod understood;

use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::search::FoundConfig;
use super::*;

const MIDTRANS: &str =
    "[gateways.midtrans]\nkind = 'midtrans'\nenvironment = 'sandbox'\nserver_key = 'env:KEY'\n";

/// A key in the wrong place.
const SESAME: &str = "SB-Mid-server-sesame0001";

/// Reads a configuration file in the folder `/shop`.
pub(super) fn load(text: &str) -> Result<Config, ConfigError> {
    let file = FoundConfig {
        origin: ConfigOrigin::Named,
        path: "/shop/payctl.toml".into(),
        text: text.to_owned(),
    };
    settings::from_file(&file, Path::new("/shop"))
}

#[track_caller]
fn check_silent(error: &ConfigError) {
    let shown = format!("{error}\n{error:?}\n{}", error.hint());
    assert!(!shown.contains("sesame"), "{shown}");
}

/// A shop with a working folder, a home folder, and files in both.
struct ConfigFolders {
    root: TempDir,
    variables: Vec<(String, String)>,
}

impl ConfigFolders {
    fn new(files: &[(&str, &str)]) -> Self {
        let root = tempfile::tempdir().unwrap();
        for (path, text) in [("work/.keep", ""), ("home/.keep", "")].iter().chain(files) {
            let path = root.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        let home = root.path().join("home").display().to_string();
        let xdg = root.path().join("xdg").display().to_string();
        let variables = [
            ("HOME", &home),
            ("XDG_CONFIG_HOME", &xdg),
            ("APPDATA", &xdg),
        ];
        let variables = variables.map(|(name, value)| (name.to_owned(), value.clone()));
        Self {
            root,
            variables: variables.into(),
        }
    }

    fn with(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    fn load(&self, named: Option<&str>) -> Result<(Config, Environment), ConfigError> {
        let environment = self.variables.iter().cloned().collect();
        Config::load(named.map(Path::new), environment, &self.path("work"))
    }

    fn path(&self, path: &str) -> PathBuf {
        // Joined part by part: paths are compared as text, and Windows has its own separator.
        self.root.path().join(path.split('/').collect::<PathBuf>())
    }

    #[track_caller]
    fn check_source(&self, named: Option<&str>, source: ConfigSource) {
        assert_eq!(self.load(named).unwrap().0.source, source);
    }
}
