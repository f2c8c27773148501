//! Requests as a web server passes them on: which are accepted, and what they are answered.

mod requests;
mod secret;

use payctl::domain::Rupiah;
use payctl::exit::Exit;
use payctl::simulator::{AttemptTruth, MIDTRANS};

use crate::notification;
use crate::world::{Shop, config};

const TOKEN: &str = "trigger-do-not-show-this";

fn shop(cgi: &str) -> Shop {
    let mut shop = Shop::new();
    let url = shop.simulator.url();
    shop.configure(&format!("{}\n{cgi}", config(&url, &url)));
    let token = ("PAYCTL_CGI_TOKEN".to_owned(), TOKEN.to_owned());
    shop.environment.push(token);
    shop.run("order create --number INV-1 --total 25000 --gateway midtrans --method qris")
        .ended(Exit::Clean);
    let paid = AttemptTruth::new("settlement", Rupiah::new(25_000).unwrap());
    let world = shop.simulator.handle();
    world.set(MIDTRANS, "INV-1", paid).unwrap();
    shop
}

const WITH_TOKEN: &str = "[cgi]\ntoken = \"env:PAYCTL_CGI_TOKEN\"\n";

impl Shop {
    /// One request of method and target, variables and body. Returns the status and the whole answer.
    fn request(&mut self, line: &str, variables: &[(&str, &str)], body: &str) -> (u16, String) {
        let (method, target) = line.split_once(' ').unwrap();
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let length = body.len().to_string();
        let ours = [
            ("REQUEST_METHOD", method),
            ("PATH_INFO", path),
            ("QUERY_STRING", query),
            ("CONTENT_LENGTH", &length),
        ];
        let kept = self.environment.clone();
        let all = ours.iter().chain(variables);
        self.environment
            .extend(all.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let output = self.run_words(&["cgi"], body).ended(Exit::Clean);
        self.environment = kept;
        let status = output.stdout.strip_prefix("Status: ").unwrap();
        let number = status.get(..3).unwrap().parse().unwrap();
        for secret in [TOKEN, crate::world::MIDTRANS_KEY] {
            assert!(!output.all().contains(secret), "{}", output.all());
        }
        (number, output.stdout)
    }

    #[track_caller]
    fn check(&mut self, line: &str, variables: &[(&str, &str)], body: &str, status: u16) {
        let (found, output) = self.request(line, variables, body);
        assert_eq!(found, status, "{line}\n{output}");
    }

    /// The body of an answer, which must have status 200.
    #[track_caller]
    fn body_of(&mut self, line: &str, variables: &[(&str, &str)]) -> serde_json::Value {
        let (status, output) = self.request(line, variables, "");
        assert_eq!(status, 200, "{line}\n{output}");
        let (_, body) = output.split_once("\r\n\r\n").unwrap();
        serde_json::from_str(body).unwrap()
    }

    fn session(&self, number: &str) -> String {
        let connection = rusqlite::Connection::open(self.database()).unwrap();
        let sql = "SELECT session_token FROM orders WHERE number = $1";
        let token = connection.query_row(sql, [number], |row| row.get(0));
        token.unwrap()
    }

    fn order_status(&self) -> String {
        self.order("INV-1")["status"].as_str().unwrap().to_owned()
    }
}

#[test]
fn a_notification_pays_its_order_once() {
    let mut shop = shop("");
    let body = notification::midtrans("INV-1", "settlement", 25_000);
    for _ in 0..2 {
        shop.check("POST /notification/midtrans", &[], &body, 200);
        assert_eq!(shop.order_status(), "fulfilled");
    }
    assert_eq!(shop.count("SELECT count(*) FROM notifications"), 1);
    shop.run("verify").ended(Exit::Clean);
}

#[test]
fn each_request_gets_its_status() {
    let mut shop = shop("");
    let good = notification::midtrans("INV-1", "settlement", 25_000);
    let forged = notification::forged("INV-1", "settlement", 25_000);
    let unknown = notification::midtrans("INV-9", "settlement", 25_000);
    let path = "POST /notification/midtrans";
    shop.check(path, &[], &forged, 403);
    shop.check(path, &[], "no json", 400);
    shop.check(path, &[], &unknown, 200);
    shop.check(path, &[("CONTENT_LENGTH", "65537")], &good, 413);
    shop.check(path, &[("CONTENT_LENGTH", "9999")], &good, 400);
    shop.check(path, &[("CONTENT_LENGTH", "-1")], &good, 400);
    shop.check(path, &[("CONTENT_LENGTH", "+2")], "{}", 400);
    shop.check(path, &[("CONTENT_LENGTH", "")], &good, 411);
    shop.check("GET /notification/midtrans", &[], "", 405);
    shop.check("POST /notification/nobody", &[], &good, 404);
    shop.check("POST /notification/", &[], &good, 404);
    shop.check("GET /", &[], "", 404);
    shop.check("DELETE /check-expired", &[], "", 405);
    assert_eq!(shop.order_status(), "pending");
}

#[test]
fn only_the_announced_length_is_read() {
    let mut shop = shop("");
    let body = notification::midtrans("INV-1", "settlement", 25_000);
    let length = body.len().to_string();
    let longer = format!("{body}and what follows on the same line");
    let announced = [("CONTENT_LENGTH", length.as_str())];
    shop.check("POST /notification/midtrans", &announced, &longer, 200);
    assert_eq!(shop.order_status(), "fulfilled");
}

#[test]
fn a_stored_notification_gets_200_despite_silence() {
    let mut shop = shop("");
    shop.simulator
        .handle()
        .fault(
            payctl::simulator::FaultTarget::one(MIDTRANS, "INV-1"),
            payctl::simulator::Fault::Silent,
        )
        .unwrap();
    let body = notification::midtrans("INV-1", "settlement", 25_000);
    shop.check("POST /notification/midtrans", &[], &body, 200);
    assert_eq!(shop.order_status(), "pending");
}

#[test]
fn a_notification_that_cannot_be_stored_gets_503() {
    let mut shop = shop("");
    std::fs::remove_file(shop.database()).unwrap();
    let body = notification::midtrans("INV-1", "settlement", 25_000);
    shop.check("POST /notification/midtrans", &[], &body, 503);
}

#[test]
fn the_trigger_needs_its_token() {
    let bearer = format!("Bearer {TOKEN}");
    let in_query = format!("POST /check-expired?token={TOKEN}");
    let mut shop = shop(WITH_TOKEN);
    shop.at("09:00");
    shop.check("POST /check-expired", &[], "", 403);
    shop.check(&in_query, &[], "", 403);
    let wrong = [("HTTP_AUTHORIZATION", "Bearer wrong")];
    shop.check("POST /check-expired", &wrong, "", 403);
    assert_eq!(shop.order_status(), "pending");
    let (status, output) =
        shop.request("GET /check-expired", &[("HTTP_AUTHORIZATION", &bearer)], "");
    assert_eq!(status, 200);
    assert!(output.contains("\"fixed\":1"), "{output}");
    assert_eq!(shop.order_status(), "fulfilled");
    shop.check(
        "POST /check-expired",
        &[("HTTP_X_PAYCTL_TOKEN", TOKEN)],
        "",
        200,
    );
}

#[test]
fn a_token_in_the_query_needs_permission() {
    let mut shop = shop(&format!("{WITH_TOKEN}allow_query_token = true\n"));
    shop.check(&format!("GET /check-expired?token={TOKEN}"), &[], "", 200);
}

#[test]
fn without_a_configured_token_the_trigger_is_off() {
    let mut shop = shop("");
    shop.check(
        "GET /check-expired",
        &[("HTTP_X_PAYCTL_TOKEN", "")],
        "",
        403,
    );
    shop.check("GET /check-expired", &[], "", 403);
}

#[test]
fn only_customer_and_shop_see_the_status() {
    let mut shop = shop(WITH_TOKEN);
    let session = shop.session("INV-1");
    shop.check(
        "GET /status?order=INV-1",
        &[("HTTP_X_PAYCTL_TOKEN", TOKEN)],
        "",
        200,
    );
    let (status, output) = shop.request(
        &format!("GET /status?order=INV-1&session={session}"),
        &[],
        "",
    );
    assert_eq!(status, 200);
    assert!(output.contains("\"status\":\"pending\""), "{output}");

    let (_, nobodys) = shop.request("GET /status?order=INV-1&session=wrong", &[], "");
    for line in [
        "GET /status?order=INV-9&session=wrong",
        "GET /status?order=INV-1",
        "GET /status?session=wrong",
        "GET /status",
        "GET /status?order=%27%3B--&session=wrong",
    ] {
        assert_eq!(
            shop.request(line, &[], ""),
            (403, nobodys.clone()),
            "{line}"
        );
    }
}

/// A paid order of two hours of stream from the first use, and an unpaid order.
fn shop_with_stream() -> Shop {
    let shop = shop(WITH_TOKEN);
    for line in [
        "product set stream --price 25000 --access 2h --access-from first_use",
        "product set other --price 25000 --access 2h",
        "order create --number SEE-1 --line stream:1",
        "order create --number SEE-2 --line stream:1",
        "approve SEE-1 --yes --reason cash",
    ] {
        shop.run(line).ended(Exit::Clean);
    }
    shop
}

#[test]
fn the_first_admission_starts_the_access() {
    let mut shop = shop_with_stream();
    shop.at("05:00");
    let session = shop.session("SEE-1");
    let alone = format!("GET /access?session={session}&product=stream");
    let output = shop.body_of(&alone, &[]);
    assert_eq!(output["admitted"], true, "{output}");
    assert_eq!(output["begins"], true, "{output}");
    assert_eq!(output["until"], "2026-03-02T07:00:00Z", "{output}");
    assert_eq!(output["remaining_seconds"], 7_200, "{output}");

    shop.at("06:00");
    let header = [("HTTP_X_PAYCTL_TOKEN", TOKEN)];
    let both = format!("GET /access?order=SEE-1&session={session}&product=stream");
    for (line, variables) in [
        (alone.as_str(), &[][..]),
        (&both, &[]),
        ("GET /access?order=SEE-1&product=stream", &header),
    ] {
        let output = shop.body_of(line, variables);
        assert_eq!(output["begins"], false, "{output}");
        assert_eq!(output["remaining_seconds"], 3_600, "{output}");
    }
    let other = format!("GET /access?session={session}&product=other");
    assert_eq!(shop.body_of(&other, &[])["admitted"], false);
    let unpaid = format!(
        "GET /access?session={}&product=stream",
        shop.session("SEE-2")
    );
    assert_eq!(shop.body_of(&unpaid, &[])["admitted"], false);
    shop.at("07:00");
    let output = shop.body_of(&alone, &[]);
    assert_eq!(output["admitted"], false, "{output}");
    assert_eq!(output["remaining_seconds"], 0, "{output}");
    let trail = shop.run("why SEE-1 --all").ended(Exit::Clean);
    assert!(trail.stdout.contains("customer"), "{}", trail.stdout);
    shop.run("verify").ended(Exit::Clean);
}

#[test]
fn a_stranger_learns_nothing_about_access() {
    let mut shop = shop_with_stream();
    let theirs = shop.session("SEE-2");
    let (_, nobodys) = shop.request("GET /access?session=wrong&product=stream", &[], "");
    for line in [
        "GET /access?order=SEE-1&product=stream",
        "GET /access?order=SEE-1&session=wrong&product=stream",
        "GET /access?order=NONE&session=wrong&product=stream",
        &format!("GET /access?order=SEE-1&session={theirs}&product=stream"),
        &format!("GET /access?order=SEE-1&token={TOKEN}&product=stream"),
        "GET /access?session=&product=stream",
        "GET /access?product=stream",
        "GET /access?session=wrong&product=nothing",
        "GET /access",
    ] {
        let found = shop.request(line, &[], "");
        assert_eq!(found, (403, nobodys.clone()), "{line}");
    }
    for product in ["", "&product=", "&product=nothing", "&product=%27%3B--"] {
        let line = format!("GET /access?session={theirs}{product}");
        shop.check(&line, &[], "", 404);
    }
    shop.check("POST /access?product=stream", &[], "", 405);
    assert_eq!(
        shop.count("SELECT count(*) FROM grants WHERE starts_at IS NOT NULL"),
        0
    );
}

#[test]
fn cgi_by_hand_says_who_starts_it() {
    let output = Shop::new().run("cgi").ended(Exit::Usage);
    assert!(output.stderr.contains("started by a web server"));
}
