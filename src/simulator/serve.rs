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

use super::answer::Dialect;
use super::faults::RequestPurpose;
use super::handle::SimulatorHandle;
use super::repeats::RequestKey;
use super::reply::{BrokenConnection, ReplyBody, SimulatedReply, Truncation};
use super::response::{ResponsePlan, SimulatedResponse};
use super::rules::SimulatorRules;
use super::truth::GatewayTruth;
use super::{control, midtrans, pakasir};
use crate::domain::Instant;

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

/// Answers until the simulator is stopped.
pub(super) async fn serve(listener: TcpListener, handle: SimulatorHandle) {
    let seats = Arc::new(Semaphore::new(MAX_CONNECTIONS as usize));
    let mut stopped = pin!(handle.stopped());
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
                tokio::spawn(talk(stream, handle.clone(), seat));
            }
            _ => sleep(BREATH).await,
        }
    }
    drop(listener);
    // Connections that are still open are cut off with the runtime.
    let _all_gone = timeout(FAREWELL, seats.acquire_many(MAX_CONNECTIONS)).await;
}

/// One connection, with any number of requests.
async fn talk(stream: TcpStream, handle: SimulatorHandle, _seat: OwnedSemaphorePermit) {
    // Without this, small answers are delayed; if it cannot be set, they are late but correct.
    let _set = stream.set_nodelay(true);
    let service = service_fn(|request| respond(handle.clone(), request));
    let connection = http1::Builder::new()
        .auto_date_header(false)
        .max_buf_size(MAX_HEAD_BYTES)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = pin!(connection);
    tokio::select! {
        biased;
        _gone = connection.as_mut() => return,
        () = handle.stopped() => {}
    }
    connection.as_mut().graceful_shutdown();
    // The other side may break the connection.
    let _gone = connection.await;
}

async fn respond(
    handle: SimulatorHandle,
    mut request: Request<Incoming>,
) -> Result<Response<ReplyBody>, BrokenConnection> {
    // Boxed, so that rare requests do not enlarge the common one.
    let question = match SimulatorRequest::read(&request) {
        Some(question) => Some(question),
        None => Box::pin(SimulatorRequest::read_act(&mut request)).await,
    };
    let Some(question) = question else {
        let reply = Box::pin(control::handle(&handle, request)).await;
        let now = handle.now();
        let date = handle.lock().date(now);
        return Ok(dated(reply.into_response(Truncation::Whole), date));
    };
    let plan = plan(&handle, &question);
    if !plan.delay.is_zero() {
        tokio::select! {
            () = handle.stopped() => return Err(BrokenConnection),
            () = sleep(plan.delay) => {}
        }
    }
    match plan.ending {
        SimulatedResponse::Answer(reply, cut) => Ok(dated(reply.into_response(cut), plan.date)),
        SimulatedResponse::Break => Err(BrokenConnection),
        SimulatedResponse::Hang => {
            handle.stopped().await;
            Err(BrokenConnection)
        }
    }
}

fn dated(mut response: Response<ReplyBody>, date: HeaderValue) -> Response<ReplyBody> {
    response.headers_mut().insert(DATE, date);
    response
}

/// A request to one of the gateways.
#[derive(Debug)]
enum SimulatorRequest {
    Midtrans(midtrans::MidtransQuery),
    MidtransAct(midtrans::ChangeRequest),
    Pakasir(pakasir::PakasirQuery),
    PakasirCancel(pakasir::PakasirCancel),
    MidtransOpen(Box<midtrans::MidtransOpen>),
    PakasirOpen(pakasir::PakasirOpen),
    /// A call of Pakasir's second interface.
    PakasirCall(pakasir::PakasirV2Request),
}

impl SimulatorRequest {
    fn read(request: &Request<Incoming>) -> Option<Self> {
        if request.method() != Method::GET {
            return None;
        }
        let path = request.uri().path();
        if path == pakasir::DETAIL {
            let query = request.uri().query().unwrap_or_default();
            return Some(Self::Pakasir(pakasir::PakasirQuery::read(query)));
        }
        if let Some(call) = pakasir::PakasirV2Request::read(true, path, api_key(request)) {
            return Some(Self::PakasirCall(call));
        }
        let question = midtrans::MidtransQuery::read(path, authorization(request))?;
        Some(Self::Midtrans(question))
    }

    async fn read_act(request: &mut Request<Incoming>) -> Option<Self> {
        if request.method() != Method::POST {
            return None;
        }
        let path = request.uri().path();
        if path == pakasir::CANCEL {
            let cancel = pakasir::PakasirCancel::read(&body(request).await);
            return Some(Self::PakasirCancel(cancel));
        }
        if let Some(open) = pakasir::PakasirOpen::read(path) {
            return Some(Self::PakasirOpen(open.with(&body(request).await)));
        }
        if let Some(call) = pakasir::PakasirV2Request::read(false, path, api_key(request)) {
            return Some(Self::PakasirCall(call.with(&body(request).await)));
        }
        let text = |name: HeaderName| request.headers().get(name)?.to_str().ok();
        let again = text(HeaderName::from_static("idempotency-key"));
        if let Some(open) =
            midtrans::MidtransOpen::read(path, authorization(request), text(HOST), again)
        {
            let open = open.with(&body(request).await);
            return Some(Self::MidtransOpen(Box::new(open)));
        }
        let act = midtrans::ChangeRequest::read(path, authorization(request))?;
        Some(Self::MidtransAct(act.with(&body(request).await)))
    }

    fn kind(&self) -> Dialect {
        match self {
            Self::Midtrans(_) | Self::MidtransAct(_) | Self::MidtransOpen(_) => Dialect::Midtrans,
            Self::Pakasir(_)
            | Self::PakasirCancel(_)
            | Self::PakasirOpen(_)
            | Self::PakasirCall(_) => Dialect::Pakasir,
        }
    }

    fn purpose(&self) -> RequestPurpose {
        match self {
            Self::Midtrans(_) | Self::Pakasir(_) => RequestPurpose::Read,
            Self::MidtransAct(act) => act.purpose(),
            Self::PakasirCancel(_) => RequestPurpose::Close,
            Self::PakasirCall(call) => call.purpose(),
            Self::MidtransOpen(_) | Self::PakasirOpen(_) => RequestPurpose::Open,
        }
    }

    fn id(&self, truth: &GatewayTruth) -> Cow<'_, str> {
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
    fn repeated(&self) -> Option<RequestKey<'_>> {
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
        truth: &mut GatewayTruth,
        rules: &mut SimulatorRules,
        plan: &ResponsePlan,
        now: Instant,
    ) -> SimulatedReply {
        let is_first = matches!(
            self,
            Self::Pakasir(_) | Self::PakasirCancel(_) | Self::PakasirOpen(_)
        );
        if let Some(ended) = rules.ended().filter(|_| is_first) {
            return ended;
        }
        match self {
            Self::PakasirCall(call) => call.execute(truth, rules, plan, now),
            Self::Midtrans(question) => question.answer(truth, plan.instead()),
            Self::Pakasir(question) => question.answer(truth, plan.instead()),
            Self::MidtransAct(act) => act.execute(truth, plan, now),
            Self::PakasirCancel(cancel) => cancel.execute(truth, plan, now),
            Self::MidtransOpen(open) => open.execute(truth, plan, now),
            Self::PakasirOpen(open) => open.execute(truth, plan, now),
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

struct ReplyPlan {
    ending: SimulatedResponse,
    delay: Duration,
    date: HeaderValue,
}

/// Everything done under the lock: counts the request, performs it, and determines how it ends.
fn plan(handle: &SimulatorHandle, question: &SimulatorRequest) -> ReplyPlan {
    let now = handle.now();
    let (kind, purpose) = (question.kind(), question.purpose());
    let mut state = handle.lock();
    let state = &mut *state;
    let truth = match kind {
        Dialect::Midtrans => &mut state.midtrans,
        Dialect::Pakasir => &mut state.pakasir,
    };
    let rules = &mut state.rules;
    let id = question.id(truth);
    let reference = truth.reference_of(&id);
    let mut plan = state.faults.plan(kind, reference, purpose);
    if purpose != RequestPurpose::Read || reference != id {
        plan = plan.asked_by_id();
    }
    truth.note(&id, purpose);
    truth.record_account(question.account());
    let right = if purpose == RequestPurpose::Read || plan.is_carried_out() {
        let repeated = question.repeated();
        state
            .repeats
            .once(repeated, now, || question.answer(truth, rules, &plan, now))
    } else {
        SimulatedReply::json(200, String::new())
    };
    ReplyPlan {
        delay: plan.delay,
        date: state.date(shifted(now, plan.date_off_seconds)),
        ending: plan.ending(kind, right),
    }
}

fn shifted(now: Instant, seconds: i64) -> Instant {
    let span = Duration::from_secs(seconds.unsigned_abs());
    if seconds < 0 {
        now.saturating_sub(span)
    } else {
        now.saturating_add(span)
    }
}
