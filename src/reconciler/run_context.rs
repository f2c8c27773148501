//! What all steps of a run share: the time, the rules, and when it ends.

use std::sync::Arc;

use super::read_turns::ReadTurns;
use super::round_ledger::BookingPlace;
use crate::clock::Clock;
use crate::domain::{Instant, Policy};
use crate::shutdown::{Shutdown, StopReason};

/// The part of the time left that reading leaves to what closes payments after it.
const CLOSING_SHARE: u32 = 4;

/// Built once, at the start of a run.
#[derive(Clone)]
pub struct RunContext {
    pub clock: Arc<dyn Clock>,
    /// The run's single current time, for cutoffs.
    pub now: Instant,
    pub policy: Policy,
    /// The run's time limit: after it, no more queries are sent; answers that have arrived are still written.
    pub until: Option<tokio::time::Instant>,
    pub shutdown: Shutdown,
    pub booking: BookingPlace,
}

impl RunContext {
    /// Whether the time is up.
    #[must_use]
    pub fn is_over(&self) -> bool {
        let now = tokio::time::Instant::now();
        self.until.is_some_and(|until| now >= until)
    }

    /// The same run for a step that only reads: it ends early enough to close payments after it, so that a gateway that
    /// hangs does not keep payments at another one payable.
    #[must_use]
    pub fn before_closing(&self) -> Self {
        let now = tokio::time::Instant::now();
        let leaves = |until: tokio::time::Instant| {
            until - until.saturating_duration_since(now) / CLOSING_SHARE
        };
        Self {
            until: self.until.map(leaves),
            ..self.clone()
        }
    }

    /// Comes when the time is up, or on an interrupt.
    pub(super) async fn ends(&self) -> StopReason {
        let out_of_time = async {
            match self.until {
                Some(until) => tokio::time::sleep_until(until).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = out_of_time => StopReason::OutOfTime,
            () = self.shutdown.comes() => StopReason::Interrupted,
        }
    }

    pub(super) fn limits(&self, turns: ReadTurns) -> PollLimits {
        PollLimits {
            clock: self.clock.clone(),
            policy: self.policy,
            until: self.until,
            turns,
        }
    }
}

/// What all queries of a round share.
#[derive(Clone)]
pub(super) struct PollLimits {
    pub(super) clock: Arc<dyn Clock>,
    pub(super) policy: Policy,
    pub(super) until: Option<tokio::time::Instant>,
    pub(super) turns: ReadTurns,
}
