//! The current time, and sleeping. Nothing else in the crate reads the clock.

#[cfg(test)]
pub(crate) mod testing;

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::runtime::{Builder, Runtime};

use crate::domain::Instant;

/// A sleep in progress.
pub type Sleep = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Reads the time and sleeps. Tests use their own.
pub trait Clock: Send + Sync {
    fn now(&self) -> Instant;

    /// Sleeps for `span`. Needs a tokio runtime.
    fn wait(&self, span: Duration) -> Sleep;

    /// The runtime for everything that waits: one thread, whose timers go by this clock.
    ///
    /// # Errors
    /// If the machine has no sockets left.
    fn runtime(&self) -> io::Result<Runtime> {
        Builder::new_current_thread().enable_all().build()
    }
}

/// The machine's clock.
#[derive(Debug, Clone, Copy)]
pub struct MachineClock;

impl Clock for MachineClock {
    fn now(&self) -> Instant {
        let since_1970 = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        Instant::from_millis(i64::try_from(since_1970.as_millis()).unwrap_or(i64::MAX))
    }

    fn wait(&self, span: Duration) -> Sleep {
        Box::pin(tokio::time::sleep(span))
    }
}
