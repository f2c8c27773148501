//! What to type next, for the codes that call for one command. Only rooms that know the commands show these.

use crate::output::messages::Message;

pub(in crate::output::messages) const HINTS: &[Message] = &[
    ("approval_beyond", "add --bank-ref REFERENCE"),
    ("approval_approved", "add --bank-ref REFERENCE"),
    (
        "refund_approved",
        "payctl refund reject {refund} --reason …",
    ),
    (
        "refund_not_approved",
        "approve it: payctl refund approve {refund}",
    ),
    ("refund_too_old", "see: payctl case list"),
    ("case_waits", "see: payctl case show {case}"),
    ("refund_waits", "see: payctl refund list"),
    (
        "resend_unfinished",
        "retry it: payctl fulfil --replay {id} --reason …",
    ),
    ("effect_waits", "retry it: payctl fulfil --replay {id}"),
    (
        "effect_waits_unexplained",
        "retry it: payctl fulfil --replay {id}",
    ),
    (
        "unfit_refund_approved",
        "type: payctl refund done {refund}, or: payctl refund reject {refund} --reason …",
    ),
    ("unfit_refund_not_due", "see: payctl refund list --all"),
    (
        "unfit_withdraw_wrong_one",
        "type: payctl approve --withdraw PAYMENT",
    ),
    (
        "unfit_take_back_first",
        "type: payctl order cancel ORDER --reason …",
    ),
    (
        "unfit_loss_open",
        "type: payctl order cancel ORDER --reason …",
    ),
    (
        "unfit_nothing_booked",
        "type: payctl approve ORDER --reason …",
    ),
    (
        "foreign_money",
        "if it is the money of {order} after all, type: payctl approve {order} --reason …",
    ),
    (
        "gateway_unanswered",
        "see the answers with: payctl check-status ORDER -vv",
    ),
    (
        "try_not_booked",
        "if it is the money of this order, type: payctl approve ORDER --even-if-payable --reason …",
    ),
    (
        "money_under_number",
        "if it is the money of this order, type: payctl order attach ORDER",
    ),
    (
        "some_money_under_number",
        "if it is the money of this order, type: payctl order attach ORDER",
    ),
];
