//! Where and how orders are paid when `pay` is not told.

use std::collections::BTreeMap;

use super::error::ConfigError;
use super::gateway::GatewayConfig;
use super::manual::ManualConfig;
use super::section::ConfigSection;
use crate::domain::names::{GatewayName, Method};

/// What `[pay]` settles.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PayConfig {
    /// Also `manual`. Where there is only one gateway, it is that one without being named.
    pub gateway: Option<GatewayName>,
    /// At that gateway; by default its first.
    pub method: Option<Method>,
}

pub(super) fn from_file(
    top: &ConfigSection<'_>,
    gateways: &BTreeMap<GatewayName, GatewayConfig>,
    manual: Option<&ManualConfig>,
) -> Result<PayConfig, ConfigError> {
    let Some(section) = top.section("pay")? else {
        return Ok(PayConfig::default());
    };
    section.only(&["gateway", "method"])?;
    let only = gateways.keys().next().filter(|_| gateways.len() == 1);
    let pay = PayConfig {
        gateway: section.text("gateway", str::parse)?.or(only.cloned()),
        method: section.text("method", str::parse)?,
    };
    let is_there =
        |name: &GatewayName| gateways.contains_key(name) || (name.is_manual() && manual.is_some());
    if pay.gateway.as_ref().is_some_and(|name| !is_there(name)) {
        let what = "pay.gateway is not a gateway of this file";
        let hint = "name one that has a section [gateways.NAME], or manual where there is [manual]";
        return Err(section.unfit("gateway", what, hint));
    }
    let chooses = pay.gateway.as_ref().is_some_and(|name| !name.is_manual());
    if pay.method.is_some() && !chooses {
        let what = "pay.method belongs to a gateway, and pay.gateway does not name one";
        return Err(section.unfit("method", what, "add a line: gateway = \"…\""));
    }
    Ok(pay)
}
