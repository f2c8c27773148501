//! Tells the program what it was built from: the commit and its date, the target and the features.
//!
//! A build can be repeated byte by byte: nothing here reads a clock or names the machine. Only a release asks git, so that a
//! commit rebuilds no tests. Who builds from an archive without git may say it: `PAYCTL_COMMIT`, `PAYCTL_COMMIT_DATE`.

use std::env;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;

const UNKNOWN: &str = "unknown";

fn main() {
    let mut lines = vec!["cargo::rerun-if-changed=build.rs".to_owned()];
    let is_release = env::var("PROFILE").is_ok_and(|profile| profile == "release");
    let has_git = is_release && Path::new(".git").exists();
    if has_git {
        lines.extend(git(&["rev-parse", "--git-path", "HEAD"]).map(|head| watched(&head)));
        lines.extend(git(&["rev-parse", "--git-path", "logs/HEAD"]).map(|log| watched(&log)));
        lines.extend(["src", "sql", "Cargo.toml", "Cargo.lock"].map(watched));
    }
    for (name, arguments) in [
        ("PAYCTL_COMMIT", ["log", "-1", "--format=%h", "--abbrev=12"]),
        (
            "PAYCTL_COMMIT_DATE",
            ["log", "-1", "--format=%cs", "--no-color"],
        ),
    ] {
        lines.push(format!("cargo::rerun-if-env-changed={name}"));
        let told = env::var(name).ok().filter(|told| !told.is_empty());
        let told = told.or_else(|| has_git.then(|| git(&arguments)).flatten());
        let told = told.unwrap_or_else(|| UNKNOWN.to_owned());
        let changed = if name == "PAYCTL_COMMIT" && has_git && is_changed() {
            " with changes"
        } else {
            ""
        };
        lines.push(format!("cargo::rustc-env={name}={told}{changed}"));
    }
    let target = env::var("TARGET").unwrap_or_else(|_| UNKNOWN.to_owned());
    lines.push(format!("cargo::rustc-env=PAYCTL_TARGET={target}"));
    lines.push(format!("cargo::rustc-env=PAYCTL_FEATURES={}", features()));
    let mut out = std::io::stdout();
    for line in lines {
        // Without a reader there is no build.
        let _ = writeln!(out, "{line}");
    }
}

fn watched(path: &str) -> String {
    format!("cargo::rerun-if-changed={path}")
}

/// What git answers; nothing where there is no git.
fn git(arguments: &[&str]) -> Option<String> {
    let output = Command::new("git").args(arguments).output().ok()?;
    let said = String::from_utf8(output.stdout).ok()?;
    let said = said.trim();
    (output.status.success() && !said.is_empty()).then(|| said.to_owned())
}

fn is_changed() -> bool {
    git(&["status", "--porcelain", "--untracked-files=no"]).is_some()
}

fn features() -> String {
    let mut features: Vec<String> = env::vars()
        .filter_map(|(name, _)| {
            let name = name.strip_prefix("CARGO_FEATURE_")?;
            Some(name.to_ascii_lowercase().replace('_', "-"))
        })
        .filter(|name| name != "default")
        .collect();
    features.sort();
    if features.is_empty() {
        return "none".to_owned();
    }
    features.join(", ")
}
