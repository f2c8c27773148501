//! `docs/reference/json` is complete: every command, every word.

use std::collections::BTreeSet;
use std::path::Path;

use clap::CommandFactory as _;
use serde_json::{Value, json};

use crate::commands::Cli;
use crate::commands::schedule::{JobInstallation, ScheduleChangeKind, Scheduler};
use crate::commands::scheduled_job::JobState;
use crate::domain::{
    AccessFrom, AccessState, CaseAnswer, CaseKind, CaseOutcome, EffectKind, EffectStatus,
    Invariant, LateMoney, NotificationStatus, OrderStatus, PaymentStatus, RefundReason,
    RefundStatus, Reservation, Rule, StringEnum, TicketState, TimelineKind, Trigger,
};
use crate::exit::Exit;
use crate::reconciler::CheckAction;
use crate::shutdown::StopReason;
use crate::store::CleanupCategory;

/// One plays a story for people, and prints what the commands in it print; the others are for shells and `man`.
const WITHOUT_DOCUMENT: [&str; 3] = ["demo", "completions", "man"];

/// Not the document of a command: what they share, a failure, the payload of an effect.
const WITHOUT_COMMAND: [&str; 3] = ["common", "error", "effect"];

/// The definitions that all schemas share.
fn common() -> Value {
    let text = include_str!("../../../docs/reference/json/common.schema.json");
    serde_json::from_str(text).unwrap()
}

/// Panics unless the definition of that name has exactly these words.
#[track_caller]
pub(in crate::commands) fn check_words<T: StringEnum>(name: &str) {
    let common = common();
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
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/reference/json");
    let files = std::fs::read_dir(folder).unwrap();
    let names = files.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut documented: BTreeSet<String> = names
        .filter_map(|name| Some(name.strip_suffix(".schema.json")?.to_owned()))
        .collect();
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
        "rule": Rule, "schedule_change": ScheduleChangeKind, "job_state": JobState,
        "scheduler": Scheduler, "job_installation": JobInstallation, "stop_reason": StopReason, "ticket_status": TicketState, "timeline_kind": TimelineKind,
    }
    let codes: Vec<u8> = Exit::ALL.iter().map(|exit| exit.code()).collect();
    let listed = &common()["$defs"]["exit"]["enum"];
    assert_eq!(listed, &json!(codes), "exit in common.schema.json");
}
