//! What a command prints: one thing, or a list with its summary.

use std::io::Write;
use std::sync::Arc;

use serde::Serialize;

use crate::clock::Clock;
use crate::commands::{CommandError, Context};
use crate::exit::Exit;
use crate::output::counted::{counted, tally};
use crate::output::detail::{Detail, JsonDocument, show};
use crate::output::report::Report;
use crate::output::{Column, Row, Summary};
use crate::shutdown::StopReason;
use crate::store::StoreError;

/// The number of rows read at once.
pub(super) const PAGE: u32 = 500;

/// Every item of a query that is read page by page: `after` reads the page that follows a key.
pub(super) fn pages<T, K>(
    mut after: impl FnMut(Option<K>) -> Result<Vec<T>, StoreError>,
    key: impl Fn(&T) -> K,
) -> impl Iterator<Item = Result<T, StoreError>> {
    let (mut last, mut page) = (None, Vec::new().into_iter());
    let mut next = move || {
        if page.len() == 0 {
            let items = after(last.take())?;
            last = items.last().map(&key);
            page = items.into_iter();
        }
        Ok(page.next())
    };
    std::iter::from_fn(move || next().transpose()).fuse()
}

/// What a summary adds if its run has ended early.
pub(super) fn ended_early(ended: Option<StopReason>, out_of_time: &'static str) -> &'static str {
    match ended {
        Some(StopReason::OutOfTime) => out_of_time,
        Some(StopReason::Interrupted) => "; interrupted",
        None => "",
    }
}

/// `; 3 asked, 1 not reached`
pub(super) fn queries(asked: u64, not_reached: u64) -> String {
    let told = tally(&[(asked, "asked"), (not_reached, "not reached")], "");
    if told.is_empty() {
        told
    } else {
        format!("; {told}")
    }
}

/// `; 1 case open, 2 refunds due`
pub(super) fn open_questions(cases: u32, refunds: u32) -> String {
    let cases = (cases > 0).then(|| format!("{} open", counted(cases, "case")));
    let refunds = (refunds > 0).then(|| format!("{} due", counted(refunds, "refund")));
    let told: Vec<String> = cases.into_iter().chain(refunds).collect();
    if told.is_empty() {
        return String::new();
    }
    format!("; {}", told.join(", "))
}

/// Where a person reads more of them.
pub(super) fn next_questions(cases: u32, refunds: u32) -> impl Iterator<Item = &'static str> {
    let cases = (cases > 0).then_some("payctl case list");
    let refunds = (refunds > 0).then_some("payctl refund list");
    cases.into_iter().chain(refunds)
}

/// A list that is being printed.
pub(super) struct Listing<'a, R: Row> {
    report: Report<R, &'a mut (dyn Write + Send)>,
    clock: Arc<dyn Clock>,
    stderr: &'a mut (dyn Write + Send),
}

impl Context<'_> {
    /// Shows one thing: details for people, a document with the fields of `body` for programs.
    pub(super) fn show(
        &mut self,
        command: &str,
        body: &impl Serialize,
        detail: &Detail,
        exit: Exit,
    ) -> anyhow::Result<Exit> {
        let document = JsonDocument {
            command,
            started_at: self.started_at,
            body,
            exit,
        };
        if self.options.has_columns() {
            self.warn("--columns applies to lists");
        }
        let style = self.style();
        show(&mut self.host.stdout, &style, &document, detail)?;
        Ok(exit)
    }

    /// A command that only reads is refused with a column that its list does not have; an act goes on without it.
    pub(super) fn require_columns<R: Row>(&self) -> Result<(), CommandError> {
        let style = self.style();
        let Some(unknown) = style.unknown_column::<R>() else {
            return Ok(());
        };
        let known: Vec<String> = R::columns().iter().map(Column::name).collect();
        let (message, hint) = (
            format!("no column is named {unknown}"),
            format!("this list has: {}", known.join(",")),
        );
        if self.only_reads() {
            return Err(CommandError::usage(message).hint(hint));
        }
        self.warn(&format!("{message}; {hint}"));
        Ok(())
    }

    /// Begins the list that a command prints.
    pub(super) fn listing<R: Row>(&mut self, command: &str) -> anyhow::Result<Listing<'_, R>> {
        let style = self.style();
        self.require_columns::<R>()?;
        let stdout: &mut (dyn Write + Send) = &mut self.host.stdout;
        Ok(Listing {
            report: Report::new(stdout, style, command, self.started_at)?,
            clock: self.host.clock.clone(),
            stderr: &mut self.host.stderr,
        })
    }
}

impl<R: Row> Listing<'_, R> {
    pub(super) fn row(&mut self, row: &R) -> anyhow::Result<()> {
        Ok(self.report.row(row)?)
    }

    /// Hands over what was written so far.
    pub(super) fn flush(&mut self) -> anyhow::Result<()> {
        Ok(self.report.flush()?)
    }

    /// Ends the list, and the command with it.
    pub(super) fn finish(self, summary: &impl Summary, exit: Exit) -> anyhow::Result<Exit> {
        let finished_at = self.clock.now();
        self.report
            .finish(summary, finished_at, exit, self.stderr)?;
        Ok(exit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_follow_each_other_to_the_end() {
        let mut asked = Vec::new();
        let page = |after: Option<u32>| {
            asked.push(after);
            let first = after.map_or(1, |last| last + 1);
            Ok((first..=5).take(2).collect())
        };
        let mut items = pages(page, |item| *item);
        let read: Vec<u32> = items.by_ref().map(Result::unwrap).collect();
        assert_eq!(read, [1, 2, 3, 4, 5]);
        assert!(items.next().is_none(), "it begins again");
        drop(items);
        assert_eq!(asked, [None, Some(2), Some(4), Some(5)]);
    }
}
