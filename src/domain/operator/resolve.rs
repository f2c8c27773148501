//! What a person's answer to a case does: one table of kinds and answers.

mod actions;
mod lost_refunds;
mod taken_back;
mod unfit;

pub use self::unfit::Unfit;

use crate::domain::decide::apply_verdicts::settle;
use crate::domain::{
    CaseAnswer, CaseId, CaseKind, CaseOutcome, Change, Dossier, Instant, PlanBuilder, Reason,
    Rupiah, reasons,
};

reasons! {
    /// Why an answer was not taken.
    pub enum ResolveRefusal {
        /// It was closed already, by itself or by somebody else.
        Closed(case: CaseId) = "case_closed",
        Unfit { kind: CaseKind, answer: CaseAnswer, why: Box<Unfit> } = "case_answer_unfit",
    }
}

impl std::error::Error for ResolveRefusal {}

/// A person's answer.
#[derive(Debug, Clone, Copy)]
pub struct CaseResolution<'a> {
    pub answer: CaseAnswer,
    pub reason: &'a str,
    pub now: Instant,
}

impl CaseResolution<'_> {
    fn why(&self) -> Reason {
        Reason::operator(self.reason)
    }
}

/// An action that cannot be carried out says why; then nothing of it is kept.
type ActionResult = Result<(), Unfit>;

/// What an answer does to the order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum CaseAction {
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

fn action(kind: CaseKind, answer: CaseAnswer) -> Result<CaseAction, Unfit> {
    use CaseAnswer::{Accept, Dismiss, Refund};
    use CaseKind::{
        AmountMismatch, CannotClose, Challenged, Chargeback, DoublePayment, ForgottenByGateway,
        GatewayContradiction, LatePayment, MoneyLost, NotFulfilled, RefundTakenBack, RefundUnknown,
        RefundedTwice, SameTransfer, Unanswered, Underpaid, UnknownOrder, UnknownStatus,
        UnknownTry, UnprovenGateway,
    };

    match (kind, answer) {
        (AmountMismatch, Accept) => Ok(CaseAction::TakeAsPaid),
        (LatePayment, Accept) => Ok(CaseAction::Revive),
        (DoublePayment, Accept) => Ok(CaseAction::Keep),
        (Underpaid | MoneyLost, Accept) => Ok(CaseAction::Waive),
        (AmountMismatch | LatePayment | DoublePayment | Underpaid, Refund) => {
            Ok(CaseAction::SendBack)
        }
        (
            AmountMismatch | LatePayment | DoublePayment | Underpaid | MoneyLost | RefundUnknown,
            Dismiss,
        ) => Ok(CaseAction::CloseIfMoot),
        (NotFulfilled, Accept) => Ok(CaseAction::DoneByHand),
        (NotFulfilled, Refund) => Ok(CaseAction::End),
        (MoneyLost, Refund) => Err(Unfit::TakeBackFirst),

        (RefundUnknown, Accept) => Ok(CaseAction::HasArrived),
        (RefundUnknown, Refund) => Ok(CaseAction::HasNotArrived),

        (UnknownTry, Dismiss) => Ok(CaseAction::LetGo),
        (UnknownTry, Accept | Refund) => Err(Unfit::NothingBooked),
        (RefundTakenBack, Accept | Dismiss) => Ok(CaseAction::RecordStands),
        (RefundTakenBack, Refund) => Ok(CaseAction::RefundFailed),
        (SameTransfer, Accept) => Ok(CaseAction::TellApart),
        (SameTransfer, Refund) => Err(Unfit::WithdrawWrongOne),
        (SameTransfer, Dismiss) => Err(Unfit::AcceptIfTwo),

        // The loss is taken, our word stands.
        (Chargeback | GatewayContradiction | RefundedTwice, Accept) => Ok(CaseAction::Close),
        (RefundedTwice, Refund) => Err(Unfit::AskForSurplus),
        (Chargeback, Refund) => Err(Unfit::BankTookBack),
        (NotFulfilled, Dismiss) => Err(Unfit::DeliverFirst),
        (GatewayContradiction, Refund) => Err(Unfit::RefundAtGateway),

        (Challenged, Accept | Refund) => Err(Unfit::DecideAtGateway),
        (
            ForgottenByGateway | UnknownStatus | CannotClose | UnprovenGateway | Unanswered,
            Accept | Refund,
        ) => Err(Unfit::NoMoneyCame),
        (UnknownOrder, Accept | Refund) => Err(Unfit::NoOrderHasIt),
        (
            Challenged | Chargeback | ForgottenByGateway | GatewayContradiction | UnknownStatus
            | CannotClose | UnprovenGateway | Unanswered | UnknownOrder | RefundedTwice,
            Dismiss,
        ) => Ok(CaseAction::Close),
    }
}

/// How a case about a gateway, which is about no order, is closed by an answer.
///
/// # Errors
/// `Unfit`.
pub fn resolve_of_gateway(
    kind: CaseKind,
    answer: CaseAnswer,
) -> Result<CaseOutcome, ResolveRefusal> {
    match action(kind, answer) {
        Ok(_) => Ok(answer.into()),
        Err(why) => Err(ResolveRefusal::Unfit {
            kind,
            answer,
            why: Box::new(why),
        }),
    }
}

/// What an answer has come to, beside its changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResolutionPlan {
    pub kind: CaseKind,
    /// What need not be paid any more.
    pub waived: Rupiah,
}

/// Carries out a person's answer to an open case of the order, and judges the order.
///
/// # Errors
/// As [`ResolveRefusal`] says.
pub fn resolve(
    dossier: Dossier,
    id: CaseId,
    word: &CaseResolution<'_>,
) -> Result<(ResolutionPlan, Vec<Change>), ResolveRefusal> {
    let waived_before = dossier.order.waived;
    let open = dossier.cases.iter().find(|case| case.id == id);
    let case = open.cloned().ok_or(ResolveRefusal::Closed(id))?;
    let unfit = |why: Unfit| ResolveRefusal::Unfit {
        kind: case.kind,
        answer: word.answer,
        why: Box::new(why),
    };
    let action = action(case.kind, word.answer).map_err(unfit)?;
    let mut draft = PlanBuilder::of(dossier);
    draft.resolve(id, case.kind, word.answer.into(), &word.why());
    actions::execute(&mut draft, &case, action, word).map_err(unfit)?;
    settle(&mut draft);
    let answered = ResolutionPlan {
        kind: case.kind,
        waived: draft.dossier.order.waived - waived_before,
    };
    Ok((answered, draft.changes))
}

#[cfg(test)]
mod tests;
