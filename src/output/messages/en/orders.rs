//! How money stands with an order, and how an order begins, waits and ends.

use crate::output::messages::Message;

pub(in crate::output::messages) const MESSAGES: &[Message] = &[
    ("operator", "{words}"),
    ("operator_and", "{words}; {reason}"),
    ("money_in", "{cover} of {total} is in"),
    ("rest_is_in", "the order is fully paid now"),
    (
        "asked_anew",
        "more money has moved since; a new case tells how much",
    ),
    (
        "came_late_stock_free",
        "{cover} of {total} came late, after the order had expired; its stock is still free",
    ),
    ("came_late", "{amount} came for an order that is {status}"),
    (
        "came_long_after",
        "{amount} came for an order that is {status} since {since}: after so long nothing is refunded or delivered \
         automatically",
    ),
    ("paid_without", "the order is paid without these {amount}"),
    (
        "too_much_came",
        "{amount} came in beyond the total of the order",
    ),
    (
        "needed_again",
        "without this money the order is no longer fully paid",
    ),
    ("paid_again", "the order is fully paid again"),
    ("money_left", "{cover} of {total} is left"),
    (
        "money_left_refunds_approved",
        "{cover} of {total} is left; {refunds}",
    ),
    ("all_money_went_back", "all of its money went back"),
    ("waived", "waived: {reason}"),
    ("ordered", "order created and stock reserved"),
    ("imported", "imported"),
    ("imported_with", "imported; {payments}"),
    ("imported_payment", "{gateway} {reference} was {status}"),
    (
        "opened_by_shop",
        "the shop opened another payment: {reference} at {gateway}",
    ),
    ("waits_until", "the deadline moved from {before} to {to}"),
    (
        "waits_as_meant",
        "the deadline was written by a clock that was ahead; the order now waits for its full period",
    ),
    (
        "overdue_without_payment",
        "the deadline and the grace have passed, and no gateway has a payment of this order",
    ),
    (
        "no_gateway_has_payment",
        "no gateway has a payment of this order",
    ),
    (
        "payment_closed",
        "its payment is unpaid and closed, as its gateway confirmed after the deadline",
    ),
    (
        "payments_closed",
        "all {payments} payments are unpaid and closed, as their gateways confirmed after the deadline",
    ),
    (
        "ended_unproven",
        "override: ended without proof that it was not paid; {reason}",
    ),
    ("order_over", "the order is over"),
    ("order_cancelled", "the order is cancelled"),
    (
        "order_cancelled_because",
        "the order is cancelled: {reason}",
    ),
    ("with_order", "with the order"),
];
