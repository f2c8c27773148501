//! Shops to make schedules for.

use super::paths::folder_of;
use super::plan::{Plan, Scheduler, Wanted};
use crate::domain::{Instant, Zone};

/// The schedule that `crontab.example` and the documents show.
pub(super) fn sample(scheduler: Scheduler, config: &str) -> Plan {
    Plan::new(sample_of(scheduler, config), &[]).unwrap()
}

pub(super) fn sample_of(scheduler: Scheduler, config: &str) -> Wanted {
    Wanted {
        scheduler,
        program: "/usr/local/bin/payctl".to_owned(),
        config: config.to_owned(),
        other_database: None,
        database_folder: folder_of(config).to_owned(),
        log: Some(format!("{}/payctl.log", folder_of(config))),
        user: None,
        zone: Zone::Machine,
        now: Instant::from_millis(1_772_424_000_000),
    }
}
