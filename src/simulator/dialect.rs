//! One gateway as it is simulated: which requests it serves, and in which words it answers.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;

use hyper::Method;
use hyper::http::request::Parts;

use super::answer::Wording;
use super::faults::RequestPurpose;
use super::notification::{SimulatedNotification, WantedNotification};
use super::plan::ResponsePlan;
use super::repeats::RequestKey;
use super::reply::SimulatedReply;
use super::rules::SimulatorRules;
use super::truth::GatewayTruth;
use crate::domain::Instant;

/// A gateway's side of the conversation. Everything else here names no gateway.
pub(super) trait Dialect: Wording {
    /// As `kind` in scripts, and in the configuration of a shop.
    fn name(&self) -> &'static str;

    /// The status word of a payment whose money came in.
    fn paid_word(&self) -> &'static str;

    /// The method of a page on which the customer chooses how to pay; `None`: there are no such pages.
    fn page_method(&self) -> Option<&'static str> {
        None
    }

    /// The request with this head; `None` if it is none of this gateway's.
    fn read(&self, head: &RequestHead<'_>) -> Option<Box<dyn SimulatedRequest>>;

    /// "Not found", as it writes it.
    fn unknown(&self) -> SimulatedReply;

    /// A refusal with this HTTP status.
    fn refusal(&self, code: u16, message: &str) -> SimulatedReply;

    /// What it would send a shop about a payment; `None` if there is nothing to tell.
    fn notification(
        &self,
        truth: &GatewayTruth,
        rules: &SimulatorRules,
        wanted: &WantedNotification<'_>,
    ) -> Option<SimulatedNotification>;
}

/// A request to a gateway.
pub(super) trait SimulatedRequest: Send {
    /// Adds the body; an unreadable body names nothing.
    fn add_body(&mut self, _body: &[u8]) {}

    fn purpose(&self) -> RequestPurpose;

    /// The id under which its payment is known: a reference, or the id of a try.
    fn id(&self, truth: &GatewayTruth) -> Cow<'_, str>;

    /// How the account identifies itself: by a key, or by a name.
    fn account(&self) -> &str;

    /// The idempotency key; `None` if the gateway ignores it.
    fn repeated(&self) -> Option<RequestKey<'_>> {
        None
    }

    /// Performs the request and returns the gateway's answer.
    fn execute(&self, scene: &mut Scene<'_>) -> SimulatedReply;
}

/// Where a request is carried out.
pub(super) struct Scene<'a> {
    pub(super) truth: &'a mut GatewayTruth,
    pub(super) rules: &'a mut SimulatorRules,
    pub(super) plan: &'a ResponsePlan,
    pub(super) now: Instant,
}

/// A request without its body.
pub(super) struct RequestHead<'a>(pub(super) &'a Parts);

impl<'a> RequestHead<'a> {
    pub(super) fn is_get(&self) -> bool {
        self.0.method == Method::GET
    }

    pub(super) fn path(&self) -> &'a str {
        self.0.uri.path()
    }

    pub(super) fn query(&self) -> &'a str {
        self.0.uri.query().unwrap_or_default()
    }

    pub(super) fn header(&self, name: &str) -> Option<&'a str> {
        self.0.headers.get(name)?.to_str().ok()
    }
}

/// Which gateway is simulated.
#[derive(Clone, Copy)]
pub struct SimulatedGateway(&'static dyn Dialect);

impl SimulatedGateway {
    pub(super) const fn new(dialect: &'static dyn Dialect) -> Self {
        Self(dialect)
    }

    pub(super) fn dialect(self) -> &'static dyn Dialect {
        self.0
    }

    #[must_use]
    pub fn name(self) -> &'static str {
        self.0.name()
    }
}

impl fmt::Debug for SimulatedGateway {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

impl PartialEq for SimulatedGateway {
    fn eq(&self, other: &Self) -> bool {
        self.name() == other.name()
    }
}

impl Eq for SimulatedGateway {}

impl PartialOrd for SimulatedGateway {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for SimulatedGateway {
    fn cmp(&self, other: &Self) -> Ordering {
        self.name().cmp(other.name())
    }
}
