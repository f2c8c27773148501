//! Controls a simulated gateway over HTTP: what is true, and how it fails.

use std::collections::HashMap;

use http_body_util::{BodyExt as _, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::{Method, Request};
use serde_json::{Value, json};

use super::customer::Purchase;
use super::handle::SimulatorHandle;
use super::notification::Sender;
use super::notify::{self, NotificationOrder};
use super::pending_faults::FaultTarget;
use super::query::pairs;
use super::registry::{SIMULATED, by_name};
use super::reply::SimulatedReply;
use super::script::load_script;

const MAX_BODY_BYTES: usize = 1024 * 1024;
/// The maximum number of rows in a listing.
const MAX_LISTED: usize = 1_000;

/// Answers everything that is not a request to a gateway.
pub(super) async fn handle(handle: &SimulatorHandle, request: Request<Incoming>) -> SimulatedReply {
    let method = request.method().clone();
    let path = request.uri().path().to_owned();
    let done = match (path.as_str(), method) {
        ("/pretend/payments" | "/pretend/faults" | "/pretend/rules", Method::PUT) => {
            put(handle, request).await
        }
        ("/pretend/payments", Method::GET) => Ok(payments(handle)),
        ("/pretend/notifications", Method::POST) => post_notifications(handle, request).await,
        ("/pretend/notification", Method::GET) => return notification(handle, &request),
        ("/pretend/pay", Method::POST) if request.uri().query().is_none() => {
            buy(handle, request).await
        }
        ("/pretend/choose" | "/pretend/pay", Method::POST) => customer(handle, &request),
        ("/pretend/asked", Method::GET) => Ok(asked(handle)),
        ("/pretend/payments", Method::DELETE) => {
            let one = |target: &FaultTarget| handle.forget(target.kind, &target.reference);
            remove(&request, one, || handle.forget_all())
        }
        ("/pretend/faults", Method::DELETE) => {
            let one = |target: &FaultTarget| handle.clear(target);
            remove(&request, one, || handle.clear_all())
        }
        _ => return SimulatedReply::html(404, "No such page at the simulated gateway"),
    };
    done.map_or_else(SimulatedReply::from, |body| {
        SimulatedReply::json(200, body.to_string())
    })
}

/// Why a request is refused, with its HTTP code.
struct Refusal(u16, String);

impl Refusal {
    /// The request is wrong.
    fn wrong(why: impl ToString) -> Self {
        Self(400, why.to_string())
    }

    /// The request is right, and what is set here is against it.
    fn conflict(why: impl ToString) -> Self {
        Self(409, why.to_string())
    }
}

impl From<Refusal> for SimulatedReply {
    fn from(Refusal(code, why): Refusal) -> Self {
        Self::json(code, json!({ "error": why }).to_string())
    }
}

/// The whole body of a request.
async fn body(request: Request<Incoming>, too_long: &str) -> Result<Bytes, Refusal> {
    let body = Limited::new(request.into_body(), MAX_BODY_BYTES).collect();
    match body.await {
        Ok(body) => Ok(body.to_bytes()),
        Err(_) => Err(Refusal(413, too_long.to_owned())),
    }
}

const TOO_LONG: &str = "the body is truncated or longer than 1 MiB";

fn done() -> Value {
    json!({ "done": true })
}

/// Accepts one record, several lines of records, or an array.
async fn put(handle: &SimulatorHandle, request: Request<Incoming>) -> Result<Value, Refusal> {
    let body = body(request, TOO_LONG).await?;
    let text = str::from_utf8(&body).map_err(|_| Refusal::wrong("the body is not UTF-8"))?;
    let records = load_script(text).map_err(Refusal::wrong)?;
    let count = records.len();
    handle.load(records).map_err(Refusal::conflict)?;
    Ok(json!({ "set": count }))
}

/// Posts a notification to a shop on this machine.
async fn post_notifications(
    handle: &SimulatorHandle,
    request: Request<Incoming>,
) -> Result<Value, Refusal> {
    let body = body(request, TOO_LONG).await?;
    let order: NotificationOrder = serde_json::from_slice(&body).map_err(Refusal::wrong)?;
    let codes = notify::send(handle, &order).await;
    let codes = codes.map_err(Refusal::conflict)?;
    Ok(json!({ "answers": codes }))
}

/// A customer who pays, in one request.
async fn buy(handle: &SimulatorHandle, request: Request<Incoming>) -> Result<Value, Refusal> {
    let body = body(request, "the body is cut off, or longer than 1 MiB").await?;
    let purchase: Purchase = serde_json::from_slice(&body).map_err(Refusal::wrong)?;
    let bought = handle.buy(&purchase);
    bought.map_err(Refusal::conflict)?;
    Ok(done())
}

/// The body of a notification, for a caller who delivers it to a shop.
fn notification(handle: &SimulatorHandle, request: &Request<Incoming>) -> SimulatedReply {
    let target = match one_of(request) {
        Ok(Some(target)) => target,
        Ok(None) => return Refusal::wrong(NAME_BOTH).into(),
        Err(refusal) => return refusal.into(),
    };
    let named: HashMap<_, _> = pairs(request.uri().query().unwrap_or_default()).collect();
    let sender = if named.contains_key("forged") {
        Sender::Forger
    } else {
        Sender::Gateway
    };
    let word = named.get("status").map(AsRef::as_ref);
    match handle.notification(target.kind, &target.reference, word, sender) {
        Some(notification) => SimulatedReply::json(200, notification.body),
        None => Refusal(404, "nothing is set for this reference".to_owned()).into(),
    }
}

/// Plays the customer: chooses a method, or pays.
fn customer(handle: &SimulatorHandle, request: &Request<Incoming>) -> Result<Value, Refusal> {
    let named: HashMap<_, _> = pairs(request.uri().query().unwrap_or_default()).collect();
    let played = if request.uri().path() == "/pretend/pay" {
        let target = one_of(request)?.ok_or_else(|| Refusal::wrong(NAME_BOTH))?;
        handle.pay(target.kind, &target.reference)
    } else {
        let (Some(reference), Some(method)) = (named.get("reference"), named.get("method")) else {
            let both = "both are required: ?reference=INV-1&method=bca_va";
            return Err(Refusal::wrong(both));
        };
        handle.choose(reference, method)
    };
    played.map_err(Refusal::conflict)?;
    Ok(done())
}

const NAME_BOTH: &str = "both are required: ?kind=midtrans&reference=INV-1";

/// Removes what the query names, or everything if there is no query.
fn remove(
    request: &Request<Incoming>,
    one: impl FnOnce(&FaultTarget),
    all: impl FnOnce(),
) -> Result<Value, Refusal> {
    match one_of(request)? {
        Some(target) => one(&target),
        None => all(),
    }
    Ok(done())
}

/// The payment that `?kind=…&reference=…` names; `None` without a query.
fn one_of(request: &Request<Incoming>) -> Result<Option<FaultTarget>, Refusal> {
    let Some(query) = request.uri().query() else {
        return Ok(None);
    };
    let named: HashMap<_, _> = pairs(query).collect();
    let kind = named.get("kind").and_then(|name| by_name(name));
    match (kind, named.get("reference")) {
        (Some(kind), Some(reference)) => Ok(Some(FaultTarget::one(kind, reference.as_ref()))),
        _ => Err(Refusal::wrong(NAME_BOTH)),
    }
}

fn payments(handle: &SimulatorHandle) -> Value {
    let mut state = handle.lock();
    let mut listed = Vec::new();
    let mut total = 0;
    for kind in SIMULATED {
        let truth = state.truths.of(kind);
        let mut rows: Vec<_> = truth.payments().collect();
        total += rows.len();
        rows.sort_by_key(|(reference, _)| *reference);
        rows.truncate(MAX_LISTED - listed.len());
        for (reference, tries) in rows {
            let tries: Vec<Value> = tries
                .map(|(id, answer)| {
                    json!({ "transaction_id": id, "status": answer.status, "amount": answer.amount })
                })
                .collect();
            listed.push(json!({ "kind": kind.name(), "reference": reference, "tries": tries }));
        }
    }
    json!({ "payments": listed, "total": total })
}

fn asked(handle: &SimulatorHandle) -> Value {
    let listed: Vec<Value> = handle
        .asked()
        .into_iter()
        .take(MAX_LISTED)
        .map(|one| {
            json!({
                "kind": one.kind.name(),
                "reference": one.reference,
                "times": one.times,
                "closes": one.closes,
            })
        })
        .collect();
    json!({ "asked": listed, "total": handle.asked_total(), "too_soon": handle.read_too_soon() })
}

#[cfg(test)]
mod tests {
    use super::super::Simulator;
    use super::super::testing::{ReceivedReply, midtrans, send, start};
    use super::*;

    const SETTLED: &str =
        r#"{"kind":"midtrans","reference":"INV-1","status":"settlement","amount":25000}"#;
    const DOWN: &str = r#"{"kind":"midtrans","fault":"status","code":503}"#;

    fn put(simulator: &Simulator, path: &str, body: &str) -> ReceivedReply {
        send(simulator, "PUT", path, body)
    }

    fn status(simulator: &Simulator) -> String {
        midtrans(simulator, "INV-1").says("/status_code")
    }

    #[test]
    fn payments_are_set_listed_and_deleted_over_http() {
        let simulator = start();
        let second = SETTLED.replace("INV-1", "INV-2");
        let observed = put(
            &simulator,
            "/pretend/payments",
            &format!("{SETTLED}\n{second}"),
        );
        assert_eq!((observed.status, observed.says("/set")), (200, "2".into()));
        assert_eq!(status(&simulator), "200");
        let listed = send(&simulator, "GET", "/pretend/payments", "");
        assert_eq!(listed.says("/total"), "2");
        assert_eq!(listed.says("/payments/1/reference"), "INV-2");
        assert_eq!(listed.says("/payments/0/tries/0/status"), "settlement");
        let one = "/pretend/payments?kind=midtrans&reference=INV-1";
        assert_eq!(send(&simulator, "DELETE", one, "").status, 200);
        assert_eq!(status(&simulator), "404");
        send(&simulator, "DELETE", "/pretend/payments", "");
        let listed = send(&simulator, "GET", "/pretend/payments", "");
        assert_eq!(listed.says("/total"), "0");
    }

    #[test]
    fn faults_are_set_and_cleared_over_http() {
        let simulator = start();
        for path in [
            "/pretend/faults?kind=midtrans&reference=*",
            "/pretend/faults",
        ] {
            put(&simulator, "/pretend/faults", DOWN);
            assert_eq!(status(&simulator), "503");
            send(&simulator, "DELETE", path, "");
            assert_eq!(status(&simulator), "404");
        }
    }

    #[test]
    fn queries_are_counted_per_reference() {
        let simulator = start();
        put(&simulator, "/pretend/payments", SETTLED);
        status(&simulator);
        status(&simulator);
        midtrans(&simulator, "INV-9");
        let observed = send(&simulator, "GET", "/pretend/asked", "");
        assert_eq!(observed.says("/total"), "3");
        assert_eq!(observed.says("/asked/0/times"), "2");
        assert_eq!(observed.says("/asked/1/reference"), "INV-9");
    }

    #[test]
    fn bad_input_is_refused_with_a_reason() {
        let simulator = start();
        let bad = put(&simulator, "/pretend/payments", &format!("{SETTLED}\n{{}}"));
        assert_eq!(bad.status, 400);
        assert!(bad.says("/error").starts_with("line 2: missing field"));
        assert_eq!(status(&simulator), "404");
        let every = SETTLED.replace("}", ",\"every\":2}");
        assert_eq!(put(&simulator, "/pretend/payments", &every).status, 409);
        let half = "/pretend/payments?reference=INV-1";
        assert_eq!(send(&simulator, "DELETE", half, "").status, 400);
        let large = " ".repeat(MAX_BODY_BYTES + 1);
        assert_eq!(put(&simulator, "/pretend/payments", &large).status, 413);
    }
}
