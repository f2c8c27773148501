//! What the output shows of an outcome, given the order as it is in the end.

use super::manual;
use super::outcome::{PayAction, PayOutcome};
use super::row::PaymentView;
use super::session::PaymentSession;
use crate::domain::{Dossier, Payment, PaymentId, PaymentStatus};
use crate::store::StoredInstructions;

pub(super) fn shown(
    session: &PaymentSession<'_>,
    dossier: &Dossier,
    outcome: &PayOutcome,
) -> anyhow::Result<PaymentView> {
    if let (Some(payable), Some(manual)) = (outcome.by_hand, &session.manual) {
        return Ok(manual::shown(dossier, manual, (outcome.action, payable)));
    }
    let payment = outcome.payment.and_then(|id| dossier.payment(id));
    let given = match outcome.payment {
        Some(id) if !is_over(session, outcome, payment) => given(session, dossier, id)?,
        Some(_) | None => StoredInstructions::default(),
    };
    let (action, reason) = told(session, dossier, outcome, payment, &given);
    // Nobody must pay what is already paid or waits for a decision.
    let given = if matches!(action, PayAction::Paid | PayAction::Undecided) {
        StoredInstructions::default()
    } else {
        given
    };
    Ok(PaymentView::of(dossier, payment, given, (action, reason)))
}

/// Its deadline has passed, but its gateway has not closed it.
fn is_over(session: &PaymentSession<'_>, outcome: &PayOutcome, payment: Option<&Payment>) -> bool {
    let now = session.setting.clock.now();
    outcome.action == PayAction::Unsettled && payment.is_some_and(|payment| payment.deadline <= now)
}

/// The action and its reason. An open payment may be paid by now; without instructions it cannot be shown.
fn told(
    session: &PaymentSession<'_>,
    dossier: &Dossier,
    outcome: &PayOutcome,
    payment: Option<&Payment>,
    given: &StoredInstructions,
) -> (PayAction, String) {
    let is_new = outcome.action == PayAction::Opened;
    let reason = if (is_new || outcome.action == PayAction::Alive) && outcome.why.is_empty() {
        about_cases(session, dossier)
    } else {
        outcome.why.clone()
    };
    let Some(payment) = payment else {
        return (outcome.action, reason);
    };
    if outcome.action != PayAction::Alive && !(is_new && payment.status.has_money()) {
        return (outcome.action, reason);
    }
    let (action, why) = match payment.status {
        PaymentStatus::Paid => (PayAction::Paid, "the payment is paid"),
        PaymentStatus::Mismatch => (
            PayAction::Undecided,
            "a different amount was received; see: payctl case list",
        ),
        PaymentStatus::Challenged => (
            PayAction::Undecided,
            "the gateway's fraud check holds it; see: payctl case list",
        ),
        _ if given.offer.is_empty() => (
            PayAction::Unknown,
            "it can be paid, but its payment instructions are not known here; close it and open another with --new",
        ),
        PaymentStatus::Created
        | PaymentStatus::Pending
        | PaymentStatus::Failed
        | PaymentStatus::Cancelled
        | PaymentStatus::Expired
        | PaymentStatus::Reversed => return (PayAction::Alive, reason),
    };
    (action, why.to_owned())
}

fn about_cases(session: &PaymentSession<'_>, now: &Dossier) -> String {
    match session.foreign.first() {
        Some(first) => format!(
            "the gateway had a payment {first} that does not belong to this order; see: payctl case list"
        ),
        None if session.has_new_case(now) => "a case was opened; see: payctl case list".to_owned(),
        None => String::new(),
    }
}

/// The payment instructions; a further payment on a page needs those of the first.
fn given(
    session: &PaymentSession<'_>,
    dossier: &Dossier,
    id: PaymentId,
) -> anyhow::Result<StoredInstructions> {
    let reader = session.ledger.read();
    let own = reader.given(id)?;
    let Some(payment) = dossier.payment(id).filter(|payment| payment.on_page) else {
        return Ok(own);
    };
    if !own.offer.is_empty() {
        return Ok(own);
    }
    let is_of_the_page = |other: &&Payment| {
        other.gateway == payment.gateway
            && other.reference == payment.reference
            && !other.page_is_closed()
    };
    for other in dossier.payments.iter().filter(is_of_the_page) {
        let offer = reader.given(other.id)?.offer;
        if !offer.is_empty() {
            return Ok(StoredInstructions { offer, ..own });
        }
    }
    Ok(own)
}
