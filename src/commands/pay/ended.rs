//! The last check before payment instructions are shown: an order can end while its gateway answers.

use super::closing::close;
use super::outcome::{PayAction, PayOutcome};
use super::session::PaymentSession;
use crate::commands::CommandError;
use crate::domain::operator::show::check_showable;
use crate::domain::{Dossier, Instant, NotPayable, OrderStatus, Payment, PaymentId, Rule};
use crate::exit::Exit;
use crate::faults::planted;

/// A payment chosen on a page while the page is being closed is closed in a second round.
const MAX_ROUNDS: usize = 2;

/// Why the instructions must not be shown; none if they may, or there are none.
pub(super) fn ended(dossier: &Dossier, outcome: &PayOutcome, now: Instant) -> Option<NotPayable> {
    let is_shown = outcome.is_open() || outcome.action == PayAction::Asked;
    // If nothing is shown anyway, its own reason says more than the clock.
    let is_told = outcome.action == PayAction::Unsettled;
    let payment = outcome.payment.and_then(|id| dossier.payment(id));
    let ended = (is_shown || is_told).then(|| check_showable(dossier, payment, now).err());
    let ended = ended.flatten();
    let is_over = |ended: &NotPayable| is_shown || matches!(ended, NotPayable::Order(_));
    ended.filter(|ended| is_over(ended) && !planted!(ShowAnEndedOrder))
}

/// The refusal instead of instructions. Payments of an order that has ended are closed at their gateways first, and
/// checked.
pub(super) async fn refuse_ended(
    session: &mut PaymentSession<'_>,
    ended: NotPayable,
) -> anyhow::Result<CommandError> {
    let order = &session.args.order;
    let (exit, why, hint) = match ended {
        NotPayable::Order(status) => {
            close_all(session).await?;
            return Ok(has_ended(session, status, &session.dossier()?));
        }
        NotPayable::Overdue(until) => (
            Exit::Failed,
            format!("its deadline {until} has passed in the meantime"),
            format!("give it more time: payctl order extend {order}"),
        ),
        NotPayable::TooMuch(id) => (
            Exit::Failed,
            format!("its payment {id} asks for more than is still missing"),
            format!("close it and open one for what is missing: payctl pay {order} --new"),
        ),
        NotPayable::Payment(id, status) => (
            Exit::Partial,
            format!("its payment {id} is now {status}"),
            "run the command again to open another one".to_owned(),
        ),
    };
    let message = format!("no payment instructions for {order}: {why}");
    Ok(CommandError::new(exit, message).hint(hint))
}

async fn close_all(session: &mut PaymentSession<'_>) -> anyhow::Result<()> {
    for _ in 0..MAX_ROUNDS {
        let dossier = session.dossier()?;
        let open: Vec<PaymentId> = open(&dossier).map(|payment| payment.id).collect();
        if open.is_empty() {
            break;
        }
        close(session, &open, Rule::O17).await?;
    }
    Ok(())
}

fn has_ended(session: &PaymentSession<'_>, status: OrderStatus, now: &Dossier) -> CommandError {
    let order = &session.args.order;
    let is = if matches!(status, OrderStatus::Paid | OrderStatus::Fulfilled) {
        "already paid".to_owned()
    } else {
        format!("now {status}")
    };
    let left = open(now).map(|payment| {
        let (id, gateway) = (payment.id, &payment.gateway);
        format!("; its payment {id} could not be closed at {gateway}")
    });
    let left: String = left.collect();
    let hint = if session.has_new_case(now) {
        "money was received for it; see: payctl case list".to_owned()
    } else if left.is_empty() {
        format!("see the order: payctl order show {order}")
    } else {
        "check-all --fix and expire will close it".to_owned()
    };
    let message = format!("no payment instructions for {order}: it is {is}{left}");
    CommandError::failed(message).hint(hint)
}

/// Payments that can still be paid at a gateway.
fn open(dossier: &Dossier) -> impl Iterator<Item = &Payment> {
    let payments = dossier.payments.iter();
    payments.filter(|payment| payment.status.is_open() && !payment.gateway.is_manual())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::PaymentStatus;
    use crate::domain::samples::{dossier, minute, payment};
    use crate::faults::Planted;

    #[test]
    fn an_ended_order_that_is_shown() {
        let open = vec![payment(1, PaymentStatus::Pending)];
        let cancelled = dossier(OrderStatus::Cancelled, open);
        let opened = PayOutcome::of(PayAction::Opened, PaymentId(1));
        let stops = || ended(&cancelled, &opened, minute(5));
        assert_eq!(stops(), Some(NotPayable::Order(OrderStatus::Cancelled)));
        let _planted = Planted::ShowAnEndedOrder.plant();
        assert_eq!(stops(), None);
    }
}
