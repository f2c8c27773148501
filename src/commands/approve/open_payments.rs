//! P27: payments that are still open at a gateway while an operator books money. They are shown, closed and queried.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use super::super::accounts::pool;
use super::super::polling_run::keep_health;
use super::super::runtime::block_on;
use super::ApproveArgs;
use super::row::ApproveAction;
use crate::clock::Clock;
use crate::commands::Context;
use crate::domain::read::payable::{obstacles, paid_since, payable, received_by_payment};
use crate::domain::{
    AskedSince, BankTransfer, Dossier, GatewayName, Instant, Obstacle, OrderId, Payment, PaymentId,
    Reason, Rule, Rupiah,
};
use crate::exit::Exit;
use crate::reconciler::{CloseJob, GatewayPool, Writer, shut};
use crate::store::{Reader, StoreError};

/// Time limit for all gateways of all orders together, as a person waits.
const MOST: Duration = Duration::from_secs(30);

/// The other payments of each order that is to be approved.
pub(super) struct OpenPayments {
    orders: Vec<OpenOrder>,
    pool: GatewayPool,
    /// Answers to queries sent from this instant on count.
    since: Instant,
    clock: Arc<dyn Clock>,
    /// The last answer about each payment.
    said: BTreeMap<PaymentId, String>,
    /// Payments that an account says it does not know, while that account has never known any payment.
    unproven: Vec<PaymentId>,
    even_if_payable: bool,
    /// Attention if the queries opened a case or made a refund due.
    pub(super) exit: Exit,
}

/// An order as it was before the queries.
struct OpenOrder {
    order: OrderId,
    payable: Vec<Payment>,
    brought_in: Vec<(PaymentId, Rupiah)>,
    /// The same approval was refused before because of this payment.
    kept_out_by: Option<Payment>,
}

/// Why an approval is not booked.
pub(super) enum ApprovalBlocker {
    /// The gateway says that this payment brought the money.
    Paid(Box<Payment>),
    Payable(Obstacle, GatewayName),
    /// The gateway cannot be queried, and why.
    Unasked(PaymentId, GatewayName, String),
}

impl OpenPayments {
    /// Of the orders and the amounts that would be booked.
    pub(super) fn load(
        args: &ApproveArgs,
        transfer: Option<&BankTransfer>,
        context: &Context<'_>,
        reader: &Reader,
        wanted: impl Iterator<Item = (OrderId, Rupiah)>,
    ) -> Result<Self, StoreError> {
        let mut orders = Vec::new();
        for (order, amount) in wanted {
            let Some(dossier) = reader.dossier(order)? else {
                continue;
            };
            orders.push(OpenOrder {
                order,
                payable: payable(&dossier).cloned().collect(),
                brought_in: received_by_payment(&dossier),
                kept_out_by: blocked_by(reader, &dossier, amount, transfer)?,
            });
        }
        // An order without other payments needs no gateway key.
        let pool = if orders.iter().any(|found| !found.payable.is_empty()) {
            pool(context, reader, None)?
        } else {
            GatewayPool::default()
        };
        Ok(Self {
            orders,
            pool,
            since: context.host.clock.now(),
            clock: context.host.clock.clone(),
            said: BTreeMap::new(),
            unproven: Vec::new(),
            even_if_payable: args.even_if_payable,
            exit: Exit::Clean,
        })
    }

    fn found(&self, order: OrderId) -> Option<&OpenOrder> {
        self.orders.iter().find(|found| found.order == order)
    }

    /// The payments of this order that would be closed first, in words.
    pub(super) fn describe(&self, order: OrderId) -> Option<String> {
        let payments = self
            .found(order)
            .into_iter()
            .flat_map(|found| &found.payable);
        let told: Vec<String> = payments
            .map(|payment| {
                let (id, gateway, until) = (payment.id, &payment.gateway, payment.deadline);
                format!("payment {id} can still be paid at {gateway} until {until}")
            })
            .collect();
        (!told.is_empty())
            .then(|| format!("{}; payctl closes and checks it first", told.join(", ")))
    }

    /// What already prevents the approval before any query.
    pub(super) fn stop_before(&self, order: OrderId) -> Option<ApprovalBlocker> {
        let found = self.found(order).filter(|_| !self.even_if_payable)?;
        if let Some(payment) = &found.kept_out_by {
            return Some(ApprovalBlocker::Paid(Box::new(payment.clone())));
        }
        found.payable.iter().find_map(|payment| {
            let why = self.pool.account(&payment.gateway).err()?;
            Some(ApprovalBlocker::Unasked(
                payment.id,
                payment.gateway.clone(),
                why,
            ))
        })
    }

    /// Closes and queries the open payments of the orders that are to be approved.
    pub(super) fn close(
        &mut self,
        context: &Context<'_>,
        actor: &str,
        writer: &Writer,
    ) -> anyhow::Result<()> {
        let orders = self.orders.iter().filter(|found| !found.payable.is_empty());
        let orders = orders.map(|found| found.order);
        let orders: Vec<OrderId> = orders
            .filter(|order| self.stop_before(*order).is_none())
            .collect();
        if orders.is_empty() {
            return Ok(());
        }
        self.since = self.clock.now();
        let setting = context.run_context(Some(MOST));
        let work = CloseJob {
            orders: &orders,
            since: self.since,
            actor,
        };
        let shut = block_on(
            &*setting.clock,
            shut(&work, &mut self.pool, writer, &setting),
        )??;
        keep_health(&writer.into(), &shut.stats, self.clock.now())?;
        if shut.stats.cases_opened + shut.stats.refunds_owed > 0 {
            self.exit = Exit::Attention;
        }
        (self.said, self.unproven) = (shut.said, shut.unproven);
        Ok(())
    }

    /// Whether the approval may be booked, given the order as it is in this transaction.
    pub(super) fn check(&self, dossier: &Dossier) -> Result<(), ApprovalBlocker> {
        let found = self.found(dossier.order.id);
        let brought_in = found.map_or(&[][..], |found| &found.brought_in);
        if let Some(payment) = paid_since(dossier, brought_in) {
            return Err(ApprovalBlocker::Paid(Box::new(payment.clone())));
        }
        match self.left(dossier).first() {
            Some((obstacle, gateway)) if !self.even_if_payable => {
                Err(ApprovalBlocker::Payable(*obstacle, gateway.clone()))
            }
            _ => Ok(()),
        }
    }

    /// The payments of an order that were closed first, in words.
    pub(super) fn closed(&self, order: OrderId) -> Option<String> {
        let payments = self
            .found(order)
            .into_iter()
            .flat_map(|found| &found.payable);
        let closed: Vec<String> = payments
            .map(|payment| {
                let (id, gateway) = (payment.id, &payment.gateway);
                if self.unproven.contains(&id) {
                    format!("{gateway} knows neither payment {id} nor any other")
                } else {
                    format!("payment {id} at {gateway} can no longer be paid")
                }
            })
            .collect();
        (!closed.is_empty()).then(|| closed.join(", "))
    }

    /// Whether any payment must be closed.
    pub(super) fn is_any(&self) -> bool {
        self.orders.iter().any(|found| !found.payable.is_empty())
    }

    fn left(&self, dossier: &Dossier) -> Vec<(Obstacle, GatewayName)> {
        let dossier = dossier.clone().asked_from(self.since);
        let asked = AskedSince {
            since: self.since,
            unproven: &self.unproven,
        };
        let found = obstacles(&dossier, asked, self.clock.now()).into_iter();
        let gateway = |id| dossier.payment(id).map(|payment| payment.gateway.clone());
        found
            .filter_map(|obstacle| Some((obstacle, gateway(obstacle.payment())?)))
            .collect()
    }

    /// A payment that stays payable because the operator allowed it.
    pub(super) fn left_payable(&self, dossier: &Dossier) -> Option<String> {
        let (obstacle, gateway) = self.left(dossier).into_iter().next()?;
        let id = obstacle.payment();
        Some(format!("payment {id} may still be paid at {gateway}"))
    }

    /// How a refused approval is shown.
    pub(super) fn describe_blocker(&self, stop: &ApprovalBlocker) -> (ApproveAction, String, Exit) {
        match stop {
            ApprovalBlocker::Paid(payment) => {
                let (id, gateway, received) = (payment.id, &payment.gateway, payment.received);
                let why = format!(
                    "nothing was booked by hand: payment {id} received {received} at {gateway}; \
                     if the same amount also came in outside the gateway, repeat the command with --even-if-payable"
                );
                (ApproveAction::FoundPaid, why, Exit::Attention)
            }
            ApprovalBlocker::Payable(obstacle, gateway) => {
                let is_wrong = self.pool.is_discredited(gateway);
                let exit = if is_wrong {
                    Exit::Config
                } else {
                    Exit::Partial
                };
                let why = self.obstacle_text(*obstacle, gateway);
                let why = format!("{why}; try again, {ALL_THE_SAME}");
                (ApproveAction::Refused, why, exit)
            }
            ApprovalBlocker::Unasked(id, gateway, why) => {
                let why = format!(
                    "payment {id} can still be paid at {gateway}, and payctl cannot query it: {why}; fix that, {ALL_THE_SAME}"
                );
                (ApproveAction::Refused, why, Exit::Config)
            }
        }
    }

    fn obstacle_text(&self, obstacle: Obstacle, gateway: &GatewayName) -> String {
        match obstacle {
            Obstacle::Unanswered(id) => {
                let said = self.said.get(&id).cloned();
                let trouble = self.pool.trouble(gateway).filter(|_| said.is_some());
                let mut was_known = self.orders.iter().flat_map(|found| &found.payable);
                let unasked = if was_known.any(|payment| payment.id == id) {
                    "there was no time left to query it"
                } else {
                    "it was opened in the meantime"
                };
                let why = trouble.or(said).unwrap_or_else(|| unasked.to_owned());
                format!("payment {id} may still be paid at {gateway}: {why}")
            }
            Obstacle::Opening(id, end) => {
                format!("payment {id} may still be opening at {gateway}, until {end}")
            }
            Obstacle::Payable(id) => {
                let said = self.said.get(&id).map_or("", String::as_str);
                format!("payment {id} can still be paid at {gateway} and was not closed: {said}")
            }
            Obstacle::Held(id) => {
                format!("payment {id} awaits a fraud decision at {gateway}; decide it there first")
            }
        }
    }
}

const ALL_THE_SAME: &str = "or approve anyway with --even-if-payable";

/// The note stored with a refused approval. Repeating the command finds it by this exact text, so a script that
/// retries never books money that nobody received. Old databases hold it: do not reword it.
pub(super) fn approval_note(
    amount: Rupiah,
    transfer: Option<&BankTransfer>,
    payment: &Payment,
) -> Reason {
    let (gateway, payment) = (payment.gateway.clone(), payment.id);
    match transfer {
        Some(transfer) => Reason::NotBookedByHand {
            amount,
            transfer: transfer.to_string(),
            payment,
            gateway,
        },
        None => Reason::CashNotBookedByHand {
            amount,
            payment,
            gateway,
        },
    }
}

fn blocked_by(
    reader: &Reader,
    dossier: &Dossier,
    amount: Rupiah,
    transfer: Option<&BankTransfer>,
) -> Result<Option<Payment>, StoreError> {
    let has_money = |payment: &&Payment| payment.status.has_money() && !payment.gateway.is_manual();
    for payment in dossier.payments.iter().filter(has_money) {
        if reader.was_noted(
            dossier.order.id,
            Rule::P27,
            &approval_note(amount, transfer, payment),
        )? {
            return Ok(Some(payment.clone()));
        }
    }
    Ok(None)
}
