//! Heartbeats and metrics: what a job tells besides its report. Neither changes an exit.

use std::time::Duration;

use payctl::domain::Rupiah;
use payctl::exit::Exit;
use payctl::simulator::{AttemptTruth, Fault, FaultTarget, MIDTRANS};

use crate::server::Server;
use crate::world::{Shop, config};

/// A shop whose jobs ping this server.
fn pinging(server: &Server, settings: &str) -> Shop {
    let shop = Shop::new();
    let gateway = shop.simulator.url();
    let url = format!("{}/s3cret", server.url());
    let shop = shop.with("PAYCTL_HEARTBEAT_URL", &url);
    let own = config(&gateway, &gateway);
    shop.configure(&format!(
        "{own}\n[heartbeat]\nurl = \"env:PAYCTL_HEARTBEAT_URL\"\n{settings}"
    ));
    opened(shop)
}

/// With its database.
fn opened(shop: Shop) -> Shop {
    shop.run("product set tea --price 1000").ended(Exit::Clean);
    shop
}

/// The request lines that came, without the version.
fn asked(server: &Server) -> Vec<String> {
    let heads = server.heads();
    let first = |head: &String| head.lines().next().unwrap().replace(" HTTP/1.1", "");
    let asked = heads.iter().map(first).collect();
    server.forget();
    asked
}

#[test]
fn each_job_pings_its_start_and_its_end() {
    let server = Server::start(|_| (200, String::new()));
    let shop = pinging(&server, "jobs = { expire = \"off\" }\n");
    for (line, pings) in [
        ("check-all --fix --quiet", 2),
        ("fulfil", 2),
        ("cleanup", 2),
        ("expire", 0),
        // These are no runs of a schedule.
        ("check-all", 0),
        ("expire --dry-run", 0),
        ("order list", 0),
    ] {
        let output = shop.run(line).ended(Exit::Clean);
        let all = ["POST /s3cret/start", "POST /s3cret"];
        assert_eq!(asked(&server), all[..pings], "{line}: {}", output.all());
    }
}

#[test]
fn a_failure_pings_its_exit_code() {
    let server = Server::start(|_| (200, String::new()));
    let shop = pinging(&server, "");
    let line = "order create --number INV-1 --total 25000 --gateway midtrans --method qris";
    shop.run(line).ended(Exit::Clean);
    let refused = Fault::Status {
        code: 401,
        retry_after: None,
    };
    let all = FaultTarget::all(MIDTRANS);
    shop.simulator.handle().fault(all, refused).unwrap();
    shop.run("check-all --fix").ended(Exit::Config);
    let pings = ["POST /s3cret/start", "POST /s3cret/78"];
    assert_eq!(asked(&server), pings);
}

#[test]
fn a_template_is_filled_in() {
    let server = Server::start(|_| (200, String::new()));
    let shop = opened(Shop::new());
    let gateway = shop.simulator.url();
    let own = config(&gateway, &gateway);
    let url = format!("{}/{{job}}?state={{state}}&exit={{exit}}", server.url());
    shop.configure(&format!("{own}\n[heartbeat]\nurl = \"{url}\"\n"));
    shop.run("expire --quiet").ended(Exit::Clean);
    let pings = [
        "POST /expire?state=start&exit=",
        "POST /expire?state=success&exit=0",
    ];
    assert_eq!(asked(&server), pings);
}

#[test]
fn a_lost_heartbeat_only_warns() {
    for status in [500, 404, 0] {
        let server = Server::start(move |_| (status, String::new()));
        let shop = pinging(&server, "");
        let output = shop.run("expire").ended(Exit::Clean);
        assert!(!output.all().contains("s3cret"), "{}", output.all());
        let quiet = shop.run("expire --quiet").ended(Exit::Clean);
        assert_eq!(quiet.all(), "");
        assert_eq!(asked(&server).len(), 4);
    }
}

#[test]
fn a_missing_address_only_warns() {
    let shop = opened(Shop::new());
    let gateway = shop.simulator.url();
    let own = config(&gateway, &gateway);
    shop.configure(&format!("{own}\n[heartbeat]\nurl = \"env:NOWHERE\"\n"));
    assert_eq!(shop.run("expire --quiet").ended(Exit::Clean).all(), "");
}

/// The value of a metric's line.
fn value(text: &str, line: &str) -> Option<i64> {
    let mut lines = text.lines();
    let rest = lines.find_map(|found| found.strip_prefix(line)?.strip_prefix(' '))?;
    Some(rest.parse().unwrap())
}

/// Every sample follows the help and the type of its metric, and names are as Prometheus wants them.
#[track_caller]
fn check_format(text: &str) {
    let mut known = String::new();
    for line in text.lines() {
        if let Some(help) = line.strip_prefix("# HELP ") {
            let (name, help) = help.split_once(' ').unwrap();
            assert!(help.ends_with('.'), "{line}");
            known = name.to_owned();
            let is_word = |letter: char| letter.is_ascii_lowercase() || letter == '_';
            assert!(known.starts_with("payctl_") && known.chars().all(is_word));
            // That would be a counter.
            assert!(!known.ends_with("_total"), "{line}");
        } else if let Some(kind) = line.strip_prefix("# TYPE ") {
            assert_eq!(kind, format!("{known} gauge"));
        } else {
            let name = line.split([' ', '{']).next().unwrap();
            assert_eq!(name, known, "{line}");
        }
    }
}

#[test]
fn jobs_write_the_metrics_they_print() {
    let shop = opened(Shop::new());
    let gateway = shop.simulator.url();
    let own = config(&gateway, &gateway);
    shop.configure(&format!("{own}\n[metrics]\nfile = \"shop.prom\"\n"));
    for number in ["INV-1", "INV-2", "INV-3"] {
        let line = format!("order create --number {number} --total 25000");
        shop.run(&line).ended(Exit::Clean);
    }
    shop.run("approve INV-1 --yes --reason cash")
        .ended(Exit::Clean);
    shop.at("08:00");
    shop.run("expire --limit 1").ended(Exit::Clean);
    let text = shop.file("shop.prom").unwrap();
    check_format(&text);
    assert_eq!(shop.run("metrics").ended(Exit::Clean).stdout, text);
    for (line, is) in [
        ("payctl_orders{status=\"pending\"}", 1),
        ("payctl_orders{status=\"fulfilled\"}", 1),
        ("payctl_orders_rupiah{status=\"expired\"}", 25_000),
        ("payctl_orders_rupiah{status=\"cancelled\"}", 0),
        ("payctl_orders_overdue", 1),
        ("payctl_orders_overdue_oldest_seconds", 3 * 3600),
        ("payctl_cases_open{kind=\"amount_mismatch\"}", 0),
        (
            "payctl_job_last_success_timestamp_seconds{job=\"expire\"}",
            1_772_438_400,
        ),
    ] {
        assert_eq!(value(&text, line), Some(is), "{line}: {text}");
    }
    let json = shop.run("metrics -o json").ended(Exit::Clean).json();
    assert_eq!(json["metrics"][0]["name"], "payctl_orders", "{json}");
}

#[test]
fn metrics_replace_no_other_file() {
    let shop = opened(Shop::new());
    let gateway = shop.simulator.url();
    let own = config(&gateway, &gateway);
    shop.configure(&format!("{own}\n[metrics]\nfile = \"notes.txt\"\n"));
    std::fs::write(shop.folder.path().join("notes.txt"), "my notes").unwrap();
    shop.run("expire").ended(Exit::Clean);
    assert_eq!(shop.file("notes.txt").unwrap(), "my notes");
}

#[test]
fn promtool_accepts_the_metrics() {
    let shop = opened(Shop::new());
    let text = shop.run("metrics").ended(Exit::Clean).stdout;
    let mut promtool = std::process::Command::new("promtool");
    promtool.args(["check", "metrics"]);
    promtool.stdin(std::process::Stdio::piped());
    let Ok(mut child) = promtool.spawn() else {
        println!("not tried: there is no promtool on this machine");
        return;
    };
    let mut stdin = child.stdin.take().unwrap();
    std::io::Write::write_all(&mut stdin, text.as_bytes()).unwrap();
    drop(stdin);
    assert!(child.wait().unwrap().success(), "{text}");
}

#[test]
fn metrics_tell_how_slow_a_gateway_answers() {
    let shop = opened(Shop::in_real_time());
    shop.run("order create --number INV-1 --total 25000 --expires-in 1h --gateway midtrans --method qris")
        .ended(Exit::Clean);
    let waits = AttemptTruth::new("pending", Rupiah::from_db(25_000));
    let gateway = shop.simulator.handle();
    gateway.set(MIDTRANS, "INV-1", waits).unwrap();
    let slow = Fault::Delay(Duration::from_millis(120));
    let all = FaultTarget::all(MIDTRANS);
    gateway.fault(all, slow).unwrap();
    shop.run("check-all --fix").ended(Exit::Clean);
    let json = shop.run("metrics -o json").ended(Exit::Clean).json();
    let metrics = json["metrics"].as_array().unwrap().iter();
    let mut metrics =
        metrics.filter(|metric| metric["name"] == "payctl_gateway_slowest_answer_seconds");
    let seconds = metrics.next().unwrap()["values"][0]["value"].as_str();
    let seconds: f64 = seconds.unwrap().parse().unwrap();
    assert!(seconds >= 0.12, "{json}");
}
