//! How a product is shown.

use crate::config::written;
use crate::domain::{AccessFrom, LateMoney, Product, Rupiah, Sku};
use crate::output::detail::Detail;
use crate::output::{OutputStyle, row};

row! {
    /// A product, for programs. Fields are only ever added.
    pub(super) struct ProductRow {
        sku: Sku => text("Sku"),
        name: String => prose("Name"),
        price: Rupiah => number("Price"),
        capacity: Option<i64> => number("Capacity", |row, _| unlimited(row.capacity)),
        held: i64 => number("Held"),
        sold: i64 => number("Sold"),
        left: Option<i64> => number("Left", |row, _| unlimited(row.left)),
        access_seconds: Option<u64>,
        access_from: AccessFrom,
        issues_tickets: bool,
        resaleable: bool,
        late_money: LateMoney,
    }
    hides "Name", "Price", "Held";
}

impl From<&Product> for ProductRow {
    fn from(product: &Product) -> Self {
        let terms = &product.terms;
        Self {
            sku: product.sku.clone(),
            name: terms.name.clone(),
            price: terms.price,
            capacity: terms.capacity,
            held: product.held,
            sold: product.sold,
            left: product.left(),
            access_seconds: terms.access.map(|access| access.as_secs()),
            access_from: terms.access_from,
            issues_tickets: terms.issues_tickets,
            resaleable: terms.resaleable,
            late_money: terms.late_money,
        }
    }
}

impl ProductRow {
    pub(super) fn sku(&self) -> &Sku {
        &self.sku
    }

    /// The same for people.
    pub(super) fn detail(&self, style: OutputStyle) -> Detail {
        let access = self.access_seconds.map(std::time::Duration::from_secs);
        Detail::new(style)
            .field("Sku", &self.sku)
            .field("Name", &self.name)
            .field("Price", self.price)
            .field("Capacity", unlimited(self.capacity))
            .field("Held", self.held)
            .field("Sold", self.sold)
            .field("Left", unlimited(self.left))
            .field_if_any("Access", access.map(written))
            .field_if_any("Access from", access.map(|_| self.access_from))
            .field("Tickets", self.issues_tickets)
            .field("Resaleable", self.resaleable)
            .field("Late money", self.late_money)
    }
}

fn unlimited(units: Option<i64>) -> String {
    units.map_or_else(|| "unlimited".to_owned(), |units| units.to_string())
}
