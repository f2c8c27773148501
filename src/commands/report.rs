//! `payctl report`: what happened in a day or some days, as a text, a page or a mail.

mod detail;
mod figures;
mod file;
mod page;
mod period;
mod sentence;
mod slots;
mod tables;
mod waits;

use std::io::Write as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use serde::Serialize;

use self::detail::detail;
use self::figures::ReportFigures;
use self::file::PageTarget;
use self::page::page;
use self::period::ReportDays;
use super::effects::mailer;
use super::job::Job;
use super::runtime::block_on;
use crate::commands::{CommandError, Context, Writes};
use crate::domain::AttemptResult;
use crate::exit::Exit;
use crate::outbox::{Letter, Mailer};
use crate::output::detail::{JsonDocument, show};
use crate::output::{ColorMode, Format, OutputStyle};
use crate::store::WriteReason;

/// Report on a day: orders and money, what was found and mended, what waits
///
/// Counts by the days of the shop's zone, by when payctl booked it: orders and money by status, gateway and product, what
/// notifications and queries found, how long it took from a payment to our books, late money, refunds, fees, and what
/// waits for how long. With --html it is one page with charts, without scripts, which replaces the report of that name.
/// With --mail it goes to report.to of the configuration. With --html or --mail the run is recorded as the job report.
#[derive(Debug, Args)]
pub(super) struct ReportArgs {
    #[command(flatten)]
    days: ReportDays,
    /// Write the report as a page into this file; - prints it
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Mail the report to report.to, by the mail server of the configuration
    #[arg(long)]
    mail: bool,
}

impl ReportArgs {
    /// What it does to the database: it records a run that leaves something behind.
    pub(in crate::commands) fn writes(&self) -> Writes {
        Writes::EachTime.unless(self.html.is_none() && !self.mail)
    }
}

const COMMAND: &str = "report";

/// A mail server that takes longer is broken.
const MAIL_TIMEOUT: Duration = Duration::from_secs(60);

/// Where the report goes besides stdout.
struct Destinations {
    page: Option<PageTarget>,
    mail: Option<(Arc<Mailer>, String)>,
}

/// The record of a run.
#[derive(Serialize)]
struct ReportCounts<'a> {
    from: &'a str,
    to: &'a str,
    payments: u64,
    page: bool,
    mail: bool,
}

pub(super) fn run(args: &ReportArgs, mut context: Context<'_>) -> anyhow::Result<Exit> {
    let period = args.days.period(&context)?;
    let destinations = Destinations::of(args, &context)?;
    if args.writes() == Writes::Nothing {
        let reader = context.reader()?;
        let report = ReportFigures::read(&context, &reader, period)?;
        return print(&mut context, &report, Exit::Clean);
    }
    let writer = context.writer(WriteReason::NotDryRun)?;
    let job = Job::begin(&context, &writer, COMMAND)?;
    let report = ReportFigures::read(&context, writer.read(), period)?;
    let delivered = deliver(&mut context, &report, &destinations);
    let exit = match &delivered {
        Ok(exit) => *exit,
        Err(_) => Exit::Failed,
    };
    let counts = ReportCounts {
        from: &report.period.from,
        to: &report.period.to,
        payments: report.money.payments,
        page: destinations.page.is_some(),
        mail: destinations.mail.is_some(),
    };
    job.end(&context, &writer, exit, &counts)?;
    delivered
}

impl Destinations {
    fn of(args: &ReportArgs, context: &Context<'_>) -> Result<Self, CommandError> {
        let page = args.html.as_deref();
        let page = page.map(|name| PageTarget::named(context, name));
        let mail = args.mail.then(|| addressee(context)).transpose()?;
        Ok(Self {
            page: page.transpose()?,
            mail,
        })
    }
}

/// The mail server and the reader.
fn addressee(context: &Context<'_>) -> Result<(Arc<Mailer>, String), CommandError> {
    let Some(report) = &context.config.report else {
        let message = "the configuration does not say to whom the report goes";
        let hint = "write in payctl.toml: [report], with to = \"rina@example.com\"";
        return Err(CommandError::config(message).hint(hint));
    };
    let mailer = mailer(context).map_err(|why| {
        CommandError::config(format!("the report cannot be mailed: {why}"))
            .hint("configure the mail server: [smtp], with host = \"…\" and from = \"…\"")
    })?;
    Ok((mailer, report.to.clone()))
}

/// The page first: it is there also where the mail server is not.
fn deliver(
    context: &mut Context<'_>,
    report: &ReportFigures,
    destinations: &Destinations,
) -> anyhow::Result<Exit> {
    let zone = context.config.zone;
    match &destinations.page {
        Some(PageTarget::File(path)) => file::write(path, &page(report, zone))?,
        Some(PageTarget::Stdout) => {
            write!(context.host.stdout, "{}", page(report, zone))?;
            context.host.stdout.flush()?;
        }
        None => {}
    }
    let mut exit = Exit::Clean;
    if let Some((mailer, to)) = &destinations.mail {
        exit = send(context, report, mailer, to)?;
    }
    // On stdout the page is in the place of the text.
    if matches!(destinations.page, Some(PageTarget::Stdout)) || context.options.quiet {
        return Ok(exit);
    }
    print(context, report, exit)
}

fn print(context: &mut Context<'_>, report: &ReportFigures, exit: Exit) -> anyhow::Result<Exit> {
    let detail = detail(report, context.style());
    context.show(COMMAND, report, &detail, exit)
}

fn send(
    context: &Context<'_>,
    report: &ReportFigures,
    mailer: &Mailer,
    to: &str,
) -> anyhow::Result<Exit> {
    let clock = context.host.clock.clone();
    let key = format!(
        "payctl-report.{}.{}.{}",
        report.period.from,
        report.period.to,
        clock.now().as_millis()
    );
    let letter = Letter {
        to: to.to_owned(),
        subject: format!("payctl {}: {}", report.period.name(), report.sentence),
        text: text(context, report)?,
        page: page(report, context.config.zone),
        key,
    };
    let sent = block_on(&*clock, letter.send(mailer, &*clock, MAIL_TIMEOUT))?;
    let (what, why) = match sent {
        AttemptResult::Done(_) => return Ok(Exit::Clean),
        AttemptResult::Again(why) | AttemptResult::Never(why) => ("the report was not mailed", why),
        AttemptResult::Unknown(why) => ("nobody knows whether the report was mailed", why),
    };
    Err(CommandError::failed(format!("{what}: {why}"))
        .hint("try again: payctl report --mail")
        .into())
}

/// As on a terminal, without colours.
fn text(context: &Context<'_>, report: &ReportFigures) -> anyhow::Result<String> {
    let style = OutputStyle {
        format: Format::Table,
        paint: ColorMode::Plain,
        width: None,
        ..context.style()
    };
    let document = JsonDocument {
        command: COMMAND,
        started_at: context.started_at,
        body: report,
        exit: Exit::Clean,
    };
    let mut text = Vec::new();
    show(&mut text, &style, &document, &detail(report, style.clone()))?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}
