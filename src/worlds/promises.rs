//! What payctl promises, looked at after every step.

pub(super) mod stock;

use std::path::Path;

use anyhow::Result;

use crate::store::{Reader, Violation};

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
        let verified = self.reader.verify()?;
        Ok(verified.breaches.into_iter().map(broken).collect())
    }
}

fn broken(violation: Violation) -> BrokenPromise {
    let place = violation.order.unwrap_or_default();
    let words = format!("{}: {place}: {}", violation.invariant, violation.what);
    BrokenPromise::new("verify", words)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::testing::{Shop, order};

    #[test]
    fn what_verify_finds_is_a_broken_promise() {
        let mut shop = Shop::new();
        shop.sell("tea", 25_000, Some(3));
        shop.place(&order("INV-1", &[("tea", 2)])).unwrap();
        let verify = OwnVerify::open(&shop.path()).unwrap();
        assert_eq!(verify.check().unwrap(), []);
        shop.file()
            .execute("UPDATE products SET held = 1", [])
            .unwrap();
        let broken = verify.check().unwrap();
        assert_eq!(broken.len(), 1, "{broken:?}");
        assert_eq!(broken[0].promise, "verify");
    }
}
