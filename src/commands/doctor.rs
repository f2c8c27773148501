//! `payctl doctor`: looks at everything that must be right for a shop to run by itself.

mod database;
mod disk;
mod effects;
mod folder_rights;
mod gateways;
mod jobs;
mod modes;
pub(super) mod settings;

use std::time::Duration;

use clap::Args;
use serde::Serialize;

use crate::commands::Context;
use crate::config::duration;
use crate::domain::string_enum;
use crate::exit::Exit;
use crate::output::counted::tally;
use crate::output::{Severity, Summary, row};

/// Check configuration, keys, gateways, database, disk and jobs, and say what to type
///
/// Asks each gateway about an order that does not exist, which shows that key and address are right, and reads its
/// clock. Sends no mail and runs no hook. Prints no secret. Exit code 0: all is well; 3: a person should look; 78: the
/// configuration or a key is wrong.
#[derive(Debug, Args)]
pub(super) struct DoctorArgs {
    /// Put right what can be put right without a person: the rights of files
    #[arg(long)]
    fix: bool,
    /// Ask no gateway and no mail server
    #[arg(long)]
    offline: bool,
    /// Time limit for each gateway and for the mail server
    #[arg(long, value_name = "TIME", default_value = "10s", value_parser = duration)]
    max_time: Duration,
}

string_enum! {
    /// What a check has found.
    pub(in crate::commands) enum Health {
        Ok = "ok",
        /// It could not be looked at here.
        Unknown = "unknown",
        Warning = "warning",
        Problem = "problem",
    }
}

row! {
    /// One check. Fields are only ever added.
    pub(in crate::commands) struct DoctorRow {
        check: &'static str => text("Check"),
        /// The gateway, effect, job or file that it is about.
        about: Option<String> => text("About"),
        health: Health => text("Result"),
        what: String => prose("What"),
        /// What to type, or to do.
        next: Option<String> => prose("Next"),
    }
    severity |row| match row.health {
        Health::Ok | Health::Unknown => Severity::Calm,
        Health::Warning => Severity::Unsure,
        Health::Problem => Severity::Person,
    };
}

/// What was found, and how the run ends.
#[derive(Debug)]
pub(super) struct Findings {
    rows: Vec<DoctorRow>,
    exit: Exit,
}

impl Default for Findings {
    fn default() -> Self {
        Self {
            rows: Vec::new(),
            exit: Exit::Clean,
        }
    }
}

impl Findings {
    fn ok(&mut self, check: &'static str, about: Option<&str>, what: impl Into<String>) {
        self.add(check, about, (Health::Ok, what.into(), None));
    }

    fn unknown(&mut self, check: &'static str, about: Option<&str>, what: impl Into<String>) {
        self.add(check, about, (Health::Unknown, what.into(), None));
    }

    fn warn(
        &mut self,
        check: &'static str,
        about: Option<&str>,
        what: impl Into<String>,
        next: impl Into<String>,
    ) {
        self.exit = self.exit.worse(Exit::Attention);
        self.add(
            check,
            about,
            (Health::Warning, what.into(), Some(next.into())),
        );
    }

    fn problem(
        &mut self,
        check: &'static str,
        about: Option<&str>,
        what: impl Into<String>,
        next: impl Into<String>,
    ) {
        self.exit = self.exit.worse(Exit::Attention);
        self.add(
            check,
            about,
            (Health::Problem, what.into(), Some(next.into())),
        );
    }

    /// The configuration or a key is wrong.
    fn misconfigured(
        &mut self,
        check: &'static str,
        about: Option<&str>,
        what: impl Into<String>,
        next: impl Into<String>,
    ) {
        self.exit = Exit::Config;
        self.add(
            check,
            about,
            (Health::Problem, what.into(), Some(next.into())),
        );
    }

    fn add(
        &mut self,
        check: &'static str,
        about: Option<&str>,
        (health, what, next): (Health, String, Option<String>),
    ) {
        self.rows.push(DoctorRow {
            check,
            about: about.map(str::to_owned),
            health,
            what,
            next,
        });
    }
}

#[derive(Debug, Default, Serialize)]
struct DoctorSummary {
    ok: u64,
    unknown: u64,
    warnings: u64,
    problems: u64,
}

impl DoctorSummary {
    fn of(rows: &[DoctorRow]) -> Self {
        let count = |health| rows.iter().filter(|row| row.health == health).count() as u64;
        Self {
            ok: count(Health::Ok),
            unknown: count(Health::Unknown),
            warnings: count(Health::Warning),
            problems: count(Health::Problem),
        }
    }
}

impl Summary for DoctorSummary {
    fn line(&self) -> String {
        tally(
            &[
                (self.problems, "wrong"),
                (self.warnings, "to look at"),
                (self.unknown, "unknown"),
                (self.ok, "ok"),
            ],
            "nothing was checked",
        )
    }
}

pub(super) fn run(args: &DoctorArgs, mut context: Context<'_>) -> anyhow::Result<Exit> {
    let mut found = Findings::default();
    settings::check(&context, &mut found);
    modes::check(args.fix, &context, &mut found);
    let reader = database::check(&context, &mut found);
    disk::check(&context, &mut found);
    if args.offline {
        found.unknown("gateways", None, "not asked with --offline");
    } else {
        gateways::check(args.max_time, &context, &mut found)?;
    }
    effects::check(args, reader.as_ref(), &context, &mut found)?;
    if let Some(reader) = &reader {
        jobs::check(reader, &context, &mut found)?;
        database::waiting(reader, &mut found)?;
    }
    print("doctor", found, &mut context)
}

/// Under `--quiet` only what a person must look at.
pub(super) fn print(
    command: &str,
    found: Findings,
    context: &mut Context<'_>,
) -> anyhow::Result<Exit> {
    let is_quiet = context.options.quiet;
    if is_quiet && found.exit == Exit::Clean {
        return Ok(Exit::Clean);
    }
    let summary = DoctorSummary::of(&found.rows);
    let mut list = context.listing::<DoctorRow>(command)?;
    for row in &found.rows {
        if !is_quiet || matches!(row.health, Health::Warning | Health::Problem) {
            list.row(row)?;
        }
    }
    list.finish(&summary, found.exit)
}
