//! `payctl access list`: lists granted access.

use clap::Args;
use serde::Serialize;

use super::row::AccessRow;
use crate::commands::context::Context;
use crate::domain::{AccessState, GrantId, Sku};
use crate::exit::Exit;
use crate::output::Summary;
use crate::output::counted::counted;
use crate::output::report::Report;
use crate::store::AccessFilter;

/// List granted access
#[derive(Debug, Args)]
pub(in crate::commands) struct AccessListArgs {
    /// Only access from orders with this email address
    #[arg(long, value_name = "EMAIL")]
    user: Option<String>,
    /// Only access to this product
    #[arg(long, value_name = "SKU")]
    product: Option<Sku>,
}

#[derive(Default, Serialize)]
struct AccessCount {
    grants: u64,
    running: u64,
    unused: u64,
}

impl Summary for AccessCount {
    fn line(&self) -> String {
        let (grants, running, unused) = (self.grants, self.running, self.unused);
        format!(
            "{}, {running} running, {unused} unused",
            counted(grants, "grant")
        )
    }
}

const PAGE: u32 = 500;

pub(super) fn run(args: &AccessListArgs, context: Context<'_>) -> anyhow::Result<Exit> {
    let reader = context.reader()?;
    let filter = AccessFilter {
        user: args.user.clone(),
        product: args.product.clone(),
    };
    let (style, started_at, clock) = (
        context.style(),
        context.started_at,
        context.host.clock.clone(),
    );
    let mut report = Report::new(&mut context.host.stdout, style, "access list", started_at)?;
    let mut count = AccessCount::default();
    let mut after: Option<GrantId> = None;
    loop {
        let page = reader.access_page(&filter, after, PAGE)?;
        let Some(last) = page.last() else { break };
        after = Some(last.id);
        for grant in &page {
            let row = AccessRow::of(grant, started_at);
            count.grants += 1;
            count.running += u64::from(row.status == AccessState::Running);
            count.unused += u64::from(row.status == AccessState::Unused);
            report.row(&row)?;
        }
    }
    report.finish(&count, clock.now(), Exit::Clean, &mut context.host.stderr)?;
    Ok(Exit::Clean)
}
