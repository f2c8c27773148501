//! Issues and revokes the tickets and the access of an order's lines, in the transaction that moves the order.

use std::time::Duration;

use super::super::access_terms::{self, PausedAccess};
use super::super::audit::EventSubject;
use super::PlanWriter;
use crate::domain::entitlement::access::{REACH, term};
use crate::domain::{
    AccessFrom, AccessPeriod, EntitlementChange, Instant, Reason, Reservation, RevokedTicket,
    TicketCode,
};
use crate::store::engine::{StoredRow, ToSql, first, sql};
use crate::store::error::StoreError;
use crate::store::random::secret_bits;

/// The number of rows written of each kind.
#[derive(Debug, Clone, Copy, Default)]
struct IssuedCount {
    tickets: usize,
    access: usize,
}

/// How much time access gets when its order becomes valid again.
#[derive(Clone, Copy)]
enum RestoredTime {
    /// The time that was left.
    Rest,
    /// The full time that was sold.
    Whole,
}

/// A line, and what its product gives a buyer.
struct LineTerms {
    line: i64,
    quantity: u32,
    product: i64,
    issues_tickets: bool,
    /// Per unit.
    access_seconds: Option<u32>,
    access_from: AccessFrom,
}

impl PlanWriter<'_> {
    /// Writes an event only if something was issued or revoked.
    pub(super) fn apply_entitlement(&self, what: EntitlementChange) -> Result<(), StoreError> {
        let (count, word) = match what {
            EntitlementChange::Issue => (self.issue(RestoredTime::Rest)?, "issued"),
            EntitlementChange::Reissue => (self.issue(RestoredTime::Whole)?, "issued"),
            EntitlementChange::Suspend => (self.suspend()?, "suspended"),
            EntitlementChange::Restore => (self.restore()?, "given_back"),
            EntitlementChange::Revoke => (self.revoke()?, "revoked"),
        };
        let Some(why) = count.reason() else {
            return Ok(());
        };
        self.record(self.event(EventSubject::HandedOut, &why).to(word))
    }

    fn issue(&self, anew: RestoredTime) -> Result<IssuedCount, StoreError> {
        let mut count = IssuedCount {
            tickets: self.of_order(match anew {
                RestoredTime::Rest => sql!("reissue_tickets"),
                RestoredTime::Whole => sql!("reissue_tickets_whole"),
            })?,
            access: self.reissue_access(anew)?,
        };
        let promises: Vec<LineTerms> =
            self.tx
                .all(sql!("promised_lines"), &[&self.order], promise)?;
        for promise in promises {
            let (tickets, access) = (promise.tickets(), promise.span());
            if tickets == 0 && access.is_none() {
                continue;
            }
            for unit in 1..=tickets {
                count.tickets += self.issue_ticket(&promise, unit)?;
            }
            if let Some(span) = access {
                count.access += self.grant(&promise, span)?;
            }
            self.tx.exec(
                sql!("note_handed_out"),
                &[&tickets, &access.is_some(), &promise.line],
            )?;
        }
        Ok(count)
    }

    fn issue_ticket(&self, promise: &LineTerms, unit: u32) -> Result<usize, StoreError> {
        let code = TicketCode::of(secret_bits()?);
        self.tx.exec(
            sql!("issue_ticket"),
            &[&promise.line, &unit, &code, &self.by.now],
        )
    }

    fn grant(&self, promise: &LineTerms, span: Duration) -> Result<usize, StoreError> {
        let (span, starts_at, ends_at) = match promise.access_from {
            AccessFrom::FirstUse => (span, None, None),
            AccessFrom::Payment => {
                let runs_until = self.access_runs_until(promise.product)?;
                let (start, end) = term(span, self.by.now, runs_until);
                (end.since(start), Some(start), Some(end))
            }
        };
        let seconds = i64::try_from(span.as_secs()).unwrap_or(i64::MAX);
        self.tx.exec(
            sql!("issue_grant"),
            &[&promise.line, &seconds, &self.by.now, &starts_at, &ends_at],
        )
    }

    fn access_runs_until(&self, product: i64) -> Result<Option<Instant>, StoreError> {
        self.tx
            .only(sql!("access_runs_until"), &[&self.order, &product], first)
    }

    fn suspend(&self) -> Result<IssuedCount, StoreError> {
        let (now, order) = (&self.by.now, &self.order);
        let count = IssuedCount {
            tickets: self.tx.exec(sql!("suspend_tickets"), &[now, order])?,
            access: self.tx.exec(sql!("suspend_grants"), &[now, order])?,
        };
        self.reschedule(&[])?;
        Ok(count)
    }

    /// Time during which access was suspended does not count as used.
    fn restore(&self) -> Result<IssuedCount, StoreError> {
        let stopped = access_terms::stopped(self.tx, self.order)?;
        let left = stopped.iter().filter_map(|one| Some((one, one.left()?)));
        self.reschedule(&left.collect::<Vec<_>>())?;
        Ok(IssuedCount {
            tickets: self.of_order(sql!("give_back_tickets"))?,
            access: self.of_order(sql!("give_back_grants"))?,
        })
    }

    /// Restores the access of the order's earlier life, starting now.
    fn reissue_access(&self, anew: RestoredTime) -> Result<usize, StoreError> {
        let stopped = access_terms::stopped(self.tx, self.order)?;
        let mut resumed = Vec::with_capacity(stopped.len());
        for one in &stopped {
            match (anew, one.from) {
                (RestoredTime::Rest, _) => resumed.extend(one.left().map(|left| (one, left))),
                (RestoredTime::Whole, AccessFrom::Payment) => {
                    resumed.push((
                        one,
                        AccessPeriod::full_span(one.grant(), one.span, self.by.now),
                    ));
                }
                (RestoredTime::Whole, AccessFrom::FirstUse) => {
                    self.tx.exec(sql!("forget_term"), &[&one.grant()])?;
                }
            }
        }
        // An order in its first life has nothing to resume, and most orders have only one.
        if !resumed.is_empty() {
            self.reschedule(&resumed)?;
        }
        self.of_order(sql!("reissue_grants"))
    }

    fn revoke(&self) -> Result<IssuedCount, StoreError> {
        let (now, order) = (&self.by.now, &self.order);
        let (nobody, every_product) = (None::<String>, None::<String>);
        let of_all: [&dyn ToSql; 4] = [now, &nobody, order, &every_product];
        let count = IssuedCount {
            tickets: self.tx.exec(sql!("revoke_tickets"), &[now, order])?,
            access: self.tx.exec(sql!("revoke_grants"), &of_all)?,
        };
        self.reschedule(&[])?;
        Ok(count)
    }

    /// Revokes one ticket on a person's decision. This changes the order's version.
    pub(super) fn revoke_ticket(&mut self, revoked: &RevokedTicket) -> Result<(), StoreError> {
        let (id, rule, why) = (&revoked.id, revoked.rule, &revoked.name);
        self.tx
            .change(sql!("revoke_ticket"), &[&self.by.now, &self.by.actor, id])?;
        self.touch_order()?;
        let event = self.event(EventSubject::HandedOut, why).rule(rule);
        self.record(event.to("revoked"))?;
        if !revoked.frees_unit {
            return Ok(());
        }
        self.tx.change(sql!("stock_free_unit"), &[id])?;
        self.tx.change(sql!("line_free_unit"), &[id])?;
        let (from, to) = (Reservation::Sold.word(), Reservation::Returned.word());
        let event = self.event(EventSubject::Stock, why).rule(rule);
        self.record(event.from(from).to(to))
    }

    fn reschedule(&self, resumed: &[(&PausedAccess, AccessPeriod)]) -> Result<(), StoreError> {
        let products = access_terms::granted(self.tx, self.order)?;
        access_terms::reschedule(self.tx, self.order, &products, resumed, self.by)
    }

    fn of_order(&self, sql: &'static str) -> Result<usize, StoreError> {
        self.tx.exec(sql, &[&self.order])
    }
}

impl LineTerms {
    fn tickets(&self) -> u32 {
        if self.issues_tickets {
            self.quantity
        } else {
            0
        }
    }

    /// Two units of one month are two months.
    fn span(&self) -> Option<Duration> {
        let of_one = self.access_seconds.map(u64::from)?;
        let of_all = Duration::from_secs(of_one * u64::from(self.quantity));
        Some(of_all.min(REACH))
    }
}

impl IssuedCount {
    fn reason(self) -> Option<Reason> {
        let many = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
        let (tickets, products) = (many(self.tickets), many(self.access));
        match (tickets, products) {
            (0, 0) => None,
            (0, _) => Some(Reason::AccessHandedOut { products }),
            (_, 0) => Some(Reason::TicketsHandedOut { tickets }),
            _ => Some(Reason::AllHandedOut { tickets, products }),
        }
    }
}

fn promise(row: &StoredRow<'_>) -> Result<LineTerms, StoreError> {
    Ok(LineTerms {
        line: row.get("id")?,
        quantity: row.get("quantity")?,
        product: row.get("product_id")?,
        issues_tickets: row.get("issues_tickets")?,
        access_seconds: row.get("access_seconds")?,
        access_from: row.get("access_from")?,
    })
}
