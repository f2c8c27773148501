//! What a gateway said about a payment, before anybody judged it.

use std::fmt;
use std::time::Duration;

use crate::domain::{AmountBasis, AmountParts, CloseResult, Instant, Rupiah, TransactionId};
use crate::faults::planted;

/// The meaning of one answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reported {
    /// Nothing that could be believed came back. Silence is not an answer.
    NoAnswer(NoAnswerReason),
    /// The gateway documents this as "not found": nobody has chosen how to pay yet, or it never knew.
    NotStarted,
    /// It waits for the money; a card is only authorised.
    Pending,
    /// Its fraud system wants a person to look.
    Challenged,
    /// The money is in.
    Paid {
        amount: Rupiah,
    },
    Failed,
    Cancelled,
    Expired,
    /// It can no longer be paid, and the gateway does not say why: it has one word for failed, cancelled and expired. A
    /// gateway that says this of a paid payment, too, does not say this.
    Closed,
    /// `paid` came in, and `total` of it has been refunded so far.
    Refunded {
        paid: Rupiah,
        total: Rupiah,
    },
    /// `paid` came in, and `total` of it has been charged back so far.
    ChargedBack {
        paid: Rupiah,
        total: Rupiah,
    },
    /// A word this version does not know, or an amount that cannot be read.
    Unrecognised {
        word: String,
    },
}

impl Reported {
    /// What came in, where it speaks of money.
    #[must_use]
    pub fn paid(&self) -> Option<Rupiah> {
        match self {
            Self::Paid { amount: paid }
            | Self::Refunded { paid, .. }
            | Self::ChargedBack { paid, .. } => Some(*paid),
            Self::NoAnswer(_)
            | Self::NotStarted
            | Self::Pending
            | Self::Challenged
            | Self::Failed
            | Self::Cancelled
            | Self::Expired
            | Self::Closed
            | Self::Unrecognised { .. } => None,
        }
    }
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoAnswerReason {
    /// No connection, or it broke. The text names no URL.
    Unreachable(String),
    TimedOut,
    /// 429, and how long the gateway asked us to wait.
    Throttled(Option<Duration>),
    /// 5xx, in HTTP or in the body.
    ServerError(u16),
    /// HTML, cut-off JSON, or more than the limit.
    Unreadable(String),
    /// Well-formed, but with this code and no status word.
    Wordless(u16),
    /// It speaks of another order.
    Foreign(String),
    /// 401, or 410 in the gateway's own words: the keys or the account are wrong.
    Refused(u16),
    /// This HTTP code (404, 405, 410, a redirection) or a web page, and not in the shape of the gateway's own
    /// answers: the API is not at this address, or not any more.
    Gone(u16),
    /// "Not found", from the very gateway that had answered the opening.
    Contradiction,
    /// "Not found" about a payment of which the gateway has told a moment ago: its reads may be behind its writes.
    Lagging,
    /// "Not found", also about payments that it must know.
    KnowsNobody,
    /// "Not found", and no answer about a payment that it must know.
    Unvouched,
    /// 429 of a gateway that lets one payment be read only so often: nothing is wrong with it.
    TooSoon,
    /// It has no id yet by which its gateway could be asked.
    Nameless,
    /// It speaks for another world than the configuration, and why that is seen.
    OtherWorld(&'static str),
}

/// How soon a payment is asked about again that was asked about a moment ago.
const SOON: Duration = Duration::from_secs(5);

impl NoAnswerReason {
    /// Counts towards leaving the gateway alone: it looks down, as opposed to strange.
    #[must_use]
    pub fn trips_circuit(&self) -> bool {
        matches!(
            self,
            Self::Unreachable(_) | Self::TimedOut | Self::Throttled(_) | Self::ServerError(_)
        )
    }

    /// It is about the account, so that no other name would be answered. That nothing is at an address is not: it may
    /// not carry one name, and carry another.
    #[must_use]
    pub fn is_of_account(&self) -> bool {
        matches!(self, Self::Throttled(_) | Self::Refused(_))
    }

    /// How long the gateway asked us to wait, where it did.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        if *self == Self::TooSoon {
            return Some(SOON);
        }
        let Self::Throttled(wait) = self else {
            return None;
        };
        *wait
    }
}

/// Goes into reports behind the gateway's name: "midtrans answered 503".
impl fmt::Display for NoAnswerReason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreachable(why) => write!(formatter, "could not be reached: {why}"),
            Self::TimedOut => formatter.write_str("did not answer in time"),
            Self::Throttled(_) => formatter.write_str("answered 429, too many questions"),
            Self::ServerError(code) => write!(formatter, "answered {code}"),
            Self::Unreadable(why) => write!(formatter, "answered something unreadable: {why}"),
            Self::Wordless(code) => write!(formatter, "answered {code} without a status"),
            Self::Foreign(other) => write!(formatter, "answered about another payment ({other})"),
            Self::Refused(code) => write!(
                formatter,
                "answered {code}, refusing the key or the account"
            ),
            Self::Gone(code) => write!(
                formatter,
                "answered {code}, and not as it answers about payments: nothing is at this address"
            ),
            Self::Contradiction => formatter
                .write_str("answered \"not found\" about a payment whose opening it had answered"),
            Self::Lagging => formatter.write_str(
                "answered \"not found\", although it had reported this payment before; this proves nothing",
            ),
            Self::KnowsNobody => formatter.write_str(
                "answered \"not found\", also for payments that it once knew; this proves nothing",
            ),
            Self::TooSoon => formatter.write_str(
                "answered 429: it was asked about this payment a moment ago; it is asked again",
            ),
            Self::Nameless => formatter.write_str(
                "has not answered the opening, so that there is no id to ask by; the next visit opens it again, and its expiry closes it",
            ),
            Self::OtherWorld(why) => write!(formatter, "answered {why}"),
            Self::Unvouched => formatter.write_str(
                "answered \"not found\", and did not answer about payments that it once knew; this proves nothing",
            ),
        }
    }
}

/// How the meaning of an unknown word begins.
pub(in crate::domain) const UNRECOGNISED: &str = "unrecognised";

/// What a question was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QueryPurpose {
    /// To know.
    Read,
    /// To know what a person decides beside. What an account does not know that has never known any is told to that
    /// person, and nobody else is asked about it.
    ReadBeside,
    /// To see what came of a request to close the payment, which goes before it.
    ReadAfterClose,
}

/// A try that was asked about by its own id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueriedAttempt {
    pub id: TransactionId,
    /// The gateway does not know it.
    pub is_unknown: bool,
}

/// By what name the gateway calls what it speaks of, where it was asked by the id of a try that a message has named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReportedName {
    /// By our reference, or by none that could be another's.
    Ours,
    /// By the id of the try, as BI-SNAP and DANA do: nothing in the answer says whose it is.
    ById,
    /// By a third name: it is somebody else's.
    Another(String),
}

/// What a gateway said about a payment, and when the question was started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observation {
    pub said: Reported,
    /// What the gateway had answered to the request to close it that went before this question, where one did.
    pub close_answer: Option<CloseResult>,
    /// When the question was started, by our clock.
    pub asked_at: Instant,
    /// By how much the gateway's clock is ahead of ours, where that is more than the grace. What was said is still
    /// said; when it was said, nobody knows for sure.
    pub clock_off_ms: Option<i64>,
    /// The gateway's own word, as it came; none when it gave no answer.
    pub raw_status: Option<String>,
    /// The try the answer is about, where the gateway names tries.
    pub transaction_id: Option<TransactionId>,
    /// The try that a message had spoken of, where this is the answer to that.
    pub answers_for: Option<TransactionId>,
    /// Which of the tries that messages have named were asked about by their own ids in this question.
    pub asked_tries: Vec<QueriedAttempt>,
    /// What the gateway calls what it speaks of.
    pub called: ReportedName,
    /// What the customer was asked for, where the gateway says so.
    pub gross: Option<Rupiah>,
    /// The question, or a part of it, was put by our reference.
    pub by_reference: bool,
    /// Another name of the payment was asked by as well, and had no answer: nothing here proves that there is no more.
    pub is_partial: bool,
    pub method: Option<String>,
    /// When the payment runs out, where the gateway says so.
    pub deadline: Option<Instant>,
    /// When it was begun at the gateway, where the gateway says so.
    pub begun_at: Option<Instant>,
    /// When the money came in, where the gateway says so.
    pub paid_at: Option<Instant>,
    /// Whether this money may still be taken back without a refund.
    pub reversible: bool,
    pub measure: AmountBasis,
    /// How the gateway breaks down what it asks of the customer.
    pub parts: AmountParts,
    /// What went back past the gateway, which cannot know of it. It is added here, and never read from an answer.
    pub past_it: Rupiah,
    /// What may be kept of the answer: no secrets and nothing about a person.
    pub kept_body: Option<String>,
}

impl Observation {
    /// Silence, with everything else unknown.
    #[must_use]
    pub fn silence(why: NoAnswerReason, asked_at: Instant) -> Self {
        Self::from_status(Reported::NoAnswer(why), asked_at)
    }

    /// What was said, with everything else unknown.
    #[must_use]
    pub fn from_status(said: Reported, asked_at: Instant) -> Self {
        Self {
            said,
            close_answer: None,
            asked_at,
            clock_off_ms: None,
            raw_status: None,
            transaction_id: None,
            answers_for: None,
            asked_tries: Vec::new(),
            called: ReportedName::Ours,
            gross: None,
            by_reference: false,
            is_partial: false,
            method: None,
            deadline: None,
            begun_at: None,
            paid_at: None,
            reversible: false,
            measure: AmountBasis::Payable,
            parts: AmountParts::Absent,
            past_it: Rupiah::ZERO,
            kept_body: None,
        }
    }

    /// Something that could be believed came back.
    #[must_use]
    pub fn is_answer(&self) -> bool {
        !matches!(self.said, Reported::NoAnswer(_))
    }

    /// It says that nobody has paid by this name and nobody can: the customer may go on under another.
    #[must_use]
    pub fn cannot_be_paid(&self) -> bool {
        match self.said {
            Reported::NotStarted | Reported::Failed | Reported::Cancelled | Reported::Expired => {
                true
            }
            Reported::NoAnswer(_)
            | Reported::Pending
            | Reported::Challenged
            | Reported::Paid { .. }
            | Reported::Refunded { .. }
            | Reported::ChargedBack { .. }
            | Reported::Closed
            | Reported::Unrecognised { .. } => false,
        }
    }

    /// The gateway's clock contradicts ours: facts are booked, and nothing is concluded from the time.
    #[must_use]
    pub fn is_clock_in_doubt(&self) -> bool {
        self.clock_off_ms.is_some() && !planted!(BelieveAWrongClock)
    }

    /// When the question was started, by the gateway's clock where that contradicts ours.
    #[must_use]
    pub fn dated_at(&self) -> Instant {
        let off = self.clock_off_ms.unwrap_or(0);
        Instant::from_millis(self.asked_at.as_millis().saturating_add(off))
    }

    /// When there was something at the gateway already: at the latest when the money came in.
    #[must_use]
    pub fn known_since(&self) -> Option<Instant> {
        self.begun_at.or(self.paid_at)
    }

    /// The same text for the same meaning: what was said, the raw word, the try, the amounts.
    /// Times, bodies and counters play no part.
    #[must_use]
    pub fn meaning(&self) -> String {
        let said = match &self.said {
            Reported::NoAnswer(_) => "no_answer".to_owned(),
            Reported::NotStarted => "not_started".to_owned(),
            Reported::Pending => "pending".to_owned(),
            Reported::Challenged => "challenged".to_owned(),
            Reported::Paid { amount } => format!("paid {}", amount.as_i64()),
            Reported::Failed => "failed".to_owned(),
            Reported::Cancelled => "cancelled".to_owned(),
            Reported::Expired => "expired".to_owned(),
            Reported::Closed => "closed".to_owned(),
            Reported::Refunded { paid, total } => {
                format!("refunded {} of {}", total.as_i64(), paid.as_i64())
            }
            Reported::ChargedBack { paid, total } => {
                format!("charged_back {} of {}", total.as_i64(), paid.as_i64())
            }
            Reported::Unrecognised { .. } => UNRECOGNISED.to_owned(),
        };
        let raw = self.raw_status.as_deref().unwrap_or("-");
        let transaction = self
            .transaction_id
            .as_ref()
            .map_or("-", TransactionId::as_str);
        format!("{said}|{raw}|{transaction}")
    }
}
