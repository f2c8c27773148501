//! The gateway accounts of one run, with what each has shown of itself so far.

use std::collections::BTreeMap;

use super::lane::{Account, Lane, Source};
use super::tally::Tally;
use crate::domain::clocks::ClockReadings;
use crate::domain::guard::{Conduct, Stop};
use crate::domain::names::GatewayName;
use crate::domain::observation::Errand;
use crate::domain::payment::Payment;
use crate::store::ToAsk;

/// One account and its conduct.
#[derive(Clone)]
pub struct Member {
    pub account: Account,
    pub conduct: Conduct,
}

/// All accounts that a run may need; of those that cannot be asked, why not.
#[derive(Default)]
pub struct Crew {
    members: BTreeMap<GatewayName, Result<Member, String>>,
    missed: BTreeMap<GatewayName, u64>,
    clock: ClockReadings,
    /// By how much each was ahead of us, where one is to be named.
    ahead_ms: BTreeMap<GatewayName, i64>,
}

impl FromIterator<(GatewayName, Result<Member, String>)> for Crew {
    fn from_iter<I: IntoIterator<Item = (GatewayName, Result<Member, String>)>>(
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

impl Crew {
    /// A lane to one gateway; none, and the questions are counted as missed, when it cannot be asked.
    pub fn lane(&mut self, name: &GatewayName, source: Source, errand: Errand) -> Option<Lane> {
        let Some(Ok(member)) = self.members.get(name) else {
            *self.missed.entry(name.clone()).or_default() += source.count();
            return None;
        };
        member.conduct.halt().is_none().then(|| Lane {
            account: member.account.clone(),
            source,
            errand,
            conduct: member.conduct.clone(),
        })
    }

    /// An account that can be asked.
    ///
    /// # Errors
    /// Why it cannot.
    pub fn account(&self, gateway: &GatewayName) -> Result<&Account, String> {
        match self.members.get(gateway) {
            Some(Ok(member)) => Ok(&member.account),
            Some(Err(why)) => Err(why.clone()),
            None => Err(NOT_NAMED.to_owned()),
        }
    }

    /// Whether there is a request that would close this payment, and somebody to send it to.
    #[must_use]
    pub fn can_close(&self, payment: &Payment) -> bool {
        let account = self.account(&payment.gateway);
        account.is_ok_and(|account| {
            account.gateway.close(payment).is_some() || account.gateway.regain(payment).is_some()
        })
    }

    /// Whether its opening was not answered, so that only a request to close it can tell what became of it.
    #[must_use]
    pub fn is_lost(&self, payment: &Payment) -> bool {
        let account = self.account(&payment.gateway);
        account.is_ok_and(|account| account.gateway.regain(payment).is_some())
    }

    /// Lanes for these payments, gateway by gateway.
    pub fn lanes(&mut self, rows: Vec<ToAsk>, errand: Errand) -> Vec<Lane> {
        let mut by_gateway: BTreeMap<GatewayName, Vec<ToAsk>> = BTreeMap::new();
        for row in rows {
            by_gateway
                .entry(row.payment.gateway.clone())
                .or_default()
                .push(row);
        }
        let lanes = by_gateway.into_iter();
        lanes
            .filter_map(|(name, rows)| self.lane(&name, Source::Given(rows), errand))
            .collect()
    }

    /// The gateways that could not be asked because of the configuration: how many questions, and why.
    pub fn missed(&self) -> impl Iterator<Item = (&GatewayName, u64, &str)> {
        self.missed.iter().map(|(name, count)| {
            let why = match self.members.get(name) {
                Some(Err(why)) => why.as_str(),
                Some(Ok(_)) | None => NOT_NAMED,
            };
            (name, *count, why)
        })
    }

    /// Keeps what a round has learned of the accounts.
    pub fn learn(&mut self, tally: &Tally) {
        self.clock.merge(tally.clock);
        for (name, manner) in &tally.gateways {
            if let Some(ahead_ms) = manner.seen.clock_difference_ms {
                self.ahead_ms.insert(name.clone(), ahead_ms);
            }
            if let (Some(Ok(member)), Some(conduct)) = (self.members.get_mut(name), &manner.conduct)
            {
                member.conduct = conduct.clone();
            }
        }
    }

    /// The accounts that can be asked, and are not left alone.
    pub(super) fn to_be_asked(&self) -> Vec<(GatewayName, Account)> {
        let able = self.members.iter().filter_map(|(name, member)| {
            let member = member.as_ref().ok()?;
            let is_asked = member.conduct.stop().is_none();
            is_asked.then(|| (name.clone(), member.account.clone()))
        });
        able.collect()
    }

    /// What the gateways' clocks have said about this machine's in this run so far.
    #[must_use]
    pub fn clock(&self) -> ClockReadings {
        self.clock
    }

    /// Adds what an answer has told beside the rounds.
    pub fn hear_clock(&mut self, gateway: &GatewayName, readings: ClockReadings) {
        self.clock.merge(readings);
        if let Some(ahead_ms) = readings.ahead_ms() {
            self.ahead_ms.insert(gateway.clone(), ahead_ms);
        }
    }

    /// Why nothing can be ended in this run by the time: a gateway's clock contradicts this machine's, or another's.
    #[must_use]
    pub fn clock_trouble(&self) -> Option<String> {
        let off_ms = self.clock.off_ms()?;
        let farthest = self.ahead_ms.iter().max_by_key(|(_, ms)| ms.unsigned_abs());
        let (whose, ahead_ms) = match farthest {
            Some((name, ms)) => (format!("the clock of {name}"), *ms),
            None => ("a gateway's clock".to_owned(), off_ms),
        };
        let seconds = ahead_ms.unsigned_abs() / 1_000;
        let side = if ahead_ms > 0 { "ahead of" } else { "behind" };
        Some(format!(
            "{whose} is {seconds} s {side} the clock of this machine, so no deadline can be trusted"
        ))
    }

    /// Whether the key, the account or the address of a gateway is wrong, as far as it has shown.
    #[must_use]
    pub fn is_discredited(&self, gateway: &GatewayName) -> bool {
        let Some(Ok(member)) = self.members.get(gateway) else {
            return false;
        };
        let stop = member.conduct.stop();
        stop.is_some_and(Stop::blames_configuration)
    }

    /// Whether a gateway is asked nothing more in this run, by what it has shown in it.
    #[must_use]
    pub fn is_left_alone(&self, gateway: &GatewayName) -> bool {
        let member = self.members.get(gateway);
        matches!(member, Some(Ok(member)) if member.conduct.halt().is_some())
    }

    /// Why a gateway is not asked any more, if it is not.
    #[must_use]
    pub fn trouble(&self, gateway: &GatewayName) -> Option<String> {
        match self.members.get(gateway) {
            None => Some(NOT_NAMED.to_owned()),
            Some(Err(why)) => Some(why.clone()),
            Some(Ok(member)) => member.conduct.stop().map(|stop| stop.to_string()),
        }
    }
}

const NOT_NAMED: &str = "the configuration does not name it";
