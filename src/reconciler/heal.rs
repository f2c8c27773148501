//! Makes payments due again that older versions of payctl have left wrong (H1).

use std::time::Duration;

use super::checked::{Action, Checked};
use super::scribe::Pen;
use crate::domain::dossier::Dossier;
use crate::domain::heal::{Harm, ask_again};
use crate::domain::instant::Instant;
use crate::domain::names::PaymentId;
use crate::domain::turns::Turns;
use crate::store::{Hand, Harmed, Healed, StoreError};

/// Payments per transaction.
const PAGE: u32 = 500;

/// The limit per run; the next run continues.
const HEALED_MOST: usize = 20_000;

/// An order that ended longer ago is not reopened because its "not found" may have been wrong.
const LATELY: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// Repairs what is left to repair, or shows it with read-only access.
///
/// # Errors
/// As [`crate::store::Store::heal`].
pub fn heal(pen: &mut Pen, turns: &mut Turns) -> Result<Vec<Checked>, StoreError> {
    let mut lines = Vec::new();
    for (harm, mut after) in pen.read().harms_left()? {
        while lines.len() < HEALED_MOST {
            let page = Page::read(pen, harm, after, turns.now())?;
            let healed = page.heal(pen, turns)?;
            lines.extend(healed.iter().filter_map(|one| line(one, pen)));
            after = page.last;
            if page.is_last {
                break;
            }
        }
    }
    Ok(lines)
}

struct Page {
    harm: Harm,
    rows: Vec<Harmed>,
    last: PaymentId,
    is_last: bool,
}

impl Page {
    fn read(pen: &Pen, harm: Harm, after: PaymentId, now: Instant) -> Result<Self, StoreError> {
        let rows = pen.read().harmed(harm, after, now.minus(LATELY), PAGE)?;
        Ok(Self {
            harm,
            last: rows.last().map_or(after, |row| row.payment),
            is_last: u32::try_from(rows.len()) != Ok(PAGE),
            rows,
        })
    }

    fn heal(&self, pen: &mut Pen, turns: &mut Turns) -> Result<Vec<Healed>, StoreError> {
        let (harm, now) = (self.harm, turns.now());
        let decide = |today: Dossier, row: &Harmed| {
            let at = turns.next(&row.gateway);
            ask_again(today, row.payment, harm, at, now)
        };
        Ok(match pen {
            Pen::Writing { store, permit } => {
                let hand = Hand {
                    actor: "healing",
                    now,
                };
                let place = (self.last, self.is_last);
                store.heal(permit, harm, &self.rows, place, hand, decide)?
            }
            Pen::Looking(reader) => reader.foresee_healing(&self.rows, decide)?,
        })
    }
}

fn line(healed: &Healed, pen: &Pen) -> Option<Checked> {
    let order = &healed.dossier.order;
    let payment = healed.dossier.payment(healed.payment)?;
    let action = match pen {
        Pen::Writing { .. } => Action::Fixed,
        Pen::Looking(_) => Action::WouldFix,
    };
    let reason = healed.what.clone();
    Some(Checked::of_payment(order, payment, action, reason))
}
