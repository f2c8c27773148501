//! Effects of orders, executed by real programs.

use std::fs;
use std::process::Stdio;
use std::time::Duration;

use payctl::exit::Exit;
use serde_json::Value;

use crate::books::{books, difference, fingerprint};
use crate::hooks::finish_surviving_hooks;
use crate::schemas;
use crate::shell::shell;
use crate::world::{Shop, config};

/// The line of an effect that runs a script of the shop.
pub(crate) fn exec_line(script: &str) -> String {
    format!("exec = ['{}', \"{script}\"]\n", shell())
}

/// A shop with one hook, a shell script on payment.
fn shop(script: &str) -> Shop {
    hooked(Shop::new(), script, "")
}

pub(crate) fn hooked(shop: Shop, script: &str, settings: &str) -> Shop {
    fs::write(shop.folder.path().join("hook.sh"), script).unwrap();
    let url = shop.simulator.url();
    let exec = exec_line("hook.sh");
    let effect = format!("[[effects]]\non = \"paid\"\nname = \"vpn\"\n{settings}{exec}");
    shop.configure(&format!("{}\n{effect}", config(&url, &url)));
    shop
}

/// Creates and approves an order; the lock of `fulfil` is free.
fn paid(shop: &Shop, number: &str) {
    let create = format!("order create --number {number} --total 25000");
    shop.run(&create).ended(Exit::Clean);
    let line = format!("approve {number} --yes --reason cash");
    shop.run(&line);
}

pub(crate) fn lines(shop: &Shop, file: &str) -> Vec<String> {
    let text = fs::read_to_string(shop.folder.path().join(file)).unwrap_or_default();
    text.lines().map(str::to_owned).collect()
}

fn effect(shop: &Shop) -> Value {
    let listed = shop.run("fulfil list --all -o json").ended(Exit::Clean);
    let rows = listed.json()["rows"].clone();
    assert_eq!(rows.as_array().unwrap().len(), 1, "{rows}");
    rows[0].clone()
}

#[test]
fn a_paid_effect_is_executed_once() {
    let shop = shop("echo \"$PAYCTL_EFFECT_KEY\" >> keys; cat > document\n");
    paid(&shop, "INV-1");
    let effect = effect(&shop);
    assert_eq!(effect["status"], "done", "{effect}");
    assert_eq!(lines(&shop, "keys"), [effect["key"].as_str().unwrap()]);
    let document: Value = serde_json::from_str(&lines(&shop, "document").join("\n")).unwrap();
    assert_eq!(schemas::fits("effect", &document), None);
    assert_eq!(document["schema"], "payctl/1");
    assert_eq!(document["occasion"], "paid");
    assert_eq!(document["order"]["number"], "INV-1");
    assert_eq!(document["order"]["total"], 25_000);
    assert_eq!(shop.order("INV-1")["status"], "fulfilled");

    let level = books(&shop.database());
    shop.run("fulfil").ended(Exit::Clean);
    shop.run("fulfil").ended(Exit::Clean);
    assert_eq!(difference(&level, &books(&shop.database())), "");
    assert_eq!(lines(&shop, "keys").len(), 1);
    shop.run("verify").ended(Exit::Clean);
}

#[test]
fn a_run_executes_effects_it_queued() {
    let shop = hooked(
        Shop::in_real_time(),
        "echo \"$PAYCTL_EFFECT_KEY\" >> keys\n",
        "",
    );
    let create = "order create --number INV-1 --total 25000";
    shop.exec(create).ended(Exit::Clean);
    let approve = "approve INV-1 --yes --reason cash";
    shop.exec(approve).ended(Exit::Clean);
    assert_eq!(lines(&shop, "keys").len(), 1);
    assert_eq!(shop.order("INV-1")["status"], "fulfilled");
}

#[test]
fn a_failed_effect_is_retried_on_time() {
    let shop = shop("echo try >> tries; test -f open || { echo shut >&2; exit 1; }\n");
    paid(&shop, "INV-1");
    let waiting = effect(&shop);
    assert_eq!(waiting["status"], "waiting", "{waiting}");
    assert_eq!(waiting["reason"], "exited with 1: shut");
    assert_eq!(shop.order("INV-1")["status"], "paid");
    shop.run("fulfil").ended(Exit::Clean);
    assert_eq!(lines(&shop, "tries").len(), 1, "the effect is not due yet");

    shop.pass(Duration::from_secs(61));
    let before = fingerprint(&shop.database());
    let output = shop.run("fulfil --dry-run -o json").ended(Exit::Clean);
    assert_eq!(output.json()["summary"]["would_do"], 1);
    assert_eq!(fingerprint(&shop.database()), before);
    shop.run("fulfil").ended(Exit::Partial);

    fs::write(shop.folder.path().join("open"), "").unwrap();
    shop.pass(Duration::from_secs(301));
    shop.run("fulfil --quiet").ended(Exit::Clean);
    assert_eq!(effect(&shop)["status"], "done");
    assert_eq!(shop.order("INV-1")["status"], "fulfilled");
    shop.run("verify").ended(Exit::Clean);
}

#[test]
fn effects_appear_with_the_order_and_its_timeline() {
    let shop = shop("test -f open || { echo shut >&2; exit 1; }\n");
    paid(&shop, "INV-1");
    let shown = shop.order("INV-1");
    let effect = &shown["effects"][0];
    assert_eq!(effect["hook"], "vpn");
    assert_eq!(effect["occasion"], "paid");
    assert_eq!(effect["status"], "waiting");
    assert_eq!(effect["tries"], 1);
    assert_eq!(effect["next_try_at"], "2026-03-02T04:01:00Z");
    assert_eq!(effect["reason"], "exited with 1: shut");
    let why = shop.run("why INV-1 -o json").ended(Exit::Clean).json();
    let mut standing = effect.clone();
    // What a hook says is told with the order only.
    for field in ["output", "output_cut"] {
        standing.as_object_mut().unwrap().remove(field);
    }
    assert_eq!(why["now"]["effects"][0], standing);

    let output = shop.run("why INV-1").ended(Exit::Clean).stdout;
    for line in [
        "fulfil         effect running → waiting (E3: the attempt failed and will be retried): exec vpn (paid): exited with 1: shut\n",
        "2026-03-02 04:01:00  waiting  fulfil         exec vpn (paid) is tried again after 1 try (exited with 1: shut)\n",
        "\neffect 1, exec vpn (paid): waiting; tries 1, next try 2026-03-02 04:01:00; exited with 1: shut\n",
    ] {
        assert!(output.contains(line), "{line} in {output}");
    }
    let csv = shop.run("why INV-1 -o csv").ended(Exit::Clean).stdout;
    assert!(csv.contains(",waiting,fulfil,"), "{csv}");
    let detail = shop.run("order show INV-1").ended(Exit::Clean).stdout;
    assert!(
        detail.contains("\nEffects\nEffect  Hook  On    Kind  Status   Tries  Next try"),
        "{detail}"
    );

    fs::write(shop.folder.path().join("open"), "").unwrap();
    shop.pass(Duration::from_secs(61));
    shop.run("fulfil").ended(Exit::Clean);
    let output = shop.run("why INV-1").ended(Exit::Clean).stdout;
    let done = "effect running → done (E2: the effect is done): exec vpn (paid)\n";
    assert!(output.contains(done), "{output}");
    assert!(!output.contains("waiting  fulfil"), "{output}");
}

#[test]
fn a_hooks_output_is_deleted_with_the_customer() {
    let shop = shop("echo sari@example.com >&2; exit 1\n");
    shop.run("order create --number INV-1 --total 25000 --customer-email sari@example.com")
        .ended(Exit::Clean);
    shop.run("approve INV-1 --yes --reason cash");
    // A child of the hook sometimes outlives it for a moment; the next attempt waits for it.
    for _ in 0..20 {
        shop.pass(Duration::from_secs(6 * 3600 + 1));
        shop.run("fulfil");
    }
    let holds = || {
        let file = fs::read(shop.database()).unwrap();
        file.windows(5).any(|bytes| bytes == b"sari@")
    };
    let output = shop.run("why INV-1").ended(Exit::Clean).stdout;
    assert!(
        output.contains("dead (exited with 1: sari@example.com)"),
        "{output}"
    );
    shop.run("cleanup").ended(Exit::Clean);
    assert!(holds());
    shop.run("cleanup --erase sari@example.com --yes")
        .ended(Exit::Clean);
    assert!(!holds());
    let output = shop.run("why INV-1").ended(Exit::Clean).stdout;
    assert!(
        output.contains("exec vpn (paid): forgotten with the customer"),
        "{output}"
    );
    shop.run("cleanup --erase sari@example.com --yes")
        .ended(Exit::Failed);
    shop.run("verify").ended(Exit::Clean);
}

#[test]
fn a_killed_hooks_output_is_deleted_too() {
    let hook = "echo sari@example.com >&2; kill -9 $$\n";
    let shop = hooked(Shop::new(), hook, "repeatable = false\n");
    shop.run("order create --number INV-1 --total 25000 --customer-email sari@example.com")
        .ended(Exit::Clean);
    shop.run("approve INV-1 --yes --reason cash")
        .ended(Exit::Attention);
    let output = shop.run("why INV-1").ended(Exit::Clean).stdout;
    assert!(output.contains("uncertain"), "{output}");
    assert!(output.contains("sari@example.com"), "{output}");
    shop.run("case resolve 1 --accept --reason there")
        .ended(Exit::Clean);
    shop.run("cleanup --erase sari@example.com --yes")
        .ended(Exit::Clean);
    let file = fs::read(shop.database()).unwrap();
    assert!(!file.windows(5).any(|bytes| bytes == b"sari@"));
    shop.run("verify").ended(Exit::Clean);
}

#[test]
fn a_failing_effect_becomes_a_case_and_replays() {
    let shop = shop("echo try >> tries; test -f open\n");
    paid(&shop, "INV-1");
    for _ in 0..16 {
        shop.pass(Duration::from_secs(6 * 3600 + 1));
        shop.run("fulfil");
    }
    let dead = effect(&shop);
    assert_eq!(dead["status"], "dead", "{dead}");
    assert_eq!(lines(&shop, "tries").len(), 17);
    let cases = &shop.order("INV-1")["cases"];
    assert_eq!(cases[0]["kind"], "not_fulfilled", "{cases}");

    let replay = "fulfil --replay 1 --by rina --reason mended";
    fs::write(shop.folder.path().join("open"), "").unwrap();
    let before = fingerprint(&shop.database());
    shop.run(&format!("{replay} --dry-run")).ended(Exit::Clean);
    assert_eq!(fingerprint(&shop.database()), before);
    shop.run(replay).ended(Exit::Clean);
    assert_eq!(effect(&shop)["status"], "done");
    assert_eq!(effect(&shop)["key"], dead["key"]);
    assert_eq!(shop.order("INV-1")["status"], "fulfilled");
    let again = shop.run(replay).ended(Exit::Failed);
    assert!(again.stderr.contains("is done"), "{}", again.all());
    shop.run("fulfil --replay 99 --reason x")
        .ended(Exit::Failed);
    shop.run("verify").ended(Exit::Clean);
}

#[test]
fn an_effect_postponed_by_a_fast_clock_runs() {
    let shop = shop("echo try >> tries; test -f open\n");
    paid(&shop, "INV-1");
    let years = Duration::from_secs(4 * 365 * 24 * 3600);
    shop.pass(years);
    shop.run("fulfil").ended(Exit::Partial);
    shop.at("05:00");
    let output = shop.run("fulfil --dry-run -o json").ended(Exit::Clean);
    assert_eq!(output.json()["summary"]["would_do"], 1);
    shop.run("fulfil").ended(Exit::Partial);
    assert_eq!(lines(&shop, "tries").len(), 3);
    shop.run("fulfil").ended(Exit::Clean);
    assert_eq!(lines(&shop, "tries").len(), 3, "the effect is not due yet");

    let replay = "fulfil --replay 1 --reason the-server-is-back";
    let output = shop.run(&format!("{replay} --dry-run -o json"));
    assert_eq!(output.ended(Exit::Clean).json()["summary"]["would_do"], 1);
    shop.run(replay).ended(Exit::Partial);
    assert_eq!(effect(&shop)["tries"], 1);
    fs::write(shop.folder.path().join("open"), "").unwrap();
    shop.run(replay).ended(Exit::Clean);
    assert_eq!(effect(&shop)["status"], "done");
    shop.run(replay).ended(Exit::Failed);
    assert_eq!(lines(&shop, "tries").len(), 5);
    shop.run("verify").ended(Exit::Clean);
}

#[test]
fn an_effect_queued_by_a_fast_clock_runs() {
    let shop = shop("echo try >> tries\n");
    shop.run("order create --number INV-1 --total 25000 --expires-in 9h")
        .ended(Exit::Clean);
    let lock = fs::File::create(shop.folder.path().join("shop.db.fulfil.lock")).unwrap();
    lock.lock().unwrap();
    shop.at("06:00");
    shop.run("approve INV-1 --yes --reason cash")
        .ended(Exit::Clean);
    drop(lock);
    shop.at("04:05");
    let output = shop.run("fulfil --dry-run -o json").ended(Exit::Clean);
    assert_eq!(output.json()["summary"]["would_do"], 1);
    shop.run("fulfil").ended(Exit::Clean);
    assert_eq!(effect(&shop)["status"], "done");
    assert_eq!(lines(&shop, "tries").len(), 1);
}

#[test]
fn without_configured_effects_nothing_happens() {
    let shop = Shop::new();
    paid(&shop, "INV-1");
    assert_eq!(shop.order("INV-1")["status"], "fulfilled");
    let output = shop.run("fulfil -o json").ended(Exit::Clean);
    assert_eq!(output.json()["rows"], serde_json::json!([]));
    shop.run("verify").ended(Exit::Clean);
}

/// A shop in real time with this many paid orders whose effects are queued.
pub(crate) fn queued(orders: usize, script: &str, settings: &str) -> Shop {
    let shop = hooked(Shop::in_real_time(), script, settings);
    // The test holds the lock, so approving leaves the effects to later runs.
    let lock = fs::File::create(shop.folder.path().join("shop.db.fulfil.lock")).unwrap();
    lock.lock().unwrap();
    for number in 1..=orders {
        let create = format!("order create --number INV-{number} --total 25000");
        shop.exec(&create).ended(Exit::Clean);
        let line = format!("approve INV-{number} --yes --reason cash");
        shop.exec(&line).ended(Exit::Clean);
    }
    shop
}

/// The hook works once per key, as a hook should; payctl is killed at random moments.
#[test]
fn an_effect_killed_anywhere_is_done_once() {
    const ORDERS: usize = 6;
    let script = "mkdir \"seen-$PAYCTL_EFFECT_KEY\" 2>/dev/null || exit 0\n\
                  echo \"$PAYCTL_EFFECT_KEY\" >> keys\n";
    let shop = queued(ORDERS, script, "timeout = \"10s\"\n");
    let mut seed = 0x2545_f491_4f6c_dd1d_u64;
    for _ in 0..25 {
        // xorshift: the moments are arbitrary but the same in every run.
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        let mut child = shop
            .program("fulfil")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(seed % 60));
        child.kill().unwrap();
        child.wait().unwrap();
    }
    finish_surviving_hooks(&shop);
    let last = shop.exec("fulfil");
    assert_eq!(last.exit, Exit::Clean, "{}", last.all());
    let mut keys = lines(&shop, "keys");
    keys.sort();
    assert_eq!(keys.len(), ORDERS, "{keys:?}");
    keys.dedup();
    assert_eq!(keys.len(), ORDERS, "each key once");
    for number in 1..=ORDERS {
        assert_eq!(shop.order(&format!("INV-{number}"))["status"], "fulfilled");
    }
    shop.exec("verify").ended(Exit::Clean);
}
