//! The gateway accounts of one run, with what each has shown of itself so far.

use std::collections::BTreeMap;

use super::lane::{Account, Lane, Source};
use super::tally::Tally;
use crate::domain::guard::Conduct;
use crate::domain::names::GatewayName;
use crate::domain::observation::Errand;
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
}

impl FromIterator<(GatewayName, anyhow::Result<Member>)> for Crew {
    fn from_iter<I: IntoIterator<Item = (GatewayName, anyhow::Result<Member>)>>(members: I) -> Self {
        let members = members.into_iter();
        Self {
            members: members.map(|(name, member)| (name, member.map_err(|error| format!("{error:#}")))).collect(),
        }
    }
}

impl Crew {
    /// Lanes for these payments, gateway by gateway. Payments whose gateway cannot be asked are left out.
    pub(super) fn lanes(&self, rows: Vec<ToAsk>, errand: Errand) -> Vec<Lane> {
        let mut by_gateway: BTreeMap<GatewayName, Vec<ToAsk>> = BTreeMap::new();
        for row in rows {
            by_gateway.entry(row.payment.gateway.clone()).or_default().push(row);
        }
        let lanes = by_gateway.into_iter().filter_map(|(name, rows)| {
            let member = self.members.get(&name)?.as_ref().ok()?;
            member.conduct.stop().is_none().then(|| Lane {
                account: member.account.clone(),
                source: Source::Given(rows),
                errand,
                conduct: member.conduct.clone(),
            })
        });
        lanes.collect()
    }

    /// Keeps what a round has learned of the accounts.
    pub(super) fn learn(&mut self, tally: &Tally) {
        for (name, manner) in &tally.gateways {
            if let (Some(Ok(member)), Some(conduct)) = (self.members.get_mut(name), &manner.conduct) {
                member.conduct = conduct.clone();
            }
        }
    }

    /// Why a gateway is not asked any more, if it is not.
    #[must_use]
    pub fn trouble(&self, gateway: &GatewayName) -> Option<String> {
        match self.members.get(gateway) {
            None => Some("the configuration does not name it".to_owned()),
            Some(Err(why)) => Some(why.clone()),
            Some(Ok(member)) => member.conduct.stop().map(|stop| stop.to_string()),
        }
    }
}
