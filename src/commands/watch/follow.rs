//! The loop of a watch: read the order, report changes, query, read again, wait.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::pin::pin;
use std::time::Duration;

use super::event::{OrderSnapshot, WatchEnd, WatchEndReason, WatchEvent};
use super::shared::{SharedQueries, unanswered};
use crate::domain::{Dossier, Instant, OrderId, OrderStatus, Payment, Phase, QueryPurpose};
use crate::exit::Exit;
use crate::output::json_line;
use crate::reconciler::{CheckAction, CheckResult, GatewayPool, Ledger, RoundError, RunContext};
use crate::shutdown::StopReason;
use crate::store::{DuePayment, StoreError};

type EventSink<'w> = Option<&'w mut Box<dyn Write + Send>>;

pub(super) struct Watcher<'w> {
    pub(super) order: OrderId,
    pub(super) interval: Duration,
    pub(super) timeout: Duration,
    pub(super) setting: RunContext,
    pub(super) ledger: &'w Ledger,
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
    pub(super) async fn run(&mut self) -> Result<WatchEnd, WatchError> {
        let shutdown = self.setting.shutdown.clone();
        let mut interrupted = pin!(shutdown.comes());
        let end = self.setting.clock.now().saturating_add(self.timeout);
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
            let before = self.refresh(&mut told)?;
            if let Some(because) = ended(&before) {
                break because;
            }
            if ticks_left == 0 || self.setting.clock.now() >= end {
                break WatchEndReason::OutOfTime;
            }
            ticks_left -= 1;
            let round = self.ask(&before, end).await?;
            asked += round.asked;
            // A gateway that is left alone after a silence has not answered since.
            if round.asked > 0 || silence.is_none() {
                silence = round.silence;
            }
            let after = self.refresh(&mut told)?;
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
            let now = self.setting.clock.now();
            let left = if now < end {
                end.since(now)
            } else {
                Duration::ZERO
            };
            let wait = self.setting.clock.wait(self.interval.min(left));
            tokio::select! {
                () = wait => {}
                () = &mut interrupted => break WatchEndReason::Interrupted,
            }
        };
        if is_others {
            // Another watch's query may have been answered while this one waited.
            silence = unanswered(&self.refresh(&mut told)?);
        }
        self.done(because, asked, silence)
    }

    /// Reads the order as any process has written it, and reports it if it changed.
    fn refresh(&mut self, told: &mut Option<OrderSnapshot>) -> Result<Dossier, WatchError> {
        let dossier = self
            .ledger
            .read()
            .dossier(self.order)?
            .ok_or(WatchError::Gone)?;
        let standing = OrderSnapshot::from(&dossier);
        if told.as_ref() != Some(&standing) {
            let at = self.setting.clock.now();
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
    async fn ask(&mut self, dossier: &Dossier, end: Instant) -> Result<PollResult, WatchError> {
        let now = self.setting.clock.now();
        let left = end.since(now.min(end));
        let rows = DuePayment::of(dossier).into_iter();
        let rows =
            rows.filter(|row| is_worth_asking(dossier, row) && is_query_allowed(&row.payment, now));
        let rows = rows.collect();
        let (rows, is_shared) = self
            .shared
            .own_queries(rows, &self.pool, self.ledger, now)?;
        let (rows, is_others_turn) = self.with_turns(rows, now)?;
        let streams = self.pool.streams(rows, QueryPurpose::Read);
        let mut observed = PollResult {
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
            now,
            until: Some(tokio::time::Instant::now() + left),
            ..self.setting.clone()
        };
        let mut keep = |line: &CheckResult| {
            if line.action == CheckAction::Unchecked {
                observed.silence = Some(line.reason.to_string());
            }
            Ok(())
        };
        let stats = setting.query(streams, self.ledger, &mut keep).await?;
        self.pool.absorb(&stats);
        if let Some(writer) = self.ledger.writer() {
            let now = self.setting.clock.now();
            for (gateway, gateway_stats) in &stats.gateways {
                let seen = &gateway_stats.seen;
                writer.write(|store, permit| store.record_health(permit, gateway, seen, now))?;
            }
        }
        observed.silence = self.cannot_ask(dossier).or(observed.silence);
        if stats.halt == Some(StopReason::OutOfTime) && observed.silence.is_none() {
            observed.silence = Some("timeout reached before an answer came".to_owned());
        }
        observed.asked = stats.asked;
        observed.is_interrupted = stats.halt == Some(StopReason::Interrupted);
        Ok(observed)
    }

    /// The payments that may be queried now, with their query slots; and whether another process has a slot.
    fn with_turns(
        &self,
        rows: Vec<DuePayment>,
        now: Instant,
    ) -> Result<(Vec<DuePayment>, bool), WatchError> {
        let (mut free, mut is_others_turn) = (Vec::with_capacity(rows.len()), false);
        for mut row in rows {
            let account = self.pool.account(&row.payment.gateway);
            let apart = account.map_or(Duration::ZERO, |account| {
                account.gateway.read_interval(&row.payment)
            });
            let id = row.payment.id;
            let is_free = apart.is_zero()
                || match self.ledger {
                    Ledger::ReadWrite(writer) => {
                        row.has_turn = writer
                            .write(|store, permit| store.take_free_turn(permit, id, apart, now))?;
                        row.has_turn
                    }
                    Ledger::ReadOnly(reader) => reader.wait_before_read(id, now)?.is_zero(),
                };
            if is_free {
                free.push(row);
            } else {
                is_others_turn = true;
            }
        }
        Ok((free, is_others_turn))
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
        let (at, until) = (self.setting.clock.now(), dossier.order.expires_at);
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
        because: WatchEndReason,
        asked: u64,
        unanswered: Option<String>,
    ) -> Result<WatchEnd, WatchError> {
        let dossier = self.ledger.read().dossier(self.order)?;
        let dossier = dossier.ok_or(WatchError::Gone)?;
        let status = dossier.order.status;
        let is_config = || self.cannot_ask(&dossier).is_some();
        let silence = if unanswered.is_some() && is_config() {
            Exit::Config
        } else {
            Exit::Partial
        };
        let done = WatchEnd {
            at: self.setting.clock.now(),
            order: dossier.order.number.to_string(),
            order_status: status,
            paid: matches!(status, OrderStatus::Paid | OrderStatus::Fulfilled),
            because,
            asked,
            unanswered,
            silence,
            clock: self.pool.clock_trouble(),
            effects: BTreeMap::new(),
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
