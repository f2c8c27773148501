//! What is said where an answer does not fit.

pub(super) const NO_ORDER: &str =
    "no order here has that money; when it is settled, answer dismiss";
pub(super) const NO_MONEY: &str = "no money was received; when it is settled, answer dismiss";
pub(super) const MONEY: &str = "there is money; keep it with accept, or send it back with refund";
pub(super) const DASHBOARD: &str =
    "accept or deny the payment in the gateway's dashboard; payctl then queries it by itself";
pub(super) const APPROVE: &str =
    "nothing of it is booked; if the money belongs to this order, approve it, then answer dismiss";
pub(super) const CANCEL: &str =
    "what was handed out must be taken back first, by cancelling the order";

pub(super) const LOSS: &str =
    "take the loss with accept, or cancel the order to take back what was handed out";
pub(super) const WITHDRAW: &str = "withdraw the approval of the wrong one instead";
pub(super) const TELL_APART: &str = "if they are two transfers, answer accept";
