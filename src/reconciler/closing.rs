//! Closes payments that must not stay payable because their orders no longer wait for money (O17).

use std::time::Duration;

use super::crew::Crew;
use super::expiring::Setting;
use super::round::{Print, RoundError};
use super::scribe::Pen;
use super::tally::Tally;
use crate::domain::names::PaymentId;
use crate::domain::observation::Errand;
use crate::domain::rule::Rule;
use crate::store::{Hand, ToAsk};

/// The limit per run; the rest come first in the next run.
const CLOSED_MOST: u32 = 500;

/// When to try again with a payment that stays open.
const TRIED_AGAIN_AFTER: Duration = Duration::from_secs(5 * 60);

/// Closes payments that are still payable although their orders have ended or are paid, and queries the result. Does
/// nothing with read-only access.
///
/// # Errors
/// As [`super::Round::run`].
pub async fn close_dead(
    crew: &mut Crew,
    pen: Pen,
    setting: &Setting,
    print: &mut Print<'_>,
) -> Result<(Tally, Pen), RoundError> {
    let Pen::Writing { mut store, permit } = pen else {
        return Ok((Tally::default(), pen));
    };
    let tried_before = setting.now.minus(TRIED_AGAIN_AFTER);
    let rows = store.read().payments_to_close(tried_before, CLOSED_MOST)?;
    if rows.is_empty() {
        return Ok((Tally::default(), Pen::Writing { store, permit }));
    }
    let (can_close, cannot): (Vec<&ToAsk>, Vec<&ToAsk>) =
        rows.iter().partition(|row| crew.can_close(&row.payment));
    let ids =
        |rows: &[&ToAsk]| -> Vec<PaymentId> { rows.iter().map(|row| row.payment.id).collect() };
    let hand = Hand {
        actor: "deadline",
        now: setting.clock.now(),
    };
    store.note_closing(&permit, &ids(&can_close), Rule::O17, hand)?;
    store.note_looked_at(&permit, &ids(&cannot), hand.now)?;
    let lanes = crew.lanes(rows, Errand::ReadAfterClose);
    let pen = Pen::Writing { store, permit };
    let (tally, pen) = setting.round(lanes, pen).run(print).await?;
    crew.learn(&tally);
    Ok((tally, pen))
}
