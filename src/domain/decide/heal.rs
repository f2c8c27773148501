//! H1: what an older version has harmed is asked about again, once.
//!
//! Nothing is decided here: only answers move a payment, and the rules decide what follows from them.

use crate::domain::{
    Change, Dossier, Instant, Payment, PaymentId, PlanBuilder, Reason, Rule, Schedule, string_enum,
};

string_enum! {
    /// Harm that an older version may have done to a payment. A file is gone through once for each.
    pub enum Harm {
        /// It has expired by a "not found" of a kind that an address says which is gone.
        NotFound = "not_found",
    }
}

/// Nothing is wrong with it, or not any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sound;

/// Has a harmed payment asked about again, at an instant; says what is wrong with it.
///
/// # Errors
/// `Sound`.
pub fn ask_again(
    dossier: Dossier,
    id: PaymentId,
    harm: Harm,
    at: Instant,
    now: Instant,
) -> Result<(String, Vec<Change>), Sound> {
    let before = dossier.payment(id).cloned().ok_or(Sound)?;
    let why = match harm {
        Harm::NotFound if has_expired_unknown(&before) => Reason::AskedAgainNotFound,
        Harm::NotFound => return Err(Sound),
    };
    let after = Payment {
        schedule: Schedule {
            next_check_at: Some(at),
            last_answered_at: before.schedule.answered_by(now),
            last_asked_at: before.schedule.last_asked_at.filter(|asked| *asked <= now),
            ..before.schedule
        },
        version: before.version + 1,
        ..before.clone()
    };
    let mut draft = PlanBuilder::of(dossier);
    draft.move_payment(&before, after, Rule::H1, why.clone());
    Ok((format!("{why} ({})", Rule::H1), draft.changes))
}

fn has_expired_unknown(payment: &Payment) -> bool {
    payment.status.is_closed()
        && !payment.seen
        && !payment.is_foreign()
        && payment.schedule.next_check_at.is_none()
}

#[cfg(test)]
mod tests;
