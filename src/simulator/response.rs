//! How a request ends when the gateway fails.

use hyper::header::{LOCATION, RETRY_AFTER};

use super::dialect::Dialect;
use super::faults::Fault;
use super::plan::ResponsePlan;
use super::reply::{SimulatedReply, Truncation};

/// Twice what payctl reads of an answer.
const TOO_LARGE_BYTES: usize = 2 * 1024 * 1024;

/// How a request ends.
#[derive(Debug)]
pub(super) enum SimulatedResponse {
    Answer(SimulatedReply, Truncation),
    Break,
    Hang,
}

impl SimulatedResponse {
    /// Turns the correct answer into what is sent.
    pub(super) fn of(plan: &ResponsePlan, dialect: &dyn Dialect, right: SimulatedReply) -> Self {
        let whole = |reply| Self::Answer(reply, Truncation::Whole);
        if plan.is_unanswered && plan.is_carried_out() {
            return Self::Break;
        }
        match &plan.strange {
            // Delays and dates are handled elsewhere, and the faults of closes and refunds are part of the correct
            // answer.
            None
            | Some(
                Fault::OtherOrder
                | Fault::Delay(_)
                | Fault::WrongDate(_)
                | Fault::PaidWhenClosed
                | Fault::CloseRefused
                | Fault::CloseIgnored
                | Fault::CloseUnavailable
                | Fault::RefundDenied
                | Fault::RefundOtherKey
                | Fault::OpenRefused
                | Fault::OpenTaken
                | Fault::AddsFee(_)
                | Fault::Unanswered,
            ) => whole(right),
            Some(Fault::Silent) => Self::Break,
            Some(Fault::Hang) => Self::Hang,
            Some(Fault::Status { code, retry_after }) => {
                whole(refusal(dialect, *code, *retry_after))
            }
            Some(Fault::Html) => whole(SimulatedReply::html(200, "Under maintenance")),
            Some(Fault::CutOff) => Self::Answer(right, Truncation::Half),
            Some(Fault::Garbage) => {
                let body = r#"{"transaction_status":"settlement","status_code":]"#;
                whole(SimulatedReply::json(200, body.to_owned()))
            }
            Some(Fault::KnownByIdOnly) => whole(dialect.unknown()),
            Some(Fault::LostByReference) => whole(SimulatedReply::html(404, "No such page")),
            Some(Fault::Redirect) => {
                let reply = SimulatedReply::html(302, "Moved");
                whole(reply.with(LOCATION, "/pretend/elsewhere".to_owned()))
            }
            Some(Fault::TooLarge) => whole(padded(right)),
        }
    }
}

fn refusal(dialect: &dyn Dialect, code: u16, retry_after: Option<u32>) -> SimulatedReply {
    let reply = dialect.refusal(code, "The simulated gateway was told to refuse");
    match retry_after {
        Some(seconds) => reply.with(RETRY_AFTER, seconds.to_string()),
        None => reply,
    }
}

/// Still valid JSON: only its size is wrong.
fn padded(mut reply: SimulatedReply) -> SimulatedReply {
    reply.body.pop();
    reply.body.push_str(",\"padding\":\"");
    reply.body.extend(std::iter::repeat_n('x', TOO_LARGE_BYTES));
    reply.body.push_str("\"}");
    reply
}

#[cfg(test)]
mod tests {
    use std::io::ErrorKind;
    use std::time::{Duration, Instant};

    use super::super::Simulator;
    use super::super::ids::transaction_id;
    use super::super::plan::OTHER_ORDER;
    use super::super::testing::{
        KEY, KeptConnection, ReceivedReply, answer, midtrans, midtrans_question, start,
        try_midtrans,
    };
    use super::super::{FaultTarget, MIDTRANS};
    use super::*;

    /// A simulated gateway with one settled payment and a fault for all payments.
    fn failing(fault: Fault) -> Simulator {
        let simulator = start();
        let handle = simulator.handle();
        handle
            .set(MIDTRANS, "INV-1", answer("settlement", 25_000))
            .unwrap();
        handle.fault(FaultTarget::all(MIDTRANS), fault).unwrap();
        simulator
    }

    fn observed(fault: Fault) -> ReceivedReply {
        midtrans(&failing(fault), "INV-1")
    }

    #[track_caller]
    fn check_ends_early(fault: Fault) {
        let simulator = failing(fault);
        let kind = try_midtrans(&simulator, "INV-1").unwrap_err().kind();
        let ends = [ErrorKind::UnexpectedEof, ErrorKind::ConnectionReset];
        assert!(ends.contains(&kind), "{kind}");
        assert_eq!(simulator.handle().asked_total(), 1);
    }

    #[test]
    fn silent_and_cut_faults_end_the_connection() {
        check_ends_early(Fault::Silent);
        check_ends_early(Fault::CutOff);
    }

    #[test]
    fn a_cut_answer_begins_like_the_right_one() {
        let right = midtrans(&failing(Fault::Delay(Duration::ZERO)), "INV-1").body;
        let simulator = failing(Fault::CutOff);
        let mut line = KeptConnection::to(&simulator);
        line.say(&midtrans_question("INV-1", KEY));
        let came = line.rest();
        let (head, body) = came.split_once("\r\n\r\n").unwrap();
        assert!(head.contains(&format!("content-length: {}", right.len())));
        assert_eq!(body, &right[..right.len() / 2]);
    }

    #[test]
    fn a_hanging_gateway_is_silent_until_stopped() {
        let simulator = failing(Fault::Hang);
        let mut line = KeptConnection::to(&simulator);
        line.say(&midtrans_question("INV-1", KEY));
        line.patience(Duration::from_millis(50));
        let kind = line.receive().unwrap_err().kind();
        assert!([ErrorKind::WouldBlock, ErrorKind::TimedOut].contains(&kind));
        line.patience(Duration::from_secs(20));
        simulator.stop();
        assert!(line.receive().is_err());
    }

    #[test]
    fn an_error_carries_code_and_retry_after() {
        for code in [401, 410, 429, 500, 503] {
            let retry_after = Some(7);
            let observed = observed(Fault::Status { code, retry_after });
            assert_eq!(observed.status, code);
            assert_eq!(observed.says("/status_code"), code.to_string());
            assert_eq!(observed.headers["retry-after"], "7");
        }
    }

    #[test]
    fn a_fault_can_answer_html_garbage_or_redirect() {
        let page = observed(Fault::Html);
        assert_eq!(page.status, 200);
        assert_eq!(page.headers["content-type"], "text/html; charset=utf-8");
        let garbage = observed(Fault::Garbage);
        assert_eq!(garbage.status, 200);
        assert!(serde_json::from_str::<serde_json::Value>(&garbage.body).is_err());
        let redirect = observed(Fault::Redirect);
        assert_eq!(redirect.status, 302);
        assert_eq!(redirect.headers["location"], "/pretend/elsewhere");
    }

    #[test]
    fn a_fault_can_answer_wrongly_or_too_much() {
        let other = observed(Fault::OtherOrder);
        assert_eq!(other.says("/order_id"), OTHER_ORDER);
        assert_eq!(
            other.says("/transaction_id"),
            transaction_id(OTHER_ORDER, 1)
        );
        let large = observed(Fault::TooLarge);
        assert!(large.body.len() > TOO_LARGE_BYTES);
        assert_eq!(large.says("/transaction_status"), "settlement");
    }

    #[test]
    fn a_late_answer_is_the_right_one() {
        let delay = Duration::from_millis(30);
        let simulator = failing(Fault::Delay(delay));
        let asked_at = Instant::now();
        let observed = midtrans(&simulator, "INV-1");
        assert!(asked_at.elapsed() >= delay);
        assert_eq!(observed.says("/transaction_status"), "settlement");
    }

    #[test]
    fn the_date_header_follows_the_clock_or_fault() {
        for (seconds, date) in [
            (0, "Mon, 02 Mar 2026 03:03:41 GMT"),
            (3600, "Mon, 02 Mar 2026 04:03:41 GMT"),
            (-3600, "Mon, 02 Mar 2026 02:03:41 GMT"),
        ] {
            assert_eq!(observed(Fault::WrongDate(seconds)).headers["date"], date);
        }
    }
}
