//! Faults that can be planted, one at a time: each is a mistake that a programmer could make, or once made.

use std::cell::Cell;

use crate::domain::string_enum;

string_enum! {
    /// A mistake in place of the right behaviour.
    pub enum Planted {
        /// An order expires when its time is over, whatever its gateway would say.
        ExpireByTheClock = "expire-by-the-clock",
        /// A notification that reports money is believed as if the gateway had been queried.
        TrustANotification = "trust-a-notification",
        /// Silence of a gateway is taken for the answer that nobody has paid.
        ExpireOnSilence = "expire-on-silence",
        /// A row is written although somebody else has changed it since it was read.
        ForgetTheVersionGuard = "forget-the-version-guard",
        /// Stock that was given back once is given back again.
        ReleaseTwice = "release-twice",
        /// Money first seen together with its refund is not booked.
        SkipAnUnseenCapture = "skip-an-unseen-capture",

        /// A 404 in any words is taken for "not found", and no other payment is queried to see whether it is.
        TakeAnyNotFound = "take-any-not-found",
        /// A try that a notification names while its gateway is silent is not remembered.
        ForgetANamedTry = "forget-a-named-try",
        /// After a try has ended, nobody looks for the next one under its reference, unless it is on a page.
        LetAClosedTryHideTheNext = "let-a-closed-try-hide-the-next",
        /// Silence under one name of a payment ends the query under its others.
        LetOneNameSilenceTheOthers = "let-one-name-silence-the-others",
        /// An answer that calls a named try by a name that is not ours counts as "not found".
        TakeAnUnknownNameForNotFound = "take-an-unknown-name-for-not-found",
        /// What a run hears whose clock is wrong moves schedules and proves things.
        BelieveAWrongClock = "believe-a-wrong-clock",
        /// Orders end by this machine's clock, although no gateway has confirmed it.
        ExpireUnderAnUnconfirmedClock = "expire-under-an-unconfirmed-clock",
        /// What a shop says of a payment in an import counts as its gateway's word.
        TakeAnImportForSeen = "take-an-import-for-seen",
        /// A block of payments without an answer keeps the run from those behind it.
        StarveBehindSilence = "starve-behind-silence",
        /// A run does not say that it keeps an order until a person decides.
        ForgetKeptOrders = "forget-kept-orders",
        /// A wrong amount first seen together with its refund opens no case.
        LetARefundHideAWrongAmount = "let-a-refund-hide-a-wrong-amount",
        /// Money that went back twice is booked without a case.
        AcceptADoubleRefund = "accept-a-double-refund",
        /// A refund that the gateway no longer shows agrees with the books.
        TakeAReturnedRefundForAMatch = "take-a-returned-refund-for-a-match",
        /// An order that a notification calls paid and whose gateway is silent is kept, and the run ends with 0.
        EndWellOnASilentClaim = "end-well-on-a-silent-claim",
        /// A cron run reports only what it has opened itself.
        TellOnlyOwnCases = "tell-only-own-cases",
        /// That payments had no answer outranks that a person is needed.
        LetSilenceHideACase = "let-silence-hide-a-case",
        /// Nobody is told of payments that two runs in a row did not reach.
        LeaveTheUnreachedUntold = "leave-the-unreached-untold",
        /// More is charged back while a case about the same payment is open, and nobody is told.
        LetAnOldCaseHideALoss = "let-an-old-case-hide-a-loss",
        /// A payment that was just closed is watched once a day.
        WatchTooSlowly = "watch-too-slowly",
        /// A payment that P10 ended counts as opened, so its "not found" contradicts, and it is queried for ever.
        QueryAZombieForEver = "query-a-zombie-for-ever",
        /// Instructions are shown although the order ended while its payment was opened.
        ShowAnEndedOrder = "show-an-ended-order",
        /// Money is booked by hand although a payment at a gateway can still be paid.
        ApproveBesideAPayable = "approve-beside-a-payable",

        /// Another transaction under a known reference is taken for the known one.
        TakeASiblingForTheSame = "take-a-sibling-for-the-same",
        /// P4 is missing: a closed payment that can be paid again stays closed.
        LeaveAClosedOneClosed = "leave-a-closed-one-closed",
        /// P7 is missing: a wrong amount is not booked.
        IgnoreAWrongAmount = "ignore-a-wrong-amount",
        /// P14 is missing: money that a gateway took back stays here.
        NeverReverse = "never-reverse",
        /// P15 is missing: a refund that a gateway reports is not booked.
        IgnoreARefund = "ignore-a-refund",
        /// P20 is missing: an approval books nothing.
        ApproveNothing = "approve-nothing",
        /// O9 is missing: late money revives no order.
        NeverRevive = "never-revive",
        /// O10 is missing: late money is kept.
        KeepLateMoney = "keep-late-money",
        /// O11 is missing: a second payment is kept.
        KeepADoublePayment = "keep-a-double-payment",
        /// O17 is missing: a payment of an order that has ended or is paid stays payable.
        LeaveADeadOrderPayable = "leave-a-dead-order-payable",
        /// An order is judged only when money arrives, and not after each payment move.
        JudgeOnlyNewMoney = "judge-only-new-money",
        /// Payments that brought money are not watched for what goes back.
        StopWatchingMoney = "stop-watching-money",
    }
}

thread_local! {
    static NOW: Cell<Option<Planted>> = const { Cell::new(None) };
}

/// A fault is planted while this lives.
#[derive(Debug)]
#[must_use = "dropping it takes the fault out again"]
pub struct PlantedFault {
    before: Option<Planted>,
}

impl Planted {
    /// Plants this fault, in place of any other one, for this thread.
    pub fn plant(self) -> PlantedFault {
        PlantedFault {
            before: NOW.replace(Some(self)),
        }
    }

    /// The fault that this thread has planted.
    #[must_use]
    pub fn now() -> Option<Self> {
        NOW.get()
    }

    /// Whether this thread has planted it.
    #[must_use]
    pub fn is_planted(self) -> bool {
        NOW.get() == Some(self)
    }
}

impl Drop for PlantedFault {
    fn drop(&mut self) {
        NOW.set(self.before);
    }
}

#[cfg(test)]
mod tests {
    use super::Planted;

    #[test]
    fn a_fault_is_planted_while_its_guard_lives() {
        let planted = || {
            let all = Planted::ALL.iter();
            all.filter(|fault| fault.is_planted()).collect::<Vec<_>>()
        };
        let outer = Planted::ExpireOnSilence.plant();
        assert_eq!(planted(), [&Planted::ExpireOnSilence]);
        let inner = Planted::ReleaseTwice.plant();
        assert_eq!(planted(), [&Planted::ReleaseTwice]);
        drop(inner);
        assert_eq!(planted(), [&Planted::ExpireOnSilence]);
        let elsewhere = std::thread::spawn(|| Planted::ExpireOnSilence.is_planted());
        assert!(!elsewhere.join().unwrap(), "another thread");
        drop(outer);
        assert!(planted().is_empty());
    }
}
