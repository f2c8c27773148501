//! The same story for every web server: notifications by real curl processes, single, concurrent, forged, and with a
//! slow hook.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use payctl::domain::Rupiah;
use payctl::exit::Exit;
use payctl::simulator::{AttemptTruth, MIDTRANS};

use super::{Web, await_that};
use crate::books::{books, difference};
use crate::notification;
use crate::world::Shop;

pub(super) const TOKEN: &str = "trigger-do-not-show-this";

pub(super) const HOOK: &str =
    "[[effects]]\non = \"paid\"\nname = \"partner\"\nexec = [\"/bin/sh\", \"hook.sh\"]\n";

/// A hook that waits at the gate for one of the orders.
pub(super) const HOOK_PROGRAM: &str = "grep -q INV-SLOW && read -r word < gate\n\
                                       echo \"$PAYCTL_EFFECT_KEY\" >> keys\n";

pub(super) fn tell(shop: &Shop, web: &Web, curl: &Path) {
    open_the_shop(shop);
    let tale = WebStory { shop, web, curl };
    tale.check_forged();
    tale.check_repeated("INV-1", 1);
    tale.check_repeated("INV-2", 10);
    tale.check_slow_hook();
    tale.check_token();
    shop.exec("verify").ended(Exit::Clean);
}

/// Creates three orders of two seats and two hours of a stream, all paid at their gateway.
fn open_the_shop(shop: &Shop) {
    shop.exec("product set seat --price 10000 --tickets")
        .ended(Exit::Clean);
    shop.exec("product set stream --price 5000 --access 2h")
        .ended(Exit::Clean);
    for number in ["INV-1", "INV-2", "INV-SLOW"] {
        let line = format!(
            "order create --number {number} --line seat:2 --line stream:1 --gateway midtrans --method qris"
        );
        shop.exec(&line).ended(Exit::Clean);
        let paid = AttemptTruth::new("settlement", Rupiah::new(25_000).unwrap());
        let world = shop.simulator.handle();
        world.set(MIDTRANS, number, paid).unwrap();
    }
    let gate = shop.folder.path().join("gate");
    let made = Command::new("mkfifo").arg(gate).status();
    assert!(made.unwrap().success());
}

struct WebStory<'a> {
    shop: &'a Shop,
    web: &'a Web,
    curl: &'a Path,
}

impl WebStory<'_> {
    fn check_forged(&self) {
        let before = self.books_but_messages();
        let forged = notification::forged("INV-1", "settlement", 25_000);
        self.check_posted(&forged, 1, "403");
        self.check_posted(&forged, 10, "403");
        assert_eq!(difference(&before, &self.books_but_messages()), "");
    }

    /// Posts the first notifications of an order concurrently, then ten more; only the first changes anything.
    fn check_repeated(&self, number: &str, first: usize) {
        let paid = notification::midtrans(number, "settlement", 25_000);
        self.check_posted(&paid, first, "200");
        self.await_fulfilled(number);
        let order = self.shop.order(number);
        assert_eq!(order["tickets"].as_array().unwrap().len(), 2, "{order}");
        assert_eq!(order["access"].as_array().unwrap().len(), 1, "{order}");
        let level = books(&self.shop.database());
        let keys = self.keys();
        self.check_posted(&paid, 10, "200");
        assert_eq!(difference(&level, &books(&self.shop.database())), "");
        assert_eq!(self.keys(), keys);
        let mut once = keys.clone();
        once.dedup();
        assert_eq!(once, keys, "each key once");
        let times = format!(
            "SELECT times FROM notifications JOIN payments ON payments.id = notifications.payment_id
            WHERE payments.reference = '{number}' AND verdict = 'verified'"
        );
        assert_eq!(self.shop.count(&times), i64::try_from(first + 10).unwrap());
    }

    fn check_slow_hook(&self) {
        let (paid, keys) = (
            notification::midtrans("INV-SLOW", "settlement", 25_000),
            self.keys(),
        );
        self.check_posted(&paid, 1, "200");
        assert_eq!(self.keys(), keys, "its hook still waits");
        self.check_posted(&paid, 3, "200");
        let gate = self.shop.folder.path().join("gate");
        let mut gate = OpenOptions::new().write(true).open(gate).unwrap();
        gate.write_all(b"go\n").unwrap();
        self.await_fulfilled("INV-SLOW");
        assert_eq!(self.keys().len(), keys.len() + 1);
    }

    fn check_token(&self) {
        let header = format!("X-Payctl-Token: {TOKEN}");
        let bearer = format!("Authorization: Bearer {TOKEN}");
        for (header, status) in [("X-Nobody: x", "403"), (&header, "200"), (&bearer, "200")] {
            let (found, output) = self.get("/check-expired", header);
            assert_eq!(found, status, "{output}");
            let (found, output) = self.get("/status?order=INV-1", header);
            assert_eq!(found, status, "{output}");
            let is_told = output.contains("\"status\":\"fulfilled\"");
            assert_eq!(is_told, status == "200", "{output}");
            let (found, output) = self.get("/access?order=INV-1&product=stream", header);
            assert_eq!(found, status, "{output}");
            assert_eq!(
                output.contains("\"admitted\":true"),
                status == "200",
                "{output}"
            );
        }
        let (_, output) = self.get("", "X-Nobody: x");
        assert!(!output.contains("#!/bin/sh"), "{output}");
    }

    /// Posts concurrently from separate processes.
    #[track_caller]
    fn check_posted(&self, body: &str, times: usize, status: &str) {
        let url = self.web.url("/notification/midtrans");
        let posts = (0..times).map(|_| self.ask(&url, &["--data-binary", body]));
        let posts: Vec<Child> = posts.collect();
        for post in posts {
            let output = heard(post);
            assert!(output.ends_with(status), "{output}");
        }
    }

    /// The status and the body of an answer.
    fn get(&self, path: &str, header: &str) -> (String, String) {
        let output = heard(self.ask(&self.web.url(path), &["-H", header]));
        let (body, status) = output.rsplit_once(' ').unwrap();
        (status.to_owned(), body.to_owned())
    }

    fn ask(&self, url: &str, words: &[&str]) -> Child {
        Command::new(self.curl)
            .args([
                "-s",
                "--noproxy",
                "*",
                "--max-time",
                "30",
                "-w",
                " %{http_code}",
            ])
            .args(["-H", "Content-Type: application/json"])
            .args(words)
            .arg(url)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap()
    }

    fn await_fulfilled(&self, number: &str) {
        let sql = format!(
            "SELECT count(*) FROM orders WHERE number = '{number}' AND status = 'fulfilled'"
        );
        await_that("its hook has run", || self.shop.count(&sql) == 1);
    }

    fn keys(&self) -> Vec<String> {
        let keys = std::fs::read_to_string(self.shop.folder.path().join("keys"));
        let mut keys: Vec<String> = keys
            .unwrap_or_default()
            .lines()
            .map(str::to_owned)
            .collect();
        keys.sort();
        keys
    }

    /// The tables without the notifications, of which even forged ones are recorded.
    fn books_but_messages(&self) -> String {
        let books = books(&self.shop.database());
        let lines = books
            .lines()
            .filter(|line| !line.starts_with("notifications "));
        lines.collect::<Vec<_>>().join("\n")
    }
}

fn heard(child: Child) -> String {
    let output = child.wait_with_output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}
