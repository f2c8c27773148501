//! `payctl case list`: lists open cases, oldest first.

use clap::Args;
use serde::Serialize;

use super::row::ListedCase;
use crate::commands::context::Context;
use crate::domain::{CaseId, CaseKind, OrderNumber};
use crate::exit::Exit;
use crate::output::Summary;
use crate::output::counted::counted;
use crate::output::report::Report;
use crate::store::CaseFilter;

/// List the open cases, oldest first
#[derive(Debug, Args)]
pub(in crate::commands) struct CaseListArgs {
    /// Only cases of this kind, for example amount_mismatch or late_payment
    #[arg(long)]
    kind: Option<CaseKind>,
    /// Only cases of this order
    #[arg(long, value_name = "NUMBER")]
    order: Option<OrderNumber>,
    /// Include closed cases
    #[arg(long)]
    all: bool,
}

#[derive(Default, Serialize)]
struct CaseCount {
    cases: u64,
    open: u64,
}

impl Summary for CaseCount {
    fn line(&self) -> String {
        format!("{}, {} open", counted(self.cases, "case"), self.open)
    }
}

const PAGE: u32 = 500;

pub(super) fn run(args: &CaseListArgs, context: Context<'_>) -> anyhow::Result<Exit> {
    let reader = context.reader()?;
    let filter = CaseFilter {
        kind: args.kind,
        order: args.order.clone(),
        closed: args.all,
    };
    let (style, started_at, clock) = (
        context.style(),
        context.started_at,
        context.host.clock.clone(),
    );
    let mut report = Report::new(&mut context.host.stdout, style, "case list", started_at)?;
    let mut count = CaseCount::default();
    let mut after: Option<CaseId> = None;
    loop {
        let page = reader.cases_page(&filter, after, PAGE)?;
        let Some(last) = page.last() else { break };
        after = Some(last.id);
        for row in page {
            count.cases += 1;
            count.open += u64::from(row.closed.is_none());
            report.row(&ListedCase::from(row))?;
        }
    }
    report.finish(&count, clock.now(), Exit::Clean, &mut context.host.stderr)?;
    Ok(Exit::Clean)
}
