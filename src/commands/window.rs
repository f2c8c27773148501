//! Which part of a long list is shown: its days, how much of it, and where it goes on.

use std::time::Duration;

use clap::Args;

use crate::commands::{CommandError, Context};
use crate::domain::Instant;
use crate::domain::values::instant::text::read_day_or_time;

/// A list reads so many rows at most, and says where it goes on.
pub(super) const MAX_READ: u64 = 10_000;

/// The days of a list, and its length.
#[derive(Debug, Args)]
pub(super) struct ListWindow {
    /// Only what is of this day or later; a time is understood, too
    #[arg(long, value_name = "DAY")]
    since: Option<String>,
    /// Only what is older than the end of this day, or than this time
    #[arg(long, value_name = "DAY")]
    until: Option<String>,
    /// Show at most N
    #[arg(long, value_name = "N", default_value_t = MAX_READ, value_parser = clap::value_parser!(u64).range(1..=MAX_READ))]
    limit: u64,
}

/// The instants between which a list shows what came.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Period {
    /// It included.
    pub(super) since: Option<Instant>,
    /// It excluded.
    pub(super) until: Option<Instant>,
}

/// What comes of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Walked {
    Shown,
    Passed,
    /// The list ends before it.
    Ended,
}

/// A way through a list.
#[derive(Debug)]
pub(super) struct ListWalk {
    period: Period,
    limit: u64,
    read: u64,
    shown: u64,
    /// What came last, as it is typed after `--after`.
    last: Option<String>,
    has_more: bool,
    /// Nothing behind a row that is older than the period is in it.
    is_newest_first: bool,
}

impl Period {
    fn is_over_before(self, at: Instant) -> bool {
        self.since
            .is_some_and(|since| at < since.saturating_sub(OUT_OF_ORDER))
    }

    fn contains(self, at: Instant) -> bool {
        self.since.is_none_or(|since| at >= since) && self.until.is_none_or(|until| at < until)
    }
}

impl ListWindow {
    /// A way through the list, by the days of the shop's zone.
    ///
    /// # Errors
    /// A text is neither a day nor a time.
    pub(super) fn walk(&self, context: &Context<'_>) -> Result<ListWalk, CommandError> {
        let period = period(self.since.as_deref(), self.until.as_deref(), context)?;
        Ok(ListWalk::of(period, self.limit))
    }
}

/// The same for a list that is shown newest first.
#[derive(Debug, Args)]
pub(super) struct RecentWindow {
    /// Only what is of this day or later; a time is understood, too
    #[arg(long, value_name = "DAY")]
    since: Option<String>,
    /// Only what is older than the end of this day, or than this time
    #[arg(long, value_name = "DAY")]
    until: Option<String>,
    /// Show at most the latest N
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u64).range(1..=MAX_READ))]
    pub(super) limit: u64,
}

/// Rows are numbered in the order in which they were written, and their times may differ from that by as much.
const OUT_OF_ORDER: Duration = Duration::from_secs(60 * 60);

impl RecentWindow {
    /// A way through the list, by the days of the shop's zone.
    ///
    /// # Errors
    /// A text is neither a day nor a time.
    pub(super) fn walk(&self, context: &Context<'_>) -> Result<ListWalk, CommandError> {
        let period = period(self.since.as_deref(), self.until.as_deref(), context)?;
        Ok(ListWalk {
            is_newest_first: true,
            ..ListWalk::of(period, self.limit)
        })
    }
}

/// From the beginning of one day, or a time, to the end of another, or a time.
///
/// # Errors
/// A text is neither a day nor a time.
pub(super) fn period(
    since: Option<&str>,
    until: Option<&str>,
    context: &Context<'_>,
) -> Result<Period, CommandError> {
    let (begins, _) = bound("--since", since, context)?;
    let (_, ends) = bound("--until", until, context)?;
    Ok(Period {
        since: begins,
        until: ends,
    })
}

/// The beginning and the end of the day that was typed, or a time twice.
fn bound(
    flag: &str,
    typed: Option<&str>,
    context: &Context<'_>,
) -> Result<(Option<Instant>, Option<Instant>), CommandError> {
    let Some(text) = typed else {
        return Ok((None, None));
    };
    let (begins, ends) = read_day_or_time(text, context.config.zone).map_err(|_| {
        let message = format!("{flag} {text}: this is neither a day nor a time");
        CommandError::usage(message).hint("write 2026-03-02, or 2026-03-02 09:00")
    })?;
    Ok((Some(begins), Some(ends)))
}

impl ListWalk {
    fn of(period: Period, limit: u64) -> Self {
        Self {
            period,
            limit,
            read: 0,
            shown: 0,
            last: None,
            has_more: false,
            is_newest_first: false,
        }
    }

    /// Between which instants, for a statement that can leave out the others itself.
    pub(super) fn period(&self) -> Period {
        self.period
    }

    /// What comes of the next row, of this instant, which fits the other filters or does not.
    pub(super) fn step(&mut self, name: impl ToString, at: Instant, fits: bool) -> Walked {
        if self.is_newest_first && self.period.is_over_before(at) {
            return Walked::Ended;
        }
        if self.shown == self.limit || self.read == MAX_READ {
            self.has_more = true;
            return Walked::Ended;
        }
        self.read += 1;
        self.last = Some(name.to_string());
        if !fits || !self.period.contains(at) {
            return Walked::Passed;
        }
        self.shown += 1;
        Walked::Shown
    }

    /// What a summary says at its end.
    pub(super) fn end(self) -> ListEnd {
        ListEnd {
            after: self.last.filter(|_| self.has_more),
        }
    }
}

/// Whether and where a list goes on.
#[derive(Debug, Default, serde::Serialize)]
pub(super) struct ListEnd {
    /// Behind this the list goes on, with `--after`; none: this was all.
    after: Option<String>,
}

impl std::fmt::Display for ListEnd {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.after {
            Some(after) => write!(formatter, "; there are more, shown with --after {after}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn walk(limit: u64) -> ListWalk {
        let period = Period {
            since: Some(Instant::from_millis(10)),
            until: Some(Instant::from_millis(20)),
        };
        ListWalk::of(period, limit)
    }

    #[test]
    fn what_is_older_ends_the_newest_first() {
        let hour = i64::try_from(OUT_OF_ORDER.as_millis()).unwrap();
        let mut walk = ListWalk {
            is_newest_first: true,
            ..walk(5)
        };
        let mut step = |name: &str, at| walk.step(name, Instant::from_millis(at), true);
        assert_eq!(step("a", 15), Walked::Shown);
        assert_eq!(step("b", 9), Walked::Passed);
        assert_eq!(step("c", 12), Walked::Shown);
        assert_eq!(step("d", 9 - hour), Walked::Ended);
        assert_eq!(walk.end().to_string(), "");
    }

    #[test]
    fn a_list_ends_where_it_says() {
        let mut walk = walk(2);
        let mut step = |name: &str, at, fits| walk.step(name, Instant::from_millis(at), fits);
        assert_eq!(step("a", 9, true), Walked::Passed);
        assert_eq!(step("b", 10, true), Walked::Shown);
        assert_eq!(step("c", 11, false), Walked::Passed);
        assert_eq!(step("d", 20, true), Walked::Passed);
        assert_eq!(step("e", 19, true), Walked::Shown);
        assert_eq!(step("f", 19, true), Walked::Ended);
        let end = walk.end();
        assert_eq!(end.to_string(), "; there are more, shown with --after e");
    }

    #[test]
    fn a_list_reads_no_more_than_its_bound() {
        let mut walk = walk(MAX_READ);
        for _ in 0..MAX_READ {
            assert_eq!(
                walk.step("x", Instant::from_millis(1), true),
                Walked::Passed
            );
        }
        assert_eq!(walk.step("y", Instant::from_millis(1), true), Walked::Ended);
        assert_eq!(walk.end().after.as_deref(), Some("x"));
    }

    #[test]
    fn a_list_that_was_shown_whole_says_nothing() {
        let mut walk = walk(5);
        assert_eq!(
            walk.step("x", Instant::from_millis(15), true),
            Walked::Shown
        );
        assert_eq!(walk.end().to_string(), "");
    }
}
