//! What has gone back, what is to go back, and what became of it.

use crate::output::messages::Message;

pub(in crate::output::messages) const MESSAGES: &[Message] = &[
    (
        "refund_taken_back",
        "{says}, twice: it now reports {now} as refunded, and had reported {before}",
    ),
    (
        "too_much_went_back",
        "{gone} has gone back of {paid}: {by_bank} by the shop's bank, {by_gateway} by {gateway}, and {charged_back} was \
         charged back",
    ),
    (
        "refund_approved",
        "refund {refund} of {amount} is approved; if it has not been sent, reject it to keep the money",
    ),
    ("refund_waits", "refund {refund} of {amount} is {status}"),
    ("case_waits", "case {case}, {kind}"),
    ("all_of_payment_went_back", "all of it has gone back"),
    (
        "no_more_went_back_than_came",
        "no more has gone back than came in",
    ),
    (
        "refund_asked",
        "payctl asks the gateway to send it, with the idempotency key {key}",
    ),
    ("refund_sent", "the gateway has sent it"),
    ("refund_denied", "the gateway refused to send it: {words}"),
    (
        "refund_denied_send_by_bank",
        "the gateway refused to send it: {words}; send it by the shop's bank",
    ),
    ("refund_uncertain", "{words}"),
    ("refund_settled", "the outcome of the refund is known"),
    (
        "refund_forgotten",
        "refund {refund} of {amount} was sent more than seven days ago, and its outcome is unknown",
    ),
    (
        "refund_not_shown",
        "two answers do not show it; it can be sent again with the same idempotency key",
    ),
    (
        "refund_sent_by_bank",
        "sent by the shop's bank as {transfer}",
    ),
    (
        "refund_lost",
        "{amount} of the refund sent by the shop's bank as {transfer} had already gone back",
    ),
    (
        "refund_not_ordered",
        "the gateway refunded it, but payctl had not requested it",
    ),
];
