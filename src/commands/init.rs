//! `payctl init`: sets up a new shop, and never overwrites existing files.

mod accounts;
mod answers;
#[cfg(unix)]
mod group;
mod place;
#[cfg(test)]
mod tests;

use std::io::{self, ErrorKind, Write};
use std::path::Path;

use anyhow::Context as _;
use clap::Args;
use serde::Serialize;

use super::atomic_file::{AtomicFile, FileMode, Published};
use super::confirm;
use super::unwritten::{is_a_folder, unwritten};
use crate::commands::{CommandError, Options};
use crate::config::{InitChoices, env_template, template};
use crate::domain::Zone;
use crate::exit::Exit;
use crate::host::Host;
use crate::output::detail::{Detail, JsonDocument, show};
use crate::output::{Format, OutputStyle};
use crate::store::{FileRights, Store};
use accounts::{AccountArgs, example};
use answers::{answers, timezone};
use place::ProjectPaths;

/// Write payctl.toml, a .env for the keys, and the database
///
/// Asks for the settings on a terminal. With --yes it asks nothing and uses the options, or a Midtrans sandbox if
/// they name no gateway. With --simulator it asks nothing either. Existing files are never overwritten.
#[derive(Debug, Args)]
pub(super) struct InitArgs {
    /// Ask nothing; use the options and the defaults
    #[arg(long)]
    yes: bool,
    /// Try payctl without an account: both gateways at the simulator
    ///
    /// Writes made-up keys, which the simulator accepts. Start it with: payctl simulator run
    #[arg(long)]
    simulator: bool,
    #[command(flatten)]
    accounts: AccountArgs,
    /// Time zone for displayed times, for example Asia/Jakarta; default: the machine's
    #[arg(long, value_name = "ZONE", value_parser = timezone)]
    timezone: Option<String>,
    /// Unix group that may also use the shop
    ///
    /// Its members can read and write the database, and read the keys.
    #[cfg(unix)]
    #[arg(long, value_name = "GROUP")]
    group: Option<String>,
    /// Show what would be written, and write nothing
    #[arg(long)]
    dry_run: bool,
}

pub(super) fn run(args: &InitArgs, options: &Options, host: &mut Host) -> anyhow::Result<Exit> {
    let started_at = host.clock.now();
    let place = ProjectPaths::of(options, host)?;
    for (what, path) in [
        ("the configuration", &place.config),
        ("the file of keys", &place.env),
        ("the database", &place.database),
    ] {
        if path.is_dir() {
            return Err(is_a_folder(what, path).into());
        }
    }
    if place.config.symlink_metadata().is_ok() {
        return Err(taken(&place).into());
    }
    let choices = InitChoices {
        database: place.setting.clone(),
        ..choices(args, options, host)?
    };
    let group = args.group()?;
    let made = if args.dry_run {
        rehearse(&place, &choices)
    } else {
        make(&place, &choices, group)?
    };
    let style = options.style(host, Zone::Machine);
    let document = JsonDocument {
        command: "init",
        started_at,
        body: &made,
        exit: Exit::Clean,
    };
    let out = &mut host.stdout;
    show(out, &style, &document, &made.detail(style.clone()))?;
    if style.format == Format::Table {
        made.tell_more(out)?;
    }
    Ok(Exit::Clean)
}

impl InitArgs {
    /// The ID of the group that may use the shop.
    #[cfg(unix)]
    fn group(&self) -> Result<Option<u32>, CommandError> {
        let group = |name: &String| group::number(name).ok_or_else(|| group::unknown(name));
        self.group.as_ref().map(group).transpose()
    }

    #[cfg(not(unix))]
    #[expect(
        clippy::unused_self,
        clippy::unnecessary_wraps,
        reason = "without Unix there are no groups"
    )]
    fn group(&self) -> Result<Option<u32>, CommandError> {
        Ok(None)
    }
}

fn taken(place: &ProjectPaths) -> CommandError {
    let message = format!(
        "{} already exists; nothing was changed",
        place.config.display()
    );
    let hint = "edit it, or write another one: payctl --config FILE init";
    CommandError::failed(message).hint(hint)
}

fn choices(args: &InitArgs, options: &Options, host: &Host) -> anyhow::Result<InitChoices> {
    if args.simulator {
        return Ok(InitChoices {
            timezone: args.timezone.clone(),
            ..InitChoices::simulator()
        });
    }
    if !args.yes {
        if !confirm::can_ask(options, host) {
            let hint = format!(
                "use the defaults: payctl init --yes\n  \
                or give the settings: payctl init --yes {} --timezone Asia/Jakarta",
                example()
            );
            let message = "init must ask for the settings, and cannot prompt here";
            return Err(CommandError::usage(message).hint(hint).into());
        }
        return answers(args, &mut confirm::ask);
    }
    Ok(InitChoices {
        accounts: args.accounts.chosen(),
        timezone: args.timezone.clone(),
        database: None,
        simulator: false,
    })
}

/// What exists afterwards, and what to do next.
#[derive(Debug, Serialize)]
struct InitResult {
    dry_run: bool,
    config: InitFile,
    env: InitFile,
    database: InitFile,
    next: Vec<String>,
}

#[derive(Debug, Serialize)]
struct InitFile {
    path: String,
    /// `created`, or `kept` if it existed.
    result: &'static str,
    /// In a dry run: the text that would be written.
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
}

/// The configuration is written last: if that fails, or the machine does, the same command can run again.
fn make(
    place: &ProjectPaths,
    choices: &InitChoices,
    group: Option<u32>,
) -> anyhow::Result<InitResult> {
    let next = place.next_steps(choices);
    let of_config = |error| unwritten(&place.config, &error);
    let of_env = |error| unwritten(&place.env, &error);
    let config = AtomicFile::write(&place.config, &template(choices), FileMode::Everyone);
    let config = config.map_err(of_config)?;
    let readers = group.map_or(FileMode::OwnerOnly, FileMode::Group);
    let env = AtomicFile::write(&place.env, &env_template(choices), readers).map_err(of_env)?;
    let database = piece(&place.database, result(!place.database.exists()));
    if let Some(group) = group {
        share(&place.database, group)?;
    }
    Store::create(&place.database)
        .with_context(|| format!("could not create {}", place.database.display()))?;
    let env = env.publish().map_err(of_env)?;
    if config.publish().map_err(of_config)? == Published::WasThere {
        return Err(taken(place).into());
    }
    Ok(InitResult {
        dry_run: false,
        config: piece(&place.config, "created"),
        env: piece(&place.env, result(env == Published::Created)),
        database,
        next,
    })
}

/// Creates the database for a group. An existing database stays as it is.
fn share(database: &Path, group: u32) -> anyhow::Result<()> {
    let rights = FileRights::shared_with(group);
    match FileRights::create_new(database, Some(&rights)) {
        Ok(_) if FileRights::of(database) != Some(rights) => {
            let removed = std::fs::remove_file(database);
            let message = format!("{} could not be assigned to the group", database.display());
            let hint = "join that group, or run the command as root";
            removed?;
            Err(CommandError::failed(message).hint(hint).into())
        }
        Err(error) if error.kind() != ErrorKind::AlreadyExists => {
            Err(error).with_context(|| format!("could not create {}", database.display()))
        }
        Ok(_) | Err(_) => Ok(()),
    }
}

fn rehearse(place: &ProjectPaths, choices: &InitChoices) -> InitResult {
    let env_is_new = place.env.symlink_metadata().is_err();
    InitResult {
        dry_run: true,
        config: InitFile {
            text: Some(template(choices)),
            ..piece(&place.config, "created")
        },
        env: InitFile {
            text: env_is_new.then(|| env_template(choices)),
            ..piece(&place.env, result(env_is_new))
        },
        database: piece(&place.database, result(!place.database.exists())),
        next: place.next_steps(choices),
    }
}

fn result(is_new: bool) -> &'static str {
    if is_new { "created" } else { "kept" }
}

fn piece(path: &Path, result: &'static str) -> InitFile {
    InitFile {
        path: path.display().to_string(),
        result,
        text: None,
    }
}

impl InitResult {
    fn detail(&self, style: OutputStyle) -> Detail {
        let would = if self.dry_run { "would be " } else { "" };
        let told = |piece: &InitFile| format!("{} ({would}{})", piece.path, piece.result);
        Detail::new(style)
            .field("Configuration", told(&self.config))
            .field("Keys", told(&self.env))
            .field("Database", told(&self.database))
    }

    /// For people: the texts of a dry run, else the next steps.
    fn tell_more(&self, out: &mut dyn Write) -> io::Result<()> {
        if self.dry_run {
            for piece in [&self.config, &self.env] {
                if let Some(text) = &piece.text {
                    write!(out, "\n--- {}\n{text}", piece.path)?;
                }
            }
            return out.flush();
        }
        writeln!(out, "\nNext:")?;
        for step in &self.next {
            writeln!(out, "  {step}")?;
        }
        out.flush()
    }
}
