//! What payctl promises, looked at after every step.
//!
//! A check takes values and finds what does not hold. It knows nothing of how payctl decides: it reads the file by its
//! own statements, raw answers by its own words, and the money as it really moved.

mod approvals;
mod ends;
mod exits;
mod money;
mod must;
mod once;
mod payable;
mod reach;
mod silence;
mod step;
mod stock;
#[cfg(test)]
mod tests;

use std::path::Path;
use std::time::Duration;

use anyhow::Result;

use crate::domain::Instant;
use crate::store::{Reader, TrustedClock, Violation};

pub(super) use silence::{is_decided, left_of};
pub(super) use step::{CheckedStep, ShopTerms};

/// A promise that does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct BrokenPromise {
    /// The name of the promise, by which findings are counted.
    pub(super) promise: &'static str,
    pub(super) words: String,
}

impl BrokenPromise {
    pub(super) fn new(promise: &'static str, words: String) -> Self {
        Self { promise, words }
    }
}

/// Every promise except payctl's own `verify`.
pub(super) fn check(step: &CheckedStep<'_>) -> Vec<BrokenPromise> {
    let mut broken = stock::check(step.after);
    broken.extend(approvals::check(step));
    broken.extend(ends::check(step));
    broken.extend(money::check(step));
    broken.extend(must::check(step));
    broken.extend(once::check(step));
    broken.extend(payable::check(step));
    broken.extend(reach::check(step));
    broken.extend(exits::check(step));
    broken.extend(silence::check(step));
    broken
}

/// Of two processes at once: every promise but those about what one of them says, or does by its end.
pub(super) fn check_both(step: &CheckedStep<'_>) -> Vec<BrokenPromise> {
    let mut broken = stock::check(step.after);
    broken.extend(ends::check(step));
    broken.extend(money::check(step));
    broken.extend(once::check(step));
    broken.extend(exits::ended_while_opening(step));
    broken
}

/// payctl's own `verify`, in process: one check among others.
#[derive(Debug)]
pub(super) struct OwnVerify {
    reader: Reader,
}

impl OwnVerify {
    /// # Errors
    /// The file cannot be opened.
    pub(super) fn open(path: &Path) -> Result<Self> {
        let reader = Reader::open(path)?;
        Ok(Self { reader })
    }

    /// # Errors
    /// The file cannot be read.
    pub(super) fn check(&self) -> Result<Vec<BrokenPromise>> {
        let verified = self.reader.verify_again(None)?;
        Ok(verified.breaches.into_iter().map(broken).collect())
    }

    /// With the invariants that need a clock, by one that is right.
    ///
    /// # Errors
    /// The file cannot be read.
    pub(super) fn check_by(&self, now: Instant, grace: Duration) -> Result<Vec<BrokenPromise>> {
        let verified = self
            .reader
            .verify_again(Some(&|| TrustedClock { now, grace }))?;
        Ok(verified.breaches.into_iter().map(broken).collect())
    }
}

fn broken(violation: Violation) -> BrokenPromise {
    let place = violation.order.unwrap_or_default();
    let words = format!("{}: {place}: {}", violation.invariant, violation.what);
    BrokenPromise::new("verify", words)
}
