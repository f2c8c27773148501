//! Erases customers: their orders stay, but nothing says any more whose they were.

use std::fmt;
use std::str::FromStr;

use rusqlite::{Connection, OptionalExtension, Params, params};

use super::super::connection::{Reader, Store};
use super::super::error::StoreError;
use super::super::permit::WritePermit;
use super::super::sql;
use crate::domain::{Customer, EffectId, Instant, OrderNumber};

/// The customer to erase. Personal data: `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub enum CustomerSelector {
    /// The id of a customer row.
    Id(i64),
    /// Every customer with this address; upper and lower case do not matter.
    Email(String),
}

/// The result of erasing a customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Erased {
    /// This many rows were erased.
    Done(u64),
    /// No customer matches.
    Nobody,
    /// An order of the customer still waits for its money; nothing was erased.
    Waits(OrderNumber),
}

impl fmt::Debug for CustomerSelector {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Person(…)")
    }
}

impl FromStr for CustomerSelector {
    type Err = UnknownCustomer;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Ok(id) = text.parse() {
            return Ok(Self::Id(id));
        }
        if text.contains('@') {
            return Ok(Self::Email(text.to_owned()));
        }
        Err(UnknownCustomer)
    }
}

/// The text is neither an email address nor an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be an email address or a customer's id")]
pub struct UnknownCustomer;

/// What is stored of a customer besides the orders. Personal data: `Debug` does not show it.
#[derive(Clone)]
pub struct KnownCustomer {
    pub id: i64,
    pub customer: Customer,
    pub orders: Vec<OrderNumber>,
}

impl Reader {
    /// Everything stored of a person, one entry per customer row; empty if nobody matches.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn known_of(&self, person: &CustomerSelector) -> Result<Vec<KnownCustomer>, StoreError> {
        let _one_moment = self.snapshot()?;
        let connection = self.connection();
        let known = |id: i64| -> Result<KnownCustomer, StoreError> {
            let customer =
                connection
                    .prepare_cached(sql!("customer_row"))?
                    .query_row([id], |row| {
                        Ok(Customer {
                            name: row.get(0)?,
                            email: row.get(1)?,
                            phone: row.get(2)?,
                        })
                    })?;
            let mut statement = connection.prepare_cached(sql!("orders_of_customer"))?;
            let orders = statement.query_map([id], |row| row.get(0))?;
            Ok(KnownCustomer {
                id,
                customer,
                orders: orders.collect::<Result<_, _>>()?,
            })
        };
        rows_of(connection, person)?
            .into_iter()
            .map(known)
            .collect()
    }

    /// Mails to a person that are still unsent. They can no longer be sent once the person is erased.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn unsent_mails(&self, person: &CustomerSelector) -> Result<Vec<EffectId>, StoreError> {
        let connection = self.connection();
        let mut mails = Vec::new();
        for id in rows_of(connection, person)? {
            let mut statement = connection.prepare_cached(sql!("unsent_mails"))?;
            let found = statement.query_map([id], |row| row.get(0))?;
            mails.extend(found.collect::<Result<Vec<EffectId>, _>>()?);
        }
        Ok(mails)
    }

    /// What erasing a person would do.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn would_erase(&self, person: &CustomerSelector) -> Result<Erased, StoreError> {
        let _one_moment = self.snapshot()?;
        Ok(match find(self.connection(), person)? {
            Ok(ids) => done(&ids),
            Err(refused) => refused,
        })
    }
}

impl Store {
    /// Erases a person now, however recent the orders are, but not while one of them is pending.
    ///
    /// # Errors
    /// `Busy`, `Full`, `Denied`, `Corrupt`, `Engine`; nothing was written.
    pub fn erase(
        &mut self,
        permit: &WritePermit,
        person: &CustomerSelector,
        now: Instant,
    ) -> Result<Erased, StoreError> {
        self.enable_secure_delete()?;
        self.transact(permit, |transaction| {
            let ids = match find(transaction, person)? {
                Ok(ids) => ids,
                Err(refused) => return Ok(refused),
            };
            for id in &ids {
                erase_one(transaction, *id, now)?;
            }
            Ok(done(&ids))
        })
    }

    /// Makes this connection overwrite what it deletes, so that nobody can read it back from the file.
    pub(super) fn enable_secure_delete(&self) -> Result<(), StoreError> {
        self.read().connection().pragma_update_and_check(
            None,
            "secure_delete",
            true,
            |_| Ok(()),
        )?;
        Ok(())
    }
}

pub(super) fn erase_one(connection: &Connection, id: i64, now: Instant) -> Result<(), StoreError> {
    connection
        .prepare_cached(sql!("erase_customer"))?
        .execute(params![now, id])?;
    redact_texts(connection, id)
}

/// Replaces text that may have named a person.
const FORGOTTEN: &str = "forgotten with the customer";

/// The output of programs, partners and mail servers may name the customer, and so may the reasons people have typed.
/// Such text is stored with the effect, the case, the refund and in the audit log. All of it is replaced; the rest of
/// those rows stays.
fn redact_texts(connection: &Connection, customer: i64) -> Result<(), StoreError> {
    connection
        .prepare_cached(sql!("forget_effect_errors"))?
        .execute([customer])?;
    connection
        .prepare_cached(sql!("forget_case_facts"))?
        .execute(params![FORGOTTEN, customer])?;
    let of_people = [
        sql!("forget_reasons"),
        sql!("forget_case_reasons"),
        sql!("forget_refund_reasons"),
    ];
    for query in of_people {
        let mut forget = connection.prepare_cached(query)?;
        forget.execute(params![FORGOTTEN, customer])?;
    }
    let said: Vec<(i64, String)> = connection
        .prepare_cached(sql!("said_by_hooks"))?
        .query_map([customer], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?;
    for (event, why) in said {
        connection
            .prepare_cached(sql!("forget_event_words"))?
            .execute(params![without_words(&why), event])?;
    }
    Ok(())
}

/// Turns `exec vpn-account (paid): …` into `exec vpn-account (paid): forgotten with the customer`: our own words come
/// first and name nobody.
fn without_words(why: &str) -> String {
    match why.split_once("): ") {
        Some((ours, _)) => format!("{ours}): {FORGOTTEN}"),
        None => FORGOTTEN.to_owned(),
    }
}

fn done(ids: &[i64]) -> Erased {
    Erased::Done(super::rows(ids.len()))
}

/// The customer rows of a person, or why they must stay.
fn find(
    connection: &Connection,
    person: &CustomerSelector,
) -> Result<Result<Vec<i64>, Erased>, StoreError> {
    let ids = rows_of(connection, person)?;
    if ids.is_empty() {
        return Ok(Err(Erased::Nobody));
    }
    for id in &ids {
        let waits = connection
            .prepare_cached(sql!("customer_pending_order"))?
            .query_row([id], |row| row.get(0))
            .optional()?;
        if let Some(number) = waits {
            return Ok(Err(Erased::Waits(number)));
        }
    }
    Ok(Ok(ids))
}

fn rows_of(connection: &Connection, person: &CustomerSelector) -> Result<Vec<i64>, StoreError> {
    match person {
        CustomerSelector::Id(id) => customers(connection, sql!("customer_by_id"), [id]),
        CustomerSelector::Email(email) => customers(connection, sql!("customer_by_email"), [email]),
    }
}

fn customers(
    connection: &Connection,
    query: &str,
    parameters: impl Params,
) -> Result<Vec<i64>, StoreError> {
    let mut found = connection.prepare_cached(query)?;
    let rows = found.query_map(parameters, |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
