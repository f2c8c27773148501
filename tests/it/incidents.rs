//! What goes wrong for a while is one story under `--quiet`: told when it begins, hourly, and when it is over.

use payctl::domain::Rupiah;
use payctl::exit::Exit;
use payctl::simulator::{ANY, AttemptTruth, Fault, FaultTarget, MIDTRANS, PAKASIR};
use payctl::store::JobLock;

use crate::notification;
use crate::world::{CommandOutput, Shop};

fn order(shop: &Shop, number: &str) {
    let line = format!(
        "order create --number {number} --total 25000 --expires-at 2026-03-03T04:00:00Z --gateway midtrans --method qris"
    );
    shop.run(&line).ended(Exit::Clean);
}

/// A shop whose payments wait at a gateway that fails in this way.
fn failing_shop(fault: Fault) -> Shop {
    let shop = Shop::new();
    for number in ["INV-1", "INV-2", "INV-3"] {
        order(&shop, number);
    }
    let world = shop.simulator.handle();
    let waits = AttemptTruth::new("pending", Rupiah::from_db(25_000));
    world.set(MIDTRANS, ANY, waits).unwrap();
    world.fault(FaultTarget::all(MIDTRANS), fault).unwrap();
    shop
}

const REFUSED: Fault = Fault::Status {
    code: 401,
    retry_after: None,
};

const CHECK: &str = "check-all --fix --quiet";

/// Runs at each minute, and returns what was printed, with its time.
fn mails(
    shop: &Shop,
    line: &str,
    minutes: impl Iterator<Item = u32>,
) -> Vec<(String, CommandOutput)> {
    let mut mails = Vec::new();
    for minute in minutes {
        let time = format!("{:02}:{:02}", 4 + minute / 60, minute % 60);
        shop.at(&time);
        let output = shop.run(line);
        if !output.all().is_empty() {
            mails.push((time, output));
        }
    }
    mails
}

#[track_caller]
fn check_told(mails: &[(String, CommandOutput)], wanted: &[(&str, &str)]) {
    let times: Vec<&str> = mails.iter().map(|(time, _)| time.as_str()).collect();
    let all: Vec<&str> = wanted.iter().map(|(time, _)| *time).collect();
    assert_eq!(times, all, "{mails:#?}");
    for ((time, output), (_, words)) in mails.iter().zip(wanted) {
        assert!(output.all().contains(words), "{time}: {}", output.all());
    }
}

#[test]
fn a_silent_gateway_is_one_story() {
    let shop = failing_shop(Fault::Silent);
    let told = mails(&shop, CHECK, 0..180);
    check_told(
        &told,
        &[
            (
                "04:30",
                "midtrans has not answered since 2026-03-02 04:00:00 UTC, 3 payments wait",
            ),
            (
                "05:30",
                "still: midtrans has not answered since 2026-03-02 04:00:00 UTC",
            ),
            ("06:30", "still: midtrans has not answered"),
        ],
    );
    assert_eq!(told[0].1.exit, Exit::Partial);
    shop.simulator.handle().clear_all();
    let told = mails(&shop, CHECK, 180..300);
    let over = "midtrans answers again, silent since 2026-03-02 04:00:00 UTC, 3 payments waited";
    check_told(&told, &[("07:00", over)]);
    assert_eq!(told[0].1.exit, Exit::Clean);
}

#[test]
fn a_short_silence_is_not_told() {
    let shop = failing_shop(Fault::Silent);
    check_told(&mails(&shop, CHECK, 0..25), &[]);
    shop.simulator.handle().clear_all();
    check_told(&mails(&shop, CHECK, 25..120), &[]);
    assert_eq!(shop.count("SELECT count(*) FROM incidents"), 0);
}

#[test]
fn a_refused_key_is_told_hourly() {
    let shop = failing_shop(REFUSED);
    let told = mails(&shop, CHECK, 0..119);
    check_told(
        &told,
        &[
            (
                "04:00",
                "midtrans has refused the key since 2026-03-02 04:00:00 UTC (401)",
            ),
            ("05:00", "still: midtrans has refused the key"),
        ],
    );
    assert!(told[0].1.stderr.contains("Check its key"), "{told:?}");
    shop.at("05:59");
    let silent = shop.run(CHECK).ended(Exit::Config);
    assert_eq!(silent.all(), "");
    let loud = shop.run("check-all --fix").ended(Exit::Config);
    assert!(loud.stderr.contains("Check its key"), "{}", loud.all());
    shop.simulator.handle().clear_all();
    let over = "midtrans takes the key again, refused since 2026-03-02 04:00:00 UTC";
    check_told(&mails(&shop, CHECK, 120..240), &[("06:00", over)]);
}

#[test]
fn another_problem_is_told_at_once() {
    let shop = failing_shop(REFUSED);
    let line = "order create --number INV-9 --total 25000 --expires-at 2026-03-03T04:00:00Z --gateway pakasir --method qris";
    shop.run(line).ended(Exit::Clean);
    check_told(
        &mails(&shop, CHECK, 0..10),
        &[("04:00", "midtrans has refused")],
    );
    let world = shop.simulator.handle();
    world.fault(FaultTarget::all(PAKASIR), REFUSED).unwrap();
    check_told(
        &mails(&shop, CHECK, 10..20),
        &[("04:10", "pakasir has refused")],
    );
    world.clear_all();
    let gone = Fault::Status {
        code: 404,
        retry_after: None,
    };
    world.fault(FaultTarget::all(MIDTRANS), gone).unwrap();
    let told = mails(&shop, CHECK, 20..30);
    let all: String = told.iter().map(|(_, output)| output.all()).collect();
    assert!(all.contains("pakasir takes the key again"), "{all}");
    assert!(
        all.contains("midtrans has not") || all.contains("the API of midtrans"),
        "{all}"
    );
}

#[test]
fn a_held_lock_is_news_after_ten_minutes() {
    let shop = failing_shop(Fault::Silent);
    shop.simulator.handle().clear_all();
    shop.run(CHECK).ended(Exit::Clean);
    let sql = rusqlite::Connection::open(shop.database()).unwrap();
    sql.execute_batch("UPDATE runs SET ended_at = NULL, exit = NULL")
        .unwrap();
    let lock = JobLock::take(&shop.database(), "check-all").unwrap();
    let told = mails(&shop, CHECK, 1..80);
    let words = "check-all: a run has held its lock since 2026-03-02 04:00:00 UTC";
    check_told(&told, &[("04:10", words), ("05:10", words)]);
    assert!(told.iter().all(|(_, output)| output.exit == Exit::Busy));
    drop(lock);
    let over = "check-all runs again, a run held its lock since 2026-03-02 04:00:00 UTC";
    check_told(&mails(&shop, CHECK, 80..140), &[("05:20", over)]);
}

#[test]
fn the_next_run_tells_of_a_gap() {
    let shop = failing_shop(Fault::Silent);
    shop.simulator.handle().clear_all();
    check_told(&mails(&shop, "expire --quiet", 0..20), &[]);
    shop.at("09:00");
    let told = shop.run("fulfil --quiet").ended(Exit::Clean);
    let gap = "nothing ran from 2026-03-02 04:19:00 UTC to 2026-03-02 09:00:00 UTC";
    assert!(told.stdout.contains(gap), "{}", told.all());
    check_told(&mails(&shop, "expire --quiet", 300..320), &[]);
}

#[test]
fn runs_by_hand_leave_no_gap() {
    let shop = failing_shop(Fault::Silent);
    shop.simulator.handle().clear_all();
    let now_and_then = (0..20).map(|run| run * 40);
    check_told(
        &mails(&shop, "check-all --fix", [0].into_iter()).split_off(1),
        &[],
    );
    for (_, output) in mails(&shop, "check-all --fix", now_and_then) {
        assert!(!output.all().contains("nothing ran"), "{}", output.all());
    }
}

#[test]
fn a_lost_clock_is_told_and_found_again() {
    let shop = failing_shop(Fault::WrongDate(-600));
    let told = mails(&shop, CHECK, 0..70);
    let words = "synchronise this machine's clock";
    check_told(&told, &[("04:00", words), ("05:00", words)]);
    assert_eq!(told[0].1.exit, Exit::Attention);
    shop.simulator.handle().clear_all();
    let over = "the clocks agree again, they differed since 2026-03-02 04:00:00 UTC";
    let told = mails(&shop, CHECK, 70..100);
    assert!(told[0].1.all().contains(over), "{told:?}");
    assert_eq!(told.len(), 1, "{told:?}");
}

#[test]
fn a_failing_effect_is_told_once() {
    let shop = crate::effects::hooked(Shop::new(), "test -f works", "");
    shop.run("order create --number INV-1 --total 25000")
        .ended(Exit::Clean);
    shop.run("approve INV-1 --yes --reason cash")
        .ended(Exit::Partial);
    let told = mails(&shop, "fulfil --quiet", 0..80);
    let words = "effect vpn has failed since 2026-03-02 04:00:00 UTC";
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].1.stdout.contains(words), "{told:?}");
    std::fs::write(shop.folder.path().join("works"), "").unwrap();
    let told = mails(&shop, "fulfil --quiet", 80..300);
    let still = "still: effect vpn has failed";
    check_told(
        &told,
        &[("05:30", still), ("06:01", "effect vpn works again")],
    );
}

#[test]
#[cfg(target_os = "linux")]
fn an_unwritten_incident_is_told_again() {
    let shop = failing_shop(REFUSED);
    let full = std::fs::File::options()
        .write(true)
        .open("/dev/full")
        .unwrap();
    let mut program = shop.program(CHECK);
    crate::program::hear(program.stdout(full).spawn().unwrap());
    let output = shop.run(CHECK).ended(Exit::Config);
    assert!(
        output.stdout.contains("midtrans has refused"),
        "{}",
        output.all()
    );
    // The report that could not be written has failed the job, and now it works.
    let output = shop.run(CHECK).ended(Exit::Config);
    assert!(!output.stdout.contains("has refused"), "{}", output.all());
    assert_eq!(shop.run(CHECK).ended(Exit::Config).all(), "");
}

#[test]
fn programs_read_incidents_in_the_summary() {
    let shop = failing_shop(REFUSED);
    let json = shop
        .run("check-all --fix -o json")
        .ended(Exit::Config)
        .json();
    let told = &json["summary"]["told_incidents"][0];
    assert_eq!(told["kind"], "key_refused", "{json}");
    assert_eq!(told["state"], "begun");
    assert_eq!(told["subject"], "midtrans");
    assert_eq!(told["affected"], 3);
}

#[test]
fn a_mail_has_thirty_lines_and_no_match() {
    let shop = failing_shop(Fault::Silent);
    let world = shop.simulator.handle();
    world.clear_all();
    for number in 10..70 {
        let number = format!("INV-{number}");
        order(&shop, &number);
        let wrong = AttemptTruth::new("settlement", Rupiah::from_db(10_000));
        world.set(MIDTRANS, &number, wrong).unwrap();
        let body = notification::midtrans(&number, "settlement", 10_000);
        shop.run_words(&["webhook", "midtrans", "--quiet"], &body);
    }
    for number in 70..110 {
        order(&shop, &format!("INV-{number}"));
    }
    let waits = AttemptTruth::new("pending", Rupiah::from_db(25_000));
    world.set(MIDTRANS, ANY, waits).unwrap();
    world
        .fault(FaultTarget::one(MIDTRANS, "INV-99"), Fault::Silent)
        .unwrap();
    let output = shop.run(CHECK).ended(Exit::Attention);
    let all = output.all();
    let count = all.lines().count();
    assert!((20..=30).contains(&count), "{count}: {all}");
    assert!(
        all.starts_with("60 open cases, not reported before:"),
        "{all}"
    );
    assert!(all.contains(" more: payctl case list"), "{all}");
    assert!(all.contains("unchecked"), "{all}");
    let rows = output
        .stdout
        .lines()
        .filter(|line| line.ends_with(" match"));
    assert_eq!(rows.count(), 0, "{all}");
    assert_eq!(shop.run(CHECK).all(), "");
}
