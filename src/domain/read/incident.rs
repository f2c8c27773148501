//! Incidents: what goes wrong for a while and then ends. A person is told when one begins, then hourly, then when it is
//! over.

use std::time::Duration;

use crate::domain::{Instant, string_enum};

string_enum! {
    /// What goes wrong.
    pub enum IncidentKind {
        /// A gateway does not answer.
        GatewaySilent = "gateway_silent",
        /// A gateway refuses the key or the account.
        KeyRefused = "key_refused",
        /// The API of a gateway is not at its address.
        AddressGone = "address_gone",
        /// A gateway does not know the payments that it once knew.
        AccountDoubted = "account_doubted",
        /// A gateway cannot be queried, because the configuration does not say how.
        GatewayUnusable = "gateway_unusable",
        /// The clocks of this machine and of a gateway differ.
        ClockDiffers = "clock_differs",
        /// A run holds the lock of its job.
        JobHeld = "job_held",
        /// The runs of a job fail.
        JobFailed = "job_failed",
        /// No job ran.
        NothingRan = "nothing_ran",
        /// An effect fails in every try.
        HookFails = "hook_fails",
    }
}

string_enum! {
    /// What is told of an incident.
    pub enum IncidentPhase {
        Begun = "begun",
        GoesOn = "goes_on",
        Over = "over",
    }
}

/// While an incident goes on, it is told again after this.
const TOLD_AGAIN_AFTER: Duration = Duration::from_secs(60 * 60);

/// What was not seen for so long is told again only once it is seen again.
const STALE_AFTER: Duration = Duration::from_secs(2 * 60 * 60);

/// So many tries of an effect fail in a row before that is news.
const FAILURES_ARE_NEWS: u64 = 3;

impl IncidentKind {
    /// An incident that ends sooner is not told: a gateway may hang, and a run may take long.
    #[must_use]
    pub const fn news_after(self) -> Duration {
        match self {
            Self::GatewaySilent | Self::HookFails => Duration::from_secs(30 * 60),
            Self::JobHeld => Duration::from_secs(10 * 60),
            Self::KeyRefused
            | Self::AddressGone
            | Self::AccountDoubted
            | Self::GatewayUnusable
            | Self::ClockDiffers
            | Self::JobFailed
            | Self::NothingRan => Duration::ZERO,
        }
    }
}

/// One incident, as recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incident {
    pub id: i64,
    pub kind: IncidentKind,
    /// The gateway, the job or the effect; empty where there is only one.
    pub subject: String,
    pub began_at: Instant,
    /// When it was last seen.
    pub seen_at: Instant,
    /// None while it goes on.
    pub ended_at: Option<Instant>,
    /// What was seen, in words.
    pub facts: String,
    /// How many payments wait, or how many tries failed.
    pub affected: u64,
    /// When a person was last told that it is there.
    pub told_at: Option<Instant>,
}

impl Incident {
    /// What a person is to be told of it now.
    #[must_use]
    pub fn phase(&self, now: Instant) -> Option<IncidentPhase> {
        if self.ended_at.is_some() {
            return Some(IncidentPhase::Over);
        }
        let Some(told_at) = self.told_at else {
            return self.is_news(now).then_some(IncidentPhase::Begun);
        };
        // An instant that is still to come was written by a wrong clock, and counts for nothing.
        let is_due = told_at > now || now.since(told_at) >= TOLD_AGAIN_AFTER;
        let is_fresh = self.seen_at > now || now.since(self.seen_at) < STALE_AFTER;
        (is_due && is_fresh).then_some(IncidentPhase::GoesOn)
    }

    /// Whether it is worth telling: it was there for long enough, or was told already.
    #[must_use]
    pub fn is_news(&self, now: Instant) -> bool {
        let is_long = now.since(self.began_at) >= self.kind.news_after();
        let is_often = self.kind != IncidentKind::HookFails || self.affected >= FAILURES_ARE_NEWS;
        self.told_at.is_some() || (is_long && is_often)
    }

    /// Whether nobody has seen it for so long that it counts as another one when it is seen again.
    #[must_use]
    pub fn is_forgotten(&self, now: Instant) -> bool {
        now.since(self.seen_at) >= Duration::from_secs(24 * 60 * 60)
    }
}

/// What a run has seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IncidentChange {
    /// It is there, since then at the latest.
    Seen {
        kind: IncidentKind,
        subject: String,
        since: Instant,
        facts: String,
        affected: u64,
    },
    /// It is not there, or not any more.
    Over { kind: IncidentKind, subject: String },
}

/// So long nothing may run before that is a gap.
const GAP_FROM: Duration = Duration::from_secs(10 * 60);

/// So many runs in a row show a rhythm.
pub const RHYTHM_RUNS: usize = 10;

/// The longest rhythm whose gaps are told.
const RHYTHM_MAX: Duration = Duration::from_secs(10 * 60);

/// Whether it is a gap that nothing has run since `quiet_since`: a job whose last runs began at `starts`, the last
/// first, should have run in between.
#[must_use]
pub fn is_gap(starts: &[Instant], quiet_since: Instant, now: Instant) -> bool {
    let (Some(last), Some(first)) = (starts.first(), starts.last()) else {
        return false;
    };
    let count = u32::try_from(RHYTHM_RUNS).unwrap_or(u32::MAX);
    if starts.len() < RHYTHM_RUNS || quiet_since > now || last > &quiet_since {
        return false;
    }
    let rhythm = last.since(*first) / count.saturating_sub(1).max(1);
    let gap = now.since(quiet_since);
    let is_its_rhythm = quiet_since.since(*last) <= RHYTHM_MAX;
    rhythm <= RHYTHM_MAX && is_its_rhythm && gap > GAP_FROM && gap > rhythm.saturating_mul(5)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minutes: i64) -> Instant {
        Instant::from_millis(minutes * 60_000)
    }

    fn incident(kind: IncidentKind) -> Incident {
        Incident {
            id: 1,
            kind,
            subject: "midtrans".to_owned(),
            began_at: at(1_000),
            seen_at: at(1_000),
            ended_at: None,
            facts: String::new(),
            affected: 3,
            told_at: None,
        }
    }

    #[test]
    fn an_incident_is_told_hourly_while_seen() {
        use IncidentKind::{GatewaySilent, HookFails, JobHeld, KeyRefused};
        use IncidentPhase::{Begun, GoesOn};

        for (kind, told_at, seen_at, now, told) in [
            (KeyRefused, None, 1_000, 1_000, Some(Begun)),
            (GatewaySilent, None, 1_029, 1_029, None),
            (GatewaySilent, None, 1_030, 1_030, Some(Begun)),
            (JobHeld, None, 1_009, 1_009, None),
            (JobHeld, None, 1_010, 1_010, Some(Begun)),
            (HookFails, None, 1_030, 1_030, Some(Begun)),
            (KeyRefused, Some(1_000), 1_059, 1_059, None),
            (KeyRefused, Some(1_000), 1_060, 1_060, Some(GoesOn)),
            // Nobody has looked since.
            (KeyRefused, Some(1_000), 1_000, 1_120, None),
            // A clock was ahead.
            (KeyRefused, Some(9_000), 1_001, 1_001, Some(GoesOn)),
        ] {
            let incident = Incident {
                told_at: told_at.map(at),
                seen_at: at(seen_at),
                ..incident(kind)
            };
            assert_eq!(incident.phase(at(now)), told, "{kind} {told_at:?} {now}");
        }
    }

    #[test]
    fn two_failures_are_no_news() {
        let twice = Incident {
            affected: 2,
            ..incident(IncidentKind::HookFails)
        };
        assert_eq!(twice.phase(at(2_000)), None);
    }

    #[test]
    fn a_gap_breaks_a_rhythm() {
        let minutes = |rhythm: i64, runs: i64| -> Vec<Instant> {
            (0..runs).map(|run| at(1_000 - run * rhythm)).collect()
        };
        for (starts, quiet_since, now, is_it) in [
            (minutes(1, 10), 1_000, 1_010, false),
            (minutes(1, 10), 1_000, 1_011, true),
            (minutes(1, 9), 1_000, 1_300, false),
            // Every five minutes, and ten were missed.
            (minutes(5, 10), 1_000, 1_025, false),
            (minutes(5, 10), 1_000, 1_050, true),
            // By hand, now and then.
            (minutes(30, 10), 1_000, 1_300, false),
            // The job was given up before; others ran.
            (minutes(1, 10), 1_200, 1_300, false),
            // The clock was ahead.
            (minutes(1, 10), 1_000, 900, false),
        ] {
            let gap = is_gap(&starts, at(quiet_since), at(now));
            assert_eq!(gap, is_it, "{starts:?} {now}");
        }
    }
}
