//! Calls an address: POSTs the signed document with the effect's idempotency key.

use std::time::Duration;

use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;

use super::{DeliveryRequest, RenderedDelivery, RenderedHeader};
use crate::domain::{AttemptResult, HookOutput, Instant};
use crate::http::message::{HttpRequest, RequestFailure};
use crate::http::{HttpClient, PostAnswer};

/// An address of the shop or of a partner.
#[derive(Clone)]
pub struct HttpEndpoint {
    /// The complete URL; it may contain a token.
    pub url: SecretString,
    /// The name for messages.
    pub host: String,
    /// The signing key.
    pub secret: SecretString,
    pub http: HttpClient,
}

const SIGNATURE: &str = "PayCTL-Signature";

/// Sends the document once. Redirects are not followed: the document is meant for this receiver only.
pub(super) async fn post(
    endpoint: &HttpEndpoint,
    request: &DeliveryRequest,
    timeout: Duration,
) -> AttemptResult {
    let sent = signed(endpoint, request, endpoint.http.now());
    match endpoint
        .http
        .post(&sent, timeout, HookOutput::READ_BYTES)
        .await
    {
        Ok(answer) => outcome(&endpoint.host, &answer),
        Err(failure @ (RequestFailure::Unreachable(_) | RequestFailure::OutOfTime)) => {
            AttemptResult::Again(format!("{} {failure}", endpoint.host))
        }
        Err(
            failure @ (RequestFailure::Broken(_)
            | RequestFailure::TimedOut
            | RequestFailure::TooLarge(_)),
        ) => AttemptResult::Unknown(format!("{} {failure}", endpoint.host)),
    }
}

/// The call as it would be sent now. The address stops at its host, because the rest may hold a token; the signature
/// stops before its digest, because whoever has that can send the call.
pub(super) fn render(endpoint: &HttpEndpoint, request: &DeliveryRequest) -> RenderedDelivery {
    let sent = signed(endpoint, request, endpoint.http.now());
    let (scheme, _) = (sent.expose_url().split_once("://")).unwrap_or(("https", ""));
    let headers = sent.expose_headers().map(|(name, value)| match name {
        SIGNATURE => {
            let (time, _) = value.split_once(",v1=").unwrap_or((value, ""));
            RenderedHeader::new(name, format!("{time},v1=…"))
        }
        _ => RenderedHeader::new(name, value),
    });
    RenderedDelivery {
        to: format!("POST {scheme}://{}/…", endpoint.host),
        headers: headers.collect(),
        body: sent.expose_body().unwrap_or_default().to_owned(),
        attachments: Vec::new(),
    }
}

fn signed(endpoint: &HttpEndpoint, request: &DeliveryRequest, now: Instant) -> HttpRequest {
    let body = request.payload.to_string();
    let signature = signature(endpoint.secret.expose_secret(), now, &body);
    let label = format!("POST hook {}", request.hook);
    let post = HttpRequest::post(label, endpoint.url.clone(), body)
        .header("Idempotency-Key", request.key.as_str())
        .header(SIGNATURE, signature);
    match request.repetition {
        0 => post,
        times => post.header("PayCTL-Repetition", times.to_string()),
    }
}

/// `t=SECONDS,v1=HEX`: HMAC-SHA256 over the seconds since 1970, a dot, and the body.
fn signature(secret: &str, now: Instant, body: &str) -> String {
    let seconds = now.as_millis().div_euclid(1000);
    // Keys of any length are valid.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else {
        return String::new();
    };
    mac.update(format!("{seconds}.{body}").as_bytes());
    let digest = mac.finalize().into_bytes();
    let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("t={seconds},v1={hex}")
}

fn outcome(host: &str, answer: &PostAnswer) -> AttemptResult {
    let status = answer.status;
    let answered = format!("{host} answered {status}");
    match status {
        200..=299 => AttemptResult::Done(HookOutput::read(&answer.start)),
        408 | 425 | 429 | 500..=599 => AttemptResult::Again(answered),
        300..=399 => AttemptResult::Never(format!("{answered}, a redirect, which is not followed")),
        _ => AttemptResult::Never(answered),
    }
}

#[cfg(test)]
mod tests;
