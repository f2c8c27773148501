//! Reads the payments to query, page by page and never all at once.
//!
//! A run sees every payment at most once, no matter how many rows are written between its pages.

use std::time::Duration;

use rusqlite::{Connection, Params, Row, params};

use super::connection::Reader;
use super::error::StoreError;
use super::named::named_at;
use super::rows::{NEVER, PAYMENT_COLUMNS, payment};
use super::sql;
use crate::domain::dossier::Dossier;
use crate::domain::instant::Instant;
use crate::domain::names::{GatewayName, OrderNumber, TransactionId};
use crate::domain::order::OrderStatus;
use crate::domain::payment::Payment;

/// Which payments a run queries.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CheckFilter {
    /// `None`: all gateways.
    pub gateway: Option<GatewayName>,
    /// Whether to include payments whose next check is still ahead.
    pub scope: Scope,
    /// At most this many over all gateways. `None`: no limit.
    pub limit: Option<u64>,
    /// The time limit of the run. `None`: unknown.
    pub max_time: Option<Duration>,
}

/// How far a run goes. Due payments always come first, the longest due before the others.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Scope {
    /// Then every payment that still has a next check, the least recently queried first.
    #[default]
    Everybody,
    Due,
}

/// The queries of one run at one gateway.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lane {
    pub gateway: GatewayName,
    /// The number of payments to query when the run began. Never 0.
    pub to_ask: u64,
    queue: Queue,
    last: Cursor,
}

/// Which queries a lane has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Queue {
    run_started: Instant,
    /// The run sends no query after this time.
    run_ends: Instant,
    scope: Scope,
}

/// A position in the queue: after the payment that it names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cursor {
    part: Part,
    at: i64,
    id: i64,
}

/// The two parts of the queue, in this order. A payment that was due when the run began is in the first part and
/// never in the second.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Due,
    Rest,
}

impl Cursor {
    /// Before the first payment.
    pub const START: Self = Self::begin(Part::Due);

    const fn begin(part: Part) -> Self {
        Self {
            part,
            at: i64::MIN,
            id: i64::MIN,
        }
    }

    const fn end(part: Part) -> Self {
        Self {
            part,
            at: i64::MAX,
            id: i64::MAX,
        }
    }
}

/// A payment to query, with the current state of its order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToAsk {
    pub payment: Payment,
    pub order_number: OrderNumber,
    pub order_status: OrderStatus,
    /// Other tries of it that notifications have named and that the gateway has not answered about.
    pub told: Vec<TransactionId>,
    /// The gateway is also asked for another try under the same reference, although the order is over.
    pub reference_due: bool,
    /// The caller has already reserved the turn to query it.
    pub has_turn: bool,
}

impl ToAsk {
    /// Also queries the try that a notification names, unless it is the one on record.
    pub fn ask_for(&mut self, named: Option<&TransactionId>) {
        let another = named.filter(|told| Some(*told) != self.payment.transaction_id.as_ref());
        if let Some(told) = another.filter(|told| !self.told.contains(told)) {
            self.told.push(told.clone());
        }
    }

    /// Whether the query goes on although this try has ended: another try may exist under the same reference.
    #[must_use]
    pub fn looks_for_another(&self) -> bool {
        self.order_status == OrderStatus::Pending || self.reference_due
    }

    /// All payments of an order that a gateway can be queried about.
    #[must_use]
    pub fn of(dossier: &Dossier) -> Vec<Self> {
        let payments = dossier
            .payments
            .iter()
            .filter(|payment| !payment.gateway.is_manual() && !payment.is_foreign());
        payments
            .map(|payment| Self {
                payment: payment.clone(),
                order_number: dossier.order.number.clone(),
                order_status: dossier.order.status,
                told: dossier.named_tries(payment.id),
                reference_due: false,
                has_turn: false,
            })
            .collect()
    }
}

/// No run takes this long. If a payment was queried later than any run can reach, a clock was ahead; the payment must
/// not wait until the correct clock catches up.
const RUN_MOST: Duration = Duration::from_secs(24 * 60 * 60);

/// Answers arrive and are written for a while after the last query was sent.
const MARGIN: Duration = Duration::from_secs(5 * 60);

impl Reader {
    /// The payments to query, gateway by gateway; a gateway without any is left out.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn lanes(
        &self,
        filter: &CheckFilter,
        run_started: Instant,
    ) -> Result<Vec<Lane>, StoreError> {
        let queue = Queue {
            run_started,
            run_ends: run_started.plus(filter.max_time.map_or(RUN_MOST, |most| most + MARGIN)),
            scope: filter.scope,
        };
        let _one_moment = self.snapshot()?;
        let mut gateways = self.connection().prepare_cached(sql!("check_gateways"))?;
        let mut rows = gateways.query([&filter.gateway])?;
        let mut lanes = Vec::new();
        while let Some(row) = rows.next()? {
            let gateway: GatewayName = row.get(0)?;
            let to_ask = self.count(&gateway, queue)?;
            lanes.push(Lane {
                gateway,
                to_ask,
                queue,
                last: queue.end(),
            });
        }
        let total: u64 = lanes.iter().map(|lane| lane.to_ask).sum();
        if let Some(limit) = filter.limit.filter(|limit| *limit < total) {
            self.cut(&mut lanes, limit)?;
        }
        lanes.retain(|lane| lane.to_ask > 0);
        Ok(lanes)
    }

    /// At most `size` payments of a lane after `after`, and the start of the next page; `None` if this is the last
    /// page.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn page(
        &self,
        lane: &Lane,
        after: Cursor,
        size: u32,
    ) -> Result<(Vec<ToAsk>, Option<Cursor>), StoreError> {
        let mut page = match after.part {
            Part::Due => self.due_page(lane, after, size)?,
            Part::Rest => Vec::new(),
        };
        let left = size.saturating_sub(u32::try_from(page.len()).unwrap_or(size));
        let mut next = page.last().map(|last| lane.place(Part::Due, last));
        if left > 0 && lane.last.part == Part::Rest {
            let after = after.max(Cursor::begin(Part::Rest));
            let rest = self.rest_page(lane, after, left)?;
            next = rest
                .last()
                .map(|last| lane.place(Part::Rest, last))
                .or(next);
            page.extend(rest);
        }
        let is_full = u32::try_from(page.len()) == Ok(size);
        let next = next.filter(|place| is_full && *place < lane.last);
        Ok((page, next))
    }

    fn due_page(&self, lane: &Lane, after: Cursor, size: u32) -> Result<Vec<ToAsk>, StoreError> {
        let last = lane.last.min(lane.queue.last_due());
        self.payments(
            sql!("check_page_due"),
            params![lane.gateway, after.at, after.id, last.at, last.id, size],
        )
    }

    fn rest_page(&self, lane: &Lane, after: Cursor, size: u32) -> Result<Vec<ToAsk>, StoreError> {
        let run_started = lane.queue.run_started;
        let ahead = lane.queue.run_ends.as_millis().max(after.at);
        self.payments(
            sql!("check_page"),
            params![
                lane.gateway,
                after.at,
                after.id,
                lane.last.at,
                lane.last.id,
                run_started,
                ahead,
                size
            ],
        )
    }

    fn payments(&self, sql: &str, parameters: impl Params) -> Result<Vec<ToAsk>, StoreError> {
        rows_to_ask(self.connection(), sql, parameters)
    }

    fn count(&self, gateway: &GatewayName, queue: Queue) -> Result<u64, StoreError> {
        let connection = self.connection();
        let count = |row: &Row<'_>| row.get::<_, i64>(0).map(i64::unsigned_abs);
        let started = queue.run_started;
        let due = connection
            .prepare_cached(sql!("check_count_due"))?
            .query_row(params![gateway, started], count)?;
        let rest = match queue.scope {
            Scope::Due => 0,
            Scope::Everybody => connection
                .prepare_cached(sql!("check_count"))?
                .query_row(params![gateway, started, queue.run_ends], count)?,
        };
        Ok(due + rest)
    }

    /// Reduces every lane to its share of the first `limit` payments of all lanes.
    fn cut(&self, lanes: &mut [Lane], limit: u64) -> Result<(), StoreError> {
        let prepared = |sql: &str| {
            let all = lanes.iter();
            all.map(|_| self.connection().prepare_cached(sql))
                .collect::<Result<Vec<_>, _>>()
        };
        let mut due = prepared(sql!("check_places_due"))?;
        let mut rest = prepared(sql!("check_places"))?;
        let rows_most = i64::try_from(limit).unwrap_or(i64::MAX);
        let mut heads = Vec::with_capacity(lanes.len());
        for ((lane, due), rest) in lanes.iter_mut().zip(&mut due).zip(&mut rest) {
            let started = lane.queue.run_started;
            let rest_most = match lane.queue.scope {
                Scope::Due => 0,
                Scope::Everybody => rows_most,
            };
            let due = due.query_map(params![lane.gateway, started, rows_most], due_place)?;
            let until = lane.queue.run_ends;
            let rest =
                rest.query_map(params![lane.gateway, started, until, rest_most], rest_place)?;
            (lane.to_ask, lane.last) = (0, Cursor::START);
            heads.push((lane, due.chain(rest).peekable()));
        }
        for _ in 0..limit {
            let first = heads
                .iter_mut()
                .filter_map(|(lane, rows)| match rows.peek()? {
                    Ok(place) => Some((*place, lane, rows)),
                    // Unreadable rows sort first, so that the error surfaces below.
                    Err(_) => Some((Cursor::START, lane, rows)),
                })
                .min_by_key(|(place, ..)| *place);
            let Some((place, lane, rows)) = first else {
                break;
            };
            rows.next().transpose()?;
            lane.to_ask += 1;
            lane.last = place;
        }
        Ok(())
    }
}

impl Lane {
    fn place(&self, part: Part, asked: &ToAsk) -> Cursor {
        let schedule = &asked.payment.schedule;
        let at = match part {
            Part::Due => schedule.next_check_at,
            Part::Rest => schedule.last_asked_at,
        };
        Cursor {
            part,
            at: at.unwrap_or(NEVER).as_millis(),
            id: asked.payment.id.0,
        }
    }
}

impl Queue {
    /// After every payment that can come.
    fn end(self) -> Cursor {
        match self.scope {
            Scope::Everybody => Cursor::end(Part::Rest),
            Scope::Due => self.last_due(),
        }
    }

    fn last_due(self) -> Cursor {
        Cursor {
            at: self.run_started.as_millis(),
            ..Cursor::end(Part::Due)
        }
    }
}

fn due_place(row: &Row<'_>) -> rusqlite::Result<Cursor> {
    place(Part::Due, row)
}

fn rest_place(row: &Row<'_>) -> rusqlite::Result<Cursor> {
    place(Part::Rest, row)
}

fn place(part: Part, row: &Row<'_>) -> rusqlite::Result<Cursor> {
    Ok(Cursor {
        part,
        at: row.get(0)?,
        id: row.get(1)?,
    })
}

pub(super) fn rows_to_ask(
    connection: &Connection,
    sql: &str,
    parameters: impl Params,
) -> Result<Vec<ToAsk>, StoreError> {
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map(parameters, to_ask)?;
    let rows: Vec<(ToAsk, bool)> = rows.collect::<Result<_, _>>()?;
    rows.into_iter()
        .map(|(row, has_named)| {
            let told = if has_named {
                named_at(connection, row.payment.id)?
            } else {
                Vec::new()
            };
            Ok(ToAsk { told, ..row })
        })
        .collect()
}

/// Also returns whether notifications have named tries of it that are still unanswered.
fn to_ask(row: &Row<'_>) -> rusqlite::Result<(ToAsk, bool)> {
    let found = ToAsk {
        payment: payment(row)?,
        order_number: row.get(PAYMENT_COLUMNS)?,
        order_status: row.get(PAYMENT_COLUMNS + 1)?,
        told: Vec::new(),
        reference_due: row.get(PAYMENT_COLUMNS + 2)?,
        has_turn: false,
    };
    Ok((found, row.get(PAYMENT_COLUMNS + 3)?))
}
