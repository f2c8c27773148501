//! `pay` for an order with a payment that may still be open.

use super::closing::close;
use super::gateway_choice::{choose, methods, require_method};
use super::manual;
use super::open::open_at_gateway;
use super::outcome::{PayAction, PayOutcome};
use super::session::PaymentSession;
use crate::commands::CommandError;
use crate::domain::operator::open::alive;
use crate::domain::{Dossier, OrderStatus, Payment, PaymentId, PaymentStatus, Rule};
use crate::exit::Exit;
use crate::gateway::registry::is_page;
use crate::reconciler::{OpenIntent, OpenResult, PaymentOpener, Writer};

/// Most payments on one page; with more, something is wrong with the account.
const MAX_MET: usize = 20;

/// Checks each payment that may still be open once, latest first: one page can have several. None: all are closed, so
/// another one may be opened.
pub(super) async fn resume_all(
    session: &mut PaymentSession<'_>,
) -> anyhow::Result<Option<PayOutcome>> {
    let mut met = Vec::new();
    while met.len() < MAX_MET {
        let dossier = session.dossier()?;
        let known = alive(&dossier).filter(|payment| !met.contains(&payment.id));
        let known = known.filter(|_| dossier.order.status == OrderStatus::Pending);
        let outcome = match known {
            Some(payment) => {
                met.push(payment.id);
                resume(session, &dossier, payment).await?
            }
            None => {
                let hidden = hidden_try(&dossier, &met);
                let Some((over, writer)) = hidden.zip(session.ledger.writer()) else {
                    break;
                };
                met.push(over.id);
                refresh(session, writer, &dossier, over).await?
            }
        };
        if outcome.is_some() {
            return Ok(outcome);
        }
    }
    Ok(None)
}

/// A payment that ended without money may share its reference with a newer one, which must be checked first.
fn hidden_try<'d>(dossier: &'d Dossier, met: &[PaymentId]) -> Option<&'d Payment> {
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

/// None: it is no longer open.
async fn resume(
    session: &mut PaymentSession<'_>,
    dossier: &Dossier,
    payment: &Payment,
) -> anyhow::Result<Option<PayOutcome>> {
    let is_replaced = session.args.new;
    if is_replaced {
        // If the new payment cannot be opened, the old one must not be closed.
        choose(session)?;
        if session.args.dry_run {
            let why = format!("payment {} would be closed, and another opened", payment.id);
            let outcome = PayOutcome::without_payment(PayAction::WouldOpen);
            return Ok(Some(outcome.because(why, Exit::Clean)));
        }
    } else {
        require_same_choice(session, payment)?;
    }
    let given = session.ledger.read().given(payment.id)?;
    let is_unanswered =
        payment.status == PaymentStatus::Created && !payment.seen && given.offer.is_empty();
    let Some(writer) = session.ledger.writer() else {
        return Ok(Some(PayOutcome::of(PayAction::Alive, payment.id)));
    };
    let Some(key) = given.key.filter(|_| is_unanswered) else {
        return if is_replaced {
            close_open(session, payment).await
        } else {
            refresh(session, writer, dossier, payment).await
        };
    };
    let opened = open_at_gateway(session, writer, (dossier, payment), &key, OpenIntent::Read);
    match opened.await? {
        Some(outcome) if is_replaced && outcome.is_open() => close_open(session, payment).await,
        outcome => Ok(outcome),
    }
}

/// Closes the payment to make room for another.
async fn close_open(
    session: &mut PaymentSession<'_>,
    payment: &Payment,
) -> anyhow::Result<Option<PayOutcome>> {
    close(session, &[payment.id], Rule::P1).await?;
    Ok(None)
}

/// Checks a payment before it is shown again: it may be paid, or over.
async fn refresh(
    session: &mut PaymentSession<'_>,
    writer: &Writer,
    dossier: &Dossier,
    payment: &Payment,
) -> anyhow::Result<Option<PayOutcome>> {
    let mut opener = PaymentOpener {
        pool: &mut session.pool,
        writer,
        setting: session.setting,
        actor: session.actor,
    };
    let silence = opener.refresh(dossier, payment.id).await?;
    let after = session.dossier()?;
    let Some(after) = after.payment(payment.id) else {
        return Ok(None);
    };
    let alive = PayOutcome::of(PayAction::Alive, after.id);
    if !after.status.is_open() {
        return Ok(after.status.has_money().then_some(alive));
    }
    let unconfirmed = |why| format!("its gateway has not confirmed it yet: {why}");
    let is_over = after.deadline <= session.setting.clock.now();
    Ok(Some(match silence {
        None if !is_over => alive,
        Some(OpenResult::Misconfigured(why)) => alive.because(unconfirmed(why), Exit::Config),
        Some(OpenResult::Unsettled(why)) if !is_over => {
            alive.because(unconfirmed(why), Exit::Clean)
        }
        _ => PayOutcome::of(PayAction::Unsettled, after.id).because(over(after), Exit::Partial),
    }))
}

/// If another gateway or method is requested, the open payment must not be shown.
fn require_same_choice(session: &PaymentSession<'_>, payment: &Payment) -> anyhow::Result<()> {
    let args = session.args;
    if manual::is_chosen(args) {
        return Err(manual::already_open(&args.order, payment).into());
    }
    let gateway = args.gateway.as_ref().unwrap_or(&payment.gateway);
    let is_same_gateway = gateway == &payment.gateway;
    let Some(wanted) = &args.method else {
        if is_same_gateway {
            return Ok(());
        }
        return Err(other_is_open(session, payment, gateway.as_str()).into());
    };
    let known = methods(session, gateway)?;
    require_method(gateway, wanted, known)?;
    let is_same_method = if payment.on_page {
        is_page(wanted.as_str())
    } else {
        // A method name that only the gateway knows does not tell which method was chosen here.
        let method = payment.method.as_deref();
        let method = method.filter(|method| known.contains(method));
        method.is_none_or(|method| method == wanted.as_str())
    };
    if is_same_gateway && is_same_method {
        return Ok(());
    }
    let choice = format!("{gateway} --method {wanted}");
    Err(other_is_open(session, payment, &choice).into())
}

fn other_is_open(session: &PaymentSession<'_>, payment: &Payment, choice: &str) -> CommandError {
    let how = match &payment.method {
        Some(method) => format!(" with {method}"),
        None => String::new(),
    };
    let (order, id, at) = (&session.args.order, payment.id, &payment.gateway);
    let message = format!("payment {id} of {order} is open{how} at {at}");
    CommandError::new(Exit::Attention, message).hint(format!(
        "close it and open another: payctl pay {order} --gateway {choice} --new"
    ))
}

fn over(payment: &Payment) -> String {
    format!(
        "its deadline has passed, but {} has not closed it; close it and open another with --new",
        payment.gateway
    )
}
