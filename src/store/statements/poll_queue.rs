//! Reads the payments to query, page by page and never all at once.
//! A run sees every payment at most once, no matter how many rows are written between its pages.

use std::time::Duration;

use super::rows;
use crate::domain::{
    Dossier, GatewayName, Instant, OrderNumber, OrderStatus, Payment, TransactionId,
};
use crate::store::engine::{NEVER, Reader, StoredRow, ToSql, first, from_row, sql};
use crate::store::error::StoreError;

/// Which payments a run queries.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CheckFilter {
    /// `None`: all gateways.
    pub gateway: Option<GatewayName>,
    /// Whether to include payments whose next check is still ahead.
    pub scope: CheckScope,
    /// At most this many over all gateways. `None`: no limit.
    pub limit: Option<u64>,
    /// The time limit of the run. `None`: unknown.
    pub max_time: Option<Duration>,
}

/// How far a run goes. Due payments always come first, the longest due before the others.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum CheckScope {
    /// Then every payment that still has a next check, the least recently queried first.
    #[default]
    Everybody,
    Due,
}

/// The queries of one run at one gateway.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PollQueue {
    pub gateway: GatewayName,
    /// The number of payments to query when the run began. Never 0.
    pub to_ask: u64,
    queue: PollOrder,
    last: PollCursor,
}

/// Which payments are queried, and in which order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct PollOrder {
    run_started: Instant,
    /// The run sends no query after this time.
    run_ends: Instant,
    scope: CheckScope,
}

/// A position in the queue: after the payment that it names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct PollCursor {
    part: PollPart,
    at: i64,
    id: i64,
}

/// The two parts of the queue, in this order. A payment that was due when the run began is in the first part and
/// never in the second.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum PollPart {
    Due,
    Rest,
}

impl PollCursor {
    /// Before the first payment.
    pub const START: Self = Self::begin(PollPart::Due);

    const fn begin(part: PollPart) -> Self {
        let (at, id) = (i64::MIN, i64::MIN);
        Self { part, at, id }
    }

    const fn end(part: PollPart) -> Self {
        let (at, id) = (i64::MAX, i64::MAX);
        Self { part, at, id }
    }
}

/// A payment to query, with the current state of its order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DuePayment {
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

impl DuePayment {
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
        let payments = dossier.payments.iter();
        payments
            .filter(|payment| !payment.gateway.is_manual() && !payment.is_foreign())
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
const MAX_RUN: Duration = Duration::from_secs(24 * 60 * 60);

/// Answers arrive and are written for a while after the last query was sent.
const MARGIN: Duration = Duration::from_secs(5 * 60);

impl Reader {
    /// The payments to query, gateway by gateway; a gateway without any is left out.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn queues(
        &self,
        filter: &CheckFilter,
        run_started: Instant,
    ) -> Result<Vec<PollQueue>, StoreError> {
        let queue = PollOrder {
            run_started,
            run_ends: run_started
                .saturating_add(filter.max_time.map_or(MAX_RUN, |most| most + MARGIN)),
            scope: filter.scope,
        };
        let _one_moment = self.snapshot()?;
        let gateways: Vec<GatewayName> =
            self.all(sql!("check_gateways"), &[&filter.gateway], first)?;
        let mut queues = Vec::with_capacity(gateways.len());
        for gateway in gateways {
            queues.push(PollQueue {
                to_ask: self.count_due(&gateway, queue)?,
                gateway,
                queue,
                last: queue.end(),
            });
        }
        let total: u64 = queues.iter().map(|queue| queue.to_ask).sum();
        if let Some(limit) = filter.limit.filter(|limit| *limit < total) {
            self.cut(&mut queues, limit)?;
        }
        queues.retain(|queue| queue.to_ask > 0);
        Ok(queues)
    }

    /// At most `size` payments of a queue after `after`, and the start of the next page; `None` if this is the last
    /// page.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn page(
        &self,
        queue: &PollQueue,
        after: PollCursor,
        size: u32,
    ) -> Result<(Vec<DuePayment>, Option<PollCursor>), StoreError> {
        let mut page = match after.part {
            PollPart::Due => self.due_page(queue, after, size)?,
            PollPart::Rest => Vec::new(),
        };
        let left = size.saturating_sub(u32::try_from(page.len()).unwrap_or(size));
        let mut next = page.last().map(|last| queue.place(PollPart::Due, last));
        if left > 0 && queue.last.part == PollPart::Rest {
            let after = after.max(PollCursor::begin(PollPart::Rest));
            let rest = self.rest_page(queue, after, left)?;
            next = rest
                .last()
                .map(|last| queue.place(PollPart::Rest, last))
                .or(next);
            page.extend(rest);
        }
        let is_full = u32::try_from(page.len()) == Ok(size);
        let next = next.filter(|place| is_full && *place < queue.last);
        Ok((page, next))
    }

    fn due_page(
        &self,
        queue: &PollQueue,
        after: PollCursor,
        size: u32,
    ) -> Result<Vec<DuePayment>, StoreError> {
        let last = queue.last.min(queue.queue.last_due());
        due_payments(
            self,
            sql!("check_page_due"),
            &[
                &queue.gateway,
                &after.at,
                &after.id,
                &last.at,
                &last.id,
                &size,
            ],
        )
    }

    fn rest_page(
        &self,
        queue: &PollQueue,
        after: PollCursor,
        size: u32,
    ) -> Result<Vec<DuePayment>, StoreError> {
        let ahead = queue.queue.run_ends.as_millis().max(after.at);
        due_payments(
            self,
            sql!("check_page"),
            &[
                &queue.gateway,
                &after.at,
                &after.id,
                &queue.last.at,
                &queue.last.id,
                &queue.queue.run_started,
                &ahead,
                &size,
            ],
        )
    }

    fn count_due(&self, gateway: &GatewayName, queue: PollOrder) -> Result<u64, StoreError> {
        let started = queue.run_started;
        let rest = match queue.scope {
            CheckScope::Due => 0,
            CheckScope::Everybody => self.only(
                sql!("check_count"),
                &[&gateway, &started, &queue.run_ends],
                |row| row.count("payments"),
            )?,
        };
        Ok(self.due_since(gateway, started)? + rest)
    }

    /// The number of a gateway's payments that were due at that time and have not been queried since.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn due_since(&self, gateway: &GatewayName, since: Instant) -> Result<u64, StoreError> {
        self.only(sql!("check_count_due"), &[&gateway, &since], |row| {
            row.count("payments")
        })
    }

    /// Reduces every queue to its share of the first `limit` payments of all queues.
    fn cut(&self, queues: &mut [PollQueue], limit: u64) -> Result<(), StoreError> {
        let mut first = Vec::new();
        for (turn, queue) in queues.iter_mut().enumerate() {
            let places = self.first_places(queue, limit)?;
            first.extend(places.into_iter().map(|place| (place, turn)));
            (queue.to_ask, queue.last) = (0, PollCursor::START);
        }
        first.sort_unstable();
        first.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        for (place, turn) in first {
            if let Some(queue) = queues.get_mut(turn) {
                queue.to_ask += 1;
                queue.last = place;
            }
        }
        Ok(())
    }

    /// The places of the first payments of a queue, at most `limit`.
    fn first_places(&self, queue: &PollQueue, limit: u64) -> Result<Vec<PollCursor>, StoreError> {
        let most = i64::try_from(limit).unwrap_or(i64::MAX);
        let (gateway, started) = (&queue.gateway, &queue.queue.run_started);
        let mut places = self.all(
            sql!("check_places_due"),
            &[gateway, started, &most],
            |row| {
                let part = PollPart::Due;
                Ok(from_row!(row => PollCursor { part = part, at: "next_check_at", id }))
            },
        )?;
        let left = most.saturating_sub(i64::try_from(places.len()).unwrap_or(most));
        if queue.queue.scope == CheckScope::Everybody && left > 0 {
            places.extend(self.all(
                sql!("check_places"),
                &[gateway, started, &queue.queue.run_ends, &left],
                |row| {
                    let part = PollPart::Rest;
                    Ok(from_row!(row => PollCursor { part = part, at: "last_asked_at", id }))
                },
            )?);
        }
        Ok(places)
    }
}

impl PollQueue {
    fn place(&self, part: PollPart, asked: &DuePayment) -> PollCursor {
        let schedule = &asked.payment.schedule;
        let at = match part {
            PollPart::Due => schedule.next_check_at,
            PollPart::Rest => schedule.last_asked_at,
        };
        PollCursor {
            part,
            at: at.unwrap_or(NEVER).as_millis(),
            id: asked.payment.id.0,
        }
    }
}

impl PollOrder {
    /// After every payment that can come.
    fn end(self) -> PollCursor {
        match self.scope {
            CheckScope::Everybody => PollCursor::end(PollPart::Rest),
            CheckScope::Due => self.last_due(),
        }
    }

    fn last_due(self) -> PollCursor {
        PollCursor {
            at: self.run_started.as_millis(),
            ..PollCursor::end(PollPart::Due)
        }
    }
}

/// The payments that a statement finds, each with the tries that notifications have named and that are unanswered.
pub(super) fn due_payments(
    reader: &Reader,
    sql: &'static str,
    parameters: &[&dyn ToSql],
) -> Result<Vec<DuePayment>, StoreError> {
    let mut due: Vec<(DuePayment, bool)> = reader.all(sql, parameters, due_payment)?;
    for (due, has_named) in &mut due {
        if *has_named {
            due.told = reader.tries_to_ask(due.payment.id)?;
        }
    }
    Ok(due.into_iter().map(|(due, _)| due).collect())
}

/// Also returns whether notifications have named tries of it that are still unanswered.
fn due_payment(row: &StoredRow<'_>) -> Result<(DuePayment, bool), StoreError> {
    let due = from_row!(row => DuePayment {
        payment = rows::payment(row)?,
        reference_due, order_number, order_status, told = Vec::new(), has_turn = false,
    });
    Ok((due, row.get("has_named")?))
}
