//! Access: the right to use a product until an instant.

mod periods;

use std::time::Duration;

pub use self::periods::{AccessPeriod, REACH, schedule, term};

use crate::domain::{
    Customer, GrantId, Instant, OrderId, OrderLineId, OrderNumber, Rupiah, Sku, string_enum,
};

/// What one line of an order lets its buyer use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessGrant {
    pub id: GrantId,
    pub order: OrderId,
    pub order_number: OrderNumber,
    pub sku: Sku,
    pub customer: Customer,
    pub span: Duration,
    pub issued_at: Instant,
    /// None: its time begins with its first use.
    pub starts_at: Option<Instant>,
    pub ends_at: Option<Instant>,
    pub suspended_at: Option<Instant>,
    pub revoked_at: Option<Instant>,
    /// The price of its line.
    pub amount: Rupiah,
}

/// What a line of an order will let its buyer use once it is paid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingAccess {
    pub line: OrderLineId,
    pub order_number: OrderNumber,
    pub sku: Sku,
    pub customer: Customer,
    pub span: Duration,
    /// The price of the line.
    pub amount: Rupiah,
    pub ordered_at: Instant,
}

string_enum! {
    /// What access is worth at an instant.
    pub enum AccessState {
        /// Its time begins with its first use.
        Unused = "unused",
        /// It lets its buyer in.
        Running = "running",
        Ended = "ended",
        /// The money for it is away.
        Suspended = "suspended",
        /// Its order was cancelled or refunded, or a person has revoked it.
        Revoked = "revoked",
        /// Its order waits for money, and nothing is granted yet.
        Pending = "pending",
    }
}

impl AccessGrant {
    /// A renewal whose own time is still to come runs, too: it has been paid for, and its buyer is never locked
    /// out because the access before it was revoked.
    #[must_use]
    pub fn state(&self, now: Instant) -> AccessState {
        if self.revoked_at.is_some() {
            return AccessState::Revoked;
        }
        if self.suspended_at.is_some() {
            return AccessState::Suspended;
        }
        match self.ends_at {
            None => AccessState::Unused,
            Some(end) if end > now => AccessState::Running,
            Some(_) => AccessState::Ended,
        }
    }

    /// What is left of its time: all of it as long as it has not begun, nothing where it lets nobody in.
    #[must_use]
    pub fn remaining(&self, now: Instant) -> Duration {
        match self.state(now) {
            AccessState::Unused => self.span,
            AccessState::Running => {
                let from = self.starts_at.map_or(now, |starts| starts.max(now));
                self.ends_at.map_or(Duration::ZERO, |ends| ends.since(from))
            }
            AccessState::Ended
            | AccessState::Suspended
            | AccessState::Revoked
            | AccessState::Pending => Duration::ZERO,
        }
    }
}

/// Whether somebody may use a product now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AccessVerdict {
    Until(Instant),
    /// Yes, and with it the time of this grant begins.
    Begins(Box<AccessGrant>),
    /// No: the grant that comes nearest, if there is any.
    No(Option<Box<AccessGrant>>),
}

/// Decides from all that somebody has bought of a product.
#[must_use]
pub fn admit(grants: &[AccessGrant], now: Instant) -> AccessVerdict {
    let of = |state: AccessState| grants.iter().filter(move |grant| grant.state(now) == state);
    if let Some(end) = of(AccessState::Running)
        .filter_map(|grant| grant.ends_at)
        .max()
    {
        return AccessVerdict::Until(end);
    }
    if let Some(grant) = of(AccessState::Unused).min_by_key(|grant| grant.id) {
        return AccessVerdict::Begins(Box::new(grant.clone()));
    }
    let nearest = of(AccessState::Suspended)
        .max_by_key(|grant| grant.id)
        .or_else(|| of(AccessState::Ended).max_by_key(|grant| grant.ends_at))
        .or_else(|| of(AccessState::Revoked).max_by_key(|grant| grant.id));
    AccessVerdict::No(nearest.cloned().map(Box::new))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::samples::minute;

    fn grant(id: i64, from_to: Option<(u64, u64)>) -> AccessGrant {
        AccessGrant {
            id: GrantId(id),
            order: OrderId(id),
            order_number: "INV-1".parse().unwrap(),
            sku: "stream".parse().unwrap(),
            customer: Customer::default(),
            span: Duration::from_secs(600),
            issued_at: minute(0),
            starts_at: from_to.map(|(from, _)| minute(from)),
            ends_at: from_to.map(|(_, to)| minute(to)),
            suspended_at: None,
            revoked_at: None,
            amount: Rupiah::ZERO,
        }
    }

    #[test]
    fn what_is_left_is_what_may_be_used() {
        let left = |grant: AccessGrant, now| grant.remaining(minute(now)).as_secs() / 60;
        assert_eq!(left(grant(1, None), 99), 10);
        let running = grant(1, Some((20, 30)));
        for (now, minutes) in [(0, 10), (20, 10), (24, 6), (30, 0), (31, 0)] {
            assert_eq!(left(running.clone(), now), minutes, "{now}");
        }
        assert_eq!(left(revoked(grant(1, None)), 0), 0);
        assert_eq!(left(suspended(running), 24), 0);
    }

    fn revoked(grant: AccessGrant) -> AccessGrant {
        AccessGrant {
            revoked_at: Some(minute(1)),
            ..grant
        }
    }

    fn suspended(grant: AccessGrant) -> AccessGrant {
        AccessGrant {
            suspended_at: Some(minute(1)),
            ..grant
        }
    }

    fn nearest(id: i64) -> impl Fn(AccessVerdict) -> bool {
        move |admission| matches!(admission, AccessVerdict::No(Some(grant)) if grant.id == GrantId(id))
    }

    #[test]
    fn access_ends_with_the_last_running_grant() {
        let both = [grant(1, Some((0, 10))), grant(2, Some((10, 20)))];
        assert_eq!(admit(&both, minute(5)), AccessVerdict::Until(minute(20)));
        assert_eq!(admit(&both, minute(19)), AccessVerdict::Until(minute(20)));
        assert!(nearest(2)(admit(&both, minute(20))));
    }

    #[test]
    fn a_renewal_outlives_the_revoked_grant_it_renews() {
        let both = [revoked(grant(1, Some((0, 10)))), grant(2, Some((10, 20)))];
        assert_eq!(admit(&both, minute(5)), AccessVerdict::Until(minute(20)));
    }

    #[test]
    fn nothing_begins_while_a_grant_runs() {
        let both = [grant(1, None), grant(2, Some((0, 10)))];
        assert_eq!(admit(&both, minute(5)), AccessVerdict::Until(minute(10)));
        let begins = AccessVerdict::Begins(Box::new(grant(1, None)));
        assert_eq!(admit(&both, minute(10)), begins);
    }

    #[test]
    fn suspended_revoked_and_ended_grants_admit_nobody() {
        assert_eq!(admit(&[], minute(5)), AccessVerdict::No(None));
        assert!(nearest(1)(admit(&[revoked(grant(1, None))], minute(5))));
        let all = [
            grant(1, Some((0, 3))),
            suspended(grant(2, Some((0, 10)))),
            revoked(grant(3, Some((0, 10)))),
        ];
        assert!(nearest(2)(admit(&all, minute(5))));
    }
}
