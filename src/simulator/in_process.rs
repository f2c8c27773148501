//! The simulated gateways without sockets: the same requests, answered within this process, for simulated worlds.

use std::sync::Arc;
use std::time::Duration;

use hyper::header::{DATE, HeaderMap};
use hyper::http::request::Parts;

use super::answer::AttemptTruth;
use super::dialect::SimulatedGateway;
use super::faults::RequestPurpose;
use super::handle::SimulatorHandle;
use super::registry::SIMULATED;
use super::reply::Truncation;
use super::response::SimulatedResponse;
use super::serve::{plan, read};
use crate::clock::Clock;

/// How a request ends, and when.
#[derive(Debug)]
pub(crate) struct LocalReply {
    pub(crate) kind: SimulatedGateway,
    pub(crate) purpose: LocalPurpose,
    pub(crate) delay: Duration,
    /// Whether a request that changes something took effect.
    pub(crate) is_carried_out: bool,
    pub(crate) ending: LocalEnding,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LocalPurpose {
    Read,
    Close,
    Refund,
    Open,
}

#[derive(Debug)]
pub(crate) enum LocalEnding {
    Answer {
        status: u16,
        headers: HeaderMap,
        body: String,
        /// Whether the connection breaks in the middle of the body.
        is_cut: bool,
    },
    Break,
    Hang,
}

/// One try to pay, as it is true at a gateway.
#[derive(Debug, Clone)]
pub(crate) struct SimulatedTry {
    pub(crate) kind: SimulatedGateway,
    pub(crate) reference: String,
    pub(crate) transaction_id: String,
    pub(crate) truth: AttemptTruth,
    /// Whether the gateway's word for it means that money came in, even if it went back later.
    pub(crate) is_money: bool,
}

impl SimulatorHandle {
    /// Gateways that nobody can reach but through [`Self::answer`].
    pub(crate) fn unserved(clock: Arc<dyn Clock>) -> Self {
        Self::new(clock)
    }

    /// Answers a request; `None` if it is to no gateway.
    pub(crate) fn answer(&self, head: &Parts, body: &[u8]) -> Option<LocalReply> {
        let (kind, mut question) = read(head)?;
        if !body.is_empty() {
            question.add_body(body);
        }
        let planned = plan(self, kind, question.as_ref());
        let ending = match planned.ending {
            SimulatedResponse::Answer(reply, cut) => {
                let body = reply.body.clone();
                let (parts, _) = reply.into_response(Truncation::Whole).into_parts();
                let mut headers = parts.headers;
                headers.insert(DATE, planned.date);
                LocalEnding::Answer {
                    status: parts.status.as_u16(),
                    headers,
                    body,
                    is_cut: cut == Truncation::Half,
                }
            }
            SimulatedResponse::Break => LocalEnding::Break,
            SimulatedResponse::Hang => LocalEnding::Hang,
        };
        Some(LocalReply {
            kind,
            purpose: match question.purpose() {
                RequestPurpose::Read => LocalPurpose::Read,
                RequestPurpose::Close => LocalPurpose::Close,
                RequestPurpose::Refund => LocalPurpose::Refund,
                RequestPurpose::Open => LocalPurpose::Open,
            },
            delay: planned.delay,
            is_carried_out: planned.is_carried_out,
            ending,
        })
    }

    /// Every try at every gateway, by gateway, reference and number.
    pub(crate) fn tries(&self) -> Vec<SimulatedTry> {
        let mut state = self.lock();
        let mut found = Vec::new();
        for kind in SIMULATED {
            let truth = state.truths.of(kind);
            for (reference, tries) in truth.payments() {
                found.extend(tries.map(|(id, truth)| SimulatedTry {
                    kind,
                    reference: reference.to_owned(),
                    transaction_id: id.to_owned(),
                    truth: truth.clone(),
                    is_money: kind.dialect().means_money(truth),
                }));
            }
        }
        found.sort_by(|a, b| (a.kind, &a.reference).cmp(&(b.kind, &b.reference)));
        found
    }
}
