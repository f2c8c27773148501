//! `payctl cleanup`: removes what is old and tells nothing about money, and forgets people on time.

mod row;

use std::io::Write as _;
use std::time::Duration;

use anyhow::Context as _;
use clap::Args;

use self::row::{CleanedRow, CleanupSummary, Done};
use super::accounts::crew;
use super::asking::block_on;
use super::context::Context;
use super::failure::Refusal;
use super::job::Job;
use super::reckoning::{Reckoned, reckoned};
use crate::config::duration;
use crate::domain::instant::Instant;
use crate::domain::names::EffectId;
use crate::exit::Exit;
use crate::output::report::Report;
use crate::reconciler::{Halt, Setting};
use crate::store::{
    Erased, Grant, KeptFile, Person, Reader, Rubbish, Store, Sweep, Swept, WritePermit,
};

/// Remove what is old and says nothing about money; forget people whose orders ended long ago
///
/// Removed are old observations (but the last of each payment), notifications, records of runs, and
/// orders that expired without any money. Anonymised are customers whose orders all ended long ago. What
/// is paid, owed or open stays, and so does every event about money. Made to run every night. The old file
/// that a migration has kept goes when it is old; with --erase at once, because it may name the person.
#[derive(Debug, Args)]
pub(super) struct CleanupArgs {
    /// Count what would go, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// How old is old
    #[arg(long, value_name = "AGE", default_value = "90d", value_parser = duration)]
    older_than: Duration,
    /// Forget this person instead, at once: an email address, or a customer's id
    #[arg(long, value_name = "CUSTOMER", conflicts_with = "older_than")]
    erase: Option<Person>,
    /// Begin nothing new after this; the next run goes on
    #[arg(long, value_name = "TIME", default_value = "5m", value_parser = duration)]
    max_time: Duration,
}

const COMMAND: &str = "cleanup";

pub(super) fn run(args: &CleanupArgs, mut context: Context<'_>) -> anyhow::Result<Exit> {
    let mut cleaned = Cleaned::default();
    if args.dry_run {
        let reader = context.reader()?;
        match &args.erase {
            Some(person) => {
                cleaned.unsent_mails = reader.unsent_mails(person)?;
                cleaned.forget(reader.would_erase(person)?)?;
            }
            None => {
                cleaned.reckoned = Some(reckon(&reader, args, &context)?);
                cleaned.weigh(&reader, args, &context)?;
            }
        }
        let kept = kept_files(cleaned.cutoff(args), args, &context);
        cleaned.add(Swept::from([(Rubbish::KeptFiles, count(&kept))]));
        return tell(&mut context, &cleaned, Done::Would);
    }
    let mut store = context.store()?;
    let permit = WritePermit::granted_by(Grant::NotDryRun);
    let mut job = Job::begin(&context, &mut store, &permit, COMMAND)?;
    if args.erase.is_none() {
        store.note_run(&permit, context.started_at)?;
        let reckoned = reckon(store.read(), args, &context)?;
        job.clock = reckoned.clock;
        store.note_clock(&permit, reckoned.clock, context.world.clock.now())?;
        cleaned.reckoned = Some(reckoned);
    }
    let result = cleaned.clean(&mut store, &permit, args, &context);
    let exit = match &result {
        Ok(()) => cleaned.exit(),
        Err(_) => Exit::Failed,
    };
    let summary = CleanupSummary::of(&cleaned, Done::Has);
    job.end(&context, &mut store, &permit, exit, &summary)?;
    result?;
    tell(&mut context, &cleaned, Done::Has)
}

/// What has gone, or would go.
#[derive(Debug, Default)]
struct Cleaned {
    swept: Swept,
    freed_bytes: u64,
    ended: Option<Halt>,
    /// Mails to the person that is forgotten which were still to be sent.
    unsent_mails: Vec<EffectId>,
    /// From which instant its age is reckoned; none for a person who is forgotten at once.
    reckoned: Option<Reckoned>,
}

impl Cleaned {
    fn clean(
        &mut self,
        store: &mut Store,
        permit: &WritePermit,
        args: &CleanupArgs,
        context: &Context<'_>,
    ) -> anyhow::Result<()> {
        let clock = context.world.clock.clone();
        match &args.erase {
            Some(person) => {
                self.unsent_mails = store.read().unsent_mails(person)?;
                self.forget(store.erase(permit, person, clock.now())?)?;
            }
            None => {
                for sweep in Sweep::ALL.iter().copied() {
                    self.sweep(store, permit, sweep, args, context)?;
                }
            }
        }
        let kept = kept_files(self.cutoff(args), args, context);
        for file in &kept {
            file.remove().with_context(|| could_not_remove(file))?;
        }
        self.add(Swept::from([(Rubbish::KeptFiles, count(&kept))]));
        let go_on = || !is_late(args, context);
        self.freed_bytes = store.compact(permit, go_on)?;
        Ok(())
    }

    fn sweep(
        &mut self,
        store: &mut Store,
        permit: &WritePermit,
        sweep: Sweep,
        args: &CleanupArgs,
        context: &Context<'_>,
    ) -> anyhow::Result<()> {
        let Some(older_than) = self.cutoff(args) else {
            return Ok(());
        };
        let mut after = i64::MIN;
        loop {
            let page = store.read().rubbish(sweep, older_than, after)?;
            let mut left = page.as_slice();
            while !left.is_empty() {
                if is_late(args, context) {
                    self.ended = Some(Halt::OutOfTime);
                    return Ok(());
                }
                let now = context.world.clock.now();
                let (swept, dealt_with) = store.sweep(permit, sweep, older_than, left, now)?;
                self.add(swept);
                left = left.get(dealt_with..).unwrap_or_default();
            }
            match page.last() {
                Some(last) => after = *last,
                None => return Ok(()),
            }
        }
    }

    /// The same walk, without writing.
    fn weigh(
        &mut self,
        reader: &Reader,
        args: &CleanupArgs,
        context: &Context<'_>,
    ) -> anyhow::Result<()> {
        let Some(older_than) = self.cutoff(args) else {
            return Ok(());
        };
        for sweep in Sweep::ALL.iter().copied() {
            let mut after = i64::MIN;
            loop {
                let page = reader.rubbish(sweep, older_than, after)?;
                let Some(last) = page.last() else { break };
                if is_late(args, context) {
                    self.ended = Some(Halt::OutOfTime);
                    return Ok(());
                }
                after = *last;
                self.add(reader.weigh(sweep, older_than, &page)?);
            }
        }
        Ok(())
    }

    fn forget(&mut self, erased: Erased) -> Result<(), Refusal> {
        match erased {
            Erased::Done(rows) => {
                self.swept.insert(Rubbish::Customers, rows);
                Ok(())
            }
            Erased::Nobody => Err(Refusal::new(Exit::Failed, "no customer is known by that")
                .hint("name the email address as it was ordered with; who was forgotten already is not known any more")),
            Erased::Waits(number) => Err(Refusal::new(
                Exit::Failed,
                format!("order {number} of this customer still waits for its money"),
            )
            .hint(format!(
                "end it first with: payctl order cancel {number} --reason WHY; or wait until it is paid or expired"
            ))),
        }
    }

    fn add(&mut self, swept: Swept) {
        for (rubbish, rows) in swept {
            *self.swept.entry(rubbish).or_default() += rows;
        }
    }

    /// None: nothing is known to be old.
    fn cutoff(&self, args: &CleanupArgs) -> Option<Instant> {
        let at = self.reckoned.as_ref()?.instant()?;
        Some(at.minus(args.older_than))
    }

    /// Why nothing was old enough to go, if it is for the clock.
    fn doubt(&self) -> Option<&Reckoned> {
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

/// A kept old file holds what the database held, so it goes with every person who must be forgotten.
fn kept_files(cutoff: Option<Instant>, args: &CleanupArgs, context: &Context<'_>) -> Vec<KeptFile> {
    let is_old = |at: Instant| cutoff.is_some_and(|cutoff| at < cutoff);
    let is_due = |file: &KeptFile| args.erase.is_some() || file.written_at.is_some_and(is_old);
    let mut kept = KeptFile::all(context.database());
    kept.retain(is_due);
    kept
}

fn could_not_remove(file: &KeptFile) -> String {
    format!(
        "could not remove the old file {}, which holds personal data too; remove it by hand",
        file.path.display()
    )
}

fn count(files: &[KeptFile]) -> u64 {
    u64::try_from(files.len()).unwrap_or(u64::MAX)
}

/// One question for the time is worth a while, and no longer.
const TIME_MOST: Duration = Duration::from_secs(60);

fn reckon(reader: &Reader, args: &CleanupArgs, context: &Context<'_>) -> anyhow::Result<Reckoned> {
    let mut crew = crew(context, reader, None)?;
    let most = args.max_time.min(TIME_MOST);
    let setting = Setting {
        clock: context.world.clock.clone(),
        now: context.started_at,
        policy: context.policy(),
        until: Some(tokio::time::Instant::now() + most),
        interrupt: context.world.interrupt.clone(),
    };
    let asked = reckoned(&mut crew, reader, &setting, |_| Ok(false));
    Ok(block_on(asked)??)
}

fn is_late(args: &CleanupArgs, context: &Context<'_>) -> bool {
    context.world.clock.now().since(context.started_at) >= args.max_time
}

fn tell(context: &mut Context<'_>, cleaned: &Cleaned, done: Done) -> anyhow::Result<Exit> {
    let exit = cleaned.exit();
    if context.options.quiet && exit == Exit::Clean {
        return Ok(exit);
    }
    let (face, started_at) = (context.face(), context.started_at);
    let finished_at = context.world.clock.now();
    let mut report = Report::new(&mut context.world.stdout, face, COMMAND, started_at)?;
    for rubbish in Rubbish::ALL.iter().copied() {
        let count = cleaned.swept.get(&rubbish).copied().unwrap_or_default();
        report.row(&CleanedRow::new(rubbish, done, count))?;
    }
    let summary = CleanupSummary::of(cleaned, done);
    report.finish(&summary, finished_at, exit, &mut context.world.stderr)?;
    if !cleaned.unsent_mails.is_empty() {
        let all: Vec<String> = cleaned
            .unsent_mails
            .iter()
            .map(ToString::to_string)
            .collect();
        writeln!(
            context.world.stderr,
            "{} mails to this person are still to be sent, and have no address once the person is forgotten: effects {}; see: payctl fulfil list",
            all.len(),
            all.join(", ")
        )?;
    }
    if let Some(reckoned) = cleaned.doubt() {
        let why = reckoned.reason();
        writeln!(context.world.stderr, "nothing was removed: {why}")?;
    }
    Ok(exit)
}
