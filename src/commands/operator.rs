//! What the acts of people share: who acts and why, the file to write or to look at, how an act ended.

use std::time::Duration;

use super::context::Context;
use super::failure::CommandError;
use crate::domain::dossier::Dossier;
use crate::domain::names::OrderId;
use crate::exit::Exit;
use crate::reconciler::LedgerAccess;
use crate::store::{Actor, Decision, StoreError, UpdateResult, Updated, WritePermit, WriteReason};

/// Longer is a letter, not a name.
const NAME_MOST: usize = 64;
const REASON_MOST: usize = 500;

/// A person's name, as it will stand in the trail.
pub(super) fn name(text: &str) -> Result<String, String> {
    line(text, NAME_MOST)
}

/// Why a person decides so, as it will stand in the trail.
pub(super) fn reason(text: &str) -> Result<String, String> {
    line(text, REASON_MOST)
}

fn line(text: &str, most: usize) -> Result<String, String> {
    let text = text.trim();
    if text.is_empty() {
        return Err("says nothing".to_owned());
    }
    if text.chars().count() > most {
        return Err(format!("is longer than {most} letters"));
    }
    if text.chars().any(char::is_control) {
        return Err("must be one line of plain text".to_owned());
    }
    Ok(text.to_owned())
}

/// Who decides, for the trail: `--by`, or PAYCTL_OPERATOR. None: nobody has said.
pub(super) fn operator(context: &Context<'_>, by: Option<&str>) -> Option<String> {
    let set = context.environment.get("PAYCTL_OPERATOR");
    let known = by.or(set.map(str::trim).filter(|name| !name.is_empty()));
    known.map(|name| format!("operator:{name}"))
}

/// Who decides about money must have a name.
pub(super) fn must_have_operator(
    context: &Context<'_>,
    by: Option<&str>,
) -> Result<String, CommandError> {
    operator(context, by).ok_or_else(|| {
        CommandError::new(Exit::Usage, "nobody has said who decides this")
            .hint("name yourself with --by NAME, or set PAYCTL_OPERATOR")
    })
}

/// The shop's file; for a dry run it is only read.
pub(super) fn ledger(context: &Context<'_>, dry_run: bool) -> anyhow::Result<LedgerAccess> {
    if dry_run {
        return Ok(LedgerAccess::Looking(context.reader()?));
    }
    Ok(LedgerAccess::Writing {
        store: context.store()?,
        permit: WritePermit::granted_by(WriteReason::NotDryRun),
    })
}

/// Acts on an order, or shows what that would come to.
pub(super) fn update_order<T, E>(
    ledger: &mut LedgerAccess,
    order: OrderId,
    by: Actor<'_>,
    decide: impl FnOnce(Dossier) -> Decision<T, E>,
) -> Result<UpdateResult<T, E>, StoreError> {
    match ledger {
        LedgerAccess::Writing { store, permit } => store.update_order(permit, order, by, decide),
        LedgerAccess::Looking(reader) => reader.preview_update(order, decide),
    }
}

/// An act that has left a question or a debt behind wants to be looked at.
pub(super) fn exit<T>(acted: &Updated<T>) -> Exit {
    if acted.opened.is_empty() && acted.owed.is_empty() {
        Exit::Clean
    } else {
        Exit::Attention
    }
}

/// What an act has left behind, in words; none when nothing.
pub(super) fn describe_consequences<T>(acted: &Updated<T>) -> Option<String> {
    let cases = acted.opened.iter().map(|kind| format!("case {kind}"));
    let debts = acted
        .owed
        .iter()
        .map(|owed| format!("{} due back", owed.amount));
    let all: Vec<String> = cases.chain(debts).collect();
    (!all.is_empty()).then(|| all.join(", "))
}

/// A span for people, in minutes and more.
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
