//! Describes what went wrong, in words for people.
//!
//! The HTTP client's own errors print URLs, and Pakasir's key is part of one. So none of them is ever shown: only the
//! phrases below leave this module, and what the TLS layer says about a certificate.

use std::error::Error;
use std::io;

use super::message::RequestFailure;

/// The phrase for an error that occurred before an answer came.
pub(super) fn described(error: reqwest::Error) -> RequestFailure {
    let error = error.without_url();
    let phrase = phrase(&error);
    if error.is_connect() || error.is_builder() {
        RequestFailure::Unreachable(phrase)
    } else {
        RequestFailure::Broken(phrase)
    }
}

/// The answer began and did not end.
pub(super) fn cut_off() -> RequestFailure {
    RequestFailure::Broken("the connection broke in the middle of the answer".to_owned())
}

/// Building a client reads only the trusted roots from the machine.
pub(super) fn no_client() -> RequestFailure {
    RequestFailure::Unreachable(
        "no CA certificates were found on this machine; install them (Debian: ca-certificates)"
            .to_owned(),
    )
}

pub(super) fn bad_address() -> RequestFailure {
    RequestFailure::Unreachable(
        "its address in the configuration is not an http or https URL".to_owned(),
    )
}

pub(super) fn bad_header() -> RequestFailure {
    RequestFailure::Unreachable(
        "its key contains a character that HTTP does not allow; look for a line break in it"
            .to_owned(),
    )
}

fn phrase(error: &reqwest::Error) -> String {
    if error.is_dns() {
        return "the name could not be resolved".to_owned();
    }
    if error.is_connect() && error.is_timeout() {
        return "the connection attempt timed out".to_owned();
    }
    match innermost_io(error) {
        Some(cause) => phrase_of(cause),
        None if error.is_connect() => "no connection could be established".to_owned(),
        None => "the connection broke before an answer came".to_owned(),
    }
}

/// The I/O error nearest to the cause. An I/O error hides the one it wraps from the usual chain of sources.
fn innermost_io(error: &reqwest::Error) -> Option<&io::Error> {
    let mut cause = error.source();
    let mut found = None;
    while let Some(error) = cause {
        found = error.downcast_ref().or(found);
        cause = error.source();
    }
    std::iter::successors(found, |error: &&io::Error| error.get_ref()?.downcast_ref()).last()
}

fn phrase_of(error: &io::Error) -> String {
    match (error.kind(), error.get_ref()) {
        (io::ErrorKind::ConnectionRefused, _) => "connection refused".to_owned(),
        (io::ErrorKind::NetworkUnreachable | io::ErrorKind::HostUnreachable, _) => {
            "no route to it from this machine".to_owned()
        }
        // The TLS layer passes on its own errors in this form; they name only certificates and hosts.
        (io::ErrorKind::InvalidData, Some(tls)) => format!("TLS: {tls}"),
        _ => "the connection broke before an answer came".to_owned(),
    }
}

#[cfg(test)]
mod tests;
