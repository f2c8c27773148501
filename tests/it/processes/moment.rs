//! When a process is killed or stopped: at a share of its time, at a length of the log, at a request.

use std::process::Child;
use std::thread;
use std::time::{Duration, Instant};

use super::commands::WritingCommand;
use super::dice::Dice;
use super::stage::Stage;
use crate::program::hear;
use crate::world::CommandOutput;

/// How much a command does when nobody disturbs it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Extent {
    span: Duration,
    pub(super) log_bytes: u64,
    requests: u64,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Moment {
    After(Duration),
    /// As soon as the log has this many bytes.
    LogOf(u64),
    /// As soon as the gateways have received this many requests.
    Request(u64),
}

impl Extent {
    /// Runs the command to its end.
    pub(super) fn measure(stage: &Stage, command: &WritingCommand) -> (Self, CommandOutput) {
        // Whoever reads keeps the log from being cleared at the end.
        let reader = stage.reader();
        if let Some(reader) = &reader {
            let read = reader.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()));
            read.unwrap();
        }
        let started = Instant::now();
        let output = hear(stage.program(command).spawn().unwrap());
        let extent = Self {
            span: started.elapsed(),
            log_bytes: stage.log_bytes(),
            requests: stage.requests(),
        };
        (extent, output)
    }

    pub(super) fn moment(&self, dice: &mut Dice) -> Moment {
        let micros = u64::try_from(self.span.as_micros()).unwrap();
        match dice.below(4) {
            0 if self.log_bytes > 0 => Moment::LogOf(1 + dice.below(self.log_bytes)),
            1 if self.requests > 0 => Moment::Request(1 + dice.below(self.requests)),
            _ => Moment::After(Duration::from_micros(dice.below(micros))),
        }
    }
}

impl Moment {
    /// Waits for it; `false` if the process has ended before.
    pub(super) fn wait(self, stage: &Stage, child: &mut Child) -> bool {
        let started = Instant::now();
        loop {
            let has_come = match self {
                Self::After(span) => started.elapsed() >= span,
                Self::LogOf(bytes) => stage.log_bytes() >= bytes,
                Self::Request(count) => stage.requests() >= count,
            };
            if has_come {
                return child.try_wait().unwrap().is_none();
            }
            if child.try_wait().unwrap().is_some() {
                return false;
            }
            thread::yield_now();
        }
    }
}

/// Lets this much time go by without giving up the processor.
pub(super) fn spin(span: Duration) {
    let started = Instant::now();
    while started.elapsed() < span {
        thread::yield_now();
    }
}
