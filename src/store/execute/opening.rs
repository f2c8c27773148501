//! Writes the steps of opening a payment: the payment before its gateway is asked, and what the gateway returned.

use rusqlite::params;

use super::super::error::StoreError;
use super::super::events::{Event, What};
use super::super::sql;
use super::{Writer, must_hit};
use crate::domain::money::Rupiah;
use crate::domain::names::PaymentId;
use crate::domain::opening::{Offer, Step};
use crate::domain::payment::Payment;
use crate::domain::rule::Rule;

impl Writer<'_> {
    pub(super) fn open(&mut self, step: &Step) -> Result<(), StoreError> {
        match step {
            Step::Announce {
                payment,
                key,
                rule,
                why,
            } => self.announce(payment, key, *rule, why),
            Step::Present {
                payment,
                payable,
                imposed_fee,
                on_page,
                token,
                offer,
            } => {
                self.present(*payment, (*payable, *imposed_fee), offer)?;
                let page = params![on_page, token, payment];
                must_hit(self.change(sql!("keep_page"), page)?)
            }
        }
    }

    fn announce(
        &mut self,
        payment: &Payment,
        key: &str,
        rule: Rule,
        why: &str,
    ) -> Result<(), StoreError> {
        self.statement(sql!("add_gateway"))?
            .execute([&payment.gateway])?;
        let id = self.insert_payment(payment, None)?;
        must_hit(self.change(sql!("keep_key"), params![key, id])?)?;
        self.tell(&Event {
            payment: Some(id),
            to: Some(payment.status.word()),
            rule: Some(rule),
            ..self.event(What::Payment, why)
        })
    }

    fn present(
        &self,
        payment: PaymentId,
        (payable, imposed_fee): (Rupiah, Rupiah),
        offer: &Offer,
    ) -> Result<(), StoreError> {
        let hit = self.change(
            sql!("keep_offer"),
            params![
                payable,
                offer.fee,
                offer.page_url,
                offer.qr_text,
                offer.number,
                imposed_fee,
                payment
            ],
        )?;
        must_hit(hit)
    }
}
