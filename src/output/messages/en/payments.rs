//! What gateways said, how payments are opened and closed, and what cases ask about them.

use crate::output::messages::Message;

pub(in crate::output::messages) const MESSAGES: &[Message] = &[
    ("gateway_says", "{gateway} says {word}"),
    ("gateway_says_nothing", "{gateway} has not answered"),
    ("gateway_does_not_know", "{gateway} does not know it"),
    (
        "gateway_says_returned",
        "{gateway} says {word}, twice: {amount} that had been charged back came in again",
    ),
    (
        "gateway_says_with_fee",
        "{gateway} says {word}, with its fee of {fee} on top, paid by the customer",
    ),
    ("gateway_has_refunded", "the gateway reports the refund"),
    (
        "gateway_took_back",
        "the gateway itself took the money back",
    ),
    ("bank_took_back", "the customer's bank took the money back"),
    ("gateway_answered", "{gateway} answered about a payment"),
    (
        "foreign_reference",
        "{gateway} had a payment {reference} before payctl requested one",
    ),
    (
        "wrong_amount",
        "{says} for {received}; {expected} was asked for",
    ),
    (
        "wrong_amount_with_fee",
        "{says} for {received}, as {original} and a fee of {fee}; {expected} was asked for",
    ),
    (
        "wrong_amount_unclear_fee",
        "{says} for {received}, with a fee that does not add up; {expected} was asked for",
    ),
    (
        "wrong_amount_here",
        "{received} came in for {amount}; {here} of it is here",
    ),
    (
        "wrong_amount_stays",
        "{amount} of the wrong amount is here and stays, for now",
    ),
    (
        "gateway_unproven",
        "so far {gateway} has answered every query with \"not found\"; is it the right account?",
    ),
    (
        "unknown_status",
        "{says}, a status that this version does not know; nothing was changed",
    ),
    ("charged_back", "{says}: {lost} of {received} so far"),
    ("payment_is_here", "{says}; here the payment is {status}"),
    (
        "foreign_money",
        "{gateway} had a payment {reference} before payctl requested one: another shop or another database may use \
         the same account. Money paid there is not counted for {order}; if it belongs to {order}, approve it",
    ),
    (
        "same_transfer",
        "{reference} looks like the transfer {earlier} of payment {payment} of {order}",
    ),
    (
        "same_transfer_as_refund",
        "{reference} looks like the transfer {earlier} of refund {refund} of {order}",
    ),
    (
        "same_transfer_twice",
        "{reference} looks like another transfer of the same payment",
    ),
    (
        "gateway_unanswered",
        "{gateway} has not answered about {reference} since {since}, but answers about others; look for it in its \
         dashboard, and query it again",
    ),
    (
        "gateway_silent",
        "{gateway} has answered no query since {since}; check whether it is down, and whether key and address are \
         right",
    ),
    (
        "still_open",
        "{reference} expired at {deadline} and is still {status} here; close it in the dashboard of {gateway}",
    ),
    (
        "try_not_booked",
        "{gateway} says {word} about {transaction}, which a notification named for {reference}; it is not booked: \
         {reason}. Look it up at {gateway}; if the money belongs to this order, approve it; then dismiss this case",
    ),
    ("try_belongs_to", "it belongs to {reference}"),
    (
        "try_not_tied",
        "no signed notification of a payment (code 200) names it for {reference}",
    ),
    (
        "try_is_elsewhere",
        "another payment has this id, or a notification named it for another payment",
    ),
    (
        "try_too_early",
        "it may have begun before the order was created",
    ),
    (
        "try_other_method",
        "notification and answer name different methods",
    ),
    (
        "try_other_amount",
        "notification and answer name different amounts",
    ),
    (
        "try_silent",
        "{gateway} has not answered for a day about {transaction}, which a notification named for {reference}; look \
         it up there, and dismiss this case when it is settled",
    ),
    (
        "tries_too_many",
        "notifications have named more than {most} tries at {reference} that {gateway} does not know; payctl does \
         not query any more of them. Look at {gateway} for what was paid; the order does not end until this case is \
         dismissed",
    ),
    ("try_answered", "the gateway has answered about the try"),
    (
        "money_under_number",
        "{gateway} says, signed, that {amount} came in under {reference}, but this order has no payment there with \
         that reference. Look it up at {gateway}; if the money belongs to this order, attach it; then dismiss this \
         case",
    ),
    (
        "some_money_under_number",
        "{gateway} says, signed, that money came in under {reference}, but this order has no payment there with that \
         reference. Look it up at {gateway}; if the money belongs to this order, attach it; then dismiss this case",
    ),
    (
        "money_of_nobody",
        "{gateway} says, signed, that money came in under references that no payment here has: {references}. Look \
         them up at {gateway}, and create the missing orders. While this case is open, payctl only records further \
         ones; leave it open if the account also serves another system",
    ),
    (
        "money_of_nobody_and_more",
        "{gateway} says, signed, that money came in under references that no payment here has: {references}, and \
         {more} more. Look them up at {gateway}, and create the missing orders. While this case is open, payctl only \
         records further ones; leave it open if the account also serves another system",
    ),
    ("reference_with_amount", "{reference} ({amount})"),
    ("reference_with_money", "{reference} (money)"),
    ("opening_asked", "payctl asks {gateway} to open it"),
    (
        "opening_sent_again",
        "the gateway does not know it; payctl repeats the request with the same reference and idempotency key",
    ),
    ("opening_ended", "the request to open it failed: {words}"),
    ("opened", "{gateway} has opened it"),
    (
        "opened_and_read",
        "{gateway} has opened it; it was queried in the meantime",
    ),
    ("opening_refused", "{gateway} refused to open it: {words}"),
    (
        "closed_for_new_one",
        "{gateway} has closed it to make way for a new payment; the customer had not begun to pay",
    ),
    (
        "closed_order_ended",
        "{gateway} has closed it because its order ended; the customer had not begun to pay",
    ),
    ("closing_asked", "payctl asks the gateway to close it"),
    ("another_try", "another try on the same page: {transaction}"),
    (
        "asked_past_gateways",
        "the customer is asked to transfer {amount} directly, not through a gateway",
    ),
    (
        "asked_again_not_found",
        "an older version may have taken an address that was gone for \"not found\"; payctl queries it again",
    ),
    ("payment_withdrawn", "its payment was withdrawn"),
    (
        "gateway_may_forget",
        "{gateway} may now forget the payments that it knew: {words}",
    ),
    (
        "not_booked_by_hand",
        "{amount} ({transfer}) was not approved: payment {payment} at {gateway} has its money",
    ),
    (
        "cash_not_booked_by_hand",
        "{amount} (without a bank reference) was not approved: payment {payment} at {gateway} has its money",
    ),
];
