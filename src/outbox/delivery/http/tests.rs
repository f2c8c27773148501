use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::Arc;

use super::super::testing::{HOSTILE, errand, wait};
use super::*;
use crate::clock::testing::StoppedClock;

const PATIENCE: Duration = Duration::from_secs(20);

/// 2023-11-14T22:13:20.999Z.
const NOW: Instant = Instant::from_millis(1_700_000_000_999);

fn call(url: String) -> HttpEndpoint {
    HttpEndpoint {
        url: url.into(),
        host: "partner.example.com".to_owned(),
        secret: "sesame".to_owned().into(),
        http: HttpClient::new(Arc::new(StoppedClock(NOW))),
    }
}

/// Posts once to a server that sends this answer; returns the head and body it received.
fn post_once(answer: &'static str, name: &str) -> (AttemptResult, String) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/hook/?a=b", listener.local_addr().unwrap());
    let server = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut observed = Vec::new();
        let mut block = [0; 4096];
        while !is_whole(&observed) {
            let read = stream.read(&mut block).unwrap();
            assert!(read > 0, "cut off");
            observed.extend_from_slice(&block[..read]);
        }
        let _gone = stream.write_all(answer.as_bytes());
        String::from_utf8(observed).unwrap()
    });
    let delivery = wait(post(&call(url), &errand(name), PATIENCE));
    (delivery, server.join().unwrap())
}

fn is_whole(observed: &[u8]) -> bool {
    let text = String::from_utf8_lossy(observed);
    let Some((head, body)) = text.split_once("\r\n\r\n") else {
        return false;
    };
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(": ")?;
        name.eq_ignore_ascii_case("content-length")
            .then(|| value.parse::<usize>().unwrap())
    });
    Some(body.len()) >= length
}

fn header<'a>(observed: &'a str, wanted: &str) -> Option<&'a str> {
    observed.lines().find_map(|line| {
        let (name, value) = line.split_once(": ")?;
        name.eq_ignore_ascii_case(wanted).then_some(value)
    })
}

const OK: &str = "HTTP/1.1 204 No Content\r\n\r\n";

#[test]
fn the_call_is_one_signed_post_with_key() {
    let (delivery, observed) = post_once(OK, "Rina");
    assert_eq!(delivery, AttemptResult::Done(None));
    assert!(
        observed.starts_with("POST /hook/?a=b HTTP/1.1\r\n"),
        "{observed}"
    );
    assert_eq!(header(&observed, "Idempotency-Key"), Some("e7-paid-vpn-1"));
    assert_eq!(header(&observed, "Content-Type"), Some("application/json"));
    let (_, body) = observed.split_once("\r\n\r\n").unwrap();
    let signed = signature("sesame", NOW, body);
    assert_eq!(header(&observed, "PayCTL-Signature"), Some(signed.as_str()));
    assert!(!observed.contains("sesame"), "{observed}");
}

/// Computed with: printf '1700000000.{"a":1}'
/// openssl dgst -sha256 -hmac sesame
#[test]
fn the_signature_matches_an_independent_computation() {
    assert_eq!(
        signature("sesame", NOW, "{\"a\":1}"),
        "t=1700000000,v1=961ee441db69fca5ccc174d9488a77f3c0397cd3ce633bd80dbc6e3320242468"
    );
}

#[test]
fn hostile_orders_stay_in_the_body() {
    for hostile in HOSTILE {
        let (delivery, observed) = post_once(OK, hostile);
        assert_eq!(delivery, AttemptResult::Done(None));
        let (head, body) = observed.split_once("\r\n\r\n").unwrap();
        assert!(!head.contains("pwned") && !head.contains("Bcc"), "{head}");
        let body: serde_json::Value = serde_json::from_str(body).unwrap();
        assert_eq!(body["customer"]["name"], hostile);
    }
}

#[test]
fn the_status_decides_the_outcome() {
    let answered = |status: u16| format!("partner.example.com answered {status}");
    let outcome = |host: &str, status| {
        let start = Vec::new();
        outcome(host, &PostAnswer { status, start })
    };
    for status in [200, 201, 202, 204] {
        assert_eq!(
            outcome("partner.example.com", status),
            AttemptResult::Done(None)
        );
    }
    for status in [408, 425, 429, 500, 502, 503, 599] {
        let again = AttemptResult::Again(answered(status));
        assert_eq!(outcome("partner.example.com", status), again);
    }
    for status in [400, 401, 403, 404, 409, 410, 422] {
        let never = AttemptResult::Never(answered(status));
        assert_eq!(outcome("partner.example.com", status), never);
    }
}

#[test]
fn a_redirect_is_not_followed() {
    let elsewhere =
        "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n";
    let (delivery, _) = post_once(elsewhere, "");
    let why = "partner.example.com answered 302, a redirect, which is not followed".to_owned();
    assert_eq!(delivery, AttemptResult::Never(why));
}

#[test]
fn a_long_or_cut_answer_counts_by_status() {
    for (answer, delivery) in [
        (
            "HTTP/1.1 201 Created\r\nContent-Length: 100\r\n\r\ncut of",
            AttemptResult::Done(None),
        ),
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 8388608\r\n\r\n",
            AttemptResult::Done(None),
        ),
        (
            "HTTP/1.1 422 No\r\nContent-Length: 100\r\n\r\n",
            AttemptResult::Never("partner.example.com answered 422".to_owned()),
        ),
    ] {
        assert_eq!(post_once(answer, "").0, delivery, "{answer}");
    }
}

#[test]
fn the_body_of_a_success_is_kept() {
    let said = |body: &str| AttemptResult::Done(HookOutput::read(body.as_bytes()));
    for (answer, delivery) in [
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\n{\"user\":\"rina\"}",
            said("{\"user\":\"rina\"}"),
        ),
        (
            "HTTP/1.1 201 OK\r\nContent-Length: 4\r\n\r\nrina",
            said("rina"),
        ),
        (
            "HTTP/1.1 422 No\r\nContent-Length: 4\r\n\r\nrina",
            AttemptResult::Never("partner.example.com answered 422".to_owned()),
        ),
    ] {
        assert_eq!(post_once(answer, "").0, delivery, "{answer}");
    }
}

#[test]
fn silence_differs_from_a_call_never_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/?token=sesame", listener.local_addr().unwrap());
    let late = wait(post(
        &call(url.clone()),
        &errand(""),
        Duration::from_millis(100),
    ));
    let why = "partner.example.com did not answer in time".to_owned();
    assert_eq!(late, AttemptResult::Unknown(why));
    drop(listener);
    let refused = wait(post(&call(url), &errand(""), PATIENCE));
    let why = "partner.example.com could not be reached: connection refused".to_owned();
    assert_eq!(refused, AttemptResult::Again(why));
}
