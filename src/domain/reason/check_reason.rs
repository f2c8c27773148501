//! Why a line of a report says what it says: what an answer meant, and what keeps an order from its end.

use crate::domain::{
    CaseId, CaseKind, GatewayName, Instant, PaymentId, Reason, RefundId, Rule, Rupiah,
    TransactionId, reasons,
};

reasons! {
    /// The reason of one line of `check-all`, `check-status`, `expire` and their kin.
    pub enum CheckReason {
        // What the gateway said.
        Said { says: Box<Reason> } = "check_said",
        NoAnswer { gateway: GatewayName, silence: String } = "check_no_answer",

        // What the answer came to.
        Also { says: Box<CheckReason>, also: Vec<CheckReason> } = "check_also",
        Moves { says: Box<CheckReason>, rule: Rule } = "check_moves",
        MovesAlso { says: Box<CheckReason>, rule: Rule, also: Vec<CheckReason> } = "check_moves_also",
        MovesAmount {
            says: Box<CheckReason>,
            amount: Rupiah,
            rule: Rule,
            also: Vec<CheckReason>,
        } = "check_moves_amount",
        Review { says: Box<CheckReason>, rule: Rule, case: CaseKind } = "check_review",
        CaseOpened { case: CaseKind } = "check_case_opened",
        RefundNotShown { refund: RefundId, rule: Rule } = "check_refund_not_shown",
        Overtaken = "check_overtaken",
        Ignored { gateway: GatewayName, words: String } = "check_ignored",
        NeverKnewAny { gateway: GatewayName } = "check_never_knew_any",
        NotWritten { error: String } = "check_not_written",
        /// In the words of the rule that found it.
        Found { words: String } = "check_found",

        // What keeps an order, or lets it end.
        ProvenUnpaid = "check_proven_unpaid",
        NoPayment = "check_no_payment",
        OrderGone = "check_order_gone",
        DeadlineMoved = "check_deadline_moved",
        ClosesFirst { says: Box<CheckReason> } = "check_closes_first",
        StillPayable { says: Box<CheckReason> } = "check_still_payable",
        NotQueried { gateway: GatewayName, words: String } = "check_not_queried",
        MayBeOpening { gateway: GatewayName, payment: PaymentId, until: Instant } = "check_may_be_opening",
        PageOpen { gateway: GatewayName, until: Instant } = "check_page_open",
        ClockInDoubt { words: String } = "check_clock_in_doubt",
        MoneyIn = "check_money_in",
        FraudUndecided { payment: PaymentId } = "check_fraud_undecided",
        AmountUndecided { payment: PaymentId } = "check_amount_undecided",
        UnknownWord { payment: PaymentId } = "check_unknown_word",
        TryUnplaced { payment: PaymentId, case: CaseId } = "check_try_unplaced",
        MoneyUnplaced { case: CaseId } = "check_money_unplaced",
        TryUnanswered { payment: PaymentId, transaction_id: TransactionId } = "check_try_unanswered",
        PaidUnconfirmed { payment: PaymentId } = "check_paid_unconfirmed",
    }
}
