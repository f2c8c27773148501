//! Accepts connections, answers queries, and performs requests.

use std::borrow::Cow;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::{BodyExt as _, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::header::{AUTHORIZATION, DATE, HOST, HeaderName, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{sleep, timeout};

use super::answer::Kind;
use super::ending::{Conduct, Ending};
use super::faults::Purpose;
use super::repeats::Name;
use super::reply::{Body, Broken, Cut, Reply};
use super::rules::Rules;
use super::truth::Truth;
use super::world::World;
use super::{control, midtrans, pakasir};
use crate::domain::instant::Instant;

/// Further connections wait in the operating system's queue.
const MAX_CONNECTIONS: u32 = 1_024;
/// Room for a request's line and headers.
const MAX_HEAD_BYTES: usize = 64 * 1024;
/// The maximum body that Midtrans reads.
const MAX_BODY_BYTES: usize = 16 * 1024;
/// How long to wait for answers in progress when it is stopped.
const FAREWELL: Duration = Duration::from_secs(1);
/// The pause after a failed accept: there are no file handles left.
const BREATH: Duration = Duration::from_millis(10);

/// Answers until the world is stopped.
pub(super) async fn serve(listener: TcpListener, world: World) {
    let seats = Arc::new(Semaphore::new(MAX_CONNECTIONS as usize));
    let mut stopped = pin!(world.stopped());
    loop {
        let next = async {
            let seat = Arc::clone(&seats).acquire_owned().await;
            (seat, listener.accept().await)
        };
        let next = tokio::select! {
            biased;
            () = &mut stopped => break,
            next = next => next,
        };
        match next {
            (Ok(seat), Ok((stream, _))) => {
                tokio::spawn(talk(stream, world.clone(), seat));
            }
            _ => sleep(BREATH).await,
        }
    }
    drop(listener);
    // Connections that are still open are cut off with the runtime.
    let _all_gone = timeout(FAREWELL, seats.acquire_many(MAX_CONNECTIONS)).await;
}

/// One connection, with any number of requests.
async fn talk(stream: TcpStream, world: World, _seat: OwnedSemaphorePermit) {
    // Without this, small answers are delayed; if it cannot be set, they are late but correct.
    let _set = stream.set_nodelay(true);
    let service = service_fn(|request| hear(world.clone(), request));
    let connection = http1::Builder::new()
        .auto_date_header(false)
        .max_buf_size(MAX_HEAD_BYTES)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = pin!(connection);
    tokio::select! {
        biased;
        _gone = connection.as_mut() => return,
        () = world.stopped() => {}
    }
    connection.as_mut().graceful_shutdown();
    // The other side may break the connection.
    let _gone = connection.await;
}

async fn hear(world: World, mut request: Request<Incoming>) -> Result<Response<Body>, Broken> {
    // Boxed, so that rare requests do not enlarge the common one.
    let question = match Question::read(&request) {
        Some(question) => Some(question),
        None => Box::pin(Question::read_act(&mut request)).await,
    };
    let Some(question) = question else {
        let reply = Box::pin(control::hear(&world, request)).await;
        let now = world.now();
        let date = world.lock().date(now);
        return Ok(dated(reply.into_response(Cut::Whole), date));
    };
    let plan = plan(&world, &question);
    if !plan.delay.is_zero() {
        tokio::select! {
            () = world.stopped() => return Err(Broken),
            () = sleep(plan.delay) => {}
        }
    }
    match plan.ending {
        Ending::Answer(reply, cut) => Ok(dated(reply.into_response(cut), plan.date)),
        Ending::Break => Err(Broken),
        Ending::Hang => {
            world.stopped().await;
            Err(Broken)
        }
    }
}

fn dated(mut response: Response<Body>, date: HeaderValue) -> Response<Body> {
    response.headers_mut().insert(DATE, date);
    response
}

/// A request to one of the gateways.
#[derive(Debug)]
enum Question {
    Midtrans(midtrans::Question),
    MidtransAct(midtrans::Act),
    Pakasir(pakasir::Question),
    PakasirCancel(pakasir::Cancel),
    MidtransOpen(Box<midtrans::Open>),
    PakasirOpen(pakasir::Open),
    /// A call of Pakasir's second interface.
    PakasirCall(pakasir::Call),
}

impl Question {
    fn read(request: &Request<Incoming>) -> Option<Self> {
        if request.method() != Method::GET {
            return None;
        }
        let path = request.uri().path();
        if path == pakasir::DETAIL {
            let query = request.uri().query().unwrap_or_default();
            return Some(Self::Pakasir(pakasir::Question::read(query)));
        }
        if let Some(call) = pakasir::Call::read(true, path, api_key(request)) {
            return Some(Self::PakasirCall(call));
        }
        let question = midtrans::Question::read(path, authorization(request))?;
        Some(Self::Midtrans(question))
    }

    async fn read_act(request: &mut Request<Incoming>) -> Option<Self> {
        if request.method() != Method::POST {
            return None;
        }
        let path = request.uri().path();
        if path == pakasir::CANCEL {
            let cancel = pakasir::Cancel::read(&body(request).await);
            return Some(Self::PakasirCancel(cancel));
        }
        if let Some(open) = pakasir::Open::read(path) {
            return Some(Self::PakasirOpen(open.with(&body(request).await)));
        }
        if let Some(call) = pakasir::Call::read(false, path, api_key(request)) {
            return Some(Self::PakasirCall(call.with(&body(request).await)));
        }
        let text = |name: HeaderName| request.headers().get(name)?.to_str().ok();
        let again = text(HeaderName::from_static("idempotency-key"));
        if let Some(open) = midtrans::Open::read(path, authorization(request), text(HOST), again) {
            let open = open.with(&body(request).await);
            return Some(Self::MidtransOpen(Box::new(open)));
        }
        let act = midtrans::Act::read(path, authorization(request))?;
        Some(Self::MidtransAct(act.with(&body(request).await)))
    }

    fn kind(&self) -> Kind {
        match self {
            Self::Midtrans(_) | Self::MidtransAct(_) | Self::MidtransOpen(_) => Kind::Midtrans,
            Self::Pakasir(_)
            | Self::PakasirCancel(_)
            | Self::PakasirOpen(_)
            | Self::PakasirCall(_) => Kind::Pakasir,
        }
    }

    fn purpose(&self) -> Purpose {
        match self {
            Self::Midtrans(_) | Self::Pakasir(_) => Purpose::Read,
            Self::MidtransAct(act) => act.purpose(),
            Self::PakasirCancel(_) => Purpose::Close,
            Self::PakasirCall(call) => call.purpose(),
            Self::MidtransOpen(_) | Self::PakasirOpen(_) => Purpose::Open,
        }
    }

    fn id(&self, truth: &Truth) -> Cow<'_, str> {
        match self {
            Self::Midtrans(question) => Cow::Borrowed(&question.id),
            Self::MidtransAct(act) => act.id(truth),
            Self::Pakasir(question) => Cow::Borrowed(&question.order_id),
            Self::PakasirCancel(cancel) => Cow::Borrowed(&cancel.order_id),
            Self::MidtransOpen(open) => Cow::Borrowed(open.id()),
            Self::PakasirOpen(open) => Cow::Borrowed(open.id()),
            Self::PakasirCall(call) => Cow::Borrowed(call.id()),
        }
    }

    /// How an account identifies itself: a key at Midtrans, a project at Pakasir.
    fn account(&self) -> &str {
        match self {
            Self::Midtrans(question) => question.key(),
            Self::MidtransAct(act) => act.key(),
            Self::MidtransOpen(open) => open.key(),
            Self::Pakasir(question) => question.project(),
            Self::PakasirOpen(open) => open.project(),
            Self::PakasirCancel(cancel) => cancel.project(),
            Self::PakasirCall(call) => call.project(),
        }
    }

    /// The idempotency key; `None` if the gateway ignores it.
    fn repeated(&self) -> Option<Name<'_>> {
        match self {
            Self::MidtransOpen(open) => open.repeated(),
            Self::Midtrans(_)
            | Self::MidtransAct(_)
            | Self::Pakasir(_)
            | Self::PakasirCancel(_)
            | Self::PakasirOpen(_)
            | Self::PakasirCall(_) => None,
        }
    }

    fn answer(
        &self,
        truth: &mut Truth,
        rules: &mut Rules,
        conduct: &Conduct,
        now: Instant,
    ) -> Reply {
        let is_first = matches!(
            self,
            Self::Pakasir(_) | Self::PakasirCancel(_) | Self::PakasirOpen(_)
        );
        if let Some(ended) = rules.ended().filter(|_| is_first) {
            return ended;
        }
        match self {
            Self::PakasirCall(call) => call.carry_out(truth, rules, conduct, now),
            Self::Midtrans(question) => question.answer(truth, conduct.instead()),
            Self::Pakasir(question) => question.answer(truth, conduct.instead()),
            Self::MidtransAct(act) => act.carry_out(truth, conduct, now),
            Self::PakasirCancel(cancel) => cancel.carry_out(truth, conduct, now),
            Self::MidtransOpen(open) => open.carry_out(truth, conduct, now),
            Self::PakasirOpen(open) => open.carry_out(truth, conduct, now),
        }
    }
}

fn api_key(request: &Request<Incoming>) -> Option<&str> {
    request.headers().get("x-api-key")?.to_str().ok()
}

fn authorization(request: &Request<Incoming>) -> Option<&[u8]> {
    let header = request.headers().get(AUTHORIZATION);
    header.map(HeaderValue::as_bytes)
}

/// A truncated or too long body counts as empty.
async fn body(request: &mut Request<Incoming>) -> Bytes {
    let body = Limited::new(request.body_mut(), MAX_BODY_BYTES);
    match body.collect().await {
        Ok(body) => body.to_bytes(),
        Err(_) => Bytes::new(),
    }
}

struct Plan {
    ending: Ending,
    delay: Duration,
    date: HeaderValue,
}

/// Everything done under the lock: counts the request, performs it, and determines how it ends.
fn plan(world: &World, question: &Question) -> Plan {
    let now = world.now();
    let (kind, purpose) = (question.kind(), question.purpose());
    let mut state = world.lock();
    let state = &mut *state;
    let truth = match kind {
        Kind::Midtrans => &mut state.midtrans,
        Kind::Pakasir => &mut state.pakasir,
    };
    let rules = &mut state.rules;
    let id = question.id(truth);
    let reference = truth.reference_of(&id);
    let mut conduct = state.faults.conduct(kind, reference, purpose);
    if purpose != Purpose::Read || reference != id {
        conduct = conduct.asked_by_id();
    }
    truth.note(&id, purpose);
    truth.note_account(question.account());
    let right = if purpose == Purpose::Read || conduct.is_carried_out() {
        let repeated = question.repeated();
        state.repeats.once(repeated, now, || {
            question.answer(truth, rules, &conduct, now)
        })
    } else {
        Reply::json(200, String::new())
    };
    Plan {
        delay: conduct.delay,
        date: state.date(shifted(now, conduct.date_off_seconds)),
        ending: conduct.ending(kind, right),
    }
}

fn shifted(now: Instant, seconds: i64) -> Instant {
    let span = Duration::from_secs(seconds.unsigned_abs());
    if seconds < 0 {
        now.minus(span)
    } else {
        now.plus(span)
    }
}
