//! Builds the HTTP client and performs one attempt. Applies no limits and no retries.

use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use reqwest::header::{HeaderMap, HeaderValue};
use reqwest::{Client, ClientBuilder, Url};

use super::message::{HttpMethod, HttpRequest, HttpResponse, RequestFailure};
#[cfg(any(test, feature = "worlds"))]
use super::network::InProcess;
use super::network::Network;
use super::{headers, trouble};
use crate::clock::Clock;
use crate::domain::Instant;

/// No gateway's status answer is larger; reading stops here.
const MAX_ANSWER_BYTES: usize = 1024 * 1024;

const USER_AGENT: &str = concat!("payctl/", env!("CARGO_PKG_VERSION"));

/// The single HTTP client of a run, shared by all accounts and built when the first request needs it: building it reads
/// the machine's CA certificates, which a command that sends nothing should not pay for.
///
/// Proxies come from the environment (`HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY`, minus `NO_PROXY`, in upper or lower
/// case), as users of cron and administrators expect. Two exceptions: loopback hosts are always contacted directly,
/// and under CGI no proxy is used, because there a visitor's header can pose as `HTTP_PROXY`.
#[derive(Clone)]
pub struct HttpClient {
    /// Nearly always one: accounts with the same options share it.
    clients: Arc<Mutex<Vec<(ClientOptions, Client)>>>,
    pub(super) clock: Arc<dyn Clock>,
    network: Network,
}

impl HttpClient {
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self {
            clients: Arc::default(),
            clock,
            network: Network::Sockets,
        }
    }

    /// The same, through another network.
    #[must_use]
    pub fn through(self, network: Network) -> Self {
        Self { network, ..self }
    }

    /// The current time, for signatures that include it.
    #[must_use]
    pub fn now(&self) -> Instant {
        self.clock.now()
    }

    /// Prepares a request for sending, once.
    pub(super) fn ready(
        &self,
        request: &HttpRequest,
        connect_timeout: Duration,
    ) -> Result<PreparedRequest, RequestFailure> {
        let url = Url::parse(request.expose_url())
            .ok()
            .filter(|url| matches!(url.scheme(), "http" | "https"))
            .ok_or_else(trouble::bad_address)?;
        let route = match &self.network {
            Network::Sockets => {
                let client = self.client(ClientOptions::of(&url, connect_timeout))?;
                let request = translate(&client, request, url)?;
                Route::Socket(client, request)
            }
            #[cfg(any(test, feature = "worlds"))]
            Network::InProcess(there) => Route::InProcess(Arc::clone(there), request.clone()),
        };
        Ok(PreparedRequest {
            route,
            clock: Arc::clone(&self.clock),
        })
    }

    fn client(&self, options: ClientOptions) -> Result<Client, RequestFailure> {
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, client)) = clients.iter().find(|(built, _)| *built == options) {
            return Ok(client.clone());
        }
        let client = options
            .builder()
            .build()
            .map_err(|_| trouble::no_client())?;
        clients.push((options, client.clone()));
        Ok(client)
    }
}

/// Options that are set per client and not per request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct ClientOptions {
    connect_timeout: Duration,
    proxy: ProxySettings,
    roots: TrustRoots,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ProxySettings {
    Never,
    Environment,
}

/// The trusted roots for certificates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum TrustRoots {
    /// None: plain HTTP inside this machine works even without installed CA certificates.
    Nobody,
    Machine,
}

impl ClientOptions {
    fn of(url: &Url, connect_timeout: Duration) -> Self {
        let (proxy, roots) = match (is_loopback(url), url.scheme()) {
            (true, "http") => (ProxySettings::Never, TrustRoots::Nobody),
            (true, _) => (ProxySettings::Never, TrustRoots::Machine),
            (false, _) => (ProxySettings::Environment, TrustRoots::Machine),
        };
        Self {
            connect_timeout,
            proxy,
            roots,
        }
    }

    fn builder(self) -> ClientBuilder {
        let builder = Client::builder()
            .user_agent(USER_AGENT)
            .http1_only()
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .connect_timeout(self.connect_timeout);
        let builder = match self.proxy {
            ProxySettings::Never => builder.no_proxy(),
            ProxySettings::Environment => builder,
        };
        match self.roots {
            TrustRoots::Nobody => builder.tls_certs_only([]),
            TrustRoots::Machine => builder,
        }
    }
}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    bare == "localhost"
        || bare
            .parse()
            .is_ok_and(|address: IpAddr| address.is_loopback())
}

fn translate(
    client: &Client,
    request: &HttpRequest,
    url: Url,
) -> Result<reqwest::Request, RequestFailure> {
    let method = match request.method {
        HttpMethod::Get => reqwest::Method::GET,
        HttpMethod::Post => reqwest::Method::POST,
    };
    // The builder keeps the user information before an @ out of the URL, and so out of logs.
    let mut translated = client
        .request(method, url)
        .build()
        .map_err(|_| trouble::bad_header())?;
    for (name, value) in request.expose_headers() {
        let mut value = HeaderValue::from_str(value).map_err(|_| trouble::bad_header())?;
        value.set_sensitive(true);
        translated.headers_mut().insert(name, value);
    }
    *translated.body_mut() = request.expose_body().map(|body| body.to_owned().into());
    Ok(translated)
}

/// A request that is ready to be sent.
pub(super) struct PreparedRequest {
    route: Route,
    clock: Arc<dyn Clock>,
}

enum Route {
    Socket(Client, reqwest::Request),
    #[cfg(any(test, feature = "worlds"))]
    InProcess(Arc<dyn InProcess>, HttpRequest),
}

impl PreparedRequest {
    /// One attempt: sends, and reads only the head of the answer.
    pub(super) async fn status(self) -> Result<(u16, UnreadBody), RequestFailure> {
        match self.route {
            Route::Socket(client, request) => {
                let answer = client.execute(request).await;
                let answer = answer.map_err(trouble::described)?;
                Ok((answer.status().as_u16(), UnreadBody::Socket(answer)))
            }
            #[cfg(any(test, feature = "worlds"))]
            Route::InProcess(there, request) => {
                let answer = there.exchange(request).await?;
                Ok((answer.status, UnreadBody::InProcess(answer.body)))
            }
        }
    }

    /// One attempt: sends, and reads the whole answer.
    pub(super) async fn send(self) -> Result<HttpResponse, RequestFailure> {
        let started = tokio::time::Instant::now();
        match self.route {
            Route::Socket(client, request) => {
                let answer = client.execute(request).await;
                let answer = answer.map_err(trouble::described)?;
                let head = ResponseHead::of(answer.headers(), started, &*self.clock);
                Ok(head.with(answer.status().as_u16(), whole_body(answer).await?))
            }
            #[cfg(any(test, feature = "worlds"))]
            Route::InProcess(there, request) => {
                let answer = there.exchange(request).await?;
                let head = ResponseHead::of(&answer.headers, started, &*self.clock);
                Ok(head.with(answer.status, answer.body))
            }
        }
    }
}

/// The body of an answer whose head was read.
pub(super) enum UnreadBody {
    Socket(reqwest::Response),
    #[cfg(any(test, feature = "worlds"))]
    InProcess(Vec<u8>),
}

impl UnreadBody {
    /// The first bytes of it, and no more than these; none if it breaks off before.
    pub(super) async fn start(self, bytes_most: usize) -> Option<Vec<u8>> {
        let mut start = Vec::new();
        match self {
            Self::Socket(mut answer) => {
                while start.len() < bytes_most
                    && let Some(chunk) = answer.chunk().await.ok()?
                {
                    start.extend_from_slice(&chunk);
                }
            }
            #[cfg(any(test, feature = "worlds"))]
            Self::InProcess(body) => start = body,
        }
        start.truncate(bytes_most);
        Some(start)
    }
}

/// What the head of an answer says besides its status.
struct ResponseHead {
    date: Option<Instant>,
    round_trip: Duration,
    retry_after: Option<Duration>,
}

impl ResponseHead {
    fn of(headers: &HeaderMap, started: tokio::time::Instant, clock: &dyn Clock) -> Self {
        let date = headers::date(headers);
        let now = date.unwrap_or_else(|| clock.now());
        Self {
            date,
            round_trip: started.elapsed(),
            retry_after: headers::retry_after(headers, now),
        }
    }

    fn with(self, status: u16, body: Vec<u8>) -> HttpResponse {
        HttpResponse {
            status,
            body,
            date: self.date,
            round_trip: self.round_trip,
            retry_after: self.retry_after,
        }
    }
}

async fn whole_body(mut answer: reqwest::Response) -> Result<Vec<u8>, RequestFailure> {
    let announced = answer.content_length().unwrap_or(0);
    if usize::try_from(announced).unwrap_or(usize::MAX) > MAX_ANSWER_BYTES {
        return Err(RequestFailure::TooLarge(MAX_ANSWER_BYTES));
    }
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(|_| trouble::cut_off())? {
        if body.len().saturating_add(chunk.len()) > MAX_ANSWER_BYTES {
            return Err(RequestFailure::TooLarge(MAX_ANSWER_BYTES));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

#[cfg(test)]
mod tests;
