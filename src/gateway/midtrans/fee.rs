//! The fee that Midtrans adds to an amount if the account is configured so (Automatic Fee Imposition).
//!
//! `gross_amount` is then what the customer must pay, and `gross_amount_info` says what the shop requested: within
//! `metadata.extra_info`, on some accounts within `extra_info` alone (midtrans-php#118).

use super::super::reading::{JsonBody, JsonField};
use super::fields::gross;
use crate::domain::{AmountParts, Rupiah};

const INFO: &str = "gross_amount_info";

/// How an answer breaks down its amount. Two places that differ, or parts that do not add up, are unclear.
pub(super) fn parts(body: &JsonBody<'_>) -> AmountParts {
    read(body).unwrap_or(AmountParts::Unclear)
}

/// The object with the parts, to be stored; from the first place that has one.
pub(super) fn info<'a>(body: &JsonBody<'a>) -> Option<JsonBody<'a>> {
    let mut places = places(body).into_iter().flatten();
    places.find_map(|place| place.object(INFO))
}

fn places<'a>(body: &JsonBody<'a>) -> [Option<JsonBody<'a>>; 2] {
    let metadata = body.object("metadata");
    [
        metadata.and_then(|metadata| metadata.object("extra_info")),
        body.object("extra_info"),
    ]
}

/// What one place says, or both together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct FeeInfo {
    original: Option<Rupiah>,
    fee: Option<Rupiah>,
    gross: Option<Rupiah>,
}

struct UnclearFee;

fn read(body: &JsonBody<'_>) -> Result<AmountParts, UnclearFee> {
    let mut told = FeeInfo::default();
    for place in places(body).into_iter().flatten() {
        told = told.and(info_in(&place)?)?;
    }
    if told == FeeInfo::default() {
        return Ok(AmountParts::Absent);
    }
    let (Some(original), Some(fee)) = (told.original, told.fee) else {
        return Err(UnclearFee);
    };
    let asked_of_customer = gross(body).map_err(|_| UnclearFee)?;
    let adds_up = original + fee == asked_of_customer
        && told.gross.is_none_or(|gross| gross == asked_of_customer);
    if adds_up {
        Ok(AmountParts::Told { original, fee })
    } else {
        Err(UnclearFee)
    }
}

fn info_in(place: &JsonBody<'_>) -> Result<FeeInfo, UnclearFee> {
    let Some(info) = place.object(INFO) else {
        return match place.field(INFO) {
            JsonField::Absent => Ok(FeeInfo::default()),
            JsonField::Text(_) | JsonField::Odd => Err(UnclearFee),
        };
    };
    let amount = |key| info.amount(key).map_err(|_| UnclearFee);
    Ok(FeeInfo {
        original: amount("original_amount")?,
        fee: amount("customer_imposed_payment_fee")?,
        gross: amount("gross_amount")?,
    })
}

impl FeeInfo {
    /// Combines both unless they contradict each other.
    fn and(self, other: Self) -> Result<Self, UnclearFee> {
        Ok(Self {
            original: both(self.original, other.original)?,
            fee: both(self.fee, other.fee)?,
            gross: both(self.gross, other.gross)?,
        })
    }
}

fn both(one: Option<Rupiah>, other: Option<Rupiah>) -> Result<Option<Rupiah>, UnclearFee> {
    match (one, other) {
        (Some(one), Some(other)) if one != other => Err(UnclearFee),
        _ => Ok(one.or(other)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gateway::testing::answer;

    const WHOLE: &str = r#"{"original_amount":"25000.00","gross_amount":"25175.00","customer_imposed_payment_fee":"175.00"}"#;

    #[track_caller]
    fn check(fields: &str, expected: AmountParts) {
        let body = format!(r#"{{"gross_amount":"25175.00"{fields}}}"#);
        let answer = answer(200, body);
        assert_eq!(parts(&JsonBody::of(&answer).unwrap()), expected, "{fields}");
    }

    fn known_parts() -> AmountParts {
        AmountParts::Told {
            original: Rupiah::from_db(25_000),
            fee: Rupiah::from_db(175),
        }
    }

    fn in_metadata(info: &str) -> String {
        format!(r#","metadata":{{"extra_info":{{"gross_amount_info":{info}}}}}"#)
    }

    fn on_top(info: &str) -> String {
        format!(r#","extra_info":{{"gross_amount_info":{info}}}"#)
    }

    #[test]
    fn a_fee_is_read_in_either_place() {
        check(&in_metadata(WHOLE), known_parts());
        check(&on_top(WHOLE), known_parts());
        check(&(in_metadata(WHOLE) + &on_top(WHOLE)), known_parts());
    }

    #[test]
    fn fee_amounts_are_texts_or_numbers() {
        for info in [
            r#"{"original_amount":25000,"customer_imposed_payment_fee":175}"#,
            r#"{"original_amount":25000.00,"customer_imposed_payment_fee":"175"}"#,
            r#"{"original_amount":"25000","customer_imposed_payment_fee":175.0,"gross_amount":25175}"#,
        ] {
            check(&in_metadata(info), known_parts());
        }
    }

    #[test]
    fn half_a_fee_in_each_place_suffices() {
        let original = r#"{"original_amount":"25000.00"}"#;
        let fee = r#"{"customer_imposed_payment_fee":"175.00"}"#;
        check(&(in_metadata(original) + &on_top(fee)), known_parts());
        check(&in_metadata(original), AmountParts::Unclear);
        check(&on_top(fee), AmountParts::Unclear);
    }

    #[test]
    fn two_places_that_differ_are_unclear() {
        let other = WHOLE.replace("25000", "24000").replace("175.00", "1175.00");
        for (one, two) in [(WHOLE, other.as_str()), (other.as_str(), WHOLE)] {
            check(&(in_metadata(one) + &on_top(two)), AmountParts::Unclear);
        }
    }

    #[test]
    fn parts_that_do_not_add_up_are_unclear() {
        for (from, to) in [
            (r#":"25000.00""#, r#":"24999.00""#),
            (r#":"25175.00""#, r#":"25000.00""#),
            (r#":"175.00""#, r#":"-175.00""#),
            (r#":"175.00""#, r#":"175.50""#),
            (r#":"175.00""#, r#":["175.00"]"#),
            (r#":"25000.00""#, r#":"Rp 25.000""#),
        ] {
            let info = WHOLE.replacen(from, to, 1);
            assert_ne!(info, WHOLE);
            check(&in_metadata(&info), AmountParts::Unclear);
        }
        check(&on_top("[]"), AmountParts::Unclear);
        check(&on_top(r#""none""#), AmountParts::Unclear);
    }

    #[test]
    fn a_shops_own_metadata_says_nothing() {
        for fields in [
            "",
            r#","metadata":null,"extra_info":null"#,
            r#","metadata":"order 7","extra_info":"x""#,
            r#","metadata":{"extra_info":{}},"extra_info":[]"#,
            r#","metadata":{"cart":7}"#,
        ] {
            check(fields, AmountParts::Absent);
        }
        check(&on_top("null"), AmountParts::Absent);
        check(&on_top("{}"), AmountParts::Absent);
    }
}
