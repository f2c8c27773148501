//! The gateway accounts of one run, with what each has shown so far.

use std::collections::BTreeMap;

use super::account::GatewayAccount;
use super::query_stream::{QuerySource, QueryStream};
use super::stats::RunStats;
use crate::domain::{
    CircuitBreaker, ClockReadings, GatewayName, Payment, QueryPurpose, TripReason,
};
use crate::store::DuePayment;

/// One account and the state of its circuit breaker.
#[derive(Clone)]
pub struct GatewayClient {
    pub account: GatewayAccount,
    pub breaker: CircuitBreaker,
}

/// All accounts that a run may need, or the reason why an account cannot be queried.
#[derive(Default)]
pub struct GatewayPool {
    members: BTreeMap<GatewayName, Result<GatewayClient, String>>,
    missed: BTreeMap<GatewayName, u64>,
    clock: ClockReadings,
    /// How far each gateway's clock was ahead of ours, to name it in a message.
    ahead_ms: BTreeMap<GatewayName, i64>,
}

impl FromIterator<(GatewayName, Result<GatewayClient, String>)> for GatewayPool {
    fn from_iter<I: IntoIterator<Item = (GatewayName, Result<GatewayClient, String>)>>(
        members: I,
    ) -> Self {
        Self {
            members: members.into_iter().collect(),
            missed: BTreeMap::new(),
            clock: ClockReadings::default(),
            ahead_ms: BTreeMap::new(),
        }
    }
}

impl GatewayPool {
    /// The stream of queries to one gateway. `None` if the gateway cannot be queried; its queries are then counted as
    /// missed.
    pub fn stream(
        &mut self,
        name: &GatewayName,
        source: QuerySource,
        errand: QueryPurpose,
    ) -> Option<QueryStream> {
        let Some(Ok(member)) = self.members.get(name) else {
            *self.missed.entry(name.clone()).or_default() += source.count();
            return None;
        };
        member.breaker.halt().is_none().then(|| QueryStream {
            account: member.account.clone(),
            source,
            errand,
            breaker: member.breaker.clone(),
        })
    }

    /// An account that can be queried.
    ///
    /// # Errors
    /// The reason why it cannot be queried.
    pub fn account(&self, gateway: &GatewayName) -> Result<&GatewayAccount, String> {
        match self.members.get(gateway) {
            Some(Ok(member)) => Ok(&member.account),
            Some(Err(why)) => Err(why.clone()),
            None => Err(NOT_NAMED.to_owned()),
        }
    }

    /// Whether this gateway has a request that closes this payment, and the account can be reached.
    #[must_use]
    pub fn can_close(&self, payment: &Payment) -> bool {
        let account = self.account(&payment.gateway);
        account.is_ok_and(|account| {
            account.gateway.close(payment).is_some()
                || account.gateway.recover_request(payment).is_some()
        })
    }

    /// Whether the payment's opening got no answer, so that only a request to close it can show its state.
    #[must_use]
    pub fn has_lost_opening(&self, payment: &Payment) -> bool {
        let account = self.account(&payment.gateway);
        account.is_ok_and(|account| account.gateway.recover_request(payment).is_some())
    }

    /// The streams of queries for these payments, gateway by gateway.
    pub fn streams(&mut self, rows: Vec<DuePayment>, errand: QueryPurpose) -> Vec<QueryStream> {
        let mut by_gateway: BTreeMap<GatewayName, Vec<DuePayment>> = BTreeMap::new();
        for row in rows {
            by_gateway
                .entry(row.payment.gateway.clone())
                .or_default()
                .push(row);
        }
        let streams = by_gateway.into_iter();
        streams
            .filter_map(|(name, rows)| self.stream(&name, QuerySource::Given(rows), errand))
            .collect()
    }

    /// The gateways that could not be queried because of the configuration: the number of queries, and why.
    pub fn missed(&self) -> impl Iterator<Item = (&GatewayName, u64, &str)> {
        self.missed.iter().map(|(name, count)| {
            let why = match self.members.get(name) {
                Some(Err(why)) => why.as_str(),
                Some(Ok(_)) | None => NOT_NAMED,
            };
            (name, *count, why)
        })
    }

    /// Remembers what a round has learned about the accounts.
    pub fn absorb(&mut self, stats: &RunStats) {
        self.clock.merge(stats.clock);
        for (name, gateway_stats) in &stats.gateways {
            if let Some(ahead_ms) = gateway_stats.seen.clock_difference_ms {
                self.ahead_ms.insert(name.clone(), ahead_ms);
            }
            if let (Some(Ok(member)), Some(breaker)) =
                (self.members.get_mut(name), &gateway_stats.breaker)
            {
                member.breaker = breaker.clone();
            }
        }
    }

    /// The accounts that can be queried and are not paused.
    pub(super) fn to_be_asked(&self) -> Vec<(GatewayName, GatewayAccount)> {
        let able = self.members.iter().filter_map(|(name, member)| {
            let member = member.as_ref().ok()?;
            let is_asked = member.breaker.stop().is_none();
            is_asked.then(|| (name.clone(), member.account.clone()))
        });
        able.collect()
    }

    /// What the gateways' clocks have said about this machine's clock so far in this run.
    #[must_use]
    pub fn clock(&self) -> ClockReadings {
        self.clock
    }

    /// Adds what an answer outside the rounds has said.
    pub fn add_clock(&mut self, gateway: &GatewayName, readings: ClockReadings) {
        self.clock.merge(readings);
        if let Some(ahead_ms) = readings.ahead_ms() {
            self.ahead_ms.insert(gateway.clone(), ahead_ms);
        }
    }

    /// Why this run must not end anything by time: a gateway's clock contradicts this machine's clock, or another
    /// gateway's.
    #[must_use]
    pub fn clock_trouble(&self) -> Option<String> {
        let off_ms = self.clock.largest_offset_ms()?;
        let farthest = self.ahead_ms.iter().max_by_key(|(_, ms)| ms.unsigned_abs());
        // Whose clock was wrong may have been right again since.
        let is_it = |ms: i64| ms.unsigned_abs() > off_ms.unsigned_abs() / 2;
        let whose = match farthest {
            Some((name, ms)) if is_it(*ms) || self.ahead_ms.len() == 1 => {
                format!("the clock of {name}")
            }
            Some(_) | None => "a gateway's clock".to_owned(),
        };
        let seconds = off_ms.unsigned_abs() / 1_000;
        let side = if off_ms > 0 { "ahead of" } else { "behind" };
        Some(format!(
            "{whose} is {seconds} s {side} the clock of this machine, so no deadline can be trusted"
        ))
    }

    /// Whether the key, the account or the address of a gateway has turned out to be wrong.
    #[must_use]
    pub fn is_discredited(&self, gateway: &GatewayName) -> bool {
        let Some(Ok(member)) = self.members.get(gateway) else {
            return false;
        };
        let stop = member.breaker.stop();
        stop.is_some_and(TripReason::blames_configuration)
    }

    /// Whether this run sends no more queries to a gateway, because of its answers so far.
    #[must_use]
    pub fn is_tripped(&self, gateway: &GatewayName) -> bool {
        let member = self.members.get(gateway);
        matches!(member, Some(Ok(member)) if member.breaker.halt().is_some())
    }

    /// Why this run sends no more queries to a gateway; `None` if it still does.
    #[must_use]
    pub fn trouble(&self, gateway: &GatewayName) -> Option<String> {
        match self.members.get(gateway) {
            None => Some(NOT_NAMED.to_owned()),
            Some(Err(why)) => Some(why.clone()),
            Some(Ok(member)) => member.breaker.stop().map(|stop| stop.to_string()),
        }
    }
}

const NOT_NAMED: &str = "the configuration does not name it";

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn the_largest_clock_difference_is_named() {
        let mut pool: GatewayPool = std::iter::empty().collect();
        let gateway: GatewayName = "midtrans".parse().unwrap();
        for ahead_ms in [7_200_000, 40] {
            let mut readings = ClockReadings::default();
            readings.add(ahead_ms, Duration::from_secs(180));
            pool.add_clock(&gateway, readings);
        }
        let why = "the clock of midtrans is 7200 s ahead of the clock of this machine, so no deadline can be trusted";
        assert_eq!(pool.clock_trouble().as_deref(), Some(why));
    }
}
