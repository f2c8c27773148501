//! `payctl schedule`: jobs are installed and removed without a trace, and the list tells whether they run.

use std::path::PathBuf;
use std::time::Duration;

use payctl::exit::Exit::{self, Attention, Clean, Usage};
use tempfile::TempDir;

use crate::world::{CommandOutput, Shop};

/// A program `crontab` that keeps its tables in a folder of its own.
pub(crate) struct TestCrontab(TempDir);

const CRONTAB: &str = r#"#!/bin/sh
table="${0%/*}/table"
test "$1" = -u && table="$table.$2" && shift 2
case "$1" in
-l) test -f "$table" && exec cat "$table"; echo "no crontab for $USER" >&2; exit 1 ;;
-r) exec rm "$table" ;;
-) exec cat > "$table" ;;
esac
exit 2
"#;

impl TestCrontab {
    pub(crate) fn new() -> Self {
        use std::fs::{Permissions, set_permissions, write};
        use std::os::unix::fs::PermissionsExt as _;

        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("crontab");
        write(&program, CRONTAB).unwrap();
        set_permissions(&program, Permissions::from_mode(0o755)).unwrap();
        Self(folder)
    }

    /// The value of `PATH` with which it is found.
    pub(crate) fn path(&self) -> String {
        format!("{}:/usr/bin:/bin", self.0.path().display())
    }

    /// Somebody who runs this test has this table.
    pub(crate) fn keep(&self, table: &str) {
        std::fs::write(self.0.path().join("table"), table).unwrap();
    }

    fn table(&self) -> PathBuf {
        self.0.path().join("table.toko")
    }

    fn text(&self) -> Option<String> {
        std::fs::read_to_string(self.table()).ok()
    }
}

struct ScheduledShop {
    shop: Shop,
    crontab: TestCrontab,
}

impl ScheduledShop {
    fn new() -> Self {
        let crontab = TestCrontab::new();
        let shop = Shop::new().with("PATH", &crontab.path());
        shop.run("product set seat --price 1000").ended(Clean);
        Self { shop, crontab }
    }

    /// For cron, and a user who is not this one, so that it is the same for root.
    fn schedule(&self, line: &str) -> CommandOutput {
        self.shop
            .run(&format!("schedule {line} --for cron --user toko"))
    }

    fn runs_all(&self) {
        for job in ["check-all --fix --due", "expire", "fulfil", "cleanup"] {
            self.shop.run(&format!("{job} --quiet")).ended(Clean);
        }
    }

    /// The jobs with their state and whether they are overdue.
    #[track_caller]
    fn check(&self, exit: Exit, told: [(&str, &str, bool); 4]) {
        let listed = self.schedule("list -o json").ended(exit).json();
        let rows = listed["rows"].as_array().unwrap().iter();
        let rows: Vec<(&str, &str, bool)> = rows
            .map(|row| {
                let word = |name: &str| row[name].as_str().unwrap();
                (
                    word("job"),
                    word("state"),
                    row["overdue"].as_bool().unwrap(),
                )
            })
            .collect();
        assert_eq!(rows, told);
    }
}

const OTHERS: &str = "MAILTO=rina\n5 * * * * other job\n";

#[test]
fn installing_asks_and_removing_leaves_no_trace() {
    let machine = ScheduledShop::new();
    std::fs::write(machine.crontab.table(), OTHERS).unwrap();
    let told = |line: &str, exit: Exit| machine.schedule(line).ended(exit).all();
    assert!(told("install", Usage).contains("Pass --yes"));
    let shown = told("install --dry-run", Clean);
    assert!(shown.contains("+ # payctl schedule begin: "), "{shown}");
    assert!(shown.contains("would be installed"), "{shown}");
    assert_eq!(machine.crontab.text().unwrap(), OTHERS);
    for again in [false, true] {
        let done = machine
            .schedule("install --yes -o json")
            .ended(Clean)
            .json();
        let changes = done["changes"].as_array().unwrap().len();
        assert_eq!(changes, usize::from(!again));
        let table = machine.crontab.text().unwrap();
        assert!(table.starts_with(OTHERS));
        assert_eq!(table.matches("check-all --fix --due --quiet").count(), 1);
    }
    let moved = told("install --dry-run --program /opt/payctl", Clean);
    assert!(
        moved.contains("- * * * * *") && moved.contains("+ * * * * *"),
        "{moved}"
    );
    assert!(!moved.contains("MAILTO"), "{moved}");
    assert!(told("remove", Usage).contains("nothing was changed"));
    for _ in 0..2 {
        machine.schedule("remove --yes").ended(Clean);
        assert_eq!(machine.crontab.text().unwrap(), OTHERS);
    }
}

#[test]
fn a_job_that_stops_is_overdue() {
    let machine = ScheduledShop::new();
    machine.runs_all();
    let well = ["check-all", "expire", "fulfil", "cleanup"].map(|job| (job, "runs_well", false));
    machine.check(Clean, well);
    machine.shop.pass(Duration::from_secs(10 * 60));
    machine.check(Clean, well);
    machine.shop.pass(Duration::from_secs(1));
    let [check_all, expire, fulfil, cleanup] = well;
    let late = |(job, ..): (&'static str, _, _)| (job, "overdue", true);
    machine.check(
        Attention,
        [late(check_all), late(expire), late(fulfil), cleanup],
    );
    machine.shop.pass(Duration::from_secs(26 * 60 * 60));
    machine.runs_all_but_cleanup();
    machine.check(Attention, [check_all, expire, fulfil, late(cleanup)]);
}

impl ScheduledShop {
    fn runs_all_but_cleanup(&self) {
        for job in ["check-all --fix --due", "expire", "fulfil"] {
            self.shop.run(&format!("{job} --quiet")).ended(Clean);
        }
    }
}

#[test]
fn a_job_that_never_ran_is_told() {
    let machine = ScheduledShop::new();
    let never = ["check-all", "expire", "fulfil", "cleanup"].map(|job| (job, "never_ran", false));
    machine.check(Clean, never);
    let told = machine.schedule("list").ended(Clean).stdout;
    assert!(told.contains("next: payctl schedule install"), "{told}");
    machine.schedule("install --yes").ended(Clean);
    let [check_all, expire, fulfil, cleanup] = never;
    let missed = |(job, state, _): (&'static str, &'static str, bool)| (job, state, true);
    // The nightly job has had no night yet.
    machine.check(
        Attention,
        [missed(check_all), missed(expire), missed(fulfil), cleanup],
    );
    machine.runs_all_but_cleanup();
    machine.shop.pass(Duration::from_secs(27 * 60 * 60));
    machine.runs_all_but_cleanup();
    let well = |(job, ..): (&'static str, _, _)| (job, "runs_well", false);
    machine.check(
        Attention,
        [well(check_all), well(expire), well(fulfil), missed(cleanup)],
    );
}

#[test]
fn the_list_says_where_a_job_is_installed() {
    let machine = ScheduledShop::new();
    let installed = || {
        let listed = machine.schedule("list -o json").json();
        let rows = listed["rows"].as_array().unwrap().clone();
        let rows = rows.iter();
        rows.map(|row| row["installed"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(installed(), ["no"; 4]);
    let config = machine.shop.folder.path().join("payctl.toml");
    let by_hand = format!(
        "PAYCTL_CONFIG={}\n* * * * * payctl expire -q\n",
        config.display()
    );
    std::fs::write(machine.crontab.table(), by_hand).unwrap();
    assert_eq!(installed(), ["no", "yes", "no", "no"]);
    machine.schedule("install --yes").ended(Clean);
    assert_eq!(installed(), ["yes"; 4]);
    machine.schedule("remove --yes").ended(Clean);
    machine.runs_all();
    // Somebody starts them, perhaps another user.
    assert_eq!(installed(), ["unknown", "yes", "unknown", "unknown"]);
}

#[test]
fn a_schedule_needs_a_configuration_file() {
    let shop = Shop::bare();
    let told = shop
        .run("schedule print --for cron")
        .ended(Exit::Config)
        .stderr;
    assert!(told.contains("configuration file"), "{told}");
    let elsewhere = "schedule print --for cron --config /srv/shop/payctl.toml";
    let printed = shop.run(elsewhere).ended(Clean);
    assert!(
        printed.stderr.contains("not on this machine"),
        "{}",
        printed.stderr
    );
    assert_eq!(printed.stdout, include_str!("../../crontab.example"));
}

#[test]
fn a_configured_report_is_mailed_each_night() {
    let shop = Shop::new();
    let printed = || {
        let line = "schedule print --for cron --user toko";
        shop.run(line).ended(Clean).stdout
    };
    assert!(!printed().contains("report --mail"));
    let url = shop.simulator.url();
    let text = crate::world::config(&url, &url);
    let reader = "[smtp]\nhost = \"localhost\"\nfrom = \"toko@example.com\"\n\n[report]\nto = \"rina@example.com\"\n";
    shop.configure(&format!("{text}\n{reader}"));
    assert!(printed().contains("report --mail"), "{}", printed());
    let twice = shop.run("schedule print --for cron --user toko --with report");
    assert_eq!(twice.ended(Clean).stdout, printed());
}
