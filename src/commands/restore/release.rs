//! `payctl restore --release`: what was done since the backup, and the end of the hold.

use std::io::Write as _;
use std::path::Path;
use std::time::Duration;

use serde::Serialize;
use serde_json::Value;

use super::row::{LostRow, rows};
use super::{RestoreArgs, RestoreResult, print};
use crate::commands::check_all;
use crate::commands::consent::{Foretold, Unattended};
use crate::commands::operator::require_operator;
use crate::commands::shared_writer::SharedWriter;
use crate::commands::{Context, Writes};
use crate::domain::{EffectStatus, Instant};
use crate::exit::Exit;
use crate::output::Format;
use crate::output::counted::counted;
use crate::store::{
    EffectFilter, EffectStanding, FileLife, LostEffect, LostWork, Reader, WriteReason,
};

/// The clocks of the programs that wrote may differ by this.
const MARGIN: Duration = Duration::from_secs(60 * 60);

/// Lines above the question; the whole list follows the answer.
const SHOWN: usize = 20;

/// Effects that are counted where nothing can be compared.
const COUNTED: u32 = 1_000;

/// What is found out before a release.
#[derive(Debug, Default)]
struct ReleaseFindings {
    /// How the check of all payments ended; none in a dry run.
    checked: Option<Checked>,
    /// The file with which it was compared; none could be read.
    compared_with: Option<String>,
    lost: Vec<LostRow>,
    may_repeat: usize,
}

/// How the check of all payments ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(super) struct Checked {
    asked: u64,
    fixed: u64,
    exit: u8,
}

pub(super) fn run(args: &RestoreArgs, mut context: Context<'_>) -> anyhow::Result<Exit> {
    let by = require_operator(&context, args.by.as_deref())?;
    let life = context.reader()?.file_life()?;
    let dry_run = args.consent.dry_run;
    let Some(as_of) = life.held_as_of else {
        return print(
            &RestoreResult::of(&context, None, dry_run),
            &mut context,
            Exit::Clean,
        );
    };
    let mut found = ReleaseFindings::default();
    if !dry_run {
        found.checked = Some(check(args.max_time, &mut context)?);
    }
    let (work, unread) = compared(&life, as_of, &context)?;
    if unread.is_none() {
        found.compared_with.clone_from(&life.replaced_file);
    }
    found.lost = rows(&work);
    found.may_repeat = found.lost.iter().filter(|row| row.may_repeat).count();
    context.require_consent(&args.consent, Unattended::NeedsYes, |context| {
        foretell(&found, as_of, unread, context).map(Some)
    })?;
    if !dry_run {
        let writer = context.writer(WriteReason::Confirmed)?;
        let done: Vec<LostEffect> = done(work);
        let now = context.host.clock.now();
        writer.write(|store, permit| store.release(permit, &done, now))?;
    }
    let exit = if found.lost.is_empty() {
        Exit::Clean
    } else {
        Exit::Attention
    };
    let result = RestoreResult {
        held: dry_run,
        released: !dry_run,
        kept: life.replaced_file,
        checked: found.checked,
        compared_with: found.compared_with,
        may_repeat: found.may_repeat,
        lost: found.lost,
        by: Some(by),
        ..RestoreResult::of(&context, Some(as_of), dry_run)
    };
    print(&result, &mut context, exit)
}

/// Asks every gateway about every payment, and books what they say. Nothing that follows is carried out yet.
fn check(max_time: Duration, context: &mut Context<'_>) -> anyhow::Result<Checked> {
    if !context.options.quiet {
        writeln!(
            context.host.stderr,
            "asking the gateways about every payment …"
        )?;
    }
    let report = SharedWriter::new(Vec::new());
    let real = std::mem::replace(&mut context.host.stdout, Box::new(report.clone()));
    let (mut options, host) = (context.options.clone(), &mut *context.host);
    (options.format, options.quiet) = (Format::Json, false);
    let ended = Context::open(options, host, Writes::EachTime)
        .and_then(|inner| check_all::run(&check_all::CheckAllArgs::whole(max_time), inner));
    host.stdout = real;
    let exit = ended?;
    let report: Value = serde_json::from_slice(&report.lock()).unwrap_or_default();
    let count = |name: &str| {
        let found = report.get("summary").and_then(|summary| summary.get(name));
        found.and_then(Value::as_u64).unwrap_or_default()
    };
    Ok(Checked {
        asked: count("asked"),
        fixed: count("fixed"),
        exit: exit.code(),
    })
}

/// What the file that was replaced knows and this one does not; or why that is not known.
fn compared(
    life: &FileLife,
    as_of: Instant,
    context: &Context<'_>,
) -> anyhow::Result<(LostWork, Option<String>)> {
    let Some(replaced) = &life.replaced_file else {
        let why = "no file was replaced by payctl restore".to_owned();
        return Ok((LostWork::default(), Some(why)));
    };
    let here = context.reader()?;
    let since = as_of.saturating_sub(MARGIN);
    let old = Reader::open_as_migrated(Path::new(replaced));
    match old.and_then(|old| old.work_missing_in(&here, since)) {
        Ok(work) => Ok((work, None)),
        Err(error) => Ok((
            LostWork::default(),
            Some(format!("{replaced} cannot be read ({error})")),
        )),
    }
}

fn done(work: LostWork) -> Vec<LostEffect> {
    let effects = work.effects.into_iter();
    effects
        .filter(|effect| effect.status == EffectStatus::Done)
        .collect()
}

fn foretell(
    found: &ReleaseFindings,
    as_of: Instant,
    unread: Option<String>,
    context: &Context<'_>,
) -> anyhow::Result<Foretold> {
    let as_of = as_of.in_named_zone(context.config.zone);
    let lost = &found.lost;
    let mut told = vec![match found.checked {
        Some(Checked {
            asked,
            fixed,
            exit: 0 | 3,
        }) => format!("{asked} asked, {fixed} fixed."),
        Some(Checked { exit, .. }) => format!(
            "Not every payment could be checked: check-all ended with {exit}. What is not checked may have been paid since."
        ),
        None => "The payments were not checked.".to_owned(),
    }];
    match unread {
        None => told.push(format!(
            "Since {as_of} {} done that this file does not know, and {} may happen twice.",
            counted(lost.len(), "thing"),
            found.may_repeat
        )),
        Some(why) => {
            told.push(format!(
                "What was done since {as_of} is not known here: {why}."
            ));
            told.push(waiting(&context.reader()?)?);
        }
    }
    for row in lost.iter().take(SHOWN) {
        let order = row.order.as_deref().unwrap_or("-");
        told.push(format!(
            "  {} {order}: {}; {}",
            row.kind, row.what, row.advice
        ));
    }
    if lost.len() > SHOWN {
        let rest = lost.len() - SHOWN;
        told.push(format!(
            "  and {rest} more; all: payctl restore --release --dry-run"
        ));
    }
    Ok(Foretold {
        consequences: told,
        question: "Release it?".to_owned(),
        otherwise: "it stays held",
    })
}

/// What would begin at once.
fn waiting(reader: &Reader) -> anyhow::Result<String> {
    let filter = EffectFilter {
        standing: EffectStanding::Unfinished,
        ..EffectFilter::default()
    };
    let effects = reader.effects(&filter, None, COUNTED)?.len();
    let refunds = reader.open_questions()?.refunds_due;
    Ok(format!(
        "{} waiting may have been carried out already, under the same keys; {} due may have been paid back.",
        counted(effects, "effect"),
        counted(refunds, "refund")
    ))
}
