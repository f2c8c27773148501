//! One call that has a payment opened.

use std::time::Duration;

use super::super::ask::silence;
use super::super::expiring::Setting;
use super::super::lane::Account;
use super::Told;
use crate::domain::dossier::Dossier;
use crate::domain::instant::Instant;
use crate::domain::payment::Payment;
use crate::gateway::opening::{Opened, Opening};
use crate::wire::message::Failure;

pub(super) struct Call<'a> {
    pub(super) dossier: &'a Dossier,
    pub(super) payment: &'a Payment,
    account: &'a Account,
    told: &'a Told<'a>,
}

/// Beyond the patience for the answer: for a place, a turn, and writing it down.
const MARGIN: Duration = Duration::from_secs(15);

impl<'a> Call<'a> {
    pub(super) fn new(
        account: &'a Account,
        dossier: &'a Dossier,
        payment: &'a Payment,
        told: &'a Told<'a>,
    ) -> Self {
        Self {
            dossier,
            payment,
            account,
            told,
        }
    }

    pub(super) async fn ask(&self, setting: &Setting) -> Opened {
        let opening = self.opening(setting.clock.now());
        let Some(request) = self.account.gateway.open(&opening) else {
            let (gateway, method) = (&self.payment.gateway, self.told.method);
            return Opened::Refused(format!("{gateway} has no method {method}"));
        };
        let opened = match self.account.wire.send(&request, setting.until).await {
            Ok(response) => self
                .account
                .gateway
                .read_open(&opening, opening.now, &response),
            Err(Failure::OutOfTime) => return Opened::NoAnswer(silence(Failure::TimedOut)),
            Err(failure) => Opened::NoAnswer(silence(failure)),
        };
        tracing::debug!(label = %request.label, ?opened, "asked to open it");
        opened
    }

    /// So long after its beginning somebody may still wait for the answer.
    pub(super) fn lasts(&self, setting: &Setting) -> Duration {
        let request = self
            .account
            .gateway
            .open(&self.opening(setting.clock.now()));
        let patience = request.map(|request| self.account.wire.patience(&request));
        patience.unwrap_or_default() + MARGIN
    }

    fn opening(&self, now: Instant) -> Opening<'_> {
        let buyer = self.told.buyer;
        Opening {
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
