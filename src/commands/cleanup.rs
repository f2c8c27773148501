//! `payctl cleanup`: deletes old records that say nothing about money, and anonymises customers on time.

mod row;

use std::io::Write as _;
use std::time::Duration;

use anyhow::Context as _;
use clap::Args;

use self::row::{CleanedRow, CleanupDone, CleanupSummary, unsent};
use super::accounts::pool;
use super::confirm::can_ask;
use super::consent::{ConsentArgs, Foretold, Unattended};
use super::job::Job;
use super::job_ends::{job_begins, job_ended};
use super::reckoned_time::{ReckonedTime, reckoned};
use super::runtime::block_on;
use super::shown_progress::{ROWS_COUNTED, ROWS_DELETED};
use crate::commands::{CommandError, Context, writes};
use crate::config::duration;
use crate::domain::{EffectId, Instant};
use crate::exit::Exit;
use crate::output::counted::counted;
use crate::output::progress::{Progress, ProgressStep, ProgressWords};
use crate::reconciler::Ledger;
use crate::shutdown::StopReason;
use crate::store::{
    CleanupCategory, CleanupCounts, CustomerSelector, Erased, KeptFile, Reader, Store, TableCursor,
    WritePermit, WriteReason,
};

/// Delete old records that do not concern money, and anonymise old customers
///
/// Deletes old observations (except the last of each payment), notifications, records of runs, and orders that
/// expired without any money. Records of runs that found nothing to do go after 7 days; addresses and headers of
/// notifications after 30. Anonymises customers whose orders all ended long ago. Paid orders, refunds due, open
/// cases and all events about money stay. Run it every night. The old database file that a migration kept is
/// deleted once it is old; with --erase at once, because it may contain the customer's data.
#[derive(Debug, Args)]
pub(super) struct CleanupArgs {
    /// Count what would be deleted, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Delete only what is older than this
    #[arg(long, value_name = "AGE", default_value = "90d", value_parser = duration)]
    older_than: Duration,
    /// Anonymise this customer now instead: an email address or a customer ID
    #[arg(long, value_name = "CUSTOMER", conflicts_with = "older_than")]
    erase: Option<CustomerSelector>,
    /// Do not ask before erasing; needed where there is no terminal
    #[arg(long, requires = "erase")]
    yes: bool,
    /// Time limit: start nothing new after this; the next run continues
    #[arg(long, value_name = "TIME", default_value = "5m", value_parser = duration)]
    max_time: Duration,
}

writes!(CleanupArgs: EachTime unless dry_run);

const COMMAND: &str = "cleanup";

pub(super) fn run(args: &CleanupArgs, mut context: Context<'_>) -> anyhow::Result<Exit> {
    if args.dry_run {
        let mut cleaned = CleanupResult::begin(&context, ROWS_COUNTED);
        let ledger = Ledger::preview(context.reader()?);
        let reader = ledger.read();
        match &args.erase {
            Some(person) => {
                cleaned.unsent_mails = reader.unsent_mails(person)?;
                cleaned.forget(reader.would_erase(person)?)?;
            }
            None => {
                cleaned.reckoned = Some(reckon(&ledger, args, &context)?);
                cleaned.count(reader, args, &context)?;
            }
        }
        let kept = kept_files(cleaned.cutoff(args), args, &context);
        cleaned.add(CleanupCounts::from([(
            CleanupCategory::KeptFiles,
            count(&kept),
        )]));
        cleaned.progress.clear();
        return print(&mut context, &cleaned, CleanupDone::Would);
    }
    if let Some(person) = &args.erase {
        let consent = ConsentArgs {
            yes: args.yes,
            dry_run: args.dry_run,
        };
        context.require_consent(&consent, Unattended::NeedsYes, |context| {
            foretell(person, context)
        })?;
    }
    let mut cleaned = CleanupResult::begin(&context, ROWS_DELETED);
    let writer = context.writer(WriteReason::NotDryRun)?;
    let mut job = Job::begin(&context, &writer, COMMAND)?;
    if args.erase.is_none() {
        job_begins(&context, COMMAND);
        writer.write(|store, permit| store.record_run_clock(permit, context.started_at))?;
        let reckoned = reckon(&(&writer).into(), args, &context)?;
        job.clock = reckoned.clock;
        let now = context.host.clock.now();
        writer.write(|store, permit| store.record_clock(permit, reckoned.clock, now))?;
        cleaned.reckoned = Some(reckoned);
    }
    let result = writer.write(|store, permit| cleaned.clean(store, permit, args, &context));
    let exit = match &result {
        Ok(()) => cleaned.exit(),
        Err(_) => Exit::Failed,
    };
    let summary = CleanupSummary::of(&cleaned, CleanupDone::Has);
    job.end(&context, &writer, exit, &summary)?;
    if args.erase.is_none() {
        job_ended(&context, COMMAND, exit, &summary);
    }
    result?;
    cleaned.progress.clear();
    print(&mut context, &cleaned, CleanupDone::Has)
}

fn foretell(person: &CustomerSelector, context: &Context<'_>) -> anyhow::Result<Option<Foretold>> {
    let reader = context.reader()?;
    if !matches!(reader.would_erase(person)?, Erased::Done(_)) {
        return Ok(None);
    }
    let known = reader.known_of(person)?;
    let mut consequences = vec![format!(
        "The name, email, phone number and notes in {} will be gone for good; orders and money stay.",
        counted(
            known.iter().map(|known| known.orders.len()).sum::<usize>(),
            "order"
        )
    )];
    // Whoever sees the terminal may see the person; a script's messages may end in a log.
    if can_ask(&context.options, context.host) {
        let names = known.iter().filter_map(|known| known.customer.name.clone());
        consequences.extend(names.map(|name| format!("Customer: {name}")));
    }
    let mails = reader.unsent_mails(person)?.len();
    if mails > 0 {
        let mails = counted(mails, "mail");
        consequences.push(format!("{mails} to this customer not sent yet."));
    }
    Ok(Some(Foretold {
        consequences,
        question: "Erase this customer?".to_owned(),
        otherwise: "nobody was erased",
    }))
}

/// What was deleted, or would be.
struct CleanupResult {
    progress: Progress,
    looked_at: usize,
    swept: CleanupCounts,
    freed_bytes: u64,
    ended: Option<StopReason>,
    /// Mails to the erased customer that were not sent yet.
    unsent_mails: Vec<EffectId>,
    /// The instant from which age is counted; none when a customer is erased on request.
    reckoned: Option<ReckonedTime>,
}

impl CleanupResult {
    fn begin(context: &Context<'_>, words: ProgressWords) -> Self {
        Self {
            progress: context.progress(words, ProgressStep::default()),
            looked_at: 0,
            swept: CleanupCounts::default(),
            freed_bytes: 0,
            ended: None,
            unsent_mails: Vec::new(),
            reckoned: None,
        }
    }

    /// Counts rows that were looked at.
    fn advance(&mut self, rows: usize, now: Instant) {
        self.looked_at += rows;
        let step = ProgressStep {
            done: self.looked_at as u64,
            found: self.swept.values().sum(),
            share: None,
        };
        self.progress.advance(step, now);
    }

    fn clean(
        &mut self,
        store: &Store,
        permit: &WritePermit,
        args: &CleanupArgs,
        context: &Context<'_>,
    ) -> anyhow::Result<()> {
        let clock = context.host.clock.clone();
        match &args.erase {
            Some(person) => {
                self.unsent_mails = store.read().unsent_mails(person)?;
                self.forget(store.erase(permit, person, clock.now())?)?;
            }
            None => {
                for cursor in TableCursor::ALL.iter().copied() {
                    self.delete(store, permit, cursor, args, context)?;
                }
            }
        }
        let kept = kept_files(self.cutoff(args), args, context);
        for file in &kept {
            file.remove().with_context(|| could_not_remove(file))?;
        }
        self.add(CleanupCounts::from([(
            CleanupCategory::KeptFiles,
            count(&kept),
        )]));
        let go_on = || !is_late(args, context);
        self.freed_bytes = store.compact(permit, go_on)?;
        Ok(())
    }

    fn delete(
        &mut self,
        store: &Store,
        permit: &WritePermit,
        cursor: TableCursor,
        args: &CleanupArgs,
        context: &Context<'_>,
    ) -> anyhow::Result<()> {
        let Some(older_than) = self.cutoff_of(cursor, args) else {
            return Ok(());
        };
        let mut after = i64::MIN;
        loop {
            let page = store.read().category(cursor, older_than, after)?;
            let mut left = page.as_slice();
            while !left.is_empty() {
                if is_late(args, context) {
                    self.ended = Some(StopReason::OutOfTime);
                    return Ok(());
                }
                let now = context.host.clock.now();
                let (swept, dealt_with) = store.cursor(permit, cursor, older_than, left, now)?;
                self.add(swept);
                self.advance(dealt_with, now);
                left = left.get(dealt_with..).unwrap_or_default();
            }
            match page.last() {
                Some(last) => after = *last,
                None => return Ok(()),
            }
        }
    }

    /// The same walk, without writing.
    fn count(
        &mut self,
        reader: &Reader,
        args: &CleanupArgs,
        context: &Context<'_>,
    ) -> anyhow::Result<()> {
        for cursor in TableCursor::ALL.iter().copied() {
            let Some(older_than) = self.cutoff_of(cursor, args) else {
                return Ok(());
            };
            let mut after = i64::MIN;
            loop {
                let page = reader.category(cursor, older_than, after)?;
                let Some(last) = page.last() else { break };
                if is_late(args, context) {
                    self.ended = Some(StopReason::OutOfTime);
                    return Ok(());
                }
                after = *last;
                self.add(reader.weigh(cursor, older_than, &page)?);
                self.advance(page.len(), context.host.clock.now());
            }
        }
        Ok(())
    }

    fn forget(&mut self, erased: Erased) -> Result<(), CommandError> {
        match erased {
            Erased::Done(rows) => {
                self.swept.insert(CleanupCategory::Customers, rows);
                Ok(())
            }
            Erased::Nobody => Err(CommandError::failed("no such customer")
                .hint("give the email address exactly as in the order; a customer who was erased already cannot be found")),
            Erased::Waits(number) => Err(CommandError::failed(format!("order {number} of this customer is still pending")
            )
            .hint(format!("cancel it first: payctl order cancel {number} --reason WHY; or wait until it is paid or expired"))),
        }
    }

    fn add(&mut self, swept: CleanupCounts) {
        for (category, rows) in swept {
            *self.swept.entry(category).or_default() += rows;
        }
    }

    /// The same for the rows of one pass, some of which go earlier.
    fn cutoff_of(&self, cursor: TableCursor, args: &CleanupArgs) -> Option<Instant> {
        let earlier =
            (args.older_than).saturating_sub(cursor.kept_at_most().unwrap_or(args.older_than));
        Some(self.cutoff(args)?.saturating_add(earlier))
    }

    /// None if nothing is known to be old.
    fn cutoff(&self, args: &CleanupArgs) -> Option<Instant> {
        let at = self.reckoned.as_ref()?.instant()?;
        Some(at.saturating_sub(args.older_than))
    }

    /// Why nothing was old enough to delete, if the clock is the reason.
    fn doubt(&self) -> Option<&ReckonedTime> {
        let reckoned = self.reckoned.as_ref()?;
        reckoned.instant().is_none().then_some(reckoned)
    }

    fn exit(&self) -> Exit {
        let exit = match self.ended {
            Some(_) => Exit::Partial,
            None => Exit::Clean,
        };
        match self.doubt() {
            Some(reckoned) if reckoned.is_for_a_person() => exit.worse(Exit::Attention),
            Some(_) => exit.worse(Exit::Partial),
            None => exit,
        }
    }
}

/// A kept old file contains personal data of everyone, so it is deleted with every customer who is erased.
fn kept_files(cutoff: Option<Instant>, args: &CleanupArgs, context: &Context<'_>) -> Vec<KeptFile> {
    let is_old = |at: Instant| cutoff.is_some_and(|cutoff| at < cutoff);
    let is_due = |file: &KeptFile| args.erase.is_some() || file.written_at.is_some_and(is_old);
    let mut kept = KeptFile::all(context.database());
    kept.retain(is_due);
    kept
}

fn could_not_remove(file: &KeptFile) -> String {
    format!(
        "could not delete the old file {}, which also contains personal data; delete it by hand",
        file.path.display()
    )
}

fn count(files: &[KeptFile]) -> u64 {
    u64::try_from(files.len()).unwrap_or(u64::MAX)
}

/// One query for the time may take this long.
const MAX_TIME: Duration = Duration::from_secs(60);

fn reckon(
    ledger: &Ledger,
    args: &CleanupArgs,
    context: &Context<'_>,
) -> anyhow::Result<ReckonedTime> {
    let mut pool = pool(context, ledger.read(), None)?;
    let most = args.max_time.min(MAX_TIME);
    let setting = context.run_context(Some(most));
    let asked = reckoned(&mut pool, ledger, &setting, |_| Ok(false));
    Ok(block_on(&*setting.clock, asked)??)
}

fn is_late(args: &CleanupArgs, context: &Context<'_>) -> bool {
    context.host.clock.now().since(context.started_at) >= args.max_time
}

fn print(
    context: &mut Context<'_>,
    cleaned: &CleanupResult,
    done: CleanupDone,
) -> anyhow::Result<Exit> {
    let exit = cleaned.exit();
    if context.options.quiet && exit == Exit::Clean {
        return Ok(exit);
    }
    let mut list = context.listing(COMMAND)?;
    for category in CleanupCategory::ALL.iter().copied() {
        let count = cleaned.swept.get(&category).copied().unwrap_or_default();
        list.row(&CleanedRow::new(category, done, count))?;
    }
    list.finish(&CleanupSummary::of(cleaned, done), exit)?;
    if let Some(words) = unsent(&cleaned.unsent_mails) {
        writeln!(context.host.stderr, "{words}")?;
    }
    if let Some(reckoned) = cleaned.doubt() {
        let why = reckoned.reason();
        writeln!(context.host.stderr, "nothing was deleted: {why}")?;
    }
    Ok(exit)
}
