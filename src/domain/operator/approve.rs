//! P20: a person approves money received outside the gateways.
//!
//! It becomes a payment of its own, so that it never hides real money at a gateway.

use crate::domain::decide::apply_verdicts::settle;
use crate::domain::{
    BankTransfer, Change, Dossier, FreeStock, GatewayName, Instant, OrderStatus, Payment,
    PaymentId, PaymentOrigin, PaymentStatus, PlanBuilder, Reason, Reference, Rule, Rupiah,
    Schedule, TransactionId, TransferPart, UniqueAmount, reasons,
};
use crate::faults::planted;

/// A person's approval.
#[derive(Debug, Clone, Copy)]
pub struct Approval<'a> {
    /// `None`: the requested unique amount, or else the missing amount.
    pub amount: Option<Rupiah>,
    /// By what the bank knows it; none for cash, say.
    pub transfer: Option<&'a BankTransfer>,
    pub part: TransferShare,
    pub reason: &'a str,
    pub now: Instant,
}

/// Whether the transfer is for this order alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransferShare {
    Whole,
    /// The first of several orders that it pays.
    First,
    Further,
}

reasons! {
    /// Why an approval was refused.
    pub enum ApprovalRefusal {
        NothingMissing(status: OrderStatus) = "approval_nothing_missing",
        NoMoney = "approval_no_money",
        Beyond(status: OrderStatus) = "approval_beyond",
        Approved { payment: PaymentId, amount: Rupiah } = "approval_approved",
        Dead(status: OrderStatus) = "approval_dead",
        StockGone = "approval_stock_gone",
        NotEnough { amount: Rupiah, missing: Rupiah } = "approval_not_enough",
    }
}

impl std::error::Error for ApprovalRefusal {}

/// Books the money and judges the order. Returns the amount.
///
/// # Errors
/// As [`ApprovalRefusal`] says.
pub fn approve(
    dossier: Dossier,
    approval: &Approval<'_>,
) -> Result<(Rupiah, Vec<Change>), ApprovalRefusal> {
    let amount = amount(&dossier, approval)?;
    if planted!(ApproveNothing) {
        return Ok((amount, Vec::new()));
    }
    let addition = asked(&dossier).filter(|asked| asked.amount == amount);
    let addition = addition.map_or(Rupiah::ZERO, |asked| {
        asked.amount.saturating_sub(asked.price)
    });
    let payment = payment(&dossier, approval, amount, addition);
    let mut draft = PlanBuilder::of(dossier);
    if draft.dossier.order.status == OrderStatus::Expired {
        // A person accepts late money whatever the products say.
        draft.dossier.stock = FreeStock::ForLateMoney;
    }
    let transfer = approval.transfer.map(|transfer| TransferPart {
        transfer: transfer.clone(),
        is_further: approval.part == TransferShare::Further,
    });
    draft.receive(
        payment,
        transfer,
        Rule::P20,
        Reason::operator(approval.reason),
    );
    settle(&mut draft);
    Ok((amount, draft.changes))
}

/// What the order is asked for by hand, while that is for what is missing. Its addition is the customer's to bear: by it
/// the money is known, and nothing is covered.
fn asked(dossier: &Dossier) -> Option<UniqueAmount> {
    let missing = dossier.missing();
    dossier.asked.filter(|asked| asked.price == missing)
}

/// The amount to book, if allowed.
fn amount(dossier: &Dossier, approval: &Approval<'_>) -> Result<Rupiah, ApprovalRefusal> {
    let status = dossier.order.status;
    let missing = dossier.missing();
    // Who pays several orders in one has not used the amount that was asked for one of them.
    let asked = asked(dossier).filter(|_| approval.part == TransferShare::Whole);
    let asked = asked.map(|asked| asked.amount);
    let amount = approval.amount.or(asked).unwrap_or(missing);
    match status {
        OrderStatus::Cancelled | OrderStatus::Refunded => {
            return Err(ApprovalRefusal::Dead(status));
        }
        OrderStatus::Expired if dossier.stock == FreeStock::Gone => {
            return Err(ApprovalRefusal::StockGone);
        }
        OrderStatus::Expired if amount < missing => {
            return Err(ApprovalRefusal::NotEnough { amount, missing });
        }
        OrderStatus::Pending
        | OrderStatus::Paid
        | OrderStatus::Fulfilled
        | OrderStatus::Expired => {}
    }
    if approval.amount.is_none() && missing == Rupiah::ZERO {
        return Err(ApprovalRefusal::NothingMissing(status));
    }
    if amount == Rupiah::ZERO {
        return Err(ApprovalRefusal::NoMoney);
    }
    if approval.transfer.is_none() {
        refuse_what_may_be_the_same(dossier, amount, missing)?;
    }
    Ok(amount)
}

/// Without a bank reference, the same amount approved twice counts as the same money.
fn refuse_what_may_be_the_same(
    dossier: &Dossier,
    amount: Rupiah,
    missing: Rupiah,
) -> Result<(), ApprovalRefusal> {
    let is_same = |payment: &&Payment| {
        let is_nameless = payment
            .transaction_id
            .as_ref()
            .map(Reference::from)
            .as_ref()
            == Some(&payment.reference);
        payment.gateway.is_manual()
            && payment.status == PaymentStatus::Paid
            && is_nameless
            && payment.received == amount
    };
    if let Some(payment) = dossier.payments.iter().find(is_same) {
        let payment = payment.id;
        return Err(ApprovalRefusal::Approved { payment, amount });
    }
    if missing == Rupiah::ZERO {
        return Err(ApprovalRefusal::Beyond(dossier.order.status));
    }
    Ok(())
}

fn payment(
    dossier: &Dossier,
    approval: &Approval<'_>,
    amount: Rupiah,
    addition: Rupiah,
) -> Payment {
    let payments = dossier.payments.iter();
    let earlier = payments.filter(|payment| payment.gateway.is_manual());
    let id = TransactionId::of_approval(&dossier.order.number, earlier.count() + 1);
    let reference = approval.transfer.map_or_else(
        || Reference::from(&id),
        |transfer| Reference::from(&transfer.reference),
    );
    Payment {
        transaction_id: Some(id),
        status: PaymentStatus::Paid,
        payable: amount,
        seen: true,
        received: amount,
        surcharge: addition,
        received_at: Some(approval.now),
        schedule: Schedule::never(),
        ..Payment::new(
            PaymentOrigin::Payctl,
            dossier.order.id,
            GatewayName::manual(),
            reference,
            amount.saturating_sub(addition),
            approval.now,
            approval.now,
        )
    }
}

#[cfg(test)]
mod tests;
