//! `payctl product show`: one product.

use clap::Args;
use serde::Serialize;

use super::row::ProductRow;
use crate::commands::context::Context;
use crate::commands::failure::CommandError;
use crate::domain::Sku;
use crate::exit::Exit;
use crate::output::detail::{JsonDocument, show};

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

pub(super) fn run(args: &ProductShowArgs, context: Context<'_>) -> anyhow::Result<Exit> {
    let Some(product) = context.reader()?.product(&args.sku)? else {
        let message = format!("no product has the sku {}", args.sku);
        let hint = "see the products: payctl product list";
        return Err(CommandError::new(Exit::Failed, message).hint(hint).into());
    };
    let product = ProductRow::from(&product);
    let style = context.style();
    let detail = product.detail(style);
    let document = JsonDocument {
        command: "product show",
        started_at: context.started_at,
        body: &ProductView { product },
        exit: Exit::Clean,
    };
    show(&mut context.host.stdout, style, &document, &detail)?;
    Ok(Exit::Clean)
}
