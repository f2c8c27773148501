//! Incidents, and who was told of them.

use std::time::Duration;

use crate::domain::read::incident::{RHYTHM_RUNS, is_gap};
use crate::domain::{HookName, Incident, IncidentChange, IncidentKind, Instant};
use crate::store::engine::{Reader, StoredRow, Tx, first, from_row, sql};
use crate::store::error::StoreError;

/// Over incidents are kept so long.
const KEPT_FOR: Duration = Duration::from_secs(400 * 24 * 60 * 60);

impl Reader {
    /// Incidents that go on, and those whose end nobody was told of; at most 1,000.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn live_incidents(&self) -> Result<Vec<Incident>, StoreError> {
        self.all(sql!("incidents_live"), &[], read)
    }

    /// The incident of a kind that goes on.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn open_incident(
        &self,
        kind: IncidentKind,
        subject: &str,
    ) -> Result<Option<Incident>, StoreError> {
        self.one(sql!("incident_open"), &[&kind, &subject], read)
    }

    /// What one of the shop's alerts may have to tell: each incident, with when that alert last told of it and how often
    /// it did. What was over before the last hour is old, unless it has told that it was there.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn open_alerts(
        &self,
        hook: &HookName,
        kind: IncidentKind,
        now: Instant,
    ) -> Result<Vec<(Incident, u32)>, StoreError> {
        let [hour, day] = [1, 24].map(|hours| now.saturating_sub(HOUR.saturating_mul(hours)));
        self.all(sql!("alerts_open"), &[hook, &kind, &hour, &day], |row| {
            Ok((read(row)?, row.get("times")?))
        })
    }
}

const HOUR: Duration = Duration::from_secs(60 * 60);

fn read(row: &StoredRow<'_>) -> Result<Incident, StoreError> {
    Ok(from_row!(row => Incident {
        id, kind, subject, began_at, seen_at, ended_at, facts,
        affected = row.count("affected")?,
        told_at,
    }))
}

/// Whether a change would write anything.
pub(in crate::store) fn is_change(live: &[Incident], change: &IncidentChange) -> bool {
    match change {
        IncidentChange::Seen { .. } => true,
        IncidentChange::Over { kind, subject } => live.iter().any(|incident| {
            incident.kind == *kind && incident.subject == *subject && incident.ended_at.is_none()
        }),
    }
}

/// Records what a run has seen.
pub(in crate::store) fn record(
    tx: &Tx<'_>,
    change: &IncidentChange,
    now: Instant,
) -> Result<(), StoreError> {
    match change {
        IncidentChange::Seen {
            kind,
            subject,
            since,
            facts,
            affected,
        } => {
            let open = tx.open_incident(*kind, subject)?;
            if let Some(known) = open.as_ref().filter(|open| !open.is_forgotten(now)) {
                let affected = known.affected.max(*affected);
                return see(tx, known.id, facts, affected, now);
            }
            if let Some(forgotten) = open {
                // Nobody knows when it ended, so nobody is told that it did.
                tx.exec(
                    sql!("end_incident"),
                    &[&forgotten.seen_at, &now, &forgotten.id],
                )?;
            }
            let since = (*since).min(now);
            add(tx, *kind, subject, (since, None), (facts, *affected), now)
        }
        IncidentChange::Over { kind, subject } => match tx.open_incident(*kind, subject)? {
            Some(open) => end(tx, &open, now),
            None => Ok(()),
        },
    }
}

fn see(tx: &Tx<'_>, id: i64, facts: &str, affected: u64, now: Instant) -> Result<(), StoreError> {
    let affected = i64::try_from(affected).unwrap_or(i64::MAX);
    tx.exec(sql!("see_incident"), &[&now, &facts, &affected, &id])?;
    Ok(())
}

fn end(tx: &Tx<'_>, open: &Incident, now: Instant) -> Result<(), StoreError> {
    if open.is_news(now) {
        let told: Option<Instant> = None;
        tx.exec(sql!("end_incident"), &[&now, &told, &open.id])?;
    } else {
        tx.exec(sql!("drop_incident"), &[&open.id])?;
    }
    Ok(())
}

fn add(
    tx: &Tx<'_>,
    kind: IncidentKind,
    subject: &str,
    (began_at, ended_at): (Instant, Option<Instant>),
    (facts, affected): (&str, u64),
    now: Instant,
) -> Result<(), StoreError> {
    let affected = i64::try_from(affected).unwrap_or(i64::MAX);
    tx.exec(sql!("drop_old_incidents"), &[&now.saturating_sub(KEPT_FOR)])?;
    tx.exec(
        sql!("add_incident"),
        &[
            &kind, &subject, &began_at, &now, &ended_at, &facts, &affected,
        ],
    )?;
    Ok(())
}

/// A try of an effect: one more failure in a row, or the end of them.
pub(in crate::store) fn count_failure(
    tx: &Tx<'_>,
    hook: &str,
    facts: &str,
    now: Instant,
) -> Result<(), StoreError> {
    let open = tx.open_incident(IncidentKind::HookFails, hook)?;
    let before = open.filter(|open| !open.is_forgotten(now));
    let seen = IncidentChange::Seen {
        kind: IncidentKind::HookFails,
        subject: hook.to_owned(),
        since: now,
        facts: facts.to_owned(),
        affected: before.map_or(0, |open| open.affected).saturating_add(1),
    };
    record(tx, &seen, now)
}

/// A person was told that it is there, or that it is over.
pub(in crate::store) fn record_told(
    tx: &Tx<'_>,
    incident: &Incident,
    now: Instant,
) -> Result<(), StoreError> {
    let tell = match incident.ended_at {
        Some(_) => sql!("tell_incident_over"),
        None => sql!("tell_incident"),
    };
    tx.exec(tell, &[&now, &incident.id])?;
    Ok(())
}

/// An alert has told of it.
pub(in crate::store) fn record_alert(
    tx: &Tx<'_>,
    incident: &Incident,
    (hook, times): (&HookName, u32),
    now: Instant,
) -> Result<(), StoreError> {
    let over = incident.ended_at.map(|_| now);
    tx.exec(
        sql!("record_alert"),
        &[&incident.id, hook, &times, &now, &over],
    )?;
    Ok(())
}

/// The jobs that show whether anything runs.
const RHYTHMIC: [&str; 3] = ["check-all", "expire", "fulfil"];

/// Records that nothing has run for a while, if a run that begins now shows that.
pub(in crate::store) fn record_gap(tx: &Tx<'_>, now: Instant) -> Result<(), StoreError> {
    let last: Option<Instant> = tx.one(sql!("last_activity"), &[], first)?;
    let Some(quiet_since) = last else {
        return Ok(());
    };
    let count = i64::try_from(RHYTHM_RUNS).unwrap_or(i64::MAX);
    for job in RHYTHMIC {
        let starts: Vec<Instant> = tx.all(sql!("recent_starts"), &[&job, &count], first)?;
        if is_gap(&starts, quiet_since, now) {
            let ended_at = Some(now);
            let kind = IncidentKind::NothingRan;
            return add(tx, kind, "", (quiet_since, ended_at), ("", 0), now);
        }
    }
    Ok(())
}
