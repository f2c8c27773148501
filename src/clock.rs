//! The time, and waiting. Nothing else in the house knows what time it is.

use std::future::Future;
use std::pin::Pin;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::domain::instant::Instant;

/// A wait that is under way.
pub type Sleep = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Tells the time and waits. The tests bring their own.
pub trait Clock: Send + Sync {
    fn now(&self) -> Instant;

    /// Waits, inside a tokio runtime.
    fn wait(&self, span: Duration) -> Sleep;
}

/// The clock of the machine.
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
