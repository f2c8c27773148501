//! Logs: what payctl is doing. Never results, never secrets.

use std::fmt;
use std::sync::Arc;

use tracing::Dispatch;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::FormatTime;
use tracing_subscriber::layer::{Layer, SubscriberExt};

use super::ColorMode;
use crate::clock::Clock;
use crate::domain::string_enum;

string_enum! {
    /// The format of a log line.
    pub enum LogFormat {
        Text = "text",
        /// One JSON object per line.
        Json = "json",
    }
}

/// How much is logged, and in which format.
#[derive(Debug, Clone, Copy)]
pub struct Logging {
    /// How often `-v` was given: warnings, then progress, then every request.
    pub verbosity: u8,
    pub format: LogFormat,
    pub paint: ColorMode,
}

impl Logging {
    /// Where payctl's own events go; those of libraries are left out.
    ///
    /// The binary makes it the global default, because the store works on its own thread; a test makes it the default of
    /// its thread, so that tests in one process do not mix.
    pub fn dispatch<W>(self, clock: Arc<dyn Clock>, writer: W) -> Dispatch
    where
        W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
    {
        let targets = Targets::new().with_target("payctl", self.level());
        let lines = tracing_subscriber::fmt::layer()
            .with_writer(writer)
            .with_timer(RunClock(clock))
            .with_ansi(self.paint == ColorMode::Colour)
            .with_target(false);
        let lines = match self.format {
            LogFormat::Text => lines.boxed(),
            LogFormat::Json => lines.json().flatten_event(true).with_ansi(false).boxed(),
        };
        Dispatch::new(tracing_subscriber::registry().with(lines).with(targets))
    }

    fn level(self) -> LevelFilter {
        match self.verbosity {
            0 => LevelFilter::WARN,
            1 => LevelFilter::INFO,
            _ => LevelFilter::DEBUG,
        }
    }
}

/// The time of the run, in UTC.
struct RunClock(Arc<dyn Clock>);

impl FormatTime for RunClock {
    fn format_time(&self, line: &mut Writer<'_>) -> fmt::Result {
        write!(line, "{}", self.0.now())
    }
}

#[cfg(test)]
mod tests {
    use std::io::{self, Write};
    use std::sync::Mutex;

    use super::*;
    use crate::clock::testing::StoppedClock;
    use crate::domain::Instant;

    const NOW: Instant = Instant::from_millis(1_752_811_500_000);

    #[derive(Clone, Default)]
    struct LogBuffer(Arc<Mutex<Vec<u8>>>);

    impl Write for LogBuffer {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn logged(verbosity: u8, format: LogFormat, work: impl FnOnce()) -> String {
        let shared = LogBuffer::default();
        let writer = shared.clone();
        let logging = Logging {
            verbosity,
            format,
            paint: ColorMode::Plain,
        };
        let dispatch = logging.dispatch(Arc::new(StoppedClock(NOW)), move || writer.clone());
        tracing::dispatcher::with_default(&dispatch, work);
        let bytes = shared.0.lock().unwrap().clone();
        String::from_utf8(bytes).unwrap()
    }

    #[track_caller]
    fn check(verbosity: u8, expected: &[&str]) {
        let text = logged(verbosity, LogFormat::Text, || {
            tracing::warn!("slow");
            tracing::info!("asked");
            tracing::debug!("question");
            tracing::trace!("bytes");
            tracing::error!(target: "hyper", "of a library");
        });
        let words: Vec<&str> = text
            .lines()
            .map(|line| line.rsplit_once(' ').unwrap().1)
            .collect();
        assert_eq!(words, expected);
    }

    #[test]
    fn each_v_logs_more_and_libraries_stay_silent() {
        check(0, &["slow"]);
        check(1, &["slow", "asked"]);
        check(2, &["slow", "asked", "question"]);
        check(9, &["slow", "asked", "question"]);
    }

    #[test]
    fn a_log_line_has_time_without_terminal_codes() {
        let text = logged(0, LogFormat::Text, || {
            tracing::warn!(order = "INV-1\u{1b}[2J", "slow \u{1b}[31m\u{9b}31m");
        });
        assert!(
            text.starts_with("2025-07-18T04:05:00Z  WARN slow"),
            "{text}"
        );
        assert!(text.contains("INV-1"), "{text}");
        assert!(!text.contains(['\u{1b}', '\u{9b}']), "{text:?}");
    }

    #[test]
    fn a_json_log_line_is_one_flat_object() {
        let text = logged(0, LogFormat::Json, || {
            tracing::warn!(order = "INV-1", tries = 3, "slow");
            tracing::warn!("again");
        });
        let lines: Vec<serde_json::Value> = text
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        assert_eq!(lines.len(), 2);
        assert_eq!(
            lines[0],
            serde_json::json!({
                "timestamp": "2025-07-18T04:05:00Z", "level": "WARN",
                "message": "slow", "order": "INV-1", "tries": 3,
            })
        );
    }
}
