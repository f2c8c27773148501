use std::collections::BTreeSet;

use super::*;
use crate::domain::{Instant, Quote, Rupiah};

/// Everything that has a code, with the names of its parameters.
fn codes() -> Vec<(&'static str, &'static [&'static str])> {
    [
        Reason::CODES,
        CheckReason::CODES,
        approve::ApprovalRefusal::CODES,
        ask::AmountRefusal::CODES,
        extend::ExtendRefusal::CODES,
        fulfil::RetryRefusal::CODES,
        resend::ResendRefusal::CODES,
        open::OpenRefusal::CODES,
        refund::RefundRefusal::CODES,
        register::ImportRefusal::CODES,
        resolve::ResolveRefusal::CODES,
        resolve::Unfit::CODES,
        revoke::TicketRevokeRefusal::CODES,
        unredeem::UnredeemRefusal::CODES,
        withdraw::WithdrawRefusal::CODES,
    ]
    .concat()
}

fn messages(language: Language) -> impl Iterator<Item = &'static Message> {
    language.tables().iter().flat_map(|table| table.iter())
}

fn params_of(template: &str) -> impl Iterator<Item = &str> {
    parts(template).filter_map(|part| match part {
        Part::Param(name) => name.split(':').next(),
        Part::Words(_) => None,
    })
}

#[test]
fn every_code_has_one_message() {
    for language in Language::ALL {
        let codes: Vec<&str> = codes().iter().map(|(code, _)| *code).collect();
        let known: BTreeSet<&str> = codes.iter().copied().collect();
        assert_eq!(codes.len(), known.len(), "a code stands twice");
        let told: Vec<&str> = messages(*language).map(|(code, _)| *code).collect();
        let set: BTreeSet<&str> = told.iter().copied().collect();
        assert_eq!(told.len(), set.len(), "a message stands twice");
        assert_eq!(known, set);
    }
}

#[test]
fn no_message_has_a_parameter_its_code_lacks() {
    let codes = codes();
    for language in Language::ALL {
        for (code, template) in messages(*language).chain(en::HINTS) {
            let known = codes.iter().find(|(one, _)| one == code);
            let (_, known) = known.unwrap();
            for name in params_of(template) {
                assert!(known.contains(&name), "{code}: {name}");
            }
        }
    }
}

#[test]
fn every_invariant_has_advice() {
    for invariant in Invariant::ALL {
        assert!(
            Language::English.advice(*invariant).ends_with('.'),
            "{invariant}"
        );
    }
}

#[test]
fn a_code_is_one_plain_word() {
    for (code, _) in codes() {
        let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte == b'_';
        assert!(code.bytes().all(is_plain), "{code}");
    }
}

#[test]
fn every_kind_of_parameter_becomes_words() {
    let amount = Rupiah::from_db(25_000);
    let reason = Reason::operator("paid cash");
    for (value, told) in [
        (Value::Text("a".to_owned()), "a"),
        (
            Value::from(&Quote("settle\nment".to_owned())),
            r#""settle\nment""#,
        ),
        (Value::Number(-7), "-7"),
        (Value::Amount(amount), "Rp 25,000"),
        (
            Value::Instant(Instant::from_millis(0)),
            "1970-01-01T00:00:00Z",
        ),
        (Value::Word("paid"), "paid"),
        (Value::from(&Box::new(reason.clone())), "paid cash"),
        (
            Value::from(&vec![reason, Reason::RestIsIn]),
            "paid cash; the order is fully paid now",
        ),
    ] {
        assert_eq!(Language::English.value(&value), told);
    }
}

#[test]
fn a_reason_is_a_code_with_parameters() {
    let reason = Reason::OperatorAnd {
        words: "no show".to_owned(),
        reason: Box::new(Reason::PaymentsClosed { payments: 2 }),
    };
    assert_eq!(
        reason.to_string(),
        "no show; all 2 payments are unpaid and closed, as their gateways confirmed after the deadline"
    );
    assert_eq!(
        serde_json::to_string(&reason).unwrap(),
        r#"{"code":"operator_and","params":{"words":"no show","reason":{"code":"payments_closed","params":{"payments":2}}}}"#
    );
}
