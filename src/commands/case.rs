//! `payctl case`: questions that a person must decide.

mod list;
mod resolve;
mod row;
mod show;

use crate::commands::{CommandError, group};
use crate::domain::CaseId;

group! {
    /// List, show and resolve cases: questions that a person must decide
    pub(super) enum CaseCommand {
        List(list::CaseListArgs) => list::run;
        Show(show::CaseShowArgs) => show::run;
        Resolve(resolve::CaseResolveArgs) => resolve::run, writes;
    }
}

fn unknown(case: CaseId) -> CommandError {
    CommandError::failed(format!("no case has the ID {case}"))
        .hint("see the open cases: payctl case list")
}
