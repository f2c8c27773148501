//! The tasks of Windows, by the program schtasks.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::Context as _;

use super::{Intent, ScheduleChange};
use crate::commands::atomic_file::{AtomicFile, FileMode};
use crate::commands::schedule::plan::{OPTIONAL_NAMES, Plan};
use crate::commands::schedule::schtasks::{decoded, encoded, mark, task_name, tasks};
use crate::commands::schedule::tools::{ToolInput, Tools, missing};

const PROGRAM: &str = "schtasks";

pub(super) fn changes(
    plan: &Plan,
    tools: &Tools,
    intent: Intent,
) -> anyhow::Result<Vec<ScheduleChange>> {
    let mut changes = Vec::new();
    let planned = tasks(plan);
    for (name, task) in &planned {
        let known = known(name, tools)?;
        // Windows writes a task in its own way; the mark tells whether it is this one.
        let is_this = known
            .as_deref()
            .is_some_and(|known| mark(known) == mark(task));
        changes.push(ScheduleChange {
            name: name.clone(),
            old: if is_this { Some(task.clone()) } else { known },
            new: (intent == Intent::Install).then(|| task.clone()),
        });
    }
    for name in OPTIONAL_NAMES.map(|job| task_name(&plan.shop, job)) {
        if !planned.iter().any(|(planned, _)| *planned == name) {
            let old = known(&name, tools)?;
            let new = None;
            changes.push(ScheduleChange { name, old, new });
        }
    }
    Ok(changes)
}

/// The XML of a task; none if there is none of that name.
fn known(name: &str, tools: &Tools) -> anyhow::Result<Option<String>> {
    let line = ["/Query", "/TN", name, "/XML"];
    let Some(output) = tools.run(PROGRAM, &line, ToolInput::Nothing)? else {
        return Err(missing(PROGRAM).into());
    };
    Ok(output.is_good.then(|| decoded(&output.stdout)))
}

pub(super) fn apply(plan: &Plan, tools: &Tools, changes: &[ScheduleChange]) -> anyhow::Result<()> {
    let folder = std::env::temp_dir();
    for (index, change) in changes.iter().enumerate() {
        let Some(task) = &change.new else {
            let line = ["/Delete", "/TN", &change.name, "/F"];
            tools.require(PROGRAM, &line, ToolInput::Nothing)?;
            continue;
        };
        let path = folder.join(format!("{}-{index}.xml", plan.shop));
        let file = AtomicFile::write_bytes(&path, &encoded(task), FileMode::OwnerOnly);
        let written = file.and_then(AtomicFile::replace);
        written.with_context(|| format!("could not write {}", path.display()))?;
        let created = create(plan, tools, &change.name, &path);
        // What is left of it is in the folder for such files.
        let _ = std::fs::remove_file(&path);
        created?;
    }
    Ok(())
}

fn create(plan: &Plan, tools: &Tools, name: &str, path: &Path) -> anyhow::Result<()> {
    let path = path.to_string_lossy();
    let line = ["/Create", "/TN", name, "/XML", &path, "/F"];
    match &plan.wanted.user {
        None => tools.require(PROGRAM, &line, ToolInput::Nothing)?,
        // schtasks asks for the password.
        Some(user) => {
            let line: Vec<&str> = line.into_iter().chain(["/RU", user, "/RP", "*"]).collect();
            tools.require(PROGRAM, &line, ToolInput::Person)?
        }
    };
    Ok(())
}

pub(super) fn installed(
    plan: &Plan,
    tools: &Tools,
    names: &[&'static str],
) -> Option<BTreeSet<&'static str>> {
    let mut found = BTreeSet::new();
    for name in names {
        if known(&task_name(&plan.shop, name), tools).ok()?.is_some() {
            found.insert(*name);
        }
    }
    Some(found)
}
