//! Whether somebody may use a product now: for `access check` and for pages behind a web server.

use serde::Serialize;

use crate::commands::Context;
use crate::domain::entitlement::access::{admit, term};
use crate::domain::{AccessGrant, AccessState, AccessVerdict, Instant, OrderId, Sku, Zone};
use crate::output::Cell as _;
use crate::store::{Actor, Reader, StoreError, WritePermit, WriteReason};

/// The question.
pub(in crate::commands) struct AccessCheck<'a> {
    pub(in crate::commands) product: &'a Sku,
    pub(in crate::commands) buyer: AccessSubject,
    /// The actor recorded if this is the first use.
    pub(in crate::commands) actor: &'a str,
    pub(in crate::commands) first_use: FirstUsePolicy,
}

/// Whose access is checked.
pub(in crate::commands) enum AccessSubject {
    Order(OrderId),
    /// The customer with this email address, over all orders.
    User(String),
    Nobody,
}

/// What happens to an access period that starts with the first use.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::commands) enum FirstUsePolicy {
    /// It starts.
    Begins,
    /// It is only previewed.
    Foreseen,
}

/// Fields are only ever added.
#[derive(Serialize)]
pub(in crate::commands) struct AccessDecision {
    pub(super) product: Sku,
    pub(super) admitted: bool,
    pub(super) until: Option<Instant>,
    pub(super) remaining_seconds: u64,
    /// The access period starts with this check.
    begins: bool,
    pub(super) reason: String,
}

/// Only the latest grants are read; nobody has more of one product with time left.
const MAX_GRANTS: u32 = 1_000;

/// Writes only on first use; any other check only reads.
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
            // Another process was faster: the period has started by now, or the access is gone.
            let admission = admit(&bought(asked, reader)?, now);
            return Ok(AccessDecision::of(asked, &admission, context));
        }
    }
    Ok(AccessDecision::of(asked, &admission, context))
}

/// Reads all grants of the product.
fn bought(asked: &AccessCheck<'_>, reader: &Reader) -> Result<Vec<AccessGrant>, StoreError> {
    match &asked.buyer {
        AccessSubject::Order(order) => {
            reader.access_of_order(*order, Some(asked.product), MAX_GRANTS)
        }
        AccessSubject::User(email) => reader.access_of_user(email, asked.product, MAX_GRANTS),
        AccessSubject::Nobody => Ok(Vec::new()),
    }
}

impl AccessDecision {
    fn of(asked: &AccessCheck<'_>, admission: &AccessVerdict, context: &Context<'_>) -> Self {
        let (now, zone) = (context.started_at, context.style().zone);
        let (until, begins, reason) = match admission {
            AccessVerdict::Until(end) => (Some(*end), false, "bought".to_owned()),
            AccessVerdict::Begins(grant) => {
                let (_, end) = term(grant.span, now, None);
                let begins = match asked.first_use {
                    FirstUsePolicy::Begins => "access starts now",
                    FirstUsePolicy::Foreseen => "access would start now",
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
        return "not bought".to_owned();
    };
    let order = &grant.order_number;
    let at = |at: Option<Instant>| at.cell(zone);
    match grant.state(now) {
        AccessState::Suspended => {
            let since = at(grant.suspended_at);
            format!("suspended since {since}: {order} is no longer fully paid")
        }
        AccessState::Revoked => {
            format!(
                "access from {order} was revoked at {}",
                at(grant.revoked_at)
            )
        }
        AccessState::Ended | AccessState::Running | AccessState::Unused | AccessState::Pending => {
            format!("access from {order} ended at {}", at(grant.ends_at))
        }
    }
}
