//! Sends a request when only the status of the answer matters.

use std::time::Duration;

use tokio::time::Instant;

use super::client::HttpClient;
use super::message::{HttpRequest, RequestFailure};

impl HttpClient {
    /// Sends once and returns the status as soon as it arrives; the rest of the answer is not read, however long or
    /// slow it is.
    ///
    /// `timeout` covers everything up to the status. If no connection exists after half of it, the attempt ends,
    /// because it is then certain that nothing was sent.
    ///
    /// # Errors
    ///
    /// [`RequestFailure::Unreachable`]: nothing was sent. [`RequestFailure::Broken`], [`RequestFailure::TimedOut`]: the request may have
    /// arrived.
    pub async fn status(
        &self,
        request: &HttpRequest,
        timeout: Duration,
    ) -> Result<u16, RequestFailure> {
        let started = Instant::now();
        let ready = self.ready(request, timeout / 2)?;
        let outcome = tokio::time::timeout(timeout, ready.status())
            .await
            .unwrap_or(Err(RequestFailure::TimedOut));
        let took_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        match &outcome {
            Ok(status) => tracing::debug!(label = %request.label, status, took_ms, "answered"),
            Err(failure) => {
                tracing::debug!(label = %request.label, %failure, took_ms, "no answer");
            }
        }
        outcome
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::clock::MachineClock;
    use crate::http::testing::{ScriptedReply, ScriptedServer, answer};

    async fn status(url: String, timeout: Duration) -> Result<u16, RequestFailure> {
        let request = HttpRequest::post("POST hook", url, "{}");
        let http = HttpClient::new(Arc::new(MachineClock));
        http.status(&request, timeout).await
    }

    #[tokio::test]
    async fn a_status_counts_whatever_the_body() {
        let head = |status: u16, length: usize| {
            format!("HTTP/1.1 {status} Any\r\nContent-Length: {length}\r\n\r\n")
        };
        let long = "x".repeat(8 * 1024 * 1024);
        for (act, told) in [
            (answer(204, "", ""), 204),
            (answer(200, "", &long), 200),
            (ScriptedReply::SayAndClose(head(201, 100) + "cut of"), 201),
            (ScriptedReply::Say(head(202, 100)), 202),
            (
                ScriptedReply::SayForEver(head(503, 1 << 40), long.clone()),
                503,
            ),
        ] {
            let server = ScriptedServer::start([act]).await;
            let outcome = status(server.url("/"), Duration::from_secs(20)).await;
            assert_eq!(outcome, Ok(told));
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
