use proptest::prelude::*;

use super::{AmountError, Notation, SeparatorEvidence, WrittenAmount, read};
use crate::domain::Rupiah;

fn amount(text: &str, notation: Notation) -> Option<i64> {
    let written = read(text, notation).ok()?;
    Some(written.amount.as_i64())
}

#[track_caller]
fn check(text: &str, amount: i64, is_interpreted: bool) {
    let written = read(text, Notation::Alone).map_err(|error| error.to_string());
    let wanted = WrittenAmount {
        amount: Rupiah::from_db(amount),
        interpreted: is_interpreted.then(|| text.trim().to_owned()),
    };
    assert_eq!(written, Ok(wanted), "{text:?}");
}

#[track_caller]
fn check_refused(text: &str, words: &str) {
    let refusal = read(text, Notation::Alone).map(|written| written.amount.as_i64());
    let refusal = refusal.map_err(|error| error.to_string());
    assert!(
        refusal.as_ref().is_err_and(|told| told.ends_with(words)),
        "{text:?}: {refusal:?}, not {words:?}"
    );
}

fn signs(texts: &[&str]) -> SeparatorEvidence {
    let mut signs = SeparatorEvidence::default();
    for text in texts {
        signs.observe(text);
    }
    signs
}

/// How a file that holds these reads each of them.
#[track_caller]
fn check_file(texts: &[&str], wanted: &[Option<i64>]) {
    let notation = Notation::Among(signs(texts));
    let amounts: Vec<Option<i64>> = texts.iter().map(|text| amount(text, notation)).collect();
    assert_eq!(amounts, wanted, "{texts:?}");
}

#[test]
fn digits_alone_are_the_amount() {
    check("0", 0, false);
    check("150", 150, false);
    check("150000", 150_000, false);
    check(" 007 ", 7, false);
    check("1000000000000", 1_000_000_000_000, false);
    check("Rp150000", 150_000, false);
    check("rp. 500", 500, false);
    check("IDR\u{a0}500", 500, false);
    check("150000,-", 150_000, false);
}

#[test]
fn groups_of_three_are_thousands() {
    for text in [
        "150.000",
        "150,000",
        "150 000",
        "150\u{a0}000",
        "Rp 150.000",
        "Rp150.000",
        "Rp.150.000,-",
        "Rp. 150.000,-",
        "Rp\u{a0}150.000",
        "rp 150.000",
        "IDR 150,000",
        "150.000,00",
        "150,000.00",
        "150 000,00",
        "150 000.00",
        "Rp 150.000,00",
        "150.000,-",
    ] {
        check(text, 150_000, true);
    }
    check("1.500", 1_500, true);
    check("1,500", 1_500, true);
    check("1.500.000", 1_500_000, true);
    check("1.000.000.000.000", 1_000_000_000_000, true);
}

#[test]
fn empty_cents_of_exports_are_ignored() {
    check("25000.00", 25_000, false);
    check("25000.0", 25_000, false);
    check("25000,00", 25_000, false);
    check("1500.00", 1_500, false);
    check("Rp 25000.00", 25_000, false);
    check("0.00", 0, false);
}

#[test]
fn an_unclear_amount_says_what_to_write() {
    check_refused("150.00", "write 150");
    check_refused("150.0", "write 150");
    check_refused("150,00", "write 150");
    check_refused("150,5", "write 150 or 150500");
    check_refused("12.5", "write 12 or 12500");
    check_refused("25000.50", "write 25000 or 25000500");
    check_refused("0.500", "write 500");
    check_refused(".500", "write 500");
    check_refused("01.500", "write 1500");
    check_refused("000.150", "write 150");
    check_refused("1.50.000", "write 150000");
    check_refused("1.5000", "write 15000");
    check_refused("1.500,000", "write 1500 or 1500000");
    check_refused("1,500.000", "write 1500 or 1500000");
    check_refused("150000.000", "write 150000 or 150000000");
    check_refused("1500,000", "write 1500 or 1500000");
    check_refused("25000,0", "write 25000");
    check_refused("150.000.00", "write 150000");
    check_refused("150.000,0", "write 150000");
    check_refused("1.500,000.00", "write 1500000");
    check_refused("1 500.000", "write 1500 or 1500000");
    check_refused("150.000,00,-", "write 150000");
    check_refused("150rb", "write 150000");
    check_refused("150 ribu", "write 150000");
    check_refused("150k", "write 150000");
    check_refused("1,5jt", "write 1500000");
    check_refused("1.500rb", "write 1500000");
    check_refused("+150", "write 150");
    check_refused("150'000", "write 150000");
    check_refused("150’000", "write 150000");
    check_refused("150_000", "write 150000");
    check_refused("150\u{202f}000", "write 150000");
    check_refused("150\u{2009}000", "write 150000");
    check_refused("150  000", "write 150000");
    check_refused("150 .000", "write 150 or 150000");
}

#[test]
fn text_that_is_no_amount_asks_for_digits() {
    for text in [
        "",
        " ",
        "Rp",
        "1e5",
        "0x10",
        "٣",
        "１５０",
        "150.-",
        "150.000,--",
        "abc",
        "150 IDR",
        "NaN",
        "150;000",
        "Rp Rp 150",
        "$150",
    ] {
        check_refused(text, "write it in digits, as 150000");
    }
    for text in ["-1", "-150.000", "Rp -50,000", "\u{2212}150"] {
        check_refused(text, "must not be negative; write it in digits, as 150000");
    }
    for text in [
        "1000000000001",
        "1.000.000.000.001",
        "99999999999999999999999",
    ] {
        let told = "is more than Rp 1,000,000,000,000; write it in digits, as 150000";
        check_refused(text, told);
    }
}

#[test]
fn one_decimal_dot_in_a_file_settles_grouping() {
    check_file(&["150.000", "300.000"], &[Some(150_000), Some(300_000)]);
    for decimal in [
        "150000.000",
        "25000.00",
        "25000.0",
        "12.5",
        "0.500",
        "150.00",
        "7,500.00",
    ] {
        let texts = ["150.000", decimal, "1.500.000", "150.000,00"];
        let notation = Notation::Among(signs(&["150.000", decimal]));
        for text in texts.into_iter().filter(|text| *text != decimal) {
            let refusal = read(text, notation);
            assert!(
                matches!(refusal, Err(AmountError::DecimalElsewhere('.', _))),
                "{text} beside {decimal}: {refusal:?}"
            );
        }
    }
    check_file(&["150000.000", "150.000"], &[Some(150_000), None]);
    check_file(&["25000.00", "150,000"], &[Some(25_000), Some(150_000)]);
    check_file(&["25000,00", "150,000"], &[Some(25_000), None]);
    check_file(&["25000,00", "150.000"], &[Some(25_000), Some(150_000)]);
    // Whose dot both groups and is decimal is asked.
    check_file(&["1.500.000", "150000.000"], &[None, None]);
    check_file(&["150.000,-", "150000.000"], &[None, None]);
    check_file(
        &["abc.000", "1.2.3", "x.5", "150.000"],
        &[None, None, None, Some(150_000)],
    );
}

#[test]
fn a_dot_never_groups_beside_a_decimal_point() {
    for (text, wanted) in [
        ("150.000", Some(150)),
        ("150.00", Some(150)),
        ("150000.000", Some(150_000)),
        ("25000.0000", Some(25_000)),
        ("0.00", Some(0)),
        ("150000", Some(150_000)),
        ("150,000.00", Some(150_000)),
        ("150,000", Some(150_000)),
        ("1.500", None),
        ("1.500.000", None),
        ("150.000,00", None),
        ("150.000,-", None),
        ("25000,00", None),
        (".00", None),
    ] {
        assert_eq!(amount(text, Notation::DecimalPoint), wanted, "{text:?}");
    }
    let told = read("1.500", Notation::DecimalPoint)
        .unwrap_err()
        .to_string();
    assert!(told.starts_with("has cents"), "{told}");
}

/// What a person can type: digits and everything that stands among them.
fn texts() -> impl Strategy<Value = String> {
    let letters = "[0-9.,  \u{a0}'Rp-]{0,14}";
    prop_oneof![
        letters.prop_map(String::from),
        "(Rp[.]? ?)?[0-9]{1,4}([., \u{a0}][0-9]{1,4}){0,4}(,-)?".prop_map(String::from),
    ]
}

proptest! {
    #[test]
    fn a_printed_amount_can_be_typed(amount in 0_i64..=1_000_000_000_000) {
        let amount = Rupiah::from_db(amount);
        let dotted = amount.to_string().replace(',', ".");
        for text in [amount.to_string(), dotted, amount.as_i64().to_string()] {
            let written = read(&text, Notation::Alone).map(|written| written.amount);
            prop_assert_eq!(written, Ok(amount));
        }
    }

    #[test]
    fn no_text_means_two_amounts(text in texts(), others in prop::collection::vec(texts(), 0..6)) {
        let others: Vec<&str> = others.iter().map(String::as_str).collect();
        let among = amount(&text, Notation::Among(signs(&others)));
        if let (Some(alone), Some(among)) = (amount(&text, Notation::Alone), among) {
            prop_assert_eq!(alone, among);
        }
    }

    #[test]
    fn an_amount_keeps_all_digits_but_empty_cents(text in texts()) {
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        if let Some(amount) = amount(&text, Notation::Alone) {
            let all: i64 = digits.parse().unwrap();
            prop_assert!([amount, amount * 10, amount * 100].contains(&all), "{:?}", text);
        }
    }

    #[test]
    fn amounts_that_machines_read_differently_are_marked(text in texts()) {
        let Ok(written) = read(&text, Notation::Alone) else { return Ok(()) };
        if let Ok(machine) = Rupiah::parse(&text) && machine != written.amount {
            prop_assert!(written.interpreted.is_some());
        }
    }
}
