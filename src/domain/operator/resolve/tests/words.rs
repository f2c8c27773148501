//! What is said where an answer does not fit.

pub(super) const NO_ORDER: &str =
    "no order here has that money; when it is looked after, answer --dismiss";
pub(super) const NO_MONEY: &str =
    "no money has come with it; when it is looked after, answer --dismiss";
pub(super) const MONEY: &str =
    "there is money; take it with --accept, or send it back with --refund";
pub(super) const DASHBOARD: &str =
    "accept or deny the payment in the gateway's dashboard; it is asked again by itself";
pub(super) const APPROVE: &str = "nothing of it is booked; if it is the order's money, type payctl approve, then answer --dismiss";
pub(super) const CANCEL: &str =
    "what was handed out must be taken back first; type: payctl order cancel";

pub(super) const LOSS: &str =
    "take the loss with --accept, or take back what was handed out with: payctl order cancel";
pub(super) const WITHDRAW: &str = "take the wrong one back with: payctl approve --withdraw PAYMENT";
pub(super) const TELL_APART: &str = "are they two transfers? then answer --accept";
