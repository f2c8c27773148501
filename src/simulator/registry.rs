//! The gateways that can be simulated. One line each.

use serde::de::{Deserialize, Deserializer, Error};

use super::dialect::SimulatedGateway;
use super::midtrans::MidtransDialect;
use super::pakasir::PakasirDialect;

pub const MIDTRANS: SimulatedGateway = SimulatedGateway::new(&MidtransDialect);
pub const PAKASIR: SimulatedGateway = SimulatedGateway::new(&PakasirDialect);

/// Every one of them.
pub const SIMULATED: [SimulatedGateway; 2] = [MIDTRANS, PAKASIR];

/// The gateway of this name.
pub(super) fn by_name(name: &str) -> Option<SimulatedGateway> {
    SIMULATED.into_iter().find(|kind| kind.name() == name)
}

/// The gateway with pages on which the customer chooses how to pay.
pub(super) fn with_pages() -> Option<SimulatedGateway> {
    let has_pages = |kind: &SimulatedGateway| kind.dialect().page_method().is_some();
    SIMULATED.into_iter().find(has_pages)
}

impl<'de> Deserialize<'de> for SimulatedGateway {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        by_name(&name).ok_or_else(|| {
            let known = SIMULATED.map(|kind| format!("`{}`", kind.name()));
            let known = known.join(" or ");
            D::Error::custom(format!("unknown variant `{name}`, expected {known}"))
        })
    }
}
