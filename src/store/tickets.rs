//! Issued tickets: listing and redeeming them.

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::connection::{Reader, Store};
use super::error::StoreError;
use super::events::{EventRecord, EventSubject, write_event};
use super::permit::WritePermit;
use super::update_order::Actor;
use super::{rows, sql};
use crate::domain::{
    HeldTicket, Instant, OrderId, OrderNumber, Redemption, Sku, Ticket, TicketCode, TicketId,
    TicketState, TicketTotals,
};

/// Which tickets a list shows. A field that is `None` does not filter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TicketFilter {
    pub order: Option<OrderNumber>,
    pub product: Option<Sku>,
}

/// The result of redeeming a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Redeemed {
    /// It was valid and is now used.
    Now(Ticket),
    /// It was not valid; nothing was written.
    Not(Ticket),
}

impl Reader {
    /// The ticket with this code.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn ticket(&self, code: &TicketCode) -> Result<Option<Ticket>, StoreError> {
        let mut statement = self.connection().prepare_cached(sql!("ticket_by_code"))?;
        Ok(statement.query_row([code], read).optional()?)
    }

    /// At most `limit` tickets in the order they were issued, starting after `after` or at the first.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn tickets_page(
        &self,
        filter: &TicketFilter,
        after: Option<TicketId>,
        limit: u32,
    ) -> Result<Vec<Ticket>, StoreError> {
        let after = after.unwrap_or(TicketId(0));
        if let Some(order) = &filter.order {
            let wanted = params![order, filter.product, after, limit];
            let mut statement = self
                .connection()
                .prepare_cached(sql!("tickets_page_of_order"))?;
            return Ok(statement
                .query_map(wanted, read)?
                .collect::<Result<_, _>>()?);
        }
        let mut statement = self.connection().prepare_cached(sql!("tickets_page"))?;
        let found = statement.query_map(params![filter.product, after, limit], read)?;
        Ok(found.collect::<Result<_, _>>()?)
    }

    /// The number of tickets of an order, by state.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn ticket_count(&self, order: OrderId) -> Result<TicketTotals, StoreError> {
        count(self.connection(), order)
    }

    /// At most `limit` tickets of an order, line by line.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn tickets_of_order(&self, order: OrderId, limit: u32) -> Result<Vec<Ticket>, StoreError> {
        let mut statement = self.connection().prepare_cached(sql!("tickets_of_order"))?;
        let found = statement.query_map(params![order, limit], read)?;
        Ok(found.collect::<Result<_, _>>()?)
    }
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

impl Store {
    /// Redeems a ticket, once. `None`: no ticket has this code.
    ///
    /// # Errors
    /// `Busy`, `Full`, `Denied`, `Corrupt`, `Engine`; nothing was written.
    pub fn redeem_ticket(
        &mut self,
        permit: &WritePermit,
        code: &TicketCode,
        by: &str,
        actor: Actor<'_>,
    ) -> Result<Option<Redeemed>, StoreError> {
        self.transact(permit, |transaction| {
            let redeemed = transaction
                .prepare_cached(sql!("redeem_ticket"))?
                .execute(params![actor.now, by, code])?;
            let found = transaction
                .prepare_cached(sql!("ticket_by_code"))?
                .query_row([code], read)
                .optional()?;
            let Some(ticket) = found else { return Ok(None) };
            if redeemed == 0 {
                return Ok(Some(Redeemed::Not(ticket)));
            }
            let why = ticket.name();
            let event = EventRecord {
                order: Some(ticket.order),
                payment: None,
                at: actor.now,
                actor: actor.actor,
                what: EventSubject::HandedOut,
                from: None,
                to: Some(TicketState::Redeemed.word()),
                rule: None,
                amount: None,
                why: &why,
            };
            write_event(transaction, &event)?;
            Ok(Some(Redeemed::Now(ticket)))
        })
    }
}

/// A ticket of an order, with what is needed to decide whether it can be revoked.
pub(super) fn held(
    connection: &Connection,
    order: OrderId,
    code: &TicketCode,
) -> Result<Option<HeldTicket>, StoreError> {
    let found = connection
        .prepare_cached(sql!("ticket_by_code"))?
        .query_row([code], read)
        .optional()?;
    let Some(ticket) = found.filter(|ticket| ticket.order == order) else {
        return Ok(None);
    };
    let frees_unit = connection
        .prepare_cached(sql!("ticket_frees_unit"))?
        .query_row([ticket.id], |row| row.get(0))?;
    Ok(Some(HeldTicket {
        good: count(connection, order)?.good,
        frees_unit,
        ticket,
    }))
}

fn count(connection: &Connection, order: OrderId) -> Result<TicketTotals, StoreError> {
    let mut statement = connection.prepare_cached(sql!("ticket_count"))?;
    Ok(statement.query_row([order], |row| {
        Ok(TicketTotals {
            good: rows::count(row, 0)?,
            redeemed: rows::count(row, 1)?,
            suspended: rows::count(row, 2)?,
            revoked: rows::count(row, 3)?,
        })
    })?)
}

/// Reads a ticket from the columns of `ticket_by_code.sql`.
fn read(row: &Row<'_>) -> rusqlite::Result<Ticket> {
    let redeemed = match row.get(10)? {
        Some(at) => Some(Redemption {
            at,
            by: row.get(11)?,
        }),
        None => None,
    };
    Ok(Ticket {
        id: row.get(0)?,
        code: row.get(1)?,
        order: row.get(2)?,
        order_number: row.get(3)?,
        sku: row.get(4)?,
        product_name: row.get(5)?,
        unit: row.get(6)?,
        issued_at: row.get(7)?,
        suspended_at: row.get(8)?,
        revoked_at: row.get(9)?,
        redeemed,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{ImportPayment, ImportRecord, PaymentStatus, ProductUpdate};
    use crate::store::orders::shop::{HOUR, NOW, StoreShop, order};
    use crate::store::{ImportOutcome, NewOrder, WriteReason};

    #[test]
    fn a_ticket_admits_at_only_one_door() {
        let mut shop = StoreShop::open();
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
        let let_in = |mut door: Store| {
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
        let mut shop = StoreShop::open();
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
        let mut shop = StoreShop::open();
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
        let mut shop = StoreShop::open();
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
