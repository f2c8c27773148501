//! The log file of runs that nobody watches: what they print, each line with time and run, rotated by size.
//!
//! Several processes write at once: each opens the file for one append, under a lock on a file beside it. So no line is
//! lost or mixed with another, and whoever rotates has the file for itself. What cannot be logged never fails a run.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Read as _, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::printable;
use crate::clock::Clock;

/// A process that was stopped in the middle of a line keeps nobody waiting for longer.
const PATIENCE: Duration = Duration::from_secs(1);
const PAUSE: Duration = Duration::from_millis(2);

/// A longer line goes on in the next one: memory does not grow with what is printed.
const MAX_LINE: usize = 16 * 1024;

/// Where a log is, and how large it may grow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogFilePlace {
    pub path: PathBuf,
    /// In bytes.
    pub max_size: u64,
    /// How many full files are kept beside it: `payctl.log.1`, the newest, and so on.
    pub keep: u8,
}

/// The log of this run. Clones are the same log.
#[derive(Clone)]
pub struct LogFile(Arc<Mutex<LogState>>);

struct LogState {
    place: LogFilePlace,
    clock: Arc<dyn Clock>,
    /// Stands in each line: `check-all[4711]`.
    run: String,
    /// Why it could not be written, until somebody has told it.
    trouble: Option<String>,
    /// Once it could not be written, it is not tried again: a log with gaps that nobody sees is none.
    is_given_up: bool,
    /// Another process holds the lock and does nothing.
    waits: bool,
}

impl LogFile {
    /// The log for a run of this name and process; it is looked at now, so that its trouble is told at the beginning.
    #[must_use]
    pub fn new(place: LogFilePlace, clock: Arc<dyn Clock>, name: &str, process: u32) -> Self {
        let mut state = LogState {
            place,
            clock,
            run: format!("{name}[{process}]"),
            trouble: None,
            is_given_up: false,
            waits: true,
        };
        let looked_at = require_log(&state.place.path);
        let opened = looked_at.and_then(|()| open(&state.place.path).map(drop));
        state.remember(opened);
        Self(Arc::new(Mutex::new(state)))
    }

    /// One line of its own.
    pub fn note(&self, line: &str) {
        self.append(line.as_bytes());
    }

    /// Why the log could not be written; told once.
    #[must_use]
    pub fn take_trouble(&self) -> Option<String> {
        self.state(|state| state.trouble.take())
    }

    fn append(&self, lines: &[u8]) {
        self.state(|state| state.append(lines));
    }

    fn state<T>(&self, work: impl FnOnce(&mut LogState) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl LogState {
    fn append(&mut self, lines: &[u8]) {
        if self.is_given_up {
            return;
        }
        let head = format!("{} {}", self.clock.now(), self.run);
        let mut text = String::new();
        for line in lines.split(|byte| *byte == b'\n') {
            let line = plain(&String::from_utf8_lossy(line));
            if !line.is_empty() {
                text.push_str(&format!("{head} {line}\n"));
            }
        }
        if !text.is_empty() {
            let written = self.write(text.as_bytes());
            self.remember(written);
        }
    }

    fn write(&mut self, text: &[u8]) -> io::Result<()> {
        let lock = self.lock()?;
        let mut file = open(&self.place.path)?;
        if lock.is_some() {
            let size = file.metadata()?.len();
            let added = u64::try_from(text.len()).unwrap_or(u64::MAX);
            if size > 0 && size.saturating_add(added) > self.place.max_size {
                drop(file);
                self.rotate();
                file = open(&self.place.path)?;
            }
        }
        // Each text goes in one append, so that it stays whole even where the lock was not to be had.
        let written = file.write_all(text);
        drop(file);
        if let Some(lock) = lock {
            // A program that is just being started may have the file open for a moment longer.
            let _ends_with_the_file = lock.unlock();
        }
        written
    }

    /// None if another process keeps it: then the file is written all the same, and not rotated.
    fn lock(&mut self) -> io::Result<Option<File>> {
        let lock = private()
            .create(true)
            .truncate(false)
            .write(true)
            .open(beside(&self.place.path, "lock"))?;
        let give_up_at = Instant::now() + if self.waits { PATIENCE } else { Duration::ZERO };
        loop {
            match lock.try_lock() {
                Ok(()) => return Ok(Some(lock)),
                Err(TryLockError::WouldBlock) if Instant::now() < give_up_at => {
                    thread::sleep(PAUSE)
                }
                Err(TryLockError::WouldBlock) => {
                    self.waits = false;
                    return Ok(None);
                }
                Err(TryLockError::Error(error)) => return Err(error),
            }
        }
    }

    /// A file that somebody holds open may keep its name on Windows: then the log grows until it can be rotated.
    fn rotate(&self) {
        let LogFilePlace { path, keep, .. } = &self.place;
        let numbered = |number: u8| beside(path, &number.to_string());
        if *keep == 0 {
            let _grows_meanwhile = std::fs::remove_file(path);
            return;
        }
        for number in (1..*keep).rev() {
            let _may_not_be_there = std::fs::rename(numbered(number), numbered(number + 1));
        }
        let _grows_meanwhile = std::fs::rename(path, numbered(1));
    }

    fn remember(&mut self, done: io::Result<()>) {
        if let Err(error) = done {
            self.is_given_up = true;
            let path = self.place.path.display();
            self.trouble = Some(format!(
                "could not write the log {path}: {error}; the run goes on without it"
            ));
        }
    }
}

/// `payctl.log` and `lock` make `payctl.log.lock`.
fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.to_owned().into_os_string();
    name.push(".");
    name.push(ending);
    name.into()
}

/// For its owner alone.
#[cfg(unix)]
fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// On this system a file inherits the rights of its folder.
#[cfg(not(unix))]
fn private() -> OpenOptions {
    OpenOptions::new()
}

fn open(path: &Path) -> io::Result<File> {
    private().create(true).append(true).open(path)
}

/// A mistyped path must not add lines to a database, nor wait for the reader of a pipe.
fn require_log(path: &Path) -> io::Result<()> {
    let known = match std::fs::metadata(path) {
        Ok(known) => known,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    if !known.is_file() {
        return Err(io::Error::other("it is not a file"));
    }
    let mut head = Vec::new();
    File::open(path)?.take(20).read_to_end(&mut head)?;
    let is_time = |text: &str| text.starts_with("20") && text.get(10..11) == Some("T");
    if head.is_empty() || std::str::from_utf8(&head).is_ok_and(is_time) {
        return Ok(());
    }
    Err(io::Error::other("it is another kind of file"))
}

/// Without the sequences that colour a terminal, and on one line.
fn plain(line: &str) -> String {
    let mut parts = line.split("\u{1b}[");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find(|letter: char| ('@'..='~').contains(&letter));
        let rest = end.and_then(|end| part.get(end + 1..));
        text.push_str(rest.unwrap_or_default());
    }
    printable(text.trim_end())
}

/// A stream that is also logged.
pub struct LoggedStream<W: Write> {
    inner: W,
    log: Option<LogFile>,
    line: Vec<u8>,
}

impl<W: Write> LoggedStream<W> {
    /// Without a log it is the stream alone.
    pub fn new(inner: W, log: Option<LogFile>) -> Self {
        let line = Vec::new();
        Self { inner, log, line }
    }

    fn add(&mut self, bytes: &[u8]) {
        if self.log.is_none() {
            return;
        }
        self.line.extend_from_slice(bytes);
        let end = self.line.iter().rposition(|byte| *byte == b'\n');
        match end {
            Some(end) => {
                let rest = self.line.split_off(end + 1);
                self.release();
                self.line = rest;
            }
            None if self.line.len() > MAX_LINE => self.release(),
            None => {}
        }
    }

    fn release(&mut self) {
        let lines = std::mem::take(&mut self.line);
        if let Some(log) = &self.log {
            log.append(&lines);
        }
    }
}

impl<W: Write> Write for LoggedStream<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes);
        match &written {
            Ok(length) => self.add(bytes.get(..*length).unwrap_or_default()),
            // Where the stream leads nowhere, the log is all there is.
            Err(error) if error.kind() != ErrorKind::Interrupted => self.add(bytes),
            Err(_) => {}
        }
        written
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

impl<W: Write> Drop for LoggedStream<W> {
    fn drop(&mut self) {
        self.release();
    }
}

#[cfg(test)]
mod tests;
