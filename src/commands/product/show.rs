//! `payctl product show`: one product.

use clap::Args;
use serde::Serialize;

use super::row::ProductRow;
use crate::commands::{CommandError, Context};
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
    let Some(product) = context.reader()?.product(&args.sku)? else {
        let message = format!("no product has the sku {}", args.sku);
        let hint = "see the products: payctl product list";
        return Err(CommandError::failed(message).hint(hint).into());
    };
    let product = ProductRow::from(&product);
    let detail = product.detail(context.style());
    context.show(
        "product show",
        &ProductView { product },
        &detail,
        Exit::Clean,
    )
}
