//! Plays worlds until a promise is broken, and shortens the history that broke it.

use std::num::NonZeroU64;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use anyhow::{Result, anyhow};
use fastrand::Rng;

use super::generate::Mixture;
use super::history::{Failure, History};
use super::step::GatewayPick;
use crate::faults::Planted;

/// Which worlds are played.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct WorldsWanted {
    /// The first world's seed; the others follow it.
    pub(crate) seed: u64,
    pub(crate) count: u64,
    /// Per world.
    pub(crate) steps: usize,
    /// Only payments at this gateway.
    pub(crate) gateway: Option<String>,
    pub(crate) planted: Option<Planted>,
}

/// What came of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct WorldsPlayed {
    pub(crate) worlds: u64,
    /// All checked steps.
    pub(crate) steps: u64,
    pub(crate) found: Option<WorldFound>,
}

/// A world in which a promise was broken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct WorldFound {
    pub(crate) seed: u64,
    /// The shortest history found that breaks the same promise, as a story with what is broken.
    pub(crate) story: String,
    /// The names of the broken promises.
    pub(crate) promises: Vec<&'static str>,
}

impl WorldFound {
    fn new(seed: u64, failure: &Failure) -> Self {
        Self {
            seed,
            story: failure.to_string(),
            promises: failure.broken.iter().map(|one| one.promise).collect(),
        }
    }
}

/// How often a history is played again to shorten it.
const MAX_ATTEMPTS: u32 = 600;

/// Plays worlds, each on one of several threads, up to the first that breaks a promise.
///
/// # Errors
/// A world cannot be made, or its books cannot be read.
pub(crate) fn play_worlds(wanted: &WorldsWanted, jobs: NonZeroU64) -> Result<WorldsPlayed> {
    let only = wanted.gateway.as_deref().map(GatewayPick::named);
    let only = only.transpose()?;
    let next = AtomicU64::new(0);
    let played = Mutex::new(WorldsPlayed::default());
    let work = || -> Result<()> {
        loop {
            let nth = next.fetch_add(1, Ordering::SeqCst);
            if nth >= wanted.count {
                return Ok(());
            }
            let seed = wanted.seed.wrapping_add(nth);
            let history = history(seed, wanted.steps, only);
            fastrand::seed(seed);
            let one = history.play(wanted.planted)?;
            let found = match one.failure {
                Some(failure) => {
                    next.store(wanted.count, Ordering::SeqCst);
                    let shortest = shorten(&history, failure, seed, wanted.planted)?;
                    Some(WorldFound::new(seed, &shortest))
                }
                None => None,
            };
            let mut played = played
                .lock()
                .map_err(|_| anyhow!("another world panicked"))?;
            played.worlds += 1;
            played.steps += one.steps;
            played.found = played.found.take().or(found);
        }
    };
    thread::scope(|scope| {
        let threads: Vec<_> = (0..jobs.get()).map(|_| scope.spawn(work)).collect();
        threads
            .into_iter()
            .try_for_each(|thread| thread.join().map_err(|_| anyhow!("a world panicked"))?)
    })?;
    played.into_inner().map_err(|_| anyhow!("a world panicked"))
}

pub(super) fn history(seed: u64, steps: usize, only: Option<GatewayPick>) -> History {
    let mut random = Rng::with_seed(seed);
    let mixture = Mixture::of(&mut random, only);
    History {
        api_version: mixture.api_version,
        has_effects: mixture.has_effects,
        steps: (0..steps).map(|_| mixture.step(&mut random)).collect(),
    }
}

/// Leaves out steps, many at first and then one by one, as long as the same promise is still broken.
fn shorten(
    history: &History,
    failure: Failure,
    seed: u64,
    planted: Option<Planted>,
) -> Result<Failure> {
    let promise = failure.broken.first().map(|one| one.promise);
    let mut shortest = failure;
    let mut steps = history.steps.clone();
    steps.truncate(shortest.step.saturating_add(1));
    let mut size = steps.len().div_ceil(2).max(1);
    let mut attempts = 0;
    loop {
        let mut at = 0;
        let mut is_shorter = false;
        while at < steps.len() && attempts < MAX_ATTEMPTS {
            attempts += 1;
            let mut fewer = steps.clone();
            fewer.drain(at..steps.len().min(at + size));
            let trial = History {
                steps: fewer.clone(),
                ..history.clone()
            };
            fastrand::seed(seed);
            let failed = trial.play(planted)?.failure;
            let same = failed.filter(|failed| {
                let mut broken = failed.broken.iter();
                broken.any(|one| Some(one.promise) == promise)
            });
            match same {
                Some(failed) => {
                    fewer.truncate(failed.step.saturating_add(1));
                    steps = fewer;
                    shortest = failed;
                    is_shorter = true;
                }
                None => at += size,
            }
        }
        if attempts >= MAX_ATTEMPTS || (size == 1 && !is_shorter) {
            return Ok(shortest);
        }
        size = size.div_ceil(2).max(1);
    }
}
