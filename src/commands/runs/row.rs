//! The lines about runs. Fields are only ever added.

use std::time::Duration;

use serde_json::Value;

use crate::commands::following::PlainLine;
use crate::config::written;
use crate::domain::{Instant, Zone, string_enum};
use crate::exit::Exit;
use crate::output::row;
use crate::store::RecordedRun;

string_enum! {
    /// What became of a run.
    pub(in crate::commands) enum RunResult {
        Clean = "clean",
        Failed = "failed",
        Usage = "usage",
        Attention = "attention",
        Partial = "partial",
        Busy = "busy",
        Config = "config",
        /// It holds its lock.
        Running = "running",
        /// It was killed, or its machine was switched off.
        Died = "died",
    }
}

impl RunResult {
    /// By the exit code on record; one that this version does not know is no success.
    pub(super) fn of_exit(code: u8) -> Self {
        match Exit::of_code(code) {
            Some(Exit::Clean) => Self::Clean,
            Some(Exit::Failed) | None => Self::Failed,
            Some(Exit::Usage) => Self::Usage,
            Some(Exit::Attention) => Self::Attention,
            Some(Exit::Partial) => Self::Partial,
            Some(Exit::Busy) => Self::Busy,
            Some(Exit::Config) => Self::Config,
        }
    }

    /// Whether it did not do its work.
    pub(super) fn is_failed(self) -> bool {
        match self {
            Self::Failed | Self::Usage | Self::Config | Self::Died => true,
            Self::Clean | Self::Attention | Self::Partial | Self::Busy | Self::Running => false,
        }
    }
}

row! {
    pub(in crate::commands) struct RunRow {
        run: i64 => number("Run"),
        job: String => text("Job"),
        started_at: Instant => text("Started"),
        ended_at: Option<Instant> => number("Took", |row, _| row.took()),
        result: RunResult => text("Result", |row, _| row.result_in_words()),
        exit: Option<u8>,
        counts: Option<Value> => prose("Counts", |row, _| row.counts_in_words()),
        host: String => text("Host"),
        pid: u32,
        program: String => text("Version", |row, _| row.version().to_owned()),
        duration_ms: Option<u64>,
    }
    hides "Version", "Host";
}

impl RunRow {
    pub(super) fn of(run: &RecordedRun, result: RunResult) -> Self {
        let took = run.ended_at.map(|end| end.since(run.started_at.min(end)));
        let counts = run.counts.as_deref().map(serde_json::from_str);
        Self {
            run: run.id,
            job: run.job.clone(),
            started_at: run.started_at,
            ended_at: run.ended_at,
            result,
            exit: run.exit,
            counts: counts.and_then(Result::ok).filter(Value::is_object),
            host: run.host.clone(),
            pid: run.pid,
            program: run.program.clone(),
            duration_ms: took.and_then(|took| u64::try_from(took.as_millis()).ok()),
        }
    }

    /// `1m 12s`; below ten seconds to a tenth.
    fn took(&self) -> String {
        let Some(took) = self.duration_ms else {
            return String::new();
        };
        match took {
            0..10_000 => format!("{}.{}s", took / 1_000, took % 1_000 / 100),
            _ => written(Duration::from_secs(took / 1_000)),
        }
    }

    fn result_in_words(&self) -> String {
        match self.exit {
            Some(code) => format!("{} ({code})", self.result),
            None => self.result.to_string(),
        }
    }

    /// What is not zero: `3 asked, 3 match`.
    fn counts_in_words(&self) -> String {
        let counts = self.counts.as_ref().and_then(Value::as_object);
        let told = counts.into_iter().flatten().filter_map(|(name, count)| {
            let name = name.replace('_', " ");
            match count {
                Value::Number(count) if count.as_u64() != Some(0) => {
                    Some(format!("{count} {name}"))
                }
                Value::String(word) => Some(format!("{name}: {}", word.replace('_', " "))),
                Value::Number(_)
                | Value::Null
                | Value::Bool(_)
                | Value::Array(_)
                | Value::Object(_) => None,
            }
        });
        let told: Vec<String> = told.collect();
        if told.is_empty() && self.counts.is_some() {
            return "nothing to do".to_owned();
        }
        told.join(", ")
    }

    fn version(&self) -> &str {
        self.program
            .strip_prefix("payctl ")
            .unwrap_or(&self.program)
    }
}

/// `2026-03-02 11:00:01 WIB  check-all  clean (0)  0.4s  3 asked, 3 match`
impl PlainLine for RunRow {
    fn line(&self, zone: Zone) -> String {
        let parts = [
            self.started_at.in_named_zone(zone),
            self.job.clone(),
            self.result_in_words(),
            self.took(),
            self.counts_in_words(),
        ];
        let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        parts.join("  ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::reference::check_words;

    #[test]
    fn the_schema_has_every_result() {
        check_words::<RunResult>("run_result");
    }

    fn row(counts: &str, took_ms: i64, exit: Option<u8>) -> RunRow {
        let run = RecordedRun {
            id: 7,
            job: "check-all".to_owned(),
            started_at: Instant::from_millis(0),
            ended_at: exit.map(|_| Instant::from_millis(took_ms)),
            exit,
            counts: exit.map(|_| counts.to_owned()),
            host: "till-1".to_owned(),
            pid: 7,
            program: "payctl 0.1.0".to_owned(),
        };
        RunRow::of(&run, exit.map_or(RunResult::Died, RunResult::of_exit))
    }

    #[test]
    fn a_run_is_one_short_line() {
        for (counts, took_ms, exit, line) in [
            (
                r#"{"asked":3,"match":2,"fixed":1,"ended":null}"#,
                412,
                Some(0),
                "clean (0)  0.4s  3 asked, 1 fixed, 2 match",
            ),
            (
                "{\"asked\":0}",
                90,
                Some(0),
                "clean (0)  0.0s  nothing to do",
            ),
            (
                r#"{"cases_open":2,"ended":"out_of_time"}"#,
                300_900,
                Some(4),
                "partial (4)  5m  2 cases open, ended: out of time",
            ),
            ("no json", 10_000, Some(9), "failed (9)  10s"),
            ("", 0, None, "died"),
            // A clock that went back.
            ("{}", -5, Some(3), "attention (3)  0.0s  nothing to do"),
        ] {
            let shown = row(counts, took_ms, exit).line("UTC".parse().unwrap());
            assert_eq!(shown, format!("1970-01-01 00:00:00 UTC  check-all  {line}"));
        }
    }
}
