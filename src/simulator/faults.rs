//! The ways in which a simulated gateway can fail, and for which requests.

use std::time::Duration;

use super::answer::Dialect;
use super::ids::ANY;
use super::response::ResponsePlan;
use super::truth::TruthRefused;
use crate::domain::Rupiah;

/// The maximum number of pending faults.
const MAX_FAULTS: usize = 1_000;

/// One way to fail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Accepts the request and closes the connection without an answer.
    Silent,
    /// Accepts the request and never answers.
    Hang,
    /// Answers with this HTTP status and a `Retry-After` in seconds.
    Status { code: u16, retry_after: Option<u32> },
    /// 200 with an HTML page.
    Html,
    /// Declares the length of the correct answer, sends half of it, and closes the connection.
    CutOff,
    /// 200 with something that is almost JSON.
    Garbage,
    /// The correct answer, about another order.
    OtherOrder,
    /// The correct answer, late.
    Delay(Duration),
    /// Queried by a reference, it does not know the payment; by the id of a try, it does.
    KnownByIdOnly,
    /// Queried by a reference, it is a web server without such a page; by the id of a try, it answers.
    LostByReference,
    /// Redirects to another address.
    Redirect,
    /// The correct answer with 2 MiB of padding.
    TooLarge,
    /// The correct answer with a `Date` header that is off by this many seconds.
    WrongDate(i64),
    /// The customer pays at the very moment when a close arrives, so the close is refused.
    PaidWhenClosed,
    /// Refuses to close a payment that could be closed.
    CloseRefused,
    /// Claims to have closed the payment, but has not.
    CloseIgnored,
    /// Is unavailable for a close: 503 with an HTML page (Pakasir's second interface).
    CloseUnavailable,
    /// Refuses a refund.
    RefundDenied,
    /// Refuses a refund, and answers about a refund under another key.
    RefundOtherKey,
    /// Refuses to open a payment.
    OpenRefused,
    /// Claims that the reference was used before.
    OpenTaken,
    /// Adds a fee to every payment that it opens.
    AddsFee(Rupiah),
    /// Opens, closes or refunds, and then closes the connection without an answer.
    Unanswered,
}

/// The purpose of a request. Faults of openings, closes and refunds do not affect other requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RequestPurpose {
    /// To query the status.
    Read,
    Close,
    Refund,
    /// To open a payment, or to pay a simulated one.
    Open,
}

/// Which payments a fault affects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FaultTarget {
    pub kind: Dialect,
    /// `*` for every payment.
    pub reference: String,
}

impl FaultTarget {
    #[must_use]
    pub fn all(kind: Dialect) -> Self {
        Self::one(kind, ANY)
    }

    #[must_use]
    pub fn one(kind: Dialect, reference: impl Into<String>) -> Self {
        Self {
            kind,
            reference: reference.into(),
        }
    }

    fn covers(&self, kind: Dialect, reference: &str) -> bool {
        self.kind == kind && (self.reference == reference || self.reference == ANY)
    }
}

#[derive(Debug)]
struct PendingFault {
    target: FaultTarget,
    fault: Fault,
    /// The number of remaining requests; `None`: until it is cleared.
    left: Option<u32>,
}

/// The active faults. Faults for a number of requests are used up in the order in which they were set, before the
/// permanent ones; faults for one payment come before those for all. A delay and a wrong date combine with any other
/// fault, and `unanswered` with the other faults of closes and refunds.
#[derive(Debug, Default)]
pub(super) struct Faults(Vec<PendingFault>);

impl Faults {
    pub(super) fn set(
        &mut self,
        target: FaultTarget,
        fault: Fault,
        left: Option<u32>,
    ) -> Result<(), TruthRefused> {
        let same = |one: &PendingFault| {
            one.target == target && FaultClass::of(&one.fault) == FaultClass::of(&fault)
        };
        if left.is_none() {
            self.0.retain(|one| one.left.is_some() || !same(one));
        }
        if self.0.len() >= MAX_FAULTS {
            return Err(TruthRefused("there are already 1,000 faults"));
        }
        self.0.push(PendingFault {
            target,
            fault,
            left,
        });
        self.0
            .sort_by_key(|one| (one.target.reference == ANY, one.left.is_none()));
        Ok(())
    }

    pub(super) fn clear(&mut self, target: &FaultTarget) {
        self.0.retain(|one| one.target != *target);
    }

    pub(super) fn clear_all(&mut self) {
        self.0.clear();
    }

    /// How a request about this reference is treated; uses up the faults for a number of requests.
    pub(super) fn plan(
        &mut self,
        kind: Dialect,
        reference: &str,
        purpose: RequestPurpose,
    ) -> ResponsePlan {
        let mut plan = ResponsePlan::default();
        if self.0.is_empty() {
            return plan;
        }
        for class in FaultClass::ALL
            .into_iter()
            .filter(|class| class.is_of(purpose))
        {
            let fits = |one: &&mut PendingFault| {
                FaultClass::of(&one.fault) == class && one.target.covers(kind, reference)
            };
            let Some(waiting) = self.0.iter_mut().find(fits) else {
                continue;
            };
            waiting.left = waiting.left.map(|left| left.saturating_sub(1));
            match (class, &waiting.fault) {
                (_, Fault::Delay(span)) => plan.delay = *span,
                (_, Fault::WrongDate(seconds)) => plan.date_off_seconds = *seconds,
                (FaultClass::Unanswered, _) => plan.is_unanswered = true,
                (FaultClass::Open | FaultClass::Close | FaultClass::Refund, fault) => {
                    plan.act = Some(fault.clone())
                }
                (_, fault) => plan.strange = Some(fault.clone()),
            }
        }
        self.0.retain(|one| one.left != Some(0));
        plan
    }
}

/// Faults of one class exclude each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum FaultClass {
    Delay,
    Date,
    Strange,
    Open,
    Close,
    Refund,
    Unanswered,
}

impl FaultClass {
    const ALL: [Self; 7] = [
        Self::Delay,
        Self::Date,
        Self::Strange,
        Self::Open,
        Self::Close,
        Self::Refund,
        Self::Unanswered,
    ];

    fn of(fault: &Fault) -> Self {
        match fault {
            Fault::Delay(_) => Self::Delay,
            Fault::WrongDate(_) => Self::Date,
            Fault::Silent
            | Fault::Hang
            | Fault::Status { .. }
            | Fault::Html
            | Fault::CutOff
            | Fault::Garbage
            | Fault::OtherOrder
            | Fault::KnownByIdOnly
            | Fault::LostByReference
            | Fault::Redirect
            | Fault::TooLarge => Self::Strange,
            Fault::PaidWhenClosed
            | Fault::CloseRefused
            | Fault::CloseIgnored
            | Fault::CloseUnavailable => Self::Close,
            Fault::RefundDenied | Fault::RefundOtherKey => Self::Refund,
            Fault::OpenRefused | Fault::OpenTaken | Fault::AddsFee(_) => Self::Open,
            Fault::Unanswered => Self::Unanswered,
        }
    }

    fn is_of(self, purpose: RequestPurpose) -> bool {
        match self {
            Self::Delay | Self::Date | Self::Strange => true,
            Self::Open => purpose == RequestPurpose::Open,
            Self::Close => purpose == RequestPurpose::Close,
            Self::Refund => purpose == RequestPurpose::Refund,
            Self::Unanswered => purpose != RequestPurpose::Read,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Simulator;
    use super::super::ids::transaction_id;
    use super::super::testing::{answer, midtrans, pakasir, start};
    use super::*;

    /// A simulated gateway with one settled payment and a fault for all payments.
    fn failing(fault: Fault) -> Simulator {
        let simulator = start();
        let handle = simulator.handle();
        handle
            .set(Dialect::Midtrans, "INV-1", answer("settlement", 25_000))
            .unwrap();
        handle
            .fault(FaultTarget::all(Dialect::Midtrans), fault)
            .unwrap();
        simulator
    }

    #[test]
    fn a_fault_can_cover_the_first_queries_only() {
        let simulator = start();
        let handle = simulator.handle();
        let all = FaultTarget::all(Dialect::Midtrans);
        let status = |code| Fault::Status {
            code,
            retry_after: None,
        };
        handle.fault_times(all.clone(), status(503), 2).unwrap();
        handle.fault_times(all.clone(), status(429), 1).unwrap();
        handle.fault_times(all.clone(), status(500), 0).unwrap();
        let codes: Vec<u16> = (0..5)
            .map(|_| midtrans(&simulator, "INV-1").status)
            .collect();
        assert_eq!(codes, [503, 503, 429, 200, 200]);
    }

    #[test]
    fn a_payments_fault_beats_the_general_one() {
        let simulator = failing(Fault::Html);
        let handle = simulator.handle();
        let one = FaultTarget::one(Dialect::Midtrans, "INV-1");
        let status = |code| Fault::Status {
            code,
            retry_after: None,
        };
        handle.fault(one.clone(), status(503)).unwrap();
        handle.fault(one.clone(), status(500)).unwrap();
        assert_eq!(midtrans(&simulator, "INV-1").status, 500);
        let id = transaction_id("INV-1", 1);
        assert_eq!(midtrans(&simulator, &id).status, 500);
        assert!(midtrans(&simulator, "INV-2").body.starts_with("<!DOCTYPE"));
        assert_eq!(
            pakasir(&simulator, "INV-1", 1).says("/message"),
            "Transaction not found"
        );
        handle.clear(&one);
        assert!(midtrans(&simulator, "INV-1").body.starts_with("<!DOCTYPE"));
        handle.clear_all();
        assert_eq!(
            midtrans(&simulator, "INV-1").says("/transaction_status"),
            "settlement"
        );
    }

    #[test]
    fn delay_and_wrong_date_combine_with_other_faults() {
        let simulator = failing(Fault::Html);
        let all = FaultTarget::all(Dialect::Midtrans);
        let handle = simulator.handle();
        handle.fault(all.clone(), Fault::WrongDate(60)).unwrap();
        handle
            .fault(all, Fault::Delay(Duration::from_millis(1)))
            .unwrap();
        let observed = midtrans(&simulator, "INV-1");
        assert!(observed.body.starts_with("<!DOCTYPE"));
        assert_eq!(observed.headers["date"], "Mon, 02 Mar 2026 03:04:41 GMT");
    }

    #[test]
    fn the_number_of_faults_is_bounded() {
        let mut faults = Faults::default();
        for number in 0..MAX_FAULTS {
            let target = FaultTarget::one(Dialect::Midtrans, number.to_string());
            faults.set(target, Fault::Html, None).unwrap();
        }
        let one_more = FaultTarget::all(Dialect::Midtrans);
        assert!(faults.set(one_more, Fault::Html, None).is_err());
    }
}
