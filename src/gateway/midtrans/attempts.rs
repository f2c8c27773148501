//! Another try of a payment, queried by an id from a notification.
//!
//! The signature of a notification does not cover that id. So an answer is about our payment only if it names both
//! the try and our reference; any other name in it is passed on. Only "not found" means that there is no such try.

use super::super::reading::shown;
use super::read_if;
use crate::domain::{
    Instant, NoAnswerReason, Observation, Payment, Reported, ReportedName, TransactionId,
};
use crate::http::message::HttpResponse;

pub(super) fn read(
    payment: &Payment,
    told: &TransactionId,
    asked_at: Instant,
    answer: &HttpResponse,
) -> Observation {
    let mut called = ReportedName::Ours;
    let observed = read_if(asked_at, answer, |body, answered| {
        let order_id = body.text("order_id");
        if answered != Some(told) {
            let other = answered.map(TransactionId::as_str).or(order_id.as_deref());
            return Err(NoAnswerReason::Foreign(shown(other.unwrap_or(NAMELESS))));
        }
        called = reported_name(payment, told, order_id.as_deref());
        Ok(())
    });
    match observed {
        Ok(observed) if observed.said == Reported::NotStarted => observed,
        Ok(observed) => Observation { called, ..observed },
        Err(silence) => Observation::silence(silence, asked_at),
    }
}

/// The `order_id` of BI-SNAP virtual accounts and of DANA repeats their own id (midtrans-php#121).
fn reported_name(payment: &Payment, told: &TransactionId, order_id: Option<&str>) -> ReportedName {
    match order_id {
        Some(id) if id == payment.reference.as_str() => ReportedName::Ours,
        Some(id) if id == told.as_str() => ReportedName::ById,
        other => ReportedName::Another(shown(other.unwrap_or(NAMELESS))),
    }
}

const NAMELESS: &str = "unnamed";

#[cfg(test)]
mod tests {
    use super::super::tests::midtrans;
    use super::*;
    use crate::gateway::Gateway;
    use crate::gateway::testing::{answer, describe, known, noon};

    #[track_caller]
    fn check(status: u16, body: &str, expected: &str) -> Observation {
        let (payment, named) = (known("INV-1", "t-1"), "t-2".parse().unwrap());
        let answer = answer(status, body);
        let observed = midtrans().read_try(&payment, &named, noon(), &answer);
        assert_eq!(describe(&observed), expected, "HTTP {status}, {body}");
        let is_about_it = observed.transaction_id == Some(named);
        assert_eq!(is_about_it, observed.said == Reported::Pending);
        observed
    }

    fn body(order_id: &str, transaction_id: &str) -> String {
        format!(
            r#"{{"status_code":"201","transaction_status":"pending","order_id":"{order_id}","transaction_id":"{transaction_id}","gross_amount":"25000.00"}}"#
        )
    }

    #[test]
    fn a_try_is_queried_by_its_own_id() {
        let request = midtrans().ask_try(&known("INV-1", "t-1"), &"t/2".parse().unwrap());
        assert_eq!(request.unwrap().label, "GET /v2/t%2F2/status");
    }

    #[test]
    fn an_answer_shows_which_name_it_uses() {
        for (order_id, called) in [
            ("INV-1", ReportedName::Ours),
            // A virtual account of BSI, perhaps another customer's.
            ("t-2", ReportedName::ById),
            ("INV-2", ReportedName::Another("INV-2".to_owned())),
            ("", ReportedName::Another(NAMELESS.to_owned())),
        ] {
            let observed = check(200, &body(order_id, "t-2"), "pending|pending");
            assert_eq!(observed.called, called);
        }
        for transaction_id in ["t-1", "t-3"] {
            let expected = format!("answered about another payment ({transaction_id})");
            check(200, &body("INV-1", transaction_id), &expected);
        }
    }

    #[test]
    fn only_not_found_means_no_such_try() {
        let own = r#"{"status_code":"404","status_message":"Transaction doesn't exist."}"#;
        check(404, own, "not_started|404");
        for body in ["{}", r#"{"status_code":"404","status_message":"gone"}"#] {
            let gone = NoAnswerReason::Gone(404).to_string();
            check(404, body, &gone);
        }
    }

    #[test]
    fn silence_stays_silence() {
        check(503, "{}", "answered 503");
        check(401, "{}", "answered 401, refusing the key or the account");
    }
}
