//! The loop of a watch: read the order, report changes, query, read again, wait.

use std::io::{self, Write};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use super::event::{OrderSnapshot, WatchEnd, WatchEndReason, WatchEvent};
use super::shared::{SharedQueries, unanswered};
use crate::clock::Clock;
use crate::domain::{Dossier, Instant, OrderId, OrderStatus, Payment, Phase, Policy, QueryPurpose};
use crate::exit::Exit;
use crate::output::json_line;
use crate::reconciler::{
    CheckAction, CheckResult, GatewayPool, LedgerAccess, RoundError, RunContext, StopReason,
};
use crate::shutdown::Shutdown;
use crate::store::{DuePayment, StoreError};

type EventSink<'w> = Option<&'w mut Box<dyn Write + Send>>;

pub(super) struct Watcher<'w> {
    pub(super) order: OrderId,
    pub(super) interval: Duration,
    pub(super) timeout: Duration,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) shutdown: Shutdown,
    pub(super) policy: Policy,
    pub(super) pool: GatewayPool,
    pub(super) shared: SharedQueries,
    /// Set if each event is printed as a line.
    pub(super) out: EventSink<'w>,
    /// The terminal that shows the countdown.
    pub(super) countdown: EventSink<'w>,
}

/// Why a watch broke off.
#[derive(Debug)]
pub(super) enum WatchError {
    Output(io::Error),
    Round(RoundError),
    /// The order is no longer in the database.
    Gone,
}

impl From<io::Error> for WatchError {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

impl From<RoundError> for WatchError {
    fn from(error: RoundError) -> Self {
        Self::Round(error)
    }
}

impl From<StoreError> for WatchError {
    fn from(error: StoreError) -> Self {
        Self::Round(error.into())
    }
}

impl Watcher<'_> {
    /// Ends when the order ends, at the timeout, or on Ctrl-C and SIGTERM.
    pub(super) async fn run(
        &mut self,
        mut ledger: LedgerAccess,
    ) -> Result<(WatchEnd, LedgerAccess), WatchError> {
        let shutdown = self.shutdown.clone();
        let mut interrupted = pin!(shutdown.comes());
        let end = self.clock.now().saturating_add(self.timeout);
        let mut ticks_left = ticks(self.timeout, self.interval);
        let (mut told, mut asked, mut silence) = (None, 0, None);
        let mut is_others = false;
        let because = loop {
            // The signal handlers are installed here: an earlier signal would be lost.
            tokio::select! {
                biased;
                () = &mut interrupted => break WatchEndReason::Interrupted,
                () = std::future::ready(()) => {}
            }
            let before = self.refresh(&ledger, &mut told)?;
            if let Some(because) = ended(&before) {
                break because;
            }
            if ticks_left == 0 || self.clock.now() >= end {
                break WatchEndReason::OutOfTime;
            }
            ticks_left -= 1;
            let round = self.ask(&before, ledger, end).await?;
            ledger = round.ledger;
            asked += round.asked;
            // A gateway that is left alone after a silence has not answered since.
            if round.asked > 0 || silence.is_none() {
                silence = round.silence;
            }
            let after = self.refresh(&ledger, &mut told)?;
            self.shared.record_queried(&after);
            is_others = round.is_others;
            if is_others {
                silence = unanswered(&after);
            }
            if let Some(because) = ended(&after) {
                break because;
            }
            self.tick(&after, silence.as_deref())?;
            if round.is_interrupted {
                break WatchEndReason::Interrupted;
            }
            let now = self.clock.now();
            let left = if now < end {
                end.since(now)
            } else {
                Duration::ZERO
            };
            let wait = self.clock.wait(self.interval.min(left));
            tokio::select! {
                () = wait => {}
                () = &mut interrupted => break WatchEndReason::Interrupted,
            }
        };
        if is_others {
            // Another watch's query may have been answered while this one waited.
            silence = unanswered(&self.refresh(&ledger, &mut told)?);
        }
        let done = self.done(&ledger, because, asked, silence)?;
        Ok((done, ledger))
    }

    /// Reads the order as any process has written it, and reports it if it changed.
    fn refresh(
        &mut self,
        ledger: &LedgerAccess,
        told: &mut Option<OrderSnapshot>,
    ) -> Result<Dossier, WatchError> {
        let dossier = ledger.read().dossier(self.order)?.ok_or(WatchError::Gone)?;
        let standing = OrderSnapshot::from(&dossier);
        if told.as_ref() != Some(&standing) {
            let at = self.clock.now();
            self.print(&WatchEvent::Status {
                at,
                standing: &standing,
            })?;
            *told = Some(standing);
        }
        Ok(dossier)
    }

    /// Queries each payment that can still be paid, or whose reference may hide another payment, unless its gateway asked
    /// to be left alone.
    async fn ask(
        &mut self,
        dossier: &Dossier,
        mut ledger: LedgerAccess,
        end: Instant,
    ) -> Result<PollResult, WatchError> {
        let now = self.clock.now();
        let left = end.since(now.min(end));
        let rows = DuePayment::of(dossier).into_iter();
        let rows =
            rows.filter(|row| is_worth_asking(dossier, row) && is_query_allowed(&row.payment, now));
        let rows = rows.collect();
        let (rows, is_shared) = self
            .shared
            .own_queries(rows, &self.pool, &mut ledger, now)?;
        let (rows, ledger, is_others_turn) = self.with_turns(rows, ledger, now)?;
        let streams = self.pool.streams(rows, QueryPurpose::Read);
        let mut observed = PollResult {
            ledger,
            asked: 0,
            silence: None,
            is_interrupted: false,
            is_others: streams.is_empty() && (is_others_turn || is_shared),
        };
        // Another watch has just queried, and the database has the answer.
        if observed.is_others {
            return Ok(observed);
        }
        if streams.is_empty() {
            observed.silence = self.cannot_ask(dossier).or_else(|| skipped(dossier));
            return Ok(observed);
        }
        let setting = RunContext {
            clock: self.clock.clone(),
            now,
            policy: self.policy,
            until: Some(tokio::time::Instant::now() + left),
            shutdown: self.shutdown.clone(),
        };
        let mut keep = |line: &CheckResult| {
            if line.action == CheckAction::Unchecked {
                observed.silence = Some(line.reason.to_string());
            }
            Ok(())
        };
        let (stats, mut ledger) = setting
            .round(streams, observed.ledger)
            .run(&mut keep)
            .await?;
        self.pool.absorb(&stats);
        if let LedgerAccess::ReadWrite { store, permit } = &mut ledger {
            for (gateway, gateway_stats) in &stats.gateways {
                store.record_health(permit, gateway, &gateway_stats.seen, self.clock.now())?;
            }
        }
        observed.silence = self.cannot_ask(dossier).or(observed.silence);
        if stats.halt == Some(StopReason::OutOfTime) && observed.silence.is_none() {
            observed.silence = Some("timeout reached before an answer came".to_owned());
        }
        observed.asked = stats.asked;
        observed.is_interrupted = stats.halt == Some(StopReason::Interrupted);
        observed.ledger = ledger;
        Ok(observed)
    }

    /// The payments that may be queried now, with their query slots; and whether another process has a slot.
    fn with_turns(
        &self,
        rows: Vec<DuePayment>,
        mut ledger: LedgerAccess,
        now: Instant,
    ) -> Result<(Vec<DuePayment>, LedgerAccess, bool), WatchError> {
        let (mut free, mut is_others_turn) = (Vec::with_capacity(rows.len()), false);
        for mut row in rows {
            let account = self.pool.account(&row.payment.gateway);
            let apart = account.map_or(Duration::ZERO, |account| {
                account.gateway.read_interval(&row.payment)
            });
            let id = row.payment.id;
            let is_free = apart.is_zero()
                || match &mut ledger {
                    LedgerAccess::ReadWrite { store, permit } => {
                        row.has_turn = store.take_free_turn(permit, id, apart, now)?;
                        row.has_turn
                    }
                    LedgerAccess::ReadOnly(reader) => reader.wait_before_read(id, now)?.is_zero(),
                };
            if is_free {
                free.push(row);
            } else {
                is_others_turn = true;
            }
        }
        Ok((free, ledger, is_others_turn))
    }

    /// For gateways with open payments and a wrong key or wrong settings: what to check.
    fn cannot_ask(&self, dossier: &Dossier) -> Option<String> {
        let mut open = dossier
            .payments
            .iter()
            .filter(|payment| payment.status.is_open() && !payment.gateway.is_manual());
        open.find_map(|payment| {
            let gateway = &payment.gateway;
            let why = match self.pool.account(gateway) {
                Err(why) => why,
                Ok(_) if self.pool.is_discredited(gateway) => self.pool.trouble(gateway)?,
                Ok(_) => return None,
            };
            Some(format!(
                "{gateway}: {why}; check its key, address and environment (sandbox or production) in the configuration"
            ))
        })
    }

    fn tick(&mut self, dossier: &Dossier, unanswered: Option<&str>) -> Result<(), WatchError> {
        let (at, until) = (self.clock.now(), dossier.order.expires_at);
        let left = if at < until {
            until.since(at)
        } else {
            Duration::ZERO
        };
        if let Some(terminal) = &mut self.countdown {
            let (minutes, seconds) = (left.as_secs() / 60, left.as_secs() % 60);
            let status = dossier.order.status;
            let number = &dossier.order.number;
            write!(
                terminal,
                "\r\u{1b}[K{number} is {status}, {minutes}:{seconds:02} left"
            )?;
            terminal.flush()?;
        }
        self.print(&WatchEvent::Tick {
            at,
            order: dossier.order.number.as_str(),
            order_status: dossier.order.status,
            seconds_left: left.as_secs(),
            unanswered,
        })
    }

    fn done(
        &mut self,
        ledger: &LedgerAccess,
        because: WatchEndReason,
        asked: u64,
        unanswered: Option<String>,
    ) -> Result<WatchEnd, WatchError> {
        let dossier = ledger.read().dossier(self.order)?.ok_or(WatchError::Gone)?;
        let status = dossier.order.status;
        let is_config = || self.cannot_ask(&dossier).is_some();
        let silence = if unanswered.is_some() && is_config() {
            Exit::Config
        } else {
            Exit::Partial
        };
        let done = WatchEnd {
            at: self.clock.now(),
            order: dossier.order.number.to_string(),
            order_status: status,
            paid: matches!(status, OrderStatus::Paid | OrderStatus::Fulfilled),
            because,
            asked,
            unanswered,
            silence,
            clock: self.pool.clock_trouble(),
        };
        if let Some(terminal) = &mut self.countdown {
            write!(terminal, "\r\u{1b}[K")?;
            terminal.flush()?;
        }
        Ok(done)
    }

    /// Prints a line at once: somebody waits for it behind a pipe.
    fn print(&mut self, event: &WatchEvent<'_>) -> Result<(), WatchError> {
        let Some(out) = &mut self.out else {
            return Ok(());
        };
        json_line(out, event)?;
        out.flush()?;
        Ok(())
    }
}

/// The result of one round of queries.
struct PollResult {
    ledger: LedgerAccess,
    asked: u64,
    silence: Option<String>,
    is_interrupted: bool,
    /// Nothing was queried, because others have queried in this interval.
    is_others: bool,
}

fn ended(dossier: &Dossier) -> Option<WatchEndReason> {
    match dossier.order.status {
        OrderStatus::Pending => None,
        OrderStatus::Paid | OrderStatus::Fulfilled => Some(WatchEndReason::Paid),
        OrderStatus::Expired | OrderStatus::Cancelled | OrderStatus::Refunded => {
            Some(WatchEndReason::Ended)
        }
    }
}

/// Payments that can still be paid; payments for which a notification named another attempt; and, if no payment can be
/// paid any more, closed ones whose reference may hide another attempt.
fn is_worth_asking(dossier: &Dossier, row: &DuePayment) -> bool {
    let mut payments = dossier.payments.iter();
    let is_any_open = payments.any(|payment| payment.status.is_open() && !payment.is_foreign());
    let status = row.payment.status;
    status.is_open() || !row.told.is_empty() || (!is_any_open && status.is_closed())
}

/// An unanswered payment waits for its next check, which respects the delay that the gateway asked for.
fn is_query_allowed(payment: &Payment, now: Instant) -> bool {
    let schedule = &payment.schedule;
    let is_left_alone =
        schedule.phase == Phase::Silent && schedule.next_check_at.is_some_and(|next| now < next);
    !is_left_alone
}

/// A gateway that must not be queried now, because an earlier query got no answer.
fn skipped(dossier: &Dossier) -> Option<String> {
    let mut open = dossier.payments.iter();
    let silent =
        open.find(|payment| payment.status.is_open() && payment.schedule.phase == Phase::Silent)?;
    let gateway = &silent.gateway;
    Some(format!(
        "{gateway} has not answered and will be asked again at the next check"
    ))
}

/// The number of intervals in the timeout; the last may be cut short.
fn ticks(timeout: Duration, interval: Duration) -> u128 {
    timeout.as_millis().div_ceil(interval.as_millis().max(1))
}
