//! launchd: a property list for each job.

use std::fmt::Write as _;

use super::plan::{Plan, PlannedJob, StartTime};
use super::quoting::xml;

const HEAD: &str = "\
<?xml version=\"1.0\" encoding=\"UTF-8\"?>
<!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">
";

/// The lists by their file names.
pub(super) fn agents(plan: &Plan) -> Vec<(String, String)> {
    let jobs = plan.jobs.iter();
    let agents = jobs.map(|job| {
        let label = label(&plan.shop, job.name);
        (format!("{label}.plist"), agent(plan, job, &label))
    });
    agents.collect()
}

pub(super) fn label(shop: &str, job: &str) -> String {
    format!("payctl.{shop}.{job}")
}

fn agent(plan: &Plan, job: &PlannedJob, label: &str) -> String {
    let wanted = &plan.wanted;
    let words = [&wanted.program].into_iter().chain(&job.arguments);
    let words: String = words
        .map(|word| format!("    <string>{}</string>\n", xml(word)))
        .collect();
    let mut text = format!(
        "{HEAD}<!-- Written by: payctl schedule install. {} launchd starts no job that still runs. -->\n\
        <plist version=\"1.0\">\n<dict>\n{}  <key>ProgramArguments</key>\n  <array>\n{words}  </array>\n{}",
        job.purpose,
        entry("Label", label),
        entry("WorkingDirectory", wanted.folder()),
    );
    if let Some(user) = &wanted.user {
        text.push_str(&entry("UserName", user));
    }
    match job.start.by_machine_clock(wanted.zone, wanted.now) {
        StartTime::EachMinute { .. } => text.push_str(&number("StartInterval", 60)),
        // A day's start that was missed in sleep is made up for when the machine wakes.
        StartTime::EachDay { hour, minute } => {
            let _ = write!(
                text,
                "  <key>StartCalendarInterval</key>\n  <dict>\n{}{}  </dict>\n",
                number("Hour", hour.into()),
                number("Minute", minute.into()),
            );
        }
    }
    if job.at_boot {
        text.push_str("  <key>RunAtLoad</key>\n  <true/>\n");
    }
    if job.runs_programs {
        // What a hook has started outlives the run.
        text.push_str("  <key>AbandonProcessGroup</key>\n  <true/>\n");
        text.push_str("  <key>EnvironmentVariables</key>\n  <dict>\n");
        text.push_str(&entry(
            "PATH",
            "/usr/local/bin:/opt/homebrew/bin:/usr/bin:/bin",
        ));
        text.push_str("  </dict>\n");
    } else {
        text.push_str(&number("Umask", 0o077));
    }
    text.push_str(&entry("ProcessType", "Background"));
    text.push_str("</dict>\n</plist>\n");
    text
}

fn entry(key: &str, value: &str) -> String {
    format!("  <key>{key}</key>\n  <string>{}</string>\n", xml(value))
}

fn number(key: &str, value: u32) -> String {
    format!("  <key>{key}</key>\n  <integer>{value}</integer>\n")
}
