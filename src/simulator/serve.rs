//! Accepts connections, answers queries, and performs requests.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::{BodyExt as _, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::header::{DATE, HeaderValue};
use hyper::http::request::Parts;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{sleep, timeout};

use super::control;
use super::dialect::{RequestHead, Scene, SimulatedGateway, SimulatedRequest};
use super::faults::RequestPurpose;
use super::handle::SimulatorHandle;
use super::registry::SIMULATED;
use super::reply::{BrokenConnection, ReplyBody, SimulatedReply, Truncation};
use super::response::SimulatedResponse;
use crate::domain::Instant;

/// Further connections wait in the operating system's queue.
const MAX_CONNECTIONS: u32 = 1_024;
/// Room for a request's line and headers.
const MAX_HEAD_BYTES: usize = 64 * 1024;
/// The maximum body that a gateway reads.
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
    request: Request<Incoming>,
) -> Result<Response<ReplyBody>, BrokenConnection> {
    let (head, mut incoming) = request.into_parts();
    let Some((kind, mut question)) = read(&head) else {
        let request = Request::from_parts(head, incoming);
        let reply = Box::pin(control::handle(&handle, request)).await;
        let now = handle.now();
        let date = handle.lock().date(now);
        return Ok(dated(reply.into_response(Truncation::Whole), date));
    };
    if head.method == Method::POST {
        // Boxed, so that rare requests do not enlarge the common one.
        question.add_body(&Box::pin(body(&mut incoming)).await);
    }
    let plan = plan(&handle, kind, question.as_ref());
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

pub(super) fn dated(mut response: Response<ReplyBody>, date: HeaderValue) -> Response<ReplyBody> {
    response.headers_mut().insert(DATE, date);
    response
}

/// The request to one of the gateways, without its body; `None` if it is to none.
pub(super) fn read(head: &Parts) -> Option<(SimulatedGateway, Box<dyn SimulatedRequest>)> {
    if ![Method::GET, Method::POST].contains(&head.method) {
        return None;
    }
    let head = RequestHead(head);
    SIMULATED
        .into_iter()
        .find_map(|kind| Some((kind, kind.dialect().read(&head)?)))
}

/// A truncated or too long body counts as empty.
async fn body(incoming: &mut Incoming) -> Bytes {
    let body = Limited::new(incoming, MAX_BODY_BYTES);
    match body.collect().await {
        Ok(body) => body.to_bytes(),
        Err(_) => Bytes::new(),
    }
}

pub(super) struct ReplyPlan {
    pub(super) ending: SimulatedResponse,
    pub(super) delay: Duration,
    pub(super) date: HeaderValue,
    /// Read by simulated worlds.
    #[cfg(any(test, feature = "worlds"))]
    pub(super) is_carried_out: bool,
}

/// Everything done under the lock: counts the request, performs it, and determines how it ends.
pub(super) fn plan(
    handle: &SimulatorHandle,
    kind: SimulatedGateway,
    question: &dyn SimulatedRequest,
) -> ReplyPlan {
    let now = handle.now();
    let purpose = question.purpose();
    let mut state = handle.lock();
    let state = &mut *state;
    let truth = state.truths.of(kind);
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
        let scene = &mut Scene {
            truth,
            rules: &mut state.rules,
            plan: &plan,
            now,
        };
        state
            .repeats
            .once(repeated, now, || question.execute(scene))
    } else {
        SimulatedReply::json(200, String::new())
    };
    ReplyPlan {
        #[cfg(any(test, feature = "worlds"))]
        is_carried_out: plan.is_carried_out(),
        delay: plan.delay,
        date: state.date(shifted(now, plan.date_off_seconds)),
        ending: SimulatedResponse::of(&plan, kind.dialect(), right),
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
