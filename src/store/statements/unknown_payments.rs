//! Notifications about money for which no order is known.

use crate::domain::decide::unknown_payment::MAX_NAMED;
use crate::domain::{GatewayName, Instant, UnknownPaymentClaim};
use crate::store::engine::{Reader, Tx, from_row, sql};
use crate::store::error::StoreError;

impl Reader {
    /// Gateways that reported such money before a time, with the number of references. Leaves out the references that
    /// an open case already lists.
    pub(in crate::store) fn gateways_with_strangers(
        &self,
        before: Instant,
    ) -> Result<Vec<(GatewayName, u64)>, StoreError> {
        self.all(sql!("gateways_with_strangers"), &[&before], |row| {
            Ok((row.get("gateway")?, row.count("strangers")?))
        })
    }

    /// The first references of a gateway, as many as a case names.
    pub(in crate::store) fn first_strangers(
        &self,
        gateway: &GatewayName,
        before: Instant,
    ) -> Result<Vec<UnknownPaymentClaim>, StoreError> {
        let most = i64::try_from(MAX_NAMED).unwrap_or(i64::MAX);
        self.all(sql!("strangers"), &[&gateway, &before, &most], |row| {
            Ok(from_row!(row => UnknownPaymentClaim { reference, amount: "stated_amount" }))
        })
    }
}

/// A case asks about all references of a gateway that are this old.
pub(in crate::store) fn record_asked_about_all(
    tx: &Tx<'_>,
    gateway: &GatewayName,
    before: Instant,
    now: Instant,
) -> Result<(), StoreError> {
    tx.exec(sql!("strangers_asked_about"), &[&now, &gateway, &before])?;
    Ok(())
}

/// A case asks about the reference of this notification.
pub(in crate::store) fn record_asked_about(
    tx: &Tx<'_>,
    digest: &str,
    now: Instant,
) -> Result<(), StoreError> {
    tx.exec(sql!("stranger_asked_about"), &[&now, &digest])?;
    Ok(())
}
