//! `payctl backup`: a copy of the shop's file while everything goes on, verified before it takes its name.

pub(super) mod place;

use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;

use self::place::{BackupPlace, Rotated};
use super::failure;
use super::job::Job;
use super::shown_progress::PAGES_COPIED;
use crate::commands::{CommandError, Context, writes};
use crate::domain::{Instant, Invariant};
use crate::exit::Exit;
use crate::output::counted::counted;
use crate::output::detail::Detail;
use crate::output::progress::ProgressStep;
use crate::reconciler::Writer;
use crate::store::{
    HoldMark, Reader, StoreError, TrustedClock, Verified, WriteReason, fresh_life, newest_schema,
    remove_copy,
};

/// Copy the database to a file, while everything goes on
///
/// The copy is one moment of the database. It is verified before it takes the place of the last backup, and readable
/// by its owner only. With --keep 7 the last seven stay: FILE, FILE.1 and so on to FILE.6, the newest first. If a
/// backup fails, those that are there stay as they are. Put one in place with: payctl restore FILE
#[derive(Debug, Args)]
pub(super) struct BackupArgs {
    /// The file of the backup
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// How many backups to keep, with the new one
    #[arg(long, value_name = "N", default_value = "1", value_parser = clap::value_parser!(u32).range(1..=1000))]
    keep: u32,
    /// Show where the backup would go, and write nothing
    #[arg(long)]
    dry_run: bool,
}

writes!(BackupArgs: EachTime unless dry_run);

pub(super) const COMMAND: &str = "backup";

/// Fields are only ever added.
#[derive(Debug, Serialize)]
struct BackupMade {
    database: String,
    backup: String,
    /// The moment of the database that it shows.
    as_of: Instant,
    schema_version: i64,
    bytes: u64,
    /// Checks of `verify` on the copy, and rows that violate one.
    checks: usize,
    violations: usize,
    /// The older backups that are there now, the newest first.
    older: Vec<String>,
    removed: Vec<String>,
    dry_run: bool,
}

pub(super) fn run(args: &BackupArgs, mut context: Context<'_>) -> anyhow::Result<Exit> {
    let file = context.host.folder.join(&args.file);
    let place = BackupPlace::of(&file, args.keep, context.database())?;
    if args.dry_run {
        let reader = context.reader()?;
        let as_of = shown_moment(&reader, context.started_at)?;
        let made = BackupMade::of(&place, &context, as_of, true);
        return print(&made, &mut context, Exit::Clean);
    }
    match context.writer(WriteReason::NotDryRun) {
        Ok(writer) => recorded(&place, &mut context, &writer),
        // When the disk of the database is full or failing, its backup to another one is needed most.
        Err(error) if is_about_the_disk(&error) => {
            context.warn("the database cannot be written, so this backup is not recorded as a run");
            let reader = context.reader()?;
            let (made, exit) = make(&place, &context, &reader)?;
            print(&made, &mut context, exit)
        }
        Err(error) => Err(error),
    }
}

fn is_about_the_disk(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        matches!(
            cause.downcast_ref(),
            Some(StoreError::Full(_) | StoreError::Denied(_) | StoreError::Disk(_))
        )
    })
}

/// A backup whose beginning and end are in the table of runs, also when it fails.
fn recorded(
    place: &BackupPlace,
    context: &mut Context<'_>,
    writer: &Writer,
) -> anyhow::Result<Exit> {
    let job = match Job::begin(context, writer, COMMAND) {
        Ok(job) => Some(job),
        Err(error) if is_about_the_disk(&error) => {
            context.warn("the database cannot be written, so this backup is not recorded as a run");
            None
        }
        Err(error) => return Err(error),
    };
    let made = make(place, context, writer.read());
    if let Some(job) = job {
        let exit = made.as_ref().map_or_else(failure::exit, |(_, exit)| *exit);
        let counts = BackupCounts::of(made.as_ref().ok().map(|(made, _)| made));
        job.end(context, writer, exit, &counts)?;
    }
    let (made, exit) = made?;
    print(&made, context, exit)
}

/// What the table of runs keeps of a backup.
#[derive(Debug, Default, Serialize)]
struct BackupCounts<'a> {
    backup: Option<&'a str>,
    bytes: u64,
    violations: usize,
}

impl<'a> BackupCounts<'a> {
    fn of(made: Option<&'a BackupMade>) -> Self {
        made.map_or_else(Self::default, |made| Self {
            backup: Some(&made.backup),
            bytes: made.bytes,
            violations: made.violations,
        })
    }
}

/// Copies, verifies, and only then touches the backups that are there.
fn make(
    place: &BackupPlace,
    context: &Context<'_>,
    reader: &Reader,
) -> anyhow::Result<(BackupMade, Exit)> {
    let part = place.part();
    let made = whole(place, &part, context, reader);
    if made.is_err() {
        remove_copy(&part);
    }
    made
}

fn whole(
    place: &BackupPlace,
    part: &Path,
    context: &Context<'_>,
    reader: &Reader,
) -> anyhow::Result<(BackupMade, Exit)> {
    let clock = context.host.clock.clone();
    let as_of = shown_moment(reader, clock.now())?;
    let mark = HoldMark {
        life: fresh_life()?,
        as_of,
        restored_at: None,
        replaced_file: None,
    };
    let mut progress = context.progress(PAGES_COPIED, ProgressStep::of(0, 0, 0));
    let mut tell = |done, total| progress.advance(ProgressStep::of(done, total, 0), clock.now());
    reader.back_up(part, &mark, &mut tell).map_err(|error| {
        let file = place.path.display();
        anyhow::Error::from(error).context(format!("could not write the backup {file}"))
    })?;
    drop(progress);
    let verified = verify(part, context)?;
    require_undamaged(&verified, context.database())?;
    let bytes = std::fs::metadata(part)?.len();
    let violations = verified.breaches.len();
    let rotated = place.publish(part, violations > 0)?;
    let made = BackupMade {
        bytes,
        checks: Invariant::ALL.len(),
        violations,
        ..BackupMade::of(place, context, as_of, false).with(&rotated)
    };
    let exit = if violations == 0 {
        Exit::Clean
    } else {
        Exit::Attention
    };
    Ok((made, exit))
}

/// A file that is held shows an earlier moment than now.
fn shown_moment(reader: &Reader, now: Instant) -> Result<Instant, StoreError> {
    Ok(reader.held_as_of()?.unwrap_or(now))
}

/// Checks every promise on a copy.
pub(super) fn verify(copy: &Path, context: &Context<'_>) -> Result<Verified, StoreError> {
    let (clock, grace) = (context.host.clock.clone(), context.policy().grace);
    let read = || TrustedClock {
        now: clock.now(),
        grace,
    };
    Reader::open(copy)?.verify_telling(&read, &mut |_, _| {})
}

/// Books that are wrong are better kept than lost; a file that cannot be read keeps nothing.
fn require_undamaged(verified: &Verified, database: &Path) -> Result<(), CommandError> {
    let damage = verified
        .breaches
        .iter()
        .find(|breach| breach.invariant == Invariant::Integrity);
    let Some(damage) = damage else {
        return Ok(());
    };
    let message = format!(
        "the copy of {} is damaged, so the database is, too: {}; older backups are as they were",
        database.display(),
        damage.what
    );
    Err(CommandError::failed(message).hint("check the disk, then run: payctl verify"))
}

impl BackupMade {
    fn of(place: &BackupPlace, context: &Context<'_>, as_of: Instant, dry_run: bool) -> Self {
        Self {
            database: context.database().display().to_string(),
            backup: place.path.display().to_string(),
            as_of,
            schema_version: newest_schema(),
            bytes: 0,
            checks: 0,
            violations: 0,
            older: Vec::new(),
            removed: Vec::new(),
            dry_run,
        }
    }

    fn with(self, rotated: &Rotated) -> Self {
        let names = |paths: &[PathBuf]| {
            paths
                .iter()
                .map(|path| path.display().to_string())
                .collect()
        };
        Self {
            older: names(&rotated.older),
            removed: names(&rotated.removed),
            ..self
        }
    }

    /// What `verify` said about the copy.
    fn verdict(&self) -> String {
        match (self.dry_run, self.violations) {
            (true, _) => "not checked in a dry run".to_owned(),
            (false, 0) => format!("{} passed", counted(self.checks, "check")),
            (false, rows) => format!("{} wrong; see: payctl verify", counted(rows, "row")),
        }
    }
}

fn print(made: &BackupMade, context: &mut Context<'_>, exit: Exit) -> anyhow::Result<Exit> {
    if context.options.quiet && exit == Exit::Clean {
        return Ok(exit);
    }
    let older = (!made.older.is_empty()).then(|| made.older.join(", "));
    let removed = (!made.removed.is_empty()).then(|| made.removed.join(", "));
    let size = (!made.dry_run).then(|| format!("{} bytes", made.bytes));
    let detail = Detail::new(context.style())
        .field("Database", &made.database)
        .field("Backup", &made.backup)
        .field("As of", made.as_of)
        .field_if_any("Size", size)
        .field("Verified", made.verdict())
        .field_if_any("Older", older)
        .field_if_any("Removed", removed)
        .field("Result", context.would(made.dry_run, "made"));
    context.show(COMMAND, made, &detail, exit)?;
    if made.violations > 0 {
        let count = counted(made.violations, "row");
        let told = "is wrong in the database, and so in this backup; no older backup was removed";
        writeln!(context.host.stderr, "{count} {told}; see: payctl verify")?;
    }
    Ok(exit)
}
