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
