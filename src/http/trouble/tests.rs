use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::http::RequestLimits;
use crate::http::message::HttpRequest;
use crate::http::testing::{LIMITS, ScriptedReply, ScriptedServer, answer, limited, read_of};

/// A port on which nobody listens.
async fn free_port() -> u16 {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    listener.local_addr().unwrap().port()
}

async fn trouble_with(url: String) -> String {
    let request = HttpRequest::get("GET /status", url);
    let failure = limited().send(&request, None).await.unwrap_err();
    failure.to_string()
}

#[tokio::test]
async fn network_errors_read_as_plain_words() {
    let refused = format!("http://127.0.0.1:{}/", free_port().await);
    let plain = ScriptedServer::start([]).await;
    let tls = format!("https://127.0.0.1:{}/", plain.port);
    // No resolver sends out a label of more than 63 letters.
    let nobody = format!("http://{}.invalid/", "a".repeat(64));
    for (url, told) in [
        (refused, "could not be reached: connection refused"),
        (
            nobody,
            "could not be reached: the name could not be resolved",
        ),
        (
            tls,
            "could not be reached: TLS: received corrupt message of type InvalidContentType",
        ),
        (
            "midtrans".to_owned(),
            "could not be reached: its address in the configuration is not an http or https URL",
        ),
    ] {
        assert_eq!(trouble_with(url).await, told);
    }
}

#[tokio::test]
async fn a_key_with_newline_is_refused_unseen() {
    let request = HttpRequest::get("GET /status", "http://127.0.0.1:1/")
        .header("Authorization", "Basic hidden\n");
    let failure = limited().send(&request, None).await.unwrap_err();
    assert!(failure.to_string().contains("line break"), "{failure}");
    assert!(!failure.to_string().contains("hidden"), "{failure}");
}

#[tokio::test]
async fn a_connection_closed_without_an_answer_broke() {
    for bytes in ["", "HTTP/1.1 20", "SSH-2.0-OpenSSH_9.2\r\n\r\n"] {
        let (outcome, server) = read_of([ScriptedReply::SayAndClose(bytes.to_owned())]).await;
        assert_eq!(
            outcome.unwrap_err().to_string(),
            "could not be reached: the connection broke before an answer came",
        );
        assert_eq!(server.requests().len(), 3, "{bytes:?}");
    }
}

/// A listener with a full queue keeps clients waiting; this holds on Linux.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_connection_that_never_opens_is_abandoned() {
    use crate::http::testing::ImpatientClock;

    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = socket.listen(1).unwrap();
    let address = listener.local_addr().unwrap();
    let mut queue = Vec::new();
    let knock = || {
        let connecting = tokio::net::TcpStream::connect(address);
        tokio::time::timeout(Duration::from_millis(100), connecting)
    };
    while let Ok(stream) = knock().await {
        queue.push(stream.unwrap());
    }

    let clock = Arc::new(ImpatientClock::default());
    let http = crate::http::HttpClient::new(Arc::<ImpatientClock>::clone(&clock));
    let limited = http.limited(RequestLimits {
        connect_timeout: Duration::from_millis(50),
        ..LIMITS
    });
    let request = HttpRequest::get("GET /status", format!("http://{address}/"));
    let outcome = limited.send(&request, None).await;
    assert_eq!(
        outcome.unwrap_err().to_string(),
        "could not be reached: the connection attempt timed out"
    );
    assert_eq!(clock.waits().len(), 2);
}

/// Everything that any part of the program, including the HTTP client, writes to the log.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Log {
    fn listen(&self) -> tracing::subscriber::DefaultGuard {
        let log = self.clone();
        tracing::subscriber::set_default(
            tracing_subscriber::fmt()
                .with_max_level(tracing::Level::TRACE)
                .with_ansi(false)
                .with_writer(move || log.clone())
                .finish(),
        )
    }

    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

const KEY: &str = "SB-Mid-server-hidden";
const QUERY: &str = "api_key=";

#[track_caller]
fn check_silent_about_keys(text: &str) {
    assert!(!text.contains(KEY), "{text}");
    assert!(!text.contains(QUERY), "{text}");
}

#[tokio::test]
async fn no_failure_or_log_shows_a_secret() {
    let log = Log::default();
    let _guard = log.listen();
    let server = ScriptedServer::start([
        answer(503, "", KEY),
        ScriptedReply::SayAndClose(String::new()),
        ScriptedReply::SayAndClose("nonsense\r\n\r\n".to_owned()),
        answer(302, &format!("Location: /elsewhere?{QUERY}{KEY}\r\n"), KEY),
        ScriptedReply::SayAndClose(format!(
            "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{KEY}"
        )),
        ScriptedReply::SayAndClose(format!(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{KEY}\r\n"
        )),
        ScriptedReply::SayAndClose(format!("HTTP/1.1 200 OK\r\nContent-Length: {KEY}\r\n\r\n")),
        ScriptedReply::Hang,
    ])
    .await;
    let rest = format!("/status?{QUERY}{KEY}");
    let urls = [
        server.url(&rest),
        server.url(&rest),
        server.url(&rest),
        server.url(&rest),
        format!("http://127.0.0.1:{}{rest}", free_port().await),
        format!("https://127.0.0.1:{}{rest}", server.port),
        format!("http://{KEY}:{KEY}@{}.invalid{rest}", "a".repeat(64)),
        format!("gopher://127.0.0.1{rest}"),
        format!("http://127.0.0.1:99999{rest}"),
        format!("{QUERY}{KEY}"),
    ];
    let http =
        crate::http::HttpClient::new(Arc::new(crate::http::testing::ImpatientClock::default()));
    let limited = http.limited(RequestLimits {
        timeout: Duration::from_secs(2),
        ..LIMITS
    });
    let mut failures = 0;
    for url in urls {
        let request = HttpRequest::get("GET /status", url).header("Authorization", KEY);
        check_silent_about_keys(&format!("{request:?}"));
        if let Err(failure) = limited.send(&request, None).await {
            check_silent_about_keys(&format!("{failure} {failure:?}"));
            failures += 1;
        }
    }
    assert_eq!(server.requests().len(), 8);
    assert!(
        server
            .requests()
            .iter()
            .all(|observed| observed.contains(KEY))
    );
    assert_eq!(failures, 9);
    check_silent_about_keys(&log.text());
    for line in log.text().lines().filter(|line| line.contains("payctl")) {
        assert!(!line.contains("127.0.0.1"), "{line}");
    }
    for told in ["GET /status", "status=503", "nth=2", "took_ms="] {
        assert!(log.text().contains(told), "{told}: {}", log.text());
    }
}
