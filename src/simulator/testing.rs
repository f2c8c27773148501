//! Helpers for this module's tests: a clock that stands still, and a client that shows the bytes sent.

use std::collections::BTreeMap;
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::Value;

use super::{AttemptTruth, Simulator};
use crate::clock::testing::StoppedClock;
use crate::domain::{Instant, Rupiah};

pub(super) const KEY: &str = "SB-Mid-server-payctl-dummy-0001";
pub(super) const NOW: &str = "2026-03-02T03:03:41.250Z";

pub(super) fn clock() -> Arc<StoppedClock> {
    Arc::new(StoppedClock(Instant::parse_rfc3339(NOW).unwrap()))
}

pub(super) fn start() -> Simulator {
    Simulator::start(0, clock()).unwrap()
}

pub(super) fn answer(status: &str, amount: i64) -> AttemptTruth {
    AttemptTruth::new(status, Rupiah::new(amount).unwrap())
}

/// An answer as received.
#[derive(Debug)]
pub(super) struct ReceivedReply {
    pub(super) status: u16,
    pub(super) headers: BTreeMap<String, String>,
    pub(super) body: String,
}

impl ReceivedReply {
    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|why| panic!("{why}: {}", self.body))
    }

    #[track_caller]
    pub(super) fn says(&self, field: &str) -> String {
        let json = self.json();
        let value = json.pointer(field).unwrap_or_else(|| panic!("{json}"));
        value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned)
    }
}

/// A connection that stays open between requests.
pub(super) struct KeptConnection(BufReader<TcpStream>);

impl KeptConnection {
    pub(super) fn to(simulator: &Simulator) -> Self {
        let address = simulator.url().replace("http://", "");
        let stream = TcpStream::connect(address).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(20)))
            .unwrap();
        Self(BufReader::new(stream))
    }

    pub(super) fn patience(&self, span: Duration) {
        self.0.get_ref().set_read_timeout(Some(span)).unwrap();
    }

    pub(super) fn say(&mut self, text: &str) {
        self.0.get_mut().write_all(text.as_bytes()).unwrap();
    }

    /// Everything received until the connection ends.
    pub(super) fn rest(&mut self) -> String {
        let mut came = Vec::new();
        // A reset after the last byte also ends the data.
        let _end = self.0.read_to_end(&mut came);
        String::from_utf8(came).unwrap()
    }

    /// One answer; an error if the connection ends before it is complete.
    pub(super) fn receive(&mut self) -> io::Result<ReceivedReply> {
        let mut head = Vec::new();
        loop {
            let mut line = String::new();
            if self.0.read_line(&mut line)? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            if line.trim().is_empty() {
                break;
            }
            head.push(line.trim().to_owned());
        }
        let headers: BTreeMap<String, String> = head[1..]
            .iter()
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
            .collect();
        let mut body = vec![0; headers["content-length"].parse().unwrap()];
        self.0.read_exact(&mut body)?;
        Ok(ReceivedReply {
            status: head[0].split(' ').nth(1).unwrap().parse().unwrap(),
            headers,
            body: String::from_utf8(body).unwrap(),
        })
    }
}

pub(super) fn midtrans_question(id: &str, key: &str) -> String {
    let authorization = BASE64.encode(format!("{key}:"));
    format!(
        "GET /v2/{id}/status HTTP/1.1\r\nHost: x\r\nAuthorization: Basic {authorization}\r\n\r\n"
    )
}

/// Sends Midtrans's status query on a fresh connection.
pub(super) fn try_midtrans(simulator: &Simulator, id: &str) -> io::Result<ReceivedReply> {
    let mut line = KeptConnection::to(simulator);
    line.say(&midtrans_question(id, KEY));
    line.receive()
}

#[track_caller]
pub(super) fn midtrans(simulator: &Simulator, id: &str) -> ReceivedReply {
    try_midtrans(simulator, id).unwrap()
}

/// Sends a request that changes something at Midtrans, on a fresh connection.
pub(super) fn try_midtrans_act(
    simulator: &Simulator,
    path: &str,
    body: &str,
) -> io::Result<ReceivedReply> {
    try_midtrans_act_again(simulator, path, body, "")
}

/// The same with an idempotency key.
pub(super) fn try_midtrans_act_again(
    simulator: &Simulator,
    path: &str,
    body: &str,
    key: &str,
) -> io::Result<ReceivedReply> {
    let authorization = BASE64.encode(format!("{KEY}:"));
    let length = body.len();
    let mut line = KeptConnection::to(simulator);
    line.say(&format!(
        "POST {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Basic {authorization}\r\n\
         Idempotency-Key: {key}\r\nContent-Length: {length}\r\n\r\n{body}"
    ));
    line.receive()
}

#[track_caller]
pub(super) fn midtrans_act(simulator: &Simulator, path: &str, body: &str) -> ReceivedReply {
    try_midtrans_act(simulator, path, body).unwrap()
}

/// Sends any other request on a fresh connection.
#[track_caller]
pub(super) fn send(simulator: &Simulator, method: &str, path: &str, body: &str) -> ReceivedReply {
    let mut line = KeptConnection::to(simulator);
    let length = body.len();
    line.say(&format!(
        "{method} {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n{body}"
    ));
    line.receive().unwrap()
}

#[track_caller]
pub(super) fn pakasir(simulator: &Simulator, order_id: &str, amount: i64) -> ReceivedReply {
    let path = format!(
        "/api/transactiondetail?project=tokocontoh&amount={amount}&order_id={order_id}&api_key=dummy"
    );
    send(simulator, "GET", &path, "")
}

/// The names and types of a recorded answer.
pub(super) fn fixture(name: &str) -> Value {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let text = std::fs::read_to_string(folder.join(name)).unwrap();
    shape(&serde_json::from_str(&text).unwrap())
}

/// Replaces every text, number and so on by its type.
pub(super) fn shape(value: &Value) -> Value {
    match value {
        Value::Object(fields) => fields
            .iter()
            .map(|(name, field)| (name.clone(), shape(field)))
            .collect(),
        Value::Array(items) => items.iter().map(shape).collect(),
        Value::String(_) => "text".into(),
        Value::Number(_) => "number".into(),
        Value::Bool(_) => "boolean".into(),
        Value::Null => Value::Null,
    }
}
