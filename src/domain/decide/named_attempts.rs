//! Attempts that notifications name by the gateway's own id and that belong to no known payment.
//!
//! Each is queried until the gateway answers about it. No signature covers the id, so an answer counts only if it names our
//! reference, or if a signed success ties the two together.

use std::time::Duration;

use crate::domain::notification::named_try::MAX_UNKNOWN_TRIES;
use crate::domain::{
    CaseKind, CaseSubject, Change, Dossier, Instant, Observation, Payment, PlanBuilder, Quote,
    Reason, ReportedName, Rule, TransactionId,
};

/// A person must look at an attempt that has no answer this long after it was named.
const MAX_SILENCE: Duration = Duration::from_secs(24 * 60 * 60);

/// P24: why an answer about a named attempt is not booked; `None` if it can be.
pub(in crate::domain) fn reject_reason(
    dossier: &Dossier,
    asked: &Payment,
    observed: &Observation,
) -> Option<Reason> {
    let id = observed.transaction_id.as_ref()?;
    match &observed.called {
        ReportedName::Ours => return None,
        ReportedName::Another(other) => {
            let reference = other.to_string();
            return Some(Reason::TryBelongsTo { reference });
        }
        ReportedName::ById => {}
    }
    let mut known = dossier.payments.iter();
    if known.any(|one| one.gateway == asked.gateway && one.transaction_id.as_ref() == Some(id)) {
        return None;
    }
    let named = dossier
        .named
        .iter()
        .find(|named| named.payment == asked.id && named.transaction_id == *id);
    let Some(tie) = named.and_then(|named| named.tie.as_ref()) else {
        let reference = asked.reference.clone();
        return Some(Reason::TryNotTied { reference });
    };
    let is_early = observed
        .begun_at
        .is_none_or(|begun| begun < whole_second(dossier.order.created_at));
    if named.is_some_and(|named| named.is_elsewhere) {
        Some(Reason::TryIsElsewhere)
    } else if is_early {
        Some(Reason::TryTooEarly)
    } else if observed.method.as_ref() != Some(&tie.method) {
        Some(Reason::TryOtherMethod)
    } else if observed.gross != Some(tie.amount) {
        Some(Reason::TryOtherAmount)
    } else {
        None
    }
}

/// Gateways report whole seconds.
fn whole_second(at: Instant) -> Instant {
    let millis = at.as_millis();
    Instant::from_millis(millis - millis.rem_euclid(1000))
}

/// The facts of the case about such an answer.
pub(in crate::domain) fn facts(asked: &Payment, observed: &Observation, why: Reason) -> Reason {
    let id = observed
        .transaction_id
        .as_ref()
        .map_or("a try", TransactionId::as_str);
    let word = observed.raw_status.as_deref().unwrap_or("nothing");
    Reason::TryNotBooked {
        gateway: asked.gateway.clone(),
        word: Quote(word.to_owned()),
        transaction: id.to_owned(),
        reference: asked.reference.clone(),
        reason: Box::new(why),
    }
}

/// P23: the facts about an attempt without an answer for a day.
pub(in crate::domain) fn long_silence(
    dossier: &Dossier,
    asked: &Payment,
    observed: &Observation,
) -> Option<Reason> {
    let id = observed
        .answers_for
        .as_ref()
        .filter(|_| !observed.is_answer())?;
    let named = dossier
        .named
        .iter()
        .find(|named| named.payment == asked.id && named.transaction_id == *id)?;
    let is_long = observed.asked_at > named.named_at.saturating_add(MAX_SILENCE);
    is_long.then(|| Reason::TrySilent {
        gateway: asked.gateway.clone(),
        transaction: id.clone(),
        reference: asked.reference.clone(),
    })
}

/// P23: notifications named more unknown attempts than payctl queries.
#[must_use]
pub fn too_many(dossier: Dossier, payment: &Payment) -> Vec<Change> {
    let mut draft = PlanBuilder::of(dossier);
    let facts = Reason::TriesTooMany {
        most: MAX_UNKNOWN_TRIES.into(),
        reference: payment.reference.clone(),
        gateway: payment.gateway.clone(),
    };
    draft.open_case(CaseKind::UnknownTry, CaseSubject::Order, Rule::P23, facts);
    draft.changes
}

#[cfg(test)]
mod tests;
