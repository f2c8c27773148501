//! Plays worlds until a promise is broken, and shortens the history that broke it.

use std::num::NonZeroU64;
use std::path::PathBuf;
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
    /// Whether it goes on after a finding.
    pub(crate) goes_on: bool,
}

/// What came of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct WorldsPlayed {
    pub(crate) worlds: u64,
    /// All checked steps.
    pub(crate) steps: u64,
    /// By seed.
    pub(crate) found: Vec<WorldFound>,
}

/// A world in which a promise was broken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct WorldFound {
    pub(crate) seed: u64,
    pub(super) failure: Failure,
}

impl WorldFound {
    /// Whether a promise of this name is broken.
    #[cfg(test)]
    pub(super) fn breaks(&self, promise: &str) -> bool {
        let mut broken = self.failure.broken.iter();
        broken.any(|one| one.promise == promise)
    }

    /// The name of the first broken promise, and what is broken about it.
    pub(crate) fn first(&self) -> (&'static str, &str) {
        let first = self.failure.broken.first();
        first.map_or(("", ""), |broken| (broken.promise, broken.words.as_str()))
    }
}

/// How often a history is played again to shorten it.
const MAX_ATTEMPTS: u32 = 600;

/// Plays worlds, each on one of several threads, up to the first that breaks a promise, or all of them.
///
/// # Errors
/// A world cannot be made, or its books cannot be read.
pub(crate) fn play_worlds(wanted: &WorldsWanted, jobs: NonZeroU64) -> Result<WorldsPlayed> {
    let next = AtomicU64::new(0);
    let played = Mutex::new(WorldsPlayed::default());
    let work = || -> Result<()> {
        loop {
            let nth = next.fetch_add(1, Ordering::SeqCst);
            if nth >= wanted.count {
                return Ok(());
            }
            let seed = wanted.seed.wrapping_add(nth);
            let one = wanted.history(seed)?.play(seed, wanted.planted)?;
            let found = one.failure.map(|failure| WorldFound { seed, failure });
            if found.is_some() && !wanted.goes_on {
                next.store(wanted.count, Ordering::SeqCst);
            }
            let mut played = played
                .lock()
                .map_err(|_| anyhow!("another world panicked"))?;
            played.worlds += 1;
            played.steps += one.steps;
            played.found.extend(found);
        }
    };
    thread::scope(|scope| {
        let threads: Vec<_> = (0..jobs.get()).map(|_| scope.spawn(work)).collect();
        threads
            .into_iter()
            .try_for_each(|thread| thread.join().map_err(|_| anyhow!("a world panicked"))?)
    })?;
    let mut played = played
        .into_inner()
        .map_err(|_| anyhow!("a world panicked"))?;
    played.found.sort_by_key(|found| found.seed);
    Ok(played)
}

/// The shortest history found that breaks the same promise.
///
/// # Errors
/// As [`play_worlds`].
pub(crate) fn shortest_story(wanted: &WorldsWanted, found: &WorldFound) -> Result<ShortestStory> {
    let failure = found.failure.clone();
    let mut history = wanted.history(found.seed)?;
    history.steps.truncate(failure.step.saturating_add(1));
    let history = shorten(history, &failure, found.seed, wanted.planted)?;
    let (played, folder) = history.play_and_keep(found.seed, wanted.planted)?;
    Ok(ShortestStory {
        story: played.failure.unwrap_or(failure).to_string(),
        folder,
    })
}

/// A history told in lines, and what it left behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ShortestStory {
    pub(crate) story: String,
    /// The shop's folder with its database, as they are at the end.
    pub(crate) folder: PathBuf,
}

impl WorldsWanted {
    fn history(&self, seed: u64) -> Result<History> {
        let only = self.gateway.as_deref().map(GatewayPick::named);
        Ok(history(seed, self.steps, only.transpose()?))
    }
}

pub(super) fn history(seed: u64, steps: usize, only: Option<GatewayPick>) -> History {
    let mut random = Rng::with_seed(seed);
    let mixture = Mixture::of(&mut random, only);
    let mut first = mixture.first_steps(&mut random);
    first.truncate(steps);
    let later = (first.len()..steps).map(|_| mixture.step(&mut random));
    let later: Vec<_> = later.collect();
    History {
        steps: first.into_iter().chain(later).collect(),
        setting: mixture.setting,
    }
}

/// Leaves out steps, many at first and then one by one, as long as the same promise is still broken.
fn shorten(
    history: History,
    failure: &Failure,
    seed: u64,
    planted: Option<Planted>,
) -> Result<History> {
    let promise = failure.broken.first().map(|one| one.promise);
    let mut shortest = history;
    let mut size = shortest.steps.len().div_ceil(2).max(1);
    let mut attempts = 0;
    loop {
        let mut at = 0;
        let mut is_shorter = false;
        while at < shortest.steps.len() && attempts < MAX_ATTEMPTS {
            attempts += 1;
            let mut fewer = shortest.clone();
            fewer.steps.drain(at..shortest.steps.len().min(at + size));
            let failed = fewer.play(seed, planted)?.failure;
            let same = failed.filter(|failed| {
                let mut broken = failed.broken.iter();
                broken.any(|one| Some(one.promise) == promise)
            });
            match same {
                Some(failed) => {
                    fewer.steps.truncate(failed.step.saturating_add(1));
                    shortest = fewer;
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
