//! `why` shows the timeline of an order and what the order waits for.

use payctl::domain::Rupiah;
use payctl::exit::Exit;
use payctl::simulator::{AttemptTruth, Fault, FaultTarget, MIDTRANS};

use crate::books::fingerprint;
use crate::world::Shop;

fn answer(shop: &Shop, word: &str) {
    let answer = AttemptTruth::new(word, Rupiah::from_db(25_000));
    let world = shop.simulator.handle();
    world.set(MIDTRANS, "INV-1", answer).unwrap();
}

/// A shop with an order from 04:00 until 04:30, pending at 04:05.
fn shop() -> Shop {
    let shop = Shop::new();
    shop.run("order create --number INV-1 --total 25000 --expires-at 2026-03-02T04:30:00Z --gateway midtrans --method qris")
        .ended(Exit::Clean);
    shop.at("04:05");
    answer(&shop, "pending");
    shop.run("check-all --fix").ended(Exit::Clean);
    shop
}

#[test]
fn a_waiting_order_says_what_it_needs() {
    let shop = shop();
    let before = fingerprint(&shop.database());
    let output = shop.run("why INV-1").ended(Exit::Clean);
    assert_eq!(
        output.all(),
        "2026-03-02 04:00:00  decided  operator:rina     order is pending, Rp 25,000 (O1: order created and stock reserved): order created and stock reserved\n\
         2026-03-02 04:05:00  said     gateway:midtrans  payment 1: \"pending\"\n\
         2026-03-02 04:05:00  decided  gateway:midtrans  payment 1 created → pending (P4: the gateway waits for the money): midtrans says \"pending\"\n\
         2026-03-02 04:05:30  waiting  check-all         payctl queries payment 1: midtrans last said \"pending\"\n\
         2026-03-02 04:33:00  waiting  deadline          an expiry run may end it from here on, if it is proven unpaid\n\
         \n\
         INV-1 is pending: it is not overdue yet, and no money has come in\n\
         Rp 0 of Rp 25,000 is in; deadline 2026-03-02 04:30:00; times in UTC\n\
         payment 1 at midtrans, INV-1: pending; last query 2026-03-02 04:05:00, last answer 2026-03-02 04:05:00, \
         next check 2026-03-02 04:05:30; midtrans last said \"pending\"\n"
    );
    assert_eq!(fingerprint(&shop.database()), before);
}

#[test]
fn an_overdue_order_says_why_it_is_kept() {
    let shop = shop();
    let one = FaultTarget::one(MIDTRANS, "INV-1");
    shop.simulator.handle().fault(one, Fault::Silent).unwrap();
    shop.at("04:40");
    shop.run("expire").ended(Exit::Partial);
    let output = shop.run("why INV-1").ended(Exit::Clean).stdout;
    let kept = "it is overdue, and kept until the gateway answers about payment 1 (O5)";
    assert!(output.contains(kept), "{output}");
    assert!(
        output.contains("the last query was not answered; midtrans last said \"pending\""),
        "{output}"
    );
}

#[test]
fn programs_see_one_document_or_one_line_each() {
    let shop = shop();
    shop.at("04:10");
    answer(&shop, "settlement");
    shop.run("check-all --fix").ended(Exit::Clean);
    let document = shop.run("why INV-1 -o json").ended(Exit::Clean).json();
    assert_eq!(document["order"], "INV-1");
    assert_eq!(document["earlier"], 0);
    let said = document["timeline"].as_array().unwrap().iter();
    let said = said.filter(|entry| entry["kind"] == "said");
    let words: Vec<&str> = said.map(|entry| entry["word"].as_str().unwrap()).collect();
    assert_eq!(words, ["pending", "settlement"]);
    let paid = document["timeline"].as_array().unwrap().iter();
    let paid = paid
        .filter(|entry| entry["rule"] == "P6")
        .collect::<Vec<_>>();
    assert_eq!(paid[0]["from"], "pending");
    assert_eq!(paid[0]["to"], "paid");
    assert_eq!(paid[0]["amount"], 25_000);
    assert_eq!(document["now"]["status"], "fulfilled");
    assert_eq!(document["now"]["cover"], 25_000);
    assert_eq!(document["now"]["payments"][0]["silent"], false);
    assert_eq!(document["now"]["may_expire_after"], serde_json::Value::Null);

    let lines = shop.run("why INV-1 -o jsonl").ended(Exit::Clean).stdout;
    let last: serde_json::Value = serde_json::from_str(lines.lines().last().unwrap()).unwrap();
    assert_eq!(last["summary"]["status"], "fulfilled");
    let csv = shop.run("why INV-1 -o csv").ended(Exit::Clean).stdout;
    assert!(csv.starts_with("at,kind,actor,payment,word,from,to,rule,amount,text\n"));
}

#[test]
fn a_long_timeline_shows_its_latest_lines() {
    let shop = shop();
    let connection = rusqlite::Connection::open(shop.database()).unwrap();
    connection
        .execute_batch(
            "WITH RECURSIVE counted (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < 150)
             INSERT INTO events (order_id, at, actor, what, why)
             SELECT 1, 1772500000000 + n, 'operator:rina', 'note', 'note ' || n FROM counted",
        )
        .unwrap();
    let output = shop.run("why INV-1").ended(Exit::Clean).stdout;
    assert!(
        output.starts_with("… 53 earlier lines not shown; see them with --all\n"),
        "{output}"
    );
    assert!(
        output.contains("note 150") && !output.contains(": note 50\n"),
        "{output}"
    );
    let all = shop.run("why INV-1 --all").ended(Exit::Clean).stdout;
    assert!(
        all.contains("note 1\n") && !all.contains("earlier"),
        "{all}"
    );
}

#[test]
fn an_unknown_order_has_no_timeline() {
    let output = shop().run("why INV-9").ended(Exit::Failed);
    assert!(output.stderr.contains("no order is numbered INV-9"));
}

#[test]
fn delivered_goods_are_shown_with_their_state() {
    let shop = Shop::new();
    shop.run("product set gala --price 25000 --tickets --access 2h")
        .ended(Exit::Clean);
    shop.run("order create --number INV-1 --line gala:2")
        .ended(Exit::Clean);
    shop.run("approve INV-1 --yes --reason cash")
        .ended(Exit::Clean);
    let output = shop.run("why INV-1").ended(Exit::Clean).stdout;
    assert!(
        output.ends_with("tickets: 2 good\naccess to gala: running, until 2026-03-02 08:00:00\n"),
        "{output}"
    );
    let document = shop.run("why INV-1 -o json").ended(Exit::Clean).json();
    let now = &document["now"];
    assert_eq!(
        now["tickets"],
        serde_json::json!({"good": 2, "redeemed": 0, "suspended": 0, "revoked": 0})
    );
    assert_eq!(now["access"][0]["product"], "gala");
    assert_eq!(now["access"][0]["status"], "running");
    assert_eq!(now["effects"], serde_json::json!([]));
}

#[test]
fn a_long_ticket_list_names_the_full_list() {
    let shop = Shop::new();
    shop.run("product set gala --price 0 --tickets")
        .ended(Exit::Clean);
    shop.run("order create --number INV-1 --line gala:501")
        .ended(Exit::Clean);
    let output = shop.run("order show INV-1").ended(Exit::Clean).stdout;
    let hint = "501 good; the first 500 are listed here, all of them with: payctl ticket list --order INV-1\n";
    assert!(output.contains(hint), "{output}");
    let shown = shop.order("INV-1");
    assert_eq!(shown["ticket_count"]["good"], 501);
    assert_eq!(shown["tickets"].as_array().unwrap().len(), 500);
    let listed = shop.run("ticket list --order INV-1 -o json").json();
    assert_eq!(listed["rows"].as_array().unwrap().len(), 501);
}

#[test]
fn money_that_does_not_count_is_shown() {
    let shop = Shop::new();
    shop.run("order create --number INV-1 --total 25000 --gateway midtrans --method qris")
        .ended(Exit::Clean);
    let wrong = AttemptTruth::new("settlement", Rupiah::new(10_000).unwrap());
    let world = shop.simulator.handle();
    world.set(MIDTRANS, "INV-1", wrong).unwrap();
    shop.run("check-all --fix");
    let output = shop.run("why INV-1").ended(Exit::Clean).stdout;
    assert!(output.contains("Rp 10,000 was received"), "{output}");
    assert!(!output.contains("no money has come in"), "{output}");
    let now = shop.run("why INV-1 -o json").json()["now"].clone();
    assert_eq!(
        (&now["received"], &now["cover"]),
        (&10_000.into(), &0.into())
    );
    assert_eq!(now["gone_back"], 0);
}

#[test]
fn a_rule_is_printed_with_its_rows() {
    let shop = Shop::new();
    let told = shop.run("why --rule p6").ended(Exit::Clean).stdout;
    for line in [
        "Rule:     P6\n",
        "Sentence: the right amount was paid\n",
        "When:     paid, the right amount\n",
        "See:      docs/rules.md#p6\n",
    ] {
        assert!(told.contains(line), "{line} in {told}");
    }
    let rule = shop.run("why --rule R1 -o json").ended(Exit::Clean).json();
    assert_eq!(rule["rows"].as_array().unwrap().len(), 4, "{rule}");
    assert_eq!(rule["link"], "docs/rules.md#r1");
    let unknown = shop.run("why --rule P9").ended(Exit::Usage).stderr;
    assert!(
        unknown.contains("there is no rule P9") && unknown.contains("P8, P10"),
        "{unknown}"
    );
    assert!(shop.run("why").ended(Exit::Usage).stdout.is_empty());
    shop.run("why INV-1 --rule P6").ended(Exit::Usage);
}
