//! `[pay]`: the default gateway and method of `pay`.

use std::collections::BTreeMap;

use super::error::ConfigError;
use super::gateway::GatewayConfig;
use super::manual::ManualConfig;
use super::section::ConfigSection;
use crate::domain::{GatewayName, Method};

/// The settings in `[pay]`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PayConfig {
    /// May be `manual`. If only one gateway is configured, it is the default without being named.
    pub gateway: Option<GatewayName>,
    /// A method of that gateway; default: its first.
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
        let hint =
            "name a gateway that has a section [gateways.NAME], or manual if there is [manual]";
        return Err(section.unfit("gateway", what, hint));
    }
    let chooses = pay.gateway.as_ref().is_some_and(|name| !name.is_manual());
    if pay.method.is_some() && !chooses {
        let what = "pay.method needs pay.gateway, which is missing";
        return Err(section.unfit("method", what, "add a line: gateway = \"…\""));
    }
    Ok(pay)
}
