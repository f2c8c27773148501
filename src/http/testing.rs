//! A server for tests: it sends exactly the bytes it is told to, on a real socket.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

use super::client::HttpClient;
use super::message::{HttpRequest, HttpResponse, RequestFailure};
use super::rate_limited::{RateLimitedClient, RequestLimits};
use crate::clock::{Clock, MachineClock, Sleep};
use crate::domain::Instant;

/// What the server does with one request.
#[derive(Clone)]
pub(super) enum ScriptedReply {
    /// Sends these bytes and keeps the connection open.
    Say(String),
    /// Sends these bytes and closes the connection.
    SayAndClose(String),
    /// Sends these bytes, then repeats this block for as long as somebody reads.
    SayForEver(String, String),
    /// Never answers.
    Hang,
    /// Answers 200 once the gate is open.
    WaitAtGate,
}

/// An answer with the correct length.
pub(super) fn answer(status: u16, headers: &str, body: &str) -> ScriptedReply {
    let length = body.len();
    ScriptedReply::Say(format!(
        "HTTP/1.1 {status} Any\r\n{headers}Content-Length: {length}\r\n\r\n{body}"
    ))
}

pub(super) struct ScriptedServer {
    pub(super) port: u16,
    state: Arc<ScriptedState>,
}

struct ScriptedState {
    acts: Vec<ScriptedReply>,
    observed: Mutex<Vec<String>>,
    connections: AtomicUsize,
    busy: AtomicUsize,
    busy_most: AtomicUsize,
    gate: Semaphore,
}

impl ScriptedServer {
    /// Performs one act per request, over all connections; the last act also serves all further requests.
    pub(super) async fn start(acts: impl IntoIterator<Item = ScriptedReply>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let state = Arc::new(ScriptedState {
            acts: acts.into_iter().collect(),
            observed: Mutex::default(),
            connections: AtomicUsize::new(0),
            busy: AtomicUsize::new(0),
            busy_most: AtomicUsize::new(0),
            gate: Semaphore::new(0),
        });
        let serving = Arc::clone(&state);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                serving.connections.fetch_add(1, Ordering::SeqCst);
                let state = Arc::clone(&serving);
                tokio::spawn(async move { serve(stream, &state).await });
            }
        });
        Self { port, state }
    }

    pub(super) fn url(&self, rest: &str) -> String {
        format!("http://127.0.0.1:{}{rest}", self.port)
    }

    /// The requests so far: head and body.
    pub(super) fn requests(&self) -> Vec<String> {
        self.state.observed.lock().unwrap().clone()
    }

    pub(super) fn connections(&self) -> usize {
        self.state.connections.load(Ordering::SeqCst)
    }

    /// The highest number of requests in flight at once.
    pub(super) fn busy_most(&self) -> usize {
        self.state.busy_most.load(Ordering::SeqCst)
    }

    pub(super) fn open_gate(&self) {
        self.state.gate.add_permits(Semaphore::MAX_PERMITS / 2);
    }
}

async fn serve(mut stream: TcpStream, state: &ScriptedState) {
    while let Some(request) = one_request(&mut stream).await {
        let act = {
            let mut observed = state.observed.lock().unwrap();
            observed.push(request);
            let index = (observed.len() - 1).min(state.acts.len() - 1);
            state.acts[index].clone()
        };
        let busy = state.busy.fetch_add(1, Ordering::SeqCst) + 1;
        state.busy_most.fetch_max(busy, Ordering::SeqCst);
        let goes_on = reply(act, &mut stream, state).await;
        state.busy.fetch_sub(1, Ordering::SeqCst);
        if goes_on.is_none() {
            return;
        }
    }
}

async fn reply(act: ScriptedReply, stream: &mut TcpStream, state: &ScriptedState) -> Option<()> {
    match act {
        ScriptedReply::Say(bytes) => stream.write_all(bytes.as_bytes()).await.ok(),
        ScriptedReply::SayAndClose(bytes) => {
            stream.write_all(bytes.as_bytes()).await.ok()?;
            None
        }
        ScriptedReply::SayForEver(bytes, block) => {
            stream.write_all(bytes.as_bytes()).await.ok()?;
            loop {
                stream.write_all(block.as_bytes()).await.ok()?;
            }
        }
        ScriptedReply::Hang => std::future::pending().await,
        ScriptedReply::WaitAtGate => {
            state.gate.acquire().await.unwrap().forget();
            let ok = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
            stream.write_all(ok.as_bytes()).await.ok()
        }
    }
}

async fn one_request(stream: &mut TcpStream) -> Option<String> {
    let mut text = String::new();
    loop {
        let mut block = [0; 4096];
        let read = stream.read(&mut block).await.ok()?;
        if read == 0 {
            return None;
        }
        let Ok(part) = std::str::from_utf8(&block[..read]) else {
            // A TLS client has connected to a plain port.
            let refusal = b"HTTP/1.1 400 Bad Request\r\n\r\n";
            stream.write_all(refusal).await.ok()?;
            return None;
        };
        text.push_str(part);
        if is_whole(&text) {
            return Some(text);
        }
    }
}

fn is_whole(text: &str) -> bool {
    let Some((head, body)) = text.split_once("\r\n\r\n") else {
        return false;
    };
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "));
    body.len() >= length.map_or(0, |length| length.parse().unwrap())
}

/// The machine's clock, except that a wait ends at once and is recorded.
#[derive(Default)]
pub(super) struct ImpatientClock(Mutex<Vec<Duration>>);

impl ImpatientClock {
    pub(super) fn waits(&self) -> Vec<Duration> {
        self.0.lock().unwrap().clone()
    }
}

impl Clock for ImpatientClock {
    fn now(&self) -> Instant {
        MachineClock.now()
    }

    fn wait(&self, span: Duration) -> Sleep {
        self.0.lock().unwrap().push(span);
        Box::pin(std::future::ready(()))
    }
}

/// Generous enough for a slow machine, short enough for a hanging test.
pub(super) const LIMITS: RequestLimits = RequestLimits {
    requests_per_second: 0,
    requests_per_minute: 0,
    changes_per_second: 0,
    max_in_flight: 64,
    timeout: Duration::from_secs(20),
    connect_timeout: Duration::from_secs(10),
};

/// A separate client that does not wait.
pub(super) fn limited() -> RateLimitedClient {
    HttpClient::new(Arc::new(ImpatientClock::default())).limited(LIMITS)
}

/// One read from a server that performs these acts, over a separate client.
pub(super) async fn read_of(
    acts: impl IntoIterator<Item = ScriptedReply>,
) -> (Result<HttpResponse, RequestFailure>, ScriptedServer) {
    let server = ScriptedServer::start(acts).await;
    let request = HttpRequest::get("GET /status", server.url("/status"));
    (limited().send(&request, None).await, server)
}
