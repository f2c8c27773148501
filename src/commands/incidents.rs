//! What a run has seen go wrong for a while, and how a person is told: when it begins, hourly, and when it is over.

use crate::domain::{
    ClockState, GatewayName, Incident, IncidentChange, IncidentKind, IncidentPhase, Instant,
    TripReason,
};
use crate::output::counted::counted;
use crate::reconciler::{GatewayPool, GatewayStats, RunStats, Writer};
use crate::store::{Reader, StoreError};

/// The incidents of which a person is to be told now, and what.
pub(super) fn to_tell(
    reader: &Reader,
    now: Instant,
) -> Result<Vec<(Incident, IncidentPhase)>, StoreError> {
    let live = reader.live_incidents()?.into_iter();
    let due = live.filter_map(|incident| {
        let phase = incident.phase(now)?;
        Some((incident, phase))
    });
    Ok(due.collect())
}

/// Records what a run has seen of its gateways and clocks. Their health must be written before.
pub(super) fn record_seen(
    writer: &Writer,
    stats: &RunStats,
    pool: &GatewayPool,
    now: Instant,
) -> Result<(), StoreError> {
    let mut seen = Vec::new();
    for (gateway, count, why) in pool.missed() {
        let since = (now, why.to_owned());
        seen.push(is_there(
            IncidentKind::GatewayUnusable,
            gateway,
            since,
            count,
        ));
    }
    for (gateway, gateway_stats) in &stats.gateways {
        if gateway_stats.asked > 0 {
            let silent_since = writer.read().health(gateway)?.silent_since;
            seen.extend(of_gateway(gateway, gateway_stats, silent_since, now));
        }
    }
    let (kind, subject) = (IncidentKind::ClockDiffers, String::new());
    match stats.clock.state() {
        ClockState::Untold => {}
        ClockState::Confirmed { .. } => seen.push(IncidentChange::Over { kind, subject }),
        ClockState::Differs { .. } => seen.push(IncidentChange::Seen {
            kind,
            subject,
            since: now,
            facts: pool.clock_trouble().unwrap_or_default(),
            affected: stats.clocks_in_doubt,
        }),
    }
    writer.write(|store, permit| store.record_incidents(permit, &seen, now))
}

fn is_there(
    kind: IncidentKind,
    gateway: &GatewayName,
    (since, facts): (Instant, String),
    affected: u64,
) -> IncidentChange {
    IncidentChange::Seen {
        kind,
        subject: gateway.to_string(),
        since,
        facts,
        affected,
    }
}

fn is_over(kind: IncidentKind, gateway: &GatewayName) -> IncidentChange {
    let subject = gateway.to_string();
    IncidentChange::Over { kind, subject }
}

/// What the queries to one gateway have shown.
fn of_gateway(
    gateway: &GatewayName,
    stats: &GatewayStats,
    silent_since: Option<Instant>,
    now: Instant,
) -> Vec<IncidentChange> {
    let has_answered = stats.seen.answered_at.is_some();
    let since = silent_since.filter(|_| !has_answered).unwrap_or(now);
    let waits = stats.to_ask.max(stats.asked);
    let blame = match stats.stop {
        Some(TripReason::Refused(code)) => Some((IncidentKind::KeyRefused, code.to_string())),
        Some(TripReason::Gone(code)) => Some((IncidentKind::AddressGone, code.to_string())),
        Some(why @ (TripReason::Forgetful { .. } | TripReason::KnowsNobody)) => {
            Some((IncidentKind::AccountDoubted, why.to_string()))
        }
        Some(TripReason::Silent) | None => stats
            .ended
            .map(|code| (IncidentKind::AddressGone, code.to_string())),
    };
    let mut seen = Vec::new();
    if let Some((kind, facts)) = &blame {
        seen.push(is_there(*kind, gateway, (since, facts.clone()), waits));
    } else if !has_answered {
        let facts = stats.seen.error.as_ref().map(|(_, why)| why.clone());
        let silence = (since, facts.unwrap_or_default());
        seen.push(is_there(
            IncidentKind::GatewaySilent,
            gateway,
            silence,
            waits,
        ));
    }
    if has_answered {
        seen.push(is_over(IncidentKind::GatewaySilent, gateway));
        seen.push(is_over(IncidentKind::GatewayUnusable, gateway));
    }
    if has_answered && blame.is_none() {
        seen.push(is_over(IncidentKind::KeyRefused, gateway));
        seen.push(is_over(IncidentKind::AddressGone, gateway));
        if stats.seen.known_at.is_some() {
            seen.push(is_over(IncidentKind::AccountDoubted, gateway));
        }
    }
    seen
}

/// What a person is told.
pub(super) fn sentence(incident: &Incident, phase: IncidentPhase) -> String {
    let [is_there, is_over] = match incident.kind {
        IncidentKind::GatewaySilent
        | IncidentKind::KeyRefused
        | IncidentKind::AddressGone
        | IncidentKind::AccountDoubted
        | IncidentKind::GatewayUnusable => about_gateway(incident),
        IncidentKind::ClockDiffers
        | IncidentKind::JobHeld
        | IncidentKind::JobFailed
        | IncidentKind::NothingRan
        | IncidentKind::HookFails => about_machine(incident),
    };
    match phase {
        IncidentPhase::Begun => is_there,
        IncidentPhase::GoesOn => format!("still: {is_there}"),
        IncidentPhase::Over => is_over,
    }
}

/// That it is there, and that it is over.
fn about_gateway(incident: &Incident) -> [String; 2] {
    let (who, facts, since) = (&incident.subject, &incident.facts, incident.began_at);
    let payments = counted(incident.affected, "payment");
    match incident.kind {
        IncidentKind::GatewaySilent => [
            format!(
                "{who} has not answered since {since}, {payments} wait ({facts}); the next run asks again"
            ),
            format!("{who} answers again, silent since {since}, {payments} waited"),
        ],
        IncidentKind::KeyRefused => [
            format!(
                "{who} has refused the key since {since} ({facts}), {payments} wait; \
                 check its key and its environment in the configuration"
            ),
            format!("{who} takes the key again, refused since {since}, {payments} waited"),
        ],
        IncidentKind::AddressGone => [
            format!(
                "the API of {who} has not been at its address since {since} ({facts}), {payments} wait; \
                 check its address and its API version in the configuration"
            ),
            format!("{who} answers at its address again, gone since {since}, {payments} waited"),
        ],
        IncidentKind::AccountDoubted => [
            format!(
                "{who} has not known its payments since {since} ({facts}); \
                 check that the key belongs to the right account and environment"
            ),
            format!("{who} knows its payments again, since {since} it did not"),
        ],
        IncidentKind::GatewayUnusable
        | IncidentKind::ClockDiffers
        | IncidentKind::JobHeld
        | IncidentKind::JobFailed
        | IncidentKind::NothingRan
        | IncidentKind::HookFails => [
            format!("{who} has not been queried since {since}, {payments} wait: {facts}"),
            format!("{who} is queried again, since {since} it was not, {payments} waited"),
        ],
    }
}

/// The same for what has no gateway.
fn about_machine(incident: &Incident) -> [String; 2] {
    let (who, facts, since) = (&incident.subject, &incident.facts, incident.began_at);
    let tries = match incident.affected {
        1 => "1 try".to_owned(),
        count => format!("{count} tries"),
    };
    match incident.kind {
        IncidentKind::ClockDiffers => [
            format!("{facts}, seen since {since}; synchronise this machine's clock"),
            format!("the clocks agree again, they differed since {since}"),
        ],
        IncidentKind::JobHeld => [
            format!(
                "{who}: a run has held its lock since {since} ({facts}); if it hangs, end that process"
            ),
            format!("{who} runs again, a run held its lock since {since}"),
        ],
        IncidentKind::JobFailed
        | IncidentKind::GatewaySilent
        | IncidentKind::KeyRefused
        | IncidentKind::AddressGone
        | IncidentKind::AccountDoubted
        | IncidentKind::GatewayUnusable => [
            format!("{who} has failed since {since}: {facts}"),
            format!("{who} works again, it failed since {since}"),
        ],
        IncidentKind::NothingRan => {
            let until = incident.ended_at.unwrap_or(incident.seen_at);
            let gap = format!(
                "nothing ran from {since} to {until}; the machine or its scheduler was off"
            );
            [gap.clone(), gap]
        }
        IncidentKind::HookFails => [
            format!("effect {who} has failed since {since}, {tries}: {facts}; payctl fulfil list"),
            format!("effect {who} works again, it failed since {since}, {tries}"),
        ],
    }
}
