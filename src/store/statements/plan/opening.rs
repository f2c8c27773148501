//! Writes the steps of opening a payment: the payment before its gateway is asked, and what the gateway returned.

use super::super::audit::EventSubject;
use super::super::gateways;
use super::PlanWriter;
use crate::domain::{OpeningStage, Payment, Reason, Rule};
use crate::store::engine::sql;
use crate::store::error::StoreError;

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
                self.tx.change(
                    sql!("keep_offer"),
                    &[
                        payable,
                        &offer.fee,
                        &offer.page_url,
                        &offer.qr_text,
                        &offer.number,
                        imposed_fee,
                        payment,
                    ],
                )?;
                self.tx
                    .change(sql!("keep_page"), &[on_page, token, payment])
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
        gateways::add(self.tx, &payment.gateway)?;
        let id = self.insert_payment(payment, None)?;
        self.tx.change(sql!("keep_key"), &[&key, &id])?;
        let event = self.event(EventSubject::Payment, why).payment(id);
        self.record(event.to(payment.status.word()).rule(rule))
    }
}
