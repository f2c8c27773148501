//! Why no payment was opened, and what to do next.

use super::session::PaymentSession;
use crate::commands::CommandError;
use crate::domain::PaymentId;
use crate::domain::operator::open;
use crate::exit::Exit;

pub(super) fn refusal(session: &PaymentSession<'_>, why: &open::OpenRefusal) -> CommandError {
    let order = &session.args.order;
    let (exit, hint) = match why {
        open::OpenRefusal::Overdue(_) => (
            Exit::Failed,
            format!("give it more time: payctl order extend {order}"),
        ),
        open::OpenRefusal::Alive(id, ..) if is_refused(session, *id) => (
            Exit::Config,
            "it was not closed because its gateway rejects the key or is not at the configured address; check both"
                .to_owned(),
        ),
        open::OpenRefusal::Alive(..) if session.args.new => (
            Exit::Partial,
            "it could not be closed from here: try again, close it where it was opened, or wait"
                .to_owned(),
        ),
        open::OpenRefusal::Alive(..) => (
            Exit::Partial,
            format!("no other payment was opened; see: payctl check-status {order}"),
        ),
        open::OpenRefusal::Undecided(_) => (Exit::Failed, "see: payctl case list".to_owned()),
        open::OpenRefusal::NotPending(_) | open::OpenRefusal::NothingMissing => (
            Exit::Failed,
            format!("see the order: payctl order show {order}"),
        ),
    };
    CommandError::new(exit, format!("no payment was opened for {order}: {why}"))
        .hint(hint)
        .because(why)
}

/// Whether the payment's gateway has rejected the key, or is not at its address.
fn is_refused(session: &PaymentSession<'_>, id: PaymentId) -> bool {
    let dossier = session.dossier().ok();
    let payment = dossier.as_ref().and_then(|dossier| dossier.payment(id));
    payment.is_some_and(|payment| session.pool.is_discredited(&payment.gateway))
}
