//! What the lines of reports say.

use super::super::Message;

pub(super) const CHECKS: &[Message] = &[
    ("check_said", "{says}"),
    ("check_no_answer", "{gateway} {silence}"),
    ("check_also", "{says}; {also}"),
    ("check_moves", "{says} ({rule})"),
    ("check_moves_also", "{says} ({rule}); {also}"),
    ("check_moves_amount", "{says} for {amount} ({rule}); {also}"),
    ("check_review", "{says} ({rule}); case {case}"),
    ("check_case_opened", "case {case}"),
    (
        "check_refund_not_shown",
        "the gateway does not show refund {refund} ({rule}); it can be sent again",
    ),
    (
        "check_overtaken",
        "another process moved it in the meantime",
    ),
    ("check_ignored", "{gateway} {words}"),
    (
        "check_never_knew_any",
        "{gateway} does not know it and has never known any payment",
    ),
    ("check_not_written", "{error}"),
    ("check_found", "{words}"),
    (
        "check_proven_unpaid",
        "every payment was already confirmed unpaid",
    ),
    ("check_no_payment", "no gateway has a payment of this order"),
    ("check_order_gone", "the order is gone"),
    (
        "check_deadline_moved",
        "its deadline was moved in the meantime",
    ),
    (
        "check_closes_first",
        "{says}; its payment would be closed at the gateway first",
    ),
    ("check_still_payable", "it can still be paid: {says}"),
    ("check_not_queried", "{gateway} {words}"),
    (
        "check_may_be_opening",
        "{gateway} may still be opening payment {payment}: until {until} \"not found\" proves nothing",
    ),
    (
        "check_page_open",
        "{gateway} has not closed its page, which stays usable until {until}",
    ),
    ("check_clock_in_doubt", "{words}"),
    ("check_money_in", "some of its money is in"),
    (
        "check_fraud_undecided",
        "payment {payment} waits for a decision on fraud at its gateway",
    ),
    (
        "check_amount_undecided",
        "payment {payment} received the wrong amount, and its case is not decided yet",
    ),
    (
        "check_unknown_word",
        "payment {payment} has a status at its gateway that this version does not know",
    ),
    (
        "check_try_unplaced",
        "a notification names a try at payment {payment} that payctl cannot match; see case {case}",
    ),
    (
        "check_money_unplaced",
        "notifications report money or tries that payctl cannot match; see case {case}",
    ),
    (
        "check_try_unanswered",
        "a notification names another try at payment {payment} ({transaction_id}); the gateway has not answered about it yet",
    ),
    (
        "check_paid_unconfirmed",
        "a notification reports payment {payment} as paid; the gateway has not confirmed it yet",
    ),
];
