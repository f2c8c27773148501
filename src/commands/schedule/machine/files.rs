//! Schedulers that read files of a folder: systemd's units, launchd's property lists.

use std::collections::BTreeSet;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use super::{Intent, ScheduleChange};
use crate::commands::CommandError;
use crate::commands::atomic_file::{AtomicFile, FileMode};
use crate::commands::schedule::plan::{Plan, Scheduler};
use crate::commands::schedule::runner::user_number;
use crate::commands::schedule::tools::{ToolInput, Tools, missing, said};
use crate::commands::schedule::{launchd, systemd};

pub(super) struct FileScheduler {
    folder: PathBuf,
    files: Vec<(String, String)>,
    /// With which the names of the shop's files begin.
    prefix: String,
}

impl FileScheduler {
    /// # Errors
    /// Nobody says where the user's files are.
    pub(super) fn systemd(plan: &Plan, tools: &Tools) -> Result<Self, CommandError> {
        let folder = match (&tools.unit_path, &plan.wanted.user) {
            (Some(folder), _) => folder.clone(),
            (None, Some(_)) => PathBuf::from("/etc/systemd/system"),
            (None, None) => {
                let usual = tools.home.as_ref().map(|home| home.join(".config"));
                let settings = tools.settings.clone().or(usual);
                settings.ok_or_else(homeless)?.join("systemd/user")
            }
        };
        Ok(Self {
            folder,
            files: systemd::units(plan),
            prefix: systemd::unit_name(&plan.shop, ""),
        })
    }

    /// # Errors
    /// Nobody says where the user's files are.
    pub(super) fn launchd(plan: &Plan, tools: &Tools) -> Result<Self, CommandError> {
        let folder = match plan.wanted.user {
            Some(_) => PathBuf::from("/Library/LaunchDaemons"),
            None => {
                let home = tools.home.as_ref().ok_or_else(homeless)?;
                home.join("Library/LaunchAgents")
            }
        };
        Ok(Self {
            folder,
            files: launchd::agents(plan),
            prefix: launchd::label(&plan.shop, ""),
        })
    }

    /// The planned files, and those of the shop that are no longer wanted.
    pub(super) fn changes(&self, _: &Plan, intent: Intent) -> anyhow::Result<Vec<ScheduleChange>> {
        let mut changes = Vec::new();
        for (name, text) in &self.files {
            let path = self.folder.join(name);
            // A timer that somebody has switched off is installed anew.
            let counts =
                intent == Intent::Remove || !name.ends_with(".timer") || self.is_enabled(name);
            changes.push(ScheduleChange {
                name: path.display().to_string(),
                old: if counts { read(&path)? } else { None },
                new: (intent == Intent::Install).then(|| text.clone()),
            });
        }
        for path in self.others() {
            changes.push(ScheduleChange {
                name: path.display().to_string(),
                old: read(&path)?,
                new: None,
            });
        }
        Ok(changes)
    }

    /// Whether systemd starts a timer by itself.
    fn is_enabled(&self, timer: &str) -> bool {
        let link = self.folder.join("timers.target.wants").join(timer);
        link.symlink_metadata().is_ok()
    }

    /// Files of the shop that this plan does not have.
    fn others(&self) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(&self.folder)
            .into_iter()
            .flatten()
            .flatten();
        let mut found: Vec<PathBuf> = entries
            .filter(|entry| {
                let name = entry.file_name();
                let name = name.to_string_lossy();
                name.starts_with(&self.prefix)
                    && !self.files.iter().any(|(known, _)| *known == name)
            })
            .map(|entry| entry.path())
            .filter(|path| path.is_file())
            .collect();
        found.sort();
        found
    }

    pub(super) fn apply(
        &self,
        plan: &Plan,
        tools: &Tools,
        changes: &[ScheduleChange],
    ) -> anyhow::Result<()> {
        let (gone, kept): (Vec<_>, Vec<_>) =
            changes.iter().partition(|change| change.new.is_none());
        let gone: Vec<&Path> = gone.iter().map(|change| Path::new(&change.name)).collect();
        let kept: Vec<&Path> = kept.iter().map(|change| Path::new(&change.name)).collect();
        let reached = require_manager(plan, tools);
        if !kept.is_empty() {
            // Nothing is written that nobody would start.
            reached?;
        } else if reached.is_err() {
            // Nobody runs what the files say, so they can go.
            return self.delete(&gone);
        }
        std::fs::create_dir_all(&self.folder)
            .with_context(|| format!("could not make {}", self.folder.display()))?;
        stop(plan, tools, &gone)?;
        self.delete(&gone)?;
        for change in changes {
            if let Some(text) = &change.new {
                let path = Path::new(&change.name);
                let file = AtomicFile::write(path, text, FileMode::Everyone);
                let written = file.and_then(AtomicFile::replace);
                written.with_context(|| format!("could not write {}", path.display()))?;
            }
        }
        start(plan, tools, &kept)
    }

    fn delete(&self, paths: &[&Path]) -> anyhow::Result<()> {
        for path in paths {
            std::fs::remove_file(path)
                .with_context(|| format!("could not remove {}", path.display()))?;
        }
        for timer in names(paths, ".timer") {
            let link = self.folder.join("timers.target.wants").join(timer);
            // systemd has taken it away already, if it runs.
            let _ = std::fs::remove_file(link);
        }
        Ok(())
    }

    /// Whether anything was ever written there, or could be.
    pub(super) fn is_used(&self) -> bool {
        self.folder.is_dir() || Path::new("/run/systemd/system").is_dir()
    }

    pub(super) fn installed(&self, plan: &Plan, names: &[&'static str]) -> BTreeSet<&'static str> {
        let starts = |name: &str| match plan.wanted.scheduler {
            Scheduler::Systemd => {
                let unit = systemd::unit_name(&plan.shop, name);
                self.is_enabled(&format!("{unit}.timer"))
            }
            Scheduler::Launchd | Scheduler::Cron | Scheduler::Schtasks => {
                let list = format!("{}.plist", launchd::label(&plan.shop, name));
                self.folder.join(list).is_file()
            }
        };
        let names = names.iter().copied();
        names.filter(|name| starts(name)).collect()
    }
}

fn homeless() -> CommandError {
    CommandError::failed("HOME is not set, so the user's own schedules cannot be found")
        .hint("set it, or let root install the jobs for a user: --user NAME")
}

fn read(path: &Path) -> anyhow::Result<Option<String>> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("could not read {}", path.display())),
    }
}

fn names(paths: &[&Path], suffix: &str) -> Vec<String> {
    let names = paths.iter().filter_map(|path| path.file_name()?.to_str());
    let names = names.filter(|name| name.ends_with(suffix));
    names.map(str::to_owned).collect()
}

/// # Errors
/// Nothing runs here that reads the files.
fn require_manager(plan: &Plan, tools: &Tools) -> anyhow::Result<()> {
    if plan.wanted.scheduler == Scheduler::Launchd {
        let known = tools.run("launchctl", &["version"], ToolInput::Nothing)?;
        return match known {
            Some(_) => Ok(()),
            None => Err(missing("launchctl").into()),
        };
    }
    let line: &[&str] = match plan.wanted.user {
        Some(_) => &["daemon-reload"],
        None => &["--user", "daemon-reload"],
    };
    match tools.run("systemctl", line, ToolInput::Nothing)? {
        Some(output) if output.is_good => Ok(()),
        Some(output) => {
            let message = format!(
                "systemd cannot be reached: {}; nothing was changed",
                said(&output)
            );
            Err(CommandError::failed(message)
                .hint("log in as this user and not by su, or let root type: loginctl enable-linger USER; or use --for cron")
                .into())
        }
        None => Err(missing("systemctl").into()),
    }
}

fn systemctl(plan: &Plan, tools: &Tools, words: &[&str], units: &[String]) -> anyhow::Result<()> {
    let user = plan.wanted.user.is_none().then_some("--user");
    let units = units.iter().map(String::as_str);
    let line: Vec<&str> = user
        .into_iter()
        .chain(words.iter().copied())
        .chain(units)
        .collect();
    tools.require("systemctl", &line, ToolInput::Nothing)?;
    Ok(())
}

/// `gui/501` or `system`: to whom launchd's jobs belong.
fn domain(plan: &Plan) -> String {
    match plan.wanted.user {
        Some(_) => "system".to_owned(),
        None => format!("gui/{}", user_number()),
    }
}

fn stop(plan: &Plan, tools: &Tools, paths: &[&Path]) -> anyhow::Result<()> {
    if plan.wanted.scheduler == Scheduler::Launchd {
        return unload(plan, tools, paths);
    }
    let timers = names(paths, ".timer");
    if timers.is_empty() {
        return Ok(());
    }
    systemctl(plan, tools, &["disable", "--now"], &timers)
}

fn start(plan: &Plan, tools: &Tools, paths: &[&Path]) -> anyhow::Result<()> {
    if plan.wanted.scheduler == Scheduler::Launchd {
        // What runs by an older list is loaded anew.
        unload(plan, tools, paths)?;
        for path in paths {
            let path = path.to_string_lossy();
            let line = ["bootstrap", &domain(plan), &path];
            tools.require("launchctl", &line, ToolInput::Nothing)?;
        }
        return Ok(());
    }
    systemctl(plan, tools, &["daemon-reload"], &[])?;
    let timers = names(paths, ".timer");
    if timers.is_empty() {
        return Ok(());
    }
    systemctl(plan, tools, &["enable", "--now"], &timers)?;
    systemctl(plan, tools, &["restart"], &timers)
}

/// One that is not loaded needs nothing.
fn unload(plan: &Plan, tools: &Tools, paths: &[&Path]) -> anyhow::Result<()> {
    for name in names(paths, ".plist") {
        let label = name.trim_end_matches(".plist");
        let target = format!("{}/{label}", domain(plan));
        tools.run("launchctl", &["bootout", &target], ToolInput::Nothing)?;
    }
    Ok(())
}
