//! What goes wrong for a while, and is not told by the jobs and gateways themselves.

use serde::Serialize;

use crate::commands::incidents::sentence;
use crate::domain::{Incident, IncidentKind, IncidentPhase, Instant};
use crate::store::{Reader, StoreError};

/// One that goes on. Fields are only ever added.
#[derive(Debug, Serialize)]
pub(in crate::commands) struct IncidentStanding {
    pub(in crate::commands) kind: IncidentKind,
    /// The gateway, the job or the effect; empty where there is only one.
    pub(in crate::commands) subject: String,
    began_at: Instant,
    seen_at: Instant,
    pub(in crate::commands) text: String,
    /// What to type.
    pub(in crate::commands) next: String,
}

/// Those that are news, and that somebody has seen of late.
pub(super) fn read(reader: &Reader, now: Instant) -> Result<Vec<IncidentStanding>, StoreError> {
    let live = reader.live_incidents()?.into_iter();
    let live = live.filter(|incident| {
        incident.ended_at.is_none() && incident.is_news(now) && !incident.is_forgotten(now)
    });
    Ok(live.filter_map(standing).collect())
}

fn standing(incident: Incident) -> Option<IncidentStanding> {
    let next = match incident.kind {
        IncidentKind::KeyRefused => format!("payctl config set-key {}", incident.subject),
        IncidentKind::AddressGone | IncidentKind::AccountDoubted | IncidentKind::ClockDiffers => {
            "payctl doctor".to_owned()
        }
        IncidentKind::JobHeld => format!("payctl runs --job {}", incident.subject),
        IncidentKind::HookFails => "payctl fulfil list".to_owned(),
        // These have a line of their own, or are over.
        IncidentKind::GatewaySilent
        | IncidentKind::GatewayUnusable
        | IncidentKind::JobFailed
        | IncidentKind::NothingRan => return None,
    };
    Some(IncidentStanding {
        text: sentence(&incident, IncidentPhase::Begun),
        kind: incident.kind,
        subject: incident.subject,
        began_at: incident.began_at,
        seen_at: incident.seen_at,
        next,
    })
}
