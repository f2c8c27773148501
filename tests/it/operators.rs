//! Who has decided, and why: as it was typed, wherever it is shown.

use payctl::exit::Exit;

use crate::shell::shell;
use crate::world::Shop;

/// A reason with what a shell, a template or a table might change.
const REASON: &str = "kata Bu Sri: \"sudah\" & lunas, 100% {order} 'ok'";

fn shop(environment: &[(&str, &str)]) -> Shop {
    let mut shop = Shop::bare();
    for (name, value) in environment {
        shop = shop.with(name, value);
    }
    let placed = shop.run("order create --number INV-1 --total 25000 --db shop.db");
    placed.ended(Exit::Clean);
    shop
}

#[test]
fn whoever_acts_is_the_user_by_default() {
    let users = [("USER", "budi"), ("LOGNAME", "budi")];
    for (environment, by, who) in [
        (&users[..], "--by sari", "operator:sari"),
        (
            &[("USER", "budi"), ("PAYCTL_OPERATOR", "rina")],
            "",
            "operator:rina",
        ),
        (&users, "", "operator:budi"),
        (&users[1..], "", "operator:budi"),
        (&[("USERNAME", "Budi Santoso")], "", "operator:Budi Santoso"),
        // What cannot be recorded is no name.
        (&[("USER", " "), ("LOGNAME", "budi")], "", "operator:budi"),
    ] {
        let shop = shop(environment);
        shop.run(&format!(
            "approve INV-1 --yes --reason till --db shop.db {by}"
        ))
        .ended(Exit::Clean);
        let shown = shop.run("order show INV-1 --db shop.db -o json").json();
        let events = shown["events"].as_array().unwrap();
        assert!(
            events.iter().any(|event| event["actor"] == who),
            "{who}: {shown}"
        );
    }
    for environment in [&[][..], &[("USER", "")], &[("USER", "a\tb")]] {
        let shop = shop(environment);
        let output = shop.run("approve INV-1 --yes --reason till --db shop.db");
        let output = output.ended(Exit::Usage);
        assert!(output.stderr.contains("--by NAME"), "{}", output.stderr);
    }
}

/// What comes before an act, the act without its reason, how it ends, and the order that tells of it.
type Act = (&'static [&'static str], &'static str, Exit);

const SOLD: [&str; 2] = [
    "order create --number INV-1 --line seat:2",
    "approve INV-1 --yes --reason cash",
];

const ACTS: [Act; 12] = [
    (&[SOLD[0]], "approve INV-1 --yes", Exit::Clean),
    (&SOLD, "approve --withdraw 1 --yes", Exit::Attention),
    (&[SOLD[0]], "order cancel INV-1", Exit::Clean),
    (&[SOLD[0]], "order cancel INV-1 --unproven", Exit::Clean),
    (&SOLD, "order cancel INV-1 --yes", Exit::Attention),
    (
        &[SOLD[0], "approve INV-1 --amount 5 --yes --reason cash"],
        "case resolve 1 --accept",
        Exit::Clean,
    ),
    (
        &[SOLD[0], SOLD[1], "order cancel INV-1 --yes --reason rain"],
        "refund approve 1",
        Exit::Clean,
    ),
    (
        &[SOLD[0], SOLD[1], "order cancel INV-1 --yes --reason rain"],
        "refund reject 1",
        Exit::Clean,
    ),
    (&SOLD, "ticket revoke {ticket}", Exit::Clean),
    (
        &[SOLD[0], SOLD[1], "ticket redeem {ticket}"],
        "ticket unredeem {ticket}",
        Exit::Clean,
    ),
    (&SOLD, "access revoke INV-1 --product seat", Exit::Clean),
    (&SOLD, "fulfil --resend 1", Exit::Clean),
];

#[test]
fn the_reason_typed_is_the_reason_shown() {
    for (before, act, exit) in ACTS {
        let shop = Shop::new();
        let text = shop.file("payctl.toml").unwrap();
        let shell = shell();
        let effect =
            format!("\n[[effects]]\non = \"paid\"\nexec = ['{shell}', \"-c\", \"true\"]\n");
        shop.configure(&format!("{text}{effect}"));
        shop.run("product set seat --price 25000 --tickets --access 1h")
            .ended(Exit::Clean);
        let filled = |line: &str| {
            if !line.contains("{ticket}") {
                return line.to_owned();
            }
            let code = shop.order("INV-1")["tickets"][0]["ticket"].clone();
            line.replace("{ticket}", code.as_str().unwrap())
        };
        for line in before {
            shop.run(&filled(line));
        }
        let act = filled(act);
        let mut words: Vec<&str> = act.split_whitespace().collect();
        words.extend(["--reason", REASON]);
        shop.run_words(&words, "").ended(exit);
        let shown = shop.order("INV-1");
        let events = shown["events"].as_array().unwrap();
        let is_told = |why: &str| why.contains(REASON);
        let is_there = events
            .iter()
            .any(|event| is_told(event["why"].as_str().unwrap()));
        assert!(is_there, "{act}: {shown}");
        let table = shop.run("order show INV-1 --wide").ended(Exit::Clean);
        assert!(table.stdout.contains(REASON), "{act}: {}", table.stdout);
    }
}
