//! Why something was decided, as a value: a code with its parameters.
//!
//! Rules, gateways and people decide in codes; only `output::messages` knows the words, in each language.
//! A code never changes its meaning, because files and programs keep it.

pub mod check_reason;
pub mod invariant;
pub mod rule;
mod value;

pub(crate) use self::value::reasons;
pub use self::value::{Coded, Coding, Params, Quote, Value};

use crate::domain::{
    BankTransfer, CaseId, CaseKind, EffectId, EffectKind, EffectStatus, GatewayName, HookName,
    Instant, Observation, OrderNumber, OrderStatus, PaymentId, PaymentStatus, Reference, RefundId,
    RefundStatus, Reported, Rupiah, Sku, TransactionId,
};

reasons! {
    /// Why an order, a payment, a refund, a case or an effect is what it is.
    pub enum Reason {
        /// A person's own words.
        Operator { words: String } = "operator",
        /// A person's own words, and what else had to hold.
        OperatorAnd { words: String, reason: Box<Reason> } = "operator_and",

        // What a gateway said.
        GatewaySays { gateway: GatewayName, word: Quote } = "gateway_says",
        GatewaySaysNothing { gateway: GatewayName } = "gateway_says_nothing",
        GatewayDoesNotKnow { gateway: GatewayName } = "gateway_does_not_know",
        GatewaySaysReturned { gateway: GatewayName, word: Quote, amount: Rupiah } = "gateway_says_returned",
        GatewaySaysWithFee { gateway: GatewayName, word: Quote, fee: Rupiah } = "gateway_says_with_fee",
        GatewayHasRefunded = "gateway_has_refunded",
        GatewayTookBack = "gateway_took_back",
        BankTookBack = "bank_took_back",
        GatewayAnswered { gateway: GatewayName } = "gateway_answered",
        ForeignReference { gateway: GatewayName, reference: Reference } = "foreign_reference",

        // What a case asks about.
        WrongAmount { says: Box<Reason>, received: Rupiah, expected: Rupiah } = "wrong_amount",
        WrongAmountWithFee {
            says: Box<Reason>,
            received: Rupiah,
            original: Rupiah,
            fee: Rupiah,
            expected: Rupiah,
        } = "wrong_amount_with_fee",
        WrongAmountUnclearFee { says: Box<Reason>, received: Rupiah, expected: Rupiah } = "wrong_amount_unclear_fee",
        WrongAmountHere { received: Rupiah, amount: Rupiah, here: Rupiah } = "wrong_amount_here",
        WrongAmountStays { amount: Rupiah } = "wrong_amount_stays",
        GatewayUnproven { gateway: GatewayName } = "gateway_unproven",
        UnknownStatus { says: Box<Reason> } = "unknown_status",
        ChargedBack { says: Box<Reason>, lost: Rupiah, received: Rupiah } = "charged_back",
        RefundTakenBack { says: Box<Reason>, now: Rupiah, before: Rupiah } = "refund_taken_back",
        PaymentIsHere { says: Box<Reason>, status: PaymentStatus } = "payment_is_here",
        TooMuchWentBack {
            gone: Rupiah,
            paid: Rupiah,
            by_bank: Rupiah,
            by_gateway: Rupiah,
            gateway: GatewayName,
            charged_back: Rupiah,
        } = "too_much_went_back",
        ForeignMoney { gateway: GatewayName, reference: Reference, order: OrderNumber } = "foreign_money",
        SameTransfer { reference: String, earlier: String, payment: PaymentId, order: OrderNumber } = "same_transfer",
        SameTransferAsRefund {
            reference: String,
            earlier: String,
            refund: RefundId,
            order: OrderNumber,
        } = "same_transfer_as_refund",
        SameTransferTwice { reference: String } = "same_transfer_twice",
        GatewayUnanswered { gateway: GatewayName, reference: Reference, since: Instant } = "gateway_unanswered",
        GatewaySilent { gateway: GatewayName, since: Instant } = "gateway_silent",
        StillOpen {
            reference: Reference,
            deadline: Instant,
            status: PaymentStatus,
            gateway: GatewayName,
        } = "still_open",

        // Tries and money that messages have named.
        TryNotBooked {
            gateway: GatewayName,
            word: Quote,
            transaction: String,
            reference: Reference,
            reason: Box<Reason>,
        } = "try_not_booked",
        TryBelongsTo { reference: String } = "try_belongs_to",
        TryNotTied { reference: Reference } = "try_not_tied",
        TryIsElsewhere = "try_is_elsewhere",
        TryTooEarly = "try_too_early",
        TryOtherMethod = "try_other_method",
        TryOtherAmount = "try_other_amount",
        TrySilent { gateway: GatewayName, transaction: TransactionId, reference: Reference } = "try_silent",
        TriesTooMany { most: u64, reference: Reference, gateway: GatewayName } = "tries_too_many",
        TryAnswered = "try_answered",
        MoneyUnderNumber { gateway: GatewayName, reference: Reference, amount: Rupiah } = "money_under_number",
        SomeMoneyUnderNumber { gateway: GatewayName, reference: Reference } = "some_money_under_number",
        MoneyOfNobody { gateway: GatewayName, references: Vec<Reason> } = "money_of_nobody",
        MoneyOfNobodyAndMore { gateway: GatewayName, references: Vec<Reason>, more: u64 } = "money_of_nobody_and_more",
        ReferenceWithAmount { reference: Reference, amount: Rupiah } = "reference_with_amount",
        ReferenceWithMoney { reference: Reference } = "reference_with_money",

        // How money stands with an order.
        MoneyIn { cover: Rupiah, total: Rupiah } = "money_in",
        RestIsIn = "rest_is_in",
        AskedAnew = "asked_anew",
        CameLateStockFree { cover: Rupiah, total: Rupiah } = "came_late_stock_free",
        CameLate { amount: Rupiah, status: OrderStatus } = "came_late",
        CameLongAfter { amount: Rupiah, status: OrderStatus, since: Instant } = "came_long_after",
        PaidWithout { amount: Rupiah } = "paid_without",
        TooMuchCame { amount: Rupiah } = "too_much_came",
        NeededAgain = "needed_again",
        PaidAgain = "paid_again",
        MoneyLeft { cover: Rupiah, total: Rupiah } = "money_left",
        MoneyLeftRefundsApproved { cover: Rupiah, total: Rupiah, refunds: Vec<Reason> } = "money_left_refunds_approved",
        RefundApproved { refund: RefundId, amount: Rupiah } = "refund_approved",
        RefundWaits { refund: RefundId, amount: Rupiah, status: RefundStatus } = "refund_waits",
        CaseWaits { case: CaseId, kind: CaseKind } = "case_waits",
        AllMoneyWentBack = "all_money_went_back",
        AllOfPaymentWentBack = "all_of_payment_went_back",
        NoMoreWentBackThanCame = "no_more_went_back_than_came",
        Waived { reason: Box<Reason> } = "waived",
        NotBookedByHand {
            amount: Rupiah,
            transfer: String,
            payment: PaymentId,
            gateway: GatewayName,
        } = "not_booked_by_hand",
        CashNotBookedByHand { amount: Rupiah, payment: PaymentId, gateway: GatewayName } = "cash_not_booked_by_hand",

        // How an order ends, begins and waits.
        Ordered = "ordered",
        Imported = "imported",
        ImportedWith { payments: Vec<Reason> } = "imported_with",
        ImportedPayment { gateway: GatewayName, reference: Reference, status: PaymentStatus } = "imported_payment",
        OpenedByShop { reference: Reference, gateway: GatewayName } = "opened_by_shop",
        WaitsUntil { to: Instant, before: Instant } = "waits_until",
        WaitsAsMeant = "waits_as_meant",
        OverdueWithoutPayment = "overdue_without_payment",
        NoGatewayHasPayment = "no_gateway_has_payment",
        PaymentClosed = "payment_closed",
        PaymentsClosed { payments: u64 } = "payments_closed",
        EndedUnproven { reason: Box<Reason> } = "ended_unproven",
        OrderOver = "order_over",
        OrderCancelled = "order_cancelled",
        OrderCancelledBecause { reason: Box<Reason> } = "order_cancelled_because",
        WithOrder = "with_order",

        // How a payment is opened and closed.
        OpeningAsked { gateway: GatewayName } = "opening_asked",
        OpeningSentAgain = "opening_sent_again",
        OpeningEnded { words: String } = "opening_ended",
        Opened { gateway: GatewayName } = "opened",
        OpenedAndRead { gateway: GatewayName } = "opened_and_read",
        OpeningRefused { gateway: GatewayName, words: String } = "opening_refused",
        ClosedForNewOne { gateway: GatewayName } = "closed_for_new_one",
        ClosedOrderEnded { gateway: GatewayName } = "closed_order_ended",
        ClosingAsked = "closing_asked",
        AnotherTry { transaction: String } = "another_try",
        AskedPastGateways { amount: Rupiah } = "asked_past_gateways",
        AskedAgainNotFound = "asked_again_not_found",
        PaymentWithdrawn = "payment_withdrawn",

        // What becomes of a refund.
        RefundAsked { key: String } = "refund_asked",
        RefundSent = "refund_sent",
        RefundDenied { words: String } = "refund_denied",
        RefundDeniedSendByBank { words: String } = "refund_denied_send_by_bank",
        RefundUncertain { words: String } = "refund_uncertain",
        RefundSettled = "refund_settled",
        RefundForgotten { refund: RefundId, amount: Rupiah } = "refund_forgotten",
        RefundNotShown = "refund_not_shown",
        RefundSentByBank { transfer: String } = "refund_sent_by_bank",
        RefundLost { amount: Rupiah, transfer: String } = "refund_lost",
        RefundNotOrdered = "refund_not_ordered",

        // What happens outside the books.
        NothingLeftToDo = "nothing_left_to_do",
        NothingToDoAnyMore = "nothing_to_do_any_more",
        HappenedAfterAll = "happened_after_all",
        OrderIs { status: OrderStatus } = "order_is",
        OrderIsAnd { status: OrderStatus, reason: Box<Reason> } = "order_is_and",
        OrderPaidAgain = "order_paid_again",
        EffectSaid { words: String } = "effect_said",
        EffectNamed { effect: String } = "effect_named",
        EffectMoved { effect: String, reason: Box<Reason> } = "effect_moved",
        EffectStuck {
            kind: EffectKind,
            hook: HookName,
            status: EffectStatus,
            words: String,
        } = "effect_stuck",
        EffectStuckUnexplained { kind: EffectKind, hook: HookName, status: EffectStatus } = "effect_stuck_unexplained",
        EffectWaits { name: String, id: EffectId, status: EffectStatus, words: String } = "effect_waits",
        EffectWaitsUnexplained { name: String, id: EffectId, status: EffectStatus } = "effect_waits_unexplained",
        EffectsStuck { effects: Vec<Reason> } = "effects_stuck",

        // What a buyer is given.
        TicketsHandedOut { tickets: u64 } = "tickets_handed_out",
        AccessHandedOut { products: u64 } = "access_handed_out",
        AllHandedOut { tickets: u64, products: u64 } = "all_handed_out",
        TicketNamed { unit: u64, sku: Sku } = "ticket_named",
        TicketRevoked { unit: u64, sku: Sku, words: String } = "ticket_revoked",
        TicketUnredeemed { unit: u64, sku: Sku, words: String } = "ticket_unredeemed",
        AccessFirstUsed { sku: Sku } = "access_first_used",
        AccessRevoked { sku: Sku, words: String } = "access_revoked",
        AccessSooner { sku: Sku } = "access_sooner",
        AccessLater { sku: Sku } = "access_later",
        CustomerEdited { parts: String } = "customer_edited",
        OrderNoted { parts: String } = "order_noted",
        ProductCreated = "product_created",
        ProductChanged { terms: String } = "product_changed",
        GatewayMayForget { gateway: GatewayName, words: String } = "gateway_may_forget",
    }
}

impl Reason {
    /// A person's own words.
    #[must_use]
    pub fn operator(words: &str) -> Self {
        Self::Operator {
            words: words.to_owned(),
        }
    }

    /// What an answer says in the gateway's own word.
    #[must_use]
    pub fn gateway_says(gateway: &GatewayName, observed: &Observation) -> Self {
        let gateway = gateway.clone();
        match (&observed.said, &observed.raw_status) {
            (Reported::NotStarted, _) => Self::GatewayDoesNotKnow { gateway },
            (_, Some(word)) => Self::GatewaySays {
                gateway,
                word: Quote(word.clone()),
            },
            (_, None) => Self::GatewaySaysNothing { gateway },
        }
    }

    /// A person's own words, where there are any.
    #[must_use]
    pub fn operator_if_any(words: &str) -> Option<Self> {
        (!words.is_empty()).then(|| Self::operator(words))
    }

    /// The words that a program or a gateway left about an effect; none when it left none.
    #[must_use]
    pub fn effect_said(words: Option<&String>) -> Option<Self> {
        let words = words.filter(|words| !words.is_empty());
        words.map(|words| Self::EffectSaid {
            words: words.clone(),
        })
    }

    #[must_use]
    pub fn sent_by_bank(transfer: &BankTransfer) -> Self {
        Self::RefundSentByBank {
            transfer: transfer.to_string(),
        }
    }
}

/// A reason as a file keeps it: its words, and its code where it was written with one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WrittenReason {
    pub words: String,
    pub code: Option<String>,
    pub params: Option<serde_json::Value>,
}
