//! Cases and due refunds are reported exactly once, whatever else happened.

use payctl::domain::Rupiah;
use payctl::exit::Exit;
use payctl::simulator::{AttemptTruth, Fault, FaultTarget, MIDTRANS};
use payctl::store::JobLock;

use crate::notification;
use crate::program::hear;
use crate::world::{CommandOutput, Shop};

fn order(shop: &Shop, number: &str) {
    let line = format!(
        "order create --number {number} --total 25000 --expires-at 2026-03-02T05:00:00Z --gateway midtrans --method qris"
    );
    shop.run(&line).ended(Exit::Clean);
}

fn set_answer(shop: &Shop, number: &str, status: &str, amount: i64) {
    let amount = Rupiah::new(amount).unwrap();
    let world = shop.simulator.handle();
    world
        .set(MIDTRANS, number, AttemptTruth::new(status, amount))
        .unwrap();
}

fn silence(shop: &Shop, number: &str) {
    let world = shop.simulator.handle();
    world
        .fault(FaultTarget::one(MIDTRANS, number), Fault::Silent)
        .unwrap();
}

/// The order's money arrives with the wrong amount, and only the webhook has seen it.
fn open_case_by_webhook(shop: &Shop, number: &str) {
    order(shop, number);
    set_answer(shop, number, "settlement", 10_000);
    let body = notification::midtrans(number, "settlement", 10_000);
    shop.run_words(&["webhook", "midtrans", "--quiet"], &body);
    assert_eq!(shop.order(number)["cases"][0]["kind"], "amount_mismatch");
}

#[track_caller]
fn check_reports(output: &CommandOutput, parts: &[&str]) {
    for part in parts {
        assert!(output.stdout.contains(part), "{part}: {}", output.all());
    }
}

#[track_caller]
fn check_silent(output: &CommandOutput) {
    assert_eq!(output.all(), "");
}

const RUNS: [&str; 3] = [
    "check-all --fix --quiet",
    "expire --quiet",
    "fulfil --quiet",
];

#[test]
fn a_silent_gateway_hides_no_case() {
    let shop = Shop::new();
    order(&shop, "INV-1");
    order(&shop, "INV-2");
    set_answer(&shop, "INV-1", "settlement", 10_000);
    silence(&shop, "INV-2");
    let output = shop.run("check-all --fix --quiet").ended(Exit::Attention);
    check_reports(&output, &["case amount_mismatch", "1 unchecked"]);
    shop.at("04:01");
    check_silent(&shop.run("check-all --fix --quiet").ended(Exit::Partial));
}

#[test]
fn a_webhooks_case_is_reported_once() {
    for first in RUNS {
        let shop = Shop::new();
        open_case_by_webhook(&shop, "INV-1");
        let output = shop.run(first).ended(Exit::Attention);
        let wanted = [
            "case 1, amount_mismatch, INV-1, Rp 10,000",
            "payctl case show 1",
        ];
        check_reports(&output, &wanted);
        for next in RUNS {
            shop.at("04:01");
            check_silent(&shop.run(next).ended(Exit::Clean));
        }
    }
}

#[test]
fn a_due_refund_is_reported_once() {
    for first in RUNS {
        let shop = Shop::new();
        order(&shop, "INV-1");
        shop.run("order cancel INV-1 --unproven --reason twice")
            .ended(Exit::Clean);
        set_answer(&shop, "INV-1", "settlement", 25_000);
        let body = notification::midtrans("INV-1", "settlement", 25_000);
        shop.run_words(&["webhook", "midtrans"], &body)
            .ended(Exit::Attention);
        let output = shop.run(first).ended(Exit::Attention);
        let next = "payctl refund approve 1 --by NAME";
        let late = "case 1, late_payment, INV-1, Rp 25,000";
        check_reports(&output, &["refund 1, due, INV-1, Rp 25,000", next, late]);
        shop.at("04:01");
        check_silent(&shop.run(first).ended(Exit::Clean));
    }
}

fn sold(shop: &Shop) {
    order(shop, "INV-1");
    set_answer(shop, "INV-1", "settlement", 25_000);
    shop.run("check-all --fix --quiet").ended(Exit::Clean);
}

#[test]
fn the_commands_own_answer_counts_as_reported() {
    let shop = Shop::new();
    sold(&shop);
    shop.run("order cancel INV-1 --reason twice --yes")
        .ended(Exit::Attention);
    check_silent(&shop.run("fulfil --quiet").ended(Exit::Clean));
}

#[test]
#[cfg(target_os = "linux")]
fn a_lost_answer_counts_as_unreported() {
    let shop = Shop::new();
    sold(&shop);
    let full = std::fs::File::options()
        .write(true)
        .open("/dev/full")
        .unwrap();
    let mut program = shop.program("order cancel INV-1 --reason twice --yes");
    hear(program.stdout(full).spawn().unwrap());
    let output = shop.run("fulfil --quiet").ended(Exit::Attention);
    check_reports(&output, &["refund 1, due, INV-1"]);
}

#[test]
fn programs_see_the_report_in_the_summary() {
    for run in ["check-all --fix", "expire", "fulfil"] {
        let shop = Shop::new();
        open_case_by_webhook(&shop, "INV-1");
        let json = shop
            .run(&format!("{run} -o json"))
            .ended(Exit::Attention)
            .json();
        let case = &json["summary"]["told_cases"][0];
        assert_eq!(case["case"], 1, "{json}");
        assert_eq!(case["order"], "INV-1");
        assert_eq!(case["amount"], 10_000);
        assert_eq!(case["next"], "payctl case show 1");
        let csv = shop.run(&format!("{run} -o csv")).ended(Exit::Clean);
        assert!(!csv.stderr.contains("case 1"), "{}", csv.all());
    }
}

#[test]
fn a_read_only_run_reports_nothing() {
    let shop = Shop::new();
    open_case_by_webhook(&shop, "INV-1");
    for looks in [
        "check-all",
        "check-all --quiet",
        "expire --dry-run",
        "fulfil --dry-run",
        "case list",
        "case show 1",
    ] {
        let output = shop.run(looks);
        assert!(
            !output.all().contains("not reported before"),
            "{}",
            output.all()
        );
    }
    let output = shop.run("expire --quiet").ended(Exit::Attention);
    check_reports(&output, &["case 1"]);
}

#[test]
#[cfg(target_os = "linux")]
fn an_unwritten_report_counts_as_unreported() {
    for run in RUNS {
        let shop = Shop::new();
        open_case_by_webhook(&shop, "INV-1");
        let full = std::fs::File::options()
            .write(true)
            .open("/dev/full")
            .unwrap();
        let mut program = shop.program(run);
        let child = program.stdout(full).spawn().unwrap();
        assert_ne!(hear(child).exit, Exit::Clean);
        let output = shop.run(run).ended(Exit::Attention);
        check_reports(&output, &["case 1"]);
    }
}

#[test]
fn a_closed_pipe_counts_as_unreported() {
    let shop = Shop::new();
    open_case_by_webhook(&shop, "INV-1");
    let mut child = shop.start("expire --quiet");
    drop(child.stdout.take());
    child.wait().unwrap();
    let output = shop.run("expire --quiet").ended(Exit::Attention);
    check_reports(&output, &["case 1"]);
}

#[test]
fn one_of_concurrent_runs_reports() {
    let shop = Shop::in_real_time();
    order_in_real_time(&shop);
    let runs: Vec<_> = RUNS.iter().map(|run| shop.start(run)).collect();
    let output: Vec<CommandOutput> = runs.into_iter().map(hear).collect();
    let telling = output
        .iter()
        .filter(|output| output.stdout.contains("case 1,"));
    assert_eq!(telling.count(), 1, "{output:?}");
    for run in RUNS {
        check_silent(&shop.exec(run).ended(Exit::Clean));
    }
}

fn order_in_real_time(shop: &Shop) {
    let order = "order create --number INV-1 --total 25000 --expires-in 2h --gateway midtrans --method qris";
    shop.exec(order).ended(Exit::Clean);
    set_answer(shop, "INV-1", "settlement", 10_000);
    let watch = "watch INV-1 --timeout 100ms --interval 100ms --quiet";
    shop.exec(watch).ended(Exit::Attention);
    assert_eq!(shop.order("INV-1")["cases"][0]["kind"], "amount_mismatch");
}

#[test]
fn many_cases_are_counted_and_some_named() {
    let shop = Shop::new();
    for number in 1..=23 {
        open_case_by_webhook(&shop, &format!("INV-{number}"));
    }
    let output = shop.run("expire --quiet").ended(Exit::Attention);
    let wanted = [
        "23 open cases, not reported before:",
        "case 20,",
        "… and 3 more: payctl case list",
    ];
    check_reports(&output, &wanted);
    assert!(!output.stdout.contains("case 21,"), "{}", output.stdout);
    check_silent(&shop.run("expire --quiet").ended(Exit::Clean));
}

#[test]
fn others_do_not_report_a_running_jobs_cases() {
    let shop = Shop::new();
    order(&shop, "INV-1");
    set_answer(&shop, "INV-1", "settlement", 10_000);
    let full = "check-all --fix --quiet";
    shop.run(full).ended(Exit::Attention);
    // The state during a check-all that has not reported yet.
    let sql = rusqlite::Connection::open(shop.database()).unwrap();
    sql.execute_batch(
        "UPDATE cases SET told_at = NULL; DELETE FROM last_mail;
            UPDATE runs SET ended_at = NULL WHERE job = 'check-all'",
    )
    .unwrap();
    let lock = JobLock::take(&shop.database(), "check-all").unwrap();
    check_silent(&shop.run("expire --quiet").ended(Exit::Clean));
    drop(lock);
    let output = shop.run("expire --quiet").ended(Exit::Attention);
    check_reports(&output, &["case 1, amount_mismatch"]);
}

#[test]
fn a_web_server_receives_no_report() {
    let mut shop = Shop::new();
    let config = std::fs::read_to_string(shop.folder.path().join("payctl.toml")).unwrap();
    shop.configure(&format!("{config}\n[cgi]\ntoken = \"env:TOKEN\"\n"));
    open_case_by_webhook(&shop, "INV-1");
    shop.at("05:10");
    let request = [
        ("GATEWAY_INTERFACE", "CGI/1.1"),
        ("REQUEST_METHOD", "POST"),
        ("PATH_INFO", "/check-expired"),
        ("HTTP_X_PAYCTL_TOKEN", "t0ken-t0ken-t0ken-t0ken-t0ken-t0ken"),
        ("TOKEN", "t0ken-t0ken-t0ken-t0ken-t0ken-t0ken"),
    ];
    let shop_alone = shop.environment.clone();
    let request = request.map(|(name, value)| (name.to_owned(), value.to_owned()));
    shop.environment.extend(request);
    let answer = shop.run("cgi").ended(Exit::Clean);
    assert!(
        answer.stdout.contains("\"kept_for_person\":1"),
        "{}",
        answer.all()
    );
    shop.environment = shop_alone;
    shop.at("05:11");
    let output = shop.run("expire --quiet").ended(Exit::Attention);
    check_reports(&output, &["case 1, amount_mismatch", "INV-1: payment 1"]);
}
