//! A clock for tests.

use std::time::Duration;

use super::{Clock, Sleep};
use crate::domain::Instant;

/// It stands still, and waiting takes no time.
pub(crate) struct StoppedClock(pub(crate) Instant);

impl Clock for StoppedClock {
    fn now(&self) -> Instant {
        self.0
    }

    fn wait(&self, _: Duration) -> Sleep {
        Box::pin(std::future::ready(()))
    }
}
