//! Closes what is still payable before a person's decision is booked (P27): query, close, query again.

use std::collections::BTreeMap;
use std::io;

use super::checked::CheckResult;
use super::error::RoundError;
use super::gateways::GatewayPool;
use super::ledger::Writer;
use super::run_context::RunContext;
use super::stats::RunStats;
use crate::domain::read::payable::{obstacles, payable};
use crate::domain::{
    AskedSince, Dossier, Instant, Obstacle, OrderId, PaymentId, PaymentStatus, QueryPurpose, Rule,
};
use crate::store::{DuePayment, Reader, StoreError};

/// Whose payments to close, from which time an answer counts, and who wants it.
pub struct CloseJob<'a> {
    pub orders: &'a [OrderId],
    pub since: Instant,
    pub actor: &'a str,
}

/// The result of closing.
#[derive(Default)]
pub struct CloseJobResult {
    pub stats: RunStats,
    /// The last thing learned about each payment.
    pub said: BTreeMap<PaymentId, String>,
    /// Payments unknown to an account that has never known any (G1).
    pub unproven: Vec<PaymentId>,
}

/// A customer may choose a method on a page while the page is being closed; that transaction is closed in a second
/// pass.
const MAX_CLOSINGS: usize = 2;

/// Queries everything that is still payable for these orders, closes what its gateway reports as open, and queries it
/// again. [`obstacles`] tells what prevents the decision after that.
///
/// # Errors
/// As [`RunContext::query`]. What was written stays written.
pub async fn shut(
    work: &CloseJob<'_>,
    pool: &mut GatewayPool,
    writer: &Writer,
    setting: &RunContext,
) -> Result<CloseJobResult, RoundError> {
    let mut shut = CloseJobResult::default();
    let rows = rows(work, writer.read(), |dossier| {
        payable(dossier).map(|payment| payment.id).collect()
    })?;
    let question = (rows, QueryPurpose::ReadBeside);
    let mut hear = |line: &CheckResult| shut.on_result(line);
    let stats = setting
        .query_payments(question, pool, &writer.into(), &mut hear)
        .await?;
    shut.stats.add(stats);
    let mut tried: Vec<(PaymentId, PaymentStatus)> = Vec::new();
    for _ in 0..MAX_CLOSINGS {
        let mut open = shut.open(work, writer.read(), setting)?;
        open.retain(|row| {
            let is_new = !tried.contains(&(row.payment.id, row.payment.status));
            is_new && pool.can_close(&row.payment) && pool.trouble(&row.payment.gateway).is_none()
        });
        if open.is_empty() || setting.is_over() {
            break;
        }
        tried.extend(open.iter().map(|row| (row.payment.id, row.payment.status)));
        let mut hear = |line: &CheckResult| shut.on_result(line);
        let why = (Rule::P27, work.actor);
        let stats = setting
            .close_payments(open, why, pool, writer, &mut hear)
            .await?;
        shut.stats.add(stats);
    }
    Ok(shut)
}

impl CloseJobResult {
    fn on_result(&mut self, line: &CheckResult) -> io::Result<()> {
        let Some(payment) = line.payment else {
            return Ok(());
        };
        self.said.insert(payment, line.reason.to_string());
        self.unproven.retain(|known| *known != payment);
        if line.is_unproven {
            self.unproven.push(payment);
        }
        Ok(())
    }

    /// The payments that their gateway reports as open and that can be closed.
    fn open(
        &self,
        work: &CloseJob<'_>,
        reader: &Reader,
        setting: &RunContext,
    ) -> Result<Vec<DuePayment>, StoreError> {
        let now = setting.clock.now();
        let asked = AskedSince {
            since: work.since,
            unproven: &self.unproven,
        };
        rows(work, reader, |dossier| payable_ids(dossier, asked, now))
    }
}

fn payable_ids(dossier: &Dossier, asked: AskedSince<'_>, now: Instant) -> Vec<PaymentId> {
    let found = obstacles(dossier, asked, now).into_iter();
    found
        .filter_map(|obstacle| match obstacle {
            Obstacle::Payable(id) => Some(id),
            Obstacle::Unanswered(_) | Obstacle::Opening(..) | Obstacle::Held(_) => None,
        })
        .collect()
}

fn rows(
    work: &CloseJob<'_>,
    reader: &Reader,
    wanted: impl Fn(&Dossier) -> Vec<PaymentId>,
) -> Result<Vec<DuePayment>, StoreError> {
    let mut found = Vec::new();
    for order in work.orders {
        let Some(dossier) = reader.dossier(*order)? else {
            continue;
        };
        let ids = wanted(&dossier);
        let rows = DuePayment::of(&dossier).into_iter();
        found.extend(rows.filter(|row| ids.contains(&row.payment.id)));
    }
    Ok(found)
}
