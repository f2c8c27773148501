//! Why something that a person or a shop wants is not done.

use crate::output::messages::Message;

pub(in crate::output::messages) const MESSAGES: &[Message] = &[
    (
        "approval_nothing_missing",
        "the order is {status}; no money is missing",
    ),
    ("approval_no_money", "the amount must be greater than zero"),
    (
        "approval_beyond",
        "the order is {status} and needs no more money; extra money is booked only with its bank reference",
    ),
    (
        "approval_approved",
        "{amount} was already approved as payment {payment}; if it came twice, give the bank reference of the second transfer",
    ),
    ("approval_dead", "the order is {status}; make a new order"),
    (
        "approval_stock_gone",
        "the order has expired, and its stock is no longer free",
    ),
    (
        "approval_not_enough",
        "the order has expired, and {amount} is not enough to revive it: {missing} is missing",
    ),
    (
        "withdrawal_unknown",
        "payment {payment} does not belong to this order",
    ),
    (
        "withdrawal_not_by_hand",
        "payment {payment} was made at a gateway; only an approval can be withdrawn",
    ),
    (
        "withdrawal_not_paid",
        "payment {payment} is {status}; only a paid one can be withdrawn",
    ),
    (
        "withdrawal_gone_back",
        "{amount} of payment {payment} has already gone back, so its money had arrived",
    ),
    (
        "extension_not_pending",
        "the order is {status}; only a pending one can wait longer",
    ),
    ("extension_too_long", "an order can wait at most a year"),
    (
        "extension_earlier",
        "the deadline is already later: {deadline}",
    ),
    ("extension_passed", "{deadline} has passed"),
    (
        "opening_not_pending",
        "the order is {status}; only a pending one can be paid",
    ),
    (
        "opening_overdue",
        "the order's deadline {deadline} has passed",
    ),
    (
        "opening_alive",
        "payment {payment} may be paid until {deadline}",
    ),
    (
        "opening_undecided",
        "payment {payment} received the wrong amount, and its case is not decided yet",
    ),
    ("opening_nothing_missing", "no money is missing"),
    ("unique_amount_not_open", "{reason}"),
    (
        "unique_amount_none_free",
        "all 999 unique amounts above {price} are in use",
    ),
    (
        "refund_unknown",
        "refund {refund} does not belong to this order",
    ),
    (
        "refund_not_due",
        "refund {refund} is {status}; only one that is due can be approved",
    ),
    (
        "refund_not_approved",
        "refund {refund} is {status}; it must be approved first",
    ),
    (
        "refund_over",
        "refund {refund} is {status}; it can no longer be stopped or sent by hand",
    ),
    (
        "refund_too_old",
        "refund {refund} was sent more than seven days ago; look up its outcome at the gateway, then answer its case",
    ),
    (
        "refund_no_money",
        "payment {payment} is {status}; it has no money to send back",
    ),
    (
        "refund_too_much",
        "{amount} of payment {payment} cannot go back: {received} came in, {gone} has gone back and {under_way} is \
         on its way",
    ),
    (
        "replay_not_now",
        "effect {id} is {status}; only queued, waiting, dead or uncertain effects can be retried",
    ),
    (
        "replay_not_sold",
        "its order is {status}; effects on payment are only for paid orders",
    ),
    (
        "replay_sold",
        "its order is {status} again; effects of a paid order are not undone",
    ),
    (
        "replay_not_covered",
        "the order is no longer fully paid; see its open case",
    ),
    (
        "resend_unfinished",
        "effect {id} is {status}; only one that is done can be delivered once more",
    ),
    (
        "resend_not_done",
        "effect {id} is {status}; only one that is done can be delivered once more",
    ),
    (
        "resend_not_sold",
        "its order is {status}; what came with its payment is not delivered once more",
    ),
    (
        "resend_sold",
        "its order is {status} again; effects of a paid order are not undone",
    ),
    (
        "resend_not_covered",
        "the order is no longer fully paid; see its open case",
    ),
    (
        "resend_all_revoked",
        "all tickets and all access of its order were revoked",
    ),
    (
        "resend_no_longer_so",
        "its order is {status} by now; the effect would say {occasion}",
    ),
    (
        "ticket_already_revoked",
        "it is already revoked, since {since}",
    ),
    ("ticket_redeemed", "it was redeemed at {at} by {by}"),
    ("ticket_not_redeemed", "it is not redeemed"),
    (
        "ticket_no_longer_sold",
        "the order is {status}; only tickets of a paid or fulfilled one can be good again",
    ),
    (
        "ticket_not_covered",
        "the order is no longer fully paid; see its open case",
    ),
    (
        "ticket_suspended",
        "it is suspended: the order is no longer fully paid",
    ),
    (
        "ticket_not_sold",
        "the order is {status}; only tickets of a paid or fulfilled one can be revoked",
    ),
    (
        "ticket_last_good",
        "it is the last good ticket of its order",
    ),
    (
        "ticket_no_refund",
        "a refund must be greater than zero, not {amount}",
    ),
    (
        "ticket_too_much",
        "{amount} cannot go back: {received} came in, and {gone} has gone back or is due",
    ),
    (
        "record_no_total",
        "total is missing, and there are no lines to add up",
    ),
    ("record_sum", "the sum of the lines {reason}"),
    (
        "record_expires_before_created",
        "expires_at {expires_at} is before created_at {created_at}",
    ),
    (
        "record_created_later",
        "created_at {created_at} is in the future",
    ),
    (
        "record_too_long",
        "{field} is more than a year ahead; an order can wait at most a year",
    ),
    (
        "record_payment_too_long",
        "the expires_at of the payment at {gateway} is more than a year ahead; a payment can wait at most a year",
    ),
    (
        "record_payment_expires_before_created",
        "the expires_at {expires_at} of the payment at {gateway} is before the order was created",
    ),
    (
        "record_manual",
        "gateway manual is for approvals; a payment cannot be registered there",
    ),
    (
        "record_status",
        "a payment cannot come in as {status}; it may be created, pending, paid, failed, cancelled or expired",
    ),
    (
        "record_same_reference",
        "{gateway} has two payments with the reference {reference}; give each its own",
    ),
    (
        "record_paid_nothing",
        "a payment at {gateway} is paid, but nothing was payable",
    ),
    (
        "record_added_as_paid",
        "a payment at {gateway} is added as paid to an order that exists already; leave its status out, and payctl asks {gateway}",
    ),
    ("case_closed", "case {case} is closed"),
    (
        "case_answer_unfit",
        "a case of {kind} cannot be answered with {answer}: {why}",
    ),
    (
        "unfit_accept_if_two",
        "if they are two transfers, answer accept",
    ),
    (
        "unfit_ask_for_surplus",
        "more has gone back than came in; ask for the surplus, then answer accept",
    ),
    (
        "unfit_bank_took_back",
        "the customer's bank took the money back",
    ),
    (
        "unfit_decide_at_gateway",
        "accept or deny the payment in the gateway's dashboard; payctl then queries it by itself",
    ),
    (
        "unfit_deliver_first",
        "the customer has paid; deliver, then answer accept",
    ),
    (
        "unfit_loss_open",
        "take the loss with accept, or cancel the order to take back what was handed out",
    ),
    (
        "unfit_money_here",
        "there is money; keep it with accept, or send it back with refund",
    ),
    (
        "unfit_no_money_came",
        "no money was received; when it is settled, answer dismiss",
    ),
    (
        "unfit_no_order_has_it",
        "no order here has that money; when it is settled, answer dismiss",
    ),
    (
        "unfit_not_about_payment",
        "it is not about a payment of this order",
    ),
    (
        "unfit_nothing_booked",
        "nothing of it is booked; if the money belongs to this order, approve it, then answer dismiss",
    ),
    ("unfit_nothing_here", "none of its money is here"),
    (
        "unfit_not_enough",
        "only {cover} of {total} is here; answer refund",
    ),
    ("unfit_order_is", "the order is {status}"),
    (
        "unfit_order_is_without_it",
        "the order is {status} without it",
    ),
    ("unfit_payment_is", "payment {payment} is {status} now"),
    (
        "unfit_refund_approved",
        "refund {refund} is approved and may already be sent; record it as done, or reject it",
    ),
    (
        "unfit_refund_at_gateway",
        "check at the gateway whether the money is there; if it is, refund it there",
    ),
    (
        "unfit_refund_known",
        "the outcome of the refund is known; answer dismiss",
    ),
    ("unfit_refund_not_due", "its refund is no longer due"),
    (
        "unfit_refund_open",
        "answer accept if the money has arrived, or refund if it is still to be sent",
    ),
    (
        "unfit_shown_again",
        "the gateway shows it again; answer dismiss",
    ),
    (
        "unfit_stock_gone",
        "the order's stock is no longer free; answer refund",
    ),
    (
        "unfit_take_back_first",
        "what was handed out must be taken back first, by cancelling the order",
    ),
    (
        "unfit_withdraw_wrong_one",
        "withdraw the approval of the wrong one instead",
    ),
];
