//! Whether a gateway may be believed in this run, and whether it is asked any further.

mod testimony;

use std::collections::BTreeSet;
use std::fmt;
use std::time::Duration;

pub use testimony::{ControlQueries, doubt_reason};

use crate::domain::payment::FIRST_API;
use crate::domain::{
    AccountEvidence, Instant, NoAnswerReason, Observation, Payment, PaymentId, Reported,
};
use crate::faults::planted;

/// After so many questions in a row without an answer, only others from further back are asked.
pub const SILENT_IN_A_ROW: u32 = 5;

/// Where so many of those are not answered either, the gateway is left alone for the rest of the run.
pub const PROBES: u32 = 4;

/// From this many answers on, a gateway that has forgotten more than half of its payments is not believed.
pub const FORGETFUL_FROM: u32 = 5;

/// So long an account is believed that has nobody left whom it must know.
const VOUCHED_FOR: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// Whether an account may be believed when it says "not found": it has told of a payment, and there is one that it
/// must still know, or it has done so (or opened one) lately, or a person has taken its word lately.
#[must_use]
pub fn account(
    proven_at: Option<Instant>,
    vouched_at: Option<Instant>,
    has_witness: bool,
    now: Instant,
) -> AccountEvidence {
    let lately = now.saturating_sub(VOUCHED_FOR);
    let is_recent = vouched_at.or(proven_at).is_some_and(|at| at >= lately);
    if proven_at.is_some() && (has_witness || is_recent) {
        return AccountEvidence::Proven;
    }
    AccountEvidence::Unproven
}

/// Whether a gateway itself has told of this payment, and must still know it. What it had told of before a person took
/// it that it does not know them any more (`accepted_at`) counts again once it has.
#[must_use]
pub fn is_known(payment: &Payment, accepted_at: Option<Instant>) -> bool {
    let is_told = payment
        .last_meaning
        .as_deref()
        .is_some_and(describes_a_payment);
    let answered_at = payment.schedule.last_answered_at;
    payment.seen && accepted_at.is_none_or(|at| is_told && answered_at > Some(at))
}

/// Whether an answer of that meaning tells of a payment.
fn describes_a_payment(meaning: &str) -> bool {
    !meaning.starts_with("not_started")
}

/// What one gateway account has shown of itself in one run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CircuitBreaker {
    account: AccountEvidence,
    accepted_at: Option<Instant>,
    answered: u32,
    /// Each counts once: whoever is asked by several names, or again after a close, is one payment.
    forgotten: BTreeSet<PaymentId>,
    /// Questions in a row that met nobody, and how many of the last met an address where nothing is.
    silent_in_a_row: u32,
    gone_in_a_row: u32,
    /// Of those, questions that were asked in place of others.
    probes_in_a_row: u32,
    refused: Option<u16>,
    /// It said "not found" about everybody, also about those that it must know, and has told of nobody since.
    knows_nobody: bool,
    reads: AddressEvidence,
    closes: AddressEvidence,
    /// Under which version of its interface it is asked today, and what came of questions under an earlier one.
    version: u8,
    earlier: AddressEvidence,
}

/// What stands at one address of a gateway, by all that came from there in this run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct AddressEvidence {
    gone: u32,
    /// The HTTP code of the last of those.
    code: u16,
    /// One of those was about a payment whose name any address can carry.
    is_plain: bool,
    others: u32,
}

/// Why a gateway is asked nothing more in this run, or is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TripReason {
    /// 401, or 410 in its own words: the keys or the account are wrong.
    Refused(u16),
    /// Nothing but this HTTP code came, and not in the shape of its own answers: its API is not at this address.
    Gone(u16),
    /// It has forgotten most of the payments it knew: the account or the environment is wrong.
    Forgetful { forgotten: u32, answered: u32 },
    /// It says "not found", and did not even know those about whom it was asked because it knew them before.
    KnowsNobody,
    /// It looks down.
    Silent,
}

impl TripReason {
    /// The keys, the account, the address or the environment are wrong.
    #[must_use]
    pub fn blames_configuration(self) -> bool {
        match self {
            Self::Refused(_) | Self::Gone(_) | Self::Forgetful { .. } | Self::KnowsNobody => true,
            Self::Silent => false,
        }
    }
}

/// Goes into reports behind the gateway's name.
impl fmt::Display for TripReason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(code) => NoAnswerReason::Refused(*code).fmt(formatter),
            Self::Gone(code) => NoAnswerReason::Gone(*code).fmt(formatter),
            Self::Forgetful {
                forgotten,
                answered,
            } => {
                write!(
                    formatter,
                    "does not know {forgotten} of {answered} payments that it once knew"
                )
            }
            Self::KnowsNobody => NoAnswerReason::KnowsNobody.fmt(formatter),
            Self::Silent => write!(
                formatter,
                "did not answer {SILENT_IN_A_ROW} questions in a row, and none of {PROBES} others"
            ),
        }
    }
}

impl CircuitBreaker {
    /// `accepted_at` is when a person last took it that it does not know payments which it knew before.
    #[must_use]
    pub fn new(account: AccountEvidence, accepted_at: Option<Instant>) -> Self {
        Self {
            account,
            accepted_at,
            answered: 0,
            forgotten: BTreeSet::new(),
            silent_in_a_row: 0,
            gone_in_a_row: 0,
            probes_in_a_row: 0,
            refused: None,
            knows_nobody: false,
            reads: AddressEvidence::default(),
            closes: AddressEvidence::default(),
            version: FIRST_API,
            earlier: AddressEvidence::default(),
        }
    }

    /// The same of an account that is asked under this version of its interface today.
    #[must_use]
    pub fn under(self, version: u8) -> Self {
        Self { version, ..self }
    }

    /// The HTTP code with which an earlier version of its interface has shown that it is not there any more.
    #[must_use]
    pub fn ended(&self) -> Option<u16> {
        self.earlier.gone_code()
    }

    /// Takes note of one answer to a question, or of silence.
    pub fn on_answer(&mut self, payment: &Payment, observed: &Observation) {
        if self.is_of_earlier(payment, observed) {
            return;
        }
        self.reads.record(payment, observed);
        if let Reported::NoAnswer(silence) = &observed.said {
            self.on_silence(silence);
            return;
        }
        self.reset_silence();
        self.answered += 1;
        if observed.said == Reported::NotStarted {
            if is_known(payment, self.accepted_at) {
                self.forgotten.insert(payment.id);
            }
        } else {
            self.knows_nobody = false;
            self.account = AccountEvidence::Proven;
        }
    }

    /// Takes note of a request to close a payment that was not answered.
    pub fn on_close_unanswered(&mut self, payment: &Payment, observed: &Observation) {
        if self.is_of_earlier(payment, observed) {
            return;
        }
        self.closes.record(payment, observed);
        if let Reported::NoAnswer(silence) = &observed.said {
            self.on_silence(silence);
        }
    }

    /// Takes note of a request to close a payment that was answered.
    pub fn on_close_answered(&mut self) {
        self.closes.others += 1;
    }

    /// That an earlier version of its interface is gone says nothing of today's.
    fn is_of_earlier(&mut self, payment: &Payment, observed: &Observation) -> bool {
        if payment.api_version >= self.version {
            return false;
        }
        self.earlier.record(payment, observed);
        matches!(observed.said, Reported::NoAnswer(NoAnswerReason::Gone(_)))
    }

    fn on_silence(&mut self, silence: &NoAnswerReason) {
        if let NoAnswerReason::Refused(code) = silence {
            self.refused = Some(*code);
        }
        let is_gone = matches!(silence, NoAnswerReason::Gone(_));
        let is_denied = *silence == NoAnswerReason::KnowsNobody;
        self.knows_nobody |= is_denied;
        if !is_gone && !is_denied && !silence.trips_circuit() {
            self.reset_silence();
            return;
        }
        self.silent_in_a_row += 1;
        self.gone_in_a_row = if is_gone { self.gone_in_a_row + 1 } else { 0 };
    }

    /// Takes note that what was heard last was asked in place of others, because the gateway was in doubt.
    pub fn on_probe(&mut self) {
        self.probes_in_a_row += u32::from(self.is_in_doubt());
    }

    fn reset_silence(&mut self) {
        (self.silent_in_a_row, self.gone_in_a_row) = (0, 0);
        self.probes_in_a_row = 0;
    }

    #[must_use]
    pub fn account(&self) -> AccountEvidence {
        self.account
    }

    /// Whether others from further back are to be asked next: those before them may be the only ones without an answer.
    #[must_use]
    pub fn is_in_doubt(&self) -> bool {
        self.silent_in_a_row >= SILENT_IN_A_ROW
    }

    /// Why nothing more is to be asked, most alarming first.
    #[must_use]
    pub fn halt(&self) -> Option<TripReason> {
        if let Some(code) = self.refused {
            return Some(TripReason::Refused(code));
        }
        let forgotten = u32::try_from(self.forgotten.len()).unwrap_or(u32::MAX);
        if self.answered >= FORGETFUL_FROM && forgotten.saturating_mul(2) > self.answered {
            return Some(TripReason::Forgetful {
                forgotten,
                answered: self.answered,
            });
        }
        let is_probed = self.probes_in_a_row >= PROBES || planted!(StarveBehindSilence);
        let is_over = self.is_in_doubt() && is_probed;
        let what = if self.knows_nobody {
            TripReason::KnowsNobody
        } else if self.gone_in_a_row >= SILENT_IN_A_ROW {
            TripReason::Gone(self.reads.code.max(self.closes.code))
        } else {
            TripReason::Silent
        };
        is_over.then_some(what)
    }

    /// What the run has shown in the end: one that met nothing but addresses where nothing is, too, is not believed.
    #[must_use]
    pub fn stop(&self) -> Option<TripReason> {
        let gone = || {
            self.reads
                .gone_code()
                .or(self.closes.gone_code())
                .map(TripReason::Gone)
        };
        let nobody = || self.knows_nobody.then_some(TripReason::KnowsNobody);
        self.halt().or_else(gone).or_else(nobody)
    }
}

impl AddressEvidence {
    fn record(&mut self, payment: &Payment, observed: &Observation) {
        let Reported::NoAnswer(NoAnswerReason::Gone(code)) = observed.said else {
            self.others += 1;
            return;
        };
        self.gone += 1;
        self.code = code;
        self.is_plain |= payment.transaction_id.is_some() || payment.reference.is_plain();
    }

    /// A web server answers so, too, about a name that it cannot carry; where nothing else was asked about, that
    /// says nothing of the address, unless there are many.
    fn gone_code(&self) -> Option<u16> {
        let is_sure = self.is_plain || self.gone >= SILENT_IN_A_ROW;
        (self.gone > 0 && self.others == 0 && is_sure).then_some(self.code)
    }
}

#[cfg(test)]
mod tests;
