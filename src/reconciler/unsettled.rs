//! Opens cases for payments that would otherwise be queried for ever (S1, S2).

use std::collections::BTreeSet;

use super::checked::{Action, Checked};
use super::expiring::Setting;
use super::round::{Print, RoundError};
use super::scribe::Pen;
use super::tally::Tally;
use crate::domain::case::CaseKind;
use crate::domain::dossier::Dossier;
use crate::domain::unsettled::{Settled, Unsettled, ask_a_person};
use crate::store::{Act, Hand, UnsettledRow};

/// The limit per run; the rest come in the next run.
const ASKED_MOST: u32 = 500;

/// Opens a case for each, or shows it with read-only access.
///
/// # Errors
/// `Store`, `Report`.
pub fn ask_about_unsettled(
    mut pen: Pen,
    setting: &Setting,
    print: &mut Print<'_>,
) -> Result<(Tally, Pen), RoundError> {
    let now = setting.clock.now();
    let mut tally = Tally::default();
    let mut gateways = BTreeSet::new();
    for row in pen.read().unsettled(now, ASKED_MOST)? {
        // One case about a gateway is enough for all its payments.
        if gateways.contains(&row.gateway) {
            continue;
        }
        let Some(dossier) = pen.read().dossier(row.order)? else {
            continue;
        };
        let decide = |today: Dossier| ask_a_person(today, row.payment, row.heard, now);
        let acted: Act<(Unsettled, String), Settled> = match &mut pen {
            Pen::Writing { store, permit } => {
                let hand = Hand {
                    actor: "schedule",
                    now,
                };
                store.act(permit, row.order, hand, decide)?
            }
            Pen::Looking(reader) => reader.foresee(row.order, decide)?,
        };
        let Some(Ok(acted)) = acted else { continue };
        let (found, reason) = acted.said;
        if let Some(line) = line(&dossier, &row, reason, acted.opened) {
            tally.count(&line);
            print(&line)?;
        }
        if matches!(found, Unsettled::GatewaySilent { .. }) {
            gateways.insert(row.gateway);
        }
    }
    Ok((tally, pen))
}

fn line(
    dossier: &Dossier,
    row: &UnsettledRow,
    reason: String,
    opened: Vec<CaseKind>,
) -> Option<Checked> {
    let payment = dossier.payment(row.payment)?;
    (!opened.is_empty()).then(|| Checked {
        opened,
        ..Checked::of_payment(&dossier.order, payment, Action::Review, reason)
    })
}
