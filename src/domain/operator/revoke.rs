//! O18: one ticket of a sold order is taken back, and its order stays.

use crate::domain::decide::apply_verdicts::settle;
use crate::domain::{
    Change, Dossier, Instant, OrderStatus, Payment, PaymentId, PaymentStatus, PlanBuilder, Reason,
    RefundReason, RevokedTicket, Rule, Rupiah, Ticket, TicketState, reasons,
};

/// A ticket, and what is decided by beside its order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldTicket {
    pub ticket: Ticket,
    /// How many tickets of its order are good, with this one.
    pub good: u64,
    /// Its unit is sold, and can be sold again.
    pub frees_unit: bool,
}

reasons! {
    /// Why a ticket is not taken back.
    pub enum TicketRevokeRefusal {
        AlreadyRevoked(since: Instant) = "ticket_already_revoked",
        Redeemed { at: Instant, by: String } = "ticket_redeemed",
        Suspended = "ticket_suspended",
        NotSold(status: OrderStatus) = "ticket_not_sold",
        LastGood = "ticket_last_good",
        NoRefund(amount: Rupiah) = "ticket_no_refund",
        TooMuch { amount: Rupiah, received: Rupiah, gone: Rupiah } = "ticket_too_much",
    }
}

impl std::error::Error for TicketRevokeRefusal {}

/// Takes a ticket back, and owes what of its order's money is to go back with it.
///
/// # Errors
/// As [`TicketRevokeRefusal`] says.
pub fn revoke(
    dossier: Dossier,
    held: &HeldTicket,
    refund: Option<Rupiah>,
    reason: &str,
) -> Result<Vec<Change>, TicketRevokeRefusal> {
    require_valid(&held.ticket)?;
    match dossier.order.status {
        OrderStatus::Paid | OrderStatus::Fulfilled => {}
        status @ (OrderStatus::Pending
        | OrderStatus::Expired
        | OrderStatus::Cancelled
        | OrderStatus::Refunded) => return Err(TicketRevokeRefusal::NotSold(status)),
    }
    if held.good <= 1 {
        return Err(TicketRevokeRefusal::LastGood);
    }
    let owed = match refund {
        Some(amount) => shares(&dossier, amount)?,
        None => Vec::new(),
    };
    let why = Reason::TicketRevoked {
        unit: held.ticket.unit.into(),
        sku: held.ticket.sku.clone(),
        words: reason.to_owned(),
    };
    let mut draft = PlanBuilder::of(dossier);
    draft.revoke_ticket(RevokedTicket {
        id: held.ticket.id,
        frees_unit: held.frees_unit,
        rule: Rule::O18,
        name: held.ticket.name(),
    });
    // What a person has written stands apart: it can be forgotten with its customer.
    draft.changes.push(Change::Note {
        rule: Rule::O18,
        why: why.clone(),
    });
    for (payment, amount) in owed {
        draft.record_refund_due(
            payment,
            amount,
            RefundReason::Person,
            Rule::O18,
            why.clone(),
        );
    }
    settle(&mut draft);
    Ok(draft.changes)
}

fn require_valid(ticket: &Ticket) -> Result<(), TicketRevokeRefusal> {
    if let Some(redeemed) = &ticket.redeemed {
        let (at, by) = (redeemed.at, redeemed.by.clone());
        return Err(TicketRevokeRefusal::Redeemed { at, by });
    }
    if let Some(at) = ticket.revoked_at {
        return Err(TicketRevokeRefusal::AlreadyRevoked(at));
    }
    match ticket.state() {
        TicketState::Suspended => Err(TicketRevokeRefusal::Suspended),
        TicketState::Good | TicketState::Redeemed | TicketState::Revoked => Ok(()),
    }
}

/// By which payments an amount goes back: from the one with the most left, so that as few as possible are used up.
fn shares(
    dossier: &Dossier,
    amount: Rupiah,
) -> Result<Vec<(PaymentId, Rupiah)>, TicketRevokeRefusal> {
    if amount == Rupiah::ZERO {
        return Err(TicketRevokeRefusal::NoRefund(amount));
    }
    let counting: Vec<&Payment> = dossier
        .payments
        .iter()
        .filter(|payment| payment.status == PaymentStatus::Paid)
        .collect();
    let received: Rupiah = counting.iter().map(|payment| payment.received).sum();
    let gone: Rupiah = counting
        .iter()
        .map(|payment| refunded_or_due(dossier, payment))
        .sum();
    let mut left: Vec<(PaymentId, Rupiah)> = counting
        .iter()
        .map(|payment| {
            (
                payment.id,
                payment
                    .received
                    .saturating_sub(refunded_or_due(dossier, payment)),
            )
        })
        .collect();
    left.sort_by_key(|(id, left)| (std::cmp::Reverse(*left), *id));
    let most: Rupiah = left.iter().map(|(_, left)| *left).sum();
    if amount > most.min(received.saturating_sub(gone)) {
        return Err(TicketRevokeRefusal::TooMuch {
            amount,
            received,
            gone,
        });
    }
    let mut rest = amount;
    let mut shares = Vec::new();
    for (payment, left) in left {
        let share = rest.min(left);
        if share > Rupiah::ZERO {
            shares.push((payment, share));
        }
        rest = rest.saturating_sub(share);
    }
    Ok(shares)
}

/// What has gone back of a payment, or is due to; also what no refund here knows of.
fn refunded_or_due(dossier: &Dossier, payment: &Payment) -> Rupiah {
    let of_it = |is_fact: bool| -> Rupiah {
        let refunds = dossier.refunds.iter().filter(|refund| {
            let status = refund.status;
            refund.payment == payment.id && status.counts_as_gone() && status.is_fact() == is_fact
        });
        refunds.map(|refund| refund.amount).sum()
    };
    of_it(true).max(payment.refunded) + of_it(false) + payment.charged_back
}

#[cfg(test)]
mod tests;
