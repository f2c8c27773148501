//! The schedulers' own programs: crontab, systemctl, launchctl, schtasks.

use std::ffi::OsString;
use std::io::ErrorKind;
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;

use crate::clock::Clock;
use crate::commands::CommandError;
use crate::commands::runtime::block_on;
use crate::host::Host;

/// None of them takes long; one that asks a person may.
const PATIENCE: Duration = Duration::from_secs(30);

/// How these programs are found, and where their files are.
pub(super) struct Tools {
    pub(super) clock: Arc<dyn Clock>,
    pub(super) path: Option<OsString>,
    /// The user's own folder.
    pub(super) home: Option<PathBuf>,
    /// The user's folder for settings, if it is not the usual one.
    pub(super) settings: Option<PathBuf>,
    /// Where systemd looks for units instead: its own variable.
    pub(super) unit_path: Option<PathBuf>,
}

/// What a program reads.
#[derive(Debug, Clone, Copy)]
pub(super) enum ToolInput<'a> {
    Nothing,
    Text(&'a str),
    /// The terminal of whoever types the command, for a password.
    Person,
}

/// How a program ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ToolOutput {
    pub(super) is_good: bool,
    pub(super) stdout: Vec<u8>,
    pub(super) stderr: String,
}

impl Tools {
    pub(super) fn of(host: &Host) -> Self {
        let environment = &host.environment;
        let folder = |name| environment.path(name, &host.folder);
        Self {
            clock: host.clock.clone(),
            path: environment.get("PATH").map(OsString::from),
            home: folder("HOME"),
            settings: folder("XDG_CONFIG_HOME"),
            unit_path: folder("SYSTEMD_UNIT_PATH"),
        }
    }

    /// Runs a program to its end; none if this machine does not have it.
    ///
    /// # Errors
    /// It cannot be started, or it hangs.
    pub(super) fn run(
        &self,
        program: &str,
        arguments: &[&str],
        input: ToolInput<'_>,
    ) -> anyhow::Result<Option<ToolOutput>> {
        let done = block_on(&*self.clock, self.wait(program, arguments, input))?;
        done.with_context(|| format!("could not run {program}"))
    }

    async fn wait(
        &self,
        program: &str,
        arguments: &[&str],
        input: ToolInput<'_>,
    ) -> anyhow::Result<Option<ToolOutput>> {
        let mut command = Command::new(program);
        command.args(arguments).kill_on_drop(true);
        command.stdin(match input {
            ToolInput::Nothing => Stdio::null(),
            ToolInput::Text(_) => Stdio::piped(),
            ToolInput::Person => Stdio::inherit(),
        });
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        if let Some(path) = &self.path {
            command.env("PATH", path);
        }
        let mut child = match command.spawn() {
            Ok(child) => child,
            // A folder of PATH that this user may not read looks like a program that may not be run.
            Err(error)
                if matches!(
                    error.kind(),
                    ErrorKind::NotFound | ErrorKind::PermissionDenied
                ) =>
            {
                return Ok(None);
            }
            Err(error) => return Err(error.into()),
        };
        if let (ToolInput::Text(text), Some(mut stdin)) = (input, child.stdin.take()) {
            // One that does not read to the end says why in its own words.
            let _ = stdin.write_all(text.as_bytes()).await;
        }
        let ended = child.wait_with_output();
        let output = match input {
            ToolInput::Person => ended.await?,
            ToolInput::Nothing | ToolInput::Text(_) => {
                let ended = tokio::time::timeout(PATIENCE, ended).await;
                ended.context("it did not end within 30 seconds")??
            }
        };
        Ok(Some(ToolOutput {
            is_good: output.status.success(),
            stdout: output.stdout,
            stderr: String::from_utf8_lossy(&output.stderr).trim().to_owned(),
        }))
    }

    /// The same, where the machine must have the program and it must succeed.
    ///
    /// # Errors
    /// In the program's own words.
    pub(super) fn require(
        &self,
        program: &str,
        arguments: &[&str],
        input: ToolInput<'_>,
    ) -> anyhow::Result<ToolOutput> {
        let Some(output) = self.run(program, arguments, input)? else {
            return Err(missing(program).into());
        };
        if output.is_good {
            return Ok(output);
        }
        let line = [program].into_iter().chain(arguments.iter().copied());
        let line: Vec<&str> = line.collect();
        let message = format!("{} failed: {}", line.join(" "), said(&output));
        Err(CommandError::failed(message).into())
    }
}

/// Its own words, or that it had none.
pub(super) fn said(output: &ToolOutput) -> String {
    let stdout = String::from_utf8_lossy(&output.stdout);
    let said = [output.stderr.as_str(), stdout.trim()];
    let said = said.into_iter().find(|text| !text.is_empty());
    said.unwrap_or("it says nothing").to_owned()
}

pub(super) fn missing(program: &str) -> CommandError {
    CommandError::failed(format!("this machine has no {program}"))
        .hint("choose another scheduler with --for: cron, systemd, schtasks or launchd")
}
