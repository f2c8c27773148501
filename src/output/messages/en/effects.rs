//! What happens outside the books because an order moved, and what its buyer is given.

use crate::output::messages::Message;

pub(in crate::output::messages) const MESSAGES: &[Message] = &[
    ("nothing_left_to_do", "nothing is left to be done"),
    (
        "nothing_to_do_any_more",
        "nothing is to be done for the order any more",
    ),
    ("happened_after_all", "it has happened after all"),
    ("order_is", "its order is {status}"),
    ("order_is_and", "its order is {status}; {reason}"),
    ("order_paid_again", "its order is paid again"),
    ("effect_said", "{words}"),
    ("effect_named", "{effect}"),
    ("effect_moved", "{effect}: {reason}"),
    ("effect_stuck", "{kind} {hook} is {status}: {words}"),
    (
        "effect_stuck_unexplained",
        "{kind} {hook} is {status}: nobody knows why",
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
    ("access_first_used", "the first use of {sku}"),
    ("access_revoked", "access to {sku}: {words}"),
    (
        "access_sooner",
        "access to {sku} begins earlier: the buyer's access before it was revoked",
    ),
    (
        "access_later",
        "access to {sku} begins later: the buyer's access before it was restored",
    ),
    ("product_created", "created"),
    ("product_changed", "{terms}"),
];
