//! Customers: what is stored of a person and of their orders in the shop's words, and how it is erased.

use std::fmt;
use std::str::FromStr;

use super::orders::customer;
use super::search_terms::{forget_customer, remember_customer};
use crate::domain::{Customer, EffectId, Instant, Meta, OrderId, OrderNotes, OrderNumber};
use crate::store::engine::{Reader, ToSql, Tx, first, from_row, sql};
use crate::store::error::StoreError;

/// The customer to erase. Personal data: `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub enum CustomerSelector {
    /// The id of a customer row.
    Id(i64),
    /// Every customer with this address; upper and lower case do not matter.
    Email(String),
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
        let known = |id| {
            Ok(KnownCustomer {
                id,
                customer: self.only(sql!("customer_row"), &[&id], customer)?,
                orders: self.all(sql!("orders_of_customer"), &[&id], first)?,
            })
        };
        self.customers(person)?.into_iter().map(known).collect()
    }

    /// Mails to a person that are still unsent. They can no longer be sent once the person is erased.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn unsent_mails(&self, person: &CustomerSelector) -> Result<Vec<EffectId>, StoreError> {
        let mut mails = Vec::new();
        for id in self.customers(person)? {
            mails.extend(self.all(sql!("unsent_mails"), &[&id], first::<EffectId>)?);
        }
        Ok(mails)
    }

    /// What the shop has noted with an order.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn notes_of(&self, order: OrderId) -> Result<OrderNotes, StoreError> {
        self.only(sql!("order_notes"), &[&order], |row| {
            let meta: Option<Meta> = row.get("meta")?;
            Ok(from_row!(row => OrderNotes { note, meta = meta.unwrap_or_default() }))
        })
    }

    /// The customer rows of a person.
    pub(in crate::store) fn customers(
        &self,
        person: &CustomerSelector,
    ) -> Result<Vec<i64>, StoreError> {
        match person {
            CustomerSelector::Id(id) => self.all(sql!("customer_by_id"), &[id], first),
            CustomerSelector::Email(email) => self.all(sql!("customer_by_email"), &[email], first),
        }
    }

    /// An order of a customer that still waits for its money.
    pub(in crate::store) fn pending_order_of(
        &self,
        customer: i64,
    ) -> Result<Option<OrderNumber>, StoreError> {
        self.one(sql!("customer_pending_order"), &[&customer], first)
    }
}

/// Erases a customer row, and every text that may name the person.
pub(in crate::store) fn erase(tx: &Tx<'_>, id: i64, now: Instant) -> Result<(), StoreError> {
    tx.exec(sql!("erase_customer"), &[&now, &id])?;
    forget_customer(tx, id)?;
    tx.exec(sql!("forget_order_notes"), &[&id])?;
    tx.exec(sql!("forget_origins_of_customer"), &[&id])?;
    redact_texts(tx, id)
}

/// Replaces text that may have named a person.
const FORGOTTEN: &str = "forgotten with the customer";

/// A customer who can be told apart from others is stored once.
pub(in crate::store) fn customer_id(
    tx: &Tx<'_>,
    customer: &Customer,
) -> Result<Option<i64>, StoreError> {
    if customer.is_unknown() {
        return Ok(None);
    }
    let told: [&dyn ToSql; 3] = [&customer.email, &customer.phone, &customer.name];
    if customer.identifies_a_person() {
        let known = tx.one(sql!("find_customer"), &told, first)?;
        if known.is_some() {
            return Ok(known);
        }
    }
    let id = tx.insert(sql!("add_customer"), &told)?;
    remember_customer(tx, id, customer)?;
    Ok(Some(id))
}

/// Gives an order another customer; the one before is forgotten if no other order has it.
pub(in crate::store) fn assign(
    tx: &Tx<'_>,
    order: OrderId,
    customer: &Customer,
) -> Result<(), StoreError> {
    let before: Option<i64> = tx.only(sql!("order_customer_id"), &[&order], first)?;
    let after = customer_id(tx, customer)?;
    tx.exec(sql!("set_order_customer"), &[&after, &order])?;
    if before != after {
        tx.exec(sql!("forget_orphaned_customer"), &[&before])?;
    }
    keep_with_customer(tx, order)
}

/// Replaces what the shop has noted with an order.
pub(in crate::store) fn replace_notes(
    tx: &Tx<'_>,
    order: OrderId,
    notes: &OrderNotes,
) -> Result<(), StoreError> {
    let meta = Some(&notes.meta).filter(|meta| !meta.is_empty());
    tx.exec(sql!("set_order_notes"), &[&notes.note, &meta, &order])?;
    keep_with_customer(tx, order)
}

/// What a new order comes with.
pub(in crate::store) fn keep_notes(
    tx: &Tx<'_>,
    order: OrderId,
    notes: &OrderNotes,
) -> Result<(), StoreError> {
    if notes.is_empty() {
        return Ok(());
    }
    replace_notes(tx, order, notes)
}

/// Words of an order go when its customer is erased. Of one whom the shop has not named, a row without a name stands for
/// that.
pub(in crate::store) fn keep_with_customer(tx: &Tx<'_>, order: OrderId) -> Result<(), StoreError> {
    if !tx.exists(sql!("order_has_words"), &[&order])? {
        return Ok(());
    }
    let known: Option<i64> = tx.only(sql!("order_customer_id"), &[&order], first)?;
    let customer = match known {
        Some(known) => known,
        None => {
            let nobody = Customer::default();
            let told: [&dyn ToSql; 3] = [&nobody.email, &nobody.phone, &nobody.name];
            let added = tx.insert(sql!("add_customer"), &told)?;
            tx.exec(sql!("set_order_customer"), &[&added, &order])?;
            added
        }
    };
    tx.exec(sql!("mark_customer_words"), &[&customer])?;
    Ok(())
}

/// The output of programs, partners and mail servers may name the customer, and so may the reasons people have typed.
/// Such text is stored with the effect, the case, the refund and in the audit log. All of it is replaced; the rest of
/// those rows stays.
fn redact_texts(tx: &Tx<'_>, customer: i64) -> Result<(), StoreError> {
    tx.exec(sql!("forget_effect_errors"), &[&customer])?;
    tx.exec(sql!("forget_lost_outputs"), &[&customer])?;
    let of_people = [
        sql!("forget_case_facts"),
        sql!("forget_reasons"),
        sql!("forget_case_reasons"),
        sql!("forget_refund_reasons"),
    ];
    for query in of_people {
        tx.exec(query, &[&FORGOTTEN, &customer])?;
    }
    let said: Vec<(i64, String)> = tx.all(sql!("said_by_hooks"), &[&customer], |row| {
        Ok((row.get("id")?, row.get("why")?))
    })?;
    for (event, why) in said {
        tx.exec(sql!("forget_event_words"), &[&without_words(&why), &event])?;
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
