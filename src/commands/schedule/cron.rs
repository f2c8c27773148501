//! The crontab: a marked block in a table that may hold other lines.

use std::fmt::Write as _;

use super::plan::{Plan, PlannedJob, StartTime};
use super::quoting;
use crate::commands::CommandError;

const BEGIN: &str = "# payctl schedule begin: ";
const END: &str = "# payctl schedule end: ";

const ABOUT: &str = "\
# Written by: payctl schedule install. Change it with: payctl schedule, which replaces this block and nothing else.
#
# With --quiet a job prints only what needs attention, so cron mails nothing else. The log file has what was printed,
# and a line for each run. A job never runs twice at the same time: the second run ends at once with exit code 75.
# Each job ends by itself, after at most a minute or, cleanup, five. The seconds and minutes are this shop's own, so
# that not all shops ask their gateways at the same moment.
";

/// Programs of the shop find others here; cron's own path is shorter.
const PATH: &str = "PATH=/usr/local/bin:/usr/bin:/bin";

/// Jobs that were missed while the machine was off wait so long after its start for the network.
const SECONDS_AFTER_BOOT: u32 = 60;

/// The block, with its marks.
pub(super) fn block(plan: &Plan) -> String {
    let config = &plan.wanted.config;
    let mut text = format!("{BEGIN}{config}\n{ABOUT}");
    for job in &plan.jobs {
        // Writing to a text does not fail.
        let _ = write!(text, "\n# {}\n{}", job.purpose, lines(plan, job));
    }
    let _ = write!(text, "\n{END}{config}\n");
    text
}

fn lines(plan: &Plan, job: &PlannedJob) -> String {
    let words = [&plan.wanted.program].into_iter().chain(&job.arguments);
    let words: Vec<String> = words.map(|word| quoting::shell(word)).collect();
    let path = if job.runs_programs {
        format!("{PATH} ")
    } else {
        String::new()
    };
    let command = quoting::cron(&format!("{path}{}", words.join(" ")));
    let wanted = &plan.wanted;
    let usual = match job.start.by_machine_clock(wanted.zone, wanted.now) {
        StartTime::EachMinute { second } => format!("* * * * * sleep {second}; {command}\n"),
        StartTime::EachDay { hour, minute } => format!("{minute} {hour} * * * {command}\n"),
    };
    if job.at_boot {
        format!("{usual}@reboot sleep {SECONDS_AFTER_BOOT}; {command}\n")
    } else {
        usual
    }
}

/// A table with this block in the place of the shop's last one, or at its end; without a block: taken out.
///
/// # Errors
/// The marks of the last block are not complete.
pub(super) fn merged(
    table: &str,
    config: &str,
    block: Option<&str>,
) -> Result<String, CommandError> {
    let (begin, end) = (format!("{BEGIN}{config}"), format!("{END}{config}"));
    let count = |mark: &str| table.lines().filter(|line| line.trim_end() == mark).count();
    match (count(&begin), count(&end)) {
        (0, 0) => {
            let gap = if table.is_empty() || table.ends_with('\n') {
                ""
            } else {
                "\n"
            };
            return Ok(match block {
                Some(block) => format!("{table}{gap}{block}"),
                None => table.to_owned(),
            });
        }
        (1, 1) => {}
        _ => return Err(broken(&begin)),
    }
    let (mut merged, mut is_inside, mut is_complete) = (String::new(), false, false);
    for line in table.split_inclusive('\n') {
        let mark = line.trim_end();
        if mark == begin {
            is_inside = true;
            merged.push_str(block.unwrap_or_default());
        } else if mark == end {
            is_complete = is_inside;
            is_inside = false;
        } else if !is_inside {
            merged.push_str(line);
        }
    }
    if is_complete {
        Ok(merged)
    } else {
        Err(broken(&begin))
    }
}

fn broken(begin: &str) -> CommandError {
    let message = format!(
        "the crontab has the line \"{begin}\" without exactly one end after it; nothing was changed"
    );
    CommandError::failed(message).hint("remove the rest of that block by hand: crontab -e")
}

/// The names of the jobs of this configuration that a table starts, in a block or in lines written by hand.
pub(super) fn jobs<'j>(table: &str, config: &str, names: &[&'j str]) -> Vec<&'j str> {
    let unquoted = |line: &str| line.replace(['\'', '"', '\\'], "");
    let config = unquoted(config);
    let (mut is_named, mut is_inside, mut found) = (false, false, Vec::new());
    for line in table.lines().map(str::trim) {
        if let Some(value) = line.strip_prefix("PAYCTL_CONFIG=") {
            is_named = unquoted(value.trim()) == config;
        }
        if let Some(mark) = line.strip_prefix(BEGIN) {
            is_inside = unquoted(mark) == config;
        } else if line.starts_with(END) {
            is_inside = false;
        }
        let line = unquoted(line);
        let mut words = line.split_whitespace();
        let names_it = is_named || line.split(' ').any(|word| word == config);
        let names_it = names_it || config.contains(' ') && line.contains(&config);
        let runs = words.any(|word| word == "payctl" || word.ends_with("/payctl"));
        if !line.starts_with('#') && (is_inside || names_it && runs) {
            let mut words = line.split_whitespace();
            found.extend(words.find_map(|word| names.iter().find(|name| **name == word)));
        }
    }
    found.into_iter().copied().collect()
}

#[cfg(test)]
mod tests {
    use super::super::plan::Scheduler;
    use super::super::testing::sample;
    use super::*;

    const SHOP: &str = "/srv/shop/payctl.toml";
    const OTHERS: &str = "MAILTO=rina\n\n5 * * * * other job\n";

    fn sample_block(config: &str) -> String {
        block(&sample(Scheduler::Cron, config))
    }

    #[test]
    fn the_example_is_what_is_printed() {
        let example = include_str!("../../../crontab.example");
        assert_eq!(example, sample_block(SHOP));
    }

    #[test]
    fn other_lines_of_the_table_stay() {
        let (ours, other) = (sample_block(SHOP), sample_block("/srv/other/payctl.toml"));
        for table in ["", OTHERS, &other, &format!("{other}{OTHERS}")] {
            let once = merged(table, SHOP, Some(&ours)).unwrap();
            assert_eq!(once, format!("{table}{ours}"));
            assert_eq!(merged(&once, SHOP, Some(&ours)).unwrap(), once);
            assert_eq!(merged(&once, SHOP, None).unwrap(), table);
            let between = format!("{once}{OTHERS}");
            let changed = merged(&between, SHOP, Some("new\n")).unwrap();
            assert_eq!(changed, format!("{table}new\n{OTHERS}"));
        }
        assert_eq!(merged("a", SHOP, Some("b\n")).unwrap(), "a\nb\n");
    }

    #[test]
    fn a_broken_block_is_left_alone() {
        let ours = sample_block(SHOP);
        let (begin, end) = (format!("{BEGIN}{SHOP}\n"), format!("{END}{SHOP}\n"));
        for table in [
            begin.clone(),
            end.clone(),
            format!("{end}{OTHERS}{begin}"),
            format!("{ours}{ours}"),
        ] {
            assert!(merged(&table, SHOP, Some(&ours)).is_err(), "{table}");
            assert!(merged(&table, SHOP, None).is_err(), "{table}");
        }
    }

    #[test]
    fn jobs_are_found_in_any_crontab() {
        const NAMES: [&str; 3] = ["check-all", "expire", "cleanup"];
        let by_hand = format!(
            "PAYCTL_CONFIG={SHOP}\n* * * * *  payctl expire --quiet\n# 0 3 * * * payctl cleanup\n"
        );
        let odd = "/srv/rina's shop/payctl.toml";
        for (table, config, found) in [
            (
                sample_block(SHOP),
                SHOP,
                &["check-all", "expire", "cleanup", "cleanup"][..],
            ),
            (
                sample_block(odd),
                odd,
                &["check-all", "expire", "cleanup", "cleanup"],
            ),
            (sample_block(SHOP), "/srv/other/payctl.toml", &[]),
            (by_hand.clone(), SHOP, &["expire"]),
            (by_hand, "/srv/other/payctl.toml", &[]),
            (OTHERS.to_owned(), SHOP, &[]),
            (
                sample_block(SHOP).replace("/payctl --", "/other-name --"),
                SHOP,
                &["check-all", "expire", "cleanup", "cleanup"],
            ),
        ] {
            assert_eq!(jobs(&table, config, &NAMES), found, "{table}");
        }
    }
}
