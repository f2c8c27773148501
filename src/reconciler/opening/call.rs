//! One call that opens a payment.

use std::time::Duration;

use tokio::time::timeout_at;

use super::super::account::GatewayAccount;
use super::super::query::silence;
use super::super::run_context::RunContext;
use super::OpenContext;
use crate::domain::{ClockReadings, Dossier, Instant, Payment};
use crate::gateway::opening::{OpenReply, OpenRequest};
use crate::http::message::{HttpRequest, HttpResponse, RequestFailure};

pub(super) struct OpenCall<'a> {
    pub(super) dossier: &'a Dossier,
    pub(super) payment: &'a Payment,
    account: &'a GatewayAccount,
    told: &'a OpenContext<'a>,
}

/// The longest wait for an answer, whatever the account's timeout: after it, other processes assume that the call has
/// ended.
const MAX_PATIENCE: Duration = Duration::from_secs(80);

impl<'a> OpenCall<'a> {
    pub(super) fn new(
        account: &'a GatewayAccount,
        dossier: &'a Dossier,
        payment: &'a Payment,
        told: &'a OpenContext<'a>,
    ) -> Self {
        Self {
            dossier,
            payment,
            account,
            told,
        }
    }

    /// Whether repeating the call finds what it opened before.
    pub(super) fn open_is_repeatable(&self) -> bool {
        self.account.gateway.open_is_repeatable(self.payment)
    }

    /// Sends the call. Only an answer in the gateway's own format also tells the gateway's time.
    pub(super) async fn ask(&self, setting: &RunContext) -> (OpenReply, ClockReadings) {
        let mut clock = ClockReadings::default();
        let opening = self.opening(setting.clock.now());
        let Some(request) = self.account.gateway.open(&opening) else {
            let (gateway, method) = (&self.payment.gateway, self.told.method);
            let why = format!("{gateway} has no method {method}");
            return (OpenReply::Refused(why), clock);
        };
        let opened = match self.send(&request, setting).await {
            Ok(response) => {
                let gateway = &self.account.gateway;
                let opened = gateway.read_open(&opening, opening.now, &response);
                let ahead_ms = response.clock_ahead_ms(setting.clock.now());
                if let (false, Some(ahead_ms)) =
                    (matches!(opened, OpenReply::NoAnswer(_)), ahead_ms)
                {
                    clock.add(ahead_ms, setting.policy.grace);
                }
                opened
            }
            Err(failure) => OpenReply::NoAnswer(silence(failure)),
        };
        tracing::debug!(label = %request.label, ?opened, "asked the gateway to open the payment");
        (opened, clock)
    }

    /// A customer is waiting, so the call may not take longer than the visit. What happened to it is queried then, or
    /// by the next visit.
    async fn send(
        &self,
        request: &HttpRequest,
        setting: &RunContext,
    ) -> Result<HttpResponse, RequestFailure> {
        let most = tokio::time::Instant::now() + MAX_PATIENCE;
        let until = setting.until.map_or(most, |until| until.min(most));
        let answer = timeout_at(until, self.account.http.send(request, setting.until));
        answer.await.unwrap_or(Err(RequestFailure::TimedOut))
    }

    fn opening(&self, now: Instant) -> OpenRequest<'_> {
        let buyer = self.told.buyer;
        OpenRequest {
            payment: self.payment,
            method: self.told.method,
            order: &self.dossier.order.number,
            key: self.told.key,
            buyer: Some(buyer).filter(|buyer| !buyer.is_unknown()),
            items: self.told.items,
            now,
        }
    }
}
