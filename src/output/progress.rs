//! A progress bar on stderr, for people only. The one place that knows the progress bar crate.

mod line;
#[cfg(test)]
mod tests;

use std::fmt;
use std::io::{self, Write};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{self, Duration};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use self::line::line;
pub use self::line::{DoneWords, ProgressStep, ProgressWords};
use crate::domain::Instant;

/// Work that finishes sooner needs no bar.
const APPEARS_AFTER: Duration = Duration::from_secs(1);

/// As often as a person can notice.
const MOVES_EVERY: Duration = Duration::from_millis(100);

/// The place on the terminal where a bar may stand; at most one at a time. Clones are the same place.
#[derive(Clone)]
pub struct ProgressPlace(ProgressBar);

impl fmt::Debug for ProgressPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ProgressPlace")
    }
}

impl Default for ProgressPlace {
    fn default() -> Self {
        Self(ProgressBar::hidden())
    }
}

impl ProgressPlace {
    /// A writer that hides the bar while it writes a line: for messages and logs on the same terminal.
    #[must_use]
    pub fn beside<W: Write>(&self, inner: W) -> BesideProgress<W> {
        let bar = self.0.clone();
        BesideProgress { bar, inner }
    }
}

type Opener = Box<dyn Fn() -> ProgressDrawTarget + Send>;

/// A bar that appears only if the work takes long, and leaves nothing behind.
pub struct Progress {
    bar: ProgressBar,
    words: ProgressWords,
    drawing: Drawing,
    started_at: Instant,
    /// No update before this instant.
    moves_at: Instant,
}

/// Who draws the bar.
enum Drawing {
    /// Nobody can see it.
    Nobody,
    /// The work itself, each time it is a step further.
    Work { open: Opener, is_shown: bool },
    /// A thread, also while one step takes long.
    Thread(DrawingThread),
}

struct DrawingThread {
    latest: Arc<Mutex<ProgressStep>>,
    /// Dropping it ends the thread.
    stop: Sender<()>,
    thread: JoinHandle<()>,
}

impl Progress {
    /// A bar on stderr from `now` on; invisible if that is not a terminal. The work is at its beginning.
    #[must_use]
    pub fn on_stderr(
        place: &ProgressPlace,
        words: ProgressWords,
        first: ProgressStep,
        now: Instant,
    ) -> Self {
        let bar = place.0.clone();
        let drawing = match DrawingThread::begin(bar.clone(), words, first) {
            Ok(thread) => Drawing::Thread(thread),
            Err(_) => Drawing::Work {
                open: Box::new(ProgressDrawTarget::stderr),
                is_shown: false,
            },
        };
        Self::with(bar, drawing, words, first, now)
    }

    /// An invisible bar: for `--quiet`, or without a terminal.
    #[must_use]
    pub fn hidden(words: ProgressWords) -> Self {
        let now = Instant::from_millis(0);
        let bar = ProgressBar::hidden();
        Self::with(bar, Drawing::Nobody, words, ProgressStep::default(), now)
    }

    fn with(
        bar: ProgressBar,
        drawing: Drawing,
        words: ProgressWords,
        first: ProgressStep,
        now: Instant,
    ) -> Self {
        set_style(&bar, first);
        Self {
            bar,
            words,
            drawing,
            started_at: now,
            moves_at: now.saturating_add(APPEARS_AFTER),
        }
    }

    /// The work is so far. Cheap enough to call often.
    pub fn advance(&mut self, step: ProgressStep, now: Instant) {
        match &mut self.drawing {
            Drawing::Nobody => {}
            Drawing::Thread(thread) => {
                *thread.latest.lock().unwrap_or_else(PoisonError::into_inner) = step;
            }
            Drawing::Work { .. } if now < self.moves_at => {}
            Drawing::Work { open, is_shown } => {
                if !*is_shown {
                    self.bar.set_draw_target(open());
                    *is_shown = true;
                }
                self.moves_at = now.saturating_add(MOVES_EVERY);
                set(&self.bar, self.words, step, now.since(self.started_at));
            }
        }
    }

    /// Removes the bar before a report or a prompt is shown.
    pub fn clear(&mut self) {
        if let Drawing::Thread(thread) = std::mem::replace(&mut self.drawing, Drawing::Nobody) {
            thread.end();
        }
        self.bar.finish_and_clear();
        self.bar.set_draw_target(ProgressDrawTarget::hidden());
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.clear();
    }
}

impl DrawingThread {
    /// Shows the bar once the work takes long.
    fn begin(bar: ProgressBar, words: ProgressWords, first: ProgressStep) -> io::Result<Self> {
        let latest = Arc::new(Mutex::new(first));
        let (stop, stopped) = mpsc::channel::<()>();
        let goes_on = move |span| stopped.recv_timeout(span) == Err(RecvTimeoutError::Timeout);
        let step = latest.clone();
        let draw = move || {
            let (began, mut pause) = (time::Instant::now(), APPEARS_AFTER);
            while goes_on(pause) {
                if pause == APPEARS_AFTER {
                    bar.set_draw_target(ProgressDrawTarget::stderr());
                    pause = MOVES_EVERY;
                }
                let step = *step.lock().unwrap_or_else(PoisonError::into_inner);
                set(&bar, words, step, began.elapsed());
                bar.tick();
            }
        };
        let thread = thread::Builder::new().name("progress".to_owned());
        let thread = thread.spawn(draw)?;
        Ok(Self {
            latest,
            stop,
            thread,
        })
    }

    fn end(self) {
        drop(self.stop);
        // Had it failed, the work would go on all the same.
        let _ended = self.thread.join();
    }
}

fn set_style(bar: &ProgressBar, first: ProgressStep) {
    bar.reset();
    let template = if first.share.is_some() {
        "{spinner} {bar:20} {wide_msg}"
    } else {
        "{spinner} {wide_msg}"
    };
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
}

fn set(bar: &ProgressBar, words: ProgressWords, step: ProgressStep, elapsed: Duration) {
    let (part, whole) = step.share.unwrap_or_default();
    bar.set_length(whole);
    bar.set_position(part);
    bar.set_message(line(words, step, elapsed));
}

/// See [`ProgressPlace::beside`].
#[derive(Clone)]
pub struct BesideProgress<W> {
    bar: ProgressBar,
    inner: W,
}

impl<W: Write> Write for BesideProgress<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.bar.suspend(|| self.inner.write(bytes))
    }

    /// The whole text at once: the bar would come back between its parts, and overwrite them.
    fn write_fmt(&mut self, text: fmt::Arguments<'_>) -> io::Result<()> {
        self.write_all(text.to_string().as_bytes())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}
