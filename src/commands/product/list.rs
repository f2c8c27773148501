//! `payctl product list`: all products with their stock.

use clap::Args;
use serde::Serialize;

use super::row::ProductRow;
use crate::commands::context::Context;
use crate::domain::names::Sku;
use crate::exit::Exit;
use crate::output::Summary;
use crate::output::report::Report;

/// List the products and their stock
#[derive(Debug, Args)]
pub(in crate::commands) struct ListArgs {}

#[derive(Serialize)]
struct ProductCount {
    products: u64,
}

impl Summary for ProductCount {
    fn line(&self) -> String {
        format!("{} products", self.products)
    }
}

const PAGE: u32 = 500;

pub(super) fn run(_: &ListArgs, context: Context<'_>) -> anyhow::Result<Exit> {
    let reader = context.reader()?;
    let (face, started_at, clock) = (
        context.face(),
        context.started_at,
        context.world.clock.clone(),
    );
    let mut report = Report::new(&mut context.world.stdout, face, "product list", started_at)?;
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
    report.finish(&count, clock.now(), Exit::Clean, &mut context.world.stderr)?;
    Ok(Exit::Clean)
}
