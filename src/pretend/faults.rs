//! The ways in which a simulated gateway can fail, and for which requests.

use std::time::Duration;

use super::answer::Kind;
use super::ending::Conduct;
use super::ids::ANY;
use super::truth::Refused;
use crate::domain::money::Rupiah;

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
pub(super) enum Purpose {
    /// To query the status.
    Read,
    Close,
    Refund,
    /// To open a payment, or to pay a simulated one.
    Open,
}

/// Which payments a fault affects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    pub kind: Kind,
    /// `*` for every payment.
    pub reference: String,
}

impl Target {
    #[must_use]
    pub fn all(kind: Kind) -> Self {
        Self::one(kind, ANY)
    }

    #[must_use]
    pub fn one(kind: Kind, reference: impl Into<String>) -> Self {
        Self {
            kind,
            reference: reference.into(),
        }
    }

    fn covers(&self, kind: Kind, reference: &str) -> bool {
        self.kind == kind && (self.reference == reference || self.reference == ANY)
    }
}

#[derive(Debug)]
struct Waiting {
    target: Target,
    fault: Fault,
    /// The number of remaining requests; `None`: until it is cleared.
    left: Option<u32>,
}

/// The active faults. Faults for a number of requests are used up in the order in which they were set, before the
/// permanent ones; faults for one payment come before those for all. A delay and a wrong date combine with any other
/// fault, and `unanswered` with the other faults of closes and refunds.
#[derive(Debug, Default)]
pub(super) struct Faults(Vec<Waiting>);

impl Faults {
    pub(super) fn set(
        &mut self,
        target: Target,
        fault: Fault,
        left: Option<u32>,
    ) -> Result<(), Refused> {
        let same =
            |one: &Waiting| one.target == target && Class::of(&one.fault) == Class::of(&fault);
        if left.is_none() {
            self.0.retain(|one| one.left.is_some() || !same(one));
        }
        if self.0.len() >= MAX_FAULTS {
            return Err(Refused("there are already 1,000 faults"));
        }
        self.0.push(Waiting {
            target,
            fault,
            left,
        });
        self.0
            .sort_by_key(|one| (one.target.reference == ANY, one.left.is_none()));
        Ok(())
    }

    pub(super) fn clear(&mut self, target: &Target) {
        self.0.retain(|one| one.target != *target);
    }

    pub(super) fn clear_all(&mut self) {
        self.0.clear();
    }

    /// How a request about this reference is treated; uses up the faults for a number of requests.
    pub(super) fn conduct(&mut self, kind: Kind, reference: &str, purpose: Purpose) -> Conduct {
        let mut conduct = Conduct::default();
        if self.0.is_empty() {
            return conduct;
        }
        for class in Class::ALL.into_iter().filter(|class| class.is_of(purpose)) {
            let fits = |one: &&mut Waiting| {
                Class::of(&one.fault) == class && one.target.covers(kind, reference)
            };
            let Some(waiting) = self.0.iter_mut().find(fits) else {
                continue;
            };
            waiting.left = waiting.left.map(|left| left.saturating_sub(1));
            match (class, &waiting.fault) {
                (_, Fault::Delay(span)) => conduct.delay = *span,
                (_, Fault::WrongDate(seconds)) => conduct.date_off_seconds = *seconds,
                (Class::Unanswered, _) => conduct.is_unanswered = true,
                (Class::Open | Class::Close | Class::Refund, fault) => {
                    conduct.act = Some(fault.clone())
                }
                (_, fault) => conduct.strange = Some(fault.clone()),
            }
        }
        self.0.retain(|one| one.left != Some(0));
        conduct
    }
}

/// Faults of one class exclude each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Delay,
    Date,
    Strange,
    Open,
    Close,
    Refund,
    Unanswered,
}

impl Class {
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

    fn is_of(self, purpose: Purpose) -> bool {
        match self {
            Self::Delay | Self::Date | Self::Strange => true,
            Self::Open => purpose == Purpose::Open,
            Self::Close => purpose == Purpose::Close,
            Self::Refund => purpose == Purpose::Refund,
            Self::Unanswered => purpose != Purpose::Read,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Pretend;
    use super::super::ids::transaction_id;
    use super::super::testing::{answer, midtrans, pakasir, start};
    use super::*;

    /// A simulated gateway with one settled payment and a fault for all payments.
    fn failing(fault: Fault) -> Pretend {
        let pretend = start();
        let world = pretend.world();
        world
            .set(Kind::Midtrans, "INV-1", answer("settlement", 25_000))
            .unwrap();
        world.fault(Target::all(Kind::Midtrans), fault).unwrap();
        pretend
    }

    #[test]
    fn a_fault_can_cover_the_first_queries_only() {
        let pretend = start();
        let world = pretend.world();
        let all = Target::all(Kind::Midtrans);
        let status = |code| Fault::Status {
            code,
            retry_after: None,
        };
        world.fault_times(all.clone(), status(503), 2).unwrap();
        world.fault_times(all.clone(), status(429), 1).unwrap();
        world.fault_times(all.clone(), status(500), 0).unwrap();
        let codes: Vec<u16> = (0..5).map(|_| midtrans(&pretend, "INV-1").status).collect();
        assert_eq!(codes, [503, 503, 429, 200, 200]);
    }

    #[test]
    fn a_payments_fault_beats_the_general_one() {
        let pretend = failing(Fault::Html);
        let world = pretend.world();
        let one = Target::one(Kind::Midtrans, "INV-1");
        let status = |code| Fault::Status {
            code,
            retry_after: None,
        };
        world.fault(one.clone(), status(503)).unwrap();
        world.fault(one.clone(), status(500)).unwrap();
        assert_eq!(midtrans(&pretend, "INV-1").status, 500);
        let id = transaction_id("INV-1", 1);
        assert_eq!(midtrans(&pretend, &id).status, 500);
        assert!(midtrans(&pretend, "INV-2").body.starts_with("<!DOCTYPE"));
        assert_eq!(
            pakasir(&pretend, "INV-1", 1).says("/message"),
            "Transaction not found"
        );
        world.clear(&one);
        assert!(midtrans(&pretend, "INV-1").body.starts_with("<!DOCTYPE"));
        world.clear_all();
        assert_eq!(
            midtrans(&pretend, "INV-1").says("/transaction_status"),
            "settlement"
        );
    }

    #[test]
    fn delay_and_wrong_date_combine_with_other_faults() {
        let pretend = failing(Fault::Html);
        let all = Target::all(Kind::Midtrans);
        let world = pretend.world();
        world.fault(all.clone(), Fault::WrongDate(60)).unwrap();
        world
            .fault(all, Fault::Delay(Duration::from_millis(1)))
            .unwrap();
        let heard = midtrans(&pretend, "INV-1");
        assert!(heard.body.starts_with("<!DOCTYPE"));
        assert_eq!(heard.headers["date"], "Mon, 02 Mar 2026 03:04:41 GMT");
    }

    #[test]
    fn the_number_of_faults_is_bounded() {
        let mut faults = Faults::default();
        for number in 0..MAX_FAULTS {
            let target = Target::one(Kind::Midtrans, number.to_string());
            faults.set(target, Fault::Html, None).unwrap();
        }
        let one_more = Target::all(Kind::Midtrans);
        assert!(faults.set(one_more, Fault::Html, None).is_err());
    }
}
