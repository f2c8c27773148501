//! Writes the steps of opening a payment: the payment before its gateway is asked, and what the gateway returned.

use rusqlite::params;

use super::super::error::StoreError;
use super::super::events::{EventRecord, EventSubject};
use super::super::sql;
use super::{PlanWriter, require_hit};
use crate::domain::{OfferedPayment, OpeningStage, Payment, PaymentId, Reason, Rule, Rupiah};

impl PlanWriter<'_> {
    pub(super) fn open(&mut self, step: &OpeningStage) -> Result<(), StoreError> {
        match step {
            OpeningStage::Announce {
                payment,
                key,
                rule,
                why,
            } => self.record_intent(payment, key, *rule, why),
            OpeningStage::Present {
                payment,
                payable,
                imposed_fee,
                on_page,
                token,
                offer,
            } => {
                self.record_instructions(*payment, (*payable, *imposed_fee), offer)?;
                let page = params![on_page, token, payment];
                require_hit(self.change(sql!("keep_page"), page)?)
            }
        }
    }

    fn record_intent(
        &mut self,
        payment: &Payment,
        key: &str,
        rule: Rule,
        why: &Reason,
    ) -> Result<(), StoreError> {
        self.statement(sql!("add_gateway"))?
            .execute([&payment.gateway])?;
        let id = self.insert_payment(payment, None)?;
        require_hit(self.change(sql!("keep_key"), params![key, id])?)?;
        self.record_event(&EventRecord {
            payment: Some(id),
            to: Some(payment.status.word()),
            rule: Some(rule),
            ..self.event(EventSubject::Payment, why)
        })
    }

    fn record_instructions(
        &self,
        payment: PaymentId,
        (payable, imposed_fee): (Rupiah, Rupiah),
        offer: &OfferedPayment,
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
        require_hit(hit)
    }
}
