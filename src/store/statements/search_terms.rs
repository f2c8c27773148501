//! The words by which orders are found: kept with a new order or customer, compared with what they should be, and mended.

use std::collections::BTreeSet;

use super::orders::customer;
use super::verify::{MAX_BREACHES, Violation};
use crate::domain::order::search::{customer_terms, order_terms};
use crate::domain::{Customer, Invariant, OrderId, OrderNumber};
use crate::store::engine::{Reader, StoredRow, Tx, sql};
use crate::store::error::StoreError;

/// Orders or customers per page.
const PAGE: u32 = 1_000;

/// Whose words are not those by which it should be found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::store) enum Misworded {
    Order(OrderId, OrderNumber),
    Customer(i64, Customer),
}

/// A page of orders or customers was compared.
pub(in crate::store) struct WordPage {
    pub(in crate::store) misworded: Vec<(Misworded, WordGap)>,
    /// Where the next page begins; `None`: there is none.
    pub(in crate::store) next: Option<WordCursor>,
}

/// Behind which row the next page begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::store) enum WordCursor {
    Orders(OrderId),
    Customers(i64),
}

/// How many words are missing, and how many are too many.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::store) struct WordGap {
    missing: usize,
    surplus: usize,
}

impl WordCursor {
    pub(in crate::store) const START: Self = Self::Orders(OrderId(0));
}

impl WordGap {
    fn between(wanted: &BTreeSet<String>, kept: Option<&str>) -> Self {
        let kept: BTreeSet<&str> = kept.into_iter().flat_map(|kept| kept.split('\n')).collect();
        let is_kept = |term: &&String| kept.contains(term.as_str());
        let found = wanted.iter().filter(is_kept).count();
        Self {
            missing: wanted.len() - found,
            surplus: kept.len() - found,
        }
    }

    fn is_none(self) -> bool {
        self == Self::default()
    }
}

impl Reader {
    /// The rows of one page whose words are not those by which they should be found.
    pub(in crate::store) fn misworded(&self, after: WordCursor) -> Result<WordPage, StoreError> {
        let page = match after {
            WordCursor::Orders(last) => {
                self.all(sql!("order_terms_page"), &[&last, &PAGE], |row| {
                    let (id, number) = (row.get("id")?, row.get("number")?);
                    let gap = WordGap::between(&order_terms(&number), kept(row)?.as_deref());
                    Ok((Misworded::Order(id, number), gap))
                })?
            }
            WordCursor::Customers(last) => {
                self.all(sql!("customer_terms_page"), &[&last, &PAGE], |row| {
                    let customer = customer(row)?;
                    let wanted = customer_terms(&customer).into_iter();
                    let wanted = wanted.map(|found| format!("{} {}", found.kind, found.term));
                    let gap = WordGap::between(&wanted.collect(), kept(row)?.as_deref());
                    Ok((Misworded::Customer(row.get("id")?, customer), gap))
                })?
            }
        };
        let next = match (page.last(), after) {
            (Some((Misworded::Order(id, _), _)), _) => Some(WordCursor::Orders(*id)),
            (Some((Misworded::Customer(id, _), _)), _) => Some(WordCursor::Customers(*id)),
            (None, WordCursor::Orders(_)) => Some(WordCursor::Customers(0)),
            (None, WordCursor::Customers(_)) => None,
        };
        let wrong = page.into_iter().filter(|(_, gap)| !gap.is_none());
        Ok(WordPage {
            misworded: wrong.collect(),
            next,
        })
    }

    /// The first orders and customers that are not found by their words, without a word of them.
    pub(super) fn misworded_breaches(&self) -> Result<Vec<Violation>, StoreError> {
        let mut found = Vec::new();
        let mut next = Some(WordCursor::START);
        while let Some(place) = next {
            let page = self.misworded(place)?;
            found.extend(page.misworded.iter().map(breach));
            if found.len() > MAX_BREACHES {
                break;
            }
            next = page.next;
        }
        Ok(found)
    }
}

fn kept(row: &StoredRow<'_>) -> Result<Option<String>, StoreError> {
    row.get("terms")
}

fn breach((row, gap): &(Misworded, WordGap)) -> Violation {
    let WordGap { missing, surplus } = gap;
    let (order, whose) = match row {
        Misworded::Order(_, number) => (Some(number.to_string()), "the order".to_owned()),
        Misworded::Customer(id, _) => (None, format!("customer {id}")),
    };
    Violation {
        invariant: Invariant::SearchWords,
        order,
        payment: None,
        what: format!(
            "of the words by which {whose} is found, {missing} are missing and {surplus} are too many"
        ),
    }
}

/// Keeps the words anew by which these are found.
pub(in crate::store) fn keep_anew(tx: &Tx<'_>, row: &Misworded) -> Result<(), StoreError> {
    match row {
        Misworded::Order(id, number) => {
            tx.exec(sql!("forget_order_terms"), &[id])?;
            remember_order(tx, *id, number)
        }
        Misworded::Customer(id, customer) => {
            forget_customer(tx, *id)?;
            remember_customer(tx, *id, customer)
        }
    }
}

/// Remembers by what a new order is found.
pub(in crate::store) fn remember_order(
    tx: &Tx<'_>,
    order: OrderId,
    number: &OrderNumber,
) -> Result<(), StoreError> {
    for term in order_terms(number) {
        tx.exec(sql!("add_order_term"), &[&term, &order])?;
    }
    Ok(())
}

/// Remembers by what the orders of a new customer are found.
pub(in crate::store) fn remember_customer(
    tx: &Tx<'_>,
    id: i64,
    customer: &Customer,
) -> Result<(), StoreError> {
    for found in customer_terms(customer) {
        tx.exec(sql!("add_customer_term"), &[&found.term, &found.kind, &id])?;
    }
    Ok(())
}

/// Nobody finds an erased customer any more.
pub(in crate::store) fn forget_customer(tx: &Tx<'_>, id: i64) -> Result<(), StoreError> {
    tx.exec(sql!("forget_customer_terms"), &[&id])?;
    Ok(())
}

/// Remembers what an older version has not.
pub(in crate::store) fn compute_terms(tx: &Tx<'_>) -> Result<(), StoreError> {
    let mut last = OrderId(0);
    loop {
        let page: Vec<(OrderId, OrderNumber)> =
            tx.all(sql!("orders_without_terms"), &[&last, &PAGE], |row| {
                Ok((row.get("id")?, row.get("number")?))
            })?;
        let Some((end, _)) = page.last() else { break };
        last = *end;
        for (order, number) in &page {
            remember_order(tx, *order, number)?;
        }
    }
    let mut last = 0;
    loop {
        let page: Vec<(i64, Customer)> =
            tx.all(sql!("customers_without_terms"), &[&last, &PAGE], |row| {
                Ok((row.get("id")?, customer(row)?))
            })?;
        let Some((end, _)) = page.last() else { break };
        last = *end;
        for (id, known) in &page {
            remember_customer(tx, *id, known)?;
        }
    }
    Ok(())
}
