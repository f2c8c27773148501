//! A wish from outside that a run may end: Ctrl-C, or the signal by which systems end a process.

use std::sync::Arc;

use tokio::sync::Notify;

/// Whether somebody wants this run to end.
#[derive(Debug, Clone)]
pub enum Interrupt {
    /// The process's signals: Ctrl-C everywhere, SIGTERM where there is one.
    Signals,
    /// Raised by hand, in tests.
    Hand(Arc<Notify>),
}

impl Interrupt {
    /// Waits, inside a tokio runtime, until the wish comes.
    pub async fn comes(&self) {
        match self {
            Self::Signals => signals().await,
            Self::Hand(notify) => notify.notified().await,
        }
    }
}

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
