//! Cron's next run reports new cases and refunds once: one run at a time reports, and an item counts as reported only
//! when the report was written completely.

use std::thread;
use std::time::{Duration, Instant as Moment};

use serde::Serialize;

use super::reason_code::ReasonCode;
use super::run_exit::exit_without_kept;
use crate::commands::Context;
use crate::domain::read::reminder;
use crate::domain::{
    CaseId, CaseKind, GatewayName, Instant, OrderId, OrderNumber, PaymentId, RefundId,
    RefundReason, RefundStatus, Rupiah,
};
use crate::exit::Exit;
use crate::output::Summary;
use crate::output::counted::counted;
use crate::reconciler::{KeptOrder, Ledger, RunStats, Writer};
use crate::store::{JobLock, Reader, StoreError, Untold, UntoldCase, UntoldRefund};

/// Items named per kind; the reader looks up the others.
const MAX_NAMED: usize = 20;

/// The lock of the process that reports.
const LOCK: &str = "tell";

/// Another process that reports only has to write. This run does not wait long for one whose reader is stuck.
const MAX_WAITS: Duration = Duration::from_secs(2);

const PAUSE: Duration = Duration::from_millis(10);

/// Who reads a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Audience {
    /// The reader of cron's mail, who gets the unreported items.
    Cron,
    /// A person or a program that wants to know something else.
    Asker,
}

/// How a run ended, and what its reader is told besides its own rows.
pub(super) struct ReportEnd {
    pub(super) exit: Exit,
    /// The exit without what was already reported today.
    pub(super) is_news: Exit,
    news: Option<News>,
    telling: Option<ReportNews>,
}

impl ReportEnd {
    /// `exit` is the exit of the rows, `besides` that of what the statistics do not include.
    pub(super) fn of(
        context: &Context<'_>,
        audience: Audience,
        exit: Exit,
        stats: &RunStats,
        ledger: &Ledger,
        besides: Exit,
    ) -> Result<Self, StoreError> {
        let telling = match (audience, ledger) {
            (Audience::Cron, Ledger::ReadWrite(writer)) => {
                ReportNews::begin(context, writer, &stats.kept_for_person)?
            }
            (Audience::Cron, Ledger::ReadOnly(_)) | (Audience::Asker, _) => None,
        };
        let news = match audience {
            Audience::Cron => Some(telling.as_ref().map(|telling| telling.news.clone())),
            Audience::Asker => None,
        };
        let news = news.map(Option::unwrap_or_default);
        let besides = besides.worse(news.as_ref().map_or(Exit::Clean, News::exit));
        let exit = exit.worse(besides);
        let is_news = match audience {
            Audience::Cron => exit_without_kept(stats).worse(besides),
            Audience::Asker => exit,
        };
        Ok(Self {
            exit,
            is_news,
            news,
            telling,
        })
    }

    pub(super) fn with_news<'a, S>(&'a self, summary: &'a S) -> WithNews<'a, S> {
        WithNews {
            summary,
            news: self.news.as_ref(),
        }
    }

    /// The report has reached its reader.
    pub(super) fn were_written(self, ledger: &Ledger, now: Instant) -> Result<(), StoreError> {
        match (self.telling, ledger) {
            (Some(telling), Ledger::ReadWrite(writer)) => telling.was_written(writer, now),
            (Some(_), Ledger::ReadOnly(_)) | (None, _) => Ok(()),
        }
    }
}

/// Items about to be reported. Dropped without [`ReportNews::was_written`], they stay unreported.
pub(super) struct ReportNews {
    pub(super) news: News,
    untold: Untold,
    kept: Vec<OrderId>,
    _lock: JobLock,
}

impl ReportNews {
    /// Collects the unreported items; none if another run is reporting.
    pub(super) fn begin(
        context: &Context<'_>,
        writer: &Writer,
        kept: &[KeptOrder],
    ) -> Result<Option<Self>, StoreError> {
        let database = context.database();
        let give_up_at = Moment::now() + MAX_WAITS;
        let lock = loop {
            match JobLock::take(database, LOCK)? {
                Some(lock) => break lock,
                None if Moment::now() < give_up_at => thread::sleep(PAUSE),
                None => return Ok(None),
            }
        };
        let untold = writer.write(|store, _| store.untold(database, MAX_NAMED))?;
        let kept = if is_reminder_due(writer.read(), kept, context.host.clock.now())? {
            kept
        } else {
            &[]
        };
        Ok(Some(Self {
            news: News::of(&untold, kept),
            untold,
            kept: kept.iter().map(|order| order.id).collect(),
            _lock: lock,
        }))
    }

    pub(super) fn has_news(&self) -> bool {
        self.news.is_any()
    }

    /// The report has reached its reader.
    pub(super) fn was_written(self, writer: &Writer, now: Instant) -> Result<(), StoreError> {
        if !self.has_news() {
            return Ok(());
        }
        writer.write(|store, permit| store.record_reported(permit, &self.untold, &self.kept, now))
    }
}

/// Once one reminder is due, all are sent, so that there is one mail a day and not one per order.
fn is_reminder_due(reader: &Reader, kept: &[KeptOrder], now: Instant) -> Result<bool, StoreError> {
    for order in kept {
        if reminder::is_due(reader.kept_told_at(order.id)?, now) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The unreported items, for programs. Fields are only ever added.
#[derive(Debug, Clone, Default, Serialize)]
pub(super) struct News {
    told_cases: Vec<NewsCase>,
    told_refunds: Vec<NewsRefund>,
    told_kept: Vec<NewsKeptOrder>,
    /// Items that are not listed here.
    told_more: usize,
    #[serde(skip)]
    all: [usize; 3],
}

#[derive(Debug, Clone, Serialize)]
struct NewsCase {
    case: CaseId,
    kind: CaseKind,
    order: Option<OrderNumber>,
    payment: Option<PaymentId>,
    gateway: Option<GatewayName>,
    amount: Option<Rupiah>,
    facts: String,
    opened_at: Instant,
    next: String,
    #[serde(flatten)]
    code: ReasonCode,
}

#[derive(Debug, Clone, Serialize)]
struct NewsRefund {
    refund: RefundId,
    order: OrderNumber,
    payment: PaymentId,
    status: RefundStatus,
    reason: RefundReason,
    amount: Rupiah,
    why: String,
    next: String,
    #[serde(flatten)]
    code: ReasonCode,
}

#[derive(Debug, Clone, Serialize)]
struct NewsKeptOrder {
    order: OrderNumber,
    why: String,
    next: String,
}

impl News {
    fn of(untold: &Untold, kept: &[KeptOrder]) -> Self {
        let all = [untold.all_cases.len(), untold.all_refunds.len(), kept.len()];
        let named = |count: &usize| count.saturating_sub(MAX_NAMED);
        Self {
            told_cases: untold.cases.iter().map(NewsCase::from).collect(),
            told_refunds: untold.refunds.iter().map(NewsRefund::from).collect(),
            told_kept: kept
                .iter()
                .take(MAX_NAMED)
                .map(NewsKeptOrder::from)
                .collect(),
            told_more: all.iter().map(named).sum(),
            all,
        }
    }

    fn is_any(&self) -> bool {
        self.all != [0; 3]
    }

    pub(super) fn exit(&self) -> Exit {
        if self.is_any() {
            Exit::Attention
        } else {
            Exit::Clean
        }
    }

    /// The same for people, one line each.
    fn lines(&self) -> Vec<String> {
        let [cases, refunds, kept] = self.all;
        let mut lines = Vec::new();
        if cases > 0 {
            lines.push(format!(
                "{}, not reported before:",
                counted(cases, "open case")
            ));
            lines.extend(self.told_cases.iter().map(NewsCase::line));
            lines.extend(more(cases, "payctl case list"));
        }
        if refunds > 0 {
            lines.push(format!(
                "{}, not reported before:",
                counted(refunds, "refund")
            ));
            lines.extend(self.told_refunds.iter().map(NewsRefund::line));
            lines.extend(more(refunds, "payctl refund list"));
        }
        if kept > 0 {
            lines.push(format!(
                "{}, kept until somebody decides (reported once a day):",
                counted(kept, "overdue order")
            ));
            lines.extend(self.told_kept.iter().map(NewsKeptOrder::line));
            lines.extend(more(kept, "payctl order list --status pending"));
        }
        lines
    }
}

fn more(all: usize, command: &str) -> Option<String> {
    let more = all.saturating_sub(MAX_NAMED);
    (more > 0).then(|| format!("  … and {more} more: {command}"))
}

impl NewsCase {
    fn line(&self) -> String {
        let gateway = self.gateway.as_ref().map(GatewayName::as_str);
        let about = self.order.as_ref().map(OrderNumber::as_str).or(gateway);
        let amount = self.amount.map(|amount| format!(", {amount}"));
        format!(
            "  case {}, {}, {}{}: {}; {}",
            self.case,
            self.kind,
            about.unwrap_or("-"),
            amount.unwrap_or_default(),
            self.facts,
            self.next
        )
    }
}

impl From<&UntoldCase> for NewsCase {
    fn from(case: &UntoldCase) -> Self {
        Self {
            case: case.id,
            kind: case.kind,
            order: case.order.clone(),
            payment: case.payment,
            gateway: case.gateway.clone(),
            amount: case.amount,
            facts: case.facts.words.clone(),
            code: (&case.facts).into(),
            opened_at: case.opened_at,
            next: format!("payctl case show {}", case.id),
        }
    }
}

impl NewsRefund {
    fn line(&self) -> String {
        format!(
            "  refund {}, {}, {}, {}: {}; {}",
            self.refund, self.status, self.order, self.amount, self.why, self.next
        )
    }
}

impl From<&UntoldRefund> for NewsRefund {
    fn from(refund: &UntoldRefund) -> Self {
        let id = refund.id;
        let next = match refund.status {
            RefundStatus::Approved => format!("payctl refund send {id}"),
            RefundStatus::Due
            | RefundStatus::Sent
            | RefundStatus::Unknown
            | RefundStatus::Done
            | RefundStatus::Failed
            | RefundStatus::Rejected
            | RefundStatus::External => format!("payctl refund approve {id} --by NAME"),
        };
        Self {
            refund: id,
            order: refund.order.clone(),
            payment: refund.payment,
            status: refund.status,
            reason: refund.reason,
            amount: refund.amount,
            why: refund.why.words.clone(),
            code: (&refund.why).into(),
            next,
        }
    }
}

impl NewsKeptOrder {
    fn line(&self) -> String {
        format!("  {}: {}; {}", self.order, self.why, self.next)
    }
}

impl From<&KeptOrder> for NewsKeptOrder {
    fn from(kept: &KeptOrder) -> Self {
        Self {
            order: kept.number.clone(),
            why: kept.why.clone(),
            next: format!("payctl why {}", kept.number),
        }
    }
}

/// A summary together with the unreported items, if there are any.
#[derive(Debug, Serialize)]
pub(super) struct WithNews<'a, S> {
    #[serde(flatten)]
    pub(super) summary: &'a S,
    #[serde(flatten)]
    pub(super) news: Option<&'a News>,
}

impl<S: Summary> Summary for WithNews<'_, S> {
    fn line(&self) -> String {
        self.summary.line()
    }

    fn next(&self) -> Vec<String> {
        self.summary.next()
    }

    fn news(&self) -> Vec<String> {
        self.news.map(News::lines).unwrap_or_default()
    }
}
