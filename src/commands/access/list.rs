//! `payctl access list`: lists granted access.

use clap::Args;
use serde::Serialize;

use super::row::AccessRow;
use crate::commands::Context;
use crate::commands::known::require_product_if_any;
use crate::commands::printing::{PAGE, pages};
use crate::domain::{AccessState, Sku};
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

pub(super) fn run(args: &AccessListArgs, mut context: Context<'_>) -> anyhow::Result<Exit> {
    let reader = context.reader()?;
    require_product_if_any(&reader, args.product.as_ref())?;
    let filter = AccessFilter {
        user: args.user.clone(),
        product: args.product.clone(),
    };
    let now = context.started_at;
    let mut list = context.listing("access list")?;
    let mut count = AccessCount::default();
    let page = |after| reader.access_page(&filter, after, PAGE);
    for grant in pages(page, |grant| grant.id) {
        let row = AccessRow::of(&grant?, now);
        count.grants += 1;
        count.running += u64::from(row.status == AccessState::Running);
        count.unused += u64::from(row.status == AccessState::Unused);
        list.row(&row)?;
    }
    list.finish(&count, Exit::Clean)
}
