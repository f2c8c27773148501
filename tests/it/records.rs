//! What ran and what was decided: `runs` and `log`, as lists and as they come.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, ChildStdout};

use payctl::exit::Exit;
use payctl::store::JobLock;
use rusqlite::Connection;
use serde_json::Value;

use crate::world::{CommandOutput, Shop};

fn rows(output: &CommandOutput) -> Vec<Value> {
    output.json()["rows"].as_array().unwrap().clone()
}

fn words(rows: &[Value], field: &str) -> Vec<String> {
    let of = |row: &Value| row[field].as_str().unwrap_or("-").to_owned();
    rows.iter().map(of).collect()
}

/// A run that has not recorded its end.
fn begin(shop: &Shop, job: &str) -> i64 {
    let file = Connection::open(shop.database()).unwrap();
    let begun = "INSERT INTO runs (job, started_at, host, pid, program) VALUES (?1, ?2, 'till-1', 7, 'payctl 0.1.0')";
    file.execute(begun, (job, shop.clock_millis())).unwrap();
    file.last_insert_rowid()
}

impl Shop {
    fn clock_millis(&self) -> i64 {
        use payctl::clock::Clock as _;
        self.clock.now().as_millis()
    }
}

/// A shop whose jobs have run, at 04:00, 05:00 and 06:00.
fn shop() -> Shop {
    let shop = Shop::new();
    shop.run("order create --number INV-1 --total 25000 --expires-in 30m")
        .ended(Exit::Clean);
    shop.run("check-all --fix").ended(Exit::Clean);
    shop.at("05:00");
    shop.run("expire").ended(Exit::Clean);
    shop.at("06:00");
    shop.run("cleanup").ended(Exit::Clean);
    shop
}

#[test]
fn runs_tell_how_each_ended() {
    let shop = shop();
    let all = rows(&shop.run("runs -o json").ended(Exit::Clean));
    assert_eq!(words(&all, "job"), ["cleanup", "expire", "check-all"]);
    assert_eq!(words(&all, "result"), ["clean", "clean", "clean"]);
    assert_eq!(all[1]["counts"]["expired"], 1);
    assert_eq!(all[1]["exit"], 0);
    let table = shop.run("runs --wide").ended(Exit::Clean).stdout;
    for part in [
        "clean (0)",
        "1 expired",
        "nothing to do",
        "till-1",
        "3 runs, 0 failed or died",
    ] {
        assert!(table.contains(part), "{part} is not in\n{table}");
    }
    let csv = shop.run("runs -o csv").ended(Exit::Clean).stdout;
    assert_eq!(csv.lines().count(), 4, "{csv}");

    let of_one = rows(&shop.run("runs --job expire -o json"));
    assert_eq!(words(&of_one, "job"), ["expire"]);
    let since = rows(&shop.run_words(&["runs", "--since", "2026-03-02 05:30", "-o", "json"], ""));
    assert_eq!(words(&since, "job"), ["cleanup"]);
    let first = shop.run("runs --limit 1 -o json").ended(Exit::Clean).json();
    let after = first["summary"]["after"].as_str().unwrap();
    let rest = rows(&shop.run(&format!("runs --after {after} -o json")));
    assert_eq!(words(&rest, "job"), ["expire", "check-all"]);
    let mistyped = shop.run("runs --job chek-all").ended(Exit::Failed);
    assert!(mistyped.stderr.contains("check-all"), "{}", mistyped.stderr);
}

#[test]
fn a_killed_run_shows_as_died() {
    let shop = shop();
    let (killed, latest) = (begin(&shop, "expire"), begin(&shop, "expire"));
    let results = || {
        let all = rows(&shop.run("runs --job expire -o json").ended(Exit::Clean));
        words(&all, "result")
    };
    assert_eq!(results(), ["died", "died", "clean"]);
    let lock = JobLock::take(&shop.database(), "expire").unwrap();
    // Only the latest can be the one that holds the lock.
    assert_eq!(results(), ["running", "died", "clean"]);
    let failed = rows(&shop.run("runs --failed -o json"));
    assert_eq!(failed.len(), 1);
    assert_eq!(failed[0]["run"], killed);
    drop(lock);
    let failed = rows(&shop.run("runs --failed -o json"));
    assert_eq!(failed[0]["run"], latest);
    assert_eq!(failed[0]["exit"], Value::Null);
    let table = shop.run("runs --failed").ended(Exit::Clean).stdout;
    assert!(table.contains("2 failed or died"), "{table}");
}

/// A program that follows, and what it prints.
struct Following {
    child: Child,
    lines: BufReader<ChildStdout>,
}

impl Following {
    fn start(shop: &Shop, line: &str) -> Self {
        let mut child = shop.start(line);
        let lines = BufReader::new(child.stdout.take().unwrap());
        Self { child, lines }
    }

    fn next(&mut self) -> String {
        let mut line = String::new();
        self.lines.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }

    #[cfg(unix)]
    fn interrupted(mut self) -> (Option<i32>, String) {
        use rustix::process::{Pid, Signal, kill_process};

        kill_process(Pid::from_child(&self.child), Signal::INT).unwrap();
        let rest = std::io::read_to_string(&mut self.lines).unwrap();
        (self.child.wait().unwrap().code(), rest)
    }
}

#[test]
#[cfg(unix)]
fn runs_are_followed_as_they_end() {
    let shop = shop();
    begin(&shop, "fulfil");
    let mut runs = Following::start(&shop, "runs --follow --limit 2 -o jsonl");
    let told = |line: String| {
        let row: Value = serde_json::from_str(&line).unwrap();
        format!(
            "{} {}",
            row["job"].as_str().unwrap(),
            row["result"].as_str().unwrap()
        )
    };
    assert_eq!(told(runs.next()), "cleanup clean");
    assert_eq!(told(runs.next()), "fulfil died");
    shop.exec("expire").ended(Exit::Clean);
    assert_eq!(told(runs.next()), "expire clean");
    let (code, rest) = runs.interrupted();
    assert_eq!(code, Some(0));
    assert!(rest.contains("\"summary\":{\"runs\":3"), "{rest}");
}

#[test]
fn the_log_tells_decisions_across_orders() {
    let shop = shop();
    shop.run("order create --number INV-2 --total 500")
        .ended(Exit::Clean);
    shop.run("approve INV-2 --yes --reason cash")
        .ended(Exit::Clean);
    let lines = shop.run("log").ended(Exit::Clean);
    let told: Vec<&str> = lines.stdout.lines().collect();
    assert!(
        told[0].starts_with("2026-03-02 04:00:00 UTC  INV-1  operator:rina  order is pending"),
        "{told:?}"
    );
    assert!(
        told.iter()
            .any(|line| line.contains("INV-1  ") && line.contains("pending → expired")),
        "{told:?}"
    );
    assert!(
        told.last()
            .unwrap()
            .contains("INV-2  operator:rina  order paid → fulfilled"),
        "{told:?}"
    );
    // What `why` says of it, word for word.
    let why = shop.run("why INV-2").ended(Exit::Clean).stdout;
    let (_, text) = told.last().unwrap().split_once("operator:rina  ").unwrap();
    assert!(why.contains(text), "{text}\n{why}");

    let one = rows(&shop.run("log --order INV-2 -o json").ended(Exit::Clean));
    assert!(
        one.iter().all(|row| row["order"] == "INV-2") && one.len() == 4,
        "{one:?}"
    );
    let since = shop.run_words(&["log", "--since", "2026-03-02 05:30"], "");
    assert_eq!(since.stdout.lines().count(), 4, "{}", since.stdout);
    let none = shop
        .run_words(&["log", "--since", "2026-03-03"], "")
        .ended(Exit::Clean);
    assert_eq!(
        (none.stdout.as_str(), none.stderr.as_str()),
        ("", "0 decisions\n")
    );
    let last = shop.run("log --limit 2").ended(Exit::Clean);
    assert_eq!(
        last.stdout.lines().collect::<Vec<_>>(),
        told[told.len() - 2..]
    );
    assert!(
        last.stderr.contains("there are earlier ones"),
        "{}",
        last.stderr
    );
    let last_of_one = rows(&shop.run("log --order INV-2 --limit 1 -o json"));
    assert_eq!(last_of_one, one[3..]);
    assert!(
        shop.run("log --columns order,what")
            .ended(Exit::Clean)
            .stdout
            .starts_with("Order  What")
    );
    shop.run("log --columns order --follow").ended(Exit::Usage);
    shop.run("log --order NOPE").ended(Exit::Failed);
}

/// More than one page, in the order in which it was written.
#[test]
fn a_long_log_is_read_to_its_end() {
    let shop = shop();
    let file = Connection::open(shop.database()).unwrap();
    let many = "WITH RECURSIVE counted(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < 1234)
        INSERT INTO events (order_id, at, actor, what, why) SELECT 1, 9000 - n, 'operator:rina', 'note', n FROM counted";
    assert_eq!(file.execute(many, []).unwrap(), 1_234);
    let numbers = |line: &str| -> Vec<i64> {
        let output = shop.run(&format!("{line} -o json")).ended(Exit::Clean);
        rows(&output)
            .iter()
            .map(|row| row["id"].as_i64().unwrap())
            .collect()
    };
    let before = shop.count("SELECT count(*) FROM events") - 1_234;
    let last = before + 1_234;
    assert_eq!(
        numbers("log --limit 1000000"),
        (1..=last).collect::<Vec<_>>()
    );
    assert_eq!(
        numbers("log --limit 700"),
        (last - 699..=last).collect::<Vec<_>>()
    );
    assert_eq!(numbers("log"), (last - 99..=last).collect::<Vec<_>>());
    // Those were written by a clock that was far back.
    assert_eq!(
        numbers("log --since 2026-03-02"),
        (1..=before).collect::<Vec<_>>()
    );
}

#[test]
#[cfg(unix)]
fn the_log_is_followed_as_it_grows() {
    let shop = shop();
    let mut log = Following::start(&shop, "log --follow --limit 1");
    let first = log.next();
    assert!(first.contains("INV-1"), "{first}");
    shop.exec("order create --number INV-7 --total 500")
        .ended(Exit::Clean);
    let next = log.next();
    assert!(
        next.contains("INV-7  operator:rina  order is pending"),
        "{next}"
    );
    assert_eq!(log.interrupted(), (Some(0), String::new()));
}

#[test]
fn a_follower_ends_with_its_reader() {
    let shop = shop();
    let mut log = Following::start(&shop, "log --follow --limit 1");
    log.next();
    let Following { child, lines } = log;
    drop(lines);
    shop.exec("order create --number INV-7 --total 500")
        .ended(Exit::Clean);
    let ended = child.wait_with_output().unwrap();
    let told = String::from_utf8(ended.stderr).unwrap();
    assert_eq!((ended.status.code(), told.as_str()), (Some(0), ""));
}
