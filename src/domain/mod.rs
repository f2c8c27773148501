//! What orders and payments are and how they move.
//!
//! Here is no input or output, no clock and no randomness: every judgment is a function of values.
//!
//! In reading order: [`values`] (money, times, names), [`payment`] (one try to pay, and what its gateway says),
//! [`order`] (with its cases and the dossier that holds all that is known), [`entitlement`] (what was bought),
//! [`effect`] (what is carried out after a payment), [`notification`] (webhooks, which are hints), [`reason`] (why, as a
//! code), [`decide`] (what an answer means for an order), [`operator`] (what a person may do), [`read`] (what people
//! are shown). The types of all rooms are at hand here.

pub mod decide;
pub mod effect;
pub mod entitlement;
pub mod notification;
pub mod operator;
pub mod order;
pub mod payment;
#[cfg(test)]
mod planted_faults;
pub mod read;
pub mod reason;
#[cfg(test)]
pub(crate) mod samples;
pub mod values;

pub use self::decide::booking::{AnswerPlan, ComparedAnswer, StatusAnswer};
pub use self::decide::finding::{AccountEvidence, Finding, Policy, Transition};
pub use self::decide::heal::{Harm, Sound};
pub use self::decide::judge::Verdict;
pub use self::decide::payment_changes::AnswerTarget;
pub use self::decide::release::{CloseReason, ReleaseBlocker, ReleaseRequest};
pub use self::decide::unknown_payment::UnknownPaymentClaim;
pub use self::decide::unsettled::{AnswerTimes, Settled, Unsettled};
pub use self::effect::payload::{
    AccessPart, CasePart, CustomerPart, EffectPart, EffectPayload, LinePart, OrderFacts, OrderPart,
    PaymentPart, RefundPart, TicketPart,
};
pub use self::effect::{
    AttemptResult, Effect, EffectKey, EffectKind, EffectStatus, EffectSubject, Hook, HookOutput,
    InvalidEffectKey, NO_ADDRESS, RetryOnUnknown, Trigger,
};
pub use self::entitlement::access::{
    AccessGrant, AccessPeriod, AccessState, AccessVerdict, PendingAccess,
};
pub use self::entitlement::ticket::{
    NoCode, Redemption, RevokedTicket, Ticket, TicketCode, TicketState, TicketTotals,
};
pub use self::notification::named_try::NamedTry;
pub use self::notification::notification_match::{
    NotificationMatch, NotificationStatus, PaidClaim,
};
pub use self::notification::origin::NotificationOrigin;
pub use self::notification::{Authenticity, Notification, PaidAttempt};
pub use self::operator::approve::{Approval, ApprovalRefusal, TransferShare};
pub use self::operator::ask::{AmountRefusal, ManualPaymentRequest};
pub use self::operator::extend::{DeadlineChange, ExtendRefusal};
pub use self::operator::fulfil::RetryRefusal;
pub use self::operator::import::{ImportLine, ImportPayment, ImportRecord, TypedDeadline};
pub use self::operator::open::{OpenRefusal, PaymentToOpen};
pub use self::operator::refund::{RefundDecision, RefundOutcome, RefundRefusal};
pub use self::operator::register::shop_payment::RegisteredPayment;
pub use self::operator::register::{ImportRefusal, ImportTimes, Registration};
pub use self::operator::resend::{Entitlements, ResendRefusal};
pub use self::operator::resolve::{CaseResolution, ResolutionPlan, ResolveRefusal, Unfit};
pub use self::operator::revoke::{HeldTicket, TicketRevokeRefusal};
pub use self::operator::show::NotPayable;
pub use self::operator::withdraw::{ApprovalReversal, WithdrawRefusal};
pub use self::order::audit::AuditEntry;
pub use self::order::case::{CaseAnswer, CaseKind, CaseOutcome};
pub use self::order::change::{Change, EntitlementChange, ManualChange, RefundOwed, StockMove};
pub use self::order::dossier::{CaseSubject, Dossier, FreeStock, OpenCase};
pub use self::order::terms::ProductUpdate;
pub use self::order::{
    AccessFrom, Bought, LateMoney, Order, OrderLine, OrderStatus, Product, ProductTerms, Refund,
    RefundReason, RefundStatus, Reservation,
};
pub use self::payment::bank_transfer::{
    BankName, BankReference, BankTransfer, TransferPart, TransferTextError,
};
pub use self::payment::circuit_breaker::{CircuitBreaker, ControlQueries, TripReason};
pub use self::payment::clocks::{ClockReadings, ClockRecord, ClockState, Reckoning, TimeAsked};
pub use self::payment::imposed_fee::{AmountBasis, AmountParts};
pub use self::payment::instructions::PaymentInstructions;
pub use self::payment::observation::{
    NoAnswerReason, Observation, QueriedAttempt, QueryPurpose, Reported, ReportedName,
};
pub use self::payment::opening::{OfferedPayment, OpeningStage};
pub use self::payment::put_off::PutOff;
pub use self::payment::qris::{QrisError, StaticQris};
pub use self::payment::query_rates::{PerMinute, Turns};
pub use self::payment::returned::{LessRefunded, RefundedByGateway};
pub use self::payment::schedule::{Phase, Schedule};
pub use self::payment::unique_amount::{ReservedAmount, UniqueAmount};
pub use self::payment::{CloseResult, Payment, PaymentOrigin, PaymentStatus};
pub use self::read::incident::{Incident, IncidentChange, IncidentKind, IncidentPhase};
pub use self::read::payable::{AskedSince, Obstacle};
pub use self::read::timeline::{
    NextSteps, NotificationEntry, PaymentNextSteps, StatusEntry, TimelineEntry, TimelineKind,
};
pub use self::reason::check_reason::CheckReason;
pub use self::reason::invariant::Invariant;
pub use self::reason::rule::Rule;
pub use self::reason::{Coded, Coding, Params, Quote, Reason, Value, WrittenReason};
pub use self::values::amount_text::{AmountError, Notation, SeparatorEvidence, WrittenAmount};
pub use self::values::customer::{Customer, CustomerEdit, InvalidCustomerText};
pub use self::values::instant::{Instant, UnknownZone, Zone};
pub use self::values::life::{InvalidLife, Life};
pub use self::values::money::{MoneyError, Rupiah};
pub use self::values::names::{
    CaseId, EffectId, GatewayName, GrantId, HookName, MetaKey, Method, NameError, OrderId,
    OrderLineId, OrderNumber, PaymentId, Reference, RefundId, Sku, TicketId, TransactionId,
};
pub use self::values::order_notes::{InvalidNotes, Meta, NotesEdit, OrderNotes};
pub use self::values::string_enum::{StringEnum, UnknownWord};

pub(in crate::domain) use self::decide::plan_builder::PlanBuilder;
pub(crate) use self::reason::reasons;
pub(crate) use self::values::string_enum::string_enum;
