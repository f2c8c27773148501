//! `payctl restore`: puts a backup in the place of the database, where it is held until a person releases it.

mod release;
mod row;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use serde::Serialize;

use self::row::LostRow;
use super::backup::{self, place::life_of, place::with_end};
use super::consent::{ConsentArgs, Foretold, Unattended};
use super::operator;
use super::scheduled_job::SCHEDULED_JOBS;
use super::shown_progress::PAGES_COPIED;
use crate::commands::{CommandError, Context, Writes};
use crate::config::duration;
use crate::domain::{Instant, Invariant};
use crate::exit::Exit;
use crate::output::counted::counted;
use crate::output::detail::Detail;
use crate::output::progress::ProgressStep;
use crate::store::{
    HoldMark, JobLock, Reader, Verified, WritePermit, WriteReason, files_of, fresh_life,
    put_in_place, remove_copy,
};

/// Put a backup in the place of the database, and hold it until a person releases it
///
/// The backup is checked first. What it replaces stays beside it, for example as payctl.db.replaced-20261130T194500Z.
/// A restored database is held: fulfil, refund send, expire, order cancel and new payments end with 78, because they
/// may have happened already. payctl restore --release asks the gateways about every payment, lists what was done
/// since the backup and may happen twice, and ends that.
#[derive(Debug, Args)]
pub(super) struct RestoreArgs {
    /// The backup
    #[arg(
        value_name = "FILE",
        required_unless_present = "release",
        conflicts_with = "release"
    )]
    file: Option<PathBuf>,
    /// Let a restored database go on: check every payment, list what may happen twice, and ask
    #[arg(long)]
    release: bool,
    /// Time limit of the check before a release: send no further queries after this
    #[arg(long, value_name = "TIME", default_value = "10m", value_parser = duration, requires = "release")]
    max_time: Duration,
    /// Operator who releases it; default: PAYCTL_OPERATOR, then the user of this machine
    #[arg(long, value_name = "NAME", value_parser = operator::name, requires = "release")]
    by: Option<String>,
    #[command(flatten)]
    consent: ConsentArgs,
}

impl RestoreArgs {
    /// What it does to the database.
    pub(in crate::commands) fn writes(&self) -> Writes {
        Writes::EachTime.unless(self.consent.dry_run)
    }
}

const COMMAND: &str = "restore";

/// Fields are only ever added.
#[derive(Debug, Serialize)]
struct RestoreResult {
    database: String,
    /// The backup that was put in place; null: a release.
    backup: Option<String>,
    /// The moment that the backup shows; null: the database was not held.
    as_of: Option<Instant>,
    /// Rows of the backup that violate a check of `verify`; null: a release.
    violations: Option<usize>,
    /// Where the database that was there is kept; null if there was none.
    kept: Option<String>,
    /// Whether it is held now, or would be.
    held: bool,
    released: bool,
    /// The check of all payments before a release.
    checked: Option<release::Checked>,
    /// The file with which a release was compared; null: none could be read.
    compared_with: Option<String>,
    /// What was done since the backup and is not known here.
    lost: Vec<LostRow>,
    may_repeat: usize,
    dry_run: bool,
    /// The operator who released it.
    by: Option<String>,
}

impl RestoreResult {
    fn of(context: &Context<'_>, as_of: Option<Instant>, dry_run: bool) -> Self {
        Self {
            database: context.database().display().to_string(),
            backup: None,
            as_of,
            violations: None,
            kept: None,
            held: false,
            released: false,
            checked: None,
            compared_with: None,
            lost: Vec::new(),
            may_repeat: 0,
            dry_run,
            by: None,
        }
    }

    /// How it ended, in words.
    fn verdict(&self, context: &Context<'_>) -> String {
        match (&self.backup, self.as_of) {
            (Some(_), _) => context.would(self.dry_run, "restored, and held"),
            (None, Some(_)) => context.would(self.dry_run, "released"),
            (None, None) => "not held; nothing to do".to_owned(),
        }
    }

    /// What `verify` said about the backup.
    fn verified(&self) -> Option<String> {
        Some(match self.violations? {
            0 => format!("{} passed", counted(Invariant::ALL.len(), "check")),
            rows => format!("{} wrong; see: payctl verify", counted(rows, "row")),
        })
    }
}

pub(super) fn run(args: &RestoreArgs, mut context: Context<'_>) -> anyhow::Result<Exit> {
    let Some(file) = &args.file else {
        return release::run(args, context);
    };
    let file = context.host.folder.join(file);
    let database = real(context.database());
    require_another_file(&file, &database)?;
    let copy = with_end(&database, ".restore");
    let done = restore(args, &file, (&database, &copy), &mut context);
    if !matches!(done, Ok(Exit::Clean | Exit::Attention)) || args.consent.dry_run {
        remove_copy(&copy);
    }
    done
}

fn restore(
    args: &RestoreArgs,
    file: &Path,
    (database, copy): (&Path, &Path),
    context: &mut Context<'_>,
) -> anyhow::Result<Exit> {
    let kept = files_of(database).iter().any(|file| file.exists());
    let kept = kept.then(|| kept_place(database, context.started_at));
    let mark = prepare(file, copy, kept.as_deref(), context)?;
    let verified = backup::verify(copy, context)?;
    require_undamaged(file, &verified)?;
    let violations = verified.breaches.len();
    let restored = RestoreResult {
        backup: Some(file.display().to_string()),
        violations: Some(violations),
        kept: kept.as_ref().map(|path| path.display().to_string()),
        held: true,
        ..RestoreResult::of(context, Some(mark.as_of), args.consent.dry_run)
    };
    if let Some(kept) = &kept {
        context.require_consent(&args.consent, Unattended::NeedsYes, |context| {
            Ok(Some(foretell(mark.as_of, violations, kept, context)))
        })?;
    }
    if !args.consent.dry_run {
        context.require_writing()?;
        let _no_job_runs = take_all_locks(database)?;
        let permit = WritePermit::granted_by(WriteReason::Confirmed);
        let unused = with_end(database, ".replaced");
        put_in_place(&permit, database, copy, kept.as_deref().unwrap_or(&unused))?;
    }
    let exit = if violations == 0 {
        Exit::Clean
    } else {
        Exit::Attention
    };
    print(&restored, context, exit)?;
    if !restored.dry_run && !context.options.quiet {
        writeln!(context.host.stderr, "next: payctl restore --release")?;
    }
    Ok(exit)
}

/// A private copy of the backup beside the database: of this program's schema, and held.
fn prepare(
    file: &Path,
    copy: &Path,
    kept: Option<&Path>,
    context: &Context<'_>,
) -> anyhow::Result<HoldMark> {
    let could_not = || format!("could not read the backup {}", file.display());
    let reader = Reader::open_older(file)
        .map_err(|error| anyhow::Error::from(error).context(could_not()))?;
    let mark = HoldMark {
        life: fresh_life()?,
        as_of: shown_moment(&reader, file, context.started_at),
        restored_at: Some(context.started_at),
        replaced_file: kept.map(|path| path.display().to_string()),
    };
    let clock = context.host.clock.clone();
    let mut progress = context.progress(PAGES_COPIED, ProgressStep::of(0, 0, 0));
    let mut tell = |done, total| progress.advance(ProgressStep::of(done, total, 0), clock.now());
    reader
        .back_up(copy, &mark, &mut tell)
        .map_err(|error| anyhow::Error::from(error).context(could_not()))?;
    Ok(mark)
}

/// The moment that a backup shows. Of a copy that payctl has not made: when a program last began to write to it.
fn shown_moment(reader: &Reader, file: &Path, now: Instant) -> Instant {
    if let Some(as_of) = life_of(file).and_then(|life| life.held_as_of) {
        return as_of;
    }
    reader
        .clock_record()
        .map_or(now, |record| record.latest_at.unwrap_or(now))
}

fn require_another_file(file: &Path, database: &Path) -> Result<(), CommandError> {
    if !file.exists() {
        let message = format!("there is no backup at {}", file.display());
        return Err(CommandError::usage(message));
    }
    if files_of(database).contains(&real(file)) {
        let message = format!("{} is the database itself", file.display());
        return Err(CommandError::usage(message).hint("name a file that payctl backup has made"));
    }
    Ok(())
}

fn require_undamaged(file: &Path, verified: &Verified) -> Result<(), CommandError> {
    let mut rows = verified.breaches.iter();
    match rows.find(|row| row.invariant == Invariant::Integrity) {
        None => Ok(()),
        Some(damage) => {
            let message = format!("{} is damaged: {}", file.display(), damage.what);
            Err(CommandError::failed(message).hint("nothing was changed; take an older backup"))
        }
    }
}

/// No job of a schedule runs while these are held.
fn take_all_locks(database: &Path) -> anyhow::Result<Vec<JobLock>> {
    let jobs = SCHEDULED_JOBS.iter().map(|job| job.name);
    let locks = jobs.chain([backup::COMMAND]).map(|job| {
        JobLock::take(database, job)?.ok_or_else(|| {
            let message = format!("{job} is running; nothing was changed");
            CommandError::new(Exit::Busy, message)
                .hint("try again once it has ended, or stop the schedule meanwhile")
                .into()
        })
    });
    locks.collect()
}

fn foretell(as_of: Instant, violations: usize, kept: &Path, context: &Context<'_>) -> Foretold {
    let as_of = as_of.in_named_zone(context.config.zone);
    let mut consequences = vec![format!(
        "{} is replaced by a backup of {as_of}. What was written since is kept in {}.",
        context.database().display(),
        kept.display()
    )];
    if violations > 0 {
        let rows = counted(violations, "row");
        consequences.push(format!("verify finds {rows} wrong in the backup."));
    }
    Foretold {
        consequences,
        question: "Replace the database?".to_owned(),
        otherwise: "nothing was restored",
    }
}

/// `payctl.db.replaced-20261130T194500Z`: a name that no file has.
fn kept_place(database: &Path, now: Instant) -> PathBuf {
    let text = now.to_string();
    let second = text
        .split_once('.')
        .map_or(text.as_str(), |(second, _)| second);
    let digits: String = second.chars().filter(char::is_ascii_alphanumeric).collect();
    let stamp = digits.trim_end_matches('Z');
    let mut names = (1..).map(|nth| match nth {
        1 => with_end(database, &format!(".replaced-{stamp}Z")),
        nth => with_end(database, &format!(".replaced-{stamp}Z-{nth}")),
    });
    let is_free = |path: &PathBuf| files_of(path).iter().all(|file| !file.exists());
    names.find(is_free).unwrap_or_default()
}

fn real(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

fn print(result: &RestoreResult, context: &mut Context<'_>, exit: Exit) -> anyhow::Result<Exit> {
    let counts = result.compared_with.is_some().then(|| {
        format!(
            "{}, {} may happen twice",
            result.lost.len(),
            result.may_repeat
        )
    });
    let detail = Detail::new(context.style())
        .field("Database", &result.database)
        .field_if_any("Backup", result.backup.as_ref())
        .field_if_any("As of", result.as_of)
        .field_if_any("Verified", result.verified())
        .field_if_any("Kept", result.kept.as_ref())
        .field_if_any("Done since", counts)
        .field("Result", result.verdict(context))
        .table("Done since the backup", &result.lost);
    context.show(COMMAND, result, &detail, exit)
}
