//! The days of a report.

use clap::Args;
use serde::Serialize;

use super::slots::MoneySlots;
use crate::commands::shop_day::ShopDay;
use crate::commands::{CommandError, Context};
use crate::domain::{Instant, Zone};

/// A longer report would be a history.
const MAX_DAYS: usize = 366;

/// Which days are reported on.
#[derive(Debug, Args)]
pub(super) struct ReportDays {
    /// The day to report on, in the shop's zone; default: yesterday
    #[arg(long, value_name = "DATE", conflicts_with_all = ["from", "to"])]
    day: Option<String>,
    /// The first day of a longer report
    #[arg(long, value_name = "DATE")]
    from: Option<String>,
    /// Its last day; default: yesterday
    #[arg(long, value_name = "DATE", requires = "from")]
    to: Option<String>,
}

/// The days, and the moments between which they lie.
#[derive(Debug, Clone, Serialize)]
pub(super) struct ReportPeriod {
    pub(super) from: String,
    pub(super) to: String,
    pub(super) days: usize,
    pub(super) since: Instant,
    /// It excluded.
    pub(super) until: Instant,
    pub(super) zone: String,
}

impl ReportDays {
    /// The days that were typed.
    ///
    /// # Errors
    /// A text is no day, or the days are in the wrong order, too many, or not yet here.
    pub(super) fn period(&self, context: &Context<'_>) -> Result<ReportPeriod, CommandError> {
        let zone = context.config.zone;
        let today = ShopDay::of(context.started_at, zone);
        let named = |flag: &str, text: &Option<String>| match text {
            None => Ok(today.before(zone)),
            Some(text) => ShopDay::named(text, zone).ok_or_else(|| no_day(flag, text)),
        };
        let (first, last) = match &self.from {
            None => {
                let day = named("--day", &self.day)?;
                (day.clone(), day)
            }
            Some(_) => (named("--from", &self.from)?, named("--to", &self.to)?),
        };
        if last.begins > context.started_at {
            let message = format!("{} has not begun yet", last.name);
            return Err(CommandError::usage(message).hint("report on a day that has begun"));
        }
        if last.begins < first.begins {
            let message = format!("{} is before {}", last.name, first.name);
            return Err(CommandError::usage(message).hint("--from is the earlier day"));
        }
        let days = days(&first, &last, zone).ok_or_else(|| {
            let message = format!("a report has at most {MAX_DAYS} days");
            CommandError::usage(message).hint("begin later: --from DATE")
        })?;
        Ok(ReportPeriod {
            days,
            from: first.name,
            to: last.name,
            since: first.begins,
            until: last.ends,
            zone: zone.to_string(),
        })
    }
}

impl ReportPeriod {
    /// `2026-03-02`, or `2026-03-02 to 2026-03-08`
    pub(super) fn name(&self) -> String {
        if self.from == self.to {
            self.from.clone()
        } else {
            format!("{} to {}", self.from, self.to)
        }
    }

    /// Its hours, or its days where it is longer than one.
    pub(super) fn slots(&self, zone: Zone) -> MoneySlots {
        MoneySlots::of(self.since, self.until, self.days > 1, zone)
    }
}

fn no_day(flag: &str, text: &str) -> CommandError {
    let message = format!("{flag} {text}: this is not a day");
    CommandError::usage(message).hint("write 2026-03-02")
}

/// How many days there are; none if there are too many.
fn days(first: &ShopDay, last: &ShopDay, zone: Zone) -> Option<usize> {
    let mut day = first.clone();
    for days in 1..=MAX_DAYS {
        if day.begins >= last.begins {
            return Some(days);
        }
        day = day.after(zone);
    }
    None
}
