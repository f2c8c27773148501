//! Cron's next run reports new cases and refunds once, and incidents when they begin, hourly, and when they are over. One
//! run at a time reports, and an item counts as reported only when the report was written completely.

mod items;

use std::thread;
use std::time::{Duration, Instant as Moment};

use serde::Serialize;

use self::items::{NewsCase, NewsIncident, NewsKeptOrder, NewsRefund};
use super::incidents;
use super::run_exit::{exit_without_cases, exit_without_kept};
use crate::commands::Context;
use crate::domain::read::reminder::{self, is_mail_due};
use crate::domain::{Incident, IncidentKind, IncidentPhase, Instant, OrderId};
use crate::exit::Exit;
use crate::output::Summary;
use crate::output::counted::counted;
use crate::reconciler::{KeptOrder, Ledger, RunStats, Writer};
use crate::store::{JobLock, Reader, StoreError, Untold};

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
    /// What this run has seen of incidents is recorded, so that somebody is told.
    is_recorded: bool,
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
        // A later mail names what this run has opened. A preview has opened nothing, and nobody names it later.
        let leaves_cases =
            ledger.writer().is_some() && telling.as_ref().is_none_or(|telling| telling.collects);
        let is_news = match audience {
            Audience::Cron if leaves_cases => exit_without_cases(stats).worse(besides),
            Audience::Cron => exit_without_kept(stats).worse(besides),
            Audience::Asker => exit,
        };
        Ok(Self {
            exit,
            is_news,
            news,
            telling,
            is_recorded: audience == Audience::Cron && ledger.writer().is_some(),
        })
    }

    /// Whether incidents are told by this run, or were told by the one that reports at this moment.
    pub(super) fn tells_incidents(&self) -> bool {
        self.is_recorded
    }

    /// Whether there is anything that nobody was told of.
    pub(super) fn has_news(&self) -> bool {
        self.news.as_ref().is_some_and(News::is_any)
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
    incidents: Vec<Incident>,
    is_mail: bool,
    /// What has come soon after a mail waits for the next.
    collects: bool,
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
        let mut untold = writer.write(|store, _| store.untold(database, MAX_NAMED))?;
        let now = context.host.clock.now();
        let mut kept = if is_reminder_due(writer.read(), kept, now)? {
            kept
        } else {
            &[]
        };
        let incidents = incidents::to_tell(writer.read(), now)?;
        let is_mail = context.options.quiet;
        let waiting = untold.count() + kept.len();
        // A mail about something else takes along what waits.
        let collects = is_mail
            && incidents.is_empty()
            && waiting > 0
            && !is_mail_due(
                writer.read().last_mail_at()?,
                waiting,
                context.config.quiet.collect,
                now,
            );
        if collects {
            (untold, kept) = (Untold::default(), &[]);
        }
        Ok(Some(Self {
            news: News::of(&untold, kept, &incidents),
            untold,
            kept: kept.iter().map(|order| order.id).collect(),
            incidents: incidents
                .into_iter()
                .map(|(incident, _)| incident)
                .collect(),
            is_mail,
            collects,
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
        writer.write(|store, permit| {
            if self.news.exit() != Exit::Clean {
                store.record_reported(permit, &self.untold, &self.kept, now)?;
            }
            store.record_incidents_told(permit, &self.incidents, now)?;
            if self.is_mail {
                store.record_mail(permit, now)?;
            }
            Ok(())
        })
    }
}

/// Once one reminder is due, all are sent, so that there is one mail a day and not one per order.
fn is_reminder_due(reader: &Reader, kept: &[KeptOrder], now: Instant) -> Result<bool, StoreError> {
    let is_clock_told = || -> Result<bool, StoreError> {
        let clocks = |seen: &Incident| {
            seen.kind == IncidentKind::ClockDiffers
                && seen.ended_at.is_none()
                && seen.told_at.is_some()
        };
        Ok(reader.live_incidents()?.iter().any(clocks))
    };
    // While clocks differ that is told hourly, with no line for each order that waits for it.
    let waits_for_clocks = kept.iter().any(|order| order.by_clock) && is_clock_told()?;
    for order in kept {
        if order.by_clock && waits_for_clocks {
            continue;
        }
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
    told_incidents: Vec<NewsIncident>,
    #[serde(skip)]
    all: [usize; 4],
}

impl News {
    fn of(untold: &Untold, kept: &[KeptOrder], incidents: &[(Incident, IncidentPhase)]) -> Self {
        let [cases, refunds] = [untold.all_cases.len(), untold.all_refunds.len()];
        let all = [cases, refunds, kept.len(), incidents.len()];
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
            told_incidents: incidents
                .iter()
                .take(MAX_NAMED)
                .map(|(incident, phase)| NewsIncident::of(incident, *phase))
                .collect(),
            all,
        }
    }

    pub(super) fn is_any(&self) -> bool {
        self.all != [0; 4]
    }

    /// What a person must decide needs attention. An incident is in the exit of the runs that see it.
    pub(super) fn exit(&self) -> Exit {
        let [cases, refunds, kept, _] = self.all;
        if cases + refunds + kept > 0 {
            Exit::Attention
        } else {
            Exit::Clean
        }
    }

    /// The same for people, one line each, in about so many lines: those of which a person must decide first.
    fn lines(&self, room: usize) -> Vec<String> {
        let [cases, refunds, kept, incidents] = self.all;
        let unreported = |count: usize, noun: &str| {
            Some(format!("{}, not reported before:", counted(count, noun)))
        };
        let mut groups = [
            NewsLines {
                heading: unreported(cases, "open case"),
                lines: self.told_cases.iter().map(NewsCase::line).collect(),
                all: cases,
                command: "payctl case list",
            },
            NewsLines {
                heading: unreported(refunds, "refund"),
                lines: self.told_refunds.iter().map(NewsRefund::line).collect(),
                all: refunds,
                command: "payctl refund list",
            },
            NewsLines {
                heading: Some(format!(
                    "{}, kept until somebody decides (reported once a day):",
                    counted(kept, "overdue order")
                )),
                lines: self.told_kept.iter().map(NewsKeptOrder::line).collect(),
                all: kept,
                command: "payctl order list --status pending",
            },
            NewsLines {
                heading: None,
                lines: self.told_incidents.iter().map(NewsIncident::line).collect(),
                all: incidents,
                command: "payctl gateway list",
            },
        ];
        NewsLines::fit(&mut groups, room);
        groups.iter().flat_map(NewsLines::text).collect()
    }
}

/// The lines about one kind of news.
struct NewsLines {
    heading: Option<String>,
    lines: Vec<String>,
    all: usize,
    /// Where the others are.
    command: &'static str,
}

impl NewsLines {
    /// Leaves out lines until all fit, from the longest group first; of each something stays.
    fn fit(groups: &mut [Self], room: usize) {
        while groups.iter().map(Self::height).sum::<usize>() > room {
            let longest = groups.iter_mut().max_by_key(|group| group.lines.len());
            let Some(longest) = longest.filter(|longest| longest.lines.len() > 1) else {
                return;
            };
            longest.lines.pop();
        }
    }

    fn height(&self) -> usize {
        self.text().count()
    }

    fn text(&self) -> impl Iterator<Item = String> {
        let more = self.all.saturating_sub(self.lines.len());
        let more = (more > 0).then(|| format!("  … and {more} more: {}", self.command));
        let heading = self.heading.clone().filter(|_| self.all > 0);
        heading.into_iter().chain(self.lines.clone()).chain(more)
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
        self.news_within(usize::MAX)
    }

    fn news_within(&self, lines: usize) -> Vec<String> {
        self.news.map(|news| news.lines(lines)).unwrap_or_default()
    }
}
