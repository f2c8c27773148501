//! The store: one file with the shop's orders, payments, cases and audit log.
//!
//! In two floors: here are the use cases, in the shop's words; [`statements`] know SQL, and [`engine`] is the database. A
//! method that writes is one transaction. All take and return values of the domain, and decide nothing: they read what
//! the domain asks for and write what the domain planned.

mod access;
mod attach;
mod book;
mod cleanup;
mod clock;
mod closing;
mod customers;
mod digest;
mod effects;
mod engine;
mod error;
mod gateways;
mod heal;
mod hooks;
mod import;
mod incidents;
mod life;
mod notifications;
mod overdue;
mod permit;
mod place;
mod products;
mod random;
mod replay;
mod resend;
mod runs;
mod search_words;
mod statements;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
mod tickets;
mod turns;
mod unknown_payments;
mod unreported;
mod update_order;
mod writing;
mod wrong_instants;

pub use attach::AttachResult;
pub use book::{AnswerOutcome, BookResult};
pub use cleanup::Erased;
pub use customers::{HasRecipient, OrderEdited};
pub use effects::{ClaimedEffect, OutboxLock};
#[cfg(test)]
use engine::sql;
pub use engine::{
    FileRights, JobLock, KeptFile, LivenessLock, OnPages, OnStep, Reader, files_of,
    migration_steps, newest_schema, publish_file, remove_copy,
};
pub use error::StoreError;
pub use gateways::HealthDelta;
pub use heal::Healed;
pub use import::{IMPORT_CHUNK, ImportOutcome};
pub use life::{Replaced, fresh_life, put_in_place};
pub use notifications::RecordedNotification;
pub use permit::{WritePermit, WriteReason};
pub use place::NewOrder;
pub use products::{ProductError, ProductSet};
pub use statements::access::AccessFilter;
pub use statements::audit::Actor;
pub use statements::audit_log::{LogFilter, LoggedEvent};
pub use statements::cases::{CaseFilter, CaseRow, Closed};
pub use statements::cleanup::{CleanupCategory, CleanupCounts, TableCursor};
pub use statements::customers::{CustomerSelector, KnownCustomer, UnknownCustomer};
pub use statements::effects::{
    DueWindow, EffectFilter, EffectSelector, EffectStanding, ListedEffect, WorkerId,
};
pub use statements::gateways::GatewayHealth;
pub use statements::happened::{EventPeriod, MovedOrders, OpenedCases, PaidAtGateway};
pub use statements::heal::Harmed;
pub use statements::hooks::HookSource;
pub use statements::kept_notifications::{KeptNotification, NotificationDetails};
pub use statements::life::{FileLife, HoldMark};
pub use statements::metrics::ShopFigures;
pub use statements::new_order::PlaceError;
pub use statements::notifications::IncomingNotification;
pub use statements::opening::{StoredInstructions, fresh_key};
pub use statements::order_history::OrderStory;
pub use statements::orders::{OrderDetails, OrderFilter, OrderRow, Placed};
pub use statements::overdue::{Overdue, OverdueCursor};
pub use statements::poll_queue::{CheckFilter, CheckScope, DuePayment, PollCursor, PollQueue};
pub use statements::refunds::{RefundFilter, RefundRow};
pub use statements::report_figures::{
    ChangeSource, ChangedPayments, LateOrders, PaidMoment, PaymentWait, PeriodRefunds, RefundStep,
    SoldProduct,
};
pub use statements::runs::{OpenRun, RecordedRun, RunId, RunStart};
pub use statements::search::{FoundOrder, FoundOrders};
pub use statements::since::{LostEffect, LostOrder, LostPayment, LostRefund, LostTicket, LostWork};
pub use statements::tickets::TicketFilter;
pub use statements::transfers::{Direction, TransferHolders, TransferUse};
pub use statements::unreported::{Untold, UntoldCase, UntoldRefund};
pub use statements::unsettled::{OpenQuestions, UnsettledRow};
pub use statements::verify::{MAX_BREACHES, TrustedClock, Verified, Violation};
pub use statements::waiting::{
    OpenCasesOfKind, OverdueOrders, OverdueStock, UnfinishedEffects, WaitingAges, WaitingRefunds,
};
pub use tickets::{Redeemed, Unredeemed};
pub use unreported::OperatorVisit;
pub use update_order::{Decision, OtherOrders, UpdateResult, Updated, UpdatedTogether};
pub use writing::Store;
pub use wrong_instants::Mended;
