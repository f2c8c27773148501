//! `payctl access list`: lists granted access.

use clap::Args;
use serde::Serialize;

use super::row::AccessRow;
use crate::commands::Context;
use crate::commands::known::require_product_if_any;
use crate::commands::printing::{PAGE, pages};
use crate::commands::window::{ListEnd, ListWindow, Walked};
use crate::domain::{AccessState, GrantId, Sku};
use crate::exit::Exit;
use crate::output::Summary;
use crate::output::counted::counted;
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
    /// Only access with this status, or one of several: --status running,unused
    ///
    /// Out of: unused, running, ended, suspended, revoked
    #[arg(long, value_delimiter = ',')]
    status: Vec<AccessState>,
    #[command(flatten)]
    window: ListWindow,
    /// Go on behind this one, as the end of a list says
    #[arg(long, value_name = "ID")]
    after: Option<i64>,
}

#[derive(Default, Serialize)]
struct AccessCount {
    grants: u64,
    running: u64,
    unused: u64,
    #[serde(flatten)]
    end: ListEnd,
}

impl Summary for AccessCount {
    fn line(&self) -> String {
        let (grants, running, unused) = (self.grants, self.running, self.unused);
        format!(
            "{}, {running} running, {unused} unused{}",
            counted(grants, "grant"),
            self.end
        )
    }
}

pub(super) fn run(args: &AccessListArgs, mut context: Context<'_>) -> anyhow::Result<Exit> {
    let reader = context.reader()?;
    require_product_if_any(&reader, args.product.as_ref())?;
    let mut walk = args.window.walk(&context)?;
    let period = walk.period();
    let filter = AccessFilter {
        user: args.user.clone(),
        product: args.product.clone(),
        since: period.since,
        until: period.until,
    };
    let from = args.after.map(GrantId);
    let now = context.started_at;
    let mut list = context.listing("access list")?;
    let mut count = AccessCount::default();
    let page = |after: Option<GrantId>| reader.access_page(&filter, after.or(from), PAGE);
    for grant in pages(page, |grant| grant.id) {
        let row = AccessRow::of(&grant?, now);
        let fits = args.status.is_empty() || args.status.contains(&row.status);
        match walk.step(row.access.0, row.issued_at, fits) {
            Walked::Shown => {}
            Walked::Passed => continue,
            Walked::Ended => break,
        }
        count.grants += 1;
        count.running += u64::from(row.status == AccessState::Running);
        count.unused += u64::from(row.status == AccessState::Unused);
        list.row(&row)?;
    }
    count.end = walk.end();
    list.finish(&count, Exit::Clean)
}
