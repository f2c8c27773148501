//! Requests to stop a run: Ctrl-C, or the signal with which the system ends a process.

use std::sync::Arc;

use tokio::sync::Notify;

use crate::domain::string_enum;

string_enum! {
    /// Why a run ended early.
    pub enum StopReason {
        OutOfTime = "out_of_time",
        /// A person or the system interrupted it.
        Interrupted = "interrupted",
    }
}

/// Where stop requests come from.
#[derive(Debug, Clone)]
pub enum Shutdown {
    /// Signals to the process: Ctrl-C everywhere, SIGTERM where it exists, the events of a Windows console.
    Signals,
    /// Raised by a test.
    Hand(Arc<Notify>),
    /// Stop requests are ignored.
    Never,
}

impl Shutdown {
    /// Waits until a stop is requested. Needs a tokio runtime.
    pub async fn comes(&self) {
        match self {
            Self::Signals => signals().await,
            Self::Hand(notify) => notify.notified().await,
            Self::Never => std::future::pending().await,
        }
    }

    /// Ignores all later stop requests, for good. Needs a tokio runtime.
    pub fn refuse(&mut self) {
        if matches!(self, Self::Signals) {
            catch();
        }
        *self = Self::Never;
    }
}

/// Once a signal has had a handler, it no longer ends the process.
#[cfg(unix)]
fn catch() {
    use tokio::signal::unix::{SignalKind, signal};

    // Without a handler the signal still ends the process, and the next run picks up the unfinished work.
    let _caught = signal(SignalKind::terminate());
}

#[cfg(windows)]
fn catch() {
    use tokio::signal::windows::{ctrl_break, ctrl_c, ctrl_close, ctrl_shutdown};

    let _caught = (ctrl_c(), ctrl_break(), ctrl_close(), ctrl_shutdown());
}

#[cfg(unix)]
async fn signals() {
    use tokio::signal::unix::{SignalKind, signal};

    // Without a handler the signal ends the process, which loses only the report.
    let Ok(mut terminate) = signal(SignalKind::terminate()) else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        result = tokio::signal::ctrl_c() => if result.is_err() { std::future::pending::<()>().await },
    }
}

/// Windows gives a process some seconds when its window closes or the machine shuts down. That a user logs off is told to
/// every service and ends none, so it ends no run either.
#[cfg(windows)]
async fn signals() {
    use tokio::signal::windows::{ctrl_break, ctrl_c, ctrl_close, ctrl_shutdown};

    // Without a handler the event ends the process, which loses only the report.
    let (Ok(mut key), Ok(mut stop), Ok(mut close), Ok(mut shutdown)) =
        (ctrl_c(), ctrl_break(), ctrl_close(), ctrl_shutdown())
    else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = key.recv() => {}
        _ = stop.recv() => {}
        _ = close.recv() => {}
        _ = shutdown.recv() => {}
    }
}
