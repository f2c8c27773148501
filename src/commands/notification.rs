//! Receives a gateway's notification: stores it first, then queries the gateway. Shared by `webhook` and `cgi`.

use std::io::{self, Read};

use super::checked_row::CheckedSummary;
use super::polling_run::{AfterPoll, PollJob};
use super::run_exit;
use crate::commands::{CommandError, Context};
use crate::domain::{
    AccountEvidence, GatewayName, Instant, NotificationStatus, Observation, OrderNumber, PaymentId,
    Policy, QueryPurpose, Reported, StatusAnswer,
};
use crate::exit::Exit;
use crate::faults::planted;
use crate::gateway::incoming::IncomingRequest;
use crate::gateway::message as unwrapped;
use crate::output::Summary;
use crate::reconciler::{
    GatewayAccount, GatewayPool, Ledger, OnResult, RoundError, RunContext, RunStats,
};
use crate::store::{
    DuePayment, IncomingNotification, NotificationDetails, OpenQuestions, RecordedNotification,
};

/// Far longer than any gateway's notification.
pub(super) const MAX_BODY: usize = 64 * 1024;

/// A stored notification, and what to query because of it.
pub(super) struct ReceivedNotification {
    pub(super) mark: NotificationStatus,
    times: u32,
    why: Option<&'static str>,
    received_at: Instant,
    payment: Option<PaymentId>,
    order: Option<OrderNumber>,
    to_ask: Vec<DuePayment>,
    /// It names more payments of its order than are queried.
    is_too_many: bool,
    opened: usize,
}

/// Stores a notification, or previews that in a dry run.
///
/// # Errors
/// If the account is not configured or has no key, so the notification cannot be verified.
pub(super) fn receive(
    context: &Context<'_>,
    pool: &GatewayPool,
    gateway: &GatewayName,
    (message, remote_address): (&IncomingRequest<'_>, Option<&str>),
    ledger: &Ledger,
) -> anyhow::Result<ReceivedNotification> {
    let account = usable(pool, gateway)?;
    let body = unwrapped(message.body);
    let notice = account.gateway.read_notification(message);
    let arrival = IncomingNotification {
        gateway,
        body: &body,
        notice: &notice,
        origin: &message.origin(remote_address),
        received_at: context.host.clock.now(),
    };
    let noted = match ledger {
        Ledger::ReadWrite(writer) => {
            writer.write(|store, permit| store.record_notification(permit, arrival))?
        }
        Ledger::ReadOnly(reader) => reader.preview_notification(arrival)?,
    };
    if planted!(TrustANotification) {
        believe(&arrival, &noted, &context.policy(), ledger)?;
    }
    ReceivedNotification::of(noted, notice.verdict.reason(), arrival.received_at, ledger)
}

fn usable<'p>(
    pool: &'p GatewayPool,
    gateway: &GatewayName,
) -> Result<&'p GatewayAccount, CommandError> {
    pool.account(gateway).map_err(|why| {
        CommandError::config(format!("{gateway} cannot be used: {why}"))
            .hint("add the account to the configuration, and its key to the environment")
    })
}

/// Processes a stored notification once more, or previews that in a dry run: reads what is kept of it again, and believes
/// no more of it than was believed when it came.
///
/// # Errors
/// If the account is not configured or has no key, or the notification was refused when it came.
pub(super) fn receive_again(
    context: &Context<'_>,
    pool: &GatewayPool,
    stored: &NotificationDetails,
    ledger: &Ledger,
) -> anyhow::Result<ReceivedNotification> {
    let kept = &stored.kept;
    if kept.verdict.is_refused() {
        let message = format!(
            "notification {} was refused, {}: nothing of it was kept that could be processed again",
            kept.id, kept.verdict
        );
        return Err(CommandError::failed(message).into());
    }
    let account = usable(pool, &kept.gateway)?;
    let body = IncomingRequest::of_body(stored.body.as_bytes());
    let mut notice = account.gateway.read_notification(&body);
    notice.verdict = stored.authenticity();
    let now = context.host.clock.now();
    let noted = match ledger {
        Ledger::ReadWrite(writer) => {
            writer.write(|store, permit| store.replay_notification(permit, stored, &notice, now))?
        }
        Ledger::ReadOnly(reader) => reader.preview_replay(stored, &notice, now)?,
    };
    ReceivedNotification::of(noted, None, now, ledger)
}

/// Books what a notification claims, as if the gateway had been queried. Only a planted fault does that.
fn believe(
    arrival: &IncomingNotification<'_>,
    noted: &RecordedNotification,
    policy: &Policy,
    ledger: &Ledger,
) -> anyhow::Result<()> {
    let (now, notice) = (arrival.received_at, arrival.notice);
    let (Some(payment), Some(amount)) = (&noted.payment, notice.amount) else {
        return Ok(());
    };
    if let Some(writer) = ledger.writer().filter(|_| notice.claims_money) {
        let answer = StatusAnswer {
            payment: payment.clone(),
            observation: Observation {
                measure: notice.measure,
                parts: notice.parts,
                transaction_id: notice.transaction_id.clone(),
                ..Observation::from_status(Reported::Paid { amount }, now)
            },
            account: AccountEvidence::Proven,
        };
        writer.write(|store, permit| store.book(permit, &[answer], policy, now))?;
    }
    Ok(())
}

/// The whole body; none if it is longer than the limit.
pub(super) fn read_body(stdin: &mut dyn Read) -> io::Result<Option<Vec<u8>>> {
    let mut body = Vec::new();
    let most = u64::try_from(MAX_BODY).unwrap_or(u64::MAX);
    stdin.take(most.saturating_add(1)).read_to_end(&mut body)?;
    Ok((body.len() <= MAX_BODY).then_some(body))
}

impl ReceivedNotification {
    fn of(
        noted: RecordedNotification,
        why: Option<&'static str>,
        received_at: Instant,
        ledger: &Ledger,
    ) -> anyhow::Result<Self> {
        let (mut order, mut to_ask) = (None, Vec::new());
        if let Some(payment) = &noted.payment
            && let Some(dossier) = ledger.read().dossier(payment.order)?
        {
            to_ask = DuePayment::of(&dossier);
            to_ask.retain(|row| row.payment.id == payment.id && noted.is_to_ask);
            for row in &mut to_ask {
                row.ask_for(noted.told.as_ref());
            }
            order = Some(dossier.order.number);
        }
        Ok(Self {
            mark: noted.mark,
            times: noted.times,
            why,
            received_at,
            payment: noted.payment.map(|payment| payment.id),
            order,
            to_ask,
            is_too_many: noted.is_too_many,
            opened: noted.opened.len(),
        })
    }

    /// If the query got no answer, the payment stays due.
    fn keep_due(&self, ledger: &Ledger, now: Instant) -> Result<(), RoundError> {
        let Some(writer) = ledger.writer() else {
            return Ok(());
        };
        for row in &self.to_ask {
            let dossier = writer.read().dossier(row.payment.order)?;
            let payment = dossier.as_ref().and_then(|all| all.payment(row.payment.id));
            let answered_at = payment.and_then(|payment| payment.schedule.answered_by(now));
            let is_claimed = dossier.iter().any(|all| all.is_claimed(row.payment.id));
            if is_claimed || answered_at.is_none_or(|at| at < self.received_at) {
                writer.write(|store, permit| store.schedule_soon(permit, row.payment.id, now))?;
            }
        }
        Ok(())
    }
}

impl PollJob for ReceivedNotification {
    type Summary = ReceivedSummary;

    fn total(&self) -> u64 {
        self.to_ask.len().try_into().unwrap_or(u64::MAX)
    }

    async fn execute(
        &self,
        pool: &mut GatewayPool,
        ledger: &Ledger,
        setting: &RunContext,
        print: &mut OnResult<'_>,
    ) -> Result<RunStats, RoundError> {
        let streams = pool.streams(self.to_ask.clone(), QueryPurpose::Read);
        if streams.is_empty() {
            return Ok(RunStats::default());
        }
        let stats = setting.query(streams, ledger, print).await?;
        self.keep_due(ledger, setting.clock.now())?;
        Ok(stats)
    }

    fn after_poll(&self) -> AfterPoll {
        AfterPoll::Effects
    }

    fn summary(&self, stats: &RunStats, missed: u64, open: OpenQuestions) -> ReceivedSummary {
        ReceivedSummary {
            notification: self.mark,
            times: self.times,
            order: self.order.clone(),
            payment: self.payment,
            why: self.why,
            is_too_many: self.is_too_many,
            checked: CheckedSummary::of(stats, missed, open),
        }
    }

    fn exit(&self, stats: &RunStats) -> Exit {
        if self.mark.is_plain() && self.opened == 0 {
            return run_exit::exit(stats);
        }
        run_exit::exit(stats).worse(Exit::Attention)
    }
}

/// The notification, then the totals. Fields are only ever added.
#[derive(Debug, serde::Serialize)]
pub(super) struct ReceivedSummary {
    notification: NotificationStatus,
    /// How often the same notification has arrived.
    times: u32,
    order: Option<OrderNumber>,
    payment: Option<PaymentId>,
    /// Why it was refused.
    why: Option<&'static str>,
    #[serde(skip)]
    is_too_many: bool,
    #[serde(flatten)]
    checked: CheckedSummary,
}

impl Summary for ReceivedSummary {
    fn line(&self) -> String {
        let mark = match self.status_text() {
            Some(words) => words,
            None => self.notification.word().to_owned(),
        };
        let about = match (&self.order, self.payment) {
            (Some(order), Some(payment)) => format!(", about payment {payment} of {order}"),
            _ => String::new(),
        };
        let times = match self.times {
            1 => String::new(),
            times => format!(" (received {times} times)"),
        };
        format!("notification {mark}{about}{times}; {}", self.checked.line())
    }
}

impl ReceivedSummary {
    fn status_text(&self) -> Option<String> {
        let why = self.why.unwrap_or_default();
        match self.notification {
            NotificationStatus::Forged | NotificationStatus::Unreadable => {
                Some(format!("refused, {}: {why}", self.notification))
            }
            NotificationStatus::NoPayment => Some("stored; it is not about a payment".to_owned()),
            NotificationStatus::UnknownOrder => {
                Some("stored; its order is not known here".to_owned())
            }
            NotificationStatus::Differs => {
                Some("stored; its amount differs from the payment's".to_owned())
            }
            NotificationStatus::Verified | NotificationStatus::Unsigned if self.is_too_many => {
                Some(format!(
                    "{}, but not queried: it names more payments than the order can have",
                    self.notification
                ))
            }
            NotificationStatus::Verified | NotificationStatus::Unsigned => None,
        }
    }
}
