//! `payctl product show`: one product.

use clap::Args;
use serde::Serialize;

use super::row::ProductRow;
use crate::commands::context::Context;
use crate::commands::failure::Refusal;
use crate::domain::names::Sku;
use crate::exit::Exit;
use crate::output::detail::{Document, show};

/// Show one product
#[derive(Debug, Args)]
pub(in crate::commands) struct ShowArgs {
    /// By which orders and imports name it
    sku: Sku,
}

#[derive(Serialize)]
struct Shown {
    product: ProductRow,
}

pub(super) fn run(args: &ShowArgs, context: Context<'_>) -> anyhow::Result<Exit> {
    let Some(product) = context.reader()?.product(&args.sku)? else {
        let message = format!("no product has the sku {}", args.sku);
        let hint = "see the products with: payctl product list";
        return Err(Refusal::new(Exit::Failed, message).hint(hint).into());
    };
    let product = ProductRow::from(&product);
    let face = context.face();
    let detail = product.detail(face);
    let document = Document {
        command: "product show",
        started_at: context.started_at,
        body: &Shown { product },
        exit: Exit::Clean,
    };
    show(&mut context.world.stdout, face, &document, &detail)?;
    Ok(Exit::Clean)
}
