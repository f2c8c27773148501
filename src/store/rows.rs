//! Converts rows to values of the domain and back.
//!
//! Every row is checked when it is read: an unknown word or an invalid number is
//! [`StoreError::Corrupt`](super::StoreError).

use std::str::FromStr;

use std::time::Duration;

use rusqlite::Row;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};

use super::transfers::Direction;
use crate::domain::{
    AccessFrom, BankName, BankReference, Bought, CaseId, CaseKind, CaseOutcome, CaseSubject,
    CloseResult, Effect, EffectId, EffectKey, EffectKind, EffectStatus, EffectSubject, GatewayName,
    GrantId, Harm, HookName, Instant, LateMoney, LessRefunded, NotificationStatus, Order, OrderId,
    OrderLine, OrderNumber, OrderStatus, Payment, PaymentId, PaymentOrigin, PaymentStatus, Phase,
    Reference, Refund, RefundId, RefundReason, RefundStatus, RefundedByGateway, Reservation,
    RetryOnUnknown, Rule, Rupiah, Schedule, Sku, TicketCode, TicketId, TransactionId, Trigger,
};

/// The number of columns of a payment; queries list them as `check_page.sql` does.
pub(super) const PAYMENT_COLUMNS: usize = 42;

/// A count of rows.
pub(super) fn count(row: &Row<'_>, column: usize) -> rusqlite::Result<u64> {
    let count: i64 = row.get(column)?;
    Ok(count.unsigned_abs())
}

/// Reads a payment from the columns of `check_page.sql`, which must be the first of the row.
pub(super) fn payment(row: &Row<'_>) -> rusqlite::Result<Payment> {
    Ok(Payment {
        id: row.get(0)?,
        order: row.get(1)?,
        gateway: row.get(2)?,
        reference: row.get(3)?,
        transaction_id: row.get(4)?,
        origin: row.get(5)?,
        status: row.get(6)?,
        amount: row.get(7)?,
        payable: row.get(8)?,
        method: row.get(9)?,
        on_page: row.get(10)?,
        token: row.get(11)?,
        deadline: row.get(12)?,
        raw_status: row.get(13)?,
        seen: row.get(14)?,
        received: row.get(15)?,
        surcharge: row.get(16)?,
        received_at: row.get(17)?,
        reversible: row.get(18)?,
        refunded: row.get(19)?,
        charged_back: row.get(20)?,
        denied_since: row.get(21)?,
        last_meaning: row.get(22)?,
        moved_at: row.get(23)?,
        schedule: schedule(row)?,
        version: row.get(30)?,
        close_tried_at: row.get(31)?,
        close_tries: row.get(32)?,
        close_answer: row.get(33)?,
        created_at: row.get(34)?,
        imposed_fee: row.get(35)?,
        back: back(row)?,
        api_version: row.get(41)?,
    })
}

fn back(row: &Row<'_>) -> rusqlite::Result<RefundedByGateway> {
    let since: Option<Instant> = row.get(37)?;
    let (refunded, charged_back) = (row.get(38)?, row.get(39)?);
    Ok(RefundedByGateway {
        shown: row.get(36)?,
        less: since.map(|since| LessRefunded {
            since,
            refunded,
            charged_back,
        }),
        excess_told: row.get(40)?,
    })
}

fn schedule(row: &Row<'_>) -> rusqlite::Result<Schedule> {
    let last_asked_at: Instant = row.get(27)?;
    Ok(Schedule {
        phase: row.get(24)?,
        step: row.get(25)?,
        next_check_at: row.get(26)?,
        last_asked_at: (last_asked_at > NEVER).then_some(last_asked_at),
        last_answered_at: row.get(28)?,
        checks: row.get(29)?,
    })
}

/// The value of `last_asked_at` for a payment that was never queried, so that it comes first in the index.
pub(super) const NEVER: Instant = Instant::from_millis(0);

/// Reads an order from `id, number, status, total, waived, created_at, expires_at, version`.
pub(super) fn order(row: &Row<'_>) -> rusqlite::Result<Order> {
    Ok(Order {
        id: row.get(0)?,
        number: row.get(1)?,
        status: row.get(2)?,
        total: row.get(3)?,
        waived: row.get(4)?,
        created_at: row.get(5)?,
        expires_at: row.get(6)?,
        version: row.get(7)?,
    })
}

/// Reads a line from `sku, quantity, unit_price, reservation, has_handed_out`, and the terms it was bought with.
pub(super) fn line(row: &Row<'_>) -> rusqlite::Result<OrderLine> {
    Ok(OrderLine {
        sku: row.get(0)?,
        quantity: row.get(1)?,
        unit_price: row.get(2)?,
        reservation: row.get(3)?,
        has_handed_out: row.get(4)?,
        bought: Bought {
            issues_tickets: row.get(5)?,
            access: row
                .get::<_, Option<u32>>(6)?
                .map(|seconds| Duration::from_secs(seconds.into())),
            access_from: row.get(7)?,
            is_of_migration: row.get(8)?,
        },
    })
}

/// Reads a refund from `id, payment_id, status, reason, amount, declined, by_hand, sent_at, moved_at, absent_since`.
pub(super) fn refund(row: &Row<'_>) -> rusqlite::Result<Refund> {
    Ok(Refund {
        id: row.get(0)?,
        payment: row.get(1)?,
        status: row.get(2)?,
        reason: row.get(3)?,
        amount: row.get(4)?,
        declined: row.get(5)?,
        by_hand: row.get(6)?,
        sent_at: row.get(7)?,
        moved_at: row.get(8)?,
        absent_since: row.get(9)?,
    })
}

/// The number of columns of an effect; queries list them as `dossier_effects.sql` does.
pub(super) const EFFECT_COLUMNS: usize = 16;

/// Reads an effect from the columns of `dossier_effects.sql`, which must be the first of the row.
pub(super) fn effect(row: &Row<'_>) -> rusqlite::Result<Effect> {
    let (refund, case): (Option<RefundId>, Option<CaseId>) = (row.get(3)?, row.get(4)?);
    let is_repeatable: bool = row.get(9)?;
    Ok(Effect {
        id: row.get(0)?,
        key: row.get(1)?,
        order: row.get(2)?,
        about: match (refund, case) {
            (Some(refund), _) => EffectSubject::Refund(refund),
            (None, Some(case)) => EffectSubject::Case(case),
            (None, None) => EffectSubject::Order,
        },
        occasion: row.get(5)?,
        hook: row.get(6)?,
        nth: row.get(7)?,
        kind: row.get(8)?,
        repeatable: if is_repeatable {
            RetryOnUnknown::Yes
        } else {
            RetryOnUnknown::No
        },
        status: row.get(10)?,
        tries: row.get(11)?,
        next_try_at: row.get(12)?,
        claimed_at: row.get(13)?,
        last_error: row.get(14)?,
        version: row.get(15)?,
    })
}

/// What a case is about, as stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SubjectKind {
    Order,
    Payment,
    Gateway,
}

impl From<&CaseSubject> for SubjectKind {
    fn from(subject: &CaseSubject) -> Self {
        match subject {
            CaseSubject::Order => Self::Order,
            CaseSubject::Payment(_) => Self::Payment,
            CaseSubject::Gateway(_) => Self::Gateway,
        }
    }
}

impl FromSql for SubjectKind {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        match value.as_str()? {
            "order" => Ok(Self::Order),
            "payment" => Ok(Self::Payment),
            "gateway" => Ok(Self::Gateway),
            _ => Err(FromSqlError::InvalidType),
        }
    }
}

impl ToSql for SubjectKind {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Self::Order => "order",
            Self::Payment => "payment",
            Self::Gateway => "gateway",
        }
        .into())
    }
}

impl FromSql for Instant {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        value.as_i64().map(Self::from_millis)
    }
}

impl ToSql for Instant {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.as_millis().into())
    }
}

impl FromSql for Rupiah {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        value.as_i64().map(Self::from_db)
    }
}

impl ToSql for Rupiah {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.as_i64().into())
    }
}

fn parsed<T>(value: ValueRef<'_>) -> FromSqlResult<T>
where
    T: FromStr<Err: std::error::Error + Send + Sync + 'static>,
{
    value.as_str()?.parse().map_err(FromSqlError::other)
}

/// Stores ids as integers.
macro_rules! ids {
    ($($name:ident),+ $(,)?) => {$(
        impl FromSql for $name {
            fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
                value.as_i64().map(Self)
            }
        }

        impl ToSql for $name {
            fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
                Ok(self.0.into())
            }
        }
    )+};
}
ids!(
    OrderId, PaymentId, CaseId, RefundId, EffectId, TicketId, GrantId
);

/// Stores names as text. They were checked when they came in, and are checked again when read.
macro_rules! names {
    ($($name:ident),+ $(,)?) => {$(
        impl FromSql for $name {
            fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
                parsed(value)
            }
        }

        impl ToSql for $name {
            fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
                Ok(self.as_str().into())
            }
        }
    )+};
}
names!(
    OrderNumber,
    Sku,
    GatewayName,
    Reference,
    TransactionId,
    BankReference,
    BankName,
    HookName,
    EffectKey,
    TicketCode
);

/// Stores statuses and other words as they are printed.
macro_rules! words {
    ($($name:ident),+ $(,)?) => {$(
        impl FromSql for $name {
            fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
                parsed(value)
            }
        }

        impl ToSql for $name {
            fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
                Ok(self.word().into())
            }
        }
    )+};
}
words!(
    Direction,
    OrderStatus,
    PaymentStatus,
    CloseResult,
    PaymentOrigin,
    Phase,
    Reservation,
    LateMoney,
    AccessFrom,
    RefundStatus,
    RefundReason,
    CaseKind,
    CaseOutcome,
    Rule,
    Trigger,
    EffectKind,
    EffectStatus,
    NotificationStatus,
    Harm,
);
