//! `payctl product list`: lists all products with their stock.

use clap::Args;
use serde::Serialize;

use super::row::ProductRow;
use crate::commands::context::Context;
use crate::domain::Sku;
use crate::exit::Exit;
use crate::output::Summary;
use crate::output::counted::counted;
use crate::output::report::Report;

/// List the products and their stock
#[derive(Debug, Args)]
pub(in crate::commands) struct ProductListArgs {}

#[derive(Serialize)]
struct ProductCount {
    products: u64,
}

impl Summary for ProductCount {
    fn line(&self) -> String {
        counted(self.products, "product")
    }
}

const PAGE: u32 = 500;

pub(super) fn run(_: &ProductListArgs, context: Context<'_>) -> anyhow::Result<Exit> {
    let reader = context.reader()?;
    let (style, started_at, clock) = (
        context.style(),
        context.started_at,
        context.host.clock.clone(),
    );
    let mut report = Report::new(&mut context.host.stdout, style, "product list", started_at)?;
    let mut products = 0;
    let mut after: Option<Sku> = None;
    loop {
        let page = reader.products(after.as_ref(), PAGE)?;
        for product in &page {
            report.row(&ProductRow::from(product))?;
            products += 1;
        }
        match page.last() {
            Some(last) => after = Some(last.sku.clone()),
            None => break,
        }
    }
    let count = ProductCount { products };
    report.finish(&count, clock.now(), Exit::Clean, &mut context.host.stderr)?;
    Ok(Exit::Clean)
}
