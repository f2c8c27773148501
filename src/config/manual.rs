//! `[manual]`: payment outside the gateways.

use super::error::ConfigError;
use super::section::ConfigSection;
use crate::domain::StaticQris;

/// The settings in `[manual]`: at least one of the two.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManualConfig {
    /// The merchant's own static code.
    pub qris: Option<StaticQris>,
    /// Another account for transfers, in the shop's words.
    pub pay_to: Option<String>,
}

/// Longer text does not fit next to an amount.
const MAX_WORDS: usize = 200;

pub(super) fn from_file(top: &ConfigSection<'_>) -> Result<Option<ManualConfig>, ConfigError> {
    let Some(section) = top.section("manual")? else {
        return Ok(None);
    };
    section.only(&["qris", "pay_to"])?;
    let manual = ManualConfig {
        qris: section.text("qris", str::parse::<StaticQris>)?,
        pay_to: section.text("pay_to", pay_to)?,
    };
    if manual.qris.is_none() && manual.pay_to.is_none() {
        let example = "qris = \"the text of the shop's static QRIS\", or pay_to = \"BCA 0123456789, Toko Contoh\"";
        return Err(section.missing("qris", example));
    }
    Ok(Some(manual))
}

fn pay_to(text: &str) -> Result<String, String> {
    let text = text.trim();
    let length = text.chars().count();
    if length == 0 || length > MAX_WORDS || text.chars().any(char::is_control) {
        return Err(format!(
            "must be one line of 1 to {MAX_WORDS} characters that says where to pay"
        ));
    }
    Ok(text.to_owned())
}
