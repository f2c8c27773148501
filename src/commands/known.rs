//! What a command line names must be there: an order, a product, a gateway. Who mistypes one reads what is meant perhaps.

use crate::commands::{CommandError, Context};
use crate::config::nearest;
use crate::domain::{GatewayName, Order, OrderNumber, Product, Sku};
use crate::store::{Reader, StoreError};

/// No suggestion comes from further than this many products.
const MAX_COMPARED: u32 = 2_000;

/// The order of this number.
///
/// # Errors
/// Without one, with the number in other letters if that is there.
pub(super) fn require_order(reader: &Reader, number: &OrderNumber) -> anyhow::Result<Order> {
    match reader.order_by_number(number)? {
        Some(order) => Ok(order),
        None => Err(unknown_order(reader, number)?.into()),
    }
}

/// The same for the order that a list is limited to.
pub(super) fn require_order_if_any(
    reader: &Reader,
    number: Option<&OrderNumber>,
) -> anyhow::Result<()> {
    match number {
        Some(number) => require_order(reader, number).map(drop),
        None => Ok(()),
    }
}

/// No order has this number.
pub(super) fn unknown_order(
    reader: &Reader,
    number: &OrderNumber,
) -> Result<CommandError, StoreError> {
    let error = CommandError::failed(format!("no order is numbered {number}"));
    Ok(match similar_order(reader, number)? {
        Some(similar) => error.hint(format!("there is {similar}; upper and lower case matter")),
        None => error.hint("see the orders with: payctl order list"),
    })
}

/// An order of the same number in other letters. Each spelling is looked up, so that this costs the same in any shop.
pub(super) fn similar_order(
    reader: &Reader,
    number: &OrderNumber,
) -> Result<Option<OrderNumber>, StoreError> {
    let typed = number.as_str();
    for other in [typed.to_uppercase(), typed.to_lowercase()] {
        let other: Option<OrderNumber> = other.parse().ok().filter(|other| other != number);
        if let Some(other) = other
            && reader.order_by_number(&other)?.is_some()
        {
            return Ok(Some(other));
        }
    }
    Ok(None)
}

/// The product of this SKU.
///
/// # Errors
/// Without one, with the nearest SKU.
pub(super) fn require_product(reader: &Reader, sku: &Sku) -> anyhow::Result<Product> {
    match reader.product(sku)? {
        Some(product) => Ok(product),
        None => Err(unknown_product(reader, sku)?.into()),
    }
}

/// The same for the product that a list is limited to.
pub(super) fn require_product_if_any(reader: &Reader, sku: Option<&Sku>) -> anyhow::Result<()> {
    match sku {
        Some(sku) => require_product(reader, sku).map(drop),
        None => Ok(()),
    }
}

/// No product has this SKU.
pub(super) fn unknown_product(reader: &Reader, sku: &Sku) -> Result<CommandError, StoreError> {
    let products = reader.products(None, MAX_COMPARED)?;
    let known: Vec<&str> = products
        .iter()
        .map(|product| product.sku.as_str())
        .collect();
    let error = CommandError::failed(format!("no product has the sku {sku}"));
    Ok(match nearest(sku.as_str(), &known) {
        Some(similar) => error.hint(format!("did you mean {similar}?")),
        None => error.hint("see the products: payctl product list"),
    })
}

/// A gateway that a list is limited to is configured, or has payments here.
///
/// # Errors
/// Otherwise, with the nearest name.
pub(super) fn require_gateway_if_any(
    context: &Context<'_>,
    reader: &Reader,
    name: Option<&GatewayName>,
) -> anyhow::Result<()> {
    let Some(name) = name else {
        return Ok(());
    };
    let configured = &context.config.gateways;
    let is_known = configured.contains_key(name) || name.is_manual();
    if is_known || reader.has_payments_at(name)? {
        return Ok(());
    }
    let known: Vec<&str> = configured.keys().map(GatewayName::as_str).collect();
    let error = CommandError::failed(format!("no gateway is named {name}"));
    let error = match (nearest(name.as_str(), &known), known.as_slice()) {
        (Some(similar), _) => error.hint(format!("did you mean {similar}?")),
        (None, []) => error.hint("no gateway is configured; run: payctl init"),
        (None, known) => error.hint(format!(
            "there are: {}, {}",
            known.join(", "),
            GatewayName::MANUAL
        )),
    };
    Err(error.into())
}
