//! An answer before it is sent, and its body, whole or truncated.

use std::fmt::{self, Write as _};
use std::pin::Pin;
use std::task::{Context, Poll};

use hyper::body::{Body as HttpBody, Bytes, Frame, SizeHint};
use hyper::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use hyper::{Response, StatusCode};

const JSON: &str = "application/json";
const HTML: &str = "text/html; charset=utf-8";

/// One answer.
#[derive(Debug, Clone)]
pub(super) struct SimulatedReply {
    pub(super) status: u16,
    content_type: &'static str,
    pub(super) body: String,
    header: Option<(HeaderName, String)>,
}

impl SimulatedReply {
    pub(super) fn json(status: u16, body: String) -> Self {
        Self {
            status,
            content_type: JSON,
            body,
            header: None,
        }
    }

    pub(super) fn html(status: u16, text: &str) -> Self {
        let body = format!(
            "<!DOCTYPE html><html><head><title>{text}</title></head><body><h1>{text}</h1></body></html>"
        );
        Self {
            content_type: HTML,
            ..Self::json(status, body)
        }
    }

    pub(super) fn with(mut self, name: HeaderName, value: String) -> Self {
        self.header = Some((name, value));
        self
    }

    pub(super) fn into_response(self, cut: Truncation) -> Response<ReplyBody> {
        let bytes = Bytes::from(self.body);
        let mut response = Response::new(ReplyBody::new(bytes, cut));
        *response.status_mut() =
            StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(self.content_type));
        if let Some((name, value)) = self.header
            && let Ok(value) = HeaderValue::from_str(&value)
        {
            headers.insert(name, value);
        }
        response
    }
}

/// How much of a body is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Truncation {
    Whole,
    /// Declares the full length, sends half of it, and breaks the connection.
    Half,
}

/// A body in one piece, or half of one.
#[derive(Debug)]
pub(super) struct ReplyBody {
    piece: Option<Bytes>,
    declared: u64,
    rest: BodyRemainder,
}

#[derive(Debug)]
enum BodyRemainder {
    Nothing,
    /// Breaks the connection once the data has been written out.
    Break,
    BreakNow,
}

/// The connection is broken on purpose.
#[derive(Debug, thiserror::Error)]
#[error("broken on purpose")]
pub(super) struct BrokenConnection;

impl ReplyBody {
    fn new(bytes: Bytes, cut: Truncation) -> Self {
        let declared = bytes.len() as u64;
        let (piece, rest) = match cut {
            Truncation::Whole => (bytes, BodyRemainder::Nothing),
            Truncation::Half => (bytes.slice(..bytes.len() / 2), BodyRemainder::Break),
        };
        Self {
            piece: Some(piece),
            declared,
            rest,
        }
    }
}

impl HttpBody for ReplyBody {
    type Data = Bytes;
    type Error = BrokenConnection;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BrokenConnection>>> {
        if let Some(piece) = self.piece.take() {
            return Poll::Ready(Some(Ok(Frame::data(piece))));
        }
        match self.rest {
            BodyRemainder::Nothing => Poll::Ready(None),
            BodyRemainder::Break => {
                self.rest = BodyRemainder::BreakNow;
                context.waker().wake_by_ref();
                Poll::Pending
            }
            BodyRemainder::BreakNow => Poll::Ready(Some(Err(BrokenConnection))),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.piece.is_none() && matches!(self.rest, BodyRemainder::Nothing)
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.declared)
    }
}

/// A text as a JSON string.
pub(super) struct JsonText<'a>(pub(super) &'a str);

impl fmt::Display for JsonText<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_char('"')?;
        if self
            .0
            .bytes()
            .all(|byte| byte >= b' ' && byte != b'"' && byte != b'\\')
        {
            formatter.write_str(self.0)?;
        } else {
            for letter in self.0.chars() {
                match letter {
                    '"' | '\\' => write!(formatter, "\\{letter}")?,
                    control if u32::from(control) < 0x20 => {
                        write!(formatter, "\\u{:04x}", u32::from(control))?;
                    }
                    other => formatter.write_char(other)?,
                }
            }
        }
        formatter.write_char('"')
    }
}

/// The fields of a JSON object that is being written.
#[derive(Debug, Clone, Default)]
pub(super) struct ReplyObject(String);

impl ReplyObject {
    /// Adds a value that is JSON already.
    pub(super) fn raw(mut self, name: &str, value: impl fmt::Display) -> Self {
        self.0.push_str(&format!(",\"{name}\":{value}"));
        self
    }

    pub(super) fn text(self, name: &str, value: &str) -> Self {
        self.raw(name, JsonText(value))
    }

    /// Adds a text, or nothing.
    pub(super) fn some_text(self, name: &str, value: Option<&str>) -> Self {
        match value {
            Some(value) => self.text(name, value),
            None => self,
        }
    }

    /// Adds a text, or null.
    pub(super) fn text_or_null(self, name: &str, value: Option<&str>) -> Self {
        match value {
            Some(value) => self.text(name, value),
            None => self.raw(name, "null"),
        }
    }

    /// Adds fields as they are.
    pub(super) fn tail(mut self, fields: &str) -> Self {
        self.0.push_str(fields);
        self
    }

    /// The fields alone, each after a comma.
    pub(super) fn into_tail(self) -> String {
        self.0
    }

    pub(super) fn object(&self) -> String {
        format!("{{{}}}", self.0.trim_start_matches(','))
    }

    /// The answer 200 with this object.
    pub(super) fn reply(&self) -> SimulatedReply {
        SimulatedReply::json(200, self.object())
    }
}
