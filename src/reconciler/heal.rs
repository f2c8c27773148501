//! Makes payments due again that older versions of payctl have left wrong (H1).

use std::time::Duration;

use super::checked::{CheckAction, CheckResult};
use super::ledger::Ledger;
use crate::domain::decide::heal::ask_again;
use crate::domain::{CheckReason, Dossier, Harm, Instant, PaymentId, Turns};
use crate::store::{Actor, Harmed, Healed, StoreError};

/// Payments per transaction.
const PAGE: u32 = 500;

/// The limit per run; the next run continues.
const MAX_HEALED: usize = 20_000;

/// An order that ended longer ago is not reopened because its "not found" may have been wrong.
const LATELY: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// Repairs what is left to repair, or shows it in a preview.
///
/// # Errors
/// As [`crate::store::Store::heal`].
pub fn heal(ledger: &Ledger, turns: &mut Turns) -> Result<Vec<CheckResult>, StoreError> {
    let mut lines = Vec::new();
    for (harm, mut after) in ledger.read().harms_left()? {
        while lines.len() < MAX_HEALED {
            let page = HealPage::read(ledger, harm, after, turns.now())?;
            let healed = page.heal(ledger, turns)?;
            lines.extend(healed.iter().filter_map(|one| line(one, ledger)));
            after = page.last;
            if page.is_last {
                break;
            }
        }
    }
    Ok(lines)
}

struct HealPage {
    harm: Harm,
    rows: Vec<Harmed>,
    last: PaymentId,
    is_last: bool,
}

impl HealPage {
    fn read(
        ledger: &Ledger,
        harm: Harm,
        after: PaymentId,
        now: Instant,
    ) -> Result<Self, StoreError> {
        let rows = ledger
            .read()
            .harmed(harm, after, now.saturating_sub(LATELY), PAGE)?;
        Ok(Self {
            harm,
            last: rows.last().map_or(after, |row| row.payment),
            is_last: u32::try_from(rows.len()) != Ok(PAGE),
            rows,
        })
    }

    fn heal(&self, ledger: &Ledger, turns: &mut Turns) -> Result<Vec<Healed>, StoreError> {
        let (harm, now) = (self.harm, turns.now());
        let decide = |today: Dossier, row: &Harmed| {
            let at = turns.next(&row.gateway);
            ask_again(today, row.payment, harm, at, now)
        };
        Ok(match ledger {
            Ledger::ReadWrite(writer) => {
                let by = Actor {
                    actor: "healing",
                    now,
                };
                let place = (self.last, self.is_last);
                writer.write(|store, permit| {
                    store.heal(permit, harm, &self.rows, place, by, decide)
                })?
            }
            Ledger::ReadOnly(reader) => reader.preview_healing(&self.rows, decide)?,
        })
    }
}

fn line(healed: &Healed, ledger: &Ledger) -> Option<CheckResult> {
    let order = &healed.dossier.order;
    let order = (order.number.clone(), order.status);
    let payment = healed.dossier.payment(healed.payment)?;
    let action = match ledger {
        Ledger::ReadWrite(_) => CheckAction::Fixed,
        Ledger::ReadOnly(_) => CheckAction::WouldFix,
    };
    let reason = CheckReason::Found {
        words: healed.what.clone(),
    };
    Some(CheckResult::of_payment(order, payment, action, reason))
}
