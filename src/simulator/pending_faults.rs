//! The faults that were set, and for which requests.

use super::answer::TruthRefused;
use super::dialect::SimulatedGateway;
use super::faults::{Fault, RequestPurpose};
use super::ids::ANY;
use super::plan::ResponsePlan;

/// The maximum number of pending faults.
const MAX_FAULTS: usize = 1_000;

/// Which payments a fault affects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FaultTarget {
    pub kind: SimulatedGateway,
    /// `*` for every payment.
    pub reference: String,
}

impl FaultTarget {
    #[must_use]
    pub fn all(kind: SimulatedGateway) -> Self {
        Self::one(kind, ANY)
    }

    #[must_use]
    pub fn one(kind: SimulatedGateway, reference: impl Into<String>) -> Self {
        Self {
            kind,
            reference: reference.into(),
        }
    }

    fn covers(&self, kind: SimulatedGateway, reference: &str) -> bool {
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
        kind: SimulatedGateway,
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
    use std::time::Duration;

    use super::super::ids::transaction_id;
    use super::super::testing::{answer, midtrans, pakasir, start};
    use super::super::{MIDTRANS, Simulator};
    use super::*;

    /// A simulated gateway with one settled payment and a fault for all payments.
    fn failing(fault: Fault) -> Simulator {
        let simulator = start();
        let handle = simulator.handle();
        handle
            .set(MIDTRANS, "INV-1", answer("settlement", 25_000))
            .unwrap();
        handle.fault(FaultTarget::all(MIDTRANS), fault).unwrap();
        simulator
    }

    #[test]
    fn a_fault_can_cover_the_first_queries_only() {
        let simulator = start();
        let handle = simulator.handle();
        let all = FaultTarget::all(MIDTRANS);
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
        let one = FaultTarget::one(MIDTRANS, "INV-1");
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
        let all = FaultTarget::all(MIDTRANS);
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
            let target = FaultTarget::one(MIDTRANS, number.to_string());
            faults.set(target, Fault::Html, None).unwrap();
        }
        let one_more = FaultTarget::all(MIDTRANS);
        assert!(faults.set(one_more, Fault::Html, None).is_err());
    }
}
