//! `payctl product list`: lists all products with their stock.

use std::collections::BTreeMap;

use clap::Args;
use serde::Serialize;

use super::row::ProductRow;
use crate::commands::Context;
use crate::commands::printing::{PAGE, pages};
use crate::domain::Sku;
use crate::exit::Exit;
use crate::output::counted::counted;
use crate::output::{Summary, row};

/// List the products and their stock
///
/// Overdue is how many of the held units belong to orders whose deadline and grace are over and that are still pending.
#[derive(Debug, Args)]
pub(in crate::commands) struct ProductListArgs {}

row! {
    /// A product of the list, for programs. Fields are only ever added.
    struct ListedProduct {
        #[serde(flatten)]
        product: ProductRow => taken_in,
        /// Held units of overdue orders that are undecided.
        overdue: u64 => number("Overdue"),
    }
    hides "Name", "Price", "Held";
}

#[derive(Default, Serialize)]
struct ProductCount {
    products: u64,
}

impl Summary for ProductCount {
    fn line(&self) -> String {
        counted(self.products, "product")
    }
}

pub(super) fn run(_: &ProductListArgs, mut context: Context<'_>) -> anyhow::Result<Exit> {
    let reader = context.reader()?;
    let overdue_since = context.started_at.saturating_sub(context.policy().grace);
    let held = reader.overdue_stock(overdue_since)?.into_iter();
    let held: BTreeMap<Sku, u64> = held.map(|held| (held.sku, held.units)).collect();
    let mut list = context.listing("product list")?;
    let mut count = ProductCount::default();
    let page = |after: Option<Sku>| reader.products(after.as_ref(), PAGE);
    for product in pages(page, |product| product.sku.clone()) {
        count.products += 1;
        let product = ProductRow::from(&product?);
        let overdue = held.get(product.sku()).copied().unwrap_or_default();
        list.row(&ListedProduct { product, overdue })?;
    }
    list.finish(&count, Exit::Clean)
}
