use super::*;
use crate::commands::confirm::Prompt;
use crate::config::InitAccount;
use crate::gateway::registry::by_word;

const NO_ARGS: InitArgs = InitArgs {
    #[cfg(unix)]
    group: None,
    yes: false,
    simulator: false,
    accounts: AccountArgs(Vec::new()),
    timezone: None,
    dry_run: false,
};

fn account(kind: &str, answer: &str) -> InitAccount {
    accounts::account(by_word(kind).unwrap(), answer).unwrap()
}

/// Gives these answers in turn; a refused answer is followed by the next one.
#[track_caller]
fn check_answers(args: &InitArgs, said: &[&str], choices: &InitChoices) {
    let mut said = said.iter().copied();
    let mut ask = |question: &Prompt<'_>| {
        loop {
            let text = match said.next().unwrap() {
                "" => question.usual,
                text => text,
            };
            if (question.check)(text).is_ok() {
                return Ok(text.to_owned());
            }
        }
    };
    assert_eq!(answers(args, &mut ask).unwrap(), *choices);
    assert_eq!(said.next(), None);
}

#[test]
fn init_asks_only_for_missing_options() {
    let usual = InitChoices {
        accounts: vec![account("midtrans", "sandbox")],
        ..InitChoices::default()
    };
    check_answers(&NO_ARGS, &["", "", ""], &usual);
    check_answers(&NO_ARGS, &["none", "none", "none"], &InitChoices::default());
    let chosen = InitChoices {
        accounts: vec![
            account("midtrans", "production"),
            account("pakasir", "tokoku"),
        ],
        timezone: Some("Asia/Jakarta".to_owned()),
        database: None,
        simulator: false,
    };
    let said = [
        "live",
        "production",
        "a b",
        "tokoku",
        "Jakarta",
        "Asia/Jakarta",
    ];
    check_answers(&NO_ARGS, &said, &chosen);
    let args = InitArgs {
        accounts: AccountArgs(chosen.accounts.clone()),
        ..NO_ARGS
    };
    check_answers(&args, &["Asia/Jakarta"], &chosen);
}
