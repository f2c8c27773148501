//! Access control: the shop's token, or the order's own session token.
//!
//! A wrong token and an unknown order get the same refusal.

use super::reply::CgiReply;
use super::request::CgiRequest;
use crate::commands::Context;
use crate::config::SecretToken;
use crate::domain::{Order, OrderNumber};
use crate::store::Reader;

/// The requested order, if the client may see it.
pub(super) fn order(
    request: &CgiRequest,
    context: &Context<'_>,
    reader: &Reader,
) -> anyhow::Result<Option<Order>> {
    let number = request.asked("order").and_then(|text| text.parse().ok());
    let Some(number) = number else {
        return Ok(None);
    };
    let order = reader.order_by_number(&number)?;
    if is_owner(request, reader, &number)? {
        return Ok(order);
    }
    // A token that cannot be read is reported alike for known and unknown orders.
    let trigger = context.config.cgi.token(&context.environment)?;
    let may = trigger.is_some_and(|token| has(request, context, &token));
    Ok(order.filter(|_| may))
}

pub(super) fn forbidden() -> CgiReply {
    CgiReply::refusal(403, "the token is missing or wrong")
}

pub(super) fn has(request: &CgiRequest, context: &Context<'_>, token: &SecretToken) -> bool {
    let told = request.token(context.config.cgi.query_token);
    told.is_some_and(|told| token.is(told))
}

/// The order's own session token.
fn is_owner(request: &CgiRequest, reader: &Reader, number: &OrderNumber) -> anyhow::Result<bool> {
    let Some(told) = request.asked("session") else {
        return Ok(false);
    };
    let session = reader.session_of(number)?;
    Ok(session.is_some_and(|session| SecretToken::from(session).is(told)))
}
