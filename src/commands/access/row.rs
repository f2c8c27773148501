//! How access is shown.

use serde::Serialize;

use crate::domain::{AccessGrant, AccessState, Instant, OrderNumber, Sku, Zone};
use crate::output::{Column, Row, Severity};

/// What one line of an order lets its buyer use. Fields are only ever added.
#[derive(Serialize)]
pub(in crate::commands) struct AccessRow {
    order: OrderNumber,
    product: Sku,
    user: Option<String>,
    pub(super) status: AccessState,
    seconds: u64,
    issued_at: Instant,
    starts_at: Option<Instant>,
    ends_at: Option<Instant>,
    suspended_at: Option<Instant>,
    revoked_at: Option<Instant>,
}

impl AccessRow {
    pub(in crate::commands) fn of(grant: &AccessGrant, now: Instant) -> Self {
        Self {
            order: grant.order_number.clone(),
            product: grant.sku.clone(),
            user: grant.customer.email.clone(),
            status: grant.state(now),
            seconds: grant.span.as_secs(),
            issued_at: grant.issued_at,
            starts_at: grant.starts_at,
            ends_at: grant.ends_at,
            suspended_at: grant.suspended_at,
            revoked_at: grant.revoked_at,
        }
    }
}

impl Row for AccessRow {
    fn columns() -> &'static [Column] {
        const {
            &[
                Column::text("Order"),
                Column::text("Product"),
                Column::text("User"),
                Column::text("Status"),
                Column::text("Starts"),
                Column::text("Ends"),
            ]
        }
    }

    fn fields() -> &'static [&'static str] {
        &[
            "order",
            "product",
            "user",
            "status",
            "seconds",
            "issued_at",
            "starts_at",
            "ends_at",
            "suspended_at",
            "revoked_at",
        ]
    }

    fn cells(&self, zone: Zone) -> Vec<String> {
        let at = |at: Option<Instant>| at.map(|at| at.in_zone(zone)).unwrap_or_default();
        let start = match self.starts_at {
            None => "first use".to_owned(),
            start => at(start),
        };
        vec![
            self.order.to_string(),
            self.product.to_string(),
            self.user.clone().unwrap_or_default(),
            self.status.to_string(),
            start,
            at(self.ends_at),
        ]
    }

    fn severity(&self) -> Severity {
        Severity::Calm
    }
}
