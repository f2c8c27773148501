//! Whether somebody may use a product now: for `access check` and for viewers behind a web server.

use serde::Serialize;

use crate::commands::context::Context;
use crate::domain::access::{AccessGrant, AccessState, AccessVerdict, admit, term};
use crate::domain::instant::{Instant, Zone};
use crate::domain::names::{OrderId, Sku};
use crate::store::{Actor, Reader, StoreError, WritePermit, WriteReason};

/// What is asked.
pub(in crate::commands) struct AccessCheck<'a> {
    pub(in crate::commands) product: &'a Sku,
    pub(in crate::commands) buyer: AccessSubject,
    /// Who causes the first use, if this is it.
    pub(in crate::commands) actor: &'a str,
    pub(in crate::commands) first_use: FirstUsePolicy,
}

/// Whose access is asked about.
pub(in crate::commands) enum AccessSubject {
    Order(OrderId),
    /// All orders with an email address.
    User(String),
    Nobody,
}

/// What becomes of time that begins with the first use.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::commands) enum FirstUsePolicy {
    /// It begins.
    Begins,
    /// It is only told that it would.
    Foreseen,
}

/// Fields are only ever added.
#[derive(Serialize)]
pub(in crate::commands) struct AccessDecision {
    pub(super) product: Sku,
    pub(super) admitted: bool,
    pub(super) until: Option<Instant>,
    pub(super) remaining_seconds: u64,
    /// Its time begins with this check.
    begins: bool,
    pub(super) reason: String,
}

/// The latest decide; nobody has bought one product more often with time left.
const GRANTS_MOST: u32 = 1_000;

/// Only the first use writes; every other question leaves the file alone.
pub(in crate::commands) fn answer(
    asked: &AccessCheck<'_>,
    context: &Context<'_>,
    reader: &Reader,
) -> anyhow::Result<AccessDecision> {
    let now = context.started_at;
    let admission = admit(&bought(asked, reader)?, now);
    let AccessVerdict::Begins(grant) = &admission else {
        return Ok(AccessDecision::of(asked, &admission, context));
    };
    if asked.first_use == FirstUsePolicy::Begins {
        let permit = WritePermit::granted_by(WriteReason::NotDryRun);
        let by = Actor {
            actor: asked.actor,
            now,
        };
        let begun = context.store()?.start_access(&permit, grant, by)?;
        if begun.is_none() {
            // Somebody was faster: then it is running, or it is gone.
            let admission = admit(&bought(asked, reader)?, now);
            return Ok(AccessDecision::of(asked, &admission, context));
        }
    }
    Ok(AccessDecision::of(asked, &admission, context))
}

/// All that was bought of the product.
fn bought(asked: &AccessCheck<'_>, reader: &Reader) -> Result<Vec<AccessGrant>, StoreError> {
    match &asked.buyer {
        AccessSubject::Order(order) => {
            reader.access_of_order(*order, Some(asked.product), GRANTS_MOST)
        }
        AccessSubject::User(email) => reader.access_of_user(email, asked.product, GRANTS_MOST),
        AccessSubject::Nobody => Ok(Vec::new()),
    }
}

impl AccessDecision {
    fn of(asked: &AccessCheck<'_>, admission: &AccessVerdict, context: &Context<'_>) -> Self {
        let (now, zone) = (context.started_at, context.style().zone);
        let (until, begins, reason) = match admission {
            AccessVerdict::Until(end) => (Some(*end), false, "it was bought".to_owned()),
            AccessVerdict::Begins(grant) => {
                let (_, end) = term(grant.span, now, None);
                let begins = match asked.first_use {
                    FirstUsePolicy::Begins => "its time begins now",
                    FirstUsePolicy::Foreseen => "its time would begin now",
                };
                (Some(end), true, begins.to_owned())
            }
            AccessVerdict::No(nearest) => {
                let end = nearest.as_ref().and_then(|grant| grant.ends_at);
                (end, false, refused(nearest.as_deref(), now, zone))
            }
        };
        let admitted = !matches!(admission, AccessVerdict::No(_));
        let left = until.filter(|_| admitted).map(|end| end.since(now));
        Self {
            product: asked.product.clone(),
            admitted,
            until,
            remaining_seconds: left.map_or(0, |left| left.as_secs()),
            begins,
            reason,
        }
    }
}

fn refused(nearest: Option<&AccessGrant>, now: Instant, zone: Zone) -> String {
    let Some(grant) = nearest else {
        return "nothing of it was bought".to_owned();
    };
    let order = &grant.order_number;
    let at = |at: Option<Instant>| at.map(|at| at.in_zone(zone)).unwrap_or_default();
    match grant.state(now) {
        AccessState::Suspended => {
            let since = at(grant.suspended_at);
            format!("suspended since {since}: the money of {order} is away")
        }
        AccessState::Revoked => {
            format!("what {order} gave was revoked at {}", at(grant.revoked_at))
        }
        AccessState::Ended | AccessState::Running | AccessState::Unused => {
            format!("what {order} gave ended at {}", at(grant.ends_at))
        }
    }
}
