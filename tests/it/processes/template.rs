//! The shop in which every writing command has work to do, made once.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::Path;
use std::sync::LazyLock;

use payctl::domain::Rupiah;
use payctl::exit::Exit::{self, Attention, Clean, Partial};
use payctl::simulator::{AttemptTruth, MIDTRANS, PAKASIR, SimulatedGateway};
use rusqlite::Connection;
use rusqlite::types::Value;

use super::commands::Setting;
use crate::world::{Shop, config};
use crate::{notification, old_files};

/// A hook works once per key, as a hook should, and notes each attempt. That of `FAIL-1` fails until it is mended.
const HOOK: &str = "echo \"$PAYCTL_EFFECT_KEY\" >> tries\n\
    test \"$PAYCTL_ORDER\" != FAIL-1 || test -f mended || exit 75\n\
    mkdir \"done-$PAYCTL_EFFECT_KEY\" 2>/dev/null || exit 0\n\
    echo \"$PAYCTL_EFFECT_KEY\" >> keys\n";

pub(super) const TOKEN: &str = "trigger-do-not-show-this";

/// How the shop comes to have work for everybody.
const STORY: [(&str, Exit); 36] = [
    (
        "product set show --price 10000 --capacity 50 --tickets --access 1h --access-from first_use",
        Clean,
    ),
    ("product set book --price 3000 --capacity 9", Clean),
    // The gateway's payments: paid, open, and one whose money goes back.
    (
        "order create --number PAID-1 --line show:2 --expires-in 30d --gateway midtrans --method qris",
        Clean,
    ),
    (
        "order create --number OPEN-1 --line show:1 --expires-in 30d",
        Clean,
    ),
    ("pay OPEN-1 --gateway midtrans --method qris", Clean),
    (
        "order create --number BACK-1 --line show:1 --expires-in 30d --gateway midtrans --method qris",
        Clean,
    ),
    ("check-status BACK-1 --fix", Clean),
    ("order cancel BACK-1 --reason rain --yes", Attention),
    ("refund approve 1", Clean),
    (
        "order create --number SECOND-1 --line book:1 --expires-in 30d --gateway pakasir --method qris",
        Clean,
    ),
    ("check-status SECOND-1 --fix", Clean),
    // Nobody has begun to pay these.
    (
        "order create --number BARE-1 --line show:1 --expires-in 30d",
        Clean,
    ),
    (
        "order create --number BARE-2 --line book:1 --expires-in 30d",
        Clean,
    ),
    // Paid by hand: all of it, too much, too little.
    (
        "order create --number CASH-1 --line show:2 --expires-in 30d",
        Clean,
    ),
    ("approve CASH-1 --yes --reason cash", Clean),
    (
        "order create --number OVER-1 --line book:1 --expires-in 30d",
        Clean,
    ),
    (
        "approve OVER-1 --amount 5000 --yes --reason cash",
        Attention,
    ),
    (
        "order create --number OVER-2 --line book:1 --expires-in 30d",
        Clean,
    ),
    (
        "approve OVER-2 --amount 6000 --yes --reason cash",
        Attention,
    ),
    ("refund approve 3", Clean),
    (
        "order create --number SHORT-1 --line show:1 --expires-in 30d",
        Clean,
    ),
    (
        "approve SHORT-1 --amount 4000 --yes --reason cash",
        Attention,
    ),
    // One whose effect fails, and one whose effects nobody has tried yet.
    (
        "order create --number FAIL-1 --line book:1 --expires-in 30d",
        Clean,
    ),
    ("approve FAIL-1 --yes --reason cash", Partial),
    (
        "order create --number QUEUE-1 --line show:3 --expires-in 30d",
        Clean,
    ),
    (LOCK_FULFIL, Clean),
    ("approve QUEUE-1 --yes --reason cash", Clean),
    (UNLOCK_FULFIL, Clean),
    // A customer whose order ended, an order that expired, and some that are overdue.
    (
        "order create --number GONE-1 --total 1000 --expires-in 30d --customer-email gone@example.com --customer-name Sari",
        Clean,
    ),
    ("order cancel GONE-1 --reason rain --yes", Clean),
    (
        "order create --number ENDED-1 --line show:1 --expires-in 1ms --gateway midtrans --method qris",
        Clean,
    ),
    ("expire", Clean),
    (
        "order create --number LATE-1 --line show:1 --expires-in 1ms --gateway midtrans --method qris",
        Clean,
    ),
    (
        "order create --number LATE-2 --line show:2 --expires-in 1ms",
        Clean,
    ),
    (
        "order create --number LATE-3 --line show:1 --expires-in 1ms --gateway midtrans --method bca_va",
        Clean,
    ),
    ("verify", Clean),
];

const LOCK_FULFIL: &str = "lock";
const UNLOCK_FULFIL: &str = "unlock";

/// What is true at the gateway.
const TRUTH: [(SimulatedGateway, &str, &str, i64); 7] = [
    (MIDTRANS, "PAID-1", "settlement", 20_000),
    (MIDTRANS, "OPEN-1", "pending", 10_000),
    (MIDTRANS, "BACK-1", "settlement", 10_000),
    (MIDTRANS, "ENDED-1", "cancel", 10_000),
    (MIDTRANS, "LATE-1", "pending", 10_000),
    (PAKASIR, "SECOND-1", "completed", 3_000),
    (MIDTRANS, "LATE-3", "settlement", 10_000),
];

/// What a word in braces of a command line stands for.
pub(super) const NAMES: [(&str, &str); 11] = [
    (
        "deadline",
        "SELECT strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '+60 days')",
    ),
    (
        "ticket",
        "SELECT code FROM tickets WHERE revoked_at IS NULL AND redeemed_at IS NULL ORDER BY id LIMIT 1",
    ),
    (
        "used",
        "SELECT code FROM tickets WHERE redeemed_at IS NOT NULL LIMIT 1",
    ),
    (
        "manual",
        "SELECT p.id FROM payments p JOIN orders o ON o.id = p.order_id WHERE o.number = 'CASH-1'",
    ),
    (
        "case",
        "SELECT id FROM cases WHERE kind = 'underpaid' AND resolved_at IS NULL",
    ),
    (
        "due",
        "SELECT id FROM refunds WHERE status = 'due' ORDER BY id LIMIT 1",
    ),
    (
        "approved",
        "SELECT r.id FROM refunds r JOIN orders o ON o.id = r.order_id WHERE o.number = 'OVER-2'",
    ),
    (
        "sendable",
        "SELECT r.id FROM refunds r JOIN orders o ON o.id = r.order_id WHERE o.number = 'BACK-1'",
    ),
    ("notification", "SELECT max(id) FROM notifications"),
    ("effect", "SELECT id FROM effects WHERE status = 'waiting'"),
    (
        "done",
        "SELECT e.id FROM effects e JOIN orders o ON o.id = e.order_id WHERE o.number = 'CASH-1' AND e.occasion = 'paid'",
    ),
];

/// The effect that failed has failed often enough to wait for hours.
const NOT_DUE_TODAY: &str =
    "UPDATE effects SET tries = 10, next_try_at = moved_at + 21600000 WHERE status = 'waiting'";

/// Files and folders by their path; a folder has no content.
pub(super) type Tree = BTreeMap<String, Option<Vec<u8>>>;

pub(super) struct Template {
    pub(super) files: Tree,
    pub(super) names: Vec<(String, String)>,
}

/// Made when it is first needed.
pub(super) fn of(setting: Setting) -> &'static Template {
    match setting {
        Setting::Shop => &SHOP,
        Setting::BackedUp => &BACKED_UP,
        Setting::Held => &HELD,
        Setting::OldFile => &OLD_FILE,
        Setting::Nothing => &NOTHING,
    }
}

static SHOP: LazyLock<Template> = LazyLock::new(|| template(&worked_in()));

static BACKED_UP: LazyLock<Template> = LazyLock::new(|| {
    let since = "order create --number SINCE-1 --total 25000 --expires-in 1h";
    template(&worked_on(&["backup copy.db", since]))
});

static HELD: LazyLock<Template> =
    LazyLock::new(|| template(&worked_on(&["backup copy.db", "restore copy.db --yes"])));

/// The shop after these lines as well.
fn worked_on(lines: &[&str]) -> Shop {
    let shop = worked_in();
    for line in lines {
        let output = shop.exec(line);
        assert_eq!(output.exit, Clean, "{line}: {}", output.all());
    }
    shop
}

fn worked_in() -> Shop {
    let shop = furnished(Shop::in_real_time());
    set_truth(&shop);
    shop.simulator.handle().forget(MIDTRANS, "OPEN-1");
    let mut lock = None;
    for (line, exit) in STORY {
        match line {
            LOCK_FULFIL => {
                let file = File::create(shop.folder.path().join("shop.db.fulfil.lock")).unwrap();
                file.lock().unwrap();
                lock = Some(file);
            }
            UNLOCK_FULFIL => lock = None,
            line => {
                let output = shop.exec(line);
                assert_eq!(output.exit, exit, "{line}: {}", output.all());
            }
        }
    }
    assert!(lock.is_none());
    fs::write(shop.folder.path().join("mended"), "").unwrap();
    use_the_last_ticket(&shop);
    keep_a_notification(&shop);
    shop
}

static OLD_FILE: LazyLock<Template> = LazyLock::new(|| {
    let shop = furnished(Shop::in_real_time());
    old_files::make(&shop.database(), "terms.sql");
    template(&shop)
});

static NOTHING: LazyLock<Template> = LazyLock::new(|| Template {
    files: Tree::new(),
    names: Vec::new(),
});

/// One of the tickets is redeemed; the code of the first is in a file.
fn use_the_last_ticket(shop: &Shop) {
    let codes = {
        let connection = Connection::open(shop.database()).unwrap();
        let code = |order: &str| -> String {
            let sql = format!(
                "SELECT t.code FROM tickets t JOIN order_lines l ON l.id = t.order_line_id \
                 JOIN orders o ON o.id = l.order_id \
                 WHERE t.revoked_at IS NULL AND o.status IN ('paid', 'fulfilled') ORDER BY t.id {order} LIMIT 1"
            );
            connection.query_row(&sql, [], |row| row.get(0)).unwrap()
        };
        [code("ASC"), code("DESC")]
    };
    assert_ne!(codes[0], codes[1]);
    let output = shop.exec(&format!("ticket redeem {}", codes[1]));
    assert_eq!(output.exit, Clean, "{}", output.all());
    fs::write(shop.folder.path().join("codes.txt"), &codes[0]).unwrap();
}

/// It came while nobody asked the gateway.
fn keep_a_notification(shop: &Shop) {
    let connection = Connection::open(shop.database()).unwrap();
    let came = "INSERT INTO notifications (gateway, payment_id, received_at, digest, verdict, body) \
        SELECT p.gateway, p.id, p.created_at, 'd', 'verified', '{}' \
        FROM payments p JOIN orders o ON o.id = p.order_id WHERE o.number = 'PAID-1'";
    assert_eq!(connection.execute(came, []).unwrap(), 1);
}

fn template(shop: &Shop) -> Template {
    let connection = Connection::open(shop.database()).unwrap();
    connection.execute_batch(NOT_DUE_TODAY).unwrap();
    let find = |sql: &str| {
        let found = connection.query_row(sql, [], |row| row.get::<_, Value>(0));
        match found {
            Ok(Value::Integer(id)) => Some(id.to_string()),
            Ok(Value::Text(text)) => Some(text),
            _ => None,
        }
    };
    let names = NAMES
        .iter()
        .filter_map(|(name, sql)| Some((format!("{{{name}}}"), find(sql)?)));
    let names = names.collect();
    drop(connection);
    // Attempts are counted from here.
    let _none_yet = fs::remove_file(shop.folder.path().join("tries"));
    let mut files = Tree::new();
    read_tree(shop.folder.path(), "", &mut files);
    Template { files, names }
}

fn read_tree(folder: &Path, below: &str, files: &mut Tree) {
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let name = format!("{below}{}", entry.file_name().into_string().unwrap());
        if entry.file_type().unwrap().is_dir() {
            read_tree(&entry.path(), &format!("{name}/"), files);
            files.insert(name, None);
        } else {
            files.insert(name, Some(fs::read(entry.path()).unwrap()));
        }
    }
}

/// With the hooks, the configurations and the files that commands read.
pub(super) fn furnished(mut shop: Shop) -> Shop {
    let folder = shop.folder.path();
    let url = shop.simulator.url();
    let mut text = config(&url, &url).replace("200ms", "20s");
    text.push_str("\n[expiry]\ngrace = \"0s\"\n[cgi]\ntoken = \"env:PAYCTL_CGI_TOKEN\"\n");
    for (occasion, name) in [("paid", "a"), ("revoked", "back")] {
        text.push_str(&format!(
            "\n[[effects]]\non = \"{occasion}\"\nname = \"{name}\"\nexec = [\"/bin/sh\", \"hook.sh\"]\n"
        ));
    }
    shop.configure(&text);
    fs::write(folder.join("hook.sh"), HOOK).unwrap();
    fs::create_dir_all(folder.join("other")).unwrap();
    let other = text.replace("\"shop.db\"", "\"../shop.db\"")
        + "\n[[effects]]\non = \"paid\"\nname = \"b\"\nexec = [\"/bin/true\"]\n";
    fs::write(folder.join("other/payctl.toml"), other).unwrap();
    let imported = (0..12).map(|number| {
        format!(
            "{{\"number\":\"IMP-{number}\",\"lines\":[{{\"sku\":\"show\",\"quantity\":{}}}]}}\n",
            1 + number % 2
        )
    });
    fs::write(folder.join("orders.jsonl"), imported.collect::<String>()).unwrap();
    fs::write(
        folder.join("notification.json"),
        notification::midtrans("PAID-1", "settlement", 20_000),
    )
    .unwrap();
    shop.environment
        .push(("PAYCTL_CGI_TOKEN".to_owned(), TOKEN.to_owned()));
    shop
}

pub(super) fn set_truth(shop: &Shop) {
    let gateway = shop.simulator.handle();
    gateway.forget_all();
    gateway.clear_all();
    for (kind, reference, word, amount) in TRUTH {
        let truth = AttemptTruth::new(word, Rupiah::from_db(amount));
        gateway.set(kind, reference, truth).unwrap();
    }
}
