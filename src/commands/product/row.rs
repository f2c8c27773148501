//! How a product is shown.

use serde::Serialize;

use crate::domain::{AccessFrom, LateMoney, Product, Rupiah, Zone};
use crate::output::detail::Detail;
use crate::output::{Column, OutputStyle, Row, Severity};

/// A product, for programs. Fields are only ever added.
#[derive(Debug, Serialize)]
pub(super) struct ProductRow {
    sku: String,
    name: String,
    price: Rupiah,
    capacity: Option<i64>,
    held: i64,
    sold: i64,
    left: Option<i64>,
    access_seconds: Option<u64>,
    access_from: AccessFrom,
    issues_tickets: bool,
    resaleable: bool,
    late_money: LateMoney,
}

impl From<&Product> for ProductRow {
    fn from(product: &Product) -> Self {
        let terms = &product.terms;
        Self {
            sku: product.sku.to_string(),
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
    /// The same for people.
    pub(super) fn detail(&self, style: OutputStyle) -> Detail {
        let yes_or_no = |yes: bool| if yes { "yes" } else { "no" };
        let access = self.access_seconds.map(std::time::Duration::from_secs);
        Detail::new(style)
            .field("Sku", &self.sku)
            .field("Name", &self.name)
            .field("Price", self.price)
            .field("Capacity", unlimited(self.capacity))
            .field("Held", self.held)
            .field("Sold", self.sold)
            .field("Left", unlimited(self.left))
            .field_if_any("Access", access.map(humantime::format_duration))
            .field_if_any("Access from", access.map(|_| self.access_from))
            .field("Tickets", yes_or_no(self.issues_tickets))
            .field("Resaleable", yes_or_no(self.resaleable))
            .field("Late money", self.late_money)
    }
}

impl Row for ProductRow {
    fn columns() -> &'static [Column] {
        const {
            &[
                Column::text("Sku"),
                Column::text("Name"),
                Column::number("Price"),
                Column::number("Capacity"),
                Column::number("Held"),
                Column::number("Sold"),
                Column::number("Left"),
            ]
        }
    }

    fn fields() -> &'static [&'static str] {
        &[
            "sku",
            "name",
            "price",
            "capacity",
            "held",
            "sold",
            "left",
            "access_seconds",
            "access_from",
            "issues_tickets",
            "resaleable",
            "late_money",
        ]
    }

    fn cells(&self, _: Zone) -> Vec<String> {
        vec![
            self.sku.clone(),
            self.name.clone(),
            self.price.to_string(),
            unlimited(self.capacity),
            self.held.to_string(),
            self.sold.to_string(),
            unlimited(self.left),
        ]
    }

    fn severity(&self) -> Severity {
        Severity::Calm
    }
}

fn unlimited(units: Option<i64>) -> String {
    units.map_or_else(|| "unlimited".to_owned(), |units| units.to_string())
}
