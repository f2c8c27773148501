//! Requests as a web server passes them on: each gets one well-formed reply, none moves an order or shows a secret.
//!
//! An input is lines `VARIABLE=value`, an empty line and the body.

use std::io::Cursor;

use payctl::exit::Exit;

use super::engine::{Target, fuzz};
use super::import_files::{restore, run_bytes};
use super::{Outcome, promise};
use crate::notification;
use crate::world::{CommandOutput, Console, MIDTRANS_KEY, PAKASIR_KEY, Shop, config};

const TOKEN: &str = "trigger-do-not-show-this";

#[test]
fn no_request_moves_an_unpaid_order() {
    let mut shop = Shop::new();
    let url = shop.simulator.url();
    let cgi = "[cgi]\ntoken = \"env:PAYCTL_CGI_TOKEN\"\n";
    shop.configure(&format!("{}\n{cgi}", config(&url, &url)));
    let token = ("PAYCTL_CGI_TOKEN".to_owned(), TOKEN.to_owned());
    shop.environment.push(token);
    for (number, gateway) in [("INV-1", "midtrans"), ("INV-2", "pakasir")] {
        let line = format!(
            "order create --number {number} --total 25000 --gateway {gateway} --method qris"
        );
        shop.run(&line).ended(Exit::Clean);
    }
    let database = std::fs::read(shop.database()).unwrap();
    let target = Target {
        name: "cgi_requests",
        seeds: seeds(),
        words: &[
            "GET",
            "POST",
            "HEAD",
            "/notification/midtrans",
            "/notification/pakasir",
            "/check-expired",
            "/status",
            "/access",
            "REQUEST_METHOD",
            "PATH_INFO",
            "QUERY_STRING",
            "CONTENT_LENGTH",
            "HTTP_AUTHORIZATION",
            "HTTP_X_PAYCTL_TOKEN",
            "order=INV-1",
            "session=",
            "token=",
            "Bearer ",
            TOKEN,
            "product=seat",
            "%00",
            "INV-1",
            "INV-2",
            "settlement",
        ],
        rounds: 8,
    };
    fuzz(&target, |input| {
        restore(&shop, &database);
        check(&shop, input)
    });
}

/// Notifications that claim money of which the gateway knows nothing.
fn seeds() -> Vec<Vec<u8>> {
    let bodies = [
        (
            "midtrans",
            notification::midtrans("INV-1", "settlement", 25_000),
        ),
        (
            "midtrans",
            notification::forged("INV-1", "settlement", 25_000),
        ),
        ("pakasir", notification::pakasir("INV-2", 25_000)),
    ];
    let request = |(gateway, body): (&str, String)| {
        let length = body.len();
        format!(
            "REQUEST_METHOD=POST\nPATH_INFO=/notification/{gateway}\nCONTENT_LENGTH={length}\n\n{body}"
        )
    };
    bodies.map(|told| request(told).into_bytes()).into()
}

struct CgiInput<'a> {
    variables: Vec<(String, String)>,
    body: &'a [u8],
}

impl<'a> CgiInput<'a> {
    /// A web server sets no variables of ours.
    fn of(input: &'a [u8]) -> Self {
        let end = input.windows(2).position(|pair| pair == b"\n\n");
        let (head, body) = end.map_or((input, &b""[..]), |end| (&input[..end], &input[end + 2..]));
        let head = String::from_utf8_lossy(head);
        let variables = head.lines().filter_map(|line| line.split_once('='));
        let variables =
            variables.filter(|(name, _)| !name.is_empty() && !name.starts_with("PAYCTL"));
        let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
        Self {
            variables: variables.collect(),
            body,
        }
    }

    fn value(&self, name: &str) -> Option<&str> {
        let found = self.variables.iter().rfind(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    fn run(&self, shop: &Shop) -> CommandOutput {
        let console = Console::default();
        let mut host = shop.host("", &console);
        let all = shop.environment.iter().chain(&self.variables).cloned();
        host.environment = all.collect();
        host.stdin = Box::new(Cursor::new(self.body.to_vec()));
        console.output(payctl::commands::run(
            ["payctl", "cgi"].map(Into::into),
            host,
        ))
    }
}

/// What a request may not change as long as no gateway says so.
fn books(shop: &Shop) -> String {
    let connection = rusqlite::Connection::open(shop.database()).unwrap();
    let sql = "SELECT group_concat(orders.number || orders.status || payments.status || payments.received)
               FROM orders JOIN payments ON payments.order_id = orders.id";
    connection.query_row(sql, [], |row| row.get(0)).unwrap()
}

fn check(shop: &Shop, input: &[u8]) -> Outcome {
    let input = CgiInput::of(input);
    let before = books(shop);
    let output = input.run(shop);
    for secret in [MIDTRANS_KEY, PAKASIR_KEY, TOKEN] {
        promise!(
            !output.all().contains(secret),
            "no secret is shown: {}",
            output.all()
        );
    }
    promise!(
        books(shop) == before,
        "no request moves an unpaid order: {}",
        books(shop)
    );
    if input.value("REQUEST_METHOD").is_none() {
        let is_usage = output.exit == Exit::Usage && output.stdout.is_empty();
        promise!(
            is_usage,
            "without a web server there is no request: {}",
            output.all()
        );
        return Ok("no request".to_owned());
    }
    promise!(
        output.exit == Exit::Clean,
        "a reply is no failure: {}",
        output.all()
    );
    let status = check_reply(&output.stdout)?;
    let path = input
        .value("PATH_INFO")
        .unwrap_or_default()
        .to_ascii_lowercase();
    if status == 200 && !path.contains("notification") {
        let has_token = input
            .variables
            .iter()
            .any(|(_, value)| value.contains(TOKEN));
        promise!(
            has_token,
            "only who has the token is answered: {}",
            output.stdout
        );
    }
    check_length(&input, &path, status)?;
    if shop.count("SELECT count(*) FROM notifications") == 1 {
        check_same_digest(shop, &input, &path)?;
    }
    let place: String = path
        .chars()
        .filter(char::is_ascii_alphabetic)
        .take(20)
        .collect();
    Ok(format!("{status} {place}"))
}

/// A status, headers, and exactly the announced bytes of a JSON object.
fn check_reply(reply: &str) -> Result<u16, String> {
    let (head, body) = reply
        .split_once("\r\n\r\n")
        .ok_or_else(|| format!("a reply has a head: {reply}"))?;
    let mut lines = head.split("\r\n");
    let status = lines.next().and_then(|line| line.strip_prefix("Status: "));
    let status = status.and_then(|status| status.get(..3)?.parse().ok());
    let status: u16 = status.ok_or_else(|| format!("a reply has a status: {head}"))?;
    let length = lines.find_map(|line| line.strip_prefix("Content-Length: "));
    let told: Option<usize> = length.and_then(|length| length.parse().ok());
    promise!(told == Some(body.len()), "a reply has its length: {reply}");
    let is_object =
        serde_json::from_str::<serde_json::Value>(body).is_ok_and(|body| body.is_object());
    promise!(
        is_object && matches!(status, 200 | 400..=499 | 503),
        "a reply is an object: {reply}"
    );
    Ok(status)
}

/// A body has a length in digits that arrives as announced.
fn check_length(input: &CgiInput<'_>, path: &str, status: u16) -> Result<(), String> {
    let is_told =
        path.starts_with("/notification/") && input.value("REQUEST_METHOD") == Some("POST");
    let length = input.value("CONTENT_LENGTH").unwrap_or_default();
    let is_number = !length.is_empty() && length.bytes().all(|byte| byte.is_ascii_digit());
    let has_come = length
        .parse::<usize>()
        .is_ok_and(|length| length <= input.body.len());
    promise!(
        !is_told || (is_number && has_come) || status >= 400,
        "a body has a length in digits: {length:?}, {status}"
    );
    Ok(())
}

/// The same message by `webhook` is the same notification.
fn check_same_digest(shop: &Shop, input: &CgiInput<'_>, path: &str) -> Result<(), String> {
    let gateway = path
        .rsplit('/')
        .find(|part| !part.is_empty())
        .unwrap_or_default();
    let length: usize = input
        .value("CONTENT_LENGTH")
        .unwrap_or_default()
        .parse()
        .unwrap();
    let output = run_bytes(shop, &["webhook", gateway], &input.body[..length]);
    let known = shop.count("SELECT count(*) FROM notifications");
    promise!(
        known == 1,
        "two doors know one notification: {known} {}",
        output.all()
    );
    Ok(())
}
