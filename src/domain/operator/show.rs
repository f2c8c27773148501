//! P2: whether a customer may be shown how to pay. An order can end, and a payment be closed, while its gateway answers.

use crate::domain::{Dossier, Instant, OrderStatus, Payment, PaymentId, PaymentStatus};

/// Why nobody is shown how to pay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotPayable {
    /// The order waits for no money any more.
    Order(OrderStatus),
    /// Its deadline has passed, and nobody has ended it.
    Overdue(Instant),
    /// The payment is closed.
    Payment(PaymentId, PaymentStatus),
    /// The payment asks for more than is missing by now.
    TooMuch(PaymentId),
}

/// Whether an order may be shown with how it is paid: by a payment at a gateway, or past them.
///
/// # Errors
/// Why not. A payment whose money is in is shown as such, unless its order came to another end.
pub fn check_showable(
    dossier: &Dossier,
    payment: Option<&Payment>,
    now: Instant,
) -> Result<(), NotPayable> {
    let order = &dossier.order;
    let has_money = payment.is_some_and(|payment| payment.status.has_money());
    match order.status {
        OrderStatus::Pending => {}
        OrderStatus::Paid | OrderStatus::Fulfilled if has_money => return Ok(()),
        OrderStatus::Paid
        | OrderStatus::Fulfilled
        | OrderStatus::Expired
        | OrderStatus::Cancelled
        | OrderStatus::Refunded => return Err(NotPayable::Order(order.status)),
    }
    let waits_for_a_person = |payment: &Payment| payment.status == PaymentStatus::Challenged;
    if has_money || payment.is_some_and(waits_for_a_person) {
        return Ok(());
    }
    if let Some(payment) = payment.filter(|payment| payment.status.is_closed()) {
        return Err(NotPayable::Payment(payment.id, payment.status));
    }
    if let Some(payment) = payment.filter(|payment| payment.amount > dossier.missing()) {
        return Err(NotPayable::TooMuch(payment.id));
    }
    if order.waits_for_money(now) {
        return Ok(());
    }
    Err(NotPayable::Overdue(order.expires_at))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::samples::{dossier, minute, payment};
    use OrderStatus::{Cancelled, Expired, Fulfilled, Paid, Pending, Refunded};

    #[track_caller]
    fn check(order: OrderStatus, is: PaymentStatus, at: u64, wanted: Result<(), NotPayable>) {
        let dossier = dossier(order, vec![payment(1, is)]);
        let found = check_showable(&dossier, dossier.payments.first(), minute(at));
        assert_eq!(found, wanted, "{order} {is} {at}");
    }

    #[test]
    fn an_ended_order_is_not_shown() {
        let open = PaymentStatus::Pending;
        check(Pending, open, 59, Ok(()));
        for over in [Paid, Fulfilled, Expired, Cancelled, Refunded] {
            check(over, open, 10, Err(NotPayable::Order(over)));
            let past_the_gateways = dossier(over, vec![]);
            let shown = check_showable(&past_the_gateways, None, minute(10));
            assert_eq!(shown, Err(NotPayable::Order(over)));
        }
        check(Pending, open, 60, Err(NotPayable::Overdue(minute(60))));
        let past_the_gateways = dossier(Pending, vec![]);
        assert_eq!(check_showable(&past_the_gateways, None, minute(59)), Ok(()));
    }

    #[test]
    fn money_is_shown_but_closed_payments_are_not() {
        check(Paid, PaymentStatus::Paid, 10, Ok(()));
        check(Pending, PaymentStatus::Mismatch, 90, Ok(()));
        check(Pending, PaymentStatus::Challenged, 90, Ok(()));
        let late = Err(NotPayable::Order(Cancelled));
        check(Cancelled, PaymentStatus::Paid, 10, late);
        let (id, closed) = (PaymentId(1), PaymentStatus::Expired);
        check(Pending, closed, 10, Err(NotPayable::Payment(id, closed)));
    }
}
