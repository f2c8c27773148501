//! Shared by the operator's commands: who decides and why, opening the file to write or to preview, the exit code.

use std::time::Duration;

use crate::commands::{CommandError, Context};
use crate::config::Environment;
use crate::exit::Exit;
use crate::reconciler::Ledger;
use crate::store::{Updated, WriteReason};

/// The longest operator name, in characters.
const MAX_NAME: usize = 64;
const MAX_REASON: usize = 500;

/// An operator's name, as recorded with the event.
pub(super) fn name(text: &str) -> Result<String, String> {
    line(text, MAX_NAME)
}

/// An operator's reason, as recorded with the event.
pub(super) fn reason(text: &str) -> Result<String, String> {
    line(text, MAX_REASON)
}

fn line(text: &str, most: usize) -> Result<String, String> {
    let text = text.trim();
    if text.is_empty() {
        return Err("is empty".to_owned());
    }
    if text.chars().count() > most {
        return Err(format!("is longer than {most} characters"));
    }
    if text.chars().any(char::is_control) {
        return Err("must be one line of plain text".to_owned());
    }
    Ok(text.to_owned())
}

/// The variables that name the user of the machine. The first is the system's own; the others come with shells.
const USER_VARIABLES: [&str; 3] = if cfg!(windows) {
    ["USERNAME", "USER", "LOGNAME"]
} else {
    ["USER", "LOGNAME", "USERNAME"]
};

/// The user of the machine. None without a name that can be recorded.
pub(super) fn machine_user(environment: &Environment) -> Option<String> {
    let names = USER_VARIABLES.into_iter();
    let mut users = names.filter_map(|variable| environment.get(variable));
    users.find_map(|user| name(user).ok())
}

/// Whom the command line or PAYCTL_OPERATOR names. None if neither does.
pub(super) fn named_operator(context: &Context<'_>, by: Option<&str>) -> Option<String> {
    let set = context.environment.get("PAYCTL_OPERATOR");
    let known = by.or(set.map(str::trim).filter(|name| !name.is_empty()));
    known.map(|name| format!("operator:{name}"))
}

/// The operator to record: `--by`, else PAYCTL_OPERATOR, else the user of the machine. Decisions about money need one.
pub(super) fn require_operator(
    context: &Context<'_>,
    by: Option<&str>,
) -> Result<String, CommandError> {
    let user = || machine_user(&context.environment).map(|user| format!("operator:{user}"));
    named_operator(context, by).or_else(user).ok_or_else(|| {
        CommandError::usage("operator name required, and this machine names no user")
            .hint("give it with --by NAME, or set PAYCTL_OPERATOR")
    })
}

/// Opens the shop's file; a dry run only reads it.
pub(super) fn ledger(context: &Context<'_>, dry_run: bool) -> anyhow::Result<Ledger> {
    if dry_run {
        return Ok(Ledger::preview(context.reader()?));
    }
    Ok(Ledger::ReadWrite(context.writer(WriteReason::NotDryRun)?))
}

/// A change that opened a case or made a refund due needs attention.
pub(super) fn exit<T>(acted: &Updated<T>) -> Exit {
    if acted.opened.is_empty() && acted.owed.is_empty() {
        Exit::Clean
    } else {
        Exit::Attention
    }
}

/// The cases it opened and the refunds it made due, in words; none if there are none.
pub(super) fn describe_consequences<T>(acted: &Updated<T>) -> Option<String> {
    let cases = acted.opened.iter().map(|kind| format!("case {kind}"));
    let debts = acted
        .owed
        .iter()
        .map(|owed| format!("{} due back", owed.amount));
    let all: Vec<String> = cases.chain(debts).collect();
    (!all.is_empty()).then(|| all.join(", "))
}

/// A duration for people, rounded down to minutes or hours.
pub(super) fn roughly(span: Duration) -> String {
    let seconds = span.as_secs();
    let unit = match seconds {
        0..=59 => return "less than a minute".to_owned(),
        60..=86_399 => 60,
        _ => 3_600,
    };
    let whole = Duration::from_secs(seconds - seconds % unit);
    humantime::format_duration(whole).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_one_line_with_content() {
        assert_eq!(reason("  paid cash "), Ok("paid cash".to_owned()));
        for bad in ["", "  ", "a\nb", "\u{1b}[2J"] {
            assert!(reason(bad).is_err(), "{bad:?}");
        }
        assert!(name(&"x".repeat(65)).is_err());
    }

    #[test]
    fn durations_are_shown_roughly() {
        for (seconds, told) in [
            (0, "less than a minute"),
            (61, "1m"),
            (7_265, "2h 1m"),
            (90_061, "1day 1h"),
        ] {
            assert_eq!(roughly(Duration::from_secs(seconds)), told);
        }
    }
}
