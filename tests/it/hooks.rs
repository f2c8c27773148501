//! Hook programs: how they end, how many a run starts, and what stops it.

#[cfg(target_os = "linux")]
mod closing;
#[cfg(unix)]
mod interrupted;
#[cfg(windows)]
mod taken_along;

use std::fs;
use std::time::{Duration, Instant};

use payctl::exit::Exit;
use serde_json::{Value, json};

use crate::books::{books, difference, fingerprint};
use crate::effects::{hooked, lines, queued};
use crate::program::hear;
use crate::schemas;
use crate::world::{CommandOutput, Shop};

/// A hook that notes its start, waits for a file `go-ORDER` or `go`, and notes its end.
const PATIENT: &str = "echo \"$PAYCTL_EFFECT_KEY\" >> begun\n\
    until test -f go || test -f \"go-$PAYCTL_ORDER\"; do sleep 0.02; done\n\
    echo \"$PAYCTL_EFFECT_KEY\" >> keys\n";

/// What is told of a hook that ended itself so.
const KILLED: &str = if cfg!(windows) {
    "crashed with 0xc0000005"
} else {
    "was killed by signal 9"
};

fn release(shop: &Shop, file: &str) {
    fs::write(shop.folder.path().join(file), "").unwrap();
}

/// Waits until this many hooks have started.
fn await_started(shop: &Shop, count: usize) {
    let patience = Instant::now() + Duration::from_secs(20);
    while lines(shop, "begun").len() < count {
        assert!(Instant::now() < patience, "no hook started");
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn rows(shop: &Shop) -> Vec<Value> {
    let listed = shop.exec("fulfil list --all -o json").ended(Exit::Clean);
    listed.json()["rows"].as_array().unwrap().clone()
}

fn statuses(shop: &Shop) -> Vec<String> {
    let status = |row: &Value| row["status"].as_str().unwrap().to_owned();
    rows(shop).iter().map(status).collect()
}

fn summary(output: &CommandOutput, field: &str) -> Value {
    output.json()["summary"][field].clone()
}

#[test]
fn a_hook_requesting_retry_or_hanging_is_retried() {
    for (script, settings, reason) in [
        (
            "echo not yet >&2; exit 75\n",
            "",
            "asked for a retry: not yet",
        ),
        (
            "echo slow; sleep 30\n",
            "timeout = \"300ms\"\n",
            "timed out after 300 ms: slow",
        ),
        ("kill -9 $$\n", "", KILLED),
    ] {
        let shop = queued(1, script, settings);
        let started = Instant::now();
        let output = shop.exec("fulfil -o json").ended(Exit::Partial);
        assert!(started.elapsed() < Duration::from_secs(20));
        let row = &output.json()["rows"][0];
        assert_eq!(row["action"], "again", "{row}");
        assert_eq!(row["reason"], reason);
        // The row agrees with the list afterwards.
        assert!(row["next_try_at"].is_string(), "{row}");
        assert_eq!(row["next_try_at"], rows(&shop)[0]["next_try_at"]);
        assert_eq!(statuses(&shop), ["waiting"]);
        shop.exec("fulfil").ended(Exit::Clean);
        shop.exec("verify").ended(Exit::Clean);
    }
}

#[test]
fn an_unrepeatable_hooks_unknown_end_opens_a_case() {
    for (script, settings) in [
        ("echo try >> tries; sleep 30\n", "timeout = \"300ms\"\n"),
        ("echo try >> tries; kill -9 $$\n", ""),
    ] {
        let settings = format!("repeatable = false\n{settings}");
        let shop = queued(1, script, &settings);
        let output = shop.exec("fulfil -o json").ended(Exit::Attention);
        let row = &output.json()["rows"][0];
        assert_eq!(row["action"], "uncertain", "{row}");
        assert_eq!(row["tries"], 1);
        assert_eq!(statuses(&shop), ["uncertain"]);
        shop.exec("fulfil").ended(Exit::Clean);
        assert_eq!(lines(&shop, "tries").len(), 1);
        let cases = order(&shop)["cases"].clone();
        assert_eq!(cases[0]["kind"], "not_fulfilled", "{cases}");
        shop.exec("verify").ended(Exit::Clean);
    }
    // A hook that reports its failure is retried.
    let shop = queued(1, "exit 75\n", "repeatable = false\n");
    shop.exec("fulfil").ended(Exit::Partial);
    assert_eq!(statuses(&shop), ["waiting"]);
}

/// A shop whose run was killed while its hook was running.
fn shop_with_killed_run(settings: &str) -> Shop {
    let shop = queued(1, PATIENT, settings);
    let mut child = shop.start("fulfil");
    await_started(&shop, 1);
    assert_eq!(statuses(&shop), ["running"]);
    child.kill().unwrap();
    child.wait().unwrap();
    shop
}

/// Lets the hook that outlived its killed run finish.
pub(crate) fn finish_surviving_hooks(shop: &Shop) {
    // A run killed while it starts a program leaves it, on Windows, until the claim lapses: the timeout and 30 s.
    let most = if cfg!(windows) { 60 } else { 20 };
    let patience = Instant::now() + Duration::from_secs(most);
    let is_under_way = || {
        let output = shop.exec("fulfil --dry-run -o json").ended(Exit::Clean);
        summary(&output, "under_way") != 0
    };
    while is_under_way() {
        assert!(Instant::now() < patience, "the hook does not end");
    }
}

#[test]
#[cfg(unix)]
fn a_surviving_hook_is_not_started_twice() {
    let shop = shop_with_killed_run("timeout = \"60s\"\n");
    let before = fingerprint(&shop.database());
    for line in ["fulfil --dry-run -o json", "fulfil -o json"] {
        let output = shop.exec(line).ended(Exit::Clean);
        assert_eq!(summary(&output, "under_way"), 1);
        let row = &output.json()["rows"][0];
        assert_eq!(
            (&row["order"], &row["action"]),
            (&json!("INV-1"), &json!("under_way"))
        );
        assert_eq!(
            row["reason"],
            "may still be running, until then at the latest"
        );
        assert!(row["next_try_at"].is_string(), "{row}");
        if line.contains("--dry-run") {
            assert_eq!(fingerprint(&shop.database()), before);
        }
    }
    let output = shop.exec("fulfil").ended(Exit::Clean).stdout;
    assert!(
        output.contains("\n1 may still be running; times in UTC\n"),
        "{output}"
    );
    assert_eq!(lines(&shop, "begun").len(), 1);
    assert_eq!(statuses(&shop), ["running"]);

    release(&shop, "go");
    finish_surviving_hooks(&shop);
    assert_eq!(lines(&shop, "keys").len(), 1);
    shop.exec("fulfil").ended(Exit::Clean);
    assert_eq!(statuses(&shop), ["done"]);
    assert_eq!(lines(&shop, "begun"), vec!["e1-paid-vpn-1"; 2]);
    let left = fs::read_dir(shop.folder.path()).unwrap().flatten();
    let left = left.map(|file| file.file_name().into_string().unwrap());
    let left: Vec<String> = left.filter(|name| name.contains("effect-")).collect();
    assert_eq!(left, [""; 0]);
    shop.exec("verify").ended(Exit::Clean);
}

/// A shop whose run was killed during an unrepeatable hook; the next run asks a person.
fn shop_with_uncertain_effect() -> Shop {
    let shop = shop_with_killed_run("repeatable = false\n");
    release(&shop, "go");
    finish_surviving_hooks(&shop);
    fs::remove_file(shop.folder.path().join("go")).unwrap();
    let output = shop.exec("fulfil -o json").ended(Exit::Attention);
    assert_eq!(summary(&output, "uncertain"), 1);
    assert_eq!(output.json()["rows"][0]["action"], "uncertain");
    assert_eq!(lines(&shop, "begun").len(), 1, "the hook is not run again");
    assert_eq!(
        shop.exec("fulfil").exit,
        Exit::Clean,
        "the case is reported once"
    );
    let cases = order(&shop)["cases"].clone();
    assert_eq!(cases[0]["kind"], "not_fulfilled", "{cases}");
    shop
}

fn order(shop: &Shop) -> Value {
    shop.exec("order show INV-1 -o json").json()
}

#[test]
fn an_uncertain_hook_can_be_replayed() {
    let shop = shop_with_uncertain_effect();
    release(&shop, "go");
    shop.exec("fulfil --replay 1 --reason seen-at-the-partner")
        .ended(Exit::Clean);
    assert_eq!(statuses(&shop), ["done"]);
    let begun = lines(&shop, "begun");
    assert_eq!(
        begun,
        vec!["e1-paid-vpn-1"; 2],
        "with the same idempotency key"
    );
    assert_eq!(order(&shop)["status"], "fulfilled");
    assert_eq!(order(&shop)["cases"], json!([]));
    shop.exec("verify").ended(Exit::Clean);
}

#[test]
fn an_uncertain_hook_can_be_called_done() {
    let shop = shop_with_uncertain_effect();
    release(&shop, "go");
    let resolve = "case resolve 1 --accept --by rina --reason it-is-there";
    shop.exec(resolve).ended(Exit::Clean);
    assert_eq!(order(&shop)["status"], "fulfilled");
    assert_eq!(order(&shop)["cases"], json!([]));
    let level = books(&shop.database());
    shop.exec("fulfil").ended(Exit::Clean);
    assert_eq!(lines(&shop, "begun").len(), 1);
    let again = shop.exec(resolve);
    assert_eq!(again.exit, Exit::Failed, "{}", again.all());
    assert_eq!(difference(&level, &books(&shop.database())), "");
    shop.exec("verify").ended(Exit::Clean);
}

#[test]
fn a_run_respects_its_limit() {
    let shop = queued(3, "echo \"$PAYCTL_EFFECT_KEY\" >> keys\n", "");
    let before = fingerprint(&shop.database());
    let output = shop
        .exec("fulfil --dry-run --limit 2 -o json")
        .ended(Exit::Clean);
    assert_eq!(summary(&output, "would_do"), 2);
    assert_eq!(fingerprint(&shop.database()), before);

    let output = shop.exec("fulfil --limit 2 -o json").ended(Exit::Clean);
    assert_eq!(summary(&output, "done"), 2);
    assert_eq!(statuses(&shop), ["done", "done", "queued"]);
    shop.exec("fulfil --limit 2").ended(Exit::Clean);
    assert_eq!(lines(&shop, "keys").len(), 3);
    shop.exec("verify").ended(Exit::Clean);
}

#[test]
fn a_time_limit_ends_new_work_only() {
    // Each hook takes longer than the run may, and four run at once.
    let shop = queued(6, "sleep 0.2; echo \"$PAYCTL_EFFECT_KEY\" >> keys\n", "");
    let output = shop.exec("fulfil --max-time 100ms -o json");
    let output = output.ended(Exit::Clean);
    assert_eq!(summary(&output, "ended"), "out_of_time");
    let done = lines(&shop, "keys").len();
    assert!(done <= 4, "{done}");
    assert_eq!(summary(&output, "done"), done);
    shop.exec("fulfil").ended(Exit::Clean);
    assert_eq!(statuses(&shop), vec!["done"; 6]);
    assert_eq!(lines(&shop, "keys").len(), 6);
}

#[test]
fn a_second_run_leaves_work_to_the_first() {
    let shop = queued(1, PATIENT, "");
    let first = shop.start("fulfil");
    await_started(&shop, 1);
    let output = shop.exec("fulfil").ended(Exit::Busy);
    let pid = format!("process {}", first.id());
    assert!(output.stderr.contains(&pid), "{pid}: {}", output.stderr);
    let quiet = shop.exec("fulfil --quiet").ended(Exit::Busy);
    assert_eq!(quiet.all(), "");
    // Reading and changing orders does not wait.
    shop.exec("fulfil --dry-run").ended(Exit::Clean);
    shop.exec("order create --number INV-9 --total 1000")
        .ended(Exit::Clean);
    shop.exec("approve INV-9 --yes --reason cash")
        .ended(Exit::Clean);
    assert_eq!(statuses(&shop), ["running", "queued"]);
    release(&shop, "go");
    hear(first).ended(Exit::Clean);
    shop.exec("fulfil").ended(Exit::Clean);
    assert_eq!(lines(&shop, "keys").len(), 2);
}

#[test]
fn a_closed_pipe_does_not_stop_the_work() {
    for format in ["table", "json", "jsonl", "csv"] {
        let shop = queued(6, "echo \"$PAYCTL_EFFECT_KEY\" >> keys\n", "");
        let mut child = shop.start(&format!("fulfil -o {format}"));
        drop(child.stdout.take());
        hear(child).ended(Exit::Clean);
        assert_eq!(statuses(&shop), vec!["done"; 6], "{format}");
    }
}

#[test]
fn the_list_is_printed_in_every_format() {
    let shop = queued(2, "exit 1\n", "");
    shop.exec("fulfil --limit 1").ended(Exit::Partial);
    let listed = |line: &str| shop.exec(line).ended(Exit::Clean).stdout;
    let table = listed("fulfil list");
    assert!(table.contains("INV-1") && table.contains("exited with 1"));
    assert_eq!(
        table.lines().last(),
        Some("2 effects; times in UTC"),
        "{table}"
    );
    let csv = listed("fulfil list -o csv");
    let head = "order,effect,key,hook,occasion,kind,status,tries,next_try_at,action,reason,repetition,queued_at";
    assert_eq!(csv.lines().next(), Some(head));
    assert!(csv.contains("INV-2,2,e2-paid-vpn-1,vpn,paid,exec,queued,0,"));
    let jsonl = listed("fulfil list -o jsonl");
    let read: Vec<Value> = jsonl
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(read.len(), 3);
    assert_eq!(read[0]["reason"], "exited with 1");
    assert_eq!(read[2]["summary"]["effects"], 2);
    for (filter, orders) in [
        ("--status waiting", vec!["INV-1"]),
        ("--order INV-2", vec!["INV-2"]),
        ("--status dead", vec![]),
        ("--all", vec!["INV-1", "INV-2"]),
    ] {
        let output = shop.exec(&format!("fulfil list {filter} -o json"));
        let rows = output.ended(Exit::Clean).json()["rows"].clone();
        let found: Vec<&str> = rows
            .as_array()
            .unwrap()
            .iter()
            .map(|row| row["order"].as_str().unwrap())
            .collect();
        assert_eq!(found, orders, "{filter}");
    }
}

#[test]
fn order_data_and_keys_stay_apart_in_hooks() {
    let script = "env > environment; echo \"$# $0\" > arguments; cat > document\n";
    let shop = hooked(Shop::in_real_time(), script, "");
    let name = "$(touch pwned) `touch pwned`'; touch pwned; \"{{ 7 * 7 }} =1+1";
    let line = json!({
        "number": "INV-1",
        "total": 25_000,
        "customer": {"name": name, "email": "a@example.com"},
    });
    shop.import(&line.to_string()).ended(Exit::Clean);
    shop.wait_for_processes("INV-1");
    shop.exec("approve INV-1 --yes --reason cash")
        .ended(Exit::Clean);
    shop.exec("fulfil").ended(Exit::Clean);
    let document: Value = serde_json::from_str(&lines(&shop, "document").join("")).unwrap();
    assert_eq!(schemas::fits("effect", &document), None);
    assert_eq!(document["customer"]["name"], name);
    assert_eq!(lines(&shop, "arguments"), ["0 hook.sh"]);
    let environment = lines(&shop, "environment").join("\n");
    assert!(environment.contains("PAYCTL_ORDER=INV-1"));
    for harm in ["pwned", "do-not-show-this", "MIDTRANS", "PAKASIR"] {
        assert!(!environment.contains(harm), "{environment}");
    }
    assert!(!shop.folder.path().join("pwned").exists());
}
