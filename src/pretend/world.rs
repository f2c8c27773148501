//! The state of a simulated gateway behind one lock: what is true, and how it fails.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hyper::header::HeaderValue;
use tokio::sync::watch;

use super::answer::{Answer, Kind};
use super::faults::{Fault, Faults, Target};
use super::repeats::Repeats;
use super::rules::{Rule, Rules};
use super::script::Record;
use super::truth::{Asked, Refused, Truth};
use crate::clock::Clock;
use crate::domain::instant::Instant;

/// A handle to the state of a simulated gateway. Clones share it.
#[derive(Clone)]
pub struct World(Arc<Inner>);

struct Inner {
    state: Mutex<State>,
    clock: Arc<dyn Clock>,
    stopped: watch::Sender<bool>,
}

#[derive(Debug)]
pub(super) struct State {
    pub(super) midtrans: Truth,
    pub(super) pakasir: Truth,
    pub(super) faults: Faults,
    pub(super) repeats: Repeats,
    pub(super) rules: Rules,
    date: Option<(i64, HeaderValue)>,
}

impl World {
    pub(super) fn new(clock: Arc<dyn Clock>) -> Self {
        let state = State {
            midtrans: Truth::new(Kind::Midtrans),
            pakasir: Truth::new(Kind::Pakasir),
            faults: Faults::default(),
            repeats: Repeats::default(),
            rules: Rules::default(),
            date: None,
        };
        Self(Arc::new(Inner {
            state: Mutex::new(state),
            clock,
            stopped: watch::Sender::new(false),
        }))
    }

    /// Adds a payment or one of its tries, or changes what is true about it. The reference [`super::ANY`] stands for
    /// every id that is not set.
    ///
    /// # Errors
    ///
    /// If a bound is reached, or the record contradicts itself or another one.
    pub fn set(&self, kind: Kind, reference: &str, answer: Answer) -> Result<(), Refused> {
        let now = self.now();
        self.lock().truth(kind).set(reference, answer, now)
    }

    /// Forgets a payment, so that it is not found any more.
    pub fn forget(&self, kind: Kind, reference: &str) {
        self.lock().truth(kind).forget(reference);
    }

    /// Forgets all payments and counters.
    pub fn forget_all(&self) {
        let mut state = self.lock();
        state.midtrans.forget_all();
        state.pakasir.forget_all();
        state.repeats.forget();
    }

    /// Fails like this until it is cleared; replaces an earlier permanent fault.
    ///
    /// # Errors
    ///
    /// If there are already 1,000 faults.
    pub fn fault(&self, target: Target, fault: Fault) -> Result<(), Refused> {
        self.lock().faults.set(target, fault, None)
    }

    /// Fails like this for the next requests, after earlier faults for a number of requests.
    ///
    /// # Errors
    ///
    /// If there are already 1,000 faults.
    pub fn fault_times(&self, target: Target, fault: Fault, times: u32) -> Result<(), Refused> {
        if times == 0 {
            return Ok(());
        }
        self.lock().faults.set(target, fault, Some(times))
    }

    /// Ends the faults that were set for this target.
    pub fn clear(&self, target: &Target) {
        self.lock().faults.clear(target);
    }

    /// Ends all faults.
    pub fn clear_all(&self) {
        self.lock().faults.clear_all();
    }

    /// Changes a setting of the project at Pakasir.
    pub fn rule(&self, rule: Rule) {
        self.lock().rules.set(rule);
    }

    /// How often a transaction at Pakasir was queried within 4 s of the last query, whether or not that was answered.
    #[must_use]
    pub fn read_too_soon(&self) -> u64 {
        self.lock().rules.too_soon()
    }

    /// Loads a script, record by record.
    ///
    /// # Errors
    ///
    /// The first record that cannot be set; the records before it are set.
    pub fn load(&self, records: Vec<Record>) -> Result<(), Refused> {
        for record in records {
            match record {
                Record::Payment {
                    kind,
                    reference,
                    answer,
                } => self.set(kind, &reference, *answer)?,
                Record::Fault {
                    target,
                    fault,
                    times: Some(times),
                } => self.fault_times(target, fault, times)?,
                Record::Fault { target, fault, .. } => self.fault(target, fault)?,
                Record::Rule(rule) => self.rule(rule),
            }
        }
        Ok(())
    }

    /// Accepts only these keys from now on; if empty, any.
    pub fn accept_keys(&self, kind: Kind, keys: &[&str]) {
        let keys = keys.iter().map(|&key| key.to_owned()).collect();
        self.lock().truth(kind).accept_keys(keys);
    }

    /// The total number of queries, answered or not.
    #[must_use]
    pub fn asked_total(&self) -> u64 {
        let state = self.lock();
        state.midtrans.asked_total() + state.pakasir.asked_total()
    }

    /// The number of queries about one payment, by any of its ids. Of the references that are not set, the first
    /// 10,000 have their own counters.
    #[must_use]
    pub fn asked_about(&self, kind: Kind, reference: &str) -> u64 {
        self.lock().truth(kind).counts(reference).asked
    }

    /// The number of requests to close one payment, answered or not, by any of its ids. They are counted separately
    /// from queries.
    #[must_use]
    pub fn closes_of(&self, kind: Kind, reference: &str) -> u64 {
        self.lock().truth(kind).counts(reference).closes
    }

    /// Every reference with its own counter that was queried or was to be closed, in order.
    #[must_use]
    pub fn asked(&self) -> Vec<Asked> {
        let mut state = self.lock();
        let mut asked = Vec::new();
        for kind in Kind::ALL {
            let counts = state.truth(kind).asked();
            asked.extend(counts.map(|(reference, counts)| Asked {
                kind,
                reference: reference.to_owned(),
                times: counts.asked,
                closes: counts.closes,
            }));
        }
        asked.sort_by(|a, b| (a.kind, &a.reference).cmp(&(b.kind, &b.reference)));
        asked
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        // A panic in another thread can leave counters out of date, but never half a payment.
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn now(&self) -> Instant {
        self.0.clock.now()
    }

    pub(super) fn stop(&self) {
        self.0.stopped.send_replace(true);
    }

    /// Waits until it is stopped.
    pub(super) async fn stopped(&self) {
        let mut stopped = self.0.stopped.subscribe();
        // This fails only if the sender is gone, which also means stopped.
        let _stopped = stopped.wait_for(|stopped| *stopped).await;
    }
}

impl fmt::Debug for World {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("World")
    }
}

impl State {
    pub(super) fn truth(&mut self, kind: Kind) -> &mut Truth {
        match kind {
            Kind::Midtrans => &mut self.midtrans,
            Kind::Pakasir => &mut self.pakasir,
        }
    }

    /// The `Date` header, formatted once per second.
    pub(super) fn date(&mut self, now: Instant) -> HeaderValue {
        let second = now.as_millis().div_euclid(1000);
        match &self.date {
            Some((spelled, date)) if *spelled == second => date.clone(),
            _ => {
                let date = HeaderValue::from_str(&now.http_date())
                    .unwrap_or_else(|_| HeaderValue::from_static(""));
                self.date = Some((second, date.clone()));
                date
            }
        }
    }
}
