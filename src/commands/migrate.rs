//! `payctl migrate`: an older database is brought to the schema of this program.

use anyhow::Context as _;
use clap::Args;
use serde::Serialize;

use super::context::Context;
use crate::exit::Exit;
use crate::output::detail::{Detail, Document, show};
use crate::store::{Store, StoreError, newest_schema};

/// Bring an older database to the schema of this version
///
/// Commands that write do so by themselves, in one transaction; those that only look refuse an older
/// database. What is in it stays.
#[derive(Debug, Args)]
pub(super) struct MigrateArgs {
    /// Show what would be done, and write nothing
    #[arg(long)]
    dry_run: bool,
}

/// Fields are only ever added.
#[derive(Serialize)]
struct Migrated {
    database: String,
    schema_before: i64,
    schema: i64,
}

pub(super) fn run(args: &MigrateArgs, context: Context<'_>) -> anyhow::Result<Exit> {
    let schema_before = schema(&context)?;
    let is_older = schema_before < newest_schema();
    if is_older && !args.dry_run {
        // Moves no order, so it need not know what must happen when one moves.
        Store::open(context.database()).with_context(|| context.could_not_open())?;
    }
    let migrated = Migrated {
        database: context.database().display().to_string(),
        schema_before,
        schema: newest_schema(),
    };
    let result = if is_older {
        context.would(args.dry_run, "migrated")
    } else {
        "nothing to do".to_owned()
    };
    let face = context.face();
    let detail = Detail::new(face)
        .field("Database", &migrated.database)
        .field("Before", schema_before)
        .field("Schema", migrated.schema)
        .field("Result", result);
    let document = Document {
        command: "migrate",
        started_at: context.started_at,
        body: &migrated,
        exit: Exit::Clean,
    };
    show(&mut context.world.stdout, face, &document, &detail)?;
    Ok(Exit::Clean)
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
