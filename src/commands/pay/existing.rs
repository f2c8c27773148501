//! `pay` for an order with a payment that may still be open.

use super::gateway_choice::require_method;
use super::outcome::PayOutcome;
use super::row::PayAction;
use super::session::PaymentSession;
use crate::commands::failure::CommandError;
use crate::domain::operator::open::alive;
use crate::domain::{Dossier, OrderStatus, Payment, PaymentId, PaymentStatus, Rule};
use crate::exit::Exit;
use crate::reconciler::{OpenIntent, OpenResult, PaymentOpener, Writer};
use crate::store::StoredInstructions;

/// The method under which payments chosen on a page are listed.
const PAGE: &str = "snap";

/// Most payments on one page; with more, something is wrong with the account.
const MAX_MET: usize = 20;

impl PaymentSession<'_> {
    /// Checks each payment that may still be open once, latest first: one page can have several. None: all are closed, so
    /// another one may be opened.
    pub(super) async fn resume_all(&mut self) -> anyhow::Result<Option<PayOutcome>> {
        let mut met = Vec::new();
        while met.len() < MAX_MET {
            let dossier = self.dossier()?;
            let known = alive(&dossier).filter(|payment| !met.contains(&payment.id));
            let known = known.filter(|_| dossier.order.status == OrderStatus::Pending);
            let end = match known {
                Some(payment) => {
                    met.push(payment.id);
                    self.resume(&dossier, payment).await?
                }
                None => {
                    let hidden = self.hidden_try(&dossier, &met);
                    let Some((over, writer)) = hidden.zip(self.ledger.writer()) else {
                        break;
                    };
                    met.push(over.id);
                    self.refresh(writer, &dossier, over).await?
                }
            };
            if end.is_some() {
                return Ok(end);
            }
        }
        Ok(None)
    }

    /// A payment that ended without money may share its reference with a newer one, which must be checked first.
    fn hidden_try<'d>(&self, dossier: &'d Dossier, met: &[PaymentId]) -> Option<&'d Payment> {
        if dossier.order.status != OrderStatus::Pending {
            return None;
        }
        let mut payments = dossier.payments.iter().rev();
        payments.find(|payment| {
            payment.transaction_id.is_some()
                && payment.allows_another_try()
                && !payment.gateway.is_manual()
                && !payment.is_foreign()
                && !met.contains(&payment.id)
        })
    }

    /// The payment instructions; a further payment on a page needs those of the first.
    pub(super) fn given(
        &self,
        dossier: &Dossier,
        id: PaymentId,
    ) -> anyhow::Result<StoredInstructions> {
        let own = self.ledger.read().given(id)?;
        let Some(payment) = dossier.payment(id).filter(|payment| payment.on_page) else {
            return Ok(own);
        };
        if !own.offer.is_empty() {
            return Ok(own);
        }
        let is_of_the_page = |other: &&Payment| {
            other.gateway == payment.gateway
                && other.reference == payment.reference
                && !other.page_is_closed()
        };
        for other in dossier.payments.iter().filter(is_of_the_page) {
            let offer = self.ledger.read().given(other.id)?.offer;
            if !offer.is_empty() {
                return Ok(StoredInstructions { offer, ..own });
            }
        }
        Ok(own)
    }

    /// None: it is no longer open.
    async fn resume(
        &mut self,
        dossier: &Dossier,
        payment: &Payment,
    ) -> anyhow::Result<Option<PayOutcome>> {
        if self.args.new {
            // If the new payment cannot be opened, the old one must not be closed.
            self.choose()?;
            if self.args.dry_run {
                return Ok(Some(PayOutcome::WouldReplace(payment.id)));
            }
        } else {
            self.require_same_choice(payment)?;
        }
        let given = self.ledger.read().given(payment.id)?;
        let is_unanswered =
            payment.status == PaymentStatus::Created && !payment.seen && given.offer.is_empty();
        let Some(writer) = self.ledger.writer() else {
            return Ok(Some(PayOutcome::Alive(payment.id)));
        };
        let Some(key) = given.key.filter(|_| is_unanswered) else {
            return if self.args.new {
                self.close_open(payment).await
            } else {
                self.refresh(writer, dossier, payment).await
            };
        };
        let opened = self.open(writer, (dossier, payment), &key, OpenIntent::Read);
        match opened.await? {
            Some(PayOutcome::Opened(_) | PayOutcome::Alive(_)) if self.args.new => {
                self.close_open(payment).await
            }
            end => Ok(end),
        }
    }

    /// Closes the payment to make room for another.
    async fn close_open(&mut self, payment: &Payment) -> anyhow::Result<Option<PayOutcome>> {
        let dossier = self.dossier()?;
        let now = dossier.payment(payment.id).unwrap_or(payment);
        self.close(&[now.id], Rule::P1).await?;
        Ok(None)
    }

    /// Checks a payment before it is shown again: it may be paid, or over.
    async fn refresh(
        &mut self,
        writer: &Writer,
        dossier: &Dossier,
        payment: &Payment,
    ) -> anyhow::Result<Option<PayOutcome>> {
        let mut opener = PaymentOpener {
            pool: &mut self.pool,
            writer,
            setting: self.setting,
            actor: self.actor,
        };
        let silence = opener.refresh(dossier, payment.id).await?;
        let (id, after) = (payment.id, self.dossier()?);
        let Some(after) = after.payment(id) else {
            return Ok(None);
        };
        if !after.status.is_open() {
            return Ok(after.status.has_money().then_some(PayOutcome::Alive(id)));
        }
        let is_over = after.deadline <= self.setting.clock.now();
        Ok(Some(match silence {
            None if !is_over => PayOutcome::Alive(id),
            Some(OpenResult::Misconfigured(why)) => PayOutcome::Unconfirmed(id, why, Exit::Config),
            Some(OpenResult::Unsettled(why)) if !is_over => {
                PayOutcome::Unconfirmed(id, why, Exit::Clean)
            }
            _ => PayOutcome::Over(id, over(after)),
        }))
    }

    /// If another gateway or method is requested, the open payment must not be shown.
    fn require_same_choice(&self, payment: &Payment) -> anyhow::Result<()> {
        if self.is_manual_chosen() {
            return Err(self.already_open(payment).into());
        }
        let args = self.args;
        let gateway = args.gateway.as_ref().unwrap_or(&payment.gateway);
        let Some(wanted) = &args.method else {
            if gateway == &payment.gateway {
                return Ok(());
            }
            return Err(self.other(payment, gateway.as_str(), "").into());
        };
        let known = self.methods(gateway)?;
        require_method(gateway, wanted, known)?;
        let is = if payment.on_page {
            Some(PAGE)
        } else {
            // A method name that only the gateway knows does not tell which method was chosen here.
            let method = payment.method.as_deref();
            method.filter(|method| known.contains(method))
        };
        if gateway == &payment.gateway && is.is_none_or(|is| is == wanted.as_str()) {
            return Ok(());
        }
        let by = format!(" --method {wanted}");
        Err(self.other(payment, gateway.as_str(), &by).into())
    }

    fn other(&self, payment: &Payment, gateway: &str, by: &str) -> CommandError {
        let how = match &payment.method {
            Some(method) => format!(" with {method}"),
            None => String::new(),
        };
        let (order, id) = (&self.args.order, payment.id);
        let message = format!(
            "payment {id} of {order} is open{how} at {}",
            payment.gateway
        );
        let hint =
            format!("close it and open another: payctl pay {order} --gateway {gateway}{by} --new");
        CommandError::new(Exit::Attention, message).hint(hint)
    }
}

fn over(payment: &Payment) -> String {
    format!(
        "its deadline has passed, but {} has not closed it; close it and open another with --new",
        payment.gateway
    )
}

/// An open payment in words; without instructions it cannot be shown.
pub(super) fn for_open(
    payment: &Payment,
    given: &StoredInstructions,
    reason: String,
) -> (PayAction, String) {
    let (action, why) = match payment.status {
        PaymentStatus::Paid => (PayAction::Paid, "the payment is paid"),
        PaymentStatus::Mismatch => (
            PayAction::Undecided,
            "a different amount was received; see: payctl case list",
        ),
        PaymentStatus::Challenged => (
            PayAction::Undecided,
            "the gateway's fraud check holds it; see: payctl case list",
        ),
        _ if given.offer.is_empty() => (
            PayAction::Unknown,
            "it can be paid, but its payment instructions are not known here; close it and open another with --new",
        ),
        PaymentStatus::Created
        | PaymentStatus::Pending
        | PaymentStatus::Failed
        | PaymentStatus::Cancelled
        | PaymentStatus::Expired
        | PaymentStatus::Reversed => return (PayAction::Alive, reason),
    };
    (action, why.to_owned())
}
