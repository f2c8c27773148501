//! `GET /access`: whether a buyer may use a product now, as `access check` tells it.

use super::guard::{forbidden, order};
use super::reply::Reply;
use super::request::Request;
use crate::commands::access::admission::{Buyer, FirstUse, Question, answer};
use crate::commands::context::Context;
use crate::domain::names::{OrderId, Sku};
use crate::store::Reader;

/// Who begins the time of use, in the trail.
const ACTOR: &str = "customer";

/// As with the command, the first yes begins what begins with the first use.
pub(super) fn access(request: &Request, context: &Context<'_>) -> anyhow::Result<Reply> {
    let reader = context.reader()?;
    let Some(order) = whose(request, context, &reader)? else {
        return Ok(forbidden());
    };
    let product: Option<Sku> = request.asked("product").and_then(|text| text.parse().ok());
    let known = product.map(|sku| reader.product(&sku)).transpose()?;
    let Some(product) = known.flatten() else {
        return Ok(Reply::refusal(404, "no product has this sku"));
    };
    let question = Question {
        product: &product.sku,
        buyer: Buyer::Order(order),
        actor: ACTOR,
        first_use: FirstUse::Begins,
    };
    let answer = answer(&question, context, &reader)?;
    Ok(Reply::good(serde_json::to_value(answer)?))
}

/// Where no order is named, the session token alone says which one it is: the viewer's own way.
fn whose(
    request: &Request,
    context: &Context<'_>,
    reader: &Reader,
) -> anyhow::Result<Option<OrderId>> {
    match (request.asked("order"), request.asked("session")) {
        (None, Some(session)) => Ok(reader.order_of_session(session)?),
        _ => Ok(order(request, context, reader)?.map(|order| order.id)),
    }
}
