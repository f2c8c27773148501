//! By what people look for an order: words of its number, of its customer's name, of an address, parts of a phone number.

use std::collections::BTreeSet;

use super::super::{Customer, OrderNumber, string_enum};
use crate::domain::payment::bank_transfer::fold;

string_enum! {
    /// What was found of an order, in the order in which people mean it.
    pub enum FoundBy {
        Number = "number",
        TransactionId = "transaction_id",
        Reference = "reference",
        BankReference = "bank_reference",
        Ticket = "ticket",
        Email = "email",
        Phone = "phone",
        Name = "name",
        Amount = "amount",
    }
}

/// A text of a customer by which orders are found. Personal data: `Debug` does not show it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct CustomerTerm {
    pub kind: FoundBy,
    pub term: String,
}

impl std::fmt::Debug for CustomerTerm {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "CustomerTerm({}, …)", self.kind)
    }
}

/// The most letters of a term.
const MAX_LETTERS: usize = 64;

/// So many digits at the end of a number are what people remember.
const LAST_DIGITS: usize = 4;

/// The least digits that may be a part of a phone number.
const MIN_PHONE_DIGITS: usize = 3;

/// The terms of an order's number: all of it, and what follows each beginning of a word or of a row of digits.
#[must_use]
pub fn order_terms(number: &OrderNumber) -> BTreeSet<String> {
    let folded = fold(number.as_str());
    let mut terms = tails(&folded);
    let digits = folded.len()
        - folded
            .trim_end_matches(|letter: char| letter.is_ascii_digit())
            .len();
    if digits > LAST_DIGITS {
        terms.extend(last_digits(&folded));
    }
    terms
}

/// The terms of a customer; none of one of whom nothing is known.
#[must_use]
pub fn customer_terms(customer: &Customer) -> BTreeSet<CustomerTerm> {
    let of = |kind: FoundBy, texts: BTreeSet<String>| {
        texts
            .into_iter()
            .map(move |term| CustomerTerm { kind, term })
    };
    let name = customer.name.as_deref().map(|name| tails(&fold(name)));
    let email = customer.email.as_deref().map(|email| {
        let folded = fold(email);
        let at = folded.find('@').unwrap_or(folded.len());
        // A domain is nobody's own.
        let is_own = |tail: &String| folded.len() - tail.len() < at.max(1);
        let own: BTreeSet<String> = tails(&folded).into_iter().filter(is_own).collect();
        if own.is_empty() {
            BTreeSet::from([cut(&folded)])
        } else {
            own
        }
    });
    let phone = customer.phone.as_deref().map(phone_terms);
    let names = of(FoundBy::Name, name.unwrap_or_default());
    let emails = of(FoundBy::Email, email.unwrap_or_default());
    let phones = of(FoundBy::Phone, phone.unwrap_or_default());
    names.chain(emails).chain(phones).collect()
}

/// How a term begins that a person types: folded like every term.
#[must_use]
pub fn searched_term(text: &str) -> String {
    cut(&fold(text))
}

/// The digits of a phone number as all its spellings have them; `None` if the text is no part of one.
#[must_use]
pub fn phone_digits(text: &str) -> Option<String> {
    let is_spelling = |letter: char| letter.is_ascii_digit() || " +-().".contains(letter);
    let plain = fold(text);
    if !plain.chars().all(is_spelling) {
        return None;
    }
    let digits: String = plain.chars().filter(char::is_ascii_digit).collect();
    let national = match digits.strip_prefix("62") {
        Some(rest) if plain.starts_with('+') || rest.len() >= 7 => rest,
        Some(_) | None => digits.trim_start_matches('0'),
    };
    (national.len() >= MIN_PHONE_DIGITS).then(|| cut(national))
}

fn phone_terms(phone: &str) -> BTreeSet<String> {
    let Some(digits) = phone_digits(phone) else {
        // Whatever else stands there.
        return tails(&fold(phone));
    };
    let last = (digits.len() > LAST_DIGITS).then(|| last_digits(&digits));
    BTreeSet::from([digits.clone()])
        .into_iter()
        .chain(last.flatten())
        .collect()
}

fn last_digits(text: &str) -> Option<String> {
    let from = text.len().checked_sub(LAST_DIGITS)?;
    text.get(from..).map(str::to_owned)
}

/// The text from each beginning of a word or of a row of digits on.
fn tails(folded: &str) -> BTreeSet<String> {
    let mut tails = BTreeSet::new();
    let mut before = ' ';
    for (at, letter) in folded.char_indices() {
        let is_new =
            !before.is_alphanumeric() || before.is_ascii_digit() != letter.is_ascii_digit();
        if letter.is_alphanumeric() && is_new {
            tails.extend(folded.get(at..).map(cut));
        }
        before = letter;
    }
    if tails.is_empty() && !folded.is_empty() {
        tails.insert(cut(folded));
    }
    tails
}

fn cut(text: &str) -> String {
    text.chars().take(MAX_LETTERS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn number(text: &str, expected: &[&str]) {
        let terms = order_terms(&text.parse().unwrap());
        assert_eq!(terms.iter().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn a_number_is_found_by_its_parts() {
        number("INV-7", &["7", "inv-7"]);
        number(
            "INV-2026-00123",
            &["00123", "0123", "2026-00123", "inv-2026-00123"],
        );
        number("INV20260012", &["0012", "20260012", "inv20260012"]);
        number("_", &["_"]);
    }

    fn told(name: Option<&str>, email: Option<&str>, phone: Option<&str>) -> Vec<String> {
        let customer = Customer {
            name: name.map(str::to_owned),
            email: email.map(str::to_owned),
            phone: phone.map(str::to_owned),
        };
        let terms = customer_terms(&customer);
        terms
            .into_iter()
            .map(|term| format!("{} {}", term.kind, term.term))
            .collect()
    }

    #[test]
    fn a_customer_is_found_by_each_word() {
        assert_eq!(
            told(Some(" Siti  NUR"), Some("S.Nur@Example.com"), None),
            [
                "email nur@example.com",
                "email s.nur@example.com",
                "name nur",
                "name siti nur",
            ]
        );
        assert_eq!(told(None, None, None), [""; 0]);
        assert_eq!(told(None, Some("@x"), None), ["email @x"]);
    }

    #[test]
    fn a_phone_is_found_in_any_spelling() {
        for spelling in [
            "+62 812-3456-7890",
            "6281234567890",
            "0812 3456 7890",
            "(0812) 34567890",
            "812.3456.7890",
        ] {
            assert_eq!(
                told(None, None, Some(spelling)),
                ["phone 7890", "phone 81234567890"],
                "{spelling}"
            );
            assert_eq!(phone_digits(spelling).as_deref(), Some("81234567890"));
        }
        for (part, digits) in [
            ("7890", Some("7890")),
            ("0812", Some("812")),
            ("+62 812", Some("812")),
            ("62812", Some("62812")),
            ("08", None),
            ("INV-7", None),
            ("", None),
        ] {
            assert_eq!(phone_digits(part).as_deref(), digits, "{part}");
        }
        assert_eq!(told(None, None, Some("@siti")), ["phone siti"]);
    }
}
