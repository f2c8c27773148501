//! The Task Scheduler of Windows: a task for each job, as the XML that schtasks takes.

use std::time::Duration;

use super::paths::fingerprint;
use super::plan::{Plan, PlannedJob, StartTime};
use super::quoting::{windows, xml};

/// LOCAL SERVICE, which has few rights and no password.
const LOCAL_SERVICE: &str = "S-1-5-19";

/// Each minute from here on; days count from it, too. Without a zone it is the machine's time.
const FIRST_DAY: &str = "2026-01-01";

/// The tasks by their names below the folder of the shop, and their XML.
pub(super) fn tasks(plan: &Plan) -> Vec<(String, String)> {
    let jobs = plan.jobs.iter();
    let tasks = jobs.map(|job| (task_name(&plan.shop, job.name), task(plan, job)));
    tasks.collect()
}

/// As schtasks names it.
pub(super) fn task_name(shop: &str, job: &str) -> String {
    format!(r"payctl\{shop}\{job}")
}

/// Stands in a task's description: Windows writes the XML anew, but keeps that.
pub(super) fn mark(task: &str) -> String {
    let described = task
        .split_once("<Description>")
        .and_then(|(_, rest)| rest.split_once("</Description>"));
    let described = described.map(|(text, _)| text).unwrap_or_default();
    let mark = described
        .rsplit_once('[')
        .and_then(|(_, mark)| mark.strip_suffix(']'));
    mark.unwrap_or_default().to_owned()
}

fn task(plan: &Plan, job: &PlannedJob) -> String {
    let text = with_mark(plan, job, "");
    let mark = format!(" [{:08x}]", fingerprint(&text));
    with_mark(plan, job, &mark)
}

fn with_mark(plan: &Plan, job: &PlannedJob, mark: &str) -> String {
    let wanted = &plan.wanted;
    let words: Vec<String> = job.arguments.iter().map(|word| windows(word)).collect();
    format!(
        r#"<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo>
    <URI>\{uri}</URI>
    <Description>{purpose} Written by: payctl schedule install.{mark}</Description>
  </RegistrationInfo>
  <Triggers>
{trigger}  </Triggers>
  <Principals>
    <Principal id="shop">
{principal}      <RunLevel>LeastPrivilege</RunLevel>
    </Principal>
  </Principals>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <StartWhenAvailable>true</StartWhenAvailable>
    <ExecutionTimeLimit>{limit}</ExecutionTimeLimit>
    <Priority>6</Priority>
  </Settings>
  <Actions Context="shop">
    <Exec>
      <Command>{program}</Command>
      <Arguments>{words}</Arguments>
      <WorkingDirectory>{folder}</WorkingDirectory>
    </Exec>
  </Actions>
</Task>
"#,
        uri = xml(&task_name(&plan.shop, job.name)),
        purpose = xml(job.purpose),
        trigger = trigger(plan, job),
        principal = principal(wanted.user.as_deref()),
        limit = limit(job.limit),
        program = xml(&wanted.program),
        words = xml(&words.join(" ")),
        folder = xml(wanted.folder()),
    )
}

/// A service account has no kind of logon; a named user's password is asked for by schtasks, and then no window opens.
fn principal(user: Option<&str>) -> String {
    match user {
        None => format!("      <UserId>{LOCAL_SERVICE}</UserId>\n"),
        Some(user) => format!(
            "      <UserId>{}</UserId>\n      <LogonType>Password</LogonType>\n",
            xml(user)
        ),
    }
}

fn trigger(plan: &Plan, job: &PlannedJob) -> String {
    match job
        .start
        .by_machine_clock(plan.wanted.zone, plan.wanted.now)
    {
        StartTime::EachMinute { second } => format!(
            "    <TimeTrigger>\n      <StartBoundary>{FIRST_DAY}T00:00:{second:02}</StartBoundary>\n      \
            <Repetition>\n        <Interval>PT1M</Interval>\n      </Repetition>\n    </TimeTrigger>\n"
        ),
        StartTime::EachDay { hour, minute } => format!(
            "    <CalendarTrigger>\n      <StartBoundary>{FIRST_DAY}T{hour:02}:{minute:02}:00</StartBoundary>\n      \
            <ScheduleByDay>\n        <DaysInterval>1</DaysInterval>\n      </ScheduleByDay>\n    </CalendarTrigger>\n"
        ),
    }
}

fn limit(span: Duration) -> String {
    format!("PT{}M", span.as_secs() / 60)
}

/// As schtasks reads a file: UTF-16 with a byte order mark, and lines as Windows ends them.
pub(super) fn encoded(text: &str) -> Vec<u8> {
    let text = text.replace('\n', "\r\n");
    let units = ['\u{feff}'].into_iter().chain(text.chars());
    let mut pair = [0; 2];
    let mut bytes = Vec::new();
    for letter in units {
        for unit in letter.encode_utf16(&mut pair) {
            bytes.extend_from_slice(&unit.to_le_bytes());
        }
    }
    bytes
}

/// What a program of Windows has printed: UTF-16 with a mark, or bytes of its own code page.
pub(super) fn decoded(bytes: &[u8]) -> String {
    match bytes.strip_prefix(&[0xff, 0xfe]) {
        Some(rest) => {
            let pairs = rest.chunks_exact(2);
            let units: Vec<u16> = pairs
                .filter_map(|pair| Some(u16::from_le_bytes(pair.try_into().ok()?)))
                .collect();
            String::from_utf16_lossy(&units)
        }
        None => String::from_utf8_lossy(bytes).into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::plan::Scheduler;
    use super::super::testing::sample;
    use super::*;

    #[test]
    fn a_task_file_is_utf_16() {
        let bytes = encoded("é\n");
        assert_eq!(bytes, [0xff, 0xfe, 0xe9, 0, 0x0d, 0, 0x0a, 0]);
        assert_eq!(decoded(&bytes), "é\r\n");
        assert_eq!(decoded(b"plain"), "plain");
    }

    #[test]
    fn a_changed_task_has_another_mark() {
        let marks = |config: &str| {
            let plan = sample(Scheduler::Schtasks, config);
            let tasks = tasks(&plan).into_iter();
            tasks.map(|(_, task)| mark(&task)).collect::<Vec<String>>()
        };
        let ours = marks(r"C:\ProgramData\payctl\shop\payctl.toml");
        assert_eq!(ours, marks(r"C:\ProgramData\payctl\shop\payctl.toml"));
        let others = marks(r"D:\shop\payctl.toml");
        for (one, other) in ours.iter().zip(others) {
            assert_eq!(one.len(), 8);
            assert_ne!(*one, other);
        }
        assert_eq!(mark("<Task></Task>"), "");
    }
}
