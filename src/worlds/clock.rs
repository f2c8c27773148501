//! The time of a world: it passes only when the world says so, or while a command waits.

use std::io;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::runtime::{Builder, Handle, Runtime};

use crate::clock::{Clock, Sleep};
use crate::domain::Instant;

/// The true time, by which the gateways go.
#[derive(Debug)]
pub(super) struct WorldClock(Mutex<TimeState>);

#[derive(Debug)]
struct TimeState {
    now: Instant,
    /// When the timers of the current runtime were last looked at.
    seen: Option<tokio::time::Instant>,
}

impl WorldClock {
    pub(super) fn new(now: Instant) -> Self {
        Self(Mutex::new(TimeState { now, seen: None }))
    }

    /// Goes on with the timers of this runtime, after another process has run.
    pub(super) fn resume(&self) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.seen = Handle::try_current()
            .is_ok()
            .then(tokio::time::Instant::now);
    }

    pub(super) fn pass(&self, span: Duration) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.now = state.now.saturating_add(span);
    }
}

impl Clock for WorldClock {
    fn now(&self) -> Instant {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(seen) = state.seen
            && Handle::try_current().is_ok()
        {
            let timers = tokio::time::Instant::now();
            state.now = state
                .now
                .saturating_add(timers.saturating_duration_since(seen));
            state.seen = Some(timers);
        }
        state.now
    }

    fn wait(&self, span: Duration) -> Sleep {
        Box::pin(tokio::time::sleep(span))
    }

    /// Its timers end at once, one after the other, and this clock goes on with them.
    fn runtime(&self) -> io::Result<Runtime> {
        let runtime = Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()?;
        let inside = runtime.enter();
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.seen = Some(tokio::time::Instant::now());
        drop(state);
        drop(inside);
        Ok(runtime)
    }
}

/// The clock of the machine that payctl runs on: right, or off by some time.
#[derive(Debug)]
pub(super) struct ShopClock {
    pub(super) world: Arc<WorldClock>,
    ahead_ms: AtomicI64,
}

impl ShopClock {
    pub(super) fn new(world: Arc<WorldClock>) -> Self {
        Self {
            world,
            ahead_ms: AtomicI64::new(0),
        }
    }

    /// Sets how far it is ahead; negative: behind.
    pub(super) fn set_ahead(&self, milliseconds: i64) {
        self.ahead_ms.store(milliseconds, Ordering::SeqCst);
    }

    pub(super) fn ahead_ms(&self) -> i64 {
        self.ahead_ms.load(Ordering::SeqCst)
    }
}

impl Clock for ShopClock {
    fn now(&self) -> Instant {
        let ahead = self.ahead_ms.load(Ordering::SeqCst);
        Instant::from_millis(self.world.now().as_millis().saturating_add(ahead))
    }

    fn wait(&self, span: Duration) -> Sleep {
        self.world.wait(span)
    }

    fn runtime(&self) -> io::Result<Runtime> {
        self.world.runtime()
    }
}
