//! `payctl product list`: lists all products with their stock.

use clap::Args;
use serde::Serialize;

use super::row::ProductRow;
use crate::commands::Context;
use crate::commands::printing::{PAGE, pages};
use crate::domain::Sku;
use crate::exit::Exit;
use crate::output::Summary;
use crate::output::counted::counted;

/// List the products and their stock
#[derive(Debug, Args)]
pub(in crate::commands) struct ProductListArgs {}

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
    let mut list = context.listing("product list")?;
    let mut count = ProductCount::default();
    let page = |after: Option<Sku>| reader.products(after.as_ref(), PAGE);
    for product in pages(page, |product| product.sku.clone()) {
        count.products += 1;
        list.row(&ProductRow::from(&product?))?;
    }
    list.finish(&count, Exit::Clean)
}
