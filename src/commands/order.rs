//! `payctl order`: create, import, show and change orders.

mod attach;
mod cancel;
mod create;
mod edit;
mod extend;
mod find;
mod import;
mod list;
mod row;
mod show;

pub(super) use row::OrderCaseRow;
pub(super) use show::OrderView;

use crate::commands::known::{require_order, unknown_order};
use crate::commands::{CommandError, group};
use crate::domain::values::customer::require_one_line;
use crate::domain::{Dossier, InvalidNotes, MetaKey, OrderNumber};
use crate::store::Reader;

group! {
    /// Create, import, find, list, show, edit, extend and cancel orders
    pub(super) enum OrderCommand {
        Create(Box<create::OrderCreateArgs>) => create::run, writes;
        Attach(attach::OrderAttachArgs) => attach::run, writes;
        Cancel(cancel::OrderCancelArgs) => cancel::run, writes;
        Edit(edit::OrderEditArgs) => edit::run, writes;
        Extend(extend::OrderExtendArgs) => extend::run, writes;
        Find(find::OrderFindArgs) => find::run;
        Import(import::OrderImportArgs) => import::run, writes;
        List(list::OrderListArgs) => list::run;
        Show(show::OrderShowArgs) => show::run;
    }
}

impl OrderCommand {
    /// Whether the person who typed the command reads its output. `--only-pending` is for scripts.
    pub(super) fn is_for_a_person(&self) -> bool {
        match self {
            Self::Cancel(args) => !args.only_pending,
            Self::Create(_)
            | Self::Attach(_)
            | Self::Edit(_)
            | Self::Extend(_)
            | Self::Find(_)
            | Self::Import(_)
            | Self::List(_)
            | Self::Show(_) => false,
        }
    }
}

/// The order of that number, with everything that decisions about it need.
pub(super) fn require_dossier(reader: &Reader, number: &OrderNumber) -> anyhow::Result<Dossier> {
    let dossier = reader.dossier(require_order(reader, number)?.id)?;
    match dossier {
        Some(dossier) => Ok(dossier),
        None => Err(unknown_order(reader, number)?.into()),
    }
}

/// Names and addresses are one line each. The message does not repeat the text, because it is personal data.
fn require_customer_lines(named: [(&str, Option<&str>); 3]) -> Result<(), CommandError> {
    for (option, text) in named {
        if let Some(Err(error)) = text.map(require_one_line) {
            let message = format!("{option} {error}");
            return Err(CommandError::usage(message).hint("give it as one line of text"));
        }
    }
    Ok(())
}

/// The shop's own values, as typed: `KEY=VALUE` each. Messages repeat the key only, because the rest is personal data.
fn typed_meta(typed: &[String]) -> Result<Vec<(MetaKey, String)>, CommandError> {
    let mut meta: Vec<(MetaKey, String)> = Vec::with_capacity(typed.len());
    for text in typed {
        let Some((key, value)) = text.split_once('=') else {
            let message = "--meta needs a key and a value";
            return Err(CommandError::usage(message).hint("write it as --meta vpn_user=rina"));
        };
        let key: MetaKey = key.trim().parse().map_err(|error| {
            CommandError::usage(format!("the key {:?} of --meta {error}", key.trim()))
                .hint("write it as --meta vpn_user=rina")
        })?;
        if meta.iter().any(|(known, _)| *known == key) {
            let message = format!("--meta {key} is given twice");
            return Err(CommandError::usage(message).hint("give each key once"));
        }
        meta.push((key, value.to_owned()));
    }
    Ok(meta)
}

/// What to type instead of notes that were refused.
fn notes_refusal(number: &OrderNumber, refusal: &InvalidNotes) -> CommandError {
    let hint = match refusal {
        InvalidNotes::NoteTooLong | InvalidNotes::ValueTooLong(_) => {
            "shorten it; a longer text belongs in a file or a system of the shop".to_owned()
        }
        InvalidNotes::NoteNotText | InvalidNotes::ValueNotText(_) => "give it as text".to_owned(),
        InvalidNotes::TooManyKeys => {
            format!("take one away: payctl order edit {number} --meta KEY=")
        }
    };
    CommandError::usage(format!("{number}: {refusal}")).hint(hint)
}
