//! The table of cron, by the program crontab.

use std::collections::BTreeSet;

use super::{Intent, ScheduleChange};
use crate::commands::CommandError;
use crate::commands::schedule::cron;
use crate::commands::schedule::plan::Plan;
use crate::commands::schedule::tools::{ToolInput, Tools, missing, said};

const PROGRAM: &str = "crontab";

/// Tables that belong to no user. Each line has a user before its command, which does not matter here.
const SYSTEM_TABLES: [&str; 2] = ["/etc/crontab", "/etc/cron.d"];

/// More are not read.
const MAX_SYSTEM_TABLES: usize = 200;

pub(super) fn changes(
    plan: &Plan,
    tools: &Tools,
    intent: Intent,
) -> anyhow::Result<Vec<ScheduleChange>> {
    let old = table(plan, tools)?;
    let block = match intent {
        Intent::Install => Some(cron::block(plan)),
        Intent::Remove => None,
    };
    let text = old.as_deref().unwrap_or_default();
    let new = cron::merged(text, &plan.wanted.config, block.as_deref())?;
    let new = if new.is_empty() { None } else { Some(new) };
    let old = old.filter(|table| !table.is_empty());
    let name = match &plan.wanted.user {
        Some(user) => format!("crontab of {user}"),
        None => "crontab".to_owned(),
    };
    Ok(vec![ScheduleChange { name, old, new }])
}

/// The user's table; none if there is none.
fn table(plan: &Plan, tools: &Tools) -> anyhow::Result<Option<String>> {
    let arguments = of_user(plan, "-l");
    let Some(output) = tools.run(PROGRAM, &arguments, ToolInput::Nothing)? else {
        return Err(missing(PROGRAM).into());
    };
    if output.is_good {
        return Ok(Some(
            String::from_utf8(output.stdout).map_err(|_| unreadable())?,
        ));
    }
    // So say all of them, in English; other words are a refusal.
    if output.stderr.contains("no crontab") || output.stderr.contains("can't open") {
        return Ok(None);
    }
    let message = format!("the crontab could not be read: {}", said(&output));
    Err(CommandError::failed(message).into())
}

fn unreadable() -> CommandError {
    CommandError::failed("the crontab is not UTF-8; nothing was changed")
        .hint("add the lines by hand: payctl schedule print --for cron")
}

fn of_user<'a>(plan: &'a Plan, action: &'a str) -> Vec<&'a str> {
    match &plan.wanted.user {
        Some(user) => vec!["-u", user, action],
        None => vec![action],
    }
}

pub(super) fn apply(plan: &Plan, tools: &Tools, changes: &[ScheduleChange]) -> anyhow::Result<()> {
    for change in changes {
        match &change.new {
            Some(table) => tools.require(PROGRAM, &of_user(plan, "-"), ToolInput::Text(table))?,
            None => tools.require(PROGRAM, &of_user(plan, "-r"), ToolInput::Nothing)?,
        };
    }
    Ok(())
}

pub(super) fn installed(
    plan: &Plan,
    tools: &Tools,
    names: &[&'static str],
) -> Option<BTreeSet<&'static str>> {
    let own = table(plan, tools).ok();
    let is_known = own.is_some();
    let tables = own.flatten().into_iter().chain(system_tables());
    let found = tables.flat_map(|table| cron::jobs(&table, &plan.wanted.config, names));
    let found: BTreeSet<&'static str> = found.collect();
    (is_known || !found.is_empty()).then_some(found)
}

/// Those that this user may read.
fn system_tables() -> impl Iterator<Item = String> {
    let [file, folder] = SYSTEM_TABLES;
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let paths = entries.map(|entry| entry.path()).take(MAX_SYSTEM_TABLES);
    let paths = [file.into()].into_iter().chain(paths);
    paths.filter_map(|path| std::fs::read_to_string(path).ok())
}
