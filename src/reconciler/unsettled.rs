//! Opens cases for payments that would otherwise be queried for ever (S1, S2).

use std::collections::BTreeSet;

use super::checked::{CheckAction, CheckResult};
use super::expiry_run::RunContext;
use super::round::{OnResult, RoundError};
use super::stats::RunStats;
use super::writer::LedgerAccess;
use crate::domain::decide::unsettled::ask_a_person;
use crate::domain::{CaseKind, CheckReason, Dossier, Settled, Unsettled};
use crate::store::{Actor, UnsettledRow, UpdateResult};

/// The limit per run; the rest come in the next run.
const MAX_ASKED: u32 = 500;

/// Opens a case for each, or shows it with read-only access.
///
/// # Errors
/// `Store`, `Report`.
pub fn ask_about_unsettled(
    mut ledger: LedgerAccess,
    setting: &RunContext,
    print: &mut OnResult<'_>,
) -> Result<(RunStats, LedgerAccess), RoundError> {
    let now = setting.clock.now();
    let mut stats = RunStats::default();
    let mut gateways = BTreeSet::new();
    for row in ledger.read().unsettled(now, MAX_ASKED)? {
        // One case about a gateway is enough for all its payments.
        if gateways.contains(&row.gateway) {
            continue;
        }
        let Some(dossier) = ledger.read().dossier(row.order)? else {
            continue;
        };
        let decide = |today: Dossier| ask_a_person(today, row.payment, row.observed, now);
        let acted: UpdateResult<(Unsettled, String), Settled> = match &mut ledger {
            LedgerAccess::ReadWrite { store, permit } => {
                let by = Actor {
                    actor: "schedule",
                    now,
                };
                store.update_order(permit, row.order, by, decide)?
            }
            LedgerAccess::ReadOnly(reader) => reader.preview_update(row.order, decide)?,
        };
        let Some(Ok(acted)) = acted else { continue };
        let (found, reason) = acted.said;
        if let Some(line) = line(&dossier, &row, reason, acted.opened) {
            stats.count(&line);
            print(&line)?;
        }
        if matches!(found, Unsettled::GatewaySilent { .. }) {
            gateways.insert(row.gateway);
        }
    }
    Ok((stats, ledger))
}

fn line(
    dossier: &Dossier,
    row: &UnsettledRow,
    reason: String,
    opened: Vec<CaseKind>,
) -> Option<CheckResult> {
    let payment = dossier.payment(row.payment)?;
    (!opened.is_empty()).then(|| CheckResult {
        opened,
        ..CheckResult::of_payment(
            &dossier.order,
            payment,
            CheckAction::Review,
            CheckReason::Found { words: reason },
        )
    })
}
