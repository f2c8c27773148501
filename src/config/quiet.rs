//! `[quiet]`: what jobs print under `--quiet`, which cron mails.

use std::time::Duration;

use super::error::ConfigError;
use super::section::ConfigSection;
use super::span::duration_or_zero;
use crate::domain::read::reminder::REMINDED_EVERY;

/// What may wait for a common mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuietConfig {
    /// So long after a mail, new cases and refunds are collected for the next.
    pub collect: Duration,
}

/// A case that nobody hears of for longer is no digest.
const COLLECT_MAX: Duration = Duration::from_secs(7 * 24 * 60 * 60);

impl Default for QuietConfig {
    fn default() -> Self {
        Self {
            collect: REMINDED_EVERY,
        }
    }
}

pub(super) fn from_file(top: &ConfigSection<'_>) -> Result<QuietConfig, ConfigError> {
    let mut quiet = QuietConfig::default();
    let Some(section) = top.section("quiet")? else {
        return Ok(quiet);
    };
    section.only(&["collect"])?;
    if let Some(collect) = section.span("collect", duration_or_zero, COLLECT_MAX)? {
        quiet.collect = collect;
    }
    Ok(quiet)
}
