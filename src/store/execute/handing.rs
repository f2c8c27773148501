//! Issues and revokes the tickets and the access of an order's lines, in the transaction that moves the order.

use std::time::Duration;

use rusqlite::{Row, params};

use super::super::act::Hand;
use super::super::error::StoreError;
use super::super::events::{Event, What};
use super::super::laying::{self, Stopped};
use super::super::random::secret_bits;
use super::super::sql;
use super::{Writer, must_hit};
use crate::domain::access::{REACH, Term, term};
use crate::domain::dossier::HandOut;
use crate::domain::instant::Instant;
use crate::domain::order::{AccessFrom, Reservation};
use crate::domain::ticket::{RevokedTicket, TicketCode};

/// The number of rows written of each kind.
#[derive(Debug, Clone, Copy, Default)]
struct Count {
    tickets: usize,
    access: usize,
}

/// How much time access gets when its order becomes valid again.
#[derive(Clone, Copy)]
enum Anew {
    /// The time that was left.
    Rest,
    /// The full time that was sold.
    Whole,
}

/// A line, and what its product gives a buyer.
struct Promise {
    line: i64,
    quantity: u32,
    product: i64,
    issues_tickets: bool,
    /// Per unit.
    access_seconds: Option<u32>,
    access_from: AccessFrom,
}

impl Writer<'_> {
    /// Writes an event only if something was issued or revoked.
    pub(super) fn hand_out(&self, what: HandOut) -> Result<(), StoreError> {
        let (count, word) = match what {
            HandOut::Issue => (self.issue(Anew::Rest)?, "issued"),
            HandOut::IssueAnew => (self.issue(Anew::Whole)?, "issued"),
            HandOut::Suspend => (self.suspend()?, "suspended"),
            HandOut::GiveBack => (self.give_back()?, "given_back"),
            HandOut::Revoke => (self.revoke()?, "revoked"),
        };
        if count.tickets == 0 && count.access == 0 {
            return Ok(());
        }
        self.tell(&Event {
            to: Some(word),
            ..self.event(What::HandedOut, &count.told())
        })
    }

    fn issue(&self, anew: Anew) -> Result<Count, StoreError> {
        let mut count = Count {
            tickets: self.of_order(match anew {
                Anew::Rest => sql!("reissue_tickets"),
                Anew::Whole => sql!("reissue_tickets_whole"),
            })?,
            access: self.reissue_access(anew)?,
        };
        let promises: Vec<Promise> = self
            .statement(sql!("promised_lines"))?
            .query_map([self.order], promise)?
            .collect::<Result<_, _>>()?;
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
            self.statement(sql!("note_handed_out"))?.execute(params![
                tickets,
                access.is_some(),
                promise.line
            ])?;
        }
        Ok(count)
    }

    fn issue_ticket(&self, promise: &Promise, unit: u32) -> Result<usize, StoreError> {
        let code = TicketCode::of(secret_bits()?);
        let mut statement = self.statement(sql!("issue_ticket"))?;
        Ok(statement.execute(params![promise.line, unit, code, self.now])?)
    }

    fn grant(&self, promise: &Promise, span: Duration) -> Result<usize, StoreError> {
        let (span, starts_at, ends_at) = match promise.access_from {
            AccessFrom::FirstUse => (span, None, None),
            AccessFrom::Payment => {
                let runs_until = self.access_runs_until(promise.product)?;
                let (start, end) = term(span, self.now, runs_until);
                (end.since(start), Some(start), Some(end))
            }
        };
        let seconds = i64::try_from(span.as_secs()).unwrap_or(i64::MAX);
        let mut statement = self.statement(sql!("issue_grant"))?;
        Ok(statement.execute(params![promise.line, seconds, self.now, starts_at, ends_at])?)
    }

    fn access_runs_until(&self, product: i64) -> Result<Option<Instant>, StoreError> {
        let mut statement = self.statement(sql!("access_runs_until"))?;
        Ok(statement.query_row(params![self.order, product], |row| row.get(0))?)
    }

    fn suspend(&self) -> Result<Count, StoreError> {
        let at = params![self.now, self.order];
        let count = Count {
            tickets: self.statement(sql!("suspend_tickets"))?.execute(at)?,
            access: self.statement(sql!("suspend_grants"))?.execute(at)?,
        };
        self.lay_out_again(&[])?;
        Ok(count)
    }

    /// Time during which access was suspended does not count as used.
    fn give_back(&self) -> Result<Count, StoreError> {
        let stopped = laying::stopped(self.connection, self.order)?;
        let left = stopped.iter().filter_map(|one| Some((one, one.left()?)));
        self.lay_out_again(&left.collect::<Vec<_>>())?;
        Ok(Count {
            tickets: self.of_order(sql!("give_back_tickets"))?,
            access: self.of_order(sql!("give_back_grants"))?,
        })
    }

    /// Restores the access of the order's earlier life, starting now.
    fn reissue_access(&self, anew: Anew) -> Result<usize, StoreError> {
        let stopped = laying::stopped(self.connection, self.order)?;
        let mut resumed = Vec::with_capacity(stopped.len());
        for one in &stopped {
            match (anew, one.from) {
                (Anew::Rest, _) => resumed.extend(one.left().map(|left| (one, left))),
                (Anew::Whole, AccessFrom::Payment) => {
                    resumed.push((one, Term::whole(one.grant(), one.span, self.now)));
                }
                (Anew::Whole, AccessFrom::FirstUse) => {
                    self.statement(sql!("forget_term"))?
                        .execute([one.grant()])?;
                }
            }
        }
        // An order in its first life has nothing to resume, and most orders have only one.
        if !resumed.is_empty() {
            self.lay_out_again(&resumed)?;
        }
        self.of_order(sql!("reissue_grants"))
    }

    fn revoke(&self) -> Result<Count, StoreError> {
        let (nobody, every_product) = (None::<String>, None::<String>);
        let at = params![self.now, self.order];
        let of_all = params![self.now, nobody, self.order, every_product];
        let count = Count {
            tickets: self.statement(sql!("revoke_tickets"))?.execute(at)?,
            access: self.statement(sql!("revoke_grants"))?.execute(of_all)?,
        };
        self.lay_out_again(&[])?;
        Ok(count)
    }

    /// Revokes one ticket on a person's decision. This changes the order's version.
    pub(super) fn revoke_ticket(&mut self, revoked: &RevokedTicket) -> Result<(), StoreError> {
        let word = params![self.now, self.actor, revoked.id];
        must_hit(self.change(sql!("revoke_ticket"), word)?)?;
        self.touch_order()?;
        self.tell(&Event {
            to: Some("revoked"),
            rule: Some(revoked.rule),
            ..self.event(What::HandedOut, &revoked.name)
        })?;
        if !revoked.frees_unit {
            return Ok(());
        }
        must_hit(self.change(sql!("stock_free_unit"), [revoked.id])?)?;
        must_hit(self.change(sql!("line_free_unit"), [revoked.id])?)?;
        self.tell(&Event {
            from: Some(Reservation::Sold.word()),
            to: Some(Reservation::Returned.word()),
            rule: Some(revoked.rule),
            ..self.event(What::Stock, &revoked.name)
        })
    }

    fn lay_out_again(&self, resumed: &[(&Stopped, Term)]) -> Result<(), StoreError> {
        let products = laying::granted(self.connection, self.order)?;
        let hand = Hand {
            actor: &self.actor,
            now: self.now,
        };
        laying::lay_out_again(self.connection, self.order, &products, resumed, hand)
    }

    fn of_order(&self, sql: &str) -> Result<usize, StoreError> {
        Ok(self.statement(sql)?.execute([self.order])?)
    }
}

impl Promise {
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

impl Count {
    fn told(self) -> String {
        let tickets = match self.tickets {
            0 => None,
            1 => Some("1 ticket".to_owned()),
            many => Some(format!("{many} tickets")),
        };
        let access = match self.access {
            0 => None,
            1 => Some("access to 1 product".to_owned()),
            many => Some(format!("access to {many} products")),
        };
        let parts: Vec<String> = tickets.into_iter().chain(access).collect();
        parts.join(", ")
    }
}

fn promise(row: &Row<'_>) -> rusqlite::Result<Promise> {
    Ok(Promise {
        line: row.get(0)?,
        quantity: row.get(1)?,
        product: row.get(2)?,
        issues_tickets: row.get(3)?,
        access_seconds: row.get(4)?,
        access_from: row.get(5)?,
    })
}
