//! The result of a round: counts, and how it ended.

use std::collections::BTreeMap;

use super::checked::{CheckAction, CheckResult};
use crate::domain::payment::circuit_breaker;
use crate::domain::{
    ClockReadings, GatewayName, Observation, OrderId, OrderNumber, Reported, TripReason,
};
use crate::faults::planted;
use crate::shutdown::StopReason;
use crate::store::HealthDelta;

/// How one gateway behaved.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GatewayStats {
    pub to_ask: u64,
    pub asked: u64,
    /// Why no more queries were sent to it, if so.
    pub stop: Option<TripReason>,
    /// The HTTP status with which an earlier version of its interface has shown that it no longer exists.
    pub ended: Option<u16>,
    /// The state of its circuit breaker, including this round.
    pub breaker: Option<circuit_breaker::CircuitBreaker>,
    /// What is stored about it beyond the round.
    pub seen: HealthDelta,
}

impl GatewayStats {
    fn add(&mut self, later: Self) {
        self.to_ask += later.to_ask;
        self.asked += later.asked;
        self.ended = later.ended.or(self.ended);
        self.stop = match &later.breaker {
            Some(breaker) => breaker.stop(),
            None => self.stop.or(later.stop),
        };
        self.breaker = later.breaker.or(self.breaker.take());
        let (seen, then) = (&mut self.seen, later.seen);
        seen.proven_at = seen.proven_at.or(then.proven_at);
        seen.known_at = seen.known_at.max(then.known_at);
        seen.silent_since = if then.answered_at.is_some() {
            then.silent_since
        } else {
            seen.silent_since.or(then.silent_since)
        };
        seen.answered_at = seen.answered_at.max(then.answered_at);
        seen.error = then.error.or(seen.error.take());
        seen.slowest_ms = seen.slowest_ms.max(then.slowest_ms);
        seen.clock_difference_ms = then.clock_difference_ms.or(seen.clock_difference_ms);
    }

    pub(super) fn on_answer(&mut self, observed: &Observation) {
        let at = observed.asked_at;
        if let Reported::NoAnswer(silence) = &observed.said {
            self.seen.silent_since = self.seen.silent_since.or(Some(at));
            self.seen.error = Some((at, silence.to_string()));
            return;
        }
        self.seen.silent_since = None;
        self.seen.answered_at = self.seen.answered_at.max(Some(at));
        if observed.said != Reported::NotStarted {
            self.seen.proven_at = self.seen.proven_at.or(Some(at));
            self.seen.known_at = self.seen.known_at.max(Some(at));
        }
    }
}

/// An overdue order that only a person's decision can end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptOrder {
    pub id: OrderId,
    pub number: OrderNumber,
    pub why: String,
    /// It is kept because the clocks differ, and ends by itself once they agree.
    pub by_clock: bool,
}

/// The counts of a round.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RunStats {
    pub counts: BTreeMap<CheckAction, u64>,
    /// Among those that would be fixed: payments that would only be noted as pending.
    pub newly_pending: u64,
    pub asked: u64,
    /// Payments that were to be queried and were not.
    pub not_reached: u64,
    pub cases_opened: u64,
    pub refunds_owed: u64,
    pub gateways: BTreeMap<GatewayName, GatewayStats>,
    /// Orders that were kept because a gateway has not answered or not closed a payment.
    pub kept_unanswered: u64,
    /// Payments that were to be closed although no order waits for them any more, and about which no answer came.
    pub open_unanswered: u64,
    /// Orders that were kept because a person must decide something.
    pub kept_for_person: Vec<KeptOrder>,
    /// Orders that were kept because a gateway's clock and ours are too far apart.
    pub clocks_in_doubt: u64,
    /// Queries that were due when the previous run began and that neither run reached.
    pub left_twice: BTreeMap<GatewayName, u64>,
    /// This was not reported recently.
    pub tells_left: bool,
    /// What the gateways' clocks say about this machine's clock.
    pub clock: ClockReadings,
    pub halt: Option<StopReason>,
}

impl RunStats {
    /// Adds the counts of another round of the same run.
    pub fn add(&mut self, other: Self) {
        for (action, count) in other.counts {
            *self.counts.entry(action).or_default() += count;
        }
        self.newly_pending += other.newly_pending;
        self.asked += other.asked;
        self.not_reached += other.not_reached;
        self.cases_opened += other.cases_opened;
        self.refunds_owed += other.refunds_owed;
        self.kept_unanswered += other.kept_unanswered;
        self.open_unanswered += other.open_unanswered;
        self.kept_for_person.extend(other.kept_for_person);
        self.clocks_in_doubt += other.clocks_in_doubt;
        self.left_twice.extend(other.left_twice);
        self.tells_left |= other.tells_left;
        self.clock.merge(other.clock);
        self.halt = self.halt.or(other.halt);
        for (name, gateway_stats) in other.gateways {
            self.gateways.entry(name).or_default().add(gateway_stats);
        }
    }

    /// Leaves out the lines: their queries count, but the report has other lines.
    #[must_use]
    pub fn without_lines(self) -> Self {
        Self {
            counts: BTreeMap::new(),
            newly_pending: 0,
            not_reached: 0,
            kept_for_person: Vec::new(),
            ..self
        }
    }

    /// Counts a line of the report.
    pub fn count(&mut self, line: &CheckResult) {
        *self.counts.entry(line.action).or_default() += 1;
        self.newly_pending += u64::from(line.is_newly_pending());
        self.cases_opened += u64::try_from(line.opened.len()).unwrap_or(u64::MAX);
        self.refunds_owed += u64::try_from(line.owed).unwrap_or(u64::MAX);
        if let Some(id) = line.kept {
            self.keep_for_person(KeptOrder {
                id,
                number: line.order.clone(),
                why: line.reason.to_string(),
                by_clock: false,
            });
        }
    }

    /// An order waits for a person: the run says so, whoever was told before.
    pub fn keep_for_person(&mut self, order: KeptOrder) {
        if !planted!(ForgetKeptOrders) {
            self.kept_for_person.push(order);
        }
    }

    #[must_use]
    pub fn of(&self, action: CheckAction) -> u64 {
        self.counts.get(&action).copied().unwrap_or(0)
    }
}
