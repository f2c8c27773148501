//! `payctl case list`: lists open cases, oldest first.

use clap::Args;
use serde::Serialize;

use super::row::ListedCase;
use crate::commands::Context;
use crate::commands::known::require_order_if_any;
use crate::commands::printing::{PAGE, pages};
use crate::commands::window::{ListEnd, ListWindow, Walked};
use crate::domain::{CaseId, CaseKind, OrderNumber, string_enum};
use crate::exit::Exit;
use crate::output::Summary;
use crate::output::counted::counted;
use crate::store::CaseFilter;

string_enum! {
    /// Whether a case still asks.
    pub(in crate::commands) enum CaseStatus {
        /// A person must decide.
        Open = "open",
        /// A person has decided, or the question no longer stood.
        Closed = "closed",
    }
}

/// List the open cases, oldest first
#[derive(Debug, Args)]
pub(in crate::commands) struct CaseListArgs {
    /// Only cases of this kind, for example amount_mismatch or late_payment
    #[arg(long)]
    kind: Option<CaseKind>,
    /// Only cases of this order
    #[arg(long, value_name = "NUMBER")]
    order: Option<OrderNumber>,
    /// Only cases with this status, or both: --status open,closed
    #[arg(long, value_delimiter = ',')]
    status: Vec<CaseStatus>,
    /// Include closed cases
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    window: ListWindow,
    /// Go on behind this case, as the end of a list says
    #[arg(long, value_name = "CASE")]
    after: Option<i64>,
}

#[derive(Default, Serialize)]
struct CaseCount {
    cases: u64,
    open: u64,
    #[serde(flatten)]
    end: ListEnd,
}

impl Summary for CaseCount {
    fn line(&self) -> String {
        let (cases, open, end) = (counted(self.cases, "case"), self.open, &self.end);
        format!("{cases}, {open} open{end}")
    }
}

pub(super) fn run(args: &CaseListArgs, mut context: Context<'_>) -> anyhow::Result<Exit> {
    let reader = context.reader()?;
    require_order_if_any(&reader, args.order.as_ref())?;
    let filter = CaseFilter {
        kind: args.kind,
        order: args.order.clone(),
        closed: args.all || args.status.contains(&CaseStatus::Closed),
    };
    let mut walk = args.window.walk(&context)?;
    let mut list = context.listing("case list")?;
    let mut count = CaseCount::default();
    let from = args.after.map(CaseId);
    let page = |after: Option<CaseId>| reader.cases_page(&filter, after.or(from), PAGE);
    for case in pages(page, |case| case.id) {
        let case = case?;
        let status = match case.closed {
            Some(_) => CaseStatus::Closed,
            None => CaseStatus::Open,
        };
        let fits = args.status.is_empty() || args.status.contains(&status);
        match walk.step(case.id.0, case.opened_at, fits) {
            Walked::Shown => {}
            Walked::Passed => continue,
            Walked::Ended => break,
        }
        count.cases += 1;
        count.open += u64::from(case.closed.is_none());
        list.row(&ListedCase::from(case))?;
    }
    count.end = walk.end();
    list.finish(&count, Exit::Clean)
}
