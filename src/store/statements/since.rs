//! What a file shows that was done since an instant: for the comparison of a restored file with the one that it replaced.

use crate::domain::{
    BankReference, EffectId, EffectKey, EffectStatus, GatewayName, HookName, HookOutput, Instant,
    OrderId, OrderNumber, OrderStatus, PaymentId, PaymentStatus, Reference, RefundId, RefundStatus,
    Rupiah, TicketCode, Trigger,
};
use crate::store::engine::{Reader, first, from_row, sql};
use crate::store::error::StoreError;

/// An effect that was done or tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LostEffect {
    pub id: EffectId,
    pub key: EffectKey,
    pub order_id: Option<OrderId>,
    pub order: Option<OrderNumber>,
    pub hook: HookName,
    pub occasion: Trigger,
    pub status: EffectStatus,
    pub moved_at: Instant,
    pub output: Option<HookOutput>,
}

/// A refund that was sent or done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LostRefund {
    pub id: RefundId,
    pub order: OrderNumber,
    pub amount: Rupiah,
    pub status: RefundStatus,
    pub moved_at: Instant,
    /// By which the shop's bank has sent it.
    pub bank_reference: Option<BankReference>,
}

/// A ticket that was issued or redeemed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LostTicket {
    pub code: TicketCode,
    pub order: OrderNumber,
    pub issued_at: Instant,
    pub redeemed_at: Option<Instant>,
}

/// A payment that was begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LostPayment {
    pub id: PaymentId,
    pub gateway: GatewayName,
    pub reference: Reference,
    pub method: Option<String>,
    pub status: PaymentStatus,
    pub created_at: Instant,
    pub order: OrderNumber,
}

/// An order that was placed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LostOrder {
    pub number: OrderNumber,
    pub status: OrderStatus,
    pub created_at: Instant,
}

/// Everything that one file shows since an instant and another does not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LostWork {
    pub effects: Vec<LostEffect>,
    pub refunds: Vec<LostRefund>,
    pub tickets: Vec<LostTicket>,
    pub payments: Vec<LostPayment>,
    pub orders: Vec<LostOrder>,
}

/// Rows without a limit, because what is left out could be done twice.
const ALL: i64 = i64::MAX;

impl Reader {
    /// What this file shows that was done since an instant, and `restored` does not show.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn work_missing_in(&self, restored: &Self, since: Instant) -> Result<LostWork, StoreError> {
        let _one_moment = self.snapshot()?;
        let mut work = self.work_since(since)?;
        keep_if(&mut work.effects, |effect| {
            let here = restored.effect_standing(&effect.key)?;
            Ok(here != Some(effect.status) && here != Some(EffectStatus::Done))
        })?;
        keep_if(&mut work.refunds, |refund| {
            let number = &refund.order;
            let here = restored.one(
                sql!("refund_standing"),
                &[&refund.id, number],
                first::<RefundStatus>,
            )?;
            Ok(here != Some(refund.status) && here != Some(RefundStatus::Done))
        })?;
        keep_if(&mut work.tickets, |ticket| {
            let here = restored.one(sql!("ticket_standing"), &[&ticket.code], first::<bool>)?;
            Ok(here.is_none_or(|is_redeemed| ticket.redeemed_at.is_some() && !is_redeemed))
        })?;
        keep_if(&mut work.payments, |payment| {
            Ok(!restored.reference_exists(&payment.gateway, &payment.reference)?)
        })?;
        keep_if(&mut work.orders, |order| {
            Ok(!restored.exists(sql!("order_by_number"), &[&order.number])?)
        })?;
        Ok(work)
    }

    fn work_since(&self, since: Instant) -> Result<LostWork, StoreError> {
        Ok(LostWork {
            effects: self.all(sql!("since_effects"), &[&since, &ALL], |row| {
                Ok(from_row!(row => LostEffect {
                    id, key, order_id, order: "number", hook, occasion, status, moved_at,
                    output = {
                        let text: Option<String> = row.get("output")?;
                        let is_cut = row.get("output_cut")?;
                        text.map(|text| HookOutput::kept(text, is_cut))
                    },
                }))
            })?,
            refunds: self.all(sql!("since_refunds"), &[&since, &ALL], |row| {
                Ok(from_row!(row => LostRefund {
                    id, order: "number", amount, status, moved_at, bank_reference,
                }))
            })?,
            tickets: self.all(sql!("since_tickets"), &[&since, &ALL], |row| {
                Ok(from_row!(row => LostTicket { code, order: "number", issued_at, redeemed_at }))
            })?,
            payments: self.all(sql!("since_payments"), &[&since, &ALL], |row| {
                Ok(from_row!(row => LostPayment {
                    id, gateway, reference, method, status, created_at, order: "number",
                }))
            })?,
            orders: self.all(sql!("since_orders"), &[&since, &ALL], |row| {
                Ok(from_row!(row => LostOrder { number, status, created_at }))
            })?,
        })
    }
}

fn keep_if<T>(
    all: &mut Vec<T>,
    is_lost: impl Fn(&T) -> Result<bool, StoreError>,
) -> Result<(), StoreError> {
    let mut lost = Vec::new();
    for one in all.drain(..) {
        if is_lost(&one)? {
            lost.push(one);
        }
    }
    *all = lost;
    Ok(())
}
