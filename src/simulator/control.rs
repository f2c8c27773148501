//! Controls a simulated gateway over HTTP: what is true, and how it fails.

use std::collections::HashMap;

use http_body_util::{BodyExt as _, Limited};
use hyper::body::Incoming;
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
    match (path.as_str(), method) {
        ("/pretend/payments" | "/pretend/faults" | "/pretend/rules", Method::PUT) => {
            put(handle, request).await
        }
        ("/pretend/payments", Method::GET) => ok(&payments(handle)),
        ("/pretend/notifications", Method::POST) => post_notifications(handle, request).await,
        ("/pretend/notification", Method::GET) => notification(handle, &request),
        ("/pretend/pay", Method::POST) if request.uri().query().is_none() => {
            buy(handle, request).await
        }
        ("/pretend/choose" | "/pretend/pay", Method::POST) => customer(handle, &request),
        ("/pretend/asked", Method::GET) => ok(&asked(handle)),
        ("/pretend/payments", Method::DELETE) => {
            let one = |target: &FaultTarget| handle.forget(target.kind, &target.reference);
            remove(&request, one, || handle.forget_all())
        }
        ("/pretend/faults", Method::DELETE) => {
            let one = |target: &FaultTarget| handle.clear(target);
            remove(&request, one, || handle.clear_all())
        }
        _ => SimulatedReply::html(404, "No such page at the simulated gateway"),
    }
}

/// Accepts one record, several lines of records, or an array.
async fn put(handle: &SimulatorHandle, request: Request<Incoming>) -> SimulatedReply {
    let Ok(body) = Limited::new(request.into_body(), MAX_BODY_BYTES)
        .collect()
        .await
    else {
        return refused(413, "the body is truncated or longer than 1 MiB");
    };
    let body = body.to_bytes();
    let Ok(text) = std::str::from_utf8(&body) else {
        return refused(400, "the body is not UTF-8");
    };
    let records = match load_script(text) {
        Ok(records) => records,
        Err(error) => return refused(400, &error.to_string()),
    };
    let count = records.len();
    match handle.load(records) {
        Ok(()) => ok(&json!({ "set": count })),
        Err(why) => refused(409, &why.to_string()),
    }
}

/// Posts a notification to a shop on this machine.
async fn post_notifications(
    handle: &SimulatorHandle,
    request: Request<Incoming>,
) -> SimulatedReply {
    let body = Limited::new(request.into_body(), MAX_BODY_BYTES);
    let Ok(body) = body.collect().await else {
        return refused(413, "the body is truncated or longer than 1 MiB");
    };
    let order: NotificationOrder = match serde_json::from_slice(&body.to_bytes()) {
        Ok(order) => order,
        Err(why) => return refused(400, &why.to_string()),
    };
    match notify::send(handle, &order).await {
        Ok(codes) => ok(&json!({ "answers": codes })),
        Err(why) => refused(409, why),
    }
}

/// A customer who pays, in one request.
async fn buy(handle: &SimulatorHandle, request: Request<Incoming>) -> SimulatedReply {
    let body = Limited::new(request.into_body(), MAX_BODY_BYTES);
    let Ok(body) = body.collect().await else {
        return refused(413, "the body is cut off, or longer than 1 MiB");
    };
    let purchase: Purchase = match serde_json::from_slice(&body.to_bytes()) {
        Ok(purchase) => purchase,
        Err(why) => return refused(400, &why.to_string()),
    };
    match handle.buy(&purchase) {
        Ok(()) => ok(&json!({ "done": true })),
        Err(why) => refused(409, &why.to_string()),
    }
}

/// The body of a notification, for a caller who delivers it to a shop.
fn notification(handle: &SimulatorHandle, request: &Request<Incoming>) -> SimulatedReply {
    let target = match one_of(request) {
        Ok(Some(target)) => target,
        Ok(None) => return refused(400, NAME_BOTH),
        Err(why) => return refused(400, why),
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
        None => refused(404, "nothing is set for this reference"),
    }
}

/// Plays the customer: chooses a method, or pays.
fn customer(handle: &SimulatorHandle, request: &Request<Incoming>) -> SimulatedReply {
    let named: HashMap<_, _> = pairs(request.uri().query().unwrap_or_default()).collect();
    let done = if request.uri().path() == "/pretend/pay" {
        match one_of(request) {
            Ok(Some(target)) => handle.pay(target.kind, &target.reference),
            Ok(None) | Err(_) => return refused(400, NAME_BOTH),
        }
    } else {
        match (named.get("reference"), named.get("method")) {
            (Some(reference), Some(method)) => handle.choose(reference, method),
            _ => return refused(400, "both are required: ?reference=INV-1&method=bca_va"),
        }
    };
    match done {
        Ok(()) => ok(&json!({ "done": true })),
        Err(why) => refused(409, &why.to_string()),
    }
}

const NAME_BOTH: &str = "both are required: ?kind=midtrans&reference=INV-1";

/// Removes what the query names, or everything if there is no query.
fn remove(
    request: &Request<Incoming>,
    one: impl FnOnce(&FaultTarget),
    all: impl FnOnce(),
) -> SimulatedReply {
    match one_of(request) {
        Ok(Some(target)) => one(&target),
        Ok(None) => all(),
        Err(why) => return refused(400, why),
    }
    ok(&json!({ "done": true }))
}

/// The payment that `?kind=…&reference=…` names; `None` without a query.
fn one_of(request: &Request<Incoming>) -> Result<Option<FaultTarget>, &'static str> {
    let Some(query) = request.uri().query() else {
        return Ok(None);
    };
    let named: HashMap<_, _> = pairs(query).collect();
    let kind = named.get("kind").and_then(|name| by_name(name));
    match (kind, named.get("reference")) {
        (Some(kind), Some(reference)) => Ok(Some(FaultTarget::one(kind, reference.as_ref()))),
        _ => Err(NAME_BOTH),
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

fn ok(body: &Value) -> SimulatedReply {
    SimulatedReply::json(200, body.to_string())
}

fn refused(status: u16, why: &str) -> SimulatedReply {
    SimulatedReply::json(status, json!({ "error": why }).to_string())
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
