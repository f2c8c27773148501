//! Effects of an order, its tickets and its access.

use crate::output::messages::Message;

pub(in crate::output::messages) const MESSAGES: &[Message] = &[
    ("nothing_left_to_do", "all effects are done"),
    (
        "nothing_to_do_any_more",
        "the order no longer needs its effects",
    ),
    ("happened_after_all", "the effect is done by now"),
    ("order_is", "its order is {status}"),
    ("order_is_and", "its order is {status}; {reason}"),
    ("order_paid_again", "its order is paid again"),
    ("effect_said", "{words}"),
    ("effect_named", "{effect}"),
    ("effect_moved", "{effect}: {reason}"),
    ("effect_stuck", "{kind} {hook} is {status}: {words}"),
    (
        "effect_stuck_unexplained",
        "{kind} {hook} is {status}; no reason is recorded",
    ),
    ("effect_waits", "{name} is {status} ({words})"),
    ("effect_waits_unexplained", "{name} is {status}"),
    ("effects_stuck", "{effects}"),
    ("tickets_handed_out", "{tickets:# ticket|# tickets}"),
    (
        "access_handed_out",
        "access to {products:# product|# products}",
    ),
    (
        "all_handed_out",
        "{tickets:# ticket|# tickets}, access to {products:# product|# products}",
    ),
    ("ticket_named", "ticket {unit} of {sku}"),
    (
        "ticket_revoked",
        "ticket {unit} of {sku} is revoked: {words}",
    ),
    (
        "ticket_unredeemed",
        "ticket {unit} of {sku} is good again: {words}",
    ),
    ("access_first_used", "the first use of {sku}"),
    ("access_revoked", "access to {sku}: {words}"),
    (
        "access_sooner",
        "access to {sku} begins earlier: the access before it was revoked",
    ),
    (
        "access_later",
        "access to {sku} begins later: the access before it was restored",
    ),
    ("customer_edited", "corrected of the customer: {parts}"),
    ("order_noted", "changed of the order: {parts}"),
    ("product_created", "created"),
    ("product_changed", "{terms}"),
];
