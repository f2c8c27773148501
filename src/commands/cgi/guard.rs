//! Who is told something: whoever has the token of the shop, or the order's own.
//!
//! One refusal for a wrong token and for an order that is not there.

use super::reply::Reply;
use super::request::Request;
use crate::commands::context::Context;
use crate::config::Token;
use crate::domain::names::OrderNumber;
use crate::domain::order::Order;
use crate::store::Reader;

/// The order that is asked about, for whoever may know of it.
pub(super) fn order(
    request: &Request,
    context: &Context<'_>,
    reader: &Reader,
) -> anyhow::Result<Option<Order>> {
    let number = request.asked("order").and_then(|text| text.parse().ok());
    let Some(number) = number else {
        return Ok(None);
    };
    let order = reader.order_by_number(&number)?;
    if owns(request, reader, &number)? {
        return Ok(order);
    }
    // A token that cannot be had is told alike of orders that are there and of others.
    let trigger = context.config.cgi.token(&context.environment)?;
    let may = trigger.is_some_and(|token| has(request, context, &token));
    Ok(order.filter(|_| may))
}

pub(super) fn forbidden() -> Reply {
    Reply::refusal(403, "the token is missing or wrong")
}

pub(super) fn has(request: &Request, context: &Context<'_>, token: &Token) -> bool {
    let told = request.token(context.config.cgi.query_token);
    told.is_some_and(|told| token.is(told))
}

/// The order's own session token.
fn owns(request: &Request, reader: &Reader, number: &OrderNumber) -> anyhow::Result<bool> {
    let Some(told) = request.asked("session") else {
        return Ok(false);
    };
    let session = reader.session_of(number)?;
    Ok(session.is_some_and(|session| Token::from(session).is(told)))
}
