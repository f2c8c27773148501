use std::process::{Command, Output};

use super::*;
use crate::clock::MachineClock;
use crate::http::testing::{LIMITS, ScriptedReply, ScriptedServer, answer, limited, read_of};

fn built(http: &HttpClient) -> usize {
    http.clients.lock().unwrap().len()
}

#[tokio::test]
async fn all_lanes_share_one_lazily_built_client() {
    let server = ScriptedServer::start([answer(200, "", "{}")]).await;
    let request = HttpRequest::get("GET /", server.url("/"));
    let http = HttpClient::new(Arc::new(MachineClock));
    let (one, other) = (http.limited(LIMITS), http.limited(LIMITS));
    assert_eq!(built(&http), 0);

    let over = Some(tokio::time::Instant::now());
    assert_eq!(
        one.send(&request, over).await,
        Err(RequestFailure::OutOfTime)
    );
    assert_eq!(built(&http), 0);

    one.send(&request, None).await.unwrap();
    other.send(&request, None).await.unwrap();
    assert_eq!(built(&http), 1);
    assert_eq!(server.requests().len(), 2);
    assert_eq!(server.connections(), 1, "the connection is kept");
}

#[tokio::test]
async fn a_request_arrives_as_it_was_written() {
    let server = ScriptedServer::start([answer(201, "", "{}")]).await;
    let request = HttpRequest::post("POST /charge", server.url("/charge?x=1"), r#"{"a":1}"#)
        .header("Authorization", "Basic abc");
    limited().send(&request, None).await.unwrap();

    let observed = server.requests().remove(0);
    assert!(
        observed.starts_with("POST /charge?x=1 HTTP/1.1\r\n"),
        "{observed}"
    );
    assert!(observed.ends_with("\r\n\r\n{\"a\":1}"), "{observed}");
    for header in [
        "content-type: application/json",
        "authorization: Basic abc",
        concat!("user-agent: payctl/", env!("CARGO_PKG_VERSION")),
    ] {
        assert!(observed.contains(header), "{header} in {observed}");
    }
}

#[tokio::test]
async fn an_answer_has_status_body_date_and_wait() {
    let headers = "Date: Fri, 18 Jul 2025 04:05:00 GMT\r\nRetry-After: 3600\r\n";
    let (outcome, _server) = read_of([answer(404, headers, "gone")]).await;
    let outcome = outcome.map(|response| HttpResponse {
        round_trip: Duration::ZERO,
        ..response
    });
    assert_eq!(
        outcome,
        Ok(HttpResponse {
            status: 404,
            body: b"gone".to_vec(),
            date: Instant::parse_rfc3339("2025-07-18T04:05:00Z"),
            round_trip: Duration::ZERO,
            retry_after: Some(Duration::from_secs(3600)),
        })
    );
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_not_followed() {
    for status in [301, 302, 303, 307, 308] {
        let (outcome, server) = read_of([answer(status, "Location: /status\r\n", "")]).await;
        assert_eq!(outcome.unwrap().status, status);
        assert_eq!(server.requests().len(), 1);
    }
}

#[tokio::test]
async fn an_answer_has_at_most_one_mebibyte() {
    let most = "a".repeat(MAX_ANSWER_BYTES);
    let (outcome, _server) = read_of([answer(200, "", &most)]).await;
    assert_eq!(outcome.unwrap().body.len(), MAX_ANSWER_BYTES);

    let endless = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".to_owned();
    let block = format!("10000\r\n{}\r\n", "a".repeat(0x1_0000));
    for act in [
        answer(200, "", &format!("{most}a")),
        answer(200, "", &most.repeat(2)),
        answer(503, "", &most.repeat(2)),
        ScriptedReply::SayAndClose(format!("HTTP/1.1 200 OK\r\n\r\n{most}a")),
        ScriptedReply::SayForEver(endless, block),
    ] {
        let (outcome, server) = read_of([act]).await;
        assert_eq!(outcome, Err(RequestFailure::TooLarge(MAX_ANSWER_BYTES)));
        assert_eq!(server.requests().len(), 1);
    }
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_no_answer() {
    for bytes in [
        "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n{\"transaction_st",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"tra",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n{}\r\n",
    ] {
        let (outcome, server) = read_of([ScriptedReply::SayAndClose(bytes.to_owned())]).await;
        assert_eq!(outcome, Err(trouble::cut_off()), "{bytes}");
        assert_eq!(server.requests().len(), 3, "a read is sent again");
    }
}

#[test]
fn loopback_is_known_by_name_or_address() {
    for (url, loopback) in [
        ("http://127.0.0.1:8080/", true),
        ("http://127.9.9.9/", true),
        ("http://[::1]:8080/", true),
        ("http://LOCALHOST/", true),
        ("https://api.midtrans.com/", false),
        ("http://localhost.example/", false),
        ("http://10.0.0.1/", false),
        ("http://[2001:db8::1]/", false),
    ] {
        assert_eq!(is_loopback(&Url::parse(url).unwrap()), loopback, "{url}");
    }
}

#[test]
fn only_local_plain_http_needs_no_ca_certificates() {
    let roots = |url| ClientOptions::of(&Url::parse(url).unwrap(), LIMITS.connect_timeout).roots;
    assert_eq!(roots("http://127.0.0.1/"), TrustRoots::Nobody);
    assert_eq!(roots("https://localhost/"), TrustRoots::Machine);
    assert_eq!(roots("https://api.midtrans.com/"), TrustRoots::Machine);
}

/// Runs one of the tests below in its own process, so that its environment affects no other test.
async fn in_a_process(story: &str, environment: &[(&str, String)]) -> Output {
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", "--ignored", "--nocapture"]);
    child.arg(format!("http::client::tests::{story}"));
    for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"] {
        child.env_remove(name).env_remove(name.to_lowercase());
    }
    child
        .env_remove("REQUEST_METHOD")
        .env_remove("PAYCTL_TEST_TARGET");
    child.envs(environment.iter().map(|(name, value)| (name, value)));
    let running = tokio::task::spawn_blocking(move || child.output().unwrap());
    let output = running.await.unwrap();
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(told.contains("1 passed"), "{told}");
    output
}

#[tokio::test]
async fn the_environments_proxy_is_used_except_locally() {
    let proxy = ScriptedServer::start([answer(204, "", "")]).await;
    let server = ScriptedServer::start([answer(200, "", "")]).await;
    let environment = [
        ("HTTP_PROXY", proxy.url("")),
        ("PAYCTL_TEST_TARGET", server.url("/near")),
    ];
    in_a_process("sends_far_and_near", &environment).await;

    let asked = proxy.requests();
    assert_eq!(asked.len(), 1);
    assert!(asked[0].starts_with("GET http://gateway.example/far HTTP/1.1"));
    assert!(server.requests()[0].starts_with("GET /near HTTP/1.1"));
}

#[tokio::test]
#[ignore = "is run by the_environments_proxy_is_used_except_locally"]
async fn sends_far_and_near() {
    let Ok(near) = std::env::var("PAYCTL_TEST_TARGET") else {
        return;
    };
    for (url, status) in [("http://gateway.example/far", 204), (near.as_str(), 200)] {
        let answer = limited().send(&HttpRequest::get("GET", url), None).await;
        assert_eq!(answer.unwrap().status, status);
    }
}

#[tokio::test]
async fn a_cgi_visitor_cannot_choose_the_proxy() {
    let proxy = ScriptedServer::start([answer(204, "", "")]).await;
    let environment = [
        ("HTTP_PROXY", proxy.url("")),
        ("REQUEST_METHOD", "GET".to_owned()),
    ];
    in_a_process("asks_a_name_nobody_knows", &environment).await;
    assert_eq!(proxy.connections(), 0);
}

#[tokio::test]
#[ignore = "is run by a_cgi_visitor_cannot_choose_the_proxy"]
async fn asks_a_name_nobody_knows() {
    // No resolver sends out a label of more than 63 letters.
    let far = HttpRequest::get("GET", format!("http://{}.invalid/", "a".repeat(64)));
    let failure = limited().send(&far, None).await.unwrap_err();
    assert!(failure.to_string().contains("resolved"), "{failure}");
}

#[tokio::test]
async fn missing_ca_certificates_are_reported_for_other_hosts() {
    let server = ScriptedServer::start([answer(200, "", "")]).await;
    let nothing = tempfile::tempdir().unwrap();
    let environment = [
        ("PAYCTL_TEST_TARGET", server.url("/")),
        (
            "SSL_CERT_FILE",
            nothing.path().join("none").display().to_string(),
        ),
        ("SSL_CERT_DIR", nothing.path().display().to_string()),
    ];
    in_a_process("asks_without_ca_certificates", &environment).await;
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
#[ignore = "is run by missing_ca_certificates_are_reported_for_other_hosts"]
async fn asks_without_ca_certificates() {
    let Ok(near) = std::env::var("PAYCTL_TEST_TARGET") else {
        return;
    };
    let answer = limited().send(&HttpRequest::get("GET", near), None).await;
    assert_eq!(answer.unwrap().status, 200);
    if cfg!(target_os = "linux") {
        let far = HttpRequest::get("GET", "https://127.0.0.1:1/");
        let failure = limited().send(&far, None).await.unwrap_err();
        assert!(failure.to_string().contains("CA certificates"), "{failure}");
    }
}
