//! `--log-file`: what a run prints is also in a file, also when many runs write at once.

use std::collections::BTreeMap;
use std::fs;
use std::process::Child;

use payctl::exit::Exit::{Clean, Failed, Usage};

use crate::program::hear;
use crate::world::Shop;

/// The lines of a log without their times, as run and text.
fn lines(text: &str) -> Vec<(&str, &str)> {
    let lines = text.lines().map(|line| {
        let (time, rest) = line.split_once(' ').unwrap();
        assert!(time.ends_with('Z') && time.contains('T'), "{line}");
        rest.split_once(' ').unwrap()
    });
    lines.collect()
}

#[test]
fn a_log_has_what_was_printed() {
    let shop = Shop::new();
    shop.run("product set seat --price 1000 --log-file shop.log")
        .ended(Clean);
    let shown = shop
        .run("product list --log-file=shop.log")
        .ended(Clean)
        .stdout;
    let failed = shop
        .run("why INV-1 --log-file shop.log")
        .ended(Failed)
        .stderr;
    let refused = shop
        .run("--log-file shop.log prodct list")
        .ended(Usage)
        .stderr;
    let log = shop.file("shop.log").unwrap();
    let lines = lines(&log);
    for (run, text) in [("product", shown), ("why", failed), ("usage", refused)] {
        for line in text.lines().filter(|line| !line.is_empty()) {
            let found = lines
                .iter()
                .any(|(name, logged)| *name == format!("{run}[7]") && *logged == line.trim_end());
            assert!(found, "{line} is not in\n{log}");
        }
    }
    let ends: Vec<&str> = lines
        .iter()
        .map(|(_, text)| *text)
        .filter(|text| text.starts_with("ended"))
        .collect();
    let ended = |code: &str| format!("ended with {code} after 0 ms");
    assert_eq!(
        ends,
        [
            ended("0 (clean)"),
            ended("0 (clean)"),
            ended("1 (failed)"),
            ended("2 (usage)")
        ]
    );
}

#[test]
fn a_quiet_run_leaves_one_line() {
    let shop = Shop::new();
    shop.run("product set seat --price 1000").ended(Clean);
    let silent = shop.run("expire --quiet --log-file shop.log").ended(Clean);
    assert_eq!(silent.all(), "");
    let log = shop.file("shop.log").unwrap();
    assert_eq!(
        lines(&log),
        [("expire[7]", "ended with 0 (clean) after 0 ms")]
    );
}

#[test]
fn a_log_that_cannot_be_written_fails_nothing() {
    let shop = Shop::new();
    shop.run("product set seat --price 1000").ended(Clean);
    let database = fs::read(shop.database()).unwrap();
    for log in ["nowhere/shop.log", "shop.db", "payctl.toml"] {
        let done = shop
            .run(&format!("product list --log-file {log}"))
            .ended(Clean);
        assert!(done.stdout.contains("seat"), "{}", done.stdout);
        assert!(
            done.stderr.starts_with("payctl: could not write the log"),
            "{}",
            done.stderr
        );
        assert_eq!(done.stderr.lines().count(), 1, "{}", done.stderr);
    }
    assert!(
        fs::read(shop.database()).unwrap() == database,
        "the database was changed"
    );
}

#[test]
fn what_a_run_logs_is_in_it() {
    let shop = Shop::new();
    shop.run("product set seat --price 1000").ended(Clean);
    fs::write(shop.folder.path().join(".env"), "A=1\nA=2\n").unwrap();
    let done = shop.exec("check-all -v --log-file shop.log").ended(Clean);
    let log = shop.file("shop.log").unwrap();
    for line in done.stderr.lines().filter(|line| line.contains("WARN")) {
        assert!(log.contains(line), "{line} is not in\n{log}");
    }
}

/// Twelve processes at once, six times, into files that hold a few runs each.
#[test]
fn runs_at_once_lose_and_mix_no_line() {
    let shop = Shop::new();
    let line = "why --rule P6 --log-file shop.log --log-file-size 4K --log-file-keep 250";
    let mut printed = BTreeMap::new();
    for _ in 0..6 {
        let children: Vec<Child> = (0..12).map(|_| shop.start(line)).collect();
        for child in children {
            let process = child.id();
            let output = hear(child).ended(Clean);
            assert_eq!(output.stderr, "");
            let text: Vec<String> = output
                .stdout
                .lines()
                .map(|line| line.trim_end().to_owned())
                .collect();
            let text = text
                .into_iter()
                .filter(|line| !line.is_empty())
                .collect::<Vec<_>>();
            printed
                .entry(format!("why[{process}]"))
                .or_insert_with(Vec::new)
                .push(text);
        }
    }
    let entries = fs::read_dir(shop.folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let mut logs: Vec<_> = entries
        .filter(|path| path.to_str().unwrap().contains("shop.log"))
        .collect();
    logs.retain(|path| !path.to_str().unwrap().ends_with(".lock"));
    assert!(logs.len() > 5, "{logs:?}");
    let mut logged: BTreeMap<String, Vec<String>> = BTreeMap::new();
    // The oldest has the highest number.
    logs.sort_by_key(|path| {
        let number = path.extension().unwrap().to_str().unwrap().parse::<i32>();
        -number.unwrap_or_default()
    });
    for path in logs {
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.len() < 8 * 1024, "{} bytes", text.len());
        for (run, text) in lines(&text) {
            logged
                .entry(run.to_owned())
                .or_default()
                .push(text.to_owned());
        }
    }
    assert_eq!(
        logged.keys().collect::<Vec<_>>(),
        printed.keys().collect::<Vec<_>>()
    );
    for (run, texts) in printed {
        let lines: Vec<String> = logged.remove(&run).unwrap();
        let lines: Vec<String> = lines
            .into_iter()
            .filter(|line| !line.starts_with("ended with 0"))
            .collect();
        assert_eq!(lines, texts.concat(), "{run}");
    }
}
