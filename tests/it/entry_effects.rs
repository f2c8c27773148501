//! `webhook` and `cgi` execute effects after they have answered, so the sender does not wait for them.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use payctl::domain::Rupiah;
use payctl::exit::Exit;
use payctl::simulator::{AttemptTruth, MIDTRANS};

use crate::books::{books, difference, fingerprint};
use crate::effects::{hooked, lines};
use crate::notification;
use crate::program::hear;
use crate::world::Shop;

const HOOK: &str = "echo \"$PAYCTL_EFFECT_KEY\" >> keys\n";

/// The first attempt waits until the test opens the gate.
const GATED: &str = "echo \"$PAYCTL_EFFECT_KEY\" >> begun\n\
                     mkdir first 2>/dev/null && until test -f gate; do sleep 0.02; done\n\
                     echo \"$PAYCTL_EFFECT_KEY\" >> keys\n";

/// A shop with one order that is paid at its gateway and still pending here; by the real clock it is long overdue.
fn shop(shop: Shop, script: &str) -> Shop {
    let shop = hooked(shop, script, "");
    shop.run("order create --number INV-1 --total 25000 --gateway midtrans --method qris")
        .ended(Exit::Clean);
    let paid = AttemptTruth::new("settlement", Rupiah::new(25_000).unwrap());
    let world = shop.simulator.handle();
    world.set(MIDTRANS, "INV-1", paid).unwrap();
    shop
}

fn body() -> String {
    notification::midtrans("INV-1", "settlement", 25_000)
}

/// Waits until the gated hook has started.
fn await_begun(shop: &Shop) {
    let patience = Instant::now() + Duration::from_secs(20);
    while lines(shop, "begun").is_empty() {
        assert!(Instant::now() < patience, "no hook started");
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn open_gate(shop: &Shop) {
    File::create(shop.folder.path().join("gate")).unwrap();
}

#[test]
fn a_webhook_executes_its_effects_once() {
    let shop = shop(Shop::new(), HOOK);
    let before = fingerprint(&shop.database());
    shop.run_words(&["webhook", "midtrans", "--dry-run"], &body());
    assert_eq!(fingerprint(&shop.database()), before);
    assert_eq!(lines(&shop, "keys").len(), 0);

    shop.run_words(&["webhook", "midtrans"], &body())
        .ended(Exit::Clean);
    assert_eq!(shop.order("INV-1")["status"], "fulfilled");
    assert_eq!(lines(&shop, "keys").len(), 1);
    let level = books(&shop.database());
    shop.run_words(&["webhook", "midtrans"], &body())
        .ended(Exit::Clean);
    assert_eq!(difference(&level, &books(&shop.database())), "");
    assert_eq!(lines(&shop, "keys").len(), 1);
    shop.run("verify").ended(Exit::Clean);
}

#[test]
fn a_failed_hook_decides_the_webhooks_exit() {
    let shop = shop(Shop::new(), "exit 1\n");
    let output = shop.run_words(&["webhook", "midtrans", "-o", "json"], &body());
    let output = output.ended(Exit::Partial);
    assert_eq!(output.json()["exit"], 4, "the document says the same");
    assert!(
        output.stderr.contains("INV-1: vpn: exited with 1"),
        "{}",
        output.stderr
    );
    assert_eq!(shop.order("INV-1")["status"], "paid");
}

#[test]
fn without_due_effects_no_lock_is_taken() {
    let shop = shop(Shop::new(), HOOK);
    let lock = shop.folder.path().join("shop.db.fulfil.lock");
    let forged = notification::forged("INV-1", "settlement", 25_000);
    shop.run_words(&["webhook", "midtrans"], &forged)
        .ended(Exit::Attention);
    assert!(!lock.exists());
    shop.run_words(&["webhook", "midtrans"], &body())
        .ended(Exit::Clean);
    assert!(lock.exists());
}

/// Starts one request as a web server does.
fn request(shop: &Shop, line: &str, body: &str) -> Child {
    let (method, path) = line.split_once(' ').unwrap();
    let mut child = shop
        .program("cgi")
        .env("REQUEST_METHOD", method)
        .env("PATH_INFO", path)
        .env("CONTENT_LENGTH", body.len().to_string())
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(body.as_bytes()).unwrap();
    child
}

/// Reads the answer a web server would pass on, and leaves the program running.
fn answer(child: &mut Child) -> String {
    let mut answer = BufReader::new(child.stdout.take().unwrap());
    let mut length = 0;
    let mut line = String::new();
    while answer.read_line(&mut line).unwrap() > 2 {
        if let Some(announced) = line.strip_prefix("Content-Length: ") {
            length = announced.trim().parse().unwrap();
        }
        line.clear();
    }
    let mut output = vec![0; length];
    answer.read_exact(&mut output).unwrap();
    String::from_utf8(output).unwrap()
}

#[test]
fn the_answer_is_complete_before_the_hook_ends() {
    let shop = shop(Shop::in_real_time(), GATED);
    let mut child = request(&shop, "POST /notification/midtrans", &body());
    assert_eq!(answer(&mut child), "{\"received\":true}\n");
    assert_eq!(lines(&shop, "keys").len(), 0);
    assert_eq!(shop.order("INV-1")["status"], "paid");

    open_gate(&shop);
    assert!(child.wait().unwrap().success());
    assert_eq!(lines(&shop, "keys").len(), 1);
    assert_eq!(shop.order("INV-1")["status"], "fulfilled");
    shop.exec("verify").ended(Exit::Clean);
}

#[test]
fn the_trigger_executes_its_effects() {
    let mut shop = shop(Shop::in_real_time(), HOOK);
    let settings = std::fs::read_to_string(shop.folder.path().join("payctl.toml")).unwrap();
    shop.configure(&format!("{settings}\n[cgi]\ntoken = \"env:TRIGGER\"\n"));
    shop.environment
        .push(("TRIGGER".to_owned(), "pull-the-trigger-now".to_owned()));
    shop.environment.push((
        "HTTP_X_PAYCTL_TOKEN".to_owned(),
        "pull-the-trigger-now".to_owned(),
    ));
    for _ in 0..2 {
        let output = hear(request(&shop, "POST /check-expired", ""));
        assert!(output.stdout.starts_with("Status: 200"), "{}", output.all());
        assert_eq!(lines(&shop, "keys").len(), 1, "{}", output.all());
    }
    assert_eq!(shop.order("INV-1")["status"], "fulfilled");
}

const APPROVE_2: &str = "approve INV-2 --yes --reason cash";
const APPROVE_3: &str = "approve INV-3 --yes --reason cash";

/// Adds two orders, one of them paid; its effect is due and not started.
fn add_due_effect(shop: &Shop) {
    for number in ["INV-2", "INV-3"] {
        let line = format!("order create --number {number} --total 25000");
        shop.exec(&line).ended(Exit::Clean);
    }
    let lock = File::create(shop.folder.path().join("shop.db.fulfil.lock")).unwrap();
    lock.lock().unwrap();
    shop.exec(APPROVE_2).ended(Exit::Clean);
}

#[track_caller]
fn check_both_done(shop: &Shop) {
    assert_eq!(lines(shop, "keys").len(), 2);
    for number in ["INV-2", "INV-3"] {
        assert_eq!(shop.order(number)["status"], "fulfilled", "{number}");
    }
    shop.exec("verify").ended(Exit::Clean);
}

#[test]
#[cfg_attr(windows, ignore = "a signal by kill")]
fn a_signal_after_the_answer_ends_no_hook() {
    let shop = shop(Shop::in_real_time(), GATED);
    add_due_effect(&shop);
    let unknown = notification::midtrans("INV-9", "settlement", 25_000);
    let mut child = request(&shop, "POST /notification/midtrans", &unknown);
    answer(&mut child);
    await_begun(&shop);
    // lighttpd signals programs that continue after their answer.
    let id = child.id().to_string();
    let asked = std::process::Command::new("kill")
        .args(["-TERM", &id])
        .status();
    assert!(asked.unwrap().success());
    shop.exec(APPROVE_3).ended(Exit::Clean);
    open_gate(&shop);
    assert!(child.wait().unwrap().success());
    check_both_done(&shop);
}

/// Effects queued while another run holds the lock are executed by that run.
#[track_caller]
fn check_running_worker_executes(holder: &str) {
    let shop = shop(Shop::in_real_time(), GATED);
    add_due_effect(&shop);
    let holding = shop.start(holder);
    // The hook of INV-2 has started, so its run has already selected its due effects.
    await_begun(&shop);
    shop.exec(APPROVE_3).ended(Exit::Clean);
    assert_eq!(lines(&shop, "begun").len(), 1);
    open_gate(&shop);
    hear(holding).ended(Exit::Clean);
    check_both_done(&shop);
}

#[test]
fn the_running_worker_executes_newly_queued_effects() {
    check_running_worker_executes("fulfil");
    check_running_worker_executes("check-all --fix --gateway pakasir");
}
