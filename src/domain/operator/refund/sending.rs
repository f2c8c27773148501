//! Sends a refund through its gateway: record the request, call the gateway, record the answer.

use super::{
    RefundDecision, RefundRefusal, ShownByGateway, book_refunded, find, require_money_here,
};
use crate::domain::decide::apply_verdicts::settle;
use crate::domain::decide::refund_tracking::open_refund_case;
use crate::domain::{
    Change, Dossier, Instant, OrderNumber, PlanBuilder, Reason, Refund, RefundId, RefundStatus,
    Rule,
};

/// The gateway's answer to the request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RefundOutcome {
    /// The money has gone back.
    Done,
    /// It has not, and will not, in the gateway's words.
    Denied(String),
    /// Nobody knows; only the gateway's status will tell.
    Unknown(String),
}

/// The key under which a refund is sent, however often. In a life after the first, another refund may have had its id.
#[must_use]
pub fn key(order: &OrderNumber, refund: &Refund) -> String {
    let id = refund.id;
    match refund.life {
        None => format!("{order}-r{id}"),
        Some(life) => format!("{order}-r{id}-{life}"),
    }
}

/// Whether a refund may be sent, or sent again: its own age decides.
///
/// # Errors
/// As [`RefundRefusal`] says; `TooOld` leaves a question to be asked with [`open_unknown_case`].
pub fn send(dossier: Dossier, id: RefundId, now: Instant) -> RefundDecision {
    let refund = find(&dossier, id)?.clone();
    match refund.status {
        RefundStatus::Approved | RefundStatus::Sent | RefundStatus::Unknown => {
            if refund.is_too_old(now) {
                return Err(RefundRefusal::TooOld(id));
            }
        }
        status @ RefundStatus::Due => {
            return Err(RefundRefusal::NotApproved { refund: id, status });
        }
        status @ (RefundStatus::Done
        | RefundStatus::Failed
        | RefundStatus::Rejected
        | RefundStatus::External) => return Err(RefundRefusal::Over { refund: id, status }),
    }
    require_money_here(&dossier, &refund)?;
    let key = key(&dossier.order.number, &refund);
    let why = Reason::RefundAsked { key: key.clone() };
    let mut draft = PlanBuilder::of(dossier);
    draft.send_refund(id, key, now, Rule::R1, &why);
    Ok((refund.amount, draft.changes))
}

/// A refund that was sent too long ago to be sent again is a question for a person.
///
/// # Errors
/// `Unknown`.
pub fn open_unknown_case(dossier: Dossier, id: RefundId) -> RefundDecision {
    let refund = find(&dossier, id)?.clone();
    let mut draft = PlanBuilder::of(dossier);
    open_refund_case(&mut draft, &refund);
    Ok((refund.amount, draft.changes))
}

/// Writes down what the gateway has answered. A refund that was settled meanwhile stays as it is; one that was
/// missed meanwhile, and is approved again, is not settled.
///
/// # Errors
/// `Unknown`.
pub fn answered(
    dossier: Dossier,
    id: RefundId,
    outcome: &RefundOutcome,
    now: Instant,
) -> RefundDecision {
    let refund = find(&dossier, id)?.clone();
    let is_unsettled = match refund.status {
        RefundStatus::Sent => true,
        RefundStatus::Unknown | RefundStatus::Approved => {
            !matches!(outcome, RefundOutcome::Unknown(_))
        }
        RefundStatus::Due
        | RefundStatus::Done
        | RefundStatus::Failed
        | RefundStatus::Rejected
        | RefundStatus::External => false,
    };
    if !is_unsettled {
        return Ok((refund.amount, Vec::<Change>::new()));
    }
    let payment = dossier.payment(refund.payment).cloned();
    let mut draft = PlanBuilder::of(dossier);
    match outcome {
        RefundOutcome::Done => {
            let why = &Reason::RefundSent;
            draft.move_refund(id, RefundStatus::Done, Rule::R1, why);
            if let Some(payment) = payment {
                book_refunded(
                    &mut draft,
                    &payment,
                    refund.amount,
                    why,
                    now,
                    ShownByGateway::Yes,
                );
            }
        }
        RefundOutcome::Denied(words) => {
            let words = words.clone();
            let why = Reason::RefundDenied {
                words: words.clone(),
            };
            draft.move_refund(id, RefundStatus::Failed, Rule::R1, &why);
            // It is still owed, and will have to go another way.
            draft.record_refund_due(
                refund.payment,
                refund.amount,
                refund.reason,
                Rule::R1,
                Reason::RefundDeniedSendByBank { words },
            );
        }
        RefundOutcome::Unknown(words) => {
            let words = words.clone();
            let why = Reason::RefundUncertain { words };
            draft.move_refund(id, RefundStatus::Unknown, Rule::R1, &why);
        }
    }
    settle(&mut draft);
    Ok((refund.amount, draft.changes))
}
