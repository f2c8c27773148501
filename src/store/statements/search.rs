//! What orders are found by: the words that are kept for it, and the indexes of what has one name.

use std::collections::btree_map::{BTreeMap, Entry};

use super::orders::{OrderRow, order_row};
use super::transfers::Direction;
use crate::domain::order::search::{FoundBy, phone_digits, searched_term};
use crate::domain::payment::bank_transfer::fold;
use crate::domain::{OrderId, Rupiah, TicketCode};
use crate::store::engine::{Reader, StoredRow, ToSql, first, sql, words};
use crate::store::error::StoreError;

words!(FoundBy);

/// How well a text fits, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    /// It is the whole number, id or address.
    Whole,
    /// It is a whole word, or the last digits.
    Word,
    /// It is a beginning.
    Beginning,
    /// It may be an amount of money.
    Amount,
}

/// An order that a text has found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundOrder {
    pub row: OrderRow,
    pub by: FoundBy,
}

/// Orders that a text has found, best first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FoundOrders {
    pub orders: Vec<FoundOrder>,
    /// There are more, or there may be: so many words begin like this that not all of them were read.
    pub has_more: bool,
}

/// So many words, or names of payments, are read of a kind.
const MAX_READ: u32 = 1_000;

/// So many customers with the rarest of several words are looked at for the others.
const MAX_COMBINED: u32 = 6_000;

/// So many words of a customer are combined, the rarest of them.
const MAX_WORDS: usize = 3;

/// The end of a range of texts with one beginning.
const LAST_LETTER: char = '\u{10ffff}';

impl Reader {
    /// The orders that a text may mean: a number or a part of it, a name, an address, a phone number, a reference, a
    /// transaction id, a bank reference, a ticket's code, or an amount; at most `limit`.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn find_orders(
        &self,
        text: &str,
        amount: Option<Rupiah>,
        limit: u32,
    ) -> Result<FoundOrders, StoreError> {
        let _one_moment = self.snapshot()?;
        let mut search = OrderSearch::default();
        let term = searched_term(text);
        self.by_number(&term, &mut search)?;
        self.by_customer(&term, &mut search)?;
        if let Some(digits) = phone_digits(text).filter(|digits| *digits != term) {
            self.by_customer_words(&[&digits], MAX_READ, &mut search)?;
        }
        self.by_payment(text.trim(), &mut search)?;
        self.by_transfer(&fold(text), &mut search)?;
        if let Ok(code) = text.parse::<TicketCode>() {
            let order = self.one(sql!("orders_by_ticket"), &[&code], first)?;
            search.add(order, FoundBy::Ticket, Fit::Whole);
        }
        if let Some(amount) = amount {
            self.by_amount(amount, limit, &mut search)?;
        }
        self.rows_of(search, limit)
    }

    fn by_number(&self, term: &str, search: &mut OrderSearch) -> Result<(), StoreError> {
        let (from, to) = range(term);
        let found = self.all(sql!("orders_by_term"), &[&from, &to, &MAX_READ], |row| {
            Ok((row.get("order_id")?, row.get::<String>("term")?))
        })?;
        search.read(found.len());
        for (order, found) in found {
            search.add([order], FoundBy::Number, fit(&found, term));
        }
        let whole: Option<OrderId> = self.one(sql!("order_by_number"), &[&term], first)?;
        search.add(whole, FoundBy::Number, Fit::Whole);
        Ok(())
    }

    /// By words of a customer that begin like those typed, in this order or in any.
    fn by_customer(&self, term: &str, search: &mut OrderSearch) -> Result<(), StoreError> {
        self.by_customer_words(&[term], MAX_READ, search)?;
        if !term.contains(' ') {
            return Ok(());
        }
        let mut words: Vec<(u64, &str)> = Vec::new();
        for word in term.split(' ') {
            words.push((self.commonness(word)?, word));
        }
        words.sort_unstable();
        let rarest: Vec<&str> = words
            .iter()
            .map(|(_, word)| *word)
            .take(MAX_WORDS)
            .collect();
        self.by_customer_words(&rarest, MAX_COMBINED, search)
    }

    /// How many words begin like this, up to as many as are combined.
    fn commonness(&self, word: &str) -> Result<u64, StoreError> {
        let (from, to) = range(word);
        self.only(
            sql!("count_customer_terms"),
            &[&from, &to, &MAX_COMBINED],
            |row| row.count("terms"),
        )
    }

    fn by_customer_words(
        &self,
        words: &[&str],
        most: u32,
        search: &mut OrderSearch,
    ) -> Result<(), StoreError> {
        let mut ranges = words.iter().map(|word| range(word));
        let (Some(rarest), Some((from, to))) = (words.first(), ranges.next()) else {
            return Ok(());
        };
        let (second, third) = (ranges.next().unzip(), ranges.next().unzip());
        let is_phrase = words.len() == 1;
        let found = self.all(
            sql!("orders_by_customer_term"),
            &[
                &from, &to, &most, &second.0, &second.1, &third.0, &third.1, &MAX_READ,
            ],
            |row| {
                let found: String = row.get("term")?;
                let is_whole = is_phrase && words.contains(&found.as_str());
                let fit = if is_whole || !is_phrase {
                    Fit::Word
                } else {
                    Fit::Beginning
                };
                let kind: FoundBy = row.get("kind")?;
                Ok((
                    row.get("id")?,
                    if is_phrase { kind } else { FoundBy::Name },
                    fit,
                ))
            },
        )?;
        let is_common = u32::try_from(self.commonness(rarest)?).is_ok_and(|terms| terms >= most);
        search.is_cut |= is_common;
        search.read(found.len());
        for (order, by, fit) in found {
            search.add([order], by, fit);
        }
        Ok(())
    }

    fn by_payment(&self, text: &str, search: &mut OrderSearch) -> Result<(), StoreError> {
        let spellings = [text.to_owned(), text.to_lowercase()];
        let spellings = if spellings[0] == spellings[1] {
            &spellings[..1]
        } else {
            &spellings[..]
        };
        for (gateway, _) in self.all_health()? {
            for text in spellings {
                let (from, to) = range(text);
                let range: [&dyn ToSql; 4] = [&gateway, &from, &to, &MAX_READ];
                for (statement, by, column) in [
                    (sql!("orders_by_reference"), FoundBy::Reference, "reference"),
                    (
                        sql!("orders_by_transaction_id"),
                        FoundBy::TransactionId,
                        "transaction_id",
                    ),
                ] {
                    let found = self.all(statement, &range, |row| named(row, column))?;
                    search.add_named(found, by, text);
                }
            }
        }
        Ok(())
    }

    fn by_transfer(&self, key: &str, search: &mut OrderSearch) -> Result<(), StoreError> {
        let (from, to) = range(key);
        for direction in Direction::ALL {
            let range: [&dyn ToSql; 4] = [direction, &from, &to, &MAX_READ];
            let found = self.all(sql!("orders_by_transfer"), &range, |row| {
                named(row, "reference_key")
            })?;
            search.add_named(found, FoundBy::BankReference, key);
        }
        Ok(())
    }

    fn by_amount(
        &self,
        amount: Rupiah,
        limit: u32,
        search: &mut OrderSearch,
    ) -> Result<(), StoreError> {
        let most = limit.saturating_add(1);
        for statement in [sql!("orders_by_total"), sql!("orders_by_asked")] {
            let orders: Vec<OrderId> = self.all(statement, &[&amount, &most], first)?;
            search.add(orders, FoundBy::Amount, Fit::Amount);
        }
        Ok(())
    }

    /// The best of what was found, each with its row.
    fn rows_of(&self, search: OrderSearch, limit: u32) -> Result<FoundOrders, StoreError> {
        let mut all: Vec<_> = search.found.into_iter().collect();
        all.sort_by_key(|(order, (by, fit))| (*fit, *by, std::cmp::Reverse(*order)));
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let has_more = search.is_cut || all.len() > limit;
        all.truncate(limit);
        let row = |(order, (by, _))| {
            let row = self.only(sql!("order_row"), &[&order], order_row)?;
            Ok(FoundOrder { row, by })
        };
        let orders: Result<Vec<_>, StoreError> = all.into_iter().map(row).collect();
        Ok(FoundOrders {
            orders: orders?,
            has_more,
        })
    }
}

/// What was found so far: of each order the best reason.
#[derive(Debug, Default)]
struct OrderSearch {
    found: BTreeMap<OrderId, (FoundBy, Fit)>,
    is_cut: bool,
}

impl OrderSearch {
    fn add(&mut self, orders: impl IntoIterator<Item = OrderId>, by: FoundBy, fit: Fit) {
        for order in orders {
            keep_best(&mut self.found, order, (by, fit));
        }
    }

    fn add_named(&mut self, found: Vec<(Option<OrderId>, String)>, by: FoundBy, text: &str) {
        self.read(found.len());
        for (order, name) in found {
            let fit = if name == text {
                Fit::Whole
            } else {
                Fit::Beginning
            };
            self.add(order, by, fit);
        }
    }

    fn read(&mut self, rows: usize) {
        self.is_cut |= u32::try_from(rows).is_ok_and(|rows| rows >= MAX_READ);
    }
}

fn keep_best(
    all: &mut BTreeMap<OrderId, (FoundBy, Fit)>,
    order: OrderId,
    (by, fit): (FoundBy, Fit),
) {
    match all.entry(order) {
        Entry::Vacant(place) => {
            place.insert((by, fit));
        }
        Entry::Occupied(mut place) => {
            let (known_by, known_fit) = *place.get();
            if (fit, by) < (known_fit, known_by) {
                place.insert((by, fit));
            }
        }
    }
}

fn fit(found: &str, term: &str) -> Fit {
    if found == term {
        Fit::Word
    } else {
        Fit::Beginning
    }
}

fn range(text: &str) -> (String, String) {
    (text.to_owned(), format!("{text}{LAST_LETTER}"))
}

fn named(
    row: &StoredRow<'_>,
    column: &'static str,
) -> Result<(Option<OrderId>, String), StoreError> {
    Ok((row.get("order_id")?, row.get(column)?))
}
