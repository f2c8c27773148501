//! The ways a pretend gateway can fail, and for which questions it does.

use std::time::Duration;

use super::answer::Kind;
use super::ending::Conduct;
use super::ids::ANY;
use super::truth::Refused;
use crate::domain::money::Rupiah;

/// Faults that wait for their questions at once.
const MAX_FAULTS: usize = 1_000;

/// One way to fail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Takes the question and closes the connection without an answer.
    Silent,
    /// Takes the question and never answers.
    Hang,
    /// Answers with this HTTP status, and asks to come back after so many seconds.
    Status { code: u16, retry_after: Option<u32> },
    /// 200 with a page for people.
    Html,
    /// Declares the length of the right answer, sends half of it, and closes the connection.
    CutOff,
    /// 200 with something that is not quite JSON.
    Garbage,
    /// The right answer, about another order.
    OtherOrder,
    /// The right answer, late.
    Delay(Duration),
    /// Asked by a reference, does not know the payment; by the id of a try, it does.
    KnownByIdOnly,
    /// Asked by a reference, is a web server that has no such page; by the id of a try, it answers.
    LostByReference,
    /// Points to another address.
    Redirect,
    /// The right answer with 2 MiB of padding.
    TooLarge,
    /// The right answer, with a `Date` header that is off by so many seconds.
    WrongDate(i64),
    /// The customer pays in the very moment in which a close arrives, which is refused therefore.
    PaidWhenClosed,
    /// Refuses to close what could be closed.
    CloseRefused,
    /// Says that it has closed, and has not.
    CloseIgnored,
    /// Is not there when it is asked to close: 503, with a page for people (Pakasir's second interface).
    CloseUnavailable,
    /// Sends no money back.
    RefundDenied,
    /// Sends no money back, and answers about a refund under another key.
    RefundOtherKey,
    /// Opens nothing, and says so.
    OpenRefused,
    /// Says that the reference was used before.
    OpenTaken,
    /// Puts a fee on top of every payment that it opens.
    AddsFee(Rupiah),
    /// Opens, closes or sends back, and ends the connection instead of saying so.
    Unanswered,
}

/// What a request wants. Faults of openings, closes and refunds leave the others alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// To know the status.
    Read,
    Close,
    Refund,
    /// To open a payment, or to pay one that is play money.
    Open,
}

/// For whom a fault holds.
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
    /// How many questions it is still for; none means until it is cleared.
    left: Option<u32>,
}

/// The faults in force. Those for a number of questions are used up in the order they were set, before those
/// that stay; those for one payment come before those for all. A delay and a wrong date go with any other, and `unanswered`
/// with the other faults of closes and refunds.
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
            return Err(Refused("there are 1,000 faults already"));
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

    /// How a request about this reference is treated; uses up what is for a number of requests.
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

    /// A pretend gateway with one settled payment and a fault for all.
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
