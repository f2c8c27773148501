//! A gateway that opens payments as Midtrans does, with failures on request.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::server::Server;
use crate::world::{Shop, config};

/// The outcome of one call to open a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Charge {
    Answered,
    /// The payment is opened, and the answer is lost.
    Lost,
    /// The payment is opened and paid, and the answer is lost.
    LostAndPaid,
    /// Nothing is opened, and there is no answer.
    Nothing,
    Refused,
    /// The reference is already in use.
    Taken,
}

#[derive(Default)]
struct Book {
    /// The status word of each known reference.
    known: HashMap<String, &'static str>,
    next: VecDeque<Charge>,
    /// The reference of each received call.
    calls: Vec<String>,
    /// The number of held requests that have arrived.
    arrived: usize,
    held: Held,
}

/// The kind of request that waits while the till is held.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) enum Held {
    /// The answer to an opening call; the payment already exists.
    #[default]
    Answers,
    /// The opening call itself: until then the gateway does not know the payment.
    Openings,
    /// The answers to queries.
    Reads,
}

pub(super) struct Till {
    book: Arc<Mutex<Book>>,
    /// While this is locked, received requests of the held kind wait.
    gate: Arc<Mutex<()>>,
    server: Server,
}

pub(super) const QR: &str =
    "00020101021226680016ID.CO.CONTOH.WWW5204541153033605405250005802ID5911TOKO CONTOH6304F443";

impl Till {
    /// Starts a till with the outcomes of the next calls; later calls are answered.
    pub(super) fn start(next: impl IntoIterator<Item = Charge>) -> Self {
        let book = Arc::new(Mutex::new(Book {
            next: next.into_iter().collect(),
            ..Book::default()
        }));
        let gate = Arc::new(Mutex::new(()));
        let (shared, gated) = (book.clone(), gate.clone());
        let server = Server::of_bodies(move |target, body| {
            let held = shared.lock().unwrap().arrive(target);
            if held == Some(Held::Openings) {
                drop(gated.lock().unwrap());
            }
            let answer = shared.lock().unwrap().answer(target, body);
            if held.is_some_and(|held| held != Held::Openings) {
                drop(gated.lock().unwrap());
            }
            answer
        });
        Self { book, gate, server }
    }

    /// Holds the answers to opening calls until the guard is dropped.
    pub(super) fn hold(&self) -> MutexGuard<'_, ()> {
        self.hold_all(Held::Answers)
    }

    /// Holds requests of this kind until the guard is dropped.
    pub(super) fn hold_all(&self, held: Held) -> MutexGuard<'_, ()> {
        let mut book = self.book.lock().unwrap();
        (book.held, book.arrived) = (held, 0);
        drop(book);
        self.gate.lock().unwrap()
    }

    pub(super) fn await_call(&self) {
        let patience = Instant::now() + Duration::from_secs(20);
        while self.book.lock().unwrap().arrived == 0 {
            assert!(Instant::now() < patience, "no call came");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// A shop with one order whose gateways are this till.
    pub(super) fn shop(&self) -> Shop {
        let shop = Shop::new();
        let url = self.server.url();
        shop.configure(&config(&url, &url));
        let order = "order create --number INV-1 --total 25000 --expires-at 2026-03-02T05:00:00Z";
        shop.run(order).ended(payctl::exit::Exit::Clean);
        shop
    }

    /// The reference of each opening call.
    pub(super) fn calls(&self) -> String {
        self.book.lock().unwrap().calls.join(" ")
    }

    /// The idempotency key of each call.
    pub(super) fn keys(&self) -> Vec<String> {
        let heads = self.server.heads();
        let keys = heads
            .iter()
            .flat_map(|head| head.lines())
            .filter_map(|line| {
                let (name, value) = line.split_once(": ")?;
                name.eq_ignore_ascii_case("idempotency-key")
                    .then(|| value.to_owned())
            });
        keys.collect()
    }
}

impl Book {
    /// Counts the request if its kind is held, and returns the kind.
    fn arrive(&mut self, target: &str) -> Option<Held> {
        let is_held = is_opening(target) == (self.held != Held::Reads);
        self.arrived += usize::from(is_held);
        is_held.then_some(self.held)
    }

    fn answer(&mut self, target: &str, body: &str) -> (u16, String) {
        if is_opening(target) {
            let body: Value = serde_json::from_str(body).unwrap();
            let reference = body["transaction_details"]["order_id"].as_str().unwrap();
            return self.charge(target, reference);
        }
        let mut parts = target.split('/').skip(2);
        let (id, act) = (
            parts.next().unwrap_or_default(),
            parts.next().unwrap_or_default(),
        );
        let reference = id.trim_start_matches("T-").to_owned();
        if target.starts_with("/snap/v1/transactions/") {
            return (
                200,
                json!({"canceled_at": "2026-03-02 04:00:00"}).to_string(),
            );
        }
        let Some(status) = self.known.get_mut(&reference) else {
            return (
                404,
                json!({"status_code": "404", "status_message": "Transaction doesn't exist."})
                    .to_string(),
            );
        };
        if matches!(act, "expire" | "cancel") && *status == "pending" {
            *status = if act == "expire" { "expire" } else { "cancel" };
        }
        (200, status_body(&reference, status))
    }

    fn charge(&mut self, target: &str, reference: &str) -> (u16, String) {
        self.calls.push(reference.to_owned());
        let how = self.next.pop_front().unwrap_or(Charge::Answered);
        let is_taken = self.known.contains_key(reference) || how == Charge::Taken;
        if is_taken {
            let body =
                json!({"status_code": "406", "status_message": "order_id has already been taken"});
            return (406, body.to_string());
        }
        match how {
            Charge::Answered | Charge::Taken if target == "/v2/charge" => {
                self.known.insert(reference.to_owned(), "pending");
                (201, status_body(reference, "pending"))
            }
            Charge::Answered | Charge::Taken => {
                let body =
                    json!({"token": "tok-1", "redirect_url": "https://pay.example.com/tok-1"});
                (201, body.to_string())
            }
            Charge::Lost => {
                self.known.insert(reference.to_owned(), "pending");
                (0, String::new())
            }
            Charge::LostAndPaid => {
                self.known.insert(reference.to_owned(), "settlement");
                (0, String::new())
            }
            Charge::Nothing => (0, String::new()),
            Charge::Refused => {
                let body = json!({"status_code": "402", "status_message": "no access to this payment type"});
                (402, body.to_string())
            }
        }
    }
}

fn is_opening(target: &str) -> bool {
    target == "/v2/charge" || target == "/snap/v1/transactions"
}

fn status_body(reference: &str, status: &str) -> String {
    let code = match status {
        "pending" => "201",
        "expire" => "407",
        _ => "200",
    };
    json!({
        "status_code": code, "transaction_status": status, "order_id": reference,
        "transaction_id": format!("T-{reference}"), "gross_amount": "25000.00", "currency": "IDR",
        "payment_type": "qris", "fraud_status": "accept",
        "expiry_time": "2026-03-02 11:15:00", "qr_string": QR,
    })
    .to_string()
}
