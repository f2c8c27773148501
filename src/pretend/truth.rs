//! What is true at one pretend gateway, and how often it was asked about.
//!
//! Everything here is bounded: payments, tries, fallbacks, and the names whose questions are counted.

use std::borrow::Cow;
use std::collections::HashMap;

use super::answer::{Answer, Kind};
use super::fallback::Fallbacks;
use super::ids::{ANY, any_reference, transaction_id};
use super::{midtrans, pakasir};
use crate::domain::instant::Instant;

/// About a gigabyte of memory. Larger crowds are what [`ANY`] is for.
const MAX_PAYMENTS: usize = 1_000_000;
const MAX_TRIES: usize = 16;
/// As many names without a payment have their questions counted one by one; the rest only in the total.
const MAX_STRANGERS: usize = 10_000;
const MAX_NAME_BYTES: usize = 128;

/// Why something cannot be set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Refused(pub(super) &'static str);

/// The payments of one gateway.
#[derive(Debug)]
pub(super) struct Truth {
    kind: Kind,
    payments: HashMap<String, Payment>,
    /// Transaction id to reference.
    tries: HashMap<String, String>,
    fallbacks: Fallbacks,
    strangers: HashMap<String, u64>,
    asked: u64,
    /// The keys that are accepted; none means any.
    keys: Vec<String>,
}

#[derive(Debug, Default)]
struct Payment {
    tries: Vec<Try>,
    asked: u64,
}

#[derive(Debug)]
struct Try {
    transaction_id: String,
    answer: Answer,
    /// What the gateway's answer ends with, written once; only the ids are missing.
    tail: String,
}

/// What there is to say about an id.
#[derive(Debug)]
pub(super) struct Found<'a> {
    pub(super) reference: &'a str,
    pub(super) transaction_id: Cow<'a, str>,
    pub(super) answer: &'a Answer,
    pub(super) tail: &'a str,
}

/// How often a reference was asked about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    pub kind: Kind,
    pub reference: String,
    pub times: u64,
}

impl Truth {
    pub(super) fn new(kind: Kind) -> Self {
        Self {
            kind,
            payments: HashMap::new(),
            tries: HashMap::new(),
            fallbacks: Fallbacks::default(),
            strangers: HashMap::new(),
            asked: 0,
            keys: Vec::new(),
        }
    }

    /// By reference the latest try, by transaction id that try, else what holds for every id.
    pub(super) fn find<'a>(&'a self, id: &'a str) -> Option<Found<'a>> {
        let reference = self.tries.get(id).map_or(id, String::as_str);
        let Some((reference, payment)) = self.payments.get_key_value(reference) else {
            return self.fallbacks.find(id);
        };
        let named = payment.tries.iter().find(|one| one.transaction_id == id);
        let one = named.or(payment.tries.last())?;
        Some(Found {
            reference,
            transaction_id: Cow::Borrowed(&one.transaction_id),
            answer: &one.answer,
            tail: &one.tail,
        })
    }

    /// The reference under which questions about this id are known.
    pub(super) fn reference_of<'a>(&'a self, id: &'a str) -> &'a str {
        match self.tries.get(id) {
            Some(reference) => reference,
            None => any_reference(id),
        }
    }

    /// Counts a question.
    pub(super) fn note(&mut self, id: &str) {
        self.asked += 1;
        let reference = match self.tries.get(id) {
            Some(reference) => reference,
            None => any_reference(id),
        };
        if let Some(payment) = self.payments.get_mut(reference) {
            payment.asked += 1;
        } else if let Some(times) = self.strangers.get_mut(reference) {
            *times += 1;
        } else if self.strangers.len() < MAX_STRANGERS {
            self.strangers.insert(reference.to_owned(), 1);
        }
    }

    pub(super) fn set(
        &mut self,
        reference: &str,
        answer: Answer,
        now: Instant,
    ) -> Result<(), Refused> {
        let names = [Some(reference), answer.transaction_id.as_deref()];
        let fits = |name: &str| (1..=MAX_NAME_BYTES).contains(&name.len());
        if !names.into_iter().flatten().all(fits) {
            return Err(Refused("references and ids have 1 to 128 letters"));
        }
        if reference == ANY {
            return self.fallbacks.set(self.kind, answer, now);
        }
        if answer.every.is_some() {
            return Err(Refused("`every` goes with the reference * only"));
        }
        if self.payments.len() >= MAX_PAYMENTS && !self.payments.contains_key(reference) {
            return Err(Refused("there are 1,000,000 payments already"));
        }
        self.set_try(reference, answer, now)
    }

    fn set_try(&mut self, reference: &str, answer: Answer, now: Instant) -> Result<(), Refused> {
        let known = self.payments.get(reference);
        let tries = known.map_or(&[][..], |payment| payment.tries.as_slice());
        let at = which_try(tries, &answer)?;
        let earlier = tries.get(at);
        let id = answer
            .transaction_id
            .clone()
            .or_else(|| earlier.map(|one| one.transaction_id.clone()))
            .unwrap_or_else(|| transaction_id(reference, at + 1));
        if self.tries.get(&id).is_some_and(|owner| owner != reference) {
            return Err(Refused("another payment has this transaction id"));
        }
        let answer = answer.completed(self.kind, earlier.map(|one| &one.answer), now);
        let one = Try {
            tail: tail(self.kind, reference, &answer),
            transaction_id: id.clone(),
            answer,
        };
        let payment = self.payments.entry(reference.to_owned()).or_default();
        match payment.tries.get_mut(at) {
            Some(place) => {
                self.tries.remove(&place.transaction_id);
                *place = one;
            }
            None => payment.tries.push(one),
        }
        self.tries.insert(id, reference.to_owned());
        Ok(())
    }

    /// Forgets one payment, or what holds for every other id.
    pub(super) fn forget(&mut self, reference: &str) {
        if reference == ANY {
            self.fallbacks.clear();
        }
        if let Some(payment) = self.payments.remove(reference) {
            for one in payment.tries {
                self.tries.remove(&one.transaction_id);
            }
        }
    }

    pub(super) fn forget_all(&mut self) {
        self.payments.clear();
        self.tries.clear();
        self.fallbacks.clear();
        self.strangers.clear();
        self.asked = 0;
    }

    pub(super) fn asked_total(&self) -> u64 {
        self.asked
    }

    pub(super) fn asked_about(&self, reference: &str) -> u64 {
        let known = self.payments.get(reference).map(|payment| payment.asked);
        known
            .or_else(|| self.strangers.get(reference).copied())
            .unwrap_or(0)
    }

    /// Every name that was asked about, as far as they are counted one by one.
    pub(super) fn asked(&self) -> impl Iterator<Item = (&str, u64)> {
        let known = self.payments.iter().map(|(name, one)| (name, one.asked));
        let strangers = self.strangers.iter().map(|(name, times)| (name, *times));
        known
            .chain(strangers)
            .filter(|(_, times)| *times > 0)
            .map(|(name, times)| (name.as_str(), times))
    }

    /// Every payment with its tries, the latest last: transaction id and answer.
    pub(super) fn payments(
        &self,
    ) -> impl Iterator<Item = (&str, impl Iterator<Item = (&str, &Answer)>)> {
        self.payments.iter().map(|(reference, payment)| {
            let tries = payment.tries.iter();
            (
                reference.as_str(),
                tries.map(|one| (one.transaction_id.as_str(), &one.answer)),
            )
        })
    }

    pub(super) fn accept_keys(&mut self, keys: Vec<String>) {
        self.keys = keys;
    }

    pub(super) fn accepts(&self, key: &str) -> bool {
        if self.keys.is_empty() {
            return !key.is_empty();
        }
        self.keys.iter().any(|accepted| accepted == key)
    }
}

fn which_try(tries: &[Try], answer: &Answer) -> Result<usize, Refused> {
    let named = answer.transaction_id.as_deref().map(|id| {
        let known = tries.iter().position(|one| one.transaction_id == id);
        known.unwrap_or(tries.len())
    });
    let at = match answer.try_number {
        Some(number) => number.checked_sub(1).unwrap_or(MAX_TRIES),
        None => named.unwrap_or(tries.len().saturating_sub(1)),
    };
    if at > tries.len() || at >= MAX_TRIES {
        return Err(Refused("tries are numbered from 1 to 16, without gaps"));
    }
    Ok(at)
}

/// What an answer ends with in the gateway's language.
pub(super) fn tail(kind: Kind, reference: &str, answer: &Answer) -> String {
    match kind {
        Kind::Midtrans => midtrans::tail(reference, answer),
        Kind::Pakasir => pakasir::tail(answer),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::answer;
    use super::*;

    const NOW: Instant = Instant::from_millis(0);

    fn told(records: &[(&str, Answer)]) -> Truth {
        let mut truth = Truth::new(Kind::Midtrans);
        for (reference, answer) in records {
            truth.set(reference, answer.clone(), NOW).unwrap();
        }
        truth
    }

    #[test]
    fn a_transaction_id_that_is_new_starts_another_try() {
        let with_id = |id: &str, status| Answer {
            transaction_id: Some(id.to_owned()),
            ..answer(status, 1)
        };
        let truth = told(&[
            ("INV-1", with_id("T-1", "deny")),
            ("INV-1", with_id("T-2", "pending")),
            ("INV-1", with_id("T-1", "settlement")),
        ]);
        let status = |id| truth.find(id).unwrap().answer.status.clone();
        assert_eq!(status("INV-1"), "pending");
        assert_eq!(status("T-1"), "settlement");
        assert_eq!(status("T-2"), "pending");
    }

    #[test]
    fn what_contradicts_itself_or_another_is_refused() {
        let mut truth = told(&[("INV-1", answer("pending", 1))]);
        let taken = Some(transaction_id("INV-1", 1));
        let plain = answer("pending", 1);
        for (reference, answer) in [
            ("", plain.clone()),
            (
                "INV-2",
                Answer {
                    every: Some(2),
                    ..plain.clone()
                },
            ),
            (
                ANY,
                Answer {
                    every: Some(0),
                    ..plain.clone()
                },
            ),
            (
                ANY,
                Answer {
                    try_number: Some(1),
                    ..plain.clone()
                },
            ),
            (
                "INV-1",
                Answer {
                    try_number: Some(0),
                    ..plain.clone()
                },
            ),
            (
                "INV-1",
                Answer {
                    try_number: Some(3),
                    ..plain.clone()
                },
            ),
            (
                "INV-2",
                Answer {
                    transaction_id: taken,
                    ..plain
                },
            ),
        ] {
            assert!(
                truth.set(reference, answer.clone(), NOW).is_err(),
                "{answer:?}"
            );
        }
        assert_eq!(truth.payments().count(), 1);
    }

    #[test]
    fn counting_strangers_stops_before_memory_does() {
        let mut truth = told(&[]);
        let questions = MAX_STRANGERS + 10;
        for number in 0..questions {
            truth.note(&number.to_string());
        }
        assert_eq!(truth.asked().count(), MAX_STRANGERS);
        assert_eq!(truth.asked_total(), questions as u64);
        assert_eq!(truth.asked_about("0"), 1);
        assert_eq!(truth.asked_about(&(questions - 1).to_string()), 0);
    }

    #[test]
    fn a_forgotten_payment_is_not_found_by_any_id() {
        let mut truth = told(&[("INV-1", answer("pending", 1)), (ANY, answer("expire", 1))]);
        truth.forget("INV-1");
        truth.forget(ANY);
        assert!(truth.find("INV-1").is_none());
        assert!(truth.find(&transaction_id("INV-1", 1)).is_none());
    }
}
