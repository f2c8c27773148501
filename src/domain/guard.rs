//! Whether a gateway may be believed in this run, and whether it is asked any further.

use std::fmt;

use super::observation::{Observation, Said};
use super::payment::Payment;
use super::reconcile::Account;

/// This many silent questions in a row, and the gateway is left alone for the rest of the run.
pub const SILENT_IN_A_ROW: u32 = 5;

/// From this many answers on, a gateway that has forgotten more than half of its payments is not believed.
pub const FORGETFUL_FROM: u32 = 5;

/// What one gateway account has shown of itself in one run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conduct {
    account: Account,
    answered: u32,
    forgotten: u32,
    silent_in_a_row: u32,
    refused: Option<u16>,
}

/// Why a gateway is asked nothing more in this run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// 401 or 410: the keys or the account are wrong.
    Refused(u16),
    /// It has forgotten most of the payments it knew: the account or the environment is wrong.
    Forgetful { forgotten: u32, answered: u32 },
    /// It looks down.
    Silent,
}

impl Stop {
    /// The keys, the account or the environment are wrong.
    #[must_use]
    pub fn blames_configuration(self) -> bool {
        match self {
            Self::Refused(_) | Self::Forgetful { .. } => true,
            Self::Silent => false,
        }
    }
}

/// Goes into reports behind the gateway's name.
impl fmt::Display for Stop {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(code) => write!(
                formatter,
                "answered {code}, refusing the key or the account"
            ),
            Self::Forgetful {
                forgotten,
                answered,
            } => {
                write!(
                    formatter,
                    "does not know {forgotten} of {answered} payments that it once knew"
                )
            }
            Self::Silent => write!(
                formatter,
                "did not answer {SILENT_IN_A_ROW} questions in a row"
            ),
        }
    }
}

impl Conduct {
    #[must_use]
    pub fn new(account: Account) -> Self {
        Self {
            account,
            answered: 0,
            forgotten: 0,
            silent_in_a_row: 0,
            refused: None,
        }
    }

    /// Takes note of one answer, or of silence.
    pub fn hear(&mut self, payment: &Payment, heard: &Observation) {
        if let Said::NoAnswer(silence) = &heard.said {
            if let super::observation::Silence::Refused(code) = silence {
                self.refused = Some(*code);
            }
            self.silent_in_a_row = if silence.looks_down() {
                self.silent_in_a_row + 1
            } else {
                0
            };
            return;
        }
        self.silent_in_a_row = 0;
        self.answered += 1;
        if heard.said == Said::NotStarted {
            self.forgotten += u32::from(payment.seen);
        } else {
            self.account = Account::Proven;
        }
    }

    #[must_use]
    pub fn account(&self) -> Account {
        self.account
    }

    /// Why nothing more is to be asked, most alarming first.
    #[must_use]
    pub fn stop(&self) -> Option<Stop> {
        if let Some(code) = self.refused {
            return Some(Stop::Refused(code));
        }
        if self.answered >= FORGETFUL_FROM && self.forgotten * 2 > self.answered {
            return Some(Stop::Forgetful {
                forgotten: self.forgotten,
                answered: self.answered,
            });
        }
        (self.silent_in_a_row >= SILENT_IN_A_ROW).then_some(Stop::Silent)
    }
}

#[cfg(test)]
mod tests;
