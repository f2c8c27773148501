//! What is true at one simulated gateway, and how often each payment was queried.
//!
//! Everything here is bounded: payments, tries, fallbacks, and the names with their own counters.

mod attempts;

use std::borrow::Cow;
use std::collections::HashMap;

use super::answer::{AttemptTruth, Lookup, SimulatedRefund, TruthRefused, Wording};
use super::fallback::Fallbacks;
use super::faults::RequestPurpose;
use super::ids::{ANY, any_reference, transaction_id};
use crate::domain::Instant;
use attempts::which_try;

/// About a gigabyte of memory. For more payments, use [`ANY`].
const MAX_PAYMENTS: usize = 1_000_000;
const MAX_TRIES: usize = 16;
/// This many unknown names have their own counters; further names count only in the total.
const MAX_STRANGERS: usize = 10_000;
const MAX_NAME_BYTES: usize = 128;

/// The payments of one gateway.
#[derive(Debug)]
pub(super) struct GatewayTruth {
    wording: &'static dyn Wording,
    payments: HashMap<String, SimulatedPayment>,
    /// Transaction id to reference.
    tries: HashMap<String, String>,
    /// A page's token to reference.
    pages: HashMap<String, String>,
    fallbacks: Fallbacks,
    strangers: HashMap<String, ReferenceCounts>,
    asked: u64,
    /// The accepted keys; empty means any.
    keys: Vec<String>,
    /// How an account last identified itself: its key, or its name.
    account: String,
}

#[derive(Debug, Default)]
struct SimulatedPayment {
    tries: Vec<SimulatedAttempt>,
    counts: ReferenceCounts,
}

/// The requests about one reference.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct ReferenceCounts {
    /// Status queries.
    pub(super) asked: u64,
    /// Requests to close it.
    pub(super) closes: u64,
}

#[derive(Debug)]
struct SimulatedAttempt {
    transaction_id: String,
    answer: AttemptTruth,
    /// The requested refunds, in that order.
    refunds: Vec<SimulatedRefund>,
    /// The part of the gateway's answer after the ids, written once.
    tail: String,
}

impl GatewayTruth {
    pub(super) fn new(wording: &'static dyn Wording) -> Self {
        Self {
            wording,
            payments: HashMap::new(),
            tries: HashMap::new(),
            pages: HashMap::new(),
            fallbacks: Fallbacks::default(),
            strangers: HashMap::new(),
            asked: 0,
            keys: Vec::new(),
            account: String::new(),
        }
    }

    /// For a reference the latest try, for a transaction id that try, otherwise the answer for every id.
    pub(super) fn find<'a>(&'a self, id: &'a str) -> Option<Lookup<'a>> {
        let reference = self.tries.get(id).map_or(id, String::as_str);
        let Some((reference, payment)) = self.payments.get_key_value(reference) else {
            return self.fallbacks.find(id);
        };
        let named = payment.tries.iter().find(|one| one.transaction_id == id);
        let one = named.or(payment.tries.last())?;
        Some(Lookup {
            reference,
            transaction_id: Cow::Borrowed(&one.transaction_id),
            answer: &one.answer,
            refunds: &one.refunds,
            tail: &one.tail,
        })
    }

    /// The reference under which queries about this id are counted.
    pub(super) fn reference_of<'a>(&'a self, id: &'a str) -> &'a str {
        match self.tries.get(id) {
            Some(reference) => reference,
            None => any_reference(id),
        }
    }

    /// The reference of the payment whose page has this token.
    pub(super) fn reference_of_page(&self, token: &str) -> Option<&str> {
        self.pages.get(token).map(String::as_str)
    }

    /// The number of tries under this reference; [`ANY`] counts none.
    pub(super) fn tries_of(&self, reference: &str) -> usize {
        let known = self.payments.get(reference);
        known.map_or(0, |payment| payment.tries.len())
    }

    /// The latest try that was set under this very reference.
    pub(super) fn latest(&self, reference: &str) -> Option<&AttemptTruth> {
        let known = self.payments.get(reference)?;
        known.tries.last().map(|one| &one.answer)
    }

    /// Counts a query or a request to close.
    pub(super) fn note(&mut self, id: &str, purpose: RequestPurpose) {
        self.asked += u64::from(purpose == RequestPurpose::Read);
        let reference = match self.tries.get(id) {
            Some(reference) => reference,
            None => any_reference(id),
        };
        if let Some(payment) = self.payments.get_mut(reference) {
            payment.counts.add(purpose);
        } else if let Some(counts) = self.strangers.get_mut(reference) {
            counts.add(purpose);
        } else if self.strangers.len() < MAX_STRANGERS {
            let counts = self.strangers.entry(reference.to_owned()).or_default();
            counts.add(purpose);
        }
    }

    pub(super) fn set(
        &mut self,
        reference: &str,
        answer: AttemptTruth,
        now: Instant,
    ) -> Result<(), TruthRefused> {
        let names = [
            Some(reference),
            answer.transaction_id.as_deref(),
            answer.token.as_deref(),
        ];
        let fits = |name: &str| (1..=MAX_NAME_BYTES).contains(&name.len());
        if !names.into_iter().flatten().all(fits) {
            return Err(TruthRefused(
                "references, ids and tokens must have 1 to 128 bytes",
            ));
        }
        if reference == ANY {
            return self.fallbacks.set(self.wording, answer, now);
        }
        if answer.every.is_some() {
            return Err(TruthRefused("only the reference * can have `every`"));
        }
        self.set_try(reference, answer, None, now)
    }

    /// Changes the try that this id finds; a try of [`ANY`] becomes a separate payment.
    pub(super) fn revise(
        &mut self,
        id: &str,
        now: Instant,
        change: impl FnOnce(&mut AttemptTruth, &mut Vec<SimulatedRefund>),
    ) -> Result<(), TruthRefused> {
        let Some(found) = self.find(id) else {
            return Err(TruthRefused("there is no such payment"));
        };
        let mut answer = AttemptTruth {
            transaction_id: Some(found.transaction_id.as_ref().to_owned()),
            try_number: None,
            every: None,
            ..found.answer.clone()
        };
        let (reference, mut refunds) = (found.reference.to_owned(), found.refunds.to_vec());
        change(&mut answer, &mut refunds);
        self.set_try(&reference, answer, Some(refunds), now)
    }

    /// Gives the try that this id finds another status word.
    pub(super) fn set_status(
        &mut self,
        id: &str,
        word: &str,
        now: Instant,
    ) -> Result<(), TruthRefused> {
        self.revise(id, now, |answer, _| word.clone_into(&mut answer.status))
    }

    fn set_try(
        &mut self,
        reference: &str,
        answer: AttemptTruth,
        refunds: Option<Vec<SimulatedRefund>>,
        now: Instant,
    ) -> Result<(), TruthRefused> {
        if self.payments.len() >= MAX_PAYMENTS && !self.payments.contains_key(reference) {
            return Err(TruthRefused("there are already 1,000,000 payments"));
        }
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
            return Err(TruthRefused("another payment has this transaction id"));
        }
        let answer = answer.completed(self.wording, earlier.map(|one| &one.answer), now);
        let page = answer.token.clone();
        if let Some(owner) = page.as_ref().and_then(|token| self.pages.get(token))
            && owner != reference
        {
            return Err(TruthRefused("another payment has this token"));
        }
        let refunds = refunds
            .or_else(|| earlier.map(|one| one.refunds.clone()))
            .unwrap_or_default();
        let one = SimulatedAttempt {
            tail: self.wording.tail(reference, &answer, &refunds),
            transaction_id: id.clone(),
            answer,
            refunds,
        };
        let payment = self.payments.entry(reference.to_owned()).or_default();
        match payment.tries.get_mut(at) {
            Some(place) => {
                self.tries.remove(&place.transaction_id);
                if let Some(token) = &place.answer.token {
                    self.pages.remove(token);
                }
                *place = one;
            }
            None => payment.tries.push(one),
        }
        self.tries.insert(id, reference.to_owned());
        if let Some(token) = page {
            self.pages.insert(token, reference.to_owned());
        }
        Ok(())
    }

    /// Forgets one payment, or the answers for every other id.
    pub(super) fn forget(&mut self, reference: &str) {
        if reference == ANY {
            self.fallbacks.clear();
        }
        if let Some(payment) = self.payments.remove(reference) {
            for one in payment.tries {
                self.tries.remove(&one.transaction_id);
                if let Some(token) = &one.answer.token {
                    self.pages.remove(token);
                }
            }
        }
    }

    pub(super) fn forget_all(&mut self) {
        self.payments.clear();
        self.tries.clear();
        self.pages.clear();
        self.fallbacks.clear();
        self.strangers.clear();
        self.asked = 0;
    }

    pub(super) fn asked_total(&self) -> u64 {
        self.asked
    }

    pub(super) fn counts(&self, reference: &str) -> ReferenceCounts {
        let known = self.payments.get(reference).map(|payment| payment.counts);
        known
            .or_else(|| self.strangers.get(reference).copied())
            .unwrap_or_default()
    }

    /// Every name with its own counters.
    pub(super) fn asked(&self) -> impl Iterator<Item = (&str, ReferenceCounts)> {
        let known = self.payments.iter().map(|(name, one)| (name, one.counts));
        let strangers = self.strangers.iter().map(|(name, counts)| (name, *counts));
        known
            .chain(strangers)
            .filter(|(_, counts)| *counts != ReferenceCounts::default())
            .map(|(name, counts)| (name.as_str(), counts))
    }

    /// Every payment with its tries, the latest last: transaction id and answer.
    pub(super) fn payments(
        &self,
    ) -> impl Iterator<Item = (&str, impl Iterator<Item = (&str, &AttemptTruth)>)> {
        self.payments.iter().map(|(reference, payment)| {
            let tries = payment.tries.iter();
            (
                reference.as_str(),
                tries.map(|one| (one.transaction_id.as_str(), &one.answer)),
            )
        })
    }

    /// The current truth, or that truth with another status word; `None` for an unused page.
    pub(super) fn told(
        &self,
        reference: &str,
        word: Option<&str>,
        now: Instant,
    ) -> Option<AttemptTruth> {
        let mut told = self.find(reference)?.answer.clone();
        if let Some(word) = word {
            word.clone_into(&mut told.status);
        }
        let told = told.completed(self.wording, None, now);
        (!told.is_page_only()).then_some(told)
    }

    pub(super) fn record_account(&mut self, account: &str) {
        if self.account != account && account.len() <= MAX_NAME_BYTES {
            account.clone_into(&mut self.account);
        }
    }

    /// The account that notifications are for: the first accepted key, or the account that sent the last request.
    pub(super) fn account(&self) -> &str {
        self.keys.first().unwrap_or(&self.account)
    }

    /// The account that sent the last request.
    pub(super) fn last_account(&self) -> &str {
        &self.account
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

impl ReferenceCounts {
    fn add(&mut self, purpose: RequestPurpose) {
        match purpose {
            RequestPurpose::Read => self.asked += 1,
            RequestPurpose::Close => self.closes += 1,
            RequestPurpose::Refund | RequestPurpose::Open => {}
        }
    }
}

#[cfg(test)]
mod tests;
