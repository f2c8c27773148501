//! One HTTP request, as a web server hands it over (CGI/1.1, RFC 3875).

use std::io::Read;

use super::reply::Reply;
use crate::commands::receiving::BODY_MOST;
use crate::config::{Environment, QueryToken};

pub(super) struct Request {
    pub(super) method: String,
    /// What follows the name of the program in the address.
    pub(super) path: String,
    query: Vec<(String, String)>,
    /// From a header.
    token: Option<String>,
    length: Option<String>,
}

impl Request {
    /// None: no web server has started this.
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
            token: bearer.or_else(|| variable("HTTP_X_PAYCTL_TOKEN")),
            length: variable("CONTENT_LENGTH"),
        })
    }

    /// The first of that name in the address.
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

    /// Exactly as many bytes as were announced.
    pub(super) fn body(&self, stdin: &mut dyn Read) -> Result<Vec<u8>, Reply> {
        let length = self.length.as_deref().filter(|text| !text.is_empty());
        let Some(length) = length else {
            return Err(Reply::refusal(411, "a notification says how long it is"));
        };
        let Ok(length) = length.parse::<usize>() else {
            return Err(Reply::refusal(400, "the length is no number"));
        };
        if length > BODY_MOST {
            return Err(Reply::refusal(
                413,
                "a notification has at most 65536 bytes",
            ));
        }
        let mut body = vec![0; length];
        match stdin.read_exact(&mut body) {
            Ok(()) => Ok(body),
            Err(_) => Err(Reply::refusal(400, "it is shorter than it says")),
        }
    }
}
