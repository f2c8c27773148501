use std::ffi::OsString;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tempfile::TempDir;

use super::{Intent, Plan, ScheduleChange, Scheduler, Tools, apply, changes, installed};
use crate::clock::MachineClock;
use crate::commands::schedule::plan::Wanted;
use crate::commands::schedule::testing::{sample, sample_of};

const SHOP: &str = "/srv/shop/payctl.toml";
const OTHERS: &str = "MAILTO=rina\n5 * * * * other job\n";

/// Keeps a table as crontab does, one a user.
const CRONTAB: &str = r#"#!/bin/sh
echo "crontab $*" >> "$0.calls"
table="$0.table"
test "$1" = -u && table="$table.$2" && shift 2
case "$1" in
-l) test -f "$table" && exec cat "$table"; echo "no crontab for $USER" >&2; exit 1 ;;
-r) exec rm "$table" ;;
-) exec cat > "$table" ;;
esac
exit 2
"#;

/// Writes down what it is asked for.
const WITNESS: &str = "#!/bin/sh\necho \"${0##*/} $*\" >> \"$0.calls\"\n";

/// Keeps a task's file by its name.
const SCHTASKS: &str = r#"#!/bin/sh
echo "schtasks $*" >> "$0.calls"
task="$0.$(printf %s "$3" | tr '\\' _)"
case "$1" in
/Create) exec cp "$5" "$task" ;;
/Query) exec cat "$task" ;;
/Delete) exec rm "$task" ;;
esac
exit 2
"#;

struct TestMachine {
    folder: TempDir,
    tools: Tools,
}

impl TestMachine {
    /// Where these programs are the schedulers.
    fn with(programs: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in programs {
            let path = folder.path().join(name);
            std::fs::write(&path, text).unwrap();
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        }
        let path = format!("{}:/usr/bin:/bin", folder.path().display());
        let tools = Tools {
            clock: Arc::new(MachineClock),
            path: Some(OsString::from(path)),
            home: Some(folder.path().to_owned()),
            settings: None,
            unit_path: None,
        };
        Self { folder, tools }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn text(&self, name: &str) -> String {
        std::fs::read_to_string(self.file(name)).unwrap_or_default()
    }

    /// Carries it out, and returns what has changed.
    fn does(&self, intent: Intent, plan: &Plan) -> Vec<ScheduleChange> {
        let found = changes(plan, &self.tools, intent).unwrap();
        if !found.is_empty() {
            apply(plan, &self.tools, &found).unwrap();
        }
        found
    }

    fn installed(&self, plan: &Plan) -> Vec<&'static str> {
        let names: Vec<&'static str> = plan.jobs.iter().map(|job| job.name).collect();
        let found = installed(plan, &self.tools, &names).unwrap();
        names
            .into_iter()
            .filter(|name| found.contains(name))
            .collect()
    }
}

const ALL: [&str; 4] = ["check-all", "expire", "fulfil", "cleanup"];

/// Installing twice changes once; removing leaves nothing.
#[track_caller]
fn check(machine: &TestMachine, plan: &Plan) {
    assert_eq!(machine.installed(plan), Vec::<&str>::new());
    assert!(!machine.does(Intent::Install, plan).is_empty());
    assert_eq!(machine.installed(plan), ALL);
    assert_eq!(machine.does(Intent::Install, plan), []);
    let removed = machine.does(Intent::Remove, plan);
    assert!(removed.iter().all(|change| change.old.is_some()));
    assert!(!removed.is_empty());
    assert_eq!(machine.installed(plan), Vec::<&str>::new());
    assert_eq!(machine.does(Intent::Remove, plan), []);
}

#[test]
fn the_crontab_keeps_its_other_lines() {
    let machine = TestMachine::with(&[("crontab", CRONTAB)]);
    let plan = sample(Scheduler::Cron, SHOP);
    check(&machine, &plan);
    assert!(
        !machine.file("crontab.table").exists(),
        "an empty table stays"
    );
    std::fs::write(machine.file("crontab.table"), OTHERS).unwrap();
    check(&machine, &plan);
    assert_eq!(machine.text("crontab.table"), OTHERS);
    let toko = sample_of(Scheduler::Cron, SHOP);
    let user = Some("toko".to_owned());
    let toko = Plan::new(Wanted { user, ..toko }, &[]).unwrap();
    machine.does(Intent::Install, &toko);
    assert!(
        machine
            .text("crontab.table.toko")
            .contains("payctl schedule begin")
    );
    assert_eq!(machine.text("crontab.table"), OTHERS);
}

#[test]
fn a_crontab_that_cannot_be_read_is_kept() {
    let refuses = "#!/bin/sh\necho you are not allowed to use this program >&2\nexit 1\n";
    let machine = TestMachine::with(&[("crontab", refuses)]);
    let plan = sample(Scheduler::Cron, SHOP);
    let refused = changes(&plan, &machine.tools, Intent::Install).unwrap_err();
    assert!(refused.to_string().contains("not allowed"), "{refused}");
    assert_eq!(installed(&plan, &machine.tools, &ALL), None);
}

#[test]
fn a_machine_without_the_scheduler_says_so() {
    let mut machine = TestMachine::with(&[]);
    machine.tools.path = Some(machine.folder.path().into());
    for scheduler in [Scheduler::Cron, Scheduler::Schtasks] {
        let plan = sample(scheduler, SHOP);
        let refused = changes(&plan, &machine.tools, Intent::Install).unwrap_err();
        assert!(
            refused.to_string().contains("this machine has no"),
            "{refused}"
        );
    }
}

/// What `systemctl enable` does.
const SYSTEMCTL: &str = r#"#!/bin/sh
echo "systemctl $*" >> "$0.calls"
units="${0%/*}/.config/systemd/user"
mkdir -p "$units/timers.target.wants"
for unit; do
    case "$*:$unit" in
    *enable*--now*:*.timer) ln -sf "$units/$unit" "$units/timers.target.wants/" ;;
    esac
    case "$*:$unit" in
    *disable*--now*:*.timer) rm -f "$units/timers.target.wants/$unit" ;;
    esac
done
"#;

#[test]
fn units_of_a_user_come_and_go() {
    let machine = TestMachine::with(&[("systemctl", SYSTEMCTL)]);
    let units = machine.file(".config/systemd/user");
    std::fs::create_dir_all(&units).unwrap();
    std::fs::write(units.join("other.timer"), "").unwrap();
    let plan = sample(Scheduler::Systemd, SHOP);
    check(&machine, &plan);
    let calls = machine.text("systemctl.calls");
    let timers: Vec<String> = ALL
        .iter()
        .map(|job| format!("payctl-{}-{job}.timer", plan.shop))
        .collect();
    let enabled = format!("systemctl --user enable --now {}", timers.join(" "));
    assert!(calls.contains(&enabled), "{calls}");
    machine.does(Intent::Install, &plan);
    let timer = units.join("timers.target.wants").join(&timers[0]);
    std::fs::remove_file(&timer).unwrap();
    assert_eq!(machine.does(Intent::Install, &plan).len(), 1);
    assert!(timer.symlink_metadata().is_ok());
    machine.does(Intent::Remove, &plan);
    let left: Vec<PathBuf> = files_of(&units);
    assert_eq!(left, [units.join("other.timer")]);
}

#[test]
fn units_need_a_systemd_that_answers() {
    const BROKEN: &str = "#!/bin/sh\necho Failed to connect to bus >&2\nexit 1\n";
    let machine = TestMachine::with(&[("systemctl", BROKEN)]);
    let plan = sample(Scheduler::Systemd, SHOP);
    let found = changes(&plan, &machine.tools, Intent::Install).unwrap();
    let refused = apply(&plan, &machine.tools, &found).unwrap_err();
    assert!(refused.to_string().contains("connect to bus"), "{refused}");
    let units = machine.file(".config/systemd/user");
    assert!(!units.exists());
    std::fs::write(machine.file("systemctl"), SYSTEMCTL).unwrap();
    machine.does(Intent::Install, &plan);
    std::fs::write(machine.file("systemctl"), BROKEN).unwrap();
    machine.does(Intent::Remove, &plan);
    assert_eq!(files_of(&units), Vec::<PathBuf>::new());
    assert_eq!(
        files_of(&units.join("timers.target.wants")),
        Vec::<PathBuf>::new()
    );
}

fn files_of(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    entries.filter(|path| path.is_file()).collect()
}

#[test]
fn what_is_no_longer_wanted_goes_away() {
    let machine = TestMachine::with(&[("launchctl", WITNESS)]);
    let mut plan = sample(Scheduler::Launchd, SHOP);
    machine.does(Intent::Install, &plan);
    let dropped = plan.jobs.pop().unwrap();
    let changed = machine.does(Intent::Install, &plan);
    let [change] = changed.as_slice() else {
        panic!("{changed:?}")
    };
    assert!(change.name.contains(dropped.name) && change.new.is_none());
    assert_eq!(files_of(&machine.file("Library/LaunchAgents")).len(), 3);
}

#[test]
fn agents_of_launchd_come_and_go() {
    let machine = TestMachine::with(&[("launchctl", WITNESS)]);
    let plan = sample(Scheduler::Launchd, SHOP);
    check(&machine, &plan);
    let calls = machine.text("launchctl.calls");
    assert_eq!(
        calls.matches("launchctl bootstrap gui/").count(),
        4,
        "{calls}"
    );
    assert_eq!(
        files_of(&machine.file("Library/LaunchAgents")),
        Vec::<PathBuf>::new()
    );
}

#[test]
fn tasks_of_windows_come_and_go() {
    let machine = TestMachine::with(&[("schtasks", SCHTASKS)]);
    let plan = sample(
        Scheduler::Schtasks,
        r"C:\ProgramData\payctl\shop\payctl.toml",
    );
    check(&machine, &plan);
    let calls = machine.text("schtasks.calls");
    assert_eq!(calls.matches("/Create").count(), 4, "{calls}");
    assert!(!calls.contains("/RU"), "{calls}");
}
