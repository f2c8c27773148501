//! Signed notifications about money for which no order is known (P29).

use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension, params};

use super::connection::Store;
use super::dossier::dossier;
use super::error::StoreError;
use super::events::Columns;
use super::execute::execute_plan;
use super::notifications::IncomingNotification;
use super::permit::WritePermit;
use super::rows::SubjectKind;
use super::sql;
use crate::domain::decide::unknown_payment::{
    MAX_NAMED, ORDERS_COME_WITHIN, ask_about_order, facts,
};
use crate::domain::{CaseKind, GatewayName, Hook, Instant, OrderId, Rule, UnknownPaymentClaim};

impl Store {
    /// Opens a case per gateway about money under references for which no order has arrived within an hour. Returns
    /// the number of cases opened.
    ///
    /// # Errors
    /// `Busy`, `Full`, `Denied`, `Corrupt`, `Engine`; nothing was written.
    pub fn ask_about_strangers(
        &mut self,
        permit: &WritePermit,
        now: Instant,
    ) -> Result<u64, StoreError> {
        let before = now.saturating_sub(ORDERS_COME_WITHIN);
        let gateways = with_strangers(self.read().connection(), before)?;
        if gateways.is_empty() {
            return Ok(0);
        }
        self.transact(permit, |transaction| {
            let mut opened = 0;
            for (gateway, many) in &gateways {
                transaction
                    .prepare_cached(sql!("add_gateway"))?
                    .execute([gateway])?;
                let first = first_ones(transaction, gateway, before)?;
                let found = Columns::of(&facts(gateway, &first, *many))?;
                let case: Option<i64> = transaction
                    .prepare_cached(sql!("open_case"))?
                    .query_row(
                        params![
                            CaseKind::UnknownOrder,
                            None::<OrderId>,
                            None::<i64>,
                            gateway,
                            SubjectKind::Gateway,
                            Rule::P29,
                            found.words,
                            found.code,
                            found.params,
                            now,
                        ],
                        |row| row.get(0),
                    )
                    .optional()?;
                if case.is_some() {
                    opened += 1;
                    transaction
                        .prepare_cached(sql!("strangers_asked_about"))?
                        .execute(params![now, gateway, before])?;
                }
            }
            Ok(opened)
        })
    }
}

/// Leaves out the references that an open case already lists.
fn with_strangers(
    connection: &Connection,
    before: Instant,
) -> Result<Vec<(GatewayName, u64)>, StoreError> {
    let mut found = connection.prepare_cached(sql!("gateways_with_strangers"))?;
    let rows = found.query_map([before], |row| {
        let many: i64 = row.get(1)?;
        Ok((row.get(0)?, many.unsigned_abs()))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn first_ones(
    connection: &Connection,
    gateway: &GatewayName,
    before: Instant,
) -> Result<Vec<UnknownPaymentClaim>, StoreError> {
    let most = i64::try_from(MAX_NAMED).unwrap_or(i64::MAX);
    let mut found = connection.prepare_cached(sql!("strangers"))?;
    let rows = found.query_map(params![gateway, before, most], |row| {
        Ok(UnknownPaymentClaim {
            reference: row.get(0)?,
            amount: row.get(1)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Opens a case if an order has the number that a notification reports money under.
pub(super) fn ask_about_its_order(
    connection: &Connection,
    arrival: IncomingNotification<'_>,
    digest: &str,
    hooks: &Arc<[Hook]>,
) -> Result<Vec<CaseKind>, StoreError> {
    let Some(stranger) = arrival.notice.unknown_claim() else {
        return Ok(Vec::new());
    };
    let mut found = None;
    for number in stranger.numbers() {
        let order: Option<OrderId> = connection
            .prepare_cached(sql!("order_by_number"))?
            .query_row([number], |row| row.get(0))
            .optional()?;
        if let Some(order) = order {
            found = dossier(connection, order, hooks)?;
            break;
        }
    }
    let Some(found) = found else {
        return Ok(Vec::new());
    };
    connection
        .prepare_cached(sql!("stranger_asked_about"))?
        .execute(params![arrival.received_at, digest])?;
    let order = found.order.clone();
    let changes = ask_about_order(found, arrival.gateway, &stranger);
    let actor = format!("gateway:{}", arrival.gateway);
    Ok(execute_plan(connection, &order, &actor, &changes, arrival.received_at)?.opened)
}
