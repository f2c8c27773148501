//! A wish from outside that a run may end: Ctrl-C, or the signal by which systems end a process.

use std::sync::Arc;

use tokio::sync::Notify;

/// Whether somebody wants this run to end.
#[derive(Debug, Clone)]
pub enum Shutdown {
    /// The process's signals: Ctrl-C everywhere, SIGTERM where there is one.
    Signals,
    /// Raised by hand, in tests.
    Hand(Arc<Notify>),
    /// The wish has been refused beforehand.
    Never,
}

impl Shutdown {
    /// Waits, inside a tokio runtime, until the wish comes.
    pub async fn comes(&self) {
        match self {
            Self::Signals => signals().await,
            Self::Hand(notify) => notify.notified().await,
            Self::Never => std::future::pending().await,
        }
    }

    /// From here on nobody ends this run by asking. Inside a tokio runtime; it holds for good.
    pub fn refuse(&mut self) {
        if matches!(self, Self::Signals) {
            catch();
        }
        *self = Self::Never;
    }
}

/// A signal that has had a handler once does not end the process any more.
#[cfg(unix)]
fn catch() {
    use tokio::signal::unix::{SignalKind, signal};

    // Without a handler the signal ends the process, and what was under way is found by the next run.
    let _caught = signal(SignalKind::terminate());
}

#[cfg(not(unix))]
fn catch() {}

#[cfg(unix)]
async fn signals() {
    use tokio::signal::unix::{SignalKind, signal};

    // Without a handler the signal ends the process by itself, which loses nothing but the report.
    let Ok(mut terminate) = signal(SignalKind::terminate()) else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        result = tokio::signal::ctrl_c() => if result.is_err() { std::future::pending::<()>().await },
    }
}

#[cfg(not(unix))]
async fn signals() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
