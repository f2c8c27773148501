//! What a shop changes about a product.

use std::time::Duration;

use crate::domain::{AccessFrom, LateMoney, ProductTerms, Rupiah, Sku};

/// What is to be different; whatever is `None` stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProductUpdate {
    pub name: Option<String>,
    pub price: Option<Rupiah>,
    /// `Some(None)` takes the limit away.
    pub capacity: Option<Option<i64>>,
    /// `Some(None)` takes the access away.
    pub access: Option<Option<Duration>>,
    pub access_from: Option<AccessFrom>,
    pub issues_tickets: Option<bool>,
    pub resaleable: Option<bool>,
    pub late_money: Option<LateMoney>,
}

impl ProductUpdate {
    /// The terms of a new product; none without a price. It is called by its sku unless it has a name, may be
    /// sold without limit, can be sold again when it comes back, and takes late money.
    #[must_use]
    pub fn create(&self, sku: &Sku) -> Option<ProductTerms> {
        let blank = ProductTerms {
            name: sku.to_string(),
            price: self.price?,
            capacity: None,
            access: None,
            access_from: AccessFrom::Payment,
            issues_tickets: false,
            resaleable: true,
            late_money: LateMoney::Accept,
        };
        Some(self.apply(&blank))
    }

    /// The terms after the change.
    #[must_use]
    pub fn apply(&self, before: &ProductTerms) -> ProductTerms {
        ProductTerms {
            name: self.name.clone().unwrap_or_else(|| before.name.clone()),
            price: self.price.unwrap_or(before.price),
            capacity: self.capacity.unwrap_or(before.capacity),
            access: self.access.unwrap_or(before.access),
            access_from: self.access_from.unwrap_or(before.access_from),
            issues_tickets: self.issues_tickets.unwrap_or(before.issues_tickets),
            resaleable: self.resaleable.unwrap_or(before.resaleable),
            late_money: self.late_money.unwrap_or(before.late_money),
        }
    }
}

/// What differs between two terms, for the trail: `price Rp 500 → Rp 600, capacity none → 10`.
#[must_use]
pub fn difference(before: &ProductTerms, after: &ProductTerms) -> String {
    spelled(before)
        .into_iter()
        .zip(spelled(after))
        .filter(|((_, before), (_, after))| before != after)
        .map(|((term, before), (_, after))| format!("{term} {before} → {after}"))
        .collect::<Vec<_>>()
        .join(", ")
}

fn spelled(terms: &ProductTerms) -> [(&'static str, String); 8] {
    let seconds = |span: Duration| format!("{} s", span.as_secs());
    [
        ("name", terms.name.clone()),
        ("price", terms.price.to_string()),
        ("capacity", or_none(terms.capacity)),
        ("access", or_none(terms.access.map(seconds))),
        ("access from", terms.access_from.to_string()),
        ("tickets", yes_or_no(terms.issues_tickets)),
        ("resaleable", yes_or_no(terms.resaleable)),
        ("late money", terms.late_money.to_string()),
    ]
}

fn or_none(value: Option<impl ToString>) -> String {
    value.map_or_else(|| "none".to_owned(), |value| value.to_string())
}

fn yes_or_no(value: bool) -> String {
    if value { "yes" } else { "no" }.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_product_needs_only_a_price() {
        let sku: Sku = "seat".parse().unwrap();
        assert_eq!(ProductUpdate::default().create(&sku), None);
        let priced = ProductUpdate {
            price: Some(Rupiah::from_db(500)),
            ..ProductUpdate::default()
        };
        let terms = priced.create(&sku).unwrap();
        assert_eq!((terms.name.as_str(), terms.capacity), ("seat", None));
        assert!(terms.resaleable && !terms.issues_tickets);
    }

    #[test]
    fn fields_that_are_not_named_stay_unchanged() {
        let sku: Sku = "seat".parse().unwrap();
        let before = ProductUpdate {
            price: Some(Rupiah::from_db(500)),
            capacity: Some(Some(10)),
            ..ProductUpdate::default()
        }
        .create(&sku)
        .unwrap();
        assert_eq!(ProductUpdate::default().apply(&before), before);
        let unlimited = ProductUpdate {
            capacity: Some(None),
            access: Some(Some(Duration::from_secs(7200))),
            ..ProductUpdate::default()
        };
        assert_eq!(
            difference(&before, &unlimited.apply(&before)),
            "capacity 10 → none, access none → 7200 s"
        );
        let with_tickets = ProductUpdate {
            issues_tickets: Some(true),
            resaleable: Some(false),
            ..ProductUpdate::default()
        };
        assert_eq!(
            difference(&before, &with_tickets.apply(&before)),
            "tickets no → yes, resaleable yes → no"
        );
    }
}
