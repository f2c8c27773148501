//! Where the orders of a CSV file begin. An order whose rows are not adjacent must not be imported in part.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::{BuildHasher, RandomState};

use super::ImportProblem;

/// Filled by a first pass over the whole file. A number takes 16 bytes, so a file of millions of orders is no problem.
#[derive(Debug, Default)]
pub(super) struct ReferenceIndex {
    hasher: RandomState,
    first: HashMap<u64, u64>,
    /// For orders that begin again: the line.
    second: HashMap<u64, u64>,
    current: Option<u64>,
}

impl ReferenceIndex {
    /// The number of a row; none if it cannot be read.
    pub(super) fn add(&mut self, line: u64, number: Option<&str>) {
        let number = number.map(|number| self.hasher.hash_one(number));
        if number.is_none() || number != self.current {
            self.begin(line, number);
        }
        self.current = number;
    }

    fn begin(&mut self, line: u64, number: Option<u64>) {
        let Some(number) = number else { return };
        match self.first.entry(number) {
            Entry::Vacant(place) => {
                place.insert(line);
            }
            Entry::Occupied(_) => {
                self.second.entry(number).or_insert(line);
            }
        }
    }

    /// Why an order is refused, if its rows are not adjacent.
    pub(super) fn doubt(&self, number: &str) -> Option<ImportProblem> {
        let place = self.hasher.hash_one(number);
        let (first, second) = (self.first.get(&place)?, self.second.get(&place)?);
        Some(ImportProblem::new(format_args!(
            "the rows of {number} are not adjacent: some begin at line {first}, others at line {second}; \
            sort the file by number"
        )))
    }
}
