//! `payctl migrate`: migrates an older database to this program's schema.

use anyhow::Context as _;
use clap::Args;
use serde::Serialize;

use super::shown_progress::MIGRATION_STEPS;
use crate::commands::{Context, writes};
use crate::exit::Exit;
use crate::output::detail::Detail;
use crate::output::progress::ProgressStep;
use crate::store::{
    KeptFile, Store, StoreError, WritePermit, WriteReason, migration_steps, newest_schema,
};

/// Migrate an older database to the schema of this version
///
/// Commands that write migrate by themselves, in one transaction; commands that only read refuse an older database.
/// No data is lost. The old file stays next to the new one, for example as payctl.db.v13; only the last one is kept.
#[derive(Debug, Args)]
pub(super) struct MigrateArgs {
    /// Write anew the words by which orders are found, where verify finds that some are missing
    #[arg(long)]
    search_words: bool,
    /// Show what would be done, and write nothing
    #[arg(long)]
    dry_run: bool,
}

writes!(MigrateArgs: Idempotent unless dry_run);

/// Fields are only ever added.
#[derive(Serialize)]
struct MigratedFile {
    database: String,
    schema_before: i64,
    schema_after: i64,
    /// Where the old file is kept, or would be; null if nothing is to be done.
    kept: Option<String>,
    /// How many orders and customers are found by their words again; null if that was not asked for.
    search_words_mended: Option<u64>,
}

pub(super) fn run(args: &MigrateArgs, mut context: Context<'_>) -> anyhow::Result<Exit> {
    let schema_before = schema(&context)?;
    let is_older = schema_before < newest_schema();
    if is_older && !args.dry_run {
        // The migration changes no order, so it needs no knowledge of effects.
        context.require_writing()?;
        let clock = context.host.clock.clone();
        let first = ProgressStep::of(0, migration_steps(schema_before), 0);
        let mut progress = context.progress(MIGRATION_STEPS, first);
        let mut tell =
            |done, total| progress.advance(ProgressStep::of(done, total, 0), clock.now());
        Store::migrate(context.database(), &mut tell).with_context(|| context.could_not_open())?;
    }
    // A file that is migrated gets all words that it lacks.
    let words = match (args.search_words, is_older && args.dry_run) {
        (false, _) => None,
        (true, true) => Some(0),
        (true, false) => Some(mend_words(args.dry_run, &context)?),
    };
    let kept = is_older.then(|| KeptFile::place(context.database(), schema_before));
    let kept = kept.map(|path| path.display().to_string());
    let migrated = MigratedFile {
        database: context.database().display().to_string(),
        schema_before,
        schema_after: newest_schema(),
        kept,
        search_words_mended: words,
    };
    let result = if is_older || words.is_some_and(|mended| mended > 0) {
        context.would(args.dry_run, if is_older { "migrated" } else { "mended" })
    } else {
        "nothing to do".to_owned()
    };
    let mut detail = Detail::new(context.style())
        .field("Database", &migrated.database)
        .field("Before", schema_before)
        .field("Schema", migrated.schema_after)
        .field_if_any(
            "Found again",
            words.map(|words| format!("{words} (orders and customers)")),
        );
    if let Some(kept) = &migrated.kept {
        let note = "a complete copy with personal data; delete it when you no longer need it";
        detail = detail.field("Old file", format!("{kept} ({note})"));
    }
    let detail = detail.field("Result", result);
    context.show("migrate", &migrated, &detail, Exit::Clean)
}

/// The number of orders and customers that get their words anew, or would.
fn mend_words(dry_run: bool, context: &Context<'_>) -> anyhow::Result<u64> {
    if dry_run {
        return Ok(context.reader()?.misworded_count()?);
    }
    context.require_writing()?;
    let permit = WritePermit::granted_by(WriteReason::NotDryRun);
    let store = Store::open(context.database()).with_context(|| context.could_not_open())?;
    Ok(store.mend_search_words(&permit)?)
}

fn schema(context: &Context<'_>) -> anyhow::Result<i64> {
    let Err(error) = context.reader() else {
        return Ok(newest_schema());
    };
    match error.downcast_ref::<StoreError>() {
        Some(StoreError::Older { found, .. }) => Ok(*found),
        Some(_) | None => Err(error),
    }
}
