//! How values of the domain are stored, and how they are checked when they are read: an unknown word or an invalid
//! number is [`StoreError::Corrupt`](crate::store::StoreError).

use std::collections::BTreeMap;
use std::str::FromStr;

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSqlOutput, ValueRef};

pub(in crate::store) use rusqlite::types::ToSql;

use crate::domain::{
    AccessFrom, BankName, BankReference, CaseId, CaseKind, CaseOutcome, CloseResult, EffectId,
    EffectKey, EffectKind, EffectStatus, GatewayName, GrantId, Harm, HookName, IncidentKind,
    Instant, LateMoney, Life, Meta, NotificationStatus, OrderId, OrderLineId, OrderNumber,
    OrderStatus, PaymentId, PaymentOrigin, PaymentStatus, Phase, Reference, RefundId, RefundReason,
    RefundStatus, Reservation, Rule, Rupiah, Sku, TicketCode, TicketId, TransactionId, Trigger,
};

/// The value of `last_asked_at` for a payment that was never queried, so that it comes first in the index.
pub(in crate::store) const NEVER: Instant = Instant::from_millis(0);

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

/// A JSON object of texts.
impl FromSql for Meta {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let texts: BTreeMap<String, String> =
            serde_json::from_str(value.as_str()?).map_err(FromSqlError::other)?;
        let mut meta = Self::default();
        for (key, text) in texts {
            let key = key.parse().map_err(FromSqlError::other)?;
            meta.set(key, &text).map_err(FromSqlError::other)?;
        }
        Ok(meta)
    }
}

impl ToSql for Meta {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let text = serde_json::to_string(self);
        text.map(ToSqlOutput::from)
            .map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))
    }
}

fn parsed<T>(value: ValueRef<'_>) -> FromSqlResult<T>
where
    T: FromStr<Err: std::error::Error + Send + Sync + 'static>,
{
    value.as_str()?.parse().map_err(FromSqlError::other)
}

impl FromSql for Life {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        parsed(value)
    }
}

impl ToSql for Life {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.to_string().into())
    }
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
    OrderId,
    PaymentId,
    CaseId,
    RefundId,
    EffectId,
    TicketId,
    GrantId,
    OrderLineId
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
        impl rusqlite::types::FromSql for $name {
            fn column_result(
                value: rusqlite::types::ValueRef<'_>,
            ) -> rusqlite::types::FromSqlResult<Self> {
                value.as_str()?.parse().map_err(rusqlite::types::FromSqlError::other)
            }
        }

        impl rusqlite::types::ToSql for $name {
            fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
                Ok(self.word().into())
            }
        }
    )+};
}
pub(in crate::store) use words;

words!(
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
    IncidentKind,
);
