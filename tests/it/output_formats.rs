//! The output of a run: formats for programs, the table's limit, colour, `--quiet`, and limits of a run.

use std::fmt;
use std::time::{Duration, Instant};

use payctl::domain::Rupiah;
use payctl::exit::Exit;
use payctl::simulator::{ANY, AttemptTruth, Fault, FaultTarget, MIDTRANS};
use serde::Deserialize;
use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde_json::Value;

use crate::world::Shop;

/// A shop with this many pending orders, every nth of which is paid at the gateway.
fn shop(orders: u32, paid_in: u32) -> Shop {
    let shop = Shop::new();
    let lines: String = (1..=orders)
        .map(|number| {
            format!("{{\"number\":\"INV-{number}\",\"total\":25000,\"payments\":[{{\"gateway\":\"midtrans\",\"method\":\"qris\",\"status\":\"pending\"}}]}}\n")
        })
        .collect();
    shop.import(&lines).ended(Exit::Clean);
    let say = |word: &str, every| {
        let answer = AttemptTruth {
            every,
            ..AttemptTruth::new(word, Rupiah::new(25_000).unwrap())
        };
        let world = shop.simulator.handle();
        world.set(MIDTRANS, ANY, answer).unwrap();
    };
    say("pending", None);
    say("settlement", Some(paid_in));
    shop
}

fn fail(shop: &Shop, fault: Fault) {
    let all = FaultTarget::all(MIDTRANS);
    shop.simulator.handle().fault(all, fault).unwrap();
}

/// The keys of an object in their order.
struct Keys(Vec<String>);

impl<'de> Deserialize<'de> for Keys {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Keys;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Keys, A::Error> {
                let mut keys = Vec::new();
                while let Some((key, IgnoredAny)) = map.next_entry::<String, IgnoredAny>()? {
                    assert!(!keys.contains(&key), "{key} twice");
                    keys.push(key);
                }
                Ok(Keys(keys))
            }
        }
        deserializer.deserialize_map(InOrder)
    }
}

#[track_caller]
fn check_keys(json: &str, keys: &str) {
    let Keys(found) = serde_json::from_str(json).unwrap();
    assert_eq!(found.join(" "), keys);
}

const ROW: &str = "order order_status order_status_after payment payment_status payment_status_after gateway \
                   reference gateway_status amount action reason code params open_case";
const SUMMARY: &str = "match would_fix fixed review unchecked overtaken asked not_reached cases_opened refunds_owed \
                       cases_open refunds_due ended left_twice newly_pending told_cases told_refunds told_kept told_more told_incidents";

#[test]
fn json_is_one_document_with_ordered_keys() {
    let output = shop(3, 1).run("check-all -o json").ended(Exit::Attention);
    assert_eq!(output.stderr, "");
    check_keys(
        &output.stdout,
        "schema command started_at rows summary finished_at exit",
    );
    #[derive(Deserialize)]
    struct Parts<'a> {
        #[serde(borrow)]
        rows: Vec<&'a serde_json::value::RawValue>,
        #[serde(borrow)]
        summary: &'a serde_json::value::RawValue,
    }
    let parts: Parts<'_> = serde_json::from_str(&output.stdout).unwrap();
    check_keys(parts.summary.get(), SUMMARY);
    assert_eq!(parts.rows.len(), 3);
    for row in parts.rows {
        check_keys(row.get(), ROW);
    }
    let json = output.json();
    assert_eq!(json["schema"], "payctl/1");
    assert_eq!(json["command"], "check-all");
    assert_eq!(json["started_at"], "2026-03-02T04:00:00Z");
    assert_eq!(json["exit"], 3);
    assert_eq!(json["rows"][0]["amount"], 25_000);
}

#[test]
fn json_lines_are_rows_then_the_summary() {
    let output = shop(3, 1).run("check-all -o jsonl").ended(Exit::Attention);
    let lines: Vec<&str> = output.stdout.lines().collect();
    assert_eq!(lines.len(), 4);
    for row in &lines[..3] {
        check_keys(row, ROW);
    }
    let last: Value = serde_json::from_str(lines[3]).unwrap();
    assert_eq!(last["summary"]["would_fix"], 3, "{last}");
    assert_eq!(last["exit"], 3);
}

#[test]
fn csv_has_the_fields_of_people() {
    let output = shop(3, 1).run("check-all -o csv").ended(Exit::Attention);
    let mut reader = csv::Reader::from_reader(output.stdout.as_bytes());
    let headings: Vec<&str> = reader.headers().unwrap().iter().collect();
    // Codes and parameters are for programs, which read JSON.
    let expected = ROW.replace(" code params", "");
    assert_eq!(headings.join(" "), expected);
    assert_eq!(reader.records().map(Result::unwrap).count(), 3);
    assert!(output.stderr.contains("3 would fix"), "{}", output.stderr);
}

#[test]
fn a_failure_is_a_document_as_well() {
    let output = shop(1, 1)
        .run("order show INV-9 -o json")
        .ended(Exit::Failed);
    assert_eq!(output.stdout, "");
    check_keys(&output.stderr, "error hint exit");
}

#[test]
fn the_table_shows_the_200_most_alarming_rows() {
    let shop = shop(250, 25);
    let json = shop.run("check-all -o json").ended(Exit::Attention).json();
    assert_eq!(json["rows"].as_array().unwrap().len(), 250);
    let drifted = json["summary"]["would_fix"].as_u64().unwrap();
    assert!((2..100).contains(&drifted));

    let output = shop.run("check-all").ended(Exit::Attention);
    let lines: Vec<&str> = output.stdout.lines().collect();
    assert!(lines[0].starts_with("Order "), "{}", lines[0]);
    let shown = &lines[1..=200];
    for (line, nth) in shown.iter().zip(1..) {
        assert_eq!(line.contains("would_fix"), nth <= drifted, "{line}");
    }
    assert!(
        lines[201].starts_with("… and 50 more rows"),
        "{}",
        lines[201]
    );
    let matched = 250 - drifted;
    let summary = format!("{matched} match, {drifted} would fix; 250 asked");
    assert_eq!(lines[lines.len() - 2], summary);
    assert_eq!(lines[lines.len() - 1], "next: payctl check-all --fix");
}

#[test]
fn only_terminals_get_colour_unless_requested() {
    let mut shop = shop(1, 1);
    let has_colour = |shop: &Shop, line: &str| shop.run(line).stdout.contains('\u{1b}');
    assert!(!has_colour(&shop, "check-all"));
    assert!(has_colour(&shop, "check-all --color always"));
    assert!(!has_colour(&shop, "check-all --color never"));
    assert!(!has_colour(&shop, "check-all --color always -o json"));
    shop.environment
        .push(("NO_COLOR".to_owned(), "1".to_owned()));
    assert!(!has_colour(&shop, "check-all"));
}

#[test]
fn quiet_reports_only_relevant_news() {
    let shop = shop(1, 1);
    let say = |word: &str| {
        let answer = AttemptTruth::new(word, Rupiah::new(25_000).unwrap());
        let world = shop.simulator.handle();
        world.set(MIDTRANS, "INV-1", answer).unwrap();
    };
    say("settlement");
    let quiet = |exit| shop.run("check-all --fix --quiet").ended(exit).all();
    assert!(
        !shop
            .run("check-all --quiet")
            .ended(Exit::Attention)
            .stdout
            .is_empty()
    );
    assert_eq!(quiet(Exit::Clean), "");

    say("partial_moon");
    shop.at("04:05");
    assert!(quiet(Exit::Attention).contains("partial_moon"));
    shop.at("04:06");
    assert_eq!(quiet(Exit::Clean), "");

    let code = |code| Fault::Status {
        code,
        retry_after: None,
    };
    fail(&shop, code(401));
    shop.at("04:07");
    assert!(quiet(Exit::Config).contains("Check its key"));
}

#[test]
fn quiet_reports_silence_after_half_an_hour() {
    let shop = shop(1, 1);
    fail(&shop, Fault::Silent);
    for (time, is_news) in [
        ("04:00", false),
        ("04:15", false),
        ("04:29:59", false),
        ("04:30", true),
        ("05:00", false),
        ("05:30", true),
    ] {
        shop.at(time);
        let output = shop.run("check-all --fix --quiet").ended(Exit::Partial);
        assert_eq!(
            !output.stdout.is_empty(),
            is_news,
            "{time} {}",
            output.all()
        );
    }
    shop.simulator.handle().clear_all();
    shop.at("05:35");
    let output = shop.run("check-all --fix --quiet").ended(Exit::Clean);
    assert!(output.stdout.contains("answers again"), "{}", output.all());
    fail(&shop, Fault::Silent);
    shop.at("05:40");
    let output = shop.run("check-all --fix --quiet").ended(Exit::Partial);
    assert_eq!(output.all(), "", "the silence starts again");
}

#[test]
fn a_limit_leaves_the_rest_to_later_runs() {
    let shop = shop(20, 1);
    let output = shop
        .run("check-all --fix --limit 5 -o json")
        .ended(Exit::Clean);
    assert_eq!(output.json()["summary"]["not_reached"], 15);
    for (time, fixed) in [("04:01", 8), ("04:02", 7)] {
        shop.at(time);
        let output = shop
            .run("check-all --fix --limit 8 -o json")
            .ended(Exit::Clean);
        assert_eq!(
            output.json()["summary"]["fixed"],
            fixed,
            "{}",
            output.stdout
        );
    }
}

#[test]
fn a_time_limit_keeps_answers_already_received() {
    let shop = shop(40, 1);
    fail(&shop, Fault::Delay(Duration::from_millis(50)));
    let started = Instant::now();
    let line = "check-all --fix --max-in-flight 1 --max-time 400ms -o json";
    let output = shop.run(line).ended(Exit::Partial);
    assert!(started.elapsed() < Duration::from_secs(2));
    let summary = &output.json()["summary"];
    assert_eq!(summary["ended"], "out_of_time", "{}", output.all());
    let (fixed, left) = (&summary["fixed"], &summary["not_reached"]);
    let (fixed, left) = (fixed.as_u64().unwrap(), left.as_u64().unwrap());
    assert!(fixed >= 1 && left >= 20 && fixed + left == 40, "{summary}");
    let listed = shop.run("order list --status fulfilled -o json").json();
    assert_eq!(listed["summary"]["orders"], fixed);
}

#[test]
fn only_the_selected_payments_are_queried() {
    let shop = shop(3, 1);
    shop.run("check-all --fix").ended(Exit::Clean);
    let asked = |line: &str| shop.run(line).ended(Exit::Clean).json()["summary"]["asked"].clone();
    shop.at("05:00");
    assert_eq!(asked("check-all --due -o json"), 0);
    assert_eq!(asked("check-all -o json"), 3);
    assert_eq!(asked("check-all --gateway pakasir -o json"), 0);
    shop.at("28:00");
    assert_eq!(asked("check-all --due --gateway midtrans -o json"), 3);
    let output = shop.run("check-all --gateway xendit").ended(Exit::Config);
    assert!(
        output.stderr.contains("midtrans, pakasir"),
        "{}",
        output.stderr
    );
}
