//! Finds the try of a payment that an answer is about.

use super::{MAX_TRIES, SimulatedAttempt};
use crate::simulator::answer::{AttemptTruth, TruthRefused};

/// The index of the try that an answer names; the last one if it names none, or one more for a new try.
pub(super) fn which_try(
    tries: &[SimulatedAttempt],
    answer: &AttemptTruth,
) -> Result<usize, TruthRefused> {
    let named = answer.transaction_id.as_deref().map(|id| {
        let known = tries.iter().position(|one| one.transaction_id == id);
        known.unwrap_or(tries.len())
    });
    let at = match answer.try_number {
        Some(number) => number.checked_sub(1).unwrap_or(MAX_TRIES),
        None => named.unwrap_or(tries.len().saturating_sub(1)),
    };
    if at > tries.len() || at >= MAX_TRIES {
        return Err(TruthRefused(
            "tries are numbered from 1 to 16, without gaps",
        ));
    }
    Ok(at)
}
