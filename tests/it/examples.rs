//! Every example of the help is typed in a shop that has its orders, and ends as the table says.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use payctl::commands::examples;
use payctl::domain::Rupiah;
use payctl::exit::Exit::{self, Attention, Clean, Partial};
use payctl::simulator::{AttemptTruth, MIDTRANS};
use rusqlite::Connection;

use crate::notification;
use crate::schedule::TestCrontab;
use crate::world::{Console, Shop};

/// How the sample shop comes to the orders that the examples name.
const STORY: [(&str, Exit); 34] = [
    (
        "product set seat --price 150000 --capacity 100 --tickets",
        Clean,
    ),
    ("product set vpn --price 50000 --access 30d", Clean),
    (
        "order create --number INV-1 --line seat:2 --gateway midtrans --method qris",
        Clean,
    ),
    ("order create --number INV-2 --line seat:1", Clean),
    (
        "order create --number INV-3 --line seat:2 --line vpn:1 --customer-name Rina --customer-email rina@example.com",
        Clean,
    ),
    ("approve INV-3 --yes --reason cash", Clean),
    ("order create --number INV-4 --line seat:1", Clean),
    ("approve INV-4 --yes --reason cash", Clean),
    ("order cancel INV-4 --yes --reason rain", Attention),
    ("order create --number INV-5 --line seat:1", Clean),
    ("approve INV-5 --yes --reason cash", Clean),
    ("order cancel INV-5 --yes --reason rain", Attention),
    ("refund approve 2", Clean),
    (
        "order create --number INV-6 --line seat:1 --gateway midtrans --method qris",
        Clean,
    ),
    ("check-status INV-6 --fix", Clean),
    ("order cancel INV-6 --yes --reason rain", Attention),
    ("refund approve 3", Clean),
    ("order create --number INV-7 --line vpn:1", Clean),
    ("approve INV-7 --amount 5000 --yes --reason cash", Attention),
    ("order create --number INV-8 --line vpn:1", Clean),
    ("approve INV-8 --yes --reason cash", Partial),
    (
        "order create --number INV-9 --line vpn:1 --expires-in 1ms",
        Clean,
    ),
    ("order create --number INV-10 --line vpn:1", Clean),
    ("pay INV-10 --gateway midtrans --method qris", Clean),
    (
        "order create --number INV-11 --line vpn:1 --customer-name Sari --customer-email sari@example.com",
        Clean,
    ),
    ("order cancel INV-11 --reason rain", Clean),
    ("order create --number INV-12 --line seat:1", Clean),
    ("approve INV-12 --yes --reason cash", Clean),
    (NAME_TICKETS, Clean),
    ("ticket redeem 9C4Z0R2T5W85K7M2Q9XW3T8B6N", Clean),
    ("case list", Clean),
    ("refund list", Clean),
    ("verify", Clean),
    ("backup shop-copy.db", Clean),
];

/// The tickets of INV-3 and INV-12 get the codes of the examples.
const NAME_TICKETS: &str = "name the tickets";
const TICKET: &str = "5K7M2Q9XW3T8B6N1C4Z0R2T5W8";
const USED: &str = "9C4Z0R2T5W85K7M2Q9XW3T8B6N";

/// Fails for INV-8 until it is mended.
const HOOK: &str = "test \"$PAYCTL_ORDER\" != INV-8 || test -f mended || exit 75\n";

/// The files of a shop, by their path.
type Files = BTreeMap<String, Vec<u8>>;

struct Sample {
    shop: Shop,
    files: Files,
}

fn sample() -> Sample {
    let shop = Shop::new().with("PATH", "/usr/bin:/bin");
    let folder = shop.folder.path();
    let config = shop.file("payctl.toml").unwrap();
    let effect =
        "\n[[effects]]\non = \"paid\"\nname = \"receipt\"\nexec = [\"/bin/sh\", \"hook.sh\"]\n";
    shop.configure(&format!("{config}{effect}"));
    let paid = notification::midtrans("INV-1", "settlement", 300_000);
    for (name, text) in [
        ("hook.sh", HOOK),
        ("notification.json", &paid),
        ("codes.txt", TICKET),
        ("key.txt", "SB-Mid-server-do-not-show-this\n"),
        (
            "orders.csv",
            "number,sku,quantity\nINV-30,seat,1\nINV-31,vpn,1\n",
        ),
    ] {
        fs::write(folder.join(name), text).unwrap();
    }
    for (reference, amount) in [("INV-1", 300_000), ("INV-6", 150_000)] {
        let truth = AttemptTruth::new("settlement", Rupiah::new(amount).unwrap());
        shop.simulator
            .handle()
            .set(MIDTRANS, reference, truth)
            .unwrap();
    }
    for (line, exit) in STORY {
        if line == NAME_TICKETS {
            name_tickets(&shop);
            continue;
        }
        let output = shop.run(line);
        assert_eq!(output.exit, exit, "{line}: {}", output.all());
    }
    fs::write(folder.join("mended"), "").unwrap();
    let files = files(folder);
    Sample { shop, files }
}

fn name_tickets(shop: &Shop) {
    let connection = Connection::open(shop.database()).unwrap();
    let came = "INSERT INTO notifications (gateway, payment_id, received_at, digest, verdict, body) \
        SELECT p.gateway, p.id, p.created_at, 'd', 'verified', '{}' \
        FROM payments p JOIN orders o ON o.id = p.order_id WHERE o.number = 'INV-1'";
    assert_eq!(connection.execute(came, []).unwrap(), 1);
    let session = "UPDATE orders SET session_token = '4f1c9d7ab0e2' WHERE number = 'INV-1'";
    assert_eq!(connection.execute(session, []).unwrap(), 1);
    let statement = "UPDATE tickets SET code = ?1 WHERE id = (SELECT min(t.id) FROM tickets t \
        JOIN order_lines l ON l.id = t.order_line_id JOIN orders o ON o.id = l.order_id WHERE o.number = ?2)";
    for (code, order) in [(TICKET, "INV-3"), (USED, "INV-12")] {
        assert_eq!(connection.execute(statement, [code, order]).unwrap(), 1);
    }
}

fn files(folder: &Path) -> Files {
    let entries = fs::read_dir(folder).unwrap().map(Result::unwrap);
    let files = entries.map(|entry| {
        let name = entry.file_name().into_string().unwrap();
        (name, fs::read(entry.path()).unwrap_or_default())
    });
    files.collect()
}

impl Sample {
    /// As it was before the last example.
    fn put_back(&self) {
        self.put_back_into(self.shop.folder.path());
    }

    fn put_back_into(&self, folder: &Path) {
        for name in files(folder).keys() {
            let path = folder.join(name);
            if path.is_dir() {
                fs::remove_dir_all(path).unwrap();
            } else {
                fs::remove_file(path).unwrap();
            }
        }
        for (name, content) in &self.files {
            fs::write(folder.join(name), content).unwrap();
        }
    }

    /// Types the line as a shell would read it; returns what is wrong with its end.
    fn types(&self, line: &str, exit: Exit) -> Option<String> {
        let (command, stdin) = match line.split_once(" < ") {
            Some((command, file)) => (command, self.shop.file(file).unwrap()),
            None => (line, String::new()),
        };
        ends(&self.shop, command, &stdin, exit)
    }
}

/// A web server calls it, with variables that are no names of a shop.
fn check_cgi(sample: &Sample, line: &str) {
    let (variables, command) = line.split_once("payctl ").unwrap();
    let variables = variables.split_whitespace();
    let variables = variables.map(|variable| variable.split_once('=').unwrap());
    let variables = variables.map(|(name, value)| (name, value.trim_matches('"')));
    let mut program = sample.shop.program(command);
    let output = program.envs(variables).output().unwrap();
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(told.starts_with("Status: 200"), "{line}: {told}");
    assert!(output.status.success(), "{line}");
}

fn ends(shop: &Shop, line: &str, stdin: &str, exit: Exit) -> Option<String> {
    let words = words(line);
    let words: Vec<&str> = words.iter().skip(1).map(String::as_str).collect();
    let output = shop.run_words(&words, stdin);
    let told = format!("{line} => {:?}\n{}", output.exit, output.all());
    (output.exit != exit).then_some(told)
}

/// The words of a line, of which some stand in double quotes.
fn words(line: &str) -> Vec<String> {
    let parts = line.split('"').enumerate();
    let words = parts.flat_map(|(at, part)| match at % 2 {
        1 => vec![part.to_owned()],
        _ => part.split_whitespace().map(str::to_owned).collect(),
    });
    words.collect()
}

/// Runs until it is interrupted.
fn check_simulator(line: &str) {
    let shop = Shop::bare();
    let console = Console::default();
    let host = shop.host("", &console);
    let arguments = words(line).into_iter().map(std::ffi::OsString::from);
    let exit = std::thread::scope(|scope| {
        let arguments: Vec<_> = arguments.collect();
        let running = scope.spawn(|| payctl::commands::run(arguments, host));
        let patience = Instant::now() + Duration::from_secs(20);
        while !console.stdout().contains("http://127.0.0.1:") {
            assert!(Instant::now() < patience, "{line} says nothing");
            std::thread::yield_now();
        }
        console.interrupt();
        running.join().unwrap()
    });
    assert_eq!(exit, Clean, "{line}");
}

/// No example may change the crontab of whoever runs the tests.
fn on_another_machine(sample: &Sample, line: &str, exit: Exit) -> Option<String> {
    let machine = TestCrontab::new();
    let shop = Shop::new().with("PATH", &machine.path());
    sample.put_back_into(shop.folder.path());
    let line = format!("{line} --for cron --user toko");
    ends(&shop, &line, "", exit)
}

/// Where nobody can be asked, `init` takes the defaults.
fn in_a_new_folder(line: &str, exit: Exit) -> Option<String> {
    let line = match line {
        "payctl init" => "payctl init --yes",
        line => line,
    };
    ends(&Shop::bare(), line, "", exit)
}

#[test]
fn every_example_of_the_help_works() {
    let sample = sample();
    let mut typed = 0;
    let mut wrong = Vec::new();
    for (path, (line, exit)) in examples() {
        typed += 1;
        if path == "simulator run" {
            check_simulator(line);
        } else if path == "cgi" {
            sample.put_back();
            check_cgi(&sample, line);
        } else if path == "demo" {
            // Its story needs a clock that goes.
            let output = Shop::in_real_time().exec("demo");
            assert_eq!(output.exit, exit, "{}", output.all());
        } else if line.starts_with("payctl init") {
            wrong.extend(in_a_new_folder(line, exit));
        } else if path == "schedule install" || path == "schedule remove" {
            if cfg!(unix) {
                wrong.extend(on_another_machine(&sample, line, exit));
            }
        } else {
            sample.put_back();
            wrong.extend(sample.types(line, exit));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(typed > 60, "{typed}");
}
