//! Reading what is to be asked: page by page, never as a whole.
//!
//! A run meets every payment at most once, however many rows are written between its pages.

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

/// Which payments a run asks about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CheckFilter {
    /// None: all gateways.
    pub gateway: Option<GatewayName>,
    /// Only those whose next check has come by then, the longest due first. None: whatever still has a
    /// next check, the least recently asked first.
    pub due_before: Option<Instant>,
    /// At most so many, over all gateways. None: no limit.
    pub limit: Option<u64>,
}

/// The questions of one run to one gateway.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lane {
    pub gateway: GatewayName,
    /// How many payments there were to ask about when the run began. Never 0.
    pub to_ask: u64,
    queue: Queue,
    last: Cursor,
}

/// By what the questions of a lane are put in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Queue {
    ByLastAsked { run_started: Instant },
    ByDue { before: Instant },
}

/// A place in the row of questions: behind the payment that has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cursor {
    at: i64,
    id: i64,
}

impl Cursor {
    /// Before the first payment.
    pub const START: Self = Self {
        at: i64::MIN,
        id: i64::MIN,
    };

    const END: Self = Self {
        at: i64::MAX,
        id: i64::MAX,
    };
}

/// A payment to be asked about, with its order as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToAsk {
    pub payment: Payment,
    pub order_number: OrderNumber,
    pub order_status: OrderStatus,
    /// Other tries at it that messages have named, and that have not answered.
    pub told: Vec<TransactionId>,
    /// It is looked for another try under its reference although its order is over.
    pub reference_due: bool,
}

impl ToAsk {
    /// Asks for the try that a message names, if it is another than the one on record.
    pub fn ask_for(&mut self, named: Option<&TransactionId>) {
        let another = named.filter(|told| Some(*told) != self.payment.transaction_id.as_ref());
        if let Some(told) = another.filter(|told| !self.told.contains(told)) {
            self.told.push(told.clone());
        }
    }

    /// Whether a try that has ended is no reason to ask no further: another may stand under the same reference.
    #[must_use]
    pub fn looks_for_another(&self) -> bool {
        self.order_status == OrderStatus::Pending || self.reference_due
    }

    /// All payments of an order that a gateway can be asked about.
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
            })
            .collect()
    }
}

/// No run takes this long. A payment that was asked later than this after the run began was asked by a
/// clock that ran ahead, and must not wait until the right clock gets there.
const RUN_MOST: Duration = Duration::from_secs(24 * 60 * 60);

impl Reader {
    /// What is to be asked, gateway by gateway; a gateway without questions is left out.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn lanes(
        &self,
        filter: &CheckFilter,
        run_started: Instant,
    ) -> Result<Vec<Lane>, StoreError> {
        let queue = match filter.due_before {
            Some(before) => Queue::ByDue { before },
            None => Queue::ByLastAsked { run_started },
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

    /// The payments of a lane behind `after`, at most `size`, and where the next page begins; none when this was the last.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn page(
        &self,
        lane: &Lane,
        after: Cursor,
        size: u32,
    ) -> Result<(Vec<ToAsk>, Option<Cursor>), StoreError> {
        let (gateway, last) = (&lane.gateway, lane.last);
        let page = match lane.queue {
            Queue::ByLastAsked { run_started } => {
                let ahead = run_started.plus(RUN_MOST).as_millis().max(after.at);
                self.payments(
                    sql!("check_page"),
                    params![
                        gateway,
                        after.at,
                        after.id,
                        last.at,
                        last.id,
                        run_started,
                        ahead,
                        size
                    ],
                )
            }
            Queue::ByDue { .. } => self.payments(
                sql!("check_page_due"),
                params![gateway, after.at, after.id, last.at, last.id, size],
            ),
        }?;
        let is_full = u32::try_from(page.len()) == Ok(size);
        let next = page
            .last()
            .filter(|_| is_full)
            .map(|last| lane.place(&last.payment))
            .filter(|place| *place < last);
        Ok((page, next))
    }

    fn payments(&self, sql: &str, parameters: impl Params) -> Result<Vec<ToAsk>, StoreError> {
        rows_to_ask(self.connection(), sql, parameters)
    }

    fn count(&self, gateway: &GatewayName, queue: Queue) -> Result<u64, StoreError> {
        let connection = self.connection();
        let count = |row: &Row<'_>| row.get::<_, i64>(0).map(i64::unsigned_abs);
        Ok(match queue {
            Queue::ByLastAsked { run_started } => {
                connection.prepare_cached(sql!("check_count"))?.query_row(
                    params![gateway, run_started, run_started.plus(RUN_MOST)],
                    count,
                )
            }
            Queue::ByDue { before } => connection
                .prepare_cached(sql!("check_count_due"))?
                .query_row(params![gateway, before], count),
        }?)
    }

    /// Leaves in every lane its share of the first `limit` of all.
    fn cut(&self, lanes: &mut [Lane], limit: u64) -> Result<(), StoreError> {
        let mut statements = lanes
            .iter()
            .map(|lane| self.connection().prepare_cached(lane.queue.places()))
            .collect::<Result<Vec<_>, _>>()?;
        let rows_most = i64::try_from(limit).unwrap_or(i64::MAX);
        let mut heads = Vec::with_capacity(lanes.len());
        for (lane, statement) in lanes.iter_mut().zip(&mut statements) {
            let rows = match lane.queue {
                Queue::ByLastAsked { run_started } => {
                    let until = run_started.plus(RUN_MOST);
                    statement
                        .query_map(params![lane.gateway, run_started, until, rows_most], cursor)
                }
                Queue::ByDue { before } => {
                    statement.query_map(params![lane.gateway, before, rows_most], cursor)
                }
            }?;
            (lane.to_ask, lane.last) = (0, Cursor::START);
            heads.push((lane, rows.peekable()));
        }
        for _ in 0..limit {
            let first = heads
                .iter_mut()
                .filter_map(|(lane, rows)| match rows.peek()? {
                    Ok(place) => Some((*place, lane, rows)),
                    // Unreadable: first of all, so that it is met below.
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
    fn place(&self, payment: &Payment) -> Cursor {
        let at = match self.queue {
            Queue::ByLastAsked { .. } => payment.schedule.last_asked_at,
            Queue::ByDue { .. } => payment.schedule.next_check_at,
        };
        Cursor {
            at: at.unwrap_or(NEVER).as_millis(),
            id: payment.id.0,
        }
    }
}

impl Queue {
    /// Behind every payment that may come.
    fn end(self) -> Cursor {
        match self {
            Self::ByLastAsked { .. } => Cursor::END,
            Self::ByDue { before } => Cursor {
                at: before.as_millis(),
                ..Cursor::END
            },
        }
    }

    fn places(self) -> &'static str {
        match self {
            Self::ByLastAsked { .. } => sql!("check_places"),
            Self::ByDue { .. } => sql!("check_places_due"),
        }
    }
}

fn cursor(row: &Row<'_>) -> rusqlite::Result<Cursor> {
    Ok(Cursor {
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

/// With whether messages have named tries at it that have not answered.
fn to_ask(row: &Row<'_>) -> rusqlite::Result<(ToAsk, bool)> {
    let found = ToAsk {
        payment: payment(row)?,
        order_number: row.get(PAYMENT_COLUMNS)?,
        order_status: row.get(PAYMENT_COLUMNS + 1)?,
        told: Vec::new(),
        reference_due: row.get(PAYMENT_COLUMNS + 2)?,
    };
    Ok((found, row.get(PAYMENT_COLUMNS + 3)?))
}
