//! Opens cases for payments that would otherwise be queried for ever (S1, S2).

use std::collections::BTreeSet;

use super::checked::{CheckAction, CheckResult, OnResult};
use super::error::RoundError;
use super::ledger::Ledger;
use super::run_context::RunContext;
use super::stats::RunStats;
use crate::domain::decide::unsettled::ask_a_person;
use crate::domain::{CaseKind, CheckReason, Dossier, Unsettled};
use crate::store::{Actor, UnsettledRow};

/// The limit per run; the rest come in the next run.
const MAX_ASKED: u32 = 500;

/// Opens a case for each, or shows it in a preview.
///
/// # Errors
/// `Store`, `Report`.
pub fn ask_about_unsettled(
    ledger: &Ledger,
    setting: &RunContext,
    print: &mut OnResult<'_>,
) -> Result<RunStats, RoundError> {
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
        let by = Actor {
            actor: "schedule",
            now,
        };
        let acted = ledger.update_order(row.order, by, |today| {
            ask_a_person(today, row.payment, row.observed, now)
        })?;
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
    Ok(stats)
}

fn line(
    dossier: &Dossier,
    row: &UnsettledRow,
    reason: String,
    opened: Vec<CaseKind>,
) -> Option<CheckResult> {
    let payment = dossier.payment(row.payment)?;
    let order = (dossier.order.number.clone(), dossier.order.status);
    (!opened.is_empty()).then(|| CheckResult {
        opened,
        ..CheckResult::of_payment(
            order,
            payment,
            CheckAction::Review,
            CheckReason::Found { words: reason },
        )
    })
}
