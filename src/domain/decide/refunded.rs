//! Money that went back twice, and money that had gone back and is here again.
//!
//! A refund that a gateway has shown can fail after all, and a charge-back can be won: then the gateway shows less gone
//! back than before. Said once, that may be a slip; said twice, it is believed of a charge-back, and asked about of a refund.

use std::time::Duration;

use crate::domain::{
    CaseKind, CaseSubject, Dossier, Finding, LessRefunded, Observation, Payment, PlanBuilder,
    Reason, Refund, RefundedByGateway, Reported, Rule, Rupiah, Transition,
};
use crate::faults::planted;

/// Two answers that show less gone back than before must lie this far apart to be believed.
pub const LESS_NEEDS: Duration = Duration::from_secs(60);

/// How a meaning begins that speaks of a charge-back.
const CHARGED_BACK: &str = "charged_back ";

/// What follows from an answer that agrees about the money that came in: it may show less gone back than before.
pub(in crate::domain) fn agreed(payment: &Payment, observed: &Observation) -> Finding {
    let Some(less) = less_refunded(payment, observed) else {
        return Finding::Match;
    };
    let first = payment.back.less.map(|less| less.since);
    if first.is_none_or(|first| observed.asked_at < first.saturating_add(LESS_NEEDS)) {
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
pub(in crate::domain) fn refunded_after(
    before: &Payment,
    observed: &Observation,
) -> RefundedByGateway {
    let less = less_refunded(before, observed);
    let is_agreed = observed
        .said
        .paid()
        .is_some_and(|paid| paid == before.received || !before.status.has_money());
    let shown = if let Reported::Refunded { total, .. } = observed.said {
        before.back.shown.max(total)
    } else {
        before.back.shown
    };
    RefundedByGateway {
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
fn less_refunded(payment: &Payment, observed: &Observation) -> Option<LessRefunded> {
    let paid = observed.said.paid()?;
    let known = payment.charged_back;
    let shown = payment.back.shown;
    let (refunded, charged_back) = if let Reported::Refunded { total, .. } = observed.said {
        let is_new = total > shown || !is_after_charge_back(payment);
        (total, if is_new { known } else { Rupiah::ZERO })
    } else if let Reported::ChargedBack { total, .. } = observed.said {
        (shown, total)
    } else {
        (Rupiah::ZERO, Rupiah::ZERO)
    };
    let is_less =
        !planted!(TakeAReturnedRefundForAMatch) && (refunded < shown || charged_back < known);
    let agrees = payment.status.has_money() && paid == payment.received;
    (agrees && is_less).then(|| LessRefunded {
        since: payment
            .back
            .less
            .map_or(observed.asked_at, |less| less.since),
        refunded: refunded.min(shown),
        charged_back: charged_back.min(known),
    })
}

fn is_after_charge_back(payment: &Payment) -> bool {
    let is_in_row = |row: LessRefunded| row.charged_back < payment.charged_back;
    let last = payment.last_meaning.as_deref();
    payment.back.less.is_some_and(is_in_row)
        || last.is_some_and(|meaning| meaning.starts_with(CHARGED_BACK))
}

/// Asks a person about what has gone back too much, and no longer asks where that is not so any more.
pub(in crate::domain) fn follow_excess(
    draft: &mut PlanBuilder,
    before: &Payment,
    after: &Payment,
    rule: Rule,
) {
    let (kind, subject) = (CaseKind::RefundedTwice, CaseSubject::Payment(after.id));
    if after.back.excess_told > before.back.excess_told && !planted!(AcceptADoubleRefund) {
        let facts = excess_facts(&draft.dossier, after);
        draft.ask_again(kind, subject, rule, facts);
    } else if after.back.excess_told < before.back.excess_told {
        draft.close_cases(&subject, &[kind], &Reason::NoMoreWentBackThanCame);
    }
}

fn excess_facts(dossier: &Dossier, payment: &Payment) -> Reason {
    let refunds = dossier.refunds.iter();
    let is_by_hand = |refund: &&Refund| {
        refund.payment == payment.id && refund.by_hand && refund.status.is_fact()
    };
    let by_hand: Rupiah = refunds.filter(is_by_hand).map(|refund| refund.amount).sum();
    Reason::TooMuchWentBack {
        gone: payment.refunded_total(),
        paid: payment.paid_by_customer(),
        by_bank: by_hand,
        by_gateway: payment.refunded.saturating_sub(by_hand),
        gateway: payment.gateway.clone(),
        charged_back: payment.charged_back,
    }
}

/// What a person is told of a refund that its gateway no longer shows.
pub(in crate::domain) fn taken_back_facts(says: Reason, payment: &Payment) -> Reason {
    let shown = payment.back.shown;
    let now = payment.back.less.map_or(shown, |less| less.refunded);
    Reason::RefundTakenBack {
        says: Box::new(says),
        now,
        before: shown,
    }
}

#[cfg(test)]
mod tests;
