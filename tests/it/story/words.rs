//! The words of a story's lines about a gateway.

use std::str::SplitWhitespace;

use payctl::domain::Rupiah;
use payctl::simulator::{AttemptTruth, Fault, FeeShown};

use super::{Result, next};

pub(super) const AMOUNT: i64 = 25_000;

pub(super) fn answer(
    reference: &str,
    status: &str,
    words: &mut SplitWhitespace<'_>,
) -> Result<AttemptTruth> {
    let mut answer = AttemptTruth::new(status, Rupiah::new(AMOUNT).map_err(|why| why.to_string())?);
    while let Some(word) = words.next() {
        let value = next(words)?;
        match word {
            "amount" => answer.amount = rupiah(value)?,
            "refunded" => answer.refunded = Some(rupiah(value)?),
            "fee" => answer.fee = Some(rupiah(value)?),
            "shown" => answer.fee_shown = Some(fee_shown(value)?),
            "as" => answer.method = Some(value.to_owned()),
            "fraud" => answer.fraud_status = Some(value.to_owned()),
            "try" => answer.try_number = value.parse().ok(),
            "calls" if value == "itself" => {
                let nth = answer.try_number.unwrap_or(1);
                answer.order_id = Some(payctl::simulator::transaction_id(reference, nth));
            }
            "calls" => answer.order_id = Some(value.to_owned()),
            other => return Err(format!("no answer has {other:?}")),
        }
    }
    Ok(answer)
}

/// The simulator's faults by their words.
pub(crate) fn fault(word: &str, words: &mut SplitWhitespace<'_>) -> Result<Option<Fault>> {
    Ok(Some(match word {
        "silent" => Fault::Silent,
        "hang" => Fault::Hang,
        "html" => Fault::Html,
        "cut_off" => Fault::CutOff,
        "garbage" => Fault::Garbage,
        "other_order" => Fault::OtherOrder,
        "redirect" => Fault::Redirect,
        "too_large" => Fault::TooLarge,
        "paid_when_closed" => Fault::PaidWhenClosed,
        "close_refused" => Fault::CloseRefused,
        "close_ignored" => Fault::CloseIgnored,
        "close_unavailable" => Fault::CloseUnavailable,
        "known_by_id_only" => Fault::KnownByIdOnly,
        "lost_by_reference" => Fault::LostByReference,
        "open_refused" => Fault::OpenRefused,
        "open_taken" => Fault::OpenTaken,
        "unanswered" => Fault::Unanswered,
        "refund_denied" => Fault::RefundDenied,
        "refund_other_key" => Fault::RefundOtherKey,
        "adds_fee" => Fault::AddsFee(rupiah(next(words)?)?),
        "off_by_seconds" => Fault::WrongDate(next(words)?.parse().map_err(|_| "how many")?),
        "code" => Fault::Status {
            code: next(words)?.parse().map_err(|_| "which code")?,
            retry_after: words.next().and_then(|seconds| seconds.parse().ok()),
        },
        _ => return Ok(None),
    }))
}

pub(super) fn rupiah(text: &str) -> Result<Rupiah> {
    Rupiah::parse(text).map_err(|why| why.to_string())
}

fn fee_shown(word: &str) -> Result<FeeShown> {
    Ok(match word {
        "metadata" => FeeShown::Metadata,
        "extra_info" => FeeShown::ExtraInfo,
        "both" => FeeShown::Both,
        "contradicting" => FeeShown::Contradicting,
        "nowhere" => FeeShown::Nowhere,
        other => return Err(format!("a fee is not shown {other:?}")),
    })
}
