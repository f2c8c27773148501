//! Each promise finds its breach, and nothing in sound books.

mod exits;
mod money;
mod must;

use std::time::Duration;

use super::{BrokenPromise, CheckedStep, ShopTerms, check};
use crate::domain::Instant;
use crate::worlds::books::BooksCopy;
use crate::worlds::memory::WorldMemory;
use crate::worlds::record::{RunRecord, TrueMoney};

/// What is found in a step, as `promise: words`.
struct TestStep {
    before: BooksCopy,
    after: BooksCopy,
    /// What was typed before, when the books were as they are before this step.
    earlier: Vec<RunRecord>,
    run: RunRecord,
    money: Vec<TrueMoney>,
}

impl TestStep {
    fn found(&self) -> Vec<String> {
        let terms = ShopTerms {
            grace: Duration::from_secs(180),
            server_key: "key".to_owned(),
        };
        let mut memory = WorldMemory::default();
        for run in &self.earlier {
            let sides = (&self.before, &self.before);
            memory.learn(sides, Some(run), &[], &terms.server_key);
        }
        let sides = (&self.before, &self.after);
        memory.learn(sides, Some(&self.run), &self.money, &terms.server_key);
        let broken = check(&CheckedStep {
            before: &self.before,
            after: &self.after,
            run: Some(&self.run),
            memory: &memory,
            now: Instant::from_millis(3_601_000),
            terms: &terms,
        });
        let told = |broken: BrokenPromise| format!("{}: {}", broken.promise, broken.words);
        broken.into_iter().map(told).collect()
    }

    /// Exactly one thing is found, and its words have this part.
    #[track_caller]
    fn finds(&self, part: &str) {
        let found = self.found();
        assert!(found.len() == 1 && found[0].contains(part), "{found:#?}");
    }

    #[track_caller]
    fn is_sound(&self) {
        assert_eq!(self.found(), Vec::<String>::new());
    }
}
