use super::*;
use crate::commands::schedule::testing::{sample, sample_of};

const SHOP: &str = "/srv/shop/payctl.toml";

fn zone() -> Zone {
    "Asia/Jakarta".parse().unwrap()
}

fn at(text: &str) -> Instant {
    Instant::parse_rfc3339(text).unwrap()
}

#[test]
fn a_shop_starts_at_its_own_moments() {
    let starts = |config: &str| -> Vec<StartTime> {
        let plan = sample(Scheduler::Cron, config);
        plan.jobs.iter().map(|job| job.start).collect()
    };
    assert_eq!(starts(SHOP), starts(SHOP));
    assert_ne!(starts(SHOP), starts("/srv/other/payctl.toml"));
    let seconds: Vec<u32> = starts(SHOP)
        .into_iter()
        .filter_map(|start| match start {
            StartTime::EachMinute { second } => Some(second),
            StartTime::EachDay { hour, minute } => {
                assert!((hour, minute) >= (3, 0) && (hour, minute) < (3, 30));
                None
            }
        })
        .collect();
    assert_eq!(seconds.len(), 3);
    for (one, other) in [(0, 1), (1, 2)] {
        assert_eq!((seconds[other] + 60 - seconds[one]) % 60, SECONDS_APART);
    }
}

#[test]
fn the_next_start_is_after_now() {
    let minute = StartTime::EachMinute { second: 7 };
    for (now, next) in [
        ("2026-03-02T04:00:00Z", "2026-03-02T04:00:07Z"),
        ("2026-03-02T04:00:07Z", "2026-03-02T04:01:07Z"),
        ("2026-03-02T23:59:59Z", "2026-03-03T00:00:07Z"),
    ] {
        assert_eq!(minute.next(zone(), at(now)), at(next));
    }
    let daily = StartTime::EachDay {
        hour: 3,
        minute: 12,
    };
    for (now, next) in [
        ("2026-03-02T20:11:59Z", "2026-03-02T20:12:00Z"),
        ("2026-03-02T20:12:00Z", "2026-03-03T20:12:00Z"),
        ("2026-03-02T16:59:00Z", "2026-03-02T20:12:00Z"),
    ] {
        assert_eq!(daily.next(zone(), at(now)), at(next));
    }
    // On this day the clocks of Berlin skip 02:30.
    let skipped = StartTime::EachDay {
        hour: 2,
        minute: 30,
    };
    let berlin = "Europe/Berlin".parse().unwrap();
    let next = skipped.next(berlin, at("2026-03-28T22:59:00Z"));
    assert_eq!(next, at("2026-03-30T00:30:00Z"));
}

#[test]
fn a_path_of_two_lines_is_refused() {
    let wanted = sample_of(Scheduler::Cron, "/srv/a\n* * * * * rm/payctl.toml");
    let refused = Plan::new(wanted, &[]).unwrap_err();
    assert!(
        refused.to_string().contains("control characters"),
        "{refused}"
    );
}

#[test]
fn only_jobs_of_this_version_are_added() {
    for (text, is_good) in [
        ("backup=/backup/shop.db", true),
        ("backup", false),
        ("report", true),
        ("report=x", false),
        ("watch", false),
    ] {
        assert_eq!(text.parse::<ExtraJob>().is_ok(), is_good, "{text}");
    }
    for extra in ["backup=/backup/shop.db", "report", "status"] {
        let name = extra.split('=').next().unwrap();
        let has_command = crate::commands::understands(&["payctl", name, "--help"])
            .is_err_and(|told| !told.contains("unrecognized"));
        let wanted = sample_of(Scheduler::Cron, SHOP);
        let planned = Plan::new(wanted, &[extra.parse().unwrap()]);
        match planned {
            Ok(plan) => assert_eq!(plan.jobs.last().unwrap().name, name),
            Err(refused) => assert!(!has_command, "{extra}: {refused}"),
        }
    }
}
