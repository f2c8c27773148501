use super::*;
use crate::clock::MachineClock;
use crate::http::testing::{
    ImpatientClock, LIMITS, ScriptedReply, ScriptedServer, answer, read_of,
};

const HOUR: Duration = Duration::from_secs(3600);

fn impatient() -> (HttpClient, Arc<ImpatientClock>) {
    let clock = Arc::new(ImpatientClock::default());
    (HttpClient::new(Arc::<ImpatientClock>::clone(&clock)), clock)
}

fn read(server: &ScriptedServer) -> HttpRequest {
    HttpRequest::get("GET /status", server.url("/status"))
}

fn change(server: &ScriptedServer) -> HttpRequest {
    HttpRequest::post("POST /expire", server.url("/expire"), "{}")
}

fn closed() -> ScriptedReply {
    ScriptedReply::SayAndClose(String::new())
}

#[tokio::test]
async fn a_read_is_retried_until_answered() {
    for acts in [
        vec![answer(503, "", ""), answer(200, "", "{}")],
        vec![closed(), answer(200, "", "{}")],
        vec![closed(), answer(429, "", ""), answer(200, "", "{}")],
    ] {
        let tries = acts.len();
        let (outcome, server) = read_of(acts).await;
        assert_eq!(outcome.unwrap().status, 200);
        assert_eq!(server.requests().len(), tries);
    }
}

#[tokio::test]
async fn an_unanswered_read_ends_with_the_last_result() {
    let (outcome, server) = read_of([closed(), closed(), answer(502, "", "<html>")]).await;
    assert_eq!(outcome.unwrap().body, b"<html>");
    assert_eq!(server.requests().len(), 3);

    let (outcome, server) = read_of([answer(500, "", ""), closed()]).await;
    assert!(matches!(outcome, Err(RequestFailure::Broken(_))));
    assert_eq!(server.requests().len(), 3);
}

#[tokio::test]
async fn a_change_is_sent_once_whatever_happens() {
    for act in [
        answer(200, "", "{}"),
        answer(429, "Retry-After: 0\r\n", ""),
        answer(500, "", ""),
        answer(503, "", ""),
        answer(307, "Location: /expire\r\n", ""),
        closed(),
        ScriptedReply::SayAndClose("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{".to_owned()),
        ScriptedReply::SayAndClose("nonsense\r\n\r\n".to_owned()),
    ] {
        let server = ScriptedServer::start([act]).await;
        let (http, clock) = impatient();
        let _ = http.limited(LIMITS).send(&change(&server), None).await;
        assert_eq!(server.requests().len(), 1);
        assert_eq!(clock.waits(), []);
    }
}

#[tokio::test]
async fn a_kept_connection_sends_a_change_once() {
    let server =
        ScriptedServer::start([answer(200, "", "{}"), closed(), answer(200, "", "{}")]).await;
    let (http, _clock) = impatient();
    let limited = http.limited(LIMITS);
    limited.send(&read(&server), None).await.unwrap();
    limited.send(&change(&server), None).await.unwrap_err();
    assert_eq!(server.connections(), 1);
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn a_hanging_gateway_costs_one_timeout() {
    let server = ScriptedServer::start([ScriptedReply::Hang]).await;
    let (http, _clock) = impatient();
    let limited = http.limited(RequestLimits {
        timeout: Duration::from_millis(150),
        ..LIMITS
    });
    for request in [read(&server), change(&server)] {
        assert_eq!(
            limited.send(&request, None).await,
            Err(RequestFailure::TimedOut)
        );
    }
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn a_request_may_have_a_longer_timeout() {
    let server = ScriptedServer::start([ScriptedReply::Hang]).await;
    let (http, _clock) = impatient();
    let limited = http.limited(RequestLimits {
        timeout: Duration::from_millis(50),
        ..LIMITS
    });
    let patience = Duration::from_millis(300);
    let started = Instant::now();
    let patient = change(&server).patient(patience);
    assert_eq!(
        limited.send(&patient, None).await,
        Err(RequestFailure::TimedOut)
    );
    assert!(started.elapsed() >= patience);
}

#[tokio::test]
async fn the_timeout_covers_the_body() {
    let stalled = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{".to_owned();
    let server = ScriptedServer::start([ScriptedReply::Say(stalled)]).await;
    let (http, _clock) = impatient();
    let limited = http.limited(RequestLimits {
        timeout: Duration::from_millis(100),
        ..LIMITS
    });
    assert_eq!(
        limited.send(&read(&server), None).await,
        Err(RequestFailure::TimedOut)
    );
}

async fn waits_when_asked_to(retry_after: &str) -> (u16, Vec<Duration>) {
    let date = "Date: Fri, 18 Jul 2025 04:05:00 GMT\r\n";
    let busy = answer(429, &format!("{date}Retry-After: {retry_after}\r\n"), "");
    let server = ScriptedServer::start([busy, answer(200, "", "")]).await;
    let (http, clock) = impatient();
    let outcome = http.limited(LIMITS).send(&read(&server), None).await;
    (outcome.unwrap().status, clock.waits())
}

#[tokio::test]
async fn only_a_short_retry_after_is_waited_for() {
    let seconds = Duration::from_secs;
    let (status, waits) = waits_when_asked_to("0").await;
    assert_eq!(status, 200);
    assert!(waits.len() == 1 && waits[0] < seconds(1), "{waits:?}");
    for asked in ["3", "Fri, 18 Jul 2025 04:05:03 GMT"] {
        assert_eq!(waits_when_asked_to(asked).await, (200, vec![seconds(3)]));
    }
    for asked in ["3600", "Fri, 18 Jul 2025 05:05:00 GMT"] {
        assert_eq!(waits_when_asked_to(asked).await, (429, vec![]));
    }
}

#[tokio::test]
async fn nothing_is_started_when_time_is_up() {
    let server = ScriptedServer::start([answer(200, "", "")]).await;
    let (http, clock) = impatient();
    let limited = http.limited(LIMITS);
    for request in [read(&server), change(&server)] {
        let outcome = limited.send(&request, Some(Instant::now())).await;
        assert_eq!(outcome, Err(RequestFailure::OutOfTime));
    }
    assert_eq!(server.connections(), 0);
    assert_eq!(clock.waits(), []);
}

#[tokio::test]
async fn no_wait_exceeds_the_end_of_the_run() {
    let until = Some(Instant::now() + Duration::from_secs(60));
    let server = ScriptedServer::start([answer(429, "Retry-After: 5\r\n", "")]).await;
    let (http, clock) = impatient();
    let limited = http.limited(LIMITS);
    assert_eq!(
        limited.send(&read(&server), until).await.unwrap().status,
        429
    );
    assert_eq!(clock.waits(), [Duration::from_secs(5); 2]);

    let soon = Some(Instant::now() + Duration::from_secs(4));
    assert_eq!(
        limited.send(&read(&server), soon).await.unwrap().status,
        429
    );
    assert_eq!(server.requests().len(), 4);
    assert_eq!(clock.waits().len(), 2);
}

#[tokio::test]
async fn the_end_stops_reads_but_not_changes() {
    let server = ScriptedServer::start([answer(200, "", ""), ScriptedReply::Hang]).await;
    let (http, _clock) = impatient();
    let limited = http.limited(RequestLimits {
        timeout: Duration::from_millis(250),
        ..LIMITS
    });
    limited.send(&read(&server), None).await.unwrap();
    let soon = || Some(Instant::now() + Duration::from_millis(100));
    for (request, failure) in [
        (read(&server), RequestFailure::OutOfTime),
        (change(&server), RequestFailure::TimedOut),
    ] {
        assert_eq!(limited.send(&request, soon()).await, Err(failure));
    }
    assert_eq!(server.requests().len(), 3);
}

#[tokio::test]
async fn an_earlier_answer_is_kept_at_the_end() {
    let server = ScriptedServer::start([answer(503, "", "down"), ScriptedReply::Hang]).await;
    let (http, _clock) = impatient();
    // Long enough for the first wait.
    let soon = Some(Instant::now() + Duration::from_secs(1));
    let outcome = http.limited(LIMITS).send(&read(&server), soon).await;
    assert_eq!(outcome.unwrap().body, b"down");
    assert_eq!(server.requests().len(), 2);
}

/// Lets every task run until it blocks.
async fn settle() {
    for _ in 0..2_000 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn the_lane_limits_requests_in_flight() {
    let server = Arc::new(ScriptedServer::start([ScriptedReply::WaitAtGate]).await);
    let (http, _clock) = impatient();
    let limited = http.limited(RequestLimits {
        max_in_flight: 3,
        ..LIMITS
    });
    let sent: Vec<_> = (0..12)
        .map(|_| {
            let (limited, request) = (limited.clone(), read(&server));
            tokio::spawn(async move { limited.send(&request, None).await })
        })
        .collect();
    while server.requests().len() < 3 {
        tokio::task::yield_now().await;
    }
    settle().await;
    assert_eq!(server.requests().len(), 3);

    server.open_gate();
    for sent in sent {
        assert_eq!(sent.await.unwrap().unwrap().status, 200);
    }
    assert_eq!(server.requests().len(), 12);
    assert_eq!(server.busy_most(), 3);
}

#[tokio::test]
async fn one_lane_does_not_delay_another() {
    let (hanging, server) = (
        ScriptedServer::start([ScriptedReply::Hang]).await,
        ScriptedServer::start([answer(200, "", "")]).await,
    );
    let http = HttpClient::new(Arc::new(MachineClock));
    let narrow = RequestLimits {
        max_in_flight: 1,
        ..LIMITS
    };
    let (one, other) = (http.limited(narrow), http.limited(narrow));
    let request = read(&hanging);
    let stuck = tokio::spawn(async move { one.send(&request, None).await });
    assert_eq!(other.send(&read(&server), None).await.unwrap().status, 200);
    stuck.abort();
}

#[tokio::test]
async fn a_waiting_request_is_dropped_at_the_end() {
    let server = ScriptedServer::start([ScriptedReply::Hang]).await;
    let (http, _clock) = impatient();
    let limited = http.limited(RequestLimits {
        max_in_flight: 1,
        ..LIMITS
    });
    let (first, request) = (limited.clone(), read(&server));
    let stuck = tokio::spawn(async move { first.send(&request, None).await });
    while server.requests().is_empty() {
        tokio::task::yield_now().await;
    }
    let soon = Some(Instant::now() + Duration::from_millis(50));
    assert_eq!(
        limited.send(&change(&server), soon).await,
        Err(RequestFailure::OutOfTime)
    );
    assert_eq!(server.requests().len(), 1);
    stuck.abort();
}

#[tokio::test]
async fn every_try_takes_a_turn_of_the_rate() {
    let server = ScriptedServer::start([answer(503, "", ""), answer(200, "", "")]).await;
    let (http, clock) = impatient();
    let limited = http.limited(RequestLimits {
        requests_per_second: 1,
        changes_per_second: 0,
        ..LIMITS
    });
    limited.send(&read(&server), None).await.unwrap();
    limited.send(&read(&server), None).await.unwrap();
    // The wait after the 503, then one turn each for the second and third attempt at the full distance: on this clock
    // no time passes.
    let waits = clock.waits();
    assert_eq!(waits.len(), 3, "{waits:?}");
    assert!(waits[1] <= Duration::from_secs(1), "{waits:?}");
    assert!(waits[2] > waits[1] && waits[2] <= Duration::from_secs(2));

    let soon = Some(Instant::now() + HOUR);
    limited.send(&read(&server), soon).await.unwrap();
    let too_soon = Some(Instant::now() + Duration::from_millis(1));
    let outcome = limited.send(&read(&server), too_soon).await;
    assert_eq!(outcome, Err(RequestFailure::OutOfTime));
    assert_eq!(server.requests().len(), 4);
}

#[tokio::test]
async fn changes_have_their_own_rate() {
    let server = ScriptedServer::start([answer(200, "", "{}")]).await;
    let (http, clock) = impatient();
    let limited = http.limited(RequestLimits {
        changes_per_second: 2,
        ..LIMITS
    });
    let waited = || clock.waits().iter().sum::<Duration>();
    let start = Instant::now();
    for nth in 0..6_u32 {
        let before = waited();
        limited.send(&change(&server), None).await.unwrap();
        let wait = waited() - before;
        // Turns are half a second apart, and on this clock a wait takes no time, so any difference is time that
        // really passed.
        let off = Duration::from_millis(500) * nth;
        assert!(wait <= off, "{nth}: {wait:?}");
        assert!(wait + start.elapsed() >= off, "{nth}: {wait:?}");
        let before = waited();
        limited.send(&read(&server), None).await.unwrap();
        assert_eq!(waited(), before, "a read uses no turn for changes");
    }
    assert_eq!(server.requests().len(), 12);
}

#[tokio::test]
async fn a_change_whose_turn_is_late_is_dropped() {
    let server = ScriptedServer::start([answer(200, "", "{}")]).await;
    let (http, _clock) = impatient();
    let limited = http.limited(RequestLimits {
        changes_per_second: 2,
        ..LIMITS
    });
    for _ in 0..8 {
        limited.send(&change(&server), None).await.unwrap();
    }
    let soon = Some(Instant::now());
    let outcome = limited.send(&change(&server), soon).await;
    assert_eq!(outcome, Err(RequestFailure::OutOfTime));
    assert_eq!(server.requests().len(), 8);
}
