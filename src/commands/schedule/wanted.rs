//! The options of `schedule`, and what they come to on this machine.

use std::path::{Path, PathBuf, absolute};

use clap::Args;

use super::paths::{folder_of, is_absolute};
use super::plan::{ExtraJob, Plan, REPORT, Scheduler, Wanted};
use super::runner::runner;
use crate::commands::{CommandError, Context, Options};
use crate::config::{Config, ConfigError, ConfigSource};
use crate::domain::{Instant, Zone};
use crate::host::Host;

/// Which scheduler, and for whom.
#[derive(Debug, Default, Args)]
pub(in crate::commands) struct SchedulerArgs {
    /// Scheduler: cron, systemd, schtasks or launchd; default: the one of this system
    #[arg(long = "for", value_name = "SCHEDULER")]
    pub(super) scheduler: Option<Scheduler>,
    /// User of the machine who runs the jobs
    ///
    /// Default: who installs them; for root, the owner of the database; on Windows, LOCAL SERVICE.
    #[arg(long, value_name = "NAME")]
    pub(super) user: Option<String>,
}

/// What the jobs are.
#[derive(Debug, Args)]
pub(in crate::commands) struct JobArgs {
    #[command(flatten)]
    pub(super) place: SchedulerArgs,
    /// Another job: backup=FILE, report or status; may be repeated
    ///
    /// The report is added by itself where the configuration says to whom it is mailed.
    #[arg(long, value_name = "JOB")]
    with: Vec<ExtraJob>,
    /// Path of the program; default: this program
    #[arg(long, value_name = "FILE")]
    program: Option<PathBuf>,
    /// Log file of the jobs; default: payctl.log beside the database
    ///
    /// By default jobs of systemd log to its journal instead.
    #[arg(long, value_name = "FILE")]
    job_log: Option<PathBuf>,
}

impl SchedulerArgs {
    /// The one that was named, or the usual one here.
    pub(super) fn scheduler(&self) -> Scheduler {
        let usual = Scheduler::of_system(std::env::consts::OS).first().copied();
        self.scheduler.or(usual).unwrap_or(Scheduler::Cron)
    }
}

/// Where the shop is.
struct ShopPlace {
    config: String,
    database: String,
    other_database: Option<String>,
    zone: Zone,
    /// The configuration says who reads the report, and how mails go out.
    mails_report: bool,
}

impl JobArgs {
    /// The plan for a shop that is here.
    ///
    /// # Errors
    /// There is no configuration file, or nobody to run the jobs.
    pub(super) fn plan(&self, context: &Context<'_>) -> anyhow::Result<Plan> {
        let place = ShopPlace::of(context)?;
        let user = runner(self.place.user.as_deref(), context.database())?;
        self.planned(place, user, context.host, context.started_at)
    }

    /// The plan for a shop that may be on another machine, and whether it is on this one.
    ///
    /// # Errors
    /// Nobody says where its configuration is or will be.
    pub(super) fn plan_to_print(
        &self,
        options: &Options,
        host: &Host,
    ) -> anyhow::Result<(Plan, bool)> {
        let named = options.config.as_deref();
        match Config::load(named, host.environment.clone(), &host.folder) {
            Ok((config, _)) => {
                let database = options.db.as_ref().map(|path| host.folder.join(path));
                let database = database.unwrap_or_else(|| config.database.clone());
                let place = ShopPlace::new(&config, &database)?;
                let user = runner(self.place.user.as_deref(), &database);
                // Who cannot run them is told when they are installed.
                let user = user.unwrap_or_else(|_| self.place.user.clone());
                let plan = self.planned(place, user, host, host.clock.now())?;
                Ok((plan, true))
            }
            Err(missing @ ConfigError::NotFound { .. }) => {
                let place = ShopPlace::elsewhere(named, &missing, options)?;
                let user = self.place.user.clone();
                let plan = self.planned(place, user, host, host.clock.now())?;
                Ok((plan, false))
            }
            Err(error) => Err(error.into()),
        }
    }

    fn planned(
        &self,
        place: ShopPlace,
        user: Option<String>,
        host: &Host,
        now: Instant,
    ) -> anyhow::Result<Plan> {
        let scheduler = self.place.scheduler();
        let program = self.program.as_deref().unwrap_or(&host.program);
        let database_folder = folder_of(&place.database).to_owned();
        let log = match &self.job_log {
            Some(log) => Some(absolute_text(log, host)?),
            None if scheduler == Scheduler::Systemd => None,
            None => Some(beside(&database_folder, "payctl.log")),
        };
        let wanted = Wanted {
            scheduler,
            program: absolute_text(program, host)?,
            config: place.config,
            other_database: place.other_database,
            database_folder,
            log,
            user,
            zone: place.zone,
            now,
        };
        let mut extra = self.with.clone();
        if place.mails_report && !extra.iter().any(|job| job.is_named(REPORT)) {
            extra.push(ExtraJob::plain(REPORT));
        }
        Ok(Plan::new(wanted, &extra)?)
    }
}

/// A plan without jobs to add, to look for or to take away what is installed.
///
/// # Errors
/// There is no configuration file.
pub(super) fn plan_of(
    scheduler: Scheduler,
    user: Option<String>,
    context: &Context<'_>,
) -> anyhow::Result<Plan> {
    let place = ShopPlace::of(context)?;
    let database_folder = folder_of(&place.database).to_owned();
    let wanted = Wanted {
        scheduler,
        program: absolute_text(&context.host.program, context.host)?,
        config: place.config,
        other_database: None,
        database_folder,
        log: None,
        user,
        zone: place.zone,
        now: context.started_at,
    };
    Ok(Plan::new(wanted, &[])?)
}

impl ShopPlace {
    fn of(context: &Context<'_>) -> Result<Self, CommandError> {
        Self::new(&context.config, context.database())
    }

    fn new(config: &Config, database: &Path) -> Result<Self, CommandError> {
        let ConfigSource::File(path) = &config.source else {
            let message = "jobs need a configuration file, and there is none";
            return Err(CommandError::config(message)
                .hint("name one with --config FILE, or write one: payctl init"));
        };
        let is_other = *database != config.own_database;
        let database = plain_text(database)?;
        Ok(Self {
            config: plain_text(path)?,
            other_database: is_other.then(|| database.clone()),
            database,
            zone: config.zone,
            mails_report: config.report.is_some() && config.smtp.is_some(),
        })
    }

    /// On the machine for which the schedule is printed.
    fn elsewhere(
        named: Option<&Path>,
        missing: &ConfigError,
        options: &Options,
    ) -> Result<Self, CommandError> {
        let given = named
            .and_then(Path::to_str)
            .filter(|path| is_absolute(path));
        let config = match (given, missing) {
            (Some(path), _) => path.to_owned(),
            (None, ConfigError::NotFound { path }) => plain_text(path)?,
            (None, other) => return Err(CommandError::config(other.to_string())),
        };
        let named = options.db.as_deref().map(text).transpose()?;
        let database = named.clone();
        Ok(Self {
            database: database.unwrap_or_else(|| beside(folder_of(&config), "payctl.db")),
            other_database: named,
            config,
            zone: Zone::Machine,
            mails_report: false,
        })
    }
}

fn beside(folder: &str, name: &str) -> String {
    let separator = if folder.starts_with('/') { '/' } else { '\\' };
    let folder = folder.trim_end_matches(separator);
    format!("{folder}{separator}{name}")
}

fn text(path: &Path) -> Result<String, CommandError> {
    let known = path.to_str().map(str::to_owned);
    known.ok_or_else(|| CommandError::usage(format!("the path {} is not UTF-8", path.display())))
}

/// Without `.` in it.
fn plain_text(path: &Path) -> Result<String, CommandError> {
    text(&absolute(path).unwrap_or_else(|_| path.to_owned()))
}

/// A path of another system stays as it is.
fn absolute_text(path: &Path, host: &Host) -> Result<String, CommandError> {
    match path.to_str() {
        Some(given) if is_absolute(given) => Ok(given.to_owned()),
        Some(_) | None => plain_text(&host.folder.join(path)),
    }
}
