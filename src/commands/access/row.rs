//! How access is shown.

use std::time::Duration;

use crate::commands::operator::roughly;
use crate::domain::{
    AccessGrant, AccessState, GrantId, Instant, OrderNumber, PendingAccess, Rupiah, Sku, Zone,
};
use crate::output::{Cell as _, row};

row! {
    /// What one line of an order lets its buyer use. Fields are only ever added.
    pub(in crate::commands) struct AccessRow {
        order: OrderNumber => text("Order"),
        product: Sku => text("Product"),
        user: Option<String> => prose("User"),
        pub(super) status: AccessState => text("Status"),
        seconds: u64,
        /// None: nothing is granted yet.
        issued_at: Option<Instant>,
        starts_at: Option<Instant> => text("Starts", Self::starts),
        ends_at: Option<Instant> => text("Ends"),
        suspended_at: Option<Instant>,
        revoked_at: Option<Instant>,
        /// What is left of its time; all of it before the first use, nothing where it lets nobody in.
        remaining_seconds: u64 => text("Left", Self::left),
        access: Option<GrantId>,
        /// The price of its line.
        amount: Rupiah => number("Amount"),
    }
    hides "Starts", "Amount", "Left", "User", "Product";
}

impl AccessRow {
    pub(in crate::commands) fn of(grant: &AccessGrant, now: Instant) -> Self {
        Self {
            access: Some(grant.id),
            amount: grant.amount,
            remaining_seconds: grant.remaining(now).as_secs(),
            order: grant.order_number.clone(),
            product: grant.sku.clone(),
            user: grant.customer.email.clone(),
            status: grant.state(now),
            seconds: grant.span.as_secs(),
            issued_at: Some(grant.issued_at),
            starts_at: grant.starts_at,
            ends_at: grant.ends_at,
            suspended_at: grant.suspended_at,
            revoked_at: grant.revoked_at,
        }
    }

    /// What an order will give once it is paid.
    pub(super) fn pending(pending: &PendingAccess) -> Self {
        Self {
            access: None,
            amount: pending.amount,
            remaining_seconds: 0,
            order: pending.order_number.clone(),
            product: pending.sku.clone(),
            user: pending.customer.email.clone(),
            status: AccessState::Pending,
            seconds: pending.span.as_secs(),
            issued_at: None,
            starts_at: None,
            ends_at: None,
            suspended_at: None,
            revoked_at: None,
        }
    }

    fn left(&self, _: Zone) -> String {
        match self.remaining_seconds {
            0 => String::new(),
            seconds => roughly(Duration::from_secs(seconds)),
        }
    }

    fn starts(&self, zone: Zone) -> String {
        match self.starts_at {
            Some(at) => at.cell(zone),
            None if self.status == AccessState::Pending => String::new(),
            None => "first use".to_owned(),
        }
    }
}
