//! Redeeming tickets.

use super::engine::Reader;
use super::error::StoreError;
use super::permit::WritePermit;
use super::statements::audit::{Actor, Event, EventSubject};
use super::statements::tickets;
use super::writing::Store;
use crate::domain::operator::unredeem::{UnredeemRefusal, unredeem};
use crate::domain::{Instant, Reason, Redemption, Ticket, TicketCode, TicketState};

/// The result of redeeming a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Redeemed {
    /// It was valid and is now used.
    Now(Ticket),
    /// It was not valid; nothing was written.
    Not(Ticket),
}

impl Reader {
    /// What [`Store::redeem_ticket`] would do, without writing.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn preview_redeem(
        &self,
        code: &TicketCode,
        by: &str,
        now: Instant,
    ) -> Result<Option<Redeemed>, StoreError> {
        Ok(self.ticket(code)?.map(|ticket| match ticket.state() {
            TicketState::Good => Redeemed::Now(Ticket {
                redeemed: Some(Redemption {
                    at: now,
                    by: by.to_owned(),
                }),
                ..ticket
            }),
            TicketState::Redeemed | TicketState::Suspended | TicketState::Revoked => {
                Redeemed::Not(ticket)
            }
        }))
    }
}

impl Reader {
    /// What [`Store::unredeem_ticket`] would do, without writing.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn preview_unredeem(&self, code: &TicketCode) -> Result<Option<Unredeemed>, StoreError> {
        let Some(ticket) = self.ticket(code)? else {
            return Ok(None);
        };
        let Some(dossier) = self.dossier(ticket.order)? else {
            return Ok(None);
        };
        let good = Ticket {
            redeemed: None,
            ..ticket.clone()
        };
        Ok(Some(unredeem(&dossier, &ticket).map(|()| good)))
    }
}

/// The ticket, good again; or why it stays redeemed, and nothing was written.
pub type Unredeemed = Result<Ticket, UnredeemRefusal>;

impl Store {
    /// Makes a redeemed ticket good again. `None`: no ticket has this code.
    ///
    /// # Errors
    /// `Busy`, `Full`, `Denied`, `Corrupt`, `Engine`; nothing was written.
    pub fn unredeem_ticket(
        &self,
        permit: &WritePermit,
        code: &TicketCode,
        reason: &str,
        actor: Actor<'_>,
    ) -> Result<Option<Unredeemed>, StoreError> {
        self.transact(permit, |tx| {
            let Some(Ok(ticket)) = tx.preview_unredeem(code)? else {
                return tx.preview_unredeem(code);
            };
            tickets::unredeem(tx, ticket.id)?;
            let why = Reason::TicketUnredeemed {
                unit: ticket.unit.into(),
                sku: ticket.sku.clone(),
                words: reason.to_owned(),
            };
            let event = Event::new(EventSubject::HandedOut, &why).order(ticket.order);
            let from = TicketState::Redeemed.word();
            event
                .from(from)
                .to(TicketState::Good.word())
                .write(tx, actor)?;
            Ok(Some(Ok(ticket)))
        })
    }

    /// Redeems a ticket, once. `None`: no ticket has this code.
    ///
    /// # Errors
    /// `Busy`, `Full`, `Denied`, `Corrupt`, `Engine`; nothing was written.
    pub fn redeem_ticket(
        &self,
        permit: &WritePermit,
        code: &TicketCode,
        by: &str,
        actor: Actor<'_>,
    ) -> Result<Option<Redeemed>, StoreError> {
        self.transact(permit, |tx| {
            let is_redeemed = tickets::redeem(tx, code, by, actor)?;
            let Some(ticket) = tx.ticket(code)? else {
                return Ok(None);
            };
            if !is_redeemed {
                return Ok(Some(Redeemed::Not(ticket)));
            }
            let why = ticket.name();
            let event = Event::new(EventSubject::HandedOut, &why).order(ticket.order);
            event.to(TicketState::Redeemed.word()).write(tx, actor)?;
            Ok(Some(Redeemed::Now(ticket)))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{ImportPayment, ImportRecord, PaymentStatus, ProductUpdate};
    use crate::store::testing::{HOUR, NOW, Shop, order};
    use crate::store::{ImportOutcome, NewOrder, WriteReason};

    #[test]
    fn a_ticket_admits_at_only_one_door() {
        let mut shop = Shop::new();
        let promising = ProductUpdate {
            price: Some(crate::domain::Rupiah::from_db(0)),
            issues_tickets: Some(true),
            ..ProductUpdate::default()
        };
        shop.set("seat", &promising).unwrap();
        let new: NewOrder = order("INV-1", &[("seat", 2), ("seat", 1)]);
        shop.place(&new).unwrap();
        let tickets = shop.details("INV-1").tickets;
        let units: Vec<u32> = tickets.iter().map(|ticket| ticket.unit).collect();
        assert_eq!(units, [1, 2, 1]);

        let code = &tickets[0].code;
        let doors: Vec<Store> = (0..4).map(|_| shop.second_store()).collect();
        let let_in = |door: Store| {
            let permit = WritePermit::granted_by(WriteReason::NotDryRun);
            let by = Actor {
                actor: "operator:gate",
                now: NOW,
            };
            let redeemed = door.redeem_ticket(&permit, code, "gate", by).unwrap();
            matches!(redeemed, Some(Redeemed::Now(_)))
        };
        let answers: Vec<bool> = std::thread::scope(|scope| {
            let at_once: Vec<_> = doors
                .into_iter()
                .map(|door| scope.spawn(|| let_in(door)))
                .collect();
            at_once.into_iter().map(|one| one.join().unwrap()).collect()
        });
        assert_eq!(answers.iter().filter(|yes| **yes).count(), 1, "{answers:?}");
    }

    #[test]
    fn redeeming_does_what_its_preview_says() {
        let mut shop = Shop::new();
        let promising = ProductUpdate {
            price: Some(crate::domain::Rupiah::from_db(0)),
            issues_tickets: Some(true),
            ..ProductUpdate::default()
        };
        shop.set("seat", &promising).unwrap();
        shop.place(&order("INV-1", &[("seat", 1)])).unwrap();
        let known = shop.details("INV-1").tickets.remove(0).code;
        let by = Actor {
            actor: "operator:gate",
            now: NOW,
        };
        let unknown = TicketCode::of(0);
        for code in [&known, &known, &unknown] {
            let foreseen = shop.store.read().preview_redeem(code, "gate", NOW);
            let foreseen = foreseen.unwrap();
            let redeemed = shop.store.redeem_ticket(&shop.permit, code, "gate", by);
            assert_eq!(redeemed.unwrap(), foreseen);
        }
    }

    #[test]
    fn a_line_is_limited_to_its_tickets() {
        let mut shop = Shop::new();
        let tickets = |yes| ProductUpdate {
            price: Some(crate::domain::Rupiah::from_db(0)),
            issues_tickets: Some(yes),
            ..ProductUpdate::default()
        };
        let waiting = |number: &str, units| NewOrder {
            total: Some(crate::domain::Rupiah::from_db(1)),
            ..order(number, &[("seat", units)])
        };
        shop.set("seat", &tickets(false)).unwrap();
        shop.place(&waiting("INV-1", 1_001)).unwrap();
        // Orders placed before get no tickets.
        shop.place(&order("INV-2", &[("seat", 1_001)])).unwrap();
        shop.set("seat", &tickets(true)).unwrap();
        shop.set("seat", &tickets(true)).unwrap();

        let refused = shop.place(&order("INV-3", &[("seat", 1_001)])).unwrap_err();
        assert!(
            refused
                .to_string()
                .starts_with("seat: a line of a product with tickets can have at most")
        );
        shop.place(&order("INV-3", &[("seat", 1_000), ("seat", 1)]))
            .unwrap();
        assert_eq!(shop.count("tickets"), 1_001);
    }

    #[test]
    fn an_import_limits_tickets_unless_already_sold() {
        let mut shop = Shop::new();
        let tickets = ProductUpdate {
            price: Some(crate::domain::Rupiah::from_db(1)),
            issues_tickets: Some(true),
            ..ProductUpdate::default()
        };
        shop.set("seat", &tickets).unwrap();
        let record = |number: &str, status| ImportRecord {
            number: number.parse().unwrap(),
            total: None,
            lines: order(number, &[("seat", 1_001)]).lines,
            customer: Default::default(),
            notes: Default::default(),
            created_at: None,
            expires_at: None,
            payments: vec![ImportPayment {
                status: Some(status),
                ..ImportPayment::at("midtrans".parse().unwrap())
            }],
        };
        let records = [
            record("INV-1", PaymentStatus::Pending),
            record("INV-2", PaymentStatus::Paid),
        ];
        let defaults = crate::domain::ImportTimes {
            order_lifetime: HOUR,
            grace: std::time::Duration::from_secs(180),
        };
        let outcomes = shop
            .store
            .import_orders(&shop.permit, &records, defaults, NOW)
            .unwrap();
        assert!(
            matches!(&outcomes[0], ImportOutcome::Refused(why) if why.starts_with("seat: a line of a product with tickets"))
        );
        assert_eq!(outcomes[1], ImportOutcome::Imported);
    }
}
