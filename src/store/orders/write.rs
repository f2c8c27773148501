//! Writes a new order with everything that belongs to it, in the caller's transaction.

use std::collections::{BTreeMap, HashMap, HashSet};

use rusqlite::{Connection, OptionalExtension, params};

use super::super::error::StoreError;
use super::super::named_attempts::adopt;
use super::super::random::secret_bits;
use super::super::sql;
use super::PlaceError;
use crate::domain::entitlement::ticket::MAX_UNITS;
use crate::domain::{
    Customer, GatewayName, ImportLine, OrderId, OrderLine, OrderNumber, OrderStatus, Payment,
    PaymentId, RegisteredPayment, Registration, Reservation, Rupiah, Sku,
};

/// The written order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::store) struct WriteResult {
    pub(in crate::store) id: OrderId,
    /// In the order of the registration.
    pub(in crate::store) payments: Vec<PaymentId>,
}

/// What an order needs to know about a product.
#[derive(Debug, Clone, Copy)]
struct ProductRef {
    id: i64,
    price: Rupiah,
    issues_tickets: bool,
}

/// The products and gateways seen so far in one transaction; nobody else can change them meanwhile.
#[derive(Debug, Default)]
pub(in crate::store) struct ProductCache {
    products: HashMap<Sku, ProductRef>,
    gateways: HashSet<GatewayName>,
}

impl ProductCache {
    /// The unit price of each line: as given, otherwise the product's price.
    pub(in crate::store) fn prices(
        &mut self,
        connection: &Connection,
        lines: &[ImportLine],
    ) -> Result<Vec<Rupiah>, PlaceError> {
        lines
            .iter()
            .map(|line| {
                let known = self.product(connection, &line.sku)?;
                Ok(line.unit_price.unwrap_or(known.price))
            })
            .collect()
    }

    fn product(&mut self, connection: &Connection, sku: &Sku) -> Result<ProductRef, PlaceError> {
        if let Some(known) = self.products.get(sku) {
            return Ok(*known);
        }
        let found = connection
            .prepare_cached(sql!("product_for_order"))?
            .query_row([sku], |row| {
                Ok(ProductRef {
                    id: row.get(0)?,
                    price: row.get(1)?,
                    issues_tickets: row.get(2)?,
                })
            })
            .optional()?
            .ok_or_else(|| PlaceError::UnknownProduct(sku.clone()))?;
        self.products.insert(sku.clone(), found);
        Ok(found)
    }

    /// Writes the gateway even if the order around it is refused. The catalogue remembers only committed gateways.
    pub(in crate::store) fn know_gateway(
        &mut self,
        connection: &Connection,
        name: &GatewayName,
    ) -> Result<(), StoreError> {
        if !self.gateways.contains(name) {
            connection
                .prepare_cached(sql!("add_gateway"))?
                .execute([name])?;
        }
        Ok(())
    }

    /// Remembers the gateways of a committed order.
    pub(in crate::store) fn remember_gateways(&mut self, registration: &Registration) {
        for registered in &registration.payments {
            if !self.gateways.contains(&registered.payment.gateway) {
                self.gateways.insert(registered.payment.gateway.clone());
            }
        }
    }
}

/// Writes an order as registered, and reserves its stock.
pub(in crate::store) fn write(
    connection: &Connection,
    catalogue: &mut ProductCache,
    registration: &Registration,
    customer: &Customer,
    import_digest: Option<&str>,
) -> Result<WriteResult, PlaceError> {
    take_stock(connection, catalogue, &registration.lines)?;
    let customer = customer_id(connection, customer)?;
    let order = &registration.order;
    let id: OrderId = connection.prepare_cached(sql!("add_order"))?.query_row(
        params![
            order.number,
            customer,
            order.status,
            order.total,
            order.created_at,
            order.expires_at,
            registration.moved_at,
            session_token()?,
            import_digest,
            order.version,
        ],
        |row| row.get(0),
    )?;
    for line in &registration.lines {
        let product = catalogue.product(connection, &line.sku)?;
        refuse_tickets(product, line)?;
        connection
            .prepare_cached(sql!("add_order_line"))?
            .execute(params![
                id,
                line.quantity,
                line.unit_price,
                line.reservation,
                product.id
            ])?;
    }
    let mut payments = Vec::with_capacity(registration.payments.len());
    for registered in &registration.payments {
        catalogue.know_gateway(connection, &registered.payment.gateway)?;
        payments.push(add_payment(connection, id, registered)?);
    }
    if order.status != OrderStatus::Pending && !payments.is_empty() {
        connection
            .prepare_cached(sql!("mark_must_close"))?
            .execute([id])?;
    }
    Ok(WriteResult { id, payments })
}

/// Units that were sold elsewhere get no tickets here.
fn refuse_tickets(product: ProductRef, line: &OrderLine) -> Result<(), PlaceError> {
    let may_be_sold = line.reservation != Reservation::Sold;
    if product.issues_tickets && may_be_sold && line.quantity > MAX_UNITS {
        return Err(PlaceError::TooManyTickets {
            sku: line.sku.clone(),
            wanted: line.quantity,
        });
    }
    Ok(())
}

/// Reserves all lines or none. Lines of one product are counted together, so that a refusal names the full quantity.
fn take_stock(
    connection: &Connection,
    catalogue: &mut ProductCache,
    lines: &[OrderLine],
) -> Result<(), PlaceError> {
    let mut wanted: BTreeMap<(&Sku, Reservation), i64> = BTreeMap::new();
    for line in lines {
        *wanted.entry((&line.sku, line.reservation)).or_default() += i64::from(line.quantity);
    }
    for ((sku, reservation), wanted) in wanted {
        let statement = match reservation {
            Reservation::Held => sql!("stock_hold"),
            Reservation::Sold => sql!("stock_take"),
            Reservation::Released | Reservation::Returned => continue,
        };
        let product = catalogue.product(connection, sku)?.id;
        let taken = connection
            .prepare_cached(statement)?
            .execute(params![wanted, product])?;
        if taken == 0 {
            let left: Option<i64> = connection
                .prepare_cached(sql!("stock_left"))?
                .query_row([product], |row| row.get(0))?;
            return Err(PlaceError::NoStock {
                sku: sku.clone(),
                wanted,
                left: left.unwrap_or_default(),
            });
        }
    }
    Ok(())
}

/// A customer who can be told apart from others is stored once.
fn customer_id(connection: &Connection, customer: &Customer) -> Result<Option<i64>, StoreError> {
    if customer.is_unknown() {
        return Ok(None);
    }
    let told = params![customer.email, customer.phone, customer.name];
    if customer.identifies_a_person() {
        let known = connection
            .prepare_cached(sql!("find_customer"))?
            .query_row(told, |row| row.get(0))
            .optional()?;
        if known.is_some() {
            return Ok(known);
        }
    }
    let mut statement = connection.prepare_cached(sql!("add_customer"))?;
    Ok(Some(statement.query_row(told, |row| row.get(0))?))
}

/// With this token, its holder may see the order.
fn session_token() -> Result<String, StoreError> {
    Ok(format!("{:032x}", secret_bits()?))
}

pub(in crate::store) fn add_payment(
    connection: &Connection,
    order: OrderId,
    registered: &RegisteredPayment,
) -> Result<PaymentId, PlaceError> {
    let payment = &registered.payment;
    let owner: Option<OrderNumber> = connection
        .prepare_cached(sql!("reference_owner"))?
        .query_row(params![payment.gateway, payment.reference], |row| {
            row.get(0)
        })
        .optional()?;
    if let Some(order) = owner {
        return Err(PlaceError::ReferenceTaken {
            gateway: payment.gateway.clone(),
            reference: payment.reference.clone(),
            order,
        });
    }
    require_new(connection, payment)?;
    let mut statement = connection.prepare_cached(sql!("add_shop_payment"))?;
    let id = statement.query_row(
        params![
            order,
            payment.gateway,
            payment.reference,
            payment.origin,
            payment.status,
            payment.amount,
            registered.fee,
            payment.payable,
            payment.method,
            payment.on_page,
            payment.token,
            registered.created_at,
            payment.deadline,
            payment.moved_at,
            payment.seen,
            payment.received,
            payment.surcharge,
            payment.received_at,
            payment.schedule.phase,
            payment.schedule.next_check_at,
            payment.version,
            payment.transaction_id,
            payment.api_version,
        ],
        |row| row.get(0),
    )?;
    adopt(connection, id, payment)?;
    Ok(id)
}

/// One transaction at a gateway pays one order.
fn require_new(connection: &Connection, payment: &Payment) -> Result<(), PlaceError> {
    let Some(id) = &payment.transaction_id else {
        return Ok(());
    };
    let owner: Option<OrderNumber> = connection
        .prepare_cached(sql!("transaction_owner"))?
        .query_row(params![payment.gateway, id], |row| row.get(0))
        .optional()?;
    match owner {
        None => Ok(()),
        Some(order) => Err(PlaceError::TransactionTaken {
            gateway: payment.gateway.clone(),
            id: id.clone(),
            order,
        }),
    }
}
