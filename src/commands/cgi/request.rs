//! One HTTP request, as a web server passes it on (CGI/1.1, RFC 3875).

use std::io::{self, BufRead, Read as _};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use super::reply::CgiReply;
use crate::commands::notification::MAX_BODY;
use crate::config::{Environment, QueryToken};
use crate::gateway::incoming::IncomingRequest;

pub(super) struct CgiRequest {
    pub(super) method: String,
    /// The path after the program's name.
    pub(super) path: String,
    query: Vec<(String, String)>,
    query_text: String,
    headers: Vec<(String, String)>,
    /// From a header.
    token: Option<String>,
    length: Option<String>,
    /// Who has connected to the web server.
    pub(super) remote_address: Option<String>,
}

impl CgiRequest {
    /// None if no web server started this process.
    pub(super) fn of(environment: &Environment) -> Option<Self> {
        let variable = |name: &str| environment.get(name).map(str::to_owned);
        let bearer = variable("HTTP_AUTHORIZATION").and_then(|value| {
            let (scheme, token) = value.split_once(' ')?;
            let is_bearer = scheme.eq_ignore_ascii_case("bearer");
            is_bearer.then(|| token.trim().to_owned())
        });
        let query = variable("QUERY_STRING").unwrap_or_default();
        Some(Self {
            method: variable("REQUEST_METHOD")?,
            path: variable("PATH_INFO").unwrap_or_default(),
            query: url::form_urlencoded::parse(query.as_bytes())
                .into_owned()
                .collect(),
            query_text: query,
            headers: headers(environment),
            token: bearer.or_else(|| variable("HTTP_X_PAYCTL_TOKEN")),
            length: variable("CONTENT_LENGTH"),
            remote_address: variable("REMOTE_ADDR"),
        })
    }

    /// The whole message, for a gateway's adapter.
    pub(super) fn message<'a>(&'a self, body: &'a [u8]) -> IncomingRequest<'a> {
        IncomingRequest {
            method: &self.method,
            path: &self.path,
            query: &self.query_text,
            headers: &self.headers,
            body,
        }
    }

    /// The first parameter of that name in the query string.
    pub(super) fn asked(&self, name: &str) -> Option<&str> {
        let mut all = self.query.iter();
        all.find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    pub(super) fn token(&self, in_query: QueryToken) -> Option<&str> {
        self.token.as_deref().or_else(|| match in_query {
            QueryToken::Allowed => self.asked("token"),
            QueryToken::Refused => None,
        })
    }

    /// The non-empty parts of the path in lower case: gateways, proxies and people repeat slashes and vary the case of
    /// letters.
    pub(super) fn steps(&self) -> Vec<String> {
        let steps = self.path.split('/').filter(|step| !step.is_empty());
        steps.map(str::to_ascii_lowercase).collect()
    }

    /// Exactly as many bytes as announced, if they arrive in time. A reader that is still blocked then is abandoned.
    pub(super) fn body(
        &self,
        stdin: Box<dyn BufRead + Send>,
        in_time: Duration,
    ) -> Result<Vec<u8>, CgiReply> {
        let length = self.length.as_deref().filter(|text| !text.is_empty());
        let Some(length) = length else {
            return Err(CgiReply::refusal(411, "Content-Length is required"));
        };
        // Digits alone (RFC 9110, section 8.6): other programs on the way may read a sign differently.
        let is_digits = length.bytes().all(|byte| byte.is_ascii_digit());
        let Some(length) = length.parse::<usize>().ok().filter(|_| is_digits) else {
            return Err(CgiReply::refusal(400, "Content-Length is not a number"));
        };
        if length > MAX_BODY {
            return Err(CgiReply::refusal(
                413,
                "a notification may have at most 65536 bytes",
            ));
        }
        match read(stdin, length, in_time) {
            Some(Ok(body)) => Ok(body),
            Some(Err(_)) => Err(CgiReply::refusal(
                400,
                "the body is shorter than Content-Length",
            )),
            None => Err(CgiReply::refusal(408, "the body did not arrive in time")),
        }
    }
}

/// None: the body did not arrive in time.
fn read(
    mut stdin: Box<dyn BufRead + Send>,
    length: usize,
    in_time: Duration,
) -> Option<io::Result<Vec<u8>>> {
    let (end, came) = mpsc::channel();
    thread::spawn(move || {
        let mut body = vec![0; length];
        let read = stdin.read_exact(&mut body).map(|()| body);
        // The receiver may have given up.
        let _ = end.send(read);
    });
    came.recv_timeout(in_time).ok()
}

/// `HTTP_X_SECRET` is the header X-Secret; two headers have names of their own (RFC 3875, section 4.1).
fn headers(environment: &Environment) -> Vec<(String, String)> {
    let named = |(name, value): (&str, &str)| (name.replace('_', "-"), value.to_owned());
    let of_content = ["CONTENT_TYPE", "CONTENT_LENGTH"];
    let of_content = of_content
        .iter()
        .filter_map(|name| Some(named((name, environment.get(name)?))));
    let others = environment.beginning("HTTP_").map(named);
    others.chain(of_content).collect()
}

#[cfg(test)]
mod tests {
    use std::io::{BufReader, Read};

    use super::*;

    /// A reader that never delivers what was announced.
    struct Hanging(mpsc::Receiver<()>);

    impl Read for Hanging {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            let _ = self.0.recv();
            Ok(0)
        }
    }

    fn announced(length: &str) -> CgiRequest {
        let variables = [("REQUEST_METHOD", "POST"), ("CONTENT_LENGTH", length)];
        CgiRequest::of(&Environment::from_iter(variables)).unwrap()
    }

    #[test]
    fn a_missing_body_is_not_awaited() {
        let (gate, held) = mpsc::channel();
        let stdin = Box::new(BufReader::new(Hanging(held)));
        let waited = announced("2").body(stdin, Duration::from_millis(20));
        assert_eq!(waited.unwrap_err().status(), 408);
        drop(gate);
        let stdin = Box::new(io::Cursor::new(b"{}".to_vec()));
        let came = announced("2").body(stdin, Duration::from_secs(20));
        assert_eq!(came.unwrap_or_default(), b"{}");
    }
}
