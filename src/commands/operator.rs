//! Shared by the operator's commands: who decides and why, opening the file to write or to preview, the exit code.

use std::time::Duration;

use crate::commands::user::{line, machine_user, named_operator};
use crate::commands::{CommandError, Context};
use crate::config::written;
use crate::exit::Exit;
use crate::reconciler::Ledger;
use crate::store::{Updated, WriteReason};

pub(super) use crate::commands::user::name;

/// The longest reason, in characters.
const MAX_REASON: usize = 500;

/// An operator's reason, as recorded with the event.
pub(super) fn reason(text: &str) -> Result<String, String> {
    line(text, MAX_REASON)
}

/// The operator to record: `--by`, else PAYCTL_OPERATOR, else the user of the machine. Decisions about money need one.
pub(super) fn require_operator(
    context: &Context<'_>,
    by: Option<&str>,
) -> Result<String, CommandError> {
    let environment = &context.environment;
    let user = || machine_user(environment).map(|user| format!("operator:{user}"));
    named_operator(environment, by)
        .or_else(user)
        .ok_or_else(|| {
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
    written(whole)
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
            (90_061, "1d 1h"),
            (45 * 86_400, "45d"),
        ] {
            assert_eq!(roughly(Duration::from_secs(seconds)), told);
        }
    }
}
