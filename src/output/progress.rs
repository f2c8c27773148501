//! A progress bar on stderr, for people only. The one place that knows the progress bar crate.

use std::io::{self, Write};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::domain::Instant;

/// Work that finishes sooner needs no bar.
const APPEARS_AFTER: Duration = Duration::from_secs(1);

/// As often as a person can notice.
const MOVES_EVERY: Duration = Duration::from_millis(100);

/// A bar that appears only if the work takes long, and leaves nothing behind.
pub struct Progress {
    bar: ProgressBar,
    /// None: nobody can see it.
    open: Option<Box<dyn Fn() -> ProgressDrawTarget + Send>>,
    started_at: Instant,
    /// No update before this instant.
    moves_at: Instant,
    shown: BarState,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum BarState {
    NotYet,
    Now,
}

impl Progress {
    /// A bar on stderr; invisible if that is not a terminal.
    #[must_use]
    pub fn on_stderr() -> Self {
        Self::with(Some(Box::new(ProgressDrawTarget::stderr)))
    }

    /// An invisible bar: for `--quiet`, or without a terminal.
    #[must_use]
    pub fn hidden() -> Self {
        Self::with(None)
    }

    /// `total` queries will be sent from `now` on.
    pub fn start(&mut self, total: u64, now: Instant) {
        self.clear();
        self.bar.reset();
        self.bar.set_length(total);
        self.started_at = now;
        self.moves_at = now.saturating_add(APPEARS_AFTER);
    }

    /// `asked` of them were sent. Cheap enough to call often.
    pub fn advance(&mut self, asked: u64, now: Instant) {
        let Some(open) = &self.open else { return };
        if now < self.moves_at {
            return;
        }
        if self.shown == BarState::NotYet {
            self.bar.set_draw_target(open());
            self.shown = BarState::Now;
        }
        self.moves_at = now.saturating_add(MOVES_EVERY);
        let elapsed = now.since(self.started_at);
        self.bar.set_message(rate(asked, elapsed));
        self.bar.set_position(asked);
    }

    /// Removes the bar before a report or a prompt is shown.
    pub fn clear(&mut self) {
        self.bar.finish_and_clear();
        self.bar.set_draw_target(ProgressDrawTarget::hidden());
        self.shown = BarState::NotYet;
    }

    /// A writer that hides the bar while it writes: for notes and logs on the same terminal.
    #[must_use]
    pub fn suspend_for<W: Write>(&self, inner: W) -> SuspendedProgress<W> {
        let bar = self.bar.clone();
        SuspendedProgress { bar, inner }
    }

    fn with(open: Option<Box<dyn Fn() -> ProgressDrawTarget + Send>>) -> Self {
        let bar = ProgressBar::hidden();
        if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} asked  {msg}") {
            bar.set_style(style);
        }
        Self {
            bar,
            open,
            started_at: Instant::from_millis(0),
            moves_at: Instant::from_millis(0),
            shown: BarState::NotYet,
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.clear();
    }
}

/// Whole queries per second, or per minute if it is slow.
fn rate(asked: u64, elapsed: Duration) -> String {
    let millis = elapsed.as_millis().max(1);
    match u128::from(asked) * 1000 / millis {
        0 => format!("{}/min", u128::from(asked) * 60_000 / millis),
        per_second => format!("{per_second}/s"),
    }
}

/// See [`Progress::suspend_for`].
#[derive(Clone)]
pub struct SuspendedProgress<W> {
    bar: ProgressBar,
    inner: W,
}

impl<W: Write> Write for SuspendedProgress<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.bar.suspend(|| self.inner.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use indicatif::TermLike;

    use super::*;

    /// A terminal that remembers its last line and everything written to it.
    #[derive(Debug, Clone, Default)]
    struct TestTerminal(Arc<Mutex<(String, usize)>>);

    impl TestTerminal {
        fn line(&self) -> String {
            self.0.lock().unwrap().0.trim_end().to_owned()
        }

        fn draws(&self) -> usize {
            self.0.lock().unwrap().1
        }
    }

    impl TermLike for TestTerminal {
        fn width(&self) -> u16 {
            80
        }

        fn move_cursor_up(&self, _: usize) -> io::Result<()> {
            Ok(())
        }

        fn move_cursor_down(&self, _: usize) -> io::Result<()> {
            Ok(())
        }

        fn move_cursor_right(&self, _: usize) -> io::Result<()> {
            Ok(())
        }

        fn move_cursor_left(&self, _: usize) -> io::Result<()> {
            Ok(())
        }

        fn write_line(&self, text: &str) -> io::Result<()> {
            self.write_str(text)
        }

        fn write_str(&self, text: &str) -> io::Result<()> {
            let mut screen = self.0.lock().unwrap();
            screen.0.push_str(text);
            screen.1 += 1;
            Ok(())
        }

        fn clear_line(&self) -> io::Result<()> {
            self.0.lock().unwrap().0.clear();
            Ok(())
        }

        fn flush(&self) -> io::Result<()> {
            Ok(())
        }
    }

    fn at(millis: i64) -> Instant {
        Instant::from_millis(millis)
    }

    fn bar_on(screen: &TestTerminal) -> Progress {
        let screen = screen.clone();
        let open = move || ProgressDrawTarget::term_like(Box::new(screen.clone()));
        Progress::with(Some(Box::new(open)))
    }

    #[test]
    fn work_under_one_second_shows_no_bar() {
        let screen = TestTerminal::default();
        let mut progress = bar_on(&screen);
        progress.start(100, at(5_000));
        progress.advance(50, at(5_500));
        progress.advance(100, at(5_999));
        progress.clear();
        assert_eq!(screen.draws(), 0);
    }

    #[test]
    fn a_long_round_shows_progress_and_cleans_up() {
        let screen = TestTerminal::default();
        let mut progress = bar_on(&screen);
        progress.start(100, at(5_000));
        progress.advance(40, at(7_000));
        assert!(screen.line().ends_with("40/100 asked  20/s"), "{screen:?}");
        progress.clear();
        assert_eq!(screen.line(), "");
    }

    #[test]
    fn a_failed_round_leaves_no_bar() {
        let screen = TestTerminal::default();
        let mut progress = bar_on(&screen);
        progress.start(100, at(0));
        progress.advance(40, at(2_000));
        drop(progress);
        assert_eq!(screen.line(), "");
    }

    #[test]
    fn the_next_round_waits_its_own_second() {
        let screen = TestTerminal::default();
        let mut progress = bar_on(&screen);
        progress.start(100, at(0));
        progress.advance(100, at(2_000));
        progress.start(7, at(3_000));
        progress.advance(1, at(3_500));
        assert_eq!(screen.line(), "");
        progress.advance(2, at(4_000));
        assert!(screen.line().contains("2/7 asked"), "{screen:?}");
    }

    #[test]
    fn notes_appear_without_the_bar() {
        let screen = TestTerminal::default();
        let mut progress = bar_on(&screen);
        progress.start(100, at(0));
        progress.advance(40, at(2_000));
        let mut seen = ScreenHistory(screen.clone(), Vec::new());
        progress
            .suspend_for(&mut seen)
            .write_all(b"note\n")
            .unwrap();
        assert_eq!(seen.1, [String::new()], "the bar was there");
        assert!(screen.line().contains("40/100"), "{screen:?}");
    }

    /// Remembers what was on the screen when it was written to.
    struct ScreenHistory(TestTerminal, Vec<String>);

    impl Write for ScreenHistory {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.1.push(self.0.line());
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_hidden_bar_lets_notes_pass() {
        let mut out = Vec::new();
        let mut progress = Progress::hidden();
        progress.start(1, at(0));
        progress.advance(1, at(9_000));
        progress.suspend_for(&mut out).write_all(b"note\n").unwrap();
        assert_eq!(out, b"note\n");
    }

    #[test]
    fn the_rate_is_a_whole_number() {
        for (asked, millis, shown) in [
            (0, 1_000, "0/min"),
            (1, 2_000, "30/min"),
            (40, 2_000, "20/s"),
            (u64::MAX, 1_000, "18446744073709551615/s"),
        ] {
            assert_eq!(rate(asked, Duration::from_millis(millis)), shown);
        }
    }
}
