//! Records as they come: one line each, until Ctrl-C or SIGTERM, or until nobody reads any more.

use std::io::{self, BufWriter, Write};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use super::runtime::block_on;
use crate::clock::Clock;
use crate::commands::printing::Listing;
use crate::commands::{CommandError, Context};
use crate::domain::Zone;
use crate::exit::Exit;
use crate::output::{Format, Row, Summary, is_closed_pipe, printable};
use crate::shutdown::Shutdown;

/// How often the file is read for what is new.
const INTERVAL: Duration = Duration::from_secs(1);

/// A row that is also one plain line: what stays readable behind `tail` and `grep`.
pub(super) trait PlainLine: Row {
    /// Without its line end; times are in this zone.
    fn line(&self, zone: Zone) -> String;
}

/// Rows that are printed as they come.
pub(super) enum LineListing<'a, R: PlainLine> {
    Lines {
        out: BufWriter<&'a mut (dyn Write + Send)>,
        err: Option<&'a mut (dyn Write + Send)>,
        zone: Zone,
    },
    List(Listing<'a, R>),
}

/// What a listing that may follow needs of its context, which it borrows.
pub(super) struct Follower {
    clock: Arc<dyn Clock>,
    shutdown: Shutdown,
}

impl Context<'_> {
    pub(super) fn follower(&self) -> Follower {
        Follower {
            clock: self.host.clock.clone(),
            shutdown: self.host.shutdown.clone(),
        }
    }

    /// Plain lines for people, and for programs what every list prints. With `--columns` it is a table.
    pub(super) fn line_listing<R: PlainLine>(
        &mut self,
        command: &str,
        follows: bool,
    ) -> anyhow::Result<LineListing<'_, R>> {
        let style = self.style();
        let is_table = self.options.has_columns();
        if follows && is_table {
            let message = "--columns makes a table, which has an end: --follow has none";
            return Err(CommandError::usage(message)
                .hint("leave out --columns, or take -o jsonl")
                .into());
        }
        if style.format != Format::Table || is_table {
            return Ok(LineListing::List(self.listing(command)?));
        }
        let is_told = !self.options.quiet && !follows;
        Ok(LineListing::Lines {
            out: BufWriter::new(&mut self.host.stdout),
            err: is_told.then_some(&mut self.host.stderr),
            zone: style.zone,
        })
    }
}

impl<R: PlainLine> LineListing<'_, R> {
    pub(super) fn row(&mut self, row: &R) -> anyhow::Result<()> {
        match self {
            Self::Lines { out, zone, .. } => {
                writeln!(out, "{}", printable(&row.line(*zone)))?;
                Ok(())
            }
            Self::List(list) => list.row(row),
        }
    }

    /// Whoever waits behind a pipe sees what was written.
    pub(super) fn flush(&mut self) -> anyhow::Result<()> {
        match self {
            Self::Lines { out, .. } => Ok(out.flush()?),
            Self::List(list) => list.flush(),
        }
    }

    /// The counts go to stderr, so that lines stay lines.
    pub(super) fn finish(self, summary: &impl Summary, exit: Exit) -> anyhow::Result<Exit> {
        match self {
            Self::Lines { mut out, err, .. } => {
                out.flush()?;
                if let Some(err) = err {
                    writeln!(err, "{}", printable(&summary.line()))?;
                }
                Ok(exit)
            }
            Self::List(list) => list.finish(summary, exit),
        }
    }
}

impl Follower {
    /// Takes this step at once, and then again and again. Ends well when it is asked to end, and when nobody reads any more:
    /// then `false`.
    pub(super) fn follow(
        &self,
        mut step: impl FnMut() -> anyhow::Result<()>,
    ) -> anyhow::Result<bool> {
        let ended = block_on(&*self.clock, async {
            let mut interrupted = pin!(self.shutdown.comes());
            loop {
                // The signal handlers are installed here: an earlier signal would be lost.
                tokio::select! {
                    biased;
                    () = &mut interrupted => return Ok(()),
                    () = std::future::ready(()) => {}
                }
                step()?;
                tokio::select! {
                    () = self.clock.wait(INTERVAL) => {}
                    () = &mut interrupted => return Ok(()),
                }
            }
        })?;
        match ended {
            Ok(()) => Ok(true),
            Err(error) if is_gone(&error) => Ok(false),
            Err(error) => Err(error),
        }
    }
}

fn is_gone(error: &anyhow::Error) -> bool {
    let cause = error.downcast_ref::<io::Error>();
    cause.is_some_and(is_closed_pipe)
}
