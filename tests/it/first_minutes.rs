//! The README's first five minutes, typed by the program itself in a new folder; and what keeps a customer of the
//! simulator away from everything that is not the simulator.

use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use payctl::exit::Exit;
use tempfile::TempDir;

use crate::program::{hear, seal};
use crate::server::Server;
use crate::world::{CommandOutput, Shop};

/// What the README says under this heading, as lines that call payctl.
fn typed(heading: &str) -> Vec<String> {
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = std::fs::read_to_string(readme).unwrap();
    let (_, rest) = readme.split_once(heading).unwrap();
    let end = rest.find("\n## ").unwrap_or(rest.len());
    crate::documents::shell_lines(&rest[..end])
}

struct Newcomer {
    folder: TempDir,
    simulator: Option<Child>,
}

impl Newcomer {
    fn command(&self, line: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_payctl"));
        command
            .args(line.split_whitespace().skip(1))
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        seal(&mut command);
        command
    }

    /// Types a line. The simulator goes on in the background, as in a terminal of its own.
    #[track_caller]
    fn types(&mut self, line: &str) -> CommandOutput {
        if line.starts_with("payctl simulator run") {
            let mut child = self.command(line.trim_end_matches('&')).spawn().unwrap();
            let mut first = String::new();
            let stdout = child.stdout.as_mut().unwrap();
            BufReader::new(stdout).read_line(&mut first).unwrap();
            self.simulator = Some(child);
            return CommandOutput {
                exit: Exit::Clean,
                stdout: first,
                stderr: String::new(),
            };
        }
        let told = hear(self.command(line).spawn().unwrap());
        if line.starts_with("payctl init") {
            self.take_a_free_port();
        }
        told
    }

    /// Tests run side by side: each shop has a port of its own, as its payctl.toml allows.
    fn take_a_free_port(&self) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let path = self.folder.path().join("payctl.toml");
        let text = std::fs::read_to_string(&path).unwrap();
        std::fs::write(path, text.replace(":18080", &format!(":{port}"))).unwrap();
    }
}

impl Drop for Newcomer {
    fn drop(&mut self) {
        if let Some(mut simulator) = self.simulator.take() {
            let _ended = simulator.kill();
            let _ended = simulator.wait();
        }
    }
}

#[test]
fn the_first_minutes_end_in_a_paid_order() {
    let mut newcomer = Newcomer {
        folder: tempfile::tempdir().unwrap(),
        simulator: None,
    };
    let lines = typed("\n## Five minutes on the simulator");
    assert!(lines.len() >= 8, "{lines:?}");
    let mut last = String::new();
    for line in &lines {
        let told = newcomer.types(line);
        assert_eq!(told.exit, Exit::Clean, "{line}\n{}", told.all());
        assert_eq!(told.stderr, "", "{line} warns of nothing");
        last = told.stdout;
    }
    assert!(lines.last().unwrap().starts_with("payctl why"));
    assert!(last.contains("fulfilled"), "{last}");
    let shown = newcomer.types("payctl order show INV-1 -o json").json();
    assert_eq!(shown["status"], "fulfilled");
    assert_eq!(shown["payments"][0]["status"], "paid");
}

/// A shop whose order INV-1 has an open payment at the simulator.
fn shop_with_open_payment() -> Shop {
    let shop = Shop::new();
    for line in [
        "product set seat --price 150000 --capacity 10",
        "order create --number INV-1 --line seat:1",
        "pay INV-1 --gateway midtrans",
    ] {
        shop.run(line).ended(Exit::Clean);
    }
    shop
}

#[test]
fn a_customer_pays_only_once() {
    let shop = shop_with_open_payment();
    let paid = shop.run("simulator pay INV-1 -o json").ended(Exit::Clean);
    assert_eq!(paid.json()["reference"], "INV-1");
    assert_eq!(paid.json()["amount"], 150_000);
    // The database does not know it before payctl queries the gateway.
    assert_eq!(shop.order("INV-1")["status"], "pending");
    let again = shop.run("simulator pay INV-1").ended(Exit::Failed);
    assert!(
        again.stderr.contains("payctl check-status INV-1"),
        "{again:?}"
    );
    shop.run("check-all --fix").ended(Exit::Clean);
    assert_eq!(shop.order("INV-1")["status"], "fulfilled");
    let over = shop.run("simulator pay INV-1").ended(Exit::Failed);
    assert!(over.stderr.contains("payctl why INV-1"), "{over:?}");
}

#[test]
fn every_way_to_pay_makes_the_order_paid() {
    for (at, create, pay) in [
        ("midtrans", "", "--method bca_va"),
        ("midtrans", "", "--method snap"),
        ("pakasir", "", "--method qris"),
        ("midtrans", "--gateway midtrans --method qris", ""),
        (
            "pakasir",
            "--gateway pakasir --method qris --transaction-id k3TzQ9xVb1",
            "",
        ),
    ] {
        let shop = Shop::on_second();
        shop.run("product set seat --price 150000")
            .ended(Exit::Clean);
        shop.run(&format!(
            "order create --number INV-1 --line seat:1 {create}"
        ))
        .ended(Exit::Clean);
        if !pay.is_empty() {
            shop.run(&format!("pay INV-1 --gateway {at} {pay}"))
                .ended(Exit::Clean);
        }
        shop.run("simulator pay INV-1").ended(Exit::Clean);
        shop.at("04:10");
        shop.run("check-all --fix").ended(Exit::Clean);
        assert_eq!(
            shop.order("INV-1")["status"],
            "fulfilled",
            "{at} {create} {pay}"
        );
    }
}

#[track_caller]
fn check_refused(shop: &Shop, line: &str, exit: Exit, says: &[&str]) {
    let told = shop.run(line).ended(exit);
    assert_eq!(told.stdout, "");
    for part in says {
        assert!(told.stderr.contains(part), "{part}: {}", told.stderr);
    }
}

#[test]
fn a_customer_is_refused_with_a_reason() {
    let shop = shop_with_open_payment();
    shop.run("order create --number INV-2 --line seat:1")
        .ended(Exit::Clean);
    let table: [(&str, &[&str]); 2] = [
        (
            "simulator pay INV-9",
            &["no order is numbered INV-9", "order list"],
        ),
        (
            "simulator pay INV-2",
            &["INV-2 is pending", "payctl pay INV-2"],
        ),
    ];
    for (line, says) in table {
        check_refused(&shop, line, Exit::Failed, says);
    }
    let gone = crate::world::config("http://127.0.0.1:9", "http://127.0.0.1:9");
    shop.configure(&gone);
    let says = ["does not answer", "payctl simulator run"];
    check_refused(&shop, "simulator pay INV-1", Exit::Failed, &says);
    shop.configure("database = \"shop.db\"");
    let says = ["midtrans", "does not name"];
    check_refused(&shop, "simulator pay INV-1", Exit::Config, &says);
}

#[test]
fn a_real_gateway_never_hears_of_it() {
    let shop = shop_with_open_payment();
    for far in ["https://api.midtrans.com", "https://127.0.0.1.example.com"] {
        shop.configure(&crate::world::config(far, far));
        let says = [far, "not the simulator", "nothing was sent"];
        check_refused(&shop, "simulator pay INV-1", Exit::Config, &says);
    }
    // A proxy on this machine that leads to a real gateway: it answers as a gateway does, and is told no key.
    let gateway = Server::start(|_| (404, r#"{"status_code":"404"}"#.to_owned()));
    shop.configure(&crate::world::config(&gateway.url(), &gateway.url()));
    let says = ["answered 404", "another program"];
    check_refused(&shop, "simulator pay INV-1", Exit::Failed, &says);
    let heads = gateway.heads();
    assert_eq!(heads.len(), 1);
    assert!(heads[0].starts_with("POST /pretend/pay "), "{heads:?}");
    assert!(!heads[0].to_ascii_lowercase().contains("authorization"));
}
