//! `payctl product show`: one product.

use clap::Args;
use serde::Serialize;

use super::row::ProductRow;
use crate::commands::Context;
use crate::commands::known::require_product;
use crate::domain::Sku;
use crate::exit::Exit;

/// Show a product
#[derive(Debug, Args)]
pub(in crate::commands) struct ProductShowArgs {
    /// Product code
    sku: Sku,
}

#[derive(Serialize)]
struct ProductView {
    product: ProductRow,
}

pub(super) fn run(args: &ProductShowArgs, mut context: Context<'_>) -> anyhow::Result<Exit> {
    let product = require_product(&context.reader()?, &args.sku)?;
    let product = ProductRow::from(&product);
    let detail = product.detail(context.style());
    context.show(
        "product show",
        &ProductView { product },
        &detail,
        Exit::Clean,
    )
}
