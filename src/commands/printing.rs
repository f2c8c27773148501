//! What a command prints: one thing, or a list with its summary.

use std::io::Write;
use std::sync::Arc;

use serde::Serialize;

use crate::clock::Clock;
use crate::commands::Context;
use crate::exit::Exit;
use crate::output::detail::{Detail, JsonDocument, show};
use crate::output::report::Report;
use crate::output::{Row, Summary};
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
        let style = self.style();
        show(&mut self.host.stdout, style, &document, detail)?;
        Ok(exit)
    }

    /// Begins the list that a command prints.
    pub(super) fn listing<R: Row>(&mut self, command: &str) -> anyhow::Result<Listing<'_, R>> {
        let style = self.style();
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
