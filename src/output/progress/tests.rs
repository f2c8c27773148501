//! The bar on a screen that remembers.

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

const WORDS: ProgressWords = ProgressWords {
    done: DoneWords::Deed("asked"),
    found: "different",
};

/// A bar of 100 steps that began at `now`.
fn bar_on(screen: &TestTerminal, now: Instant) -> (Progress, ProgressPlace) {
    let (screen, place) = (screen.clone(), ProgressPlace::default());
    let open = move || ProgressDrawTarget::term_like(Box::new(screen.clone()));
    let drawing = Drawing::Work {
        open: Box::new(open),
        is_shown: false,
    };
    let first = ProgressStep::of(0, 100, 0);
    let bar = place.0.clone();
    (Progress::with(bar, drawing, WORDS, first, now), place)
}

fn step(done: u64) -> ProgressStep {
    ProgressStep::of(done, 100, 1)
}

#[test]
fn work_under_one_second_shows_no_bar() {
    let screen = TestTerminal::default();
    let (mut progress, _) = bar_on(&screen, at(5_000));
    progress.advance(step(50), at(5_500));
    progress.advance(step(100), at(5_999));
    progress.clear();
    assert_eq!(screen.draws(), 0);
}

#[test]
fn a_long_round_shows_progress_and_cleans_up() {
    let screen = TestTerminal::default();
    let (mut progress, _) = bar_on(&screen, at(5_000));
    progress.advance(step(40), at(7_000));
    let told = "40/100 asked  20/s  3 s left  1 different";
    assert!(screen.line().ends_with(told), "{screen:?}");
    progress.clear();
    assert_eq!(screen.line(), "");
}

#[test]
fn a_failed_round_leaves_no_bar() {
    let screen = TestTerminal::default();
    let (mut progress, _) = bar_on(&screen, at(0));
    progress.advance(step(40), at(2_000));
    drop(progress);
    assert_eq!(screen.line(), "");
}

#[test]
fn the_next_round_waits_its_own_second() {
    let screen = TestTerminal::default();
    let (mut progress, place) = bar_on(&screen, at(0));
    progress.advance(step(100), at(2_000));
    drop(progress);
    let second = screen.clone();
    let open = move || ProgressDrawTarget::term_like(Box::new(second.clone()));
    let drawing = Drawing::Work {
        open: Box::new(open),
        is_shown: false,
    };
    let (bar, first) = (place.0.clone(), ProgressStep::of(0, 7, 0));
    let mut progress = Progress::with(bar, drawing, WORDS, first, at(3_000));
    progress.advance(ProgressStep::of(1, 7, 0), at(3_500));
    assert_eq!(screen.line(), "");
    progress.advance(ProgressStep::of(2, 7, 0), at(4_000));
    assert!(screen.line().contains("2/7 asked"), "{screen:?}");
}

#[test]
fn notes_appear_without_the_bar() {
    let screen = TestTerminal::default();
    let (mut progress, place) = bar_on(&screen, at(0));
    progress.advance(step(40), at(2_000));
    let mut seen = ScreenHistory(screen.clone(), Vec::new());
    let lines = 2;
    writeln!(place.beside(&mut seen), "{lines} lines were read").unwrap();
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
    let (mut out, place) = (Vec::new(), ProgressPlace::default());
    let mut progress = Progress::hidden(WORDS);
    progress.advance(step(1), at(9_000));
    place.beside(&mut out).write_all(b"note\n").unwrap();
    assert_eq!(out, b"note\n");
}
