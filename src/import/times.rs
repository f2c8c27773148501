//! The times of a CSV file. A time without a zone is read only if the operator has given a zone.

use super::{ImportProblem, fields};
use crate::domain::values::instant::text::{TimeError, read, read_in};
use crate::domain::{Instant, Zone};

/// Reads the times of one order.
#[derive(Debug, Clone, Copy)]
pub(super) struct TimeReader {
    zone: Option<Zone>,
    /// A time had no zone of its own.
    pub(super) has_local: bool,
}

impl TimeReader {
    pub(super) fn in_zone(zone: Option<Zone>) -> Self {
        Self {
            zone,
            has_local: false,
        }
    }

    pub(super) fn read(&mut self, field: &str, text: &str) -> Result<Instant, ImportProblem> {
        let reason =
            |why: &str| ImportProblem::new(format_args!("{field} {} {why}", fields::echo(text)));
        match (read(text), self.zone) {
            (Err(TimeError::NoZone), Some(zone)) => {
                self.has_local = true;
                read_in(text, zone).map_err(|why| reason(why.zone_note()))
            }
            (Err(TimeError::NoZone), None) => Err(reason(
                "has no zone; set timezone = \"Asia/Jakarta\" in the configuration, or add --timezone Asia/Jakarta",
            )),
            (read, _) => read.map_err(|why| reason(why.zone_note())),
        }
    }
}
