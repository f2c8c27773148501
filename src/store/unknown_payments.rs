//! Signed notifications about money for which no order is known (P29).

use super::engine::Tx;
use super::error::StoreError;
use super::permit::WritePermit;
use super::statements::audit::Actor;
use super::statements::cases::{self, NewCase};
use super::statements::gateways;
use super::statements::notifications::IncomingNotification;
use super::statements::plan::execute_plan;
use super::statements::unknown_payments::{record_asked_about, record_asked_about_all};
use super::writing::Store;
use crate::domain::decide::unknown_payment::{ORDERS_COME_WITHIN, ask_about_order, facts};
use crate::domain::{CaseKind, CaseSubject, Instant, Rule};

impl Store {
    /// Opens a case per gateway about money under references for which no order has arrived within an hour. Returns
    /// the number of cases opened.
    ///
    /// # Errors
    /// `Busy`, `Full`, `Denied`, `Corrupt`, `Engine`; nothing was written.
    pub fn ask_about_strangers(
        &self,
        permit: &WritePermit,
        now: Instant,
    ) -> Result<u64, StoreError> {
        let before = now.saturating_sub(ORDERS_COME_WITHIN);
        let gateways = self.read().gateways_with_strangers(before)?;
        if gateways.is_empty() {
            return Ok(0);
        }
        self.transact(permit, |tx| {
            let mut opened = 0;
            for (gateway, many) in &gateways {
                gateways::add(tx, gateway)?;
                let first = tx.first_strangers(gateway, before)?;
                let case = NewCase {
                    kind: CaseKind::UnknownOrder,
                    subject: &CaseSubject::Gateway(gateway.clone()),
                    order: None,
                    payment: None,
                    rule: Rule::UNKNOWN_ORDERS,
                    facts: &facts(gateway, &first, *many),
                };
                if cases::insert(tx, &case, now)?.is_some() {
                    opened += 1;
                    record_asked_about_all(tx, gateway, before, now)?;
                }
            }
            Ok(opened)
        })
    }
}

/// Opens a case if an order has the number that a notification reports money under.
pub(super) fn ask_about_its_order(
    tx: &Tx<'_>,
    arrival: IncomingNotification<'_>,
    digest: &str,
) -> Result<Vec<CaseKind>, StoreError> {
    let Some(stranger) = arrival.notice.unknown_claim() else {
        return Ok(Vec::new());
    };
    for number in stranger.numbers() {
        let Some(found) = tx.dossier_by_number(number)? else {
            continue;
        };
        record_asked_about(tx, digest, arrival.received_at)?;
        let order = found.order.clone();
        let changes = ask_about_order(found, arrival.gateway, &stranger);
        let by = Actor {
            actor: &format!("gateway:{}", arrival.gateway),
            now: arrival.received_at,
        };
        return Ok(execute_plan(tx, &order, &changes, by)?.opened);
    }
    Ok(Vec::new())
}
