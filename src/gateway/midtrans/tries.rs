//! Another try at a payment, asked about by an id that came in a message.
//!
//! A message's signature does not cover that id, so the answer must name both: the try and our reference.

use super::super::reading::{Body, shown};
use super::read_if;
use crate::domain::instant::Instant;
use crate::domain::names::TransactionId;
use crate::domain::observation::{Observation, Said, Silence};
use crate::domain::payment::Payment;
use crate::wire::message::Response;

pub(super) fn read(
    payment: &Payment,
    told: &TransactionId,
    asked_at: Instant,
    answer: &Response,
) -> Observation {
    let heard = read_if(asked_at, answer, |body, answered| {
        check(payment, told, body, answered)
    });
    heard.unwrap_or_else(|silence| {
        if matches!(silence, Silence::Foreign(_)) {
            return Observation::bare(Said::NotStarted, asked_at);
        }
        Observation::silence(silence, asked_at)
    })
}

/// The `order_id` of a BSI virtual account repeats its own id (midtrans-php#121): such a try is known by the
/// reference alone.
fn check(
    payment: &Payment,
    told: &TransactionId,
    body: &Body<'_>,
    answered: Option<&TransactionId>,
) -> Result<(), Silence> {
    let order_id = body.text("order_id");
    if answered == Some(told) && order_id.as_deref() == Some(payment.reference.as_str()) {
        return Ok(());
    }
    Err(Silence::Foreign(shown(
        order_id.as_deref().unwrap_or("one without a name"),
    )))
}

#[cfg(test)]
mod tests {
    use super::super::tests::midtrans;
    use crate::domain::observation::Said;
    use crate::gateway::Gateway;
    use crate::gateway::testing::{answer, known, noon, told};

    #[track_caller]
    fn check(status: u16, body: &str, expected: &str) {
        let (payment, named) = (known("INV-1", "t-1"), "t-2".parse().unwrap());
        let answer = answer(status, body);
        let heard = midtrans().read_try(&payment, &named, noon(), &answer);
        assert_eq!(told(&heard), expected, "HTTP {status}, {body}");
        let is_about_it = heard.transaction_id == Some(named);
        assert_eq!(is_about_it, heard.said == Said::Pending);
    }

    fn body(order_id: &str, transaction_id: &str) -> String {
        format!(
            r#"{{"status_code":"201","transaction_status":"pending","order_id":"{order_id}","transaction_id":"{transaction_id}","gross_amount":"25000.00"}}"#
        )
    }

    #[test]
    fn it_is_asked_about_by_its_own_id() {
        let request = midtrans().ask_try(&known("INV-1", "t-1"), &"t/2".parse().unwrap());
        assert_eq!(request.unwrap().label, "GET /v2/t%2F2/status");
    }

    #[test]
    fn only_an_answer_that_names_both_the_try_and_the_reference_is_about_it() {
        check(200, &body("INV-1", "t-2"), "pending|pending");
        for (order_id, transaction_id) in [
            ("INV-2", "t-2"),
            ("INV-1", "t-1"),
            ("INV-1", "t-3"),
            // A virtual account of BSI, perhaps another customer's.
            ("t-2", "t-2"),
        ] {
            check(200, &body(order_id, transaction_id), "not_started|-");
        }
        check(
            404,
            r#"{"status_code":"404","status_message":"gone"}"#,
            "not_started|404",
        );
    }

    #[test]
    fn silence_stays_silence() {
        check(503, "{}", "answered 503");
        check(401, "{}", "answered 401, refusing the key or the account");
    }
}
