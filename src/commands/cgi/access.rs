//! `GET /access`: whether a buyer may use a product now, like `access check`.

use super::guard::{forbidden, order};
use super::reply::CgiReply;
use super::request::CgiRequest;
use crate::commands::Context;
use crate::commands::access::admission::{AccessCheck, AccessSubject, FirstUsePolicy, answer};
use crate::domain::{OrderId, Sku};
use crate::store::Reader;

/// The actor recorded when the first use starts an access period.
const ACTOR: &str = "customer";

/// As in the command, the first yes starts access that starts with the first use.
pub(super) fn access(request: &CgiRequest, context: &Context<'_>) -> anyhow::Result<CgiReply> {
    let reader = context.reader()?;
    let Some(order) = owner(request, context, &reader)? else {
        return Ok(forbidden());
    };
    let product: Option<Sku> = request.asked("product").and_then(|text| text.parse().ok());
    let known = product.map(|sku| reader.product(&sku)).transpose()?;
    let Some(product) = known.flatten() else {
        return Ok(CgiReply::refusal(404, "no product has this sku"));
    };
    let question = AccessCheck {
        product: &product.sku,
        buyer: AccessSubject::Order(order),
        actor: ACTOR,
        first_use: FirstUsePolicy::Begins,
    };
    let answer = answer(&question, context, &reader)?;
    Ok(CgiReply::good(serde_json::to_value(answer)?))
}

/// Without an order number, the session token alone names the order.
fn owner(
    request: &CgiRequest,
    context: &Context<'_>,
    reader: &Reader,
) -> anyhow::Result<Option<OrderId>> {
    match (request.asked("order"), request.asked("session")) {
        (None, Some(session)) => Ok(reader.order_of_session(session)?),
        _ => Ok(order(request, context, reader)?.map(|order| order.id)),
    }
}
