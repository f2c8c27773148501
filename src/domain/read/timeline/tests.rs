use super::*;
use crate::domain::samples::{POLICY, PRICE, dossier, minute, payment, rupiah};
use crate::domain::{
    CaseId, CaseKind, CaseSubject, OpenCase, OrderStatus, Payment, PaymentStatus, Phase, Schedule,
    WrittenReason,
};

fn line(minutes: u64, what: &str, from: Option<&str>, to: Option<&str>) -> AuditEntry {
    AuditEntry {
        id: 1,
        at: minute(minutes),
        actor: "gateway:midtrans".to_owned(),
        what: what.to_owned(),
        payment: Some(PaymentId(1)),
        from: from.map(str::to_owned),
        to: to.map(str::to_owned),
        rule: None,
        amount: None,
        why: WrittenReason::default(),
    }
}

fn spoken(minutes: u64, meaning: &str, word: Option<&str>) -> StatusEntry {
    StatusEntry {
        payment: PaymentId(1),
        gateway: "midtrans".parse().unwrap(),
        asked_at: minute(minutes),
        raw_status: word.map(str::to_owned),
        meaning: meaning.to_owned(),
    }
}

#[test]
fn the_timeline_is_in_order_of_time() {
    let trail = [
        line(0, "order", None, Some("pending")),
        line(5, "payment", Some("created"), Some("paid")),
        line(5, "stock", Some("held"), Some("sold")),
    ];
    let said = [
        spoken(2, "pending|pending|-", Some("pending")),
        spoken(5, "paid 25000|settlement|-", Some("settlement")),
    ];
    let entries = past(&trail, &said, &[]);
    let kinds: Vec<&str> = entries.iter().map(|entry| entry.kind.word()).collect();
    assert_eq!(kinds, ["decided", "said", "said", "decided", "did"]);
    assert_eq!(entries[2].word.as_deref(), Some("settlement"));
    assert_eq!(entries[2].actor, "gateway:midtrans");
}

#[track_caller]
fn check_said(meaning: &str, word: Option<&str>, text: &str) {
    let entries = past(&[], &[spoken(1, meaning, word)], &[]);
    assert_eq!(entries[0].text, format!("payment 1: {text}"));
}

#[test]
fn an_answer_shows_its_word_and_meaning() {
    check_said("pending|pending|-", Some("pending"), r#""pending""#);
    check_said(
        "paid 25000|settlement|a-1",
        Some("settlement"),
        r#""settlement", Rp 25,000 is in"#,
    );
    check_said(
        "refunded 5000 of 25000|partial_refund|-",
        Some("partial_refund"),
        r#""partial_refund", Rp 5,000 of Rp 25,000 has been refunded"#,
    );
    check_said(
        "charged_back 25000 of 25000|chargeback|-",
        Some("chargeback"),
        r#""chargeback", Rp 25,000 of Rp 25,000 has been charged back"#,
    );
    check_said("not_started|-|-", None, "is not known there");
    check_said(
        "unrecognised|partial_moon|-",
        Some("partial_moon"),
        r#""partial_moon", a word that this version does not know"#,
    );
    check_said("challenged|-|-", None, "challenged");
    check_said("", None, "");
}

#[track_caller]
fn check_written(line: &AuditEntry, text: &str) {
    assert_eq!(past(std::slice::from_ref(line), &[], &[])[0].text, text);
}

#[test]
fn a_change_shows_its_rule_in_words() {
    let paid = AuditEntry {
        rule: Some(Rule::P6),
        amount: Some(PRICE),
        why: WrittenReason {
            words: r#"midtrans says "settlement""#.to_owned(),
            ..WrittenReason::default()
        },
        ..line(5, "payment", Some("created"), Some("paid"))
    };
    check_written(
        &paid,
        r#"payment 1 created → paid, Rp 25,000 (P6: the right amount was paid): midtrans says "settlement""#,
    );
    let same = line(5, "payment", Some("paid"), Some("paid"));
    check_written(&same, "payment 1 stays paid");
    check_written(
        &line(5, "payment", None, Some("pending")),
        "payment 1 is pending",
    );
    check_written(
        &line(5, "stock", Some("held"), Some("sold")),
        "stock held → sold",
    );
    check_written(
        &line(5, "case_opened", None, Some("amount_mismatch")),
        "a person is asked about payment 1: amount_mismatch",
    );
    check_written(
        &line(5, "case_closed", Some("amount_mismatch"), None),
        "the question is closed: amount_mismatch",
    );
    check_written(
        &line(5, "refund", None, Some("due")),
        "refund of payment 1 is due",
    );
    let less = AuditEntry {
        amount: Some(rupiah(5_000)),
        ..line(5, "refund", None, None)
    };
    check_written(&less, "refund of payment 1 becomes less, Rp 5,000");
    check_written(&line(5, "note", None, None), "noted of payment 1");
    check_written(
        &line(5, "ticket", None, Some("x")),
        "ticket of payment 1 is x",
    );
}

/// Asked about at these minutes; the last answer was to the second.
fn asked(
    status: PaymentStatus,
    asked: Option<u64>,
    answered: Option<u64>,
    phase: Phase,
) -> Payment {
    Payment {
        schedule: Schedule {
            phase,
            next_check_at: Some(minute(90)),
            last_asked_at: asked.map(minute),
            last_answered_at: answered.map(minute),
            ..Schedule::new(minute(0))
        },
        raw_status: answered.map(|_| status.word().to_owned()),
        ..payment(1, status)
    }
}

#[track_caller]
fn check_why(payments: Vec<Payment>, at: u64, why: &str) {
    let next_steps = next_steps(
        &dossier(OrderStatus::Pending, payments),
        minute(at),
        &POLICY,
    );
    assert_eq!(next_steps.why, why);
    assert_eq!(next_steps.may_expire_after, Some(minute(63)));
    let deadline = next_steps
        .waiting
        .iter()
        .find(|entry| entry.actor == "deadline");
    let deadline = deadline.unwrap();
    assert_eq!(deadline.at, minute(63));
    let is_due = deadline.text == why;
    assert_eq!(is_due, at > 63, "{}", deadline.text);
}

#[test]
fn an_unmoved_order_explains_why() {
    use PaymentStatus::{Challenged, Expired, Paid, Pending};

    let waits = "it is not overdue yet, and no money has come in";
    check_why(
        vec![asked(Pending, Some(5), Some(5), Phase::Open)],
        63,
        waits,
    );
    let short = Payment {
        received: rupiah(20_000),
        ..asked(Paid, Some(5), Some(5), Phase::Money)
    };
    check_why(
        vec![short],
        30,
        "it is not overdue yet, and Rp 20,000 of Rp 25,000 is in",
    );
    let ends = "it is overdue and proven unpaid; the next expiry run ends it";
    check_why(vec![], 64, ends);
    check_why(
        vec![asked(Expired, Some(64), Some(64), Phase::Watch)],
        64,
        ends,
    );
    check_why(
        vec![asked(Pending, Some(64), Some(5), Phase::Silent)],
        65,
        "it is overdue, and kept until the gateway answers about payment 1 (O5)",
    );
    check_why(
        vec![asked(Pending, Some(64), Some(64), Phase::Overdue)],
        65,
        "it is overdue, and payment 1 could still be paid; the next expiry run closes it at its gateway first (O4)",
    );
    check_why(
        vec![asked(Challenged, Some(64), Some(64), Phase::Overdue)],
        65,
        "it is overdue, and kept until this is decided: payment 1 waits for a decision on fraud at its gateway (O6)",
    );
}

#[test]
fn every_status_has_an_explanation() {
    for status in OrderStatus::ALL {
        let mut dossier = dossier(*status, vec![payment(1, PaymentStatus::Paid)]);
        assert!(!next_steps(&dossier, minute(1), &POLICY).why.is_empty());
        dossier.cases.push(OpenCase {
            id: CaseId(3),
            kind: CaseKind::MoneyLost,
            subject: CaseSubject::Order,
        });
        let next_steps = next_steps(&dossier, minute(1), &POLICY);
        let is_lost = matches!(status, OrderStatus::Paid | OrderStatus::Fulfilled);
        assert_eq!(next_steps.why.contains("no longer fully paid"), is_lost);
        let first = &next_steps.waiting[0];
        assert_eq!(first.text, "case 3, money_lost");
        assert_eq!(first.at, minute(1));
    }
}

#[test]
fn a_payment_shows_last_answer_and_next_query() {
    let told = |payment: Payment| {
        let dossier = dossier(OrderStatus::Pending, vec![payment]);
        next_steps(&dossier, minute(1), &POLICY).payments.remove(0)
    };
    let silent = told(asked(
        PaymentStatus::Pending,
        Some(64),
        Some(5),
        Phase::Silent,
    ));
    assert!(silent.is_silent);
    assert_eq!(
        silent.text,
        r#"the last query was not answered; midtrans last said "pending""#
    );
    let fresh = told(payment(1, PaymentStatus::Created));
    assert_eq!(fresh.text, "midtrans has not answered about it yet");
    let unknown = told(asked(PaymentStatus::Created, Some(5), Some(5), Phase::Open));
    assert_eq!(unknown.text, "midtrans does not know it");
    let by_hand = told(Payment {
        gateway: "manual".parse().unwrap(),
        schedule: Schedule::never(),
        ..payment(1, PaymentStatus::Paid)
    });
    assert_eq!(by_hand.next_check_at, None);
    assert!(by_hand.text.contains("there is no gateway to query"));
}
