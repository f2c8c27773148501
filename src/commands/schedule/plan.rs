//! What a schedule holds, before it is written for a scheduler. Reads nothing of the machine.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use super::paths::{fingerprint, shop_name};
use crate::commands::CommandError;
use crate::commands::scheduled_job::{Rhythm, SCHEDULED_JOBS, ScheduledJob};
use crate::domain::values::instant::text::read_in;
use crate::domain::{Instant, Zone, string_enum};

string_enum! {
    /// What starts the jobs.
    pub(in crate::commands) enum Scheduler {
        Cron = "cron",
        Systemd = "systemd",
        Schtasks = "schtasks",
        Launchd = "launchd",
    }
}

impl Scheduler {
    /// Those of a system, the usual one first.
    pub(super) fn of_system(system: &str) -> &'static [Self] {
        match system {
            "windows" => &[Self::Schtasks],
            "macos" => &[Self::Launchd, Self::Cron],
            "linux" => &[Self::Cron, Self::Systemd],
            _ => &[Self::Cron],
        }
    }
}

/// A run that takes longer hangs: all jobs end by themselves after their `--max-time`, long before.
const LIMIT_OF_A_MINUTE_JOB: Duration = Duration::from_secs(15 * 60);
const LIMIT_OF_A_DAILY_JOB: Duration = Duration::from_secs(60 * 60);

/// Jobs of one minute begin so many seconds apart, so that each finds the machine free.
const SECONDS_APART: u32 = 20;

/// Daily jobs of all shops spread over so many minutes.
const MINUTES_SPREAD: u32 = 30;

/// A job that a shop may want besides.
pub(super) struct OptionalJob {
    pub(super) job: ScheduledJob,
    /// What stands behind `NAME=`, as the first argument of the command; none: nothing may.
    value: Option<&'static str>,
}

/// The report by mail.
pub(super) const REPORT: &str = "report";

/// The jobs that `--with` adds. Only those whose command this version has can be added.
pub(super) const OPTIONAL_JOBS: [OptionalJob; 3] = [
    OptionalJob {
        job: ScheduledJob {
            name: "backup",
            arguments: &["--keep", "14", "--quiet"],
            rhythm: Rhythm::Daily(2, 0),
            purpose: "Back up the database, and keep the last 14 backups.",
        },
        value: Some("FILE"),
    },
    OptionalJob {
        job: ScheduledJob {
            name: REPORT,
            arguments: &["report", "--mail"],
            rhythm: Rhythm::Daily(6, 0),
            purpose: "Mail yesterday's report.",
        },
        value: None,
    },
    OptionalJob {
        job: ScheduledJob {
            name: "status",
            arguments: &["status"],
            rhythm: Rhythm::Daily(8, 0),
            purpose: "Tell how the shop is.",
        },
        value: None,
    },
];

/// Their names.
pub(super) const OPTIONAL_NAMES: [&str; 3] = ["backup", REPORT, "status"];

/// What `--with` asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::commands) struct ExtraJob {
    name: String,
    value: Option<String>,
}

impl ExtraJob {
    /// One without a value.
    pub(super) fn plain(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            value: None,
        }
    }

    pub(super) fn is_named(&self, name: &str) -> bool {
        self.name == name
    }
}

impl FromStr for ExtraJob {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (name, value) = match text.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (text, None),
        };
        let known = OPTIONAL_JOBS.iter().find(|known| known.job.name == name);
        match (known.map(|known| known.value), &value) {
            (None, _) => Err("only backup=FILE, report and status can be added".to_owned()),
            (Some(Some(what)), None) => Err(format!("say which: {name}={what}")),
            (Some(None), Some(_)) => Err(format!("{name} takes no value")),
            (Some(_), _) => Ok(Self {
                name: name.to_owned(),
                value,
            }),
        }
    }
}

/// When a job starts, by the clock of its zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum StartTime {
    EachMinute { second: u32 },
    EachDay { hour: u8, minute: u8 },
}

/// A job with everything that its lines say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PlannedJob {
    pub(super) name: &'static str,
    /// Behind the program.
    pub(super) arguments: Vec<String>,
    pub(super) start: StartTime,
    pub(super) purpose: &'static str,
    /// A run that lasts longer is ended by the scheduler.
    pub(super) limit: Duration,
    /// Whether it also runs after each start of the machine, because the machine may have been off at its time.
    pub(super) at_boot: bool,
    /// Whether it runs the shop's own programs.
    pub(super) runs_programs: bool,
}

/// What the jobs of a shop need to know, with absolute paths in the scheduler's own spelling.
#[derive(Debug, Clone)]
pub(super) struct Wanted {
    pub(super) scheduler: Scheduler,
    pub(super) program: String,
    pub(super) config: String,
    /// The database, where it is not the one that the configuration names.
    pub(super) other_database: Option<String>,
    /// The folder of the database.
    pub(super) database_folder: String,
    /// Where the jobs log; none: where the scheduler does.
    pub(super) log: Option<String>,
    /// Whom the jobs run as, if not whoever installs them.
    pub(super) user: Option<String>,
    pub(super) zone: Zone,
    pub(super) now: Instant,
}

#[derive(Debug, Clone)]
pub(super) struct Plan {
    pub(super) wanted: Wanted,
    /// Distinguishes the shop from others on the machine: `shop-3fa2`.
    pub(super) shop: String,
    pub(super) jobs: Vec<PlannedJob>,
}

impl Plan {
    /// # Errors
    /// A path that cannot stand in a schedule, or a job that this version does not have.
    pub(super) fn new(wanted: Wanted, extra: &[ExtraJob]) -> Result<Self, CommandError> {
        let paths = [&wanted.program, &wanted.config, &wanted.database_folder];
        let texts = paths.into_iter().chain(&wanted.log).chain(&wanted.user);
        for text in texts.chain(&wanted.other_database) {
            if text.chars().any(char::is_control) {
                let message =
                    format!("{text:?} has control characters, which no schedule can hold");
                return Err(CommandError::usage(message).hint("rename the file or the folder"));
            }
        }
        let shop = shop_name(&wanted.config);
        let offset = fingerprint(&wanted.config);
        let usual = SCHEDULED_JOBS.iter().enumerate();
        let mut jobs: Vec<PlannedJob> = usual
            .map(|(index, job)| {
                let at_boot = job.rhythm != Rhythm::EveryMinute;
                let words = job.arguments.iter().copied().map(str::to_owned);
                wanted.job(job, words.collect(), (offset, index), at_boot)
            })
            .collect();
        for extra in extra {
            jobs.push(wanted.extra(extra, offset)?);
        }
        Ok(Self { wanted, shop, jobs })
    }
}

impl Wanted {
    /// The folder of the configuration.
    pub(super) fn folder(&self) -> &str {
        super::paths::folder_of(&self.config)
    }

    fn job(
        &self,
        job: &ScheduledJob,
        words: Vec<String>,
        (offset, index): (u32, usize),
        at_boot: bool,
    ) -> PlannedJob {
        let (start, limit) = match job.rhythm {
            Rhythm::EveryMinute => {
                let index = u32::try_from(index).unwrap_or_default();
                let second = (offset % SECONDS_APART + index * SECONDS_APART) % 60;
                (StartTime::EachMinute { second }, LIMIT_OF_A_MINUTE_JOB)
            }
            Rhythm::Daily(hour, minute) => {
                let late = u32::from(minute) + offset / SECONDS_APART % MINUTES_SPREAD;
                let hour = (u32::from(hour) + late / 60) % 24;
                let start = StartTime::EachDay {
                    hour: u8::try_from(hour).unwrap_or_default(),
                    minute: u8::try_from(late % 60).unwrap_or_default(),
                };
                (start, LIMIT_OF_A_DAILY_JOB)
            }
        };
        PlannedJob {
            name: job.name,
            arguments: self.options().chain(words).collect(),
            start,
            purpose: job.purpose,
            limit,
            at_boot,
            runs_programs: job.name == "fulfil",
        }
    }

    /// The options of every job.
    fn options(&self) -> impl Iterator<Item = String> {
        let pairs = [
            ("--config", Some(&self.config)),
            ("--db", self.other_database.as_ref()),
            ("--log-file", self.log.as_ref()),
        ];
        let given = pairs
            .into_iter()
            .filter_map(|(name, value)| Some((name, value?)));
        given.flat_map(|(name, value)| [name.to_owned(), value.clone()])
    }

    /// # Errors
    /// This version has no such command.
    fn extra(&self, extra: &ExtraJob, offset: u32) -> Result<PlannedJob, CommandError> {
        let known = OPTIONAL_JOBS
            .iter()
            .find(|known| known.job.name == extra.name);
        let Some(known) = known else {
            return Err(CommandError::usage(format!(
                "no job is named {}",
                extra.name
            )));
        };
        let words = known.job.arguments.iter().copied().map(str::to_owned);
        let words: Vec<String> = match &extra.value {
            Some(value) => [extra.name.clone(), value.clone()]
                .into_iter()
                .chain(words)
                .collect(),
            None => words.collect(),
        };
        let line: Vec<&str> = ["payctl"]
            .into_iter()
            .chain(words.iter().map(String::as_str))
            .collect();
        if crate::commands::understands(&line).is_err() {
            let message = format!("this version of payctl cannot run: {}", line.join(" "));
            return Err(CommandError::usage(message).hint("leave out --with, or update payctl"));
        }
        Ok(self.job(&known.job, words, (offset, 0), false))
    }
}

impl fmt::Display for StartTime {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::EachMinute { .. } => formatter.pad("every minute"),
            Self::EachDay { hour, minute } => {
                formatter.pad(&format!("daily at {hour:02}:{minute:02}"))
            }
        }
    }
}

impl StartTime {
    /// Without a shop's own offset.
    pub(super) fn of(rhythm: Rhythm) -> Self {
        match rhythm {
            Rhythm::EveryMinute => Self::EachMinute { second: 0 },
            Rhythm::Daily(hour, minute) => Self::EachDay { hour, minute },
        }
    }

    /// The next start after now.
    pub(super) fn next(self, zone: Zone, now: Instant) -> Instant {
        let millis = now.as_millis();
        match self {
            Self::EachMinute { second } => {
                let within = millis.rem_euclid(60_000);
                let wait = (i64::from(second) * 1000 - within).rem_euclid(60_000);
                Instant::from_millis(millis + if wait == 0 { 60_000 } else { wait })
            }
            Self::EachDay { hour, minute } => {
                let days = [0, 1, 2].map(|days| now.saturating_add(DAY * days));
                let starts = days
                    .into_iter()
                    .filter_map(|day| on_day_of(day, hour, minute, zone));
                let mut starts = starts.filter(|start| *start > now);
                starts.next().unwrap_or_else(|| now.saturating_add(DAY))
            }
        }
    }

    /// The same daily time by the machine's clock, for schedulers that know no zones.
    pub(super) fn by_machine_clock(self, zone: Zone, now: Instant) -> Self {
        let Self::EachDay { hour, minute } = self else {
            return self;
        };
        let shown = on_day_of(now, hour, minute, zone).map(|at| at.in_zone(Zone::Machine));
        let there = shown.as_deref().and_then(|shown| shown.get(11..16));
        let there = there.and_then(|shown| shown.split_once(':'));
        let read =
            there.and_then(|(hour, minute)| Some((hour.parse().ok()?, minute.parse().ok()?)));
        match read {
            Some((hour, minute)) => Self::EachDay { hour, minute },
            None => self,
        }
    }
}

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// None where clocks are set at that time.
fn on_day_of(day: Instant, hour: u8, minute: u8, zone: Zone) -> Option<Instant> {
    let shown = day.in_zone(zone);
    let date = shown.split(' ').next()?;
    read_in(&format!("{date} {hour:02}:{minute:02}"), zone).ok()
}

#[cfg(test)]
mod tests;
