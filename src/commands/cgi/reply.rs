//! A reply for the web server: a status, a few headers and a JSON document.

use std::io::{self, Write};

use serde_json::{Value, json};

pub(super) struct CgiReply {
    status: u16,
    body: Value,
    allow: Option<&'static str>,
    /// Seconds after which the client may retry.
    retry_after: Option<u32>,
}

impl CgiReply {
    pub(super) fn good(body: Value) -> Self {
        Self {
            status: 200,
            body,
            allow: None,
            retry_after: None,
        }
    }

    /// The text must not reveal whether an order exists.
    pub(super) fn refusal(status: u16, why: &str) -> Self {
        Self {
            status,
            body: json!({ "error": why }),
            allow: None,
            retry_after: None,
        }
    }

    pub(super) fn not_allowed(allow: &'static str) -> Self {
        Self {
            allow: Some(allow),
            ..Self::refusal(405, "this address does not support this method")
        }
    }

    pub(super) fn unavailable(retry_after: u32) -> Self {
        Self {
            retry_after: Some(retry_after),
            ..Self::refusal(503, "not available at the moment")
        }
    }

    #[cfg(test)]
    pub(super) fn status(&self) -> u16 {
        self.status
    }

    pub(super) fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let body = format!("{}\n", self.body);
        write!(out, "Status: {} {}\r\n", self.status, reason(self.status))?;
        if let Some(allow) = self.allow {
            write!(out, "Allow: {allow}\r\n")?;
        }
        if let Some(seconds) = self.retry_after {
            write!(out, "Retry-After: {seconds}\r\n")?;
        }
        write!(
            out,
            "Content-Type: application/json\r\nContent-Length: {}\r\nCache-Control: no-store\r\n\r\n{body}",
            body.len()
        )?;
        out.flush()
    }
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        400 => "Bad Request",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        408 => "Request Timeout",
        411 => "Length Required",
        413 => "Content Too Large",
        _ => "Service Unavailable",
    }
}
