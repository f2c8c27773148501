//! The state of a simulated gateway behind one lock: what is true, and how it fails.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hyper::header::HeaderValue;
use tokio::sync::watch;

use super::answer::{AttemptTruth, TruthRefused};
use super::dialect::SimulatedGateway;
use super::faults::Fault;
use super::pending_faults::{FaultTarget, Faults};
use super::registry::SIMULATED;
use super::repeats::Repeats;
use super::rules::{SimulatorRule, SimulatorRules};
use super::script::ScriptRecord;
use super::truth::GatewayTruth;
use crate::clock::Clock;
use crate::domain::Instant;

/// How often a reference was queried, and how often a close was requested.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueryCounts {
    pub kind: SimulatedGateway,
    pub reference: String,
    pub times: u64,
    pub closes: u64,
}

/// A handle to the state of a simulated gateway. Clones share it.
#[derive(Clone)]
pub struct SimulatorHandle(Arc<SimulatorShared>);

struct SimulatorShared {
    state: Mutex<SimulatorState>,
    clock: Arc<dyn Clock>,
    stopped: watch::Sender<bool>,
}

#[derive(Debug)]
pub(super) struct SimulatorState {
    pub(super) truths: GatewayTruths,
    pub(super) faults: Faults,
    pub(super) repeats: Repeats,
    pub(super) rules: SimulatorRules,
    date: Option<(i64, HeaderValue)>,
}

impl SimulatorHandle {
    pub(super) fn new(clock: Arc<dyn Clock>) -> Self {
        let state = SimulatorState {
            truths: GatewayTruths::default(),
            faults: Faults::default(),
            repeats: Repeats::default(),
            rules: SimulatorRules::default(),
            date: None,
        };
        Self(Arc::new(SimulatorShared {
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
    pub fn set(
        &self,
        kind: SimulatedGateway,
        reference: &str,
        answer: AttemptTruth,
    ) -> Result<(), TruthRefused> {
        let now = self.now();
        self.lock().truths.of(kind).set(reference, answer, now)
    }

    /// Forgets a payment, so that it is not found any more.
    pub fn forget(&self, kind: SimulatedGateway, reference: &str) {
        self.lock().truths.of(kind).forget(reference);
    }

    /// Forgets all payments and counters.
    pub fn forget_all(&self) {
        let mut state = self.lock();
        state
            .truths
            .0
            .values_mut()
            .for_each(GatewayTruth::forget_all);
        state.repeats.forget();
    }

    /// Fails like this until it is cleared; replaces an earlier permanent fault.
    ///
    /// # Errors
    ///
    /// If there are already 1,000 faults.
    pub fn fault(&self, target: FaultTarget, fault: Fault) -> Result<(), TruthRefused> {
        self.lock().faults.set(target, fault, None)
    }

    /// Fails like this for the next requests, after earlier faults for a number of requests.
    ///
    /// # Errors
    ///
    /// If there are already 1,000 faults.
    pub fn fault_times(
        &self,
        target: FaultTarget,
        fault: Fault,
        times: u32,
    ) -> Result<(), TruthRefused> {
        if times == 0 {
            return Ok(());
        }
        self.lock().faults.set(target, fault, Some(times))
    }

    /// Ends the faults that were set for this target.
    pub fn clear(&self, target: &FaultTarget) {
        self.lock().faults.clear(target);
    }

    /// Ends all faults.
    pub fn clear_all(&self) {
        self.lock().faults.clear_all();
    }

    /// Changes a setting of the account.
    pub fn rule(&self, rule: SimulatorRule) {
        self.lock().rules.set(rule);
    }

    /// How often a transaction was queried within 4 s of the last query, whether or not that was answered.
    #[must_use]
    pub fn read_too_soon(&self) -> u64 {
        self.lock().rules.too_soon()
    }

    /// Loads a script, record by record.
    ///
    /// # Errors
    ///
    /// The first record that cannot be set; the records before it are set.
    pub fn load(&self, records: Vec<ScriptRecord>) -> Result<(), TruthRefused> {
        for record in records {
            match record {
                ScriptRecord::Payment {
                    kind,
                    reference,
                    answer,
                } => self.set(kind, &reference, *answer)?,
                ScriptRecord::Fault {
                    target,
                    fault,
                    times: Some(times),
                } => self.fault_times(target, fault, times)?,
                ScriptRecord::Fault { target, fault, .. } => self.fault(target, fault)?,
                ScriptRecord::Rule(rule) => self.rule(rule),
            }
        }
        Ok(())
    }

    /// Accepts only these keys from now on; if empty, any.
    pub fn accept_keys(&self, kind: SimulatedGateway, keys: &[&str]) {
        let keys = keys.iter().map(|&key| key.to_owned()).collect();
        self.lock().truths.of(kind).accept_keys(keys);
    }

    /// The total number of queries, answered or not.
    #[must_use]
    pub fn asked_total(&self) -> u64 {
        let state = self.lock();
        let truths = state.truths.0.values();
        truths.map(GatewayTruth::asked_total).sum()
    }

    /// The number of queries about one payment, by any of its ids. Of the references that are not set, the first
    /// 10,000 have their own counters.
    #[must_use]
    pub fn asked_about(&self, kind: SimulatedGateway, reference: &str) -> u64 {
        self.lock().truths.of(kind).counts(reference).asked
    }

    /// The number of requests to close one payment, answered or not, by any of its ids. They are counted separately
    /// from queries.
    #[must_use]
    pub fn closes_of(&self, kind: SimulatedGateway, reference: &str) -> u64 {
        self.lock().truths.of(kind).counts(reference).closes
    }

    /// Every reference with its own counter that was queried or was to be closed, in order.
    #[must_use]
    pub fn asked(&self) -> Vec<QueryCounts> {
        let mut state = self.lock();
        let mut asked = Vec::new();
        for kind in SIMULATED {
            let counts = state.truths.of(kind).asked();
            asked.extend(counts.map(|(reference, counts)| QueryCounts {
                kind,
                reference: reference.to_owned(),
                times: counts.asked,
                closes: counts.closes,
            }));
        }
        asked.sort_by(|a, b| (a.kind, &a.reference).cmp(&(b.kind, &b.reference)));
        asked
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, SimulatorState> {
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

impl fmt::Debug for SimulatorHandle {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("World")
    }
}

/// What is true at each gateway.
#[derive(Debug, Default)]
pub(super) struct GatewayTruths(BTreeMap<SimulatedGateway, GatewayTruth>);

impl GatewayTruths {
    pub(super) fn of(&mut self, kind: SimulatedGateway) -> &mut GatewayTruth {
        let truth = || GatewayTruth::new(kind.dialect());
        self.0.entry(kind).or_insert_with(truth)
    }
}

impl SimulatorState {
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
