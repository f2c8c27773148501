//! What gateways said, how payments are opened and closed, and what cases ask about them.

use crate::output::messages::Message;

pub(in crate::output::messages) const MESSAGES: &[Message] = &[
    ("gateway_says", "{gateway} says {word}"),
    ("gateway_says_nothing", "{gateway} says nothing"),
    ("gateway_does_not_know", "{gateway} does not know it"),
    (
        "gateway_says_returned",
        "{gateway} says {word}, twice: {amount} that had been charged back are here again",
    ),
    (
        "gateway_says_with_fee",
        "{gateway} says {word}, with its fee of {fee} on top, for the customer to bear",
    ),
    ("gateway_has_refunded", "the gateway says so"),
    (
        "gateway_took_back",
        "the gateway has taken the money back itself",
    ),
    (
        "bank_took_back",
        "the customer's bank has taken the money back itself",
    ),
    ("gateway_answered", "{gateway} answered about a payment"),
    (
        "foreign_reference",
        "{gateway} had a payment {reference} before it was asked for one",
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
        "{gateway} has only ever said that it does not know a payment; is it the right account?",
    ),
    (
        "unknown_status",
        "{says}, which this version does not know; left as it is",
    ),
    ("charged_back", "{says}: {lost} of {received} so far"),
    ("payment_is_here", "{says}; here the payment is {status}"),
    (
        "foreign_money",
        "{gateway} had a payment {reference} before it was asked for one: another shop or another database may use the \
         same account. What is paid there is not counted for {order}; if it is the money of {order} after all, approve it",
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
        "{gateway} has given no answer about {reference} since {since}, and answers about others; look for it in its \
         dashboard, and see what comes back when it is asked once more",
    ),
    (
        "gateway_silent",
        "{gateway} has answered nothing since {since}; see whether it is down, and whether key and address are right",
    ),
    (
        "still_open",
        "{reference} ran out at {deadline}, and is still {status} here; close it in the dashboard of {gateway}",
    ),
    (
        "try_not_booked",
        "{gateway} says {word} about {transaction}, which a message has named for {reference}; it is not booked: {reason}. \
         Look it up at {gateway}; if it is the money of this order, approve it; then, or if it is not, dismiss this case",
    ),
    ("try_belongs_to", "it belongs to {reference}"),
    (
        "try_not_tied",
        "no signed message of money that came in (code 200) ties it to {reference}",
    ),
    (
        "try_is_elsewhere",
        "another payment has this id, or was named with it",
    ),
    (
        "try_too_early",
        "it is not known to have begun after the order was made",
    ),
    (
        "try_other_method",
        "message and answer name different methods",
    ),
    (
        "try_other_amount",
        "message and answer name different amounts",
    ),
    (
        "try_silent",
        "{gateway} has not answered about {transaction} for a day, which a message has named for {reference}; look it up \
         there, and dismiss this case when it is settled",
    ),
    (
        "tries_too_many",
        "messages have named more than {most} tries at {reference} that {gateway} does not know; the further ones are not \
         asked about. Look at {gateway} for what was paid; until this case is dismissed the order does not end",
    ),
    ("try_answered", "the try has answered"),
    (
        "money_under_number",
        "{gateway} says, signed, that {amount} came in under {reference}, and this order has no payment there under that \
         reference. Look it up at {gateway}; if it is the money of this order, attach it; then, or if it is not, dismiss \
         this case",
    ),
    (
        "some_money_under_number",
        "{gateway} says, signed, that money came in under {reference}, and this order has no payment there under that \
         reference. Look it up at {gateway}; if it is the money of this order, attach it; then, or if it is not, dismiss \
         this case",
    ),
    (
        "money_of_nobody",
        "{gateway} says, signed, that money came in under references that no payment here has: {references}. Look them up \
         at {gateway}, and place the orders that are missing. While this case is open, further ones are only kept; leave it \
         open where the account serves another system, too",
    ),
    (
        "money_of_nobody_and_more",
        "{gateway} says, signed, that money came in under references that no payment here has: {references}, and {more} \
         more. Look them up at {gateway}, and place the orders that are missing. While this case is open, further ones are \
         only kept; leave it open where the account serves another system, too",
    ),
    ("reference_with_amount", "{reference} ({amount})"),
    ("reference_with_money", "{reference} (money)"),
    ("opening_asked", "{gateway} is asked to open it"),
    (
        "opening_sent_again",
        "the gateway does not know it; the same call is sent again, with its reference and its key",
    ),
    ("opening_ended", "the call to open it has ended: {words}"),
    ("opened", "{gateway} has opened it"),
    (
        "opened_and_read",
        "{gateway} has opened it, and it was read meanwhile",
    ),
    ("opening_refused", "{gateway} refused to open it: {words}"),
    (
        "closed_for_new_one",
        "{gateway} has closed it for a new one, and nobody had begun to pay",
    ),
    (
        "closed_order_ended",
        "{gateway} has closed it for its order has ended, and nobody had begun to pay",
    ),
    ("closing_asked", "the gateway is asked to close it"),
    ("another_try", "another try on the same page: {transaction}"),
    (
        "asked_past_gateways",
        "it is asked to pay {amount} past the gateways",
    ),
    (
        "asked_again_not_found",
        "an older version may have taken an address that was gone for \"not found\"; it is asked about again",
    ),
    ("payment_withdrawn", "its payment was withdrawn"),
    (
        "gateway_may_forget",
        "{gateway} no longer has to know the payments it knew until now: {words}",
    ),
    (
        "not_booked_by_hand",
        "{amount} ({transfer}) was not booked by hand: payment {payment} at {gateway} has its money",
    ),
    (
        "cash_not_booked_by_hand",
        "{amount} (without a bank reference) was not booked by hand: payment {payment} at {gateway} has its money",
    ),
];
