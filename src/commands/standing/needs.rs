//! What of a shop's state needs a person, in the order in which to look at it.

use std::time::Duration;

use serde::Serialize;

use super::{GatewayState, ShopStanding};
use crate::domain::{Instant, string_enum};
use crate::output::counted::counted;

/// So long a gateway may be silent without anybody being asked.
const SILENCE: Duration = Duration::from_secs(10 * 60);

/// So long an overdue order may be undecided without anybody being asked.
const UNDECIDED: Duration = Duration::from_secs(24 * 60 * 60);

string_enum! {
    /// What a person is needed for.
    pub(in crate::commands) enum Need {
        Job = "job",
        Round = "round",
        Gateway = "gateway",
        Cases = "cases",
        Refunds = "refunds",
        Overdue = "overdue",
        Effects = "effects",
        Incident = "incident",
        Disk = "disk",
    }
}

/// One thing that needs a person.
#[derive(Debug, Serialize)]
pub(in crate::commands) struct NamedNeed {
    pub(in crate::commands) need: Need,
    /// The job, the gateway, or what an incident is about; none for the rest.
    pub(in crate::commands) name: Option<String>,
    pub(in crate::commands) text: String,
    /// What to type.
    pub(in crate::commands) next: String,
}

pub(super) fn of(shop: &ShopStanding, now: Instant) -> Vec<NamedNeed> {
    let mut needs = Vec::new();
    if shop.disk_full {
        let text = "the disk is full: no run can be recorded, and nothing is done".to_owned();
        needs.push(NamedNeed::of(Need::Disk, None, text, "payctl doctor"));
    }
    for incident in &shop.incidents {
        let (name, text) = (incident.subject.as_str(), incident.text.clone());
        needs.push(NamedNeed::of(
            Need::Incident,
            Some(name),
            text,
            &incident.next,
        ));
    }
    for job in &shop.jobs {
        if job.state.is_for_a_person() {
            let text = format!("{} {}", job.job, job.state.said());
            needs.push(NamedNeed::of(Need::Job, Some(job.job), text, &job.command));
        }
    }
    let is_checking = !needs
        .iter()
        .any(|need| need.name.as_deref() == Some("check-all"));
    if !shop.round.gets_round && is_checking {
        let left = counted(shop.round.left, "payment");
        let text = format!("check-all does not get round: {left} not reached by the last two runs");
        needs.push(NamedNeed::of(
            Need::Round,
            None,
            text,
            "payctl check-all --fix --due",
        ));
    }
    for gateway in &shop.gateways {
        let name = Some(gateway.gateway.as_str());
        let is_silent = gateway
            .silent_since
            .is_some_and(|since| now.since(since) >= SILENCE);
        let text = match gateway.state {
            GatewayState::NotConfigured => "is not in the configuration, and payments wait at it",
            GatewayState::Silent if is_silent => "does not answer",
            GatewayState::Silent | GatewayState::Answers | GatewayState::Unasked => continue,
        };
        let text = format!("{} {text}", gateway.gateway);
        needs.push(NamedNeed::of(
            Need::Gateway,
            name,
            text,
            "payctl gateway list",
        ));
    }
    needs.extend(waiting(shop, now));
    needs
}

fn waiting(shop: &ShopStanding, now: Instant) -> Vec<NamedNeed> {
    let mut needs = Vec::new();
    let mut need = |need: Need, count: u64, noun: &str, next: &str| {
        if count > 0 {
            needs.push(NamedNeed::of(need, None, counted(count, noun), next));
        }
    };
    let cases = shop.cases.iter().map(|cases| cases.open).sum();
    need(Need::Cases, cases, "open case", "payctl case list");
    let refunds = shop.refunds.iter().filter(|due| due.is_for_a_person());
    let refunds = refunds.map(|due| due.refunds).sum();
    need(
        Need::Refunds,
        refunds,
        "refund to decide",
        "payctl refund list",
    );
    let is_old = |at: Instant| now.since(at) >= UNDECIDED;
    let is_undecided = shop.overdue.kept > 0 || shop.overdue.oldest_at.is_some_and(is_old);
    let overdue = if is_undecided { shop.overdue.orders } else { 0 };
    let list = "payctl order list --status pending";
    need(Need::Overdue, overdue, "undecided overdue order", list);
    let dead = shop.effects.iter().filter(|dead| dead.is_for_a_person());
    let dead = dead.map(|dead| dead.effects).sum();
    need(Need::Effects, dead, "failed effect", "payctl fulfil list");
    needs
}

impl NamedNeed {
    fn of(need: Need, name: Option<&str>, text: String, next: &str) -> Self {
        Self {
            need,
            name: name.map(str::to_owned),
            text,
            next: next.to_owned(),
        }
    }
}
