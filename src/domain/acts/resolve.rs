//! What a person's answer to a case does: one table of kinds and answers.

mod deeds;
mod taken_back;

use super::super::case::{CaseKind, Resolution};
use super::super::dossier::{Change, Dossier};
use super::super::draft::Draft;
use super::super::enact::judge_until_rest;
use super::super::instant::Instant;
use super::super::money::Rupiah;
use super::super::names::CaseId;
use super::super::words::words;

words! {
    /// What a person can answer to a case.
    pub enum Answer {
        /// Take things as they are; keep the money that came.
        Accept = "accept",
        /// Send the money back.
        Refund = "refund",
        /// Nothing is to be done.
        Dismiss = "dismiss",
    }
}

impl From<Answer> for Resolution {
    fn from(answer: Answer) -> Self {
        match answer {
            Answer::Accept => Self::Accepted,
            Answer::Refund => Self::Refund,
            Answer::Dismiss => Self::Dismissed,
        }
    }
}

/// Why an answer was not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It was closed already, by itself or by somebody else.
    #[error("case {0} is closed")]
    Closed(CaseId),
    #[error("a case of {kind} cannot be answered with --{answer}: {why}")]
    Unfit {
        kind: CaseKind,
        answer: Answer,
        why: String,
    },
}

/// A person's answer.
#[derive(Debug, Clone, Copy)]
pub struct Word<'a> {
    pub answer: Answer,
    pub reason: &'a str,
    pub now: Instant,
}

/// What an answer does to the order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Deed {
    /// Nothing; the question is answered.
    Close,
    /// Nothing, and only once there is nothing to decide any more.
    CloseIfMoot,
    /// The payment of the wrong amount counts, and a shortage is waived.
    TakeAsPaid,
    /// Nobody asks any more about the tries that messages have named.
    LetGo,
    /// What is missing need not be paid.
    Waive,
    /// The order lives again, if its stock is free.
    Revive,
    /// The refund is declined, and the money stays.
    Keep,
    /// All of the money that is here is owed back.
    SendBack,
    /// What had to happen was made to happen by a person.
    DoneByHand,
    /// The order ends, and all of its money is owed back.
    End,
    /// The refund that nobody knew about has arrived.
    HasArrived,
    /// It has not, and the money is owed again.
    HasNotArrived,
    /// A refund that its gateway no longer shows has arrived all the same.
    RecordStands,
    /// It has failed, and the money is owed again.
    RefundFailed,
    /// What looks like one transfer is two.
    TellApart,
}

fn deed(kind: CaseKind, answer: Answer) -> Result<Deed, &'static str> {
    use Answer::{Accept, Dismiss, Refund};
    use CaseKind::{
        AmountMismatch, CannotClose, Challenged, Chargeback, DoublePayment, ForgottenByGateway,
        GatewayContradiction, LatePayment, MoneyLost, NotFulfilled, RefundTakenBack, RefundUnknown,
        RefundedTwice, SameTransfer, Unanswered, Underpaid, UnknownOrder, UnknownStatus,
        UnknownTry, UnprovenGateway,
    };

    match (kind, answer) {
        (AmountMismatch, Accept) => Ok(Deed::TakeAsPaid),
        (LatePayment, Accept) => Ok(Deed::Revive),
        (DoublePayment, Accept) => Ok(Deed::Keep),
        (Underpaid | MoneyLost, Accept) => Ok(Deed::Waive),
        (AmountMismatch | LatePayment | DoublePayment | Underpaid, Refund) => Ok(Deed::SendBack),
        (
            AmountMismatch | LatePayment | DoublePayment | Underpaid | MoneyLost | RefundUnknown,
            Dismiss,
        ) => Ok(Deed::CloseIfMoot),
        (NotFulfilled, Accept) => Ok(Deed::DoneByHand),
        (NotFulfilled, Refund) => Ok(Deed::End),
        (MoneyLost, Refund) => {
            Err("what was handed out must be taken back first; type: payctl order cancel")
        }

        (RefundUnknown, Accept) => Ok(Deed::HasArrived),
        (RefundUnknown, Refund) => Ok(Deed::HasNotArrived),

        (UnknownTry, Dismiss) => Ok(Deed::LetGo),
        (UnknownTry, Accept | Refund) => Err(
            "nothing of it is booked; if it is the order's money, type payctl approve, then answer --dismiss",
        ),
        (RefundTakenBack, Accept | Dismiss) => Ok(Deed::RecordStands),
        (RefundTakenBack, Refund) => Ok(Deed::RefundFailed),
        (SameTransfer, Accept) => Ok(Deed::TellApart),
        (SameTransfer, Refund) => {
            Err("take the wrong one back with: payctl approve --withdraw PAYMENT")
        }
        (SameTransfer, Dismiss) => Err("are they two transfers? then answer --accept"),

        // The loss is taken, our word stands.
        (Chargeback | GatewayContradiction | RefundedTwice, Accept) => Ok(Deed::Close),
        (RefundedTwice, Refund) => Err(
            "more has gone back than came in already; ask for what was too much, then answer --accept",
        ),
        (Chargeback, Refund) => Err("the bank has taken the money back itself"),
        (NotFulfilled, Dismiss) => Err("the customer has paid; deliver, then answer --accept"),
        (GatewayContradiction, Refund) => {
            Err("see at the gateway whether the money is there; if it is, refund it there")
        }

        (Challenged, Accept | Refund) => Err(
            "accept or deny the payment in the gateway's dashboard; it is asked again by itself",
        ),
        (
            ForgottenByGateway | UnknownStatus | CannotClose | UnprovenGateway | Unanswered,
            Accept | Refund,
        ) => Err("no money has come with it; when it is looked after, answer --dismiss"),
        (UnknownOrder, Accept | Refund) => {
            Err("no order here has that money; when it is looked after, answer --dismiss")
        }
        (
            Challenged | Chargeback | ForgottenByGateway | GatewayContradiction | UnknownStatus
            | CannotClose | UnprovenGateway | Unanswered | UnknownOrder | RefundedTwice,
            Dismiss,
        ) => Ok(Deed::Close),
    }
}

/// How a case about a gateway, which is about no order, is closed by an answer.
///
/// # Errors
/// `Unfit`.
pub fn resolve_of_gateway(kind: CaseKind, answer: Answer) -> Result<Resolution, Refusal> {
    match deed(kind, answer) {
        Ok(_) => Ok(answer.into()),
        Err(why) => Err(Refusal::Unfit {
            kind,
            answer,
            why: why.to_owned(),
        }),
    }
}

/// What an answer has come to, beside its changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    pub kind: CaseKind,
    /// What need not be paid any more.
    pub waived: Rupiah,
}

/// Carries out a person's answer to an open case of the order, and judges the order.
///
/// # Errors
/// As [`Refusal`] says.
pub fn resolve(
    dossier: Dossier,
    id: CaseId,
    word: &Word<'_>,
) -> Result<(Answered, Vec<Change>), Refusal> {
    let waived_before = dossier.order.waived;
    let open = dossier.cases.iter().find(|case| case.id == id);
    let case = open.cloned().ok_or(Refusal::Closed(id))?;
    let unfit = |why: String| Refusal::Unfit {
        kind: case.kind,
        answer: word.answer,
        why,
    };
    let deed = deed(case.kind, word.answer).map_err(|why| unfit(why.to_owned()))?;
    let mut draft = Draft::of(dossier);
    draft.resolve(id, case.kind, word.answer.into(), word.reason);
    deeds::carry_out(&mut draft, &case, deed, word).map_err(unfit)?;
    judge_until_rest(&mut draft);
    let answered = Answered {
        kind: case.kind,
        waived: draft.dossier.order.waived - waived_before,
    };
    Ok((answered, draft.changes))
}

#[cfg(test)]
mod tests;
