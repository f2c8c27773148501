//! `[report]`: to whom `report --mail` goes.

use super::error::ConfigError;
use super::section::ConfigSection;

/// Who reads the report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportConfig {
    /// `Rina <rina@example.com>`, or the address alone.
    pub to: String,
}

pub(super) fn from_file(top: &ConfigSection<'_>) -> Result<Option<ReportConfig>, ConfigError> {
    let Some(section) = top.section("report")? else {
        return Ok(None);
    };
    section.only(&["to"])?;
    let to = section.required("to", "to = \"rina@example.com\"", address)?;
    Ok(Some(ReportConfig { to }))
}

fn address(text: &str) -> Result<String, &'static str> {
    let is_plain = !text.chars().any(char::is_control);
    if !is_plain || !text.contains('@') {
        return Err("must be an address such as Rina <rina@example.com>");
    }
    Ok(text.to_owned())
}
