//! Sends a request when only the status of the answer decides.

use std::time::Duration;

use tokio::time::Instant;

use super::client::HttpClient;
use super::message::{HttpRequest, RequestFailure};

/// An answer whose status has decided.
#[derive(Clone, PartialEq, Eq)]
pub struct PostAnswer {
    pub status: u16,
    /// How the body of a success begins; empty if it did not come in time, or broke off.
    pub start: Vec<u8>,
}

/// A body may say something personal.
impl std::fmt::Debug for PostAnswer {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "PostAnswer({}, …)", self.status)
    }
}

/// The body of an answer is waited for no longer than this: its status has come already.
const BODY_TIME: Duration = Duration::from_secs(5);

impl HttpClient {
    /// Sends once and reads the status, and of a success the first `start_most` bytes; the rest of the answer is not read,
    /// however long or slow it is.
    ///
    /// `timeout` covers everything up to the status. If no connection exists after half of it, the attempt ends,
    /// because it is then certain that nothing was sent.
    ///
    /// # Errors
    ///
    /// [`RequestFailure::Unreachable`]: nothing was sent. [`RequestFailure::Broken`], [`RequestFailure::TimedOut`]: the request may have
    /// arrived.
    pub async fn post(
        &self,
        request: &HttpRequest,
        timeout: Duration,
        start_most: usize,
    ) -> Result<PostAnswer, RequestFailure> {
        let started = Instant::now();
        let ready = self.ready(request, timeout / 2)?;
        let outcome = tokio::time::timeout(timeout, ready.status())
            .await
            .unwrap_or(Err(RequestFailure::TimedOut));
        let took_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        let (status, body) = match outcome {
            Ok((status, body)) => {
                tracing::debug!(label = %request.label, status, took_ms, "answered");
                (status, body)
            }
            Err(failure) => {
                tracing::debug!(label = %request.label, %failure, took_ms, "no answer");
                return Err(failure);
            }
        };
        let mut start = Vec::new();
        if matches!(status, 200..=299) {
            let patience = BODY_TIME.min(timeout.saturating_sub(started.elapsed()));
            let read = tokio::time::timeout(patience, body.start(start_most)).await;
            start = read.ok().flatten().unwrap_or_default();
        }
        Ok(PostAnswer { status, start })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::clock::MachineClock;
    use crate::http::testing::{ScriptedReply, ScriptedServer, answer};

    async fn status(url: String, timeout: Duration) -> Result<PostAnswer, RequestFailure> {
        let request = HttpRequest::post("POST hook", url, "{}");
        let http = HttpClient::new(Arc::new(MachineClock));
        http.post(&request, timeout, 10).await
    }

    #[tokio::test]
    async fn a_status_counts_whatever_the_body() {
        let head = |status: u16, length: usize| {
            format!("HTTP/1.1 {status} Any\r\nContent-Length: {length}\r\n\r\n")
        };
        let long = "x".repeat(8 * 1024 * 1024);
        let long_start = "x".repeat(10);
        for (act, told, start) in [
            (answer(204, "", ""), 204, ""),
            (answer(200, "", "short"), 200, "short"),
            (answer(422, "", "short"), 422, ""),
            (answer(200, "", &long), 200, &long_start),
            (
                ScriptedReply::SayAndClose(head(201, 100) + "cut of"),
                201,
                "",
            ),
            (ScriptedReply::Say(head(202, 100)), 202, ""),
            (
                ScriptedReply::SayForEver(head(200, 1 << 40), long.clone()),
                200,
                &long_start,
            ),
            (
                ScriptedReply::SayForEver(head(503, 1 << 40), long.clone()),
                503,
                "",
            ),
        ] {
            let server = ScriptedServer::start([act]).await;
            let outcome = status(server.url("/"), Duration::from_secs(2))
                .await
                .unwrap();
            assert_eq!(outcome.status, told);
            assert_eq!(String::from_utf8(outcome.start).unwrap(), start);
            assert_eq!(server.requests().len(), 1);
        }
    }

    #[tokio::test]
    async fn a_lost_post_differs_from_one_never_sent() {
        for act in [
            ScriptedReply::SayAndClose(String::new()),
            ScriptedReply::SayAndClose("HTTP/1.1 20".to_owned()),
            ScriptedReply::SayAndClose("nonsense\r\n\r\n".to_owned()),
        ] {
            let server = ScriptedServer::start([act]).await;
            let outcome = status(server.url("/"), Duration::from_secs(20)).await;
            assert!(
                matches!(outcome, Err(RequestFailure::Broken(_))),
                "{outcome:?}"
            );
            assert_eq!(server.requests().len(), 1);
        }
        let silent = ScriptedServer::start([ScriptedReply::Hang]).await;
        let outcome = status(silent.url("/"), Duration::from_millis(300)).await;
        assert_eq!(outcome, Err(RequestFailure::TimedOut));

        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let nobody = format!("http://{}/", listener.local_addr().unwrap());
        drop(listener);
        let tls = format!("https://127.0.0.1:{}/", silent.port);
        for url in [nobody, "ftp://127.0.0.1/".to_owned(), tls] {
            let outcome = status(url, Duration::from_millis(600)).await;
            assert!(
                matches!(outcome, Err(RequestFailure::Unreachable(_))),
                "{outcome:?}"
            );
        }
    }
}
