//! Partners that answer slowly or with too much: each call reaches them once.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use payctl::exit::Exit;
use serde_json::Value;

use crate::world::{Shop, config};

/// Answers each call with these bytes and then stays silent; counts the calls.
struct Partner {
    url: String,
    calls: Arc<Mutex<Vec<TcpStream>>>,
}

impl Partner {
    fn start(answer: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/paid", listener.local_addr().unwrap());
        let calls = Arc::<Mutex<Vec<TcpStream>>>::default();
        let kept = calls.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let mut block = [0; 4096];
                let heard = stream.read(&mut block).unwrap();
                assert!(heard > 0);
                let open = stream.try_clone().unwrap();
                kept.lock().unwrap().push(open);
                let _gone = stream.write_all(answer.as_bytes());
            }
        });
        Self { url, calls }
    }

    fn calls(&self) -> usize {
        self.calls.lock().unwrap().len()
    }
}

/// The shop and the row of the call for a paid order.
fn call_partner(partner: &Partner, settings: &str, exit: Exit) -> (Shop, Value) {
    let mut shop = Shop::new();
    let secret = ("PARTNER_SECRET".to_owned(), "do-not-show-this".to_owned());
    shop.environment.push(secret);
    let (url, hook) = (shop.simulator.url(), &partner.url);
    shop.configure(&format!(
        "{}\n[[effects]]\non = \"paid\"\n{settings}http = {{ url = \"{hook}\", secret = \"env:PARTNER_SECRET\" }}\n",
        config(&url, &url)
    ));
    shop.run("order create --number INV-1 --total 25000")
        .ended(Exit::Clean);
    shop.run("approve INV-1 --yes --reason cash").ended(exit);
    let listed = shop.run("fulfil list --all -o json").ended(Exit::Clean);
    let row = listed.json()["rows"][0].clone();
    (shop, row)
}

#[test]
fn a_partner_that_accepted_is_not_called_again() {
    let head =
        |status: &str, length: usize| format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\n");
    for answer in [
        head("200 OK", 8 << 20) + "\r\n" + &"x".repeat(8 << 20),
        head("201 Created", 100) + "Connection: close\r\n\r\ncut of",
        head("200 OK", 100) + "\r\n",
    ] {
        let partner = Partner::start(answer);
        let (shop, row) = call_partner(&partner, "", Exit::Clean);
        assert_eq!(row["status"], "done", "{row}");
        assert_eq!(shop.order("INV-1")["status"], "fulfilled");
        shop.run("fulfil").ended(Exit::Clean);
        assert_eq!(partner.calls(), 1);
        shop.run("verify").ended(Exit::Clean);
    }
}

#[test]
fn a_silent_partner_may_have_received_the_call() {
    for (settings, status, exit) in [
        ("", "waiting", Exit::Partial),
        ("repeatable = false\n", "uncertain", Exit::Attention),
    ] {
        let partner = Partner::start(String::new());
        let settings = format!("timeout = \"500ms\"\n{settings}");
        let (shop, row) = call_partner(&partner, &settings, exit);
        assert_eq!(row["status"], status, "{row}");
        let why = row["reason"].as_str().unwrap();
        assert!(why.ends_with(" did not answer in time"), "{why}");
        shop.run("fulfil").ended(Exit::Clean);
        assert_eq!(partner.calls(), 1);
        shop.run("verify").ended(Exit::Clean);
    }
}
