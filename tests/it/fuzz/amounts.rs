//! Amounts: no digit is lost, no text means two, and what is printed is read again.

use payctl::domain::values::amount_text::read;
use payctl::domain::{AmountError, Notation, Rupiah, SeparatorEvidence};

use super::answers::coarse;
use super::engine::{Target, fuzz};
use super::json::rupiah;
use super::{Outcome, promise};

#[test]
fn no_amount_is_read_in_two_ways() {
    let target = Target {
        name: "amounts",
        seeds: Vec::new(),
        words: &[
            "Rp", "Rp.", "IDR", "rb", ",-", ".", ",", "\u{a0}", "\u{2212}", "-", "000", "00",
            "150", "1", "999", " ",
        ],
        rounds: 2_000,
    };
    fuzz(&target, |input| check(&String::from_utf8_lossy(input)));
}

fn check(text: &str) -> Outcome {
    let by_machine = Rupiah::parse(text).ok().map(Rupiah::as_i64);
    promise!(
        by_machine == rupiah(text.trim()),
        "two readers of a number agree: {by_machine:?}"
    );
    let alone = read(text, Notation::Alone);
    let with_point = read(text, Notation::DecimalPoint);
    for evidence in all_evidence() {
        let among = read(text, Notation::Among(evidence));
        if let (Ok(alone), Ok(among)) = (&alone, &among) {
            promise!(
                alone.amount == among.amount,
                "no text means two amounts: {among:?}"
            );
        }
        check_reading(text, &among)?;
    }
    for written in [&alone, &with_point] {
        check_reading(text, written)?;
    }
    if let (Ok(written), Some(machine)) = (&alone, by_machine) {
        let is_same = written.amount.as_i64() == machine;
        promise!(
            is_same || written.interpreted.is_some(),
            "what machines read otherwise is shown: {written:?}, {machine}"
        );
    }
    let words = |read: &Result<_, AmountError>| match read {
        Ok(_) => "read".to_owned(),
        Err(error) => coarse(&error.to_string()),
    };
    Ok(format!(
        "{} {} {}",
        words(&alone.map(|_| ())),
        words(&with_point.map(|_| ())),
        by_machine.is_some()
    ))
}

fn all_evidence() -> impl Iterator<Item = SeparatorEvidence> {
    (0..8).map(|bits| SeparatorEvidence {
        decimal_dot: bits & 1 != 0,
        decimal_comma: bits & 2 != 0,
        grouping_dot: bits & 4 != 0,
    })
}

fn check_reading(
    text: &str,
    written: &Result<payctl::domain::WrittenAmount, AmountError>,
) -> Result<(), String> {
    match written {
        Ok(written) => {
            let digits: String = text.chars().filter(char::is_ascii_digit).collect();
            let told = written.amount.as_i64().to_string();
            let left = digits.trim_start_matches('0');
            let rest = left.strip_prefix(told.trim_start_matches('0'));
            let is_whole = rest.is_some_and(|cents| cents.chars().all(|digit| digit == '0'));
            promise!(is_whole, "an amount keeps its digits: {told} of {digits}");
            promise!(
                written.amount <= Rupiah::MAX,
                "an amount has a bound: {told}"
            );
            check_printed(written.amount)
        }
        Err(AmountError::Unclear(candidates) | AmountError::DecimalElsewhere(_, candidates)) => {
            candidates
                .iter()
                .try_for_each(|amount| check_printed(*amount))
        }
        Err(AmountError::Money(_)) => Ok(()),
    }
}

/// As digits and as people see it, it is read as itself, by people's reader and by the machines'.
fn check_printed(amount: Rupiah) -> Result<(), String> {
    let digits = amount.as_i64().to_string();
    let dotted = amount.to_string().replace(',', ".");
    for text in [&digits, &amount.to_string(), &dotted] {
        let again = read(text, Notation::Alone).map(|written| written.amount);
        promise!(
            again == Ok(amount),
            "what is printed can be typed: {text}, {again:?}"
        );
    }
    for text in [digits.clone(), format!("{digits}.00")] {
        let again = Rupiah::parse(&text);
        promise!(
            again == Ok(amount),
            "what is printed can be parsed: {text}, {again:?}"
        );
    }
    Ok(())
}
