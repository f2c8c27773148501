//! The network of a world: the simulated gateways and the shop's own address, without sockets.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use hyper::header::HeaderMap;
use hyper::{Method, Request};

use super::clock::WorldClock;
use super::record::{Exchange, RequestKind, RunRecord};
use crate::clock::Clock;
use crate::domain::Instant;
use crate::faults::crash_point;
use crate::http::message::{HttpMethod, HttpRequest, RequestFailure};
use crate::http::{InProcess, PendingExchange, RawResponse};
use crate::simulator::{LocalEnding, LocalPurpose, SimulatorHandle};

/// Where the gateways answer, and where effects are delivered. Nobody connects to these.
pub(super) const GATEWAYS: &str = "http://127.0.0.1:1";
pub(super) const SHOP: &str = "http://127.0.0.1:2";

/// Every key of this shop.
pub(super) const KEY: &str = "SB-Mid-server-of-a-world";

/// From this machine to a gateway, one way.
const DISTANCE: Duration = Duration::from_millis(20);

/// How the shop's own address treats an effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ShopMood {
    Works,
    /// Does nothing and answers 503.
    Refuses,
    /// Does nothing and answers 400, which is final.
    Rejects,
    /// Does it and never answers.
    Hangs,
    /// Does it and breaks the connection.
    Dies,
}

#[derive(Clone)]
pub(super) struct WorldNetwork(Arc<NetworkState>);

struct NetworkState {
    simulator: SimulatorHandle,
    clock: Arc<WorldClock>,
    exchanges: Mutex<Vec<Exchange>>,
    mood: Mutex<ShopMood>,
    meanwhile: Mutex<Option<Meanwhile>>,
    beside: Mutex<Option<RunRecord>>,
}

/// What another process does while the first answer of a gateway is on its way.
pub(super) type Meanwhile = Box<dyn FnOnce() -> Option<RunRecord> + Send>;

impl WorldNetwork {
    pub(super) fn new(simulator: SimulatorHandle, clock: Arc<WorldClock>) -> Self {
        Self(Arc::new(NetworkState {
            simulator,
            clock,
            exchanges: Mutex::default(),
            mood: Mutex::new(ShopMood::Works),
            meanwhile: Mutex::default(),
            beside: Mutex::default(),
        }))
    }

    pub(super) fn set_mood(&self, mood: ShopMood) {
        *self.0.mood.lock().unwrap_or_else(PoisonError::into_inner) = mood;
    }

    /// `None`: nothing happens beside the next command.
    pub(super) fn set_meanwhile(&self, meanwhile: Option<Meanwhile>) {
        let place = &self.0.meanwhile;
        *place.lock().unwrap_or_else(PoisonError::into_inner) = meanwhile;
    }

    /// What another process did beside the last command.
    pub(super) fn take_beside(&self) -> Option<RunRecord> {
        let beside = &self.0.beside;
        beside.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// How many exchanges nobody has taken yet.
    pub(super) fn count(&self) -> usize {
        self.0.count()
    }

    /// Those after the first ones.
    pub(super) fn take_from(&self, first: usize) -> Vec<Exchange> {
        let exchanges = &self.0.exchanges;
        let mut exchanges = exchanges.lock().unwrap_or_else(PoisonError::into_inner);
        let first = first.min(exchanges.len());
        exchanges.split_off(first)
    }
}

impl InProcess for WorldNetwork {
    fn exchange(&self, request: HttpRequest) -> PendingExchange {
        let there = Arc::clone(&self.0);
        Box::pin(async move {
            crash_point!("before a request");
            there.clock.wait(DISTANCE).await;
            let arrived = there.arrive(&request);
            crash_point!("before an answer");
            there.let_others_act();
            arrived.come_back(&there).await
        })
    }
}

/// A request that has been carried out, and its answer on the way back.
struct Arrived {
    exchange: Exchange,
    delay: Duration,
    ending: LocalEnding,
}

impl NetworkState {
    /// Another process acts while this answer is on its way.
    fn let_others_act(&self) {
        let meanwhile = &self.meanwhile;
        let meanwhile = meanwhile
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(act) = meanwhile {
            let _until_now = self.clock.now();
            let record = act();
            self.clock.resume();
            *self.beside.lock().unwrap_or_else(PoisonError::into_inner) = record;
        }
    }

    fn arrive(&self, request: &HttpRequest) -> Arrived {
        let at = self.clock.now();
        if request.expose_url().starts_with(SHOP) {
            self.deliver(request, at)
        } else {
            self.ask(request, at)
        }
    }

    fn ask(&self, request: &HttpRequest, at: Instant) -> Arrived {
        let body = request.expose_body().unwrap_or_default();
        let method = match request.method {
            HttpMethod::Get => Method::GET,
            HttpMethod::Post => Method::POST,
        };
        let url = request.expose_url();
        let path = url.strip_prefix(GATEWAYS).unwrap_or(url);
        let mut head = Request::builder().method(method).uri(path);
        for (name, value) in request.expose_headers() {
            head = head.header(name, value);
        }
        let head = head.body(()).map(|request| request.into_parts().0);
        let answered = head
            .ok()
            .and_then(|head| self.simulator.answer(&head, body.as_bytes()));
        let mut exchange = exchange(request, at, RequestKind::Read);
        let Some(reply) = answered else {
            return Arrived {
                exchange,
                delay: Duration::ZERO,
                ending: LocalEnding::Break,
            };
        };
        exchange.to = reply.kind.name().to_owned();
        exchange.is_carried_out = reply.is_carried_out;
        exchange.kind = match reply.purpose {
            LocalPurpose::Read => RequestKind::Read,
            LocalPurpose::Close => RequestKind::Close,
            LocalPurpose::Refund => RequestKind::Refund,
            LocalPurpose::Open => RequestKind::Open,
        };
        Arrived {
            exchange,
            delay: reply.delay,
            ending: reply.ending,
        }
    }

    fn deliver(&self, request: &HttpRequest, at: Instant) -> Arrived {
        let mut exchange = exchange(request, at, RequestKind::Effect);
        let mood = *self.mood.lock().unwrap_or_else(PoisonError::into_inner);
        exchange.is_carried_out =
            matches!(mood, ShopMood::Works | ShopMood::Hangs | ShopMood::Dies);
        let answer = |status| LocalEnding::Answer {
            status,
            headers: HeaderMap::new(),
            body: String::new(),
            is_cut: false,
        };
        let ending = match mood {
            ShopMood::Works => answer(200),
            ShopMood::Refuses => answer(503),
            ShopMood::Rejects => answer(400),
            ShopMood::Hangs => LocalEnding::Hang,
            ShopMood::Dies => LocalEnding::Break,
        };
        Arrived {
            exchange,
            delay: Duration::ZERO,
            ending,
        }
    }

    fn keep(&self, exchange: Exchange) {
        let mut exchanges = self
            .exchanges
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        exchanges.push(exchange);
    }
}

impl Arrived {
    async fn come_back(mut self, there: &NetworkState) -> Result<RawResponse, RequestFailure> {
        let broken = |why: &str| Err(RequestFailure::Broken(why.to_owned()));
        match self.ending {
            LocalEnding::Answer {
                status,
                headers,
                body,
                is_cut: false,
            } => {
                if body.len() > MAX_BODY_BYTES {
                    there.keep(self.exchange);
                    return Err(RequestFailure::TooLarge(MAX_BODY_BYTES));
                }
                let spent = self.delay.saturating_add(DISTANCE);
                // A reader that gives up meanwhile drops this future, so the answer never arrived.
                let nth = there.count();
                there.keep(self.exchange.clone());
                there.clock.wait(spent).await;
                self.exchange.reply = Some((status, body.clone()));
                there.replace(nth, self.exchange);
                Ok(RawResponse {
                    status,
                    headers,
                    body: body.into_bytes(),
                })
            }
            LocalEnding::Answer { .. } => {
                there.keep(self.exchange);
                broken("the connection broke in the middle of the answer")
            }
            LocalEnding::Break => {
                there.keep(self.exchange);
                broken("the connection broke before an answer came")
            }
            LocalEnding::Hang => {
                there.keep(self.exchange);
                std::future::pending().await
            }
        }
    }
}

/// As much as payctl reads of an answer.
const MAX_BODY_BYTES: usize = 1024 * 1024;

impl NetworkState {
    fn count(&self) -> usize {
        let exchanges = self
            .exchanges
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        exchanges.len()
    }

    fn replace(&self, nth: usize, exchange: Exchange) {
        let mut exchanges = self
            .exchanges
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(place) = exchanges.get_mut(nth) {
            *place = exchange;
        }
    }
}

fn line(request: &HttpRequest) -> String {
    let method = match request.method {
        HttpMethod::Get => "GET",
        HttpMethod::Post => "POST",
    };
    let url = request.expose_url();
    let path = url.strip_prefix(GATEWAYS).unwrap_or(url);
    format!("{method} {path}")
}

fn exchange(request: &HttpRequest, at: Instant, kind: RequestKind) -> Exchange {
    let key = |wanted: &str| {
        let mut headers = request.expose_headers();
        let found = headers.find(|(name, _)| name.eq_ignore_ascii_case(wanted));
        found.map(|(_, value)| value.to_owned())
    };
    Exchange {
        at,
        to: "shop".to_owned(),
        kind,
        line: line(request),
        request_body: request.expose_body().unwrap_or_default().to_owned(),
        key: key("Idempotency-Key"),
        reply: None,
        is_carried_out: true,
    }
}
