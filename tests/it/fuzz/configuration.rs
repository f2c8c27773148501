//! Configuration files: what is refused has its file, its line and what to type, and no key is shown.

use std::path::Path;

use payctl::config::{Config, ConfigError, Environment};
use tempfile::TempDir;

use super::answers::coarse;
use super::engine::{Target, fuzz};
use super::{Outcome, promise};

/// A key that somebody wrote where its place should stand.
const KEY: &str = "SB-Mid-server-sesame0001";

#[test]
fn no_configuration_error_is_without_help() {
    let example = include_bytes!("../../../examples/payctl.toml");
    let folder = tempfile::tempdir().unwrap();
    let target = Target {
        name: "configuration",
        seeds: vec![example.to_vec()],
        words: &[
            "database",
            "timezone",
            "expiry",
            "order_lifetime",
            "grace",
            "gateways",
            "kind",
            "midtrans",
            "pakasir",
            "project",
            "environment",
            "sandbox",
            "server_key",
            "env:KEY",
            "file:key",
            KEY,
            "effects",
            "on",
            "name",
            "exec",
            "http",
            "mail",
            "url",
            "https://shop.example/",
            "smtp",
            "cgi",
            "token",
            "manual",
            "qris",
            "pay",
            "1h",
            "-1s",
            "90d",
            "true",
        ],
        rounds: 200,
    };
    fuzz(&target, |input| check(&folder, input));
}

fn load(folder: &Path) -> Result<Config, ConfigError> {
    let environment = Environment::from_iter([("KEY", KEY)]);
    Config::load(Some(&folder.join("payctl.toml")), environment, folder).map(|(config, _)| config)
}

fn check(folder: &TempDir, input: &[u8]) -> Outcome {
    let folder = folder.path();
    let path = folder.join("payctl.toml");
    std::fs::write(&path, input).unwrap();
    let loaded = load(folder);
    let shown = match &loaded {
        Ok(config) => format!("{config:?}"),
        Err(error) => format!("{error}\n{error:?}\n{}", error.hint()),
    };
    let text = String::from_utf8_lossy(input);
    // What was cut out of the key is a word like any other.
    let is_whole = text.matches("sesame").count() == text.matches(KEY).count();
    promise!(
        !is_whole || !shown.contains("sesame"),
        "no key is shown: {shown}"
    );
    match loaded {
        Ok(config) => {
            check_same(folder, &config, &text)?;
            let effects = config.effects.len().min(3);
            let parts = (
                config.gateways.len(),
                effects,
                config.smtp.is_some(),
                config.manual.is_some(),
            );
            Ok(format!("loaded {parts:?}"))
        }
        Err(error) => {
            promise!(
                !error.hint().trim().is_empty(),
                "a refusal says what to type: {error}"
            );
            let line = error.to_string();
            promise!(
                !line.chars().any(char::is_control),
                "a refusal is one line: {line:?}"
            );
            if let ConfigError::Refused { place, what, .. } = &error {
                let lines = text.lines().count().max(1);
                let is_there = place.path == path && (1..=lines + 1).contains(&place.line);
                promise!(is_there, "a refusal has its line: {place}");
                promise!(!what.trim().is_empty(), "a refusal says what: {place}");
                return Ok(coarse(what));
            }
            let names_file = line.contains("payctl.toml");
            promise!(names_file, "a refusal names its file: {line}");
            Ok(coarse(&line))
        }
    }
}

/// Line ends and comments mean nothing.
fn check_same(folder: &Path, config: &Config, text: &str) -> Result<(), String> {
    if text.contains("\"\"\"") || text.contains("'''") || text.contains('\r') {
        return Ok(());
    }
    let windows = text.replace('\n', "\r\n");
    let marked = format!(
        "\u{feff}{}\n# the end\n",
        text.trim_start_matches('\u{feff}')
    );
    for other in [windows, marked] {
        std::fs::write(folder.join("payctl.toml"), &other).unwrap();
        let again = load(folder);
        promise!(
            again.as_ref() == Ok(config),
            "line ends mean nothing: {:?}",
            again.err()
        );
    }
    Ok(())
}
