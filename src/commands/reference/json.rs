//! `docs/reference/json` is complete: every command, every word.

use std::collections::BTreeSet;

use clap::CommandFactory as _;
use serde_json::{Value, json};

use crate::commands::Cli;
use crate::commands::testing::schemas::{complaint, files};
use crate::domain::{
    AccessFrom, AccessState, CaseAnswer, CaseKind, CaseOutcome, EffectKind, EffectStatus,
    Invariant, LateMoney, NotificationStatus, OrderStatus, PaymentStatus, RefundReason,
    RefundStatus, Reservation, Rule, StringEnum, TicketState, TimelineKind, Trigger,
};
use crate::exit::Exit;
use crate::reconciler::CheckAction;
use crate::shutdown::StopReason;
use crate::store::CleanupCategory;

/// It plays a story for people, and prints what the commands in it print.
const WITHOUT_DOCUMENT: [&str; 1] = ["demo"];

/// Not the document of a command: what they share, a failure, the payload of an effect.
const WITHOUT_COMMAND: [&str; 3] = ["common", "error", "effect"];

/// Panics unless the definition of that name has exactly these words.
#[track_caller]
pub(in crate::commands) fn check_words<T: StringEnum>(name: &str) {
    let common = &files()["common"];
    let listed: Vec<&str> = common["$defs"][name]["enum"]
        .as_array()
        .unwrap_or_else(|| panic!("common.schema.json has no words for {name}"))
        .iter()
        .map(|word| word.as_str().unwrap())
        .collect();
    assert_eq!(listed, T::WORDS, "{name} in common.schema.json");
}

/// `check-all`, `order-show`: every command that does something, as its schema is called.
pub(super) fn commands() -> BTreeSet<String> {
    fn add(command: &clap::Command, path: &str, all: &mut BTreeSet<String>) {
        for sub in command.get_subcommands() {
            let path = format!("{path}{}", sub.get_name());
            if sub.get_subcommands().next().is_none() || !sub.is_subcommand_required_set() {
                all.insert(path.clone());
            }
            add(sub, &format!("{path}-"), all);
        }
    }
    let mut all = BTreeSet::new();
    add(&Cli::command(), "", &mut all);
    all
}

#[test]
fn every_command_has_its_schema() {
    let mut documented: BTreeSet<String> = files().into_keys().collect();
    for name in WITHOUT_COMMAND {
        assert!(documented.remove(name), "{name}");
    }
    let mut commands = commands();
    for name in WITHOUT_DOCUMENT {
        assert!(commands.remove(name), "{name}");
    }
    assert_eq!(documented, commands, "schemas, and commands");
}

#[test]
fn every_word_is_in_the_schemas() {
    macro_rules! check_all {
        ($($name:literal: $words:ty),+ $(,)?) => {$(
            check_words::<$words>($name);
        )+};
    }
    check_all! {
        "access_from": AccessFrom, "access_status": AccessState, "case_answer": CaseAnswer,
        "case_kind": CaseKind, "case_resolution": CaseOutcome, "check_action": CheckAction,
        "cleanup_category": CleanupCategory, "effect_kind": EffectKind, "effect_occasion": Trigger,
        "effect_status": EffectStatus, "invariant": Invariant, "late_money": LateMoney,
        "notification_mark": NotificationStatus, "order_status": OrderStatus, "payment_status": PaymentStatus,
        "refund_reason": RefundReason, "refund_status": RefundStatus, "reservation": Reservation,
        "rule": Rule, "stop_reason": StopReason, "ticket_status": TicketState, "timeline_kind": TimelineKind,
    }
    let codes: Vec<u8> = Exit::ALL.iter().map(|exit| exit.code()).collect();
    let listed = &files()["common"]["$defs"]["exit"]["enum"];
    assert_eq!(listed, &json!(codes), "exit in common.schema.json");
}

/// Every object says what it may hold, and every field what it is.
#[test]
fn every_field_is_described() {
    fn look(name: &str, schema: &Value) {
        if let Some(fields) = schema["properties"].as_object() {
            assert_eq!(schema["additionalProperties"], false, "{name}");
            for (field, told) in fields {
                let text = told["description"].as_str().unwrap_or_default();
                assert!(text.ends_with('.') && text.len() > 4, "{name}: {field}");
            }
        }
        let parts = schema["$defs"].as_object();
        for (part, schema) in parts.into_iter().flatten() {
            look(&format!("{name}#{part}"), schema);
        }
    }
    for (name, schema) in files() {
        look(&name, &schema);
    }
}

const GOOD: &str = r#"{"schema":"payctl/1","command":"access revoke","started_at":"2026-03-02T04:00:00Z","order":"INV-1","product":"stream","revoked":1,"dry_run":false,"exit":0}"#;

#[track_caller]
fn check_bad(from: &str, to: &str, told: &str) {
    let changed = GOOD.replacen(from, to, 1);
    assert_ne!(changed, GOOD);
    let complaint = complaint(&changed).unwrap_or_else(|| panic!("{changed} was accepted"));
    assert!(complaint.contains(told), "{complaint}");
}

#[test]
fn a_document_that_differs_is_found() {
    assert_eq!(complaint(GOOD), None);
    check_bad("payctl/1", "payctl/2", "/schema");
    check_bad("access revoke", "access grant", "no schema access-grant");
    check_bad("\"revoked\":1,", "", "revoked");
    check_bad("\"revoked\":1,", "\"revoked\":1,\"more\":2,", "more");
    check_bad("\"revoked\":1", "\"revoked\":\"1\"", "/revoked");
    check_bad("INV-1", "INV 1", "/order");
    check_bad("04:00:00Z", "04:00:00+07:00", "/started_at");
    check_bad("\"exit\":0", "\"exit\":9", "/exit");
}

#[test]
fn a_line_that_differs_is_found() {
    let last = r#"{"schema":"payctl/1","command":"order list","started_at":"2026-03-02T04:00:00Z","summary":{"orders":0,"more":false},"finished_at":"2026-03-02T04:00:00Z","exit":0}"#;
    assert_eq!(complaint(&format!("{last}\n")), None);
    let told = complaint(&format!("{{\"order\":\"INV-1\"}}\n{last}\n")).unwrap();
    assert!(told.contains("order-list#row"), "{told}");
    let told = complaint(&last.replace("\"more\":false", "\"more\":0")).unwrap();
    assert!(told.contains("order-list#last"), "{told}");
}
