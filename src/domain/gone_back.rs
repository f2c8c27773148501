//! Money that went back twice, and money that had gone back and is here again.
//!
//! A refund that a gateway has shown can fail after all, and a charge-back can be won: then the gateway shows less gone
//! back than before. Said once, that may be a slip; said twice, it is believed of a charge-back, and asked about of a refund.

use std::time::Duration;

use super::case::CaseKind;
use super::dossier::{Dossier, Subject};
use super::draft::Draft;
use super::instant::Instant;
use super::money::Rupiah;
use super::observation::{Observation, Said};
use super::order::Refund;
use super::payment::Payment;
use super::reconcile::{Finding, Transition};
use super::rule::Rule;

/// Two answers that show less gone back than before must lie this far apart to be believed.
pub const LESS_NEEDS: Duration = Duration::from_secs(60);

/// How a meaning begins that speaks of a charge-back.
const CHARGED_BACK: &str = "charged_back ";

/// What a gateway has shown of the money that went back, and what a person was told of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Back {
    /// What the gateway itself has shown as refunded, and nobody has taken for failed since.
    pub shown: Rupiah,
    /// Its last answers show less than that.
    pub less: Option<LessBack>,
    /// How much more had gone back than came in, when a person was last asked about that.
    pub excess_told: Rupiah,
}

impl Back {
    /// What its last answers show as refunded and as charged back, where that is less than before.
    #[must_use]
    pub fn less_sums(&self) -> (Rupiah, Rupiah) {
        self.less.map_or((Rupiah::ZERO, Rupiah::ZERO), |less| {
            (less.refunded, less.charged_back)
        })
    }
}

/// An unbroken row of answers that show less gone back than before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LessBack {
    /// When the first of their questions was started.
    pub since: Instant,
    /// What they show as refunded.
    pub refunded: Rupiah,
    /// What they show as charged back.
    pub charged_back: Rupiah,
}

impl Payment {
    /// All that has gone back of it, whoever sent it.
    #[must_use]
    pub fn gone_back(&self) -> Rupiah {
        self.refunded + self.charged_back
    }

    /// What its customer has paid: what was received, and a fee that the customer bore and its gateway does not report.
    #[must_use]
    pub fn paid_by_customer(&self) -> Rupiah {
        self.received + self.payable.less(self.amount).less(self.surcharge)
    }

    /// How much more has gone back than its customer paid.
    #[must_use]
    pub fn excess_back(&self) -> Rupiah {
        self.gone_back().less(self.paid_by_customer())
    }

    /// More has gone back than a person was asked about.
    pub(super) fn is_excess_news(&self) -> bool {
        self.excess_back() > self.back.excess_told
    }

    /// A person is asked about all that has gone back too much.
    pub(super) fn note_excess(&mut self) {
        let excess = self.excess_back();
        self.back.excess_told = if excess > Rupiah::ZERO {
            excess.max(self.back.excess_told)
        } else {
            Rupiah::ZERO
        };
    }
}

/// What follows from an answer that agrees about the money that came in: it may show less gone back than before.
pub(super) fn agreed(payment: &Payment, heard: &Observation) -> Finding {
    let Some(less) = less(payment, heard) else {
        return Finding::Match;
    };
    let first = payment.back.less.map(|less| less.since);
    if first.is_none_or(|first| heard.asked_at < first.plus(LESS_NEEDS)) {
        return Finding::Match;
    }
    let is_refund_denied = less.refunded < payment.back.shown;
    let case = is_refund_denied.then_some(CaseKind::RefundTakenBack);
    if less.charged_back < payment.charged_back {
        return Finding::Drift(Transition {
            rule: Rule::P26,
            to: payment.status,
            received: None,
            refunded: None,
            charged_back: Some(less.charged_back),
            case,
        });
    }
    case.map_or(Finding::Match, |kind| Finding::Review(Rule::P25, kind))
}

/// What an answer leaves in mind of the money that went back.
pub(super) fn remember(before: &Payment, heard: &Observation) -> Back {
    let less = less(before, heard);
    let is_agreed = match heard.said {
        Said::Paid { amount: paid }
        | Said::Refunded { paid, .. }
        | Said::ChargedBack { paid, .. } => paid == before.received || !before.status.has_money(),
        Said::NoAnswer(_)
        | Said::NotStarted
        | Said::Pending
        | Said::Challenged
        | Said::Failed
        | Said::Cancelled
        | Said::Expired
        | Said::Unrecognised { .. } => false,
    };
    let shown = match heard.said {
        Said::Refunded { total, .. } => before.back.shown.max(total),
        Said::NoAnswer(_)
        | Said::NotStarted
        | Said::Pending
        | Said::Challenged
        | Said::Paid { .. }
        | Said::Failed
        | Said::Cancelled
        | Said::Expired
        | Said::ChargedBack { .. }
        | Said::Unrecognised { .. } => before.back.shown,
    };
    Back {
        shown,
        less: match less {
            None if is_agreed => None,
            None => before.back.less,
            Some(less) => Some(less),
        },
        ..before.back
    }
}

/// What an answer shows as gone back, where that is less than before; its row begins with the first such answer.
/// Each word speaks of its own kind: that of a charge-back says nothing of refunds, and that of a refund says of a
/// charge-back only that it is gone, where it comes after one and shows no new refund.
fn less(payment: &Payment, heard: &Observation) -> Option<LessBack> {
    let known = payment.charged_back;
    let shown = payment.back.shown;
    let (paid, refunded, charged_back) = match heard.said {
        Said::Paid { amount } => (amount, Rupiah::ZERO, Rupiah::ZERO),
        Said::Refunded { paid, total } if total <= shown && is_after_charge_back(payment) => {
            (paid, total, Rupiah::ZERO)
        }
        Said::Refunded { paid, total } => (paid, total, known),
        Said::ChargedBack { paid, total } => (paid, shown, total),
        Said::NoAnswer(_)
        | Said::NotStarted
        | Said::Pending
        | Said::Challenged
        | Said::Failed
        | Said::Cancelled
        | Said::Expired
        | Said::Unrecognised { .. } => return None,
    };
    let is_less = refunded < shown || charged_back < known;
    let agrees = payment.status.has_money() && paid == payment.received;
    (agrees && is_less).then(|| LessBack {
        since: payment.back.less.map_or(heard.asked_at, |less| less.since),
        refunded: refunded.min(shown),
        charged_back: charged_back.min(known),
    })
}

fn is_after_charge_back(payment: &Payment) -> bool {
    let is_in_row = |row: LessBack| row.charged_back < payment.charged_back;
    let last = payment.last_meaning.as_deref();
    payment.back.less.is_some_and(is_in_row)
        || last.is_some_and(|meaning| meaning.starts_with(CHARGED_BACK))
}

/// Asks a person about what has gone back too much, and no longer asks where that is not so any more.
pub(super) fn follow_excess(draft: &mut Draft, before: &Payment, after: &Payment, rule: Rule) {
    let (kind, subject) = (CaseKind::RefundedTwice, Subject::Payment(after.id));
    if after.back.excess_told > before.back.excess_told {
        let facts = excess_facts(&draft.dossier, after);
        draft.open_case(kind, subject, rule, facts);
    } else if after.back.excess_told < before.back.excess_told {
        draft.close_cases(&subject, &[kind], "no more has gone back than came in");
    }
}

fn excess_facts(dossier: &Dossier, payment: &Payment) -> String {
    let refunds = dossier.refunds.iter();
    let is_by_hand = |refund: &&Refund| {
        refund.payment == payment.id && refund.by_hand && refund.status.is_fact()
    };
    let by_hand: Rupiah = refunds.filter(is_by_hand).map(|refund| refund.amount).sum();
    format!(
        "{} has gone back of {}: {by_hand} by the shop's bank, {} by {}, and {} was charged back",
        payment.gone_back(),
        payment.paid_by_customer(),
        payment.refunded.less(by_hand),
        payment.gateway,
        payment.charged_back,
    )
}

/// What a person is told of a refund that its gateway no longer shows.
pub(super) fn taken_back_facts(says: &str, payment: &Payment) -> String {
    let shown = payment.back.shown;
    let now = payment.back.less.map_or(shown, |less| less.refunded);
    format!("{says}, twice: {now} has gone back by its word, and {shown} had before")
}

#[cfg(test)]
mod tests;
