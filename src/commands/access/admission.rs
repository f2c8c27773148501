//! Whether somebody may use a product now: for `access check` and for viewers behind a web server.

use serde::Serialize;

use crate::commands::context::Context;
use crate::domain::access::{AccessGrant, AccessState, Admission, admit, term};
use crate::domain::instant::{Instant, Zone};
use crate::domain::names::{OrderId, Sku};
use crate::store::{Grant, Hand, Reader, StoreError, WritePermit};

/// What is asked.
pub(in crate::commands) struct Question<'a> {
    pub(in crate::commands) product: &'a Sku,
    pub(in crate::commands) buyer: Buyer,
    /// Who causes the first use, if this is it.
    pub(in crate::commands) actor: &'a str,
    pub(in crate::commands) first_use: FirstUse,
}

/// Whose access is asked about.
pub(in crate::commands) enum Buyer {
    Order(OrderId),
    /// All orders with an email address.
    User(String),
    Nobody,
}

/// What becomes of time that begins with the first use.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::commands) enum FirstUse {
    /// It begins.
    Begins,
    /// It is only told that it would.
    Foreseen,
}

/// Fields are only ever added.
#[derive(Serialize)]
pub(in crate::commands) struct Answer {
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
    asked: &Question<'_>,
    context: &Context<'_>,
    reader: &Reader,
) -> anyhow::Result<Answer> {
    let now = context.started_at;
    let admission = admit(&bought(asked, reader)?, now);
    let Admission::Begins(grant) = &admission else {
        return Ok(Answer::of(asked, &admission, context));
    };
    if asked.first_use == FirstUse::Begins {
        let permit = WritePermit::granted_by(Grant::NotDryRun);
        let hand = Hand {
            actor: asked.actor,
            now,
        };
        let begun = context.store()?.start_access(&permit, grant, hand)?;
        if begun.is_none() {
            // Somebody was faster: then it is running, or it is gone.
            let admission = admit(&bought(asked, reader)?, now);
            return Ok(Answer::of(asked, &admission, context));
        }
    }
    Ok(Answer::of(asked, &admission, context))
}

/// All that was bought of the product.
fn bought(asked: &Question<'_>, reader: &Reader) -> Result<Vec<AccessGrant>, StoreError> {
    match &asked.buyer {
        Buyer::Order(order) => reader.access_of_order(*order, Some(asked.product), GRANTS_MOST),
        Buyer::User(email) => reader.access_of_user(email, asked.product, GRANTS_MOST),
        Buyer::Nobody => Ok(Vec::new()),
    }
}

impl Answer {
    fn of(asked: &Question<'_>, admission: &Admission, context: &Context<'_>) -> Self {
        let (now, zone) = (context.started_at, context.face().zone);
        let (until, begins, reason) = match admission {
            Admission::Until(end) => (Some(*end), false, "it was bought".to_owned()),
            Admission::Begins(grant) => {
                let (_, end) = term(grant.span, now, None);
                let begins = match asked.first_use {
                    FirstUse::Begins => "its time begins now",
                    FirstUse::Foreseen => "its time would begin now",
                };
                (Some(end), true, begins.to_owned())
            }
            Admission::No(nearest) => {
                let end = nearest.as_ref().and_then(|grant| grant.ends_at);
                (end, false, refused(nearest.as_deref(), now, zone))
            }
        };
        let admitted = !matches!(admission, Admission::No(_));
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
