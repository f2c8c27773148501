//! What watches one world: reads its file after every step, and remembers.

use std::path::Path;

use anyhow::Result;

use super::books::{BooksCopy, BooksReader};
use super::memory::WorldMemory;
use super::model;
use super::promises::{self, BrokenPromise, CheckedStep, OwnVerify, ShopTerms};
use super::record::{RunRecord, TrueMoney};
use super::settlement::{self, SettledWorld};
use crate::domain::Instant;

#[derive(Debug)]
pub(super) struct WorldWatch {
    reader: BooksReader,
    verify: OwnVerify,
    memory: WorldMemory,
    terms: ShopTerms,
    books: BooksCopy,
}

impl WorldWatch {
    /// Begins to watch a file as it is now.
    ///
    /// # Errors
    /// The file cannot be read.
    pub(super) fn begin(path: &Path, terms: ShopTerms) -> Result<Self> {
        let reader = BooksReader::open(path)?;
        let books = reader.read_after(&BooksCopy::default())?;
        Ok(Self {
            verify: OwnVerify::open(path)?,
            memory: WorldMemory::default(),
            reader,
            terms,
            books,
        })
    }

    /// The books after the last step.
    pub(super) fn books(&self) -> &BooksCopy {
        &self.books
    }

    /// What does not hold after a step: a command line, or something in the world outside.
    ///
    /// # Errors
    /// The file cannot be read.
    pub(super) fn after_step(
        &mut self,
        run: Option<&RunRecord>,
        money: &[TrueMoney],
        now: Instant,
    ) -> Result<Vec<BrokenPromise>> {
        let after = self.reader.read_after(&self.books)?;
        let sides = (&self.books, &after);
        let key = &self.terms.server_key;
        let both = run.filter(|run| run.beside.is_some());
        let both = both.map(RunRecord::with_beside);
        let run = both.as_ref().or(run);
        let beside = run.and_then(|run| run.beside.as_deref());
        if let Some(beside) = beside {
            self.memory.learn(sides, Some(beside), money, key);
        }
        self.memory.learn(sides, run, money, key);
        if run.is_none() {
            return Ok(Vec::new());
        }
        // What has not changed is as sound as it was.
        let mut broken = if after.has_changed_since(&self.books) {
            self.verify.check()?
        } else {
            Vec::new()
        };
        // A name that came under a clock behind came before everything else, by its time.
        let is_dated = !self.memory.has_wrong_times();
        broken.retain(|one| is_dated || !one.words.starts_with("named_tries"));
        let step = CheckedStep {
            before: &self.books,
            after: &after,
            run,
            memory: &self.memory,
            now,
            terms: &self.terms,
        };
        broken.extend(if beside.is_some() {
            promises::check_both(&step)
        } else {
            promises::check(&step)
        });
        broken.extend(model::check(&step));
        self.books = after;
        Ok(broken)
    }

    /// What is loose at the end: the faults have stopped, time has passed, and timers have run a few times.
    ///
    /// # Errors
    /// The file cannot be read.
    pub(super) fn at_the_end(&self, now: Instant) -> Result<Vec<BrokenPromise>> {
        let mut broken = self.verify.check_by(now, self.terms.grace)?;
        // What was placed under a clock ahead, or dated by a gateway's, stays so dated, and `verify` tells a person.
        let orders = self.books.orders.iter();
        let of_orders = orders.flat_map(|order| [order.created_at, order.last_tried_at]);
        let payments = self.books.payments.iter();
        let of_payments = payments.flat_map(|payment| [payment.created_at, payment.moved_at]);
        // Where no gateway ever confirms the time, nothing is put right.
        let is_unconfirmed = self.memory.has_wrong_times();
        let is_dated_ahead =
            is_unconfirmed || of_orders.chain(of_payments).any(|at| at > now.as_millis());
        broken.retain(|one| !is_dated_ahead || !one.words.starts_with("clock_instants"));
        broken.extend(settlement::check(&SettledWorld {
            books: &self.books,
            memory: &self.memory,
            now,
            terms: &self.terms,
        }));
        Ok(broken)
    }

    /// How the orders ended now, whatever the order of hints was.
    #[cfg(test)]
    pub(super) fn canonical_end(&self) -> Vec<settlement::OrderEnd> {
        settlement::canonical_end(&self.books)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::store::testing::{NOW, Shop, order};
    use crate::worlds::testing::run;

    #[test]
    fn a_watched_file_is_compared_with_before() {
        let mut shop = Shop::new();
        shop.sell("tea", 25_000, Some(3));
        let terms = ShopTerms {
            grace: Duration::from_secs(180),
            server_key: "key".to_owned(),
        };
        let mut watch = WorldWatch::begin(&shop.path(), terms).unwrap();
        let typed = run("order create");
        shop.place(&order("INV-1", &[("tea", 2)])).unwrap();
        assert_eq!(watch.after_step(Some(&typed), &[], NOW).unwrap(), []);
        assert_eq!(watch.books().orders.len(), 1);
        shop.file()
            .execute("UPDATE products SET held = 1", [])
            .unwrap();
        let broken = watch.after_step(Some(&typed), &[], NOW).unwrap();
        let promises: Vec<&str> = broken.iter().map(|broken| broken.promise).collect();
        assert_eq!(promises, ["verify", "stock"]);
        assert!(!watch.at_the_end(NOW).unwrap().is_empty());
        assert_eq!(watch.canonical_end().len(), 1);
    }
}
