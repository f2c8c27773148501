//! Writes a new order with everything that belongs to it, in the caller's transaction.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::customers::customer_id;
use super::gateways;
use super::named_attempts::adopt;
use super::plan::mark_must_close;
use super::search_terms::remember_order;
use crate::domain::entitlement::ticket::MAX_UNITS;
use crate::domain::{
    Customer, GatewayName, ImportLine, ImportRefusal, OrderId, OrderLine, OrderNumber, OrderStatus,
    Payment, PaymentId, Reference, RegisteredPayment, Registration, Reservation, Rupiah, Sku,
    TransactionId,
};
use crate::store::engine::{Tx, first, from_row, sql};
use crate::store::error::StoreError;
use crate::store::random::secret_bits;

/// Why an order was not placed; nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum PlaceError {
    #[error("{sku}: {wanted} wanted, {left} left")]
    NoStock { sku: Sku, wanted: i64, left: i64 },
    #[error(
        "{sku}: a line of a product with tickets can have at most {MAX_UNITS} units, not {wanted}; use several lines"
    )]
    TooManyTickets { sku: Sku, wanted: u32 },
    #[error("no product has the sku {0}; make it first")]
    UnknownProduct(Sku),
    #[error("the number {0} is taken")]
    NumberTaken(OrderNumber),
    #[error("the number {0} is taken by an order with other content")]
    OtherContent(OrderNumber),
    #[error("{gateway} already knows the reference {reference} as a payment of {order}")]
    ReferenceTaken {
        gateway: GatewayName,
        reference: Reference,
        order: OrderNumber,
    },
    #[error("{gateway} already knows the transaction {id} as a payment of {order}")]
    TransactionTaken {
        gateway: GatewayName,
        id: TransactionId,
        order: OrderNumber,
    },
    #[error(transparent)]
    Refused(#[from] ImportRefusal),
    // Not transparent: a failure's hint and exit are found by this cause.
    #[error("{0}")]
    Store(#[from] StoreError),
}

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
        tx: &Tx<'_>,
        lines: &[ImportLine],
    ) -> Result<Vec<Rupiah>, PlaceError> {
        lines
            .iter()
            .map(|line| {
                let known = self.product(tx, &line.sku)?;
                Ok(line.unit_price.unwrap_or(known.price))
            })
            .collect()
    }

    fn product(&mut self, tx: &Tx<'_>, sku: &Sku) -> Result<ProductRef, PlaceError> {
        if let Some(known) = self.products.get(sku) {
            return Ok(*known);
        }
        let found = tx.one(sql!("product_for_order"), &[&sku], |row| {
            Ok(from_row!(row => ProductRef { id, price, issues_tickets }))
        })?;
        let found = found.ok_or_else(|| PlaceError::UnknownProduct(sku.clone()))?;
        self.products.insert(sku.clone(), found);
        Ok(found)
    }

    /// Writes the gateway even if the order around it is refused. The catalogue remembers only committed gateways.
    pub(in crate::store) fn know_gateway(
        &mut self,
        tx: &Tx<'_>,
        name: &GatewayName,
    ) -> Result<(), StoreError> {
        if !self.gateways.contains(name) {
            gateways::add(tx, name)?;
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
    tx: &Tx<'_>,
    catalogue: &mut ProductCache,
    registration: &Registration,
    customer: &Customer,
    import_digest: Option<&str>,
) -> Result<WriteResult, PlaceError> {
    take_stock(tx, catalogue, &registration.lines)?;
    let customer = customer_id(tx, customer)?;
    let order = &registration.order;
    let id: OrderId = tx.insert(
        sql!("add_order"),
        &[
            &order.number,
            &customer,
            &order.status,
            &order.total,
            &order.created_at,
            &order.expires_at,
            &registration.moved_at,
            &session_token()?,
            &import_digest,
            &order.version,
        ],
    )?;
    remember_order(tx, id, &order.number)?;
    for line in &registration.lines {
        let product = catalogue.product(tx, &line.sku)?;
        refuse_tickets(product, line)?;
        tx.exec(
            sql!("add_order_line"),
            &[
                &id,
                &line.quantity,
                &line.unit_price,
                &line.reservation,
                &product.id,
            ],
        )?;
    }
    let mut payments = Vec::with_capacity(registration.payments.len());
    for registered in &registration.payments {
        catalogue.know_gateway(tx, &registered.payment.gateway)?;
        payments.push(add_payment(tx, id, registered)?);
    }
    if order.status != OrderStatus::Pending && !payments.is_empty() {
        mark_must_close(tx, id)?;
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
    tx: &Tx<'_>,
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
        let product = catalogue.product(tx, sku)?.id;
        let taken = tx.exec(statement, &[&wanted, &product])?;
        if taken == 0 {
            let left: Option<i64> = tx.only(sql!("stock_left"), &[&product], first)?;
            return Err(PlaceError::NoStock {
                sku: sku.clone(),
                wanted,
                left: left.unwrap_or_default(),
            });
        }
    }
    Ok(())
}

/// With this token, its holder may see the order.
fn session_token() -> Result<String, StoreError> {
    Ok(format!("{:032x}", secret_bits()?))
}

pub(in crate::store) fn add_payment(
    tx: &Tx<'_>,
    order: OrderId,
    registered: &RegisteredPayment,
) -> Result<PaymentId, PlaceError> {
    let payment = &registered.payment;
    let owner: Option<OrderNumber> = tx.one(
        sql!("reference_owner"),
        &[&payment.gateway, &payment.reference],
        first,
    )?;
    if let Some(order) = owner {
        return Err(PlaceError::ReferenceTaken {
            gateway: payment.gateway.clone(),
            reference: payment.reference.clone(),
            order,
        });
    }
    require_new(tx, payment)?;

    let id = tx.insert(
        sql!("add_shop_payment"),
        &[
            &order,
            &payment.gateway,
            &payment.reference,
            &payment.origin,
            &payment.status,
            &payment.amount,
            &registered.fee,
            &payment.payable,
            &payment.method,
            &payment.on_page,
            &payment.token,
            &registered.created_at,
            &payment.deadline,
            &payment.moved_at,
            &payment.seen,
            &payment.received,
            &payment.surcharge,
            &payment.received_at,
            &payment.schedule.phase,
            &payment.schedule.next_check_at,
            &payment.version,
            &payment.transaction_id,
            &payment.api_version,
        ],
    )?;
    adopt(tx, id, payment)?;
    Ok(id)
}

/// One transaction at a gateway pays one order.
fn require_new(tx: &Tx<'_>, payment: &Payment) -> Result<(), PlaceError> {
    let Some(id) = &payment.transaction_id else {
        return Ok(());
    };
    let owner: Option<OrderNumber> =
        tx.one(sql!("transaction_owner"), &[&payment.gateway, &id], first)?;
    match owner {
        None => Ok(()),
        Some(order) => Err(PlaceError::TransactionTaken {
            gateway: payment.gateway.clone(),
            id: id.clone(),
            order,
        }),
    }
}
