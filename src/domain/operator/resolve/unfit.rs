//! Why an answer does not fit its case, as things stand.

use crate::domain::{OrderStatus, PaymentId, PaymentStatus, RefundId, Rupiah, reasons};

reasons! {
    /// Why an answer does not fit its case.
    pub enum Unfit {
        AcceptIfTwo = "unfit_accept_if_two",
        AskForSurplus = "unfit_ask_for_surplus",
        BankTookBack = "unfit_bank_took_back",
        DecideAtGateway = "unfit_decide_at_gateway",
        DeliverFirst = "unfit_deliver_first",
        LossOpen = "unfit_loss_open",
        MoneyHere = "unfit_money_here",
        NoMoneyCame = "unfit_no_money_came",
        NoOrderHasIt = "unfit_no_order_has_it",
        NotAboutPayment = "unfit_not_about_payment",
        NothingBooked = "unfit_nothing_booked",
        NothingHere = "unfit_nothing_here",
        NotEnough { cover: Rupiah, total: Rupiah } = "unfit_not_enough",
        OrderIs(status: OrderStatus) = "unfit_order_is",
        OrderIsWithoutIt(status: OrderStatus) = "unfit_order_is_without_it",
        PaymentIs { payment: PaymentId, status: PaymentStatus } = "unfit_payment_is",
        RefundApproved(refund: RefundId) = "unfit_refund_approved",
        RefundAtGateway = "unfit_refund_at_gateway",
        RefundKnown = "unfit_refund_known",
        RefundNotDue = "unfit_refund_not_due",
        RefundOpen = "unfit_refund_open",
        ShownAgain = "unfit_shown_again",
        StockGone = "unfit_stock_gone",
        TakeBackFirst = "unfit_take_back_first",
        WithdrawWrongOne = "unfit_withdraw_wrong_one",
    }
}
