//! The database: whether it is sound and of this schema, whether it is held, and what waits in it for a person.

use super::Findings;
use crate::commands::Context;
use crate::domain::EffectStatus;
use crate::output::counted::counted;
use crate::store::{EffectFilter, EffectStanding, Reader, StoreError, newest_schema};

const CHECK: &str = "database";

/// Effects that are looked at; of more only this many are counted.
const MOST: u32 = 1_000;

/// A file that can be read, for the checks after this one.
pub(super) fn check(context: &Context<'_>, found: &mut Findings) -> Option<Reader> {
    let path = context.database().display().to_string();
    context.says_itself_that_it_is_held();
    let reader = match Reader::open(context.database()) {
        Ok(reader) => reader,
        Err(error) => {
            unreadable(&path, &error, found);
            return None;
        }
    };
    match reader.quick_check() {
        Ok(None) => {
            let what = format!("it is sound, schema {}", newest_schema());
            found.ok(CHECK, Some(&path), what);
        }
        Ok(Some(damage)) => {
            let next = "keep the file as it is, then: payctl restore FILE";
            found.problem(CHECK, Some(&path), format!("it is damaged: {damage}"), next);
        }
        Err(error) => unreadable(&path, &error, found),
    }
    if let Ok(Some(as_of)) = reader.held_as_of() {
        let as_of = as_of.in_named_zone(context.config.zone);
        found.problem(
            "restored",
            Some(&path),
            format!("it was restored from a backup of {as_of} and is held"),
            "payctl restore --release",
        );
    }
    Some(reader)
}

fn unreadable(path: &str, error: &StoreError, found: &mut Findings) {
    match error {
        StoreError::Missing { .. } | StoreError::Foreign { .. } => {
            let next = "check --db and the configuration, or: payctl init";
            found.misconfigured(CHECK, Some(path), error.to_string(), next);
        }
        StoreError::Older { .. } => {
            found.warn(CHECK, Some(path), error.to_string(), "payctl migrate");
        }
        StoreError::Newer { .. }
        | StoreError::Corrupt(_)
        | StoreError::Busy(_)
        | StoreError::Full(_)
        | StoreError::NotKept { .. }
        | StoreError::Denied(_)
        | StoreError::Disk(_)
        | StoreError::Replaced { .. }
        | StoreError::Refused(_)
        | StoreError::Nested
        | StoreError::Engine(_) => {
            found.problem(CHECK, Some(path), error.to_string(), "payctl verify");
        }
    }
}

/// What only a person can bring further.
pub(super) fn waiting(reader: &Reader, found: &mut Findings) -> anyhow::Result<()> {
    let open = reader.open_questions()?;
    if open.cases > 0 {
        let what = format!("{} open", counted(open.cases, "case"));
        found.warn("cases", None, what, "payctl case list");
    } else {
        found.ok("cases", None, "none is open");
    }
    if open.refunds_due > 0 {
        let what = format!("{} due", counted(open.refunds_due, "refund"));
        found.warn("refunds", None, what, "payctl refund list");
    } else {
        found.ok("refunds", None, "none is due");
    }
    let filter = EffectFilter {
        standing: EffectStanding::Unfinished,
        ..EffectFilter::default()
    };
    let unfinished = reader.effects(&filter, None, MOST)?;
    let stuck = unfinished.iter().filter(|listed| {
        matches!(
            listed.effect.status,
            EffectStatus::Dead | EffectStatus::Uncertain
        )
    });
    match stuck.count() {
        0 => found.ok("effects", None, "none is dead or uncertain"),
        many => {
            let what = format!("{} dead or uncertain", counted(many, "effect"));
            found.warn("effects", None, what, "payctl fulfil list");
        }
    }
    Ok(())
}
