//! The settings of the new shop, asked on the terminal.

use super::InitArgs;
use super::accounts::account;
use crate::commands::confirm::Prompt;
use crate::config::InitChoices;
use crate::domain::Zone;
use crate::gateway::descriptor::InitQuestion;
use crate::gateway::registry::GATEWAYS;

/// Asks a question and returns an accepted answer.
type Ask<'a> = dyn FnMut(&Prompt<'_>) -> anyhow::Result<String> + 'a;

/// Asks for every setting that no option gives.
pub(super) fn answers(args: &InitArgs, ask: &mut Ask<'_>) -> anyhow::Result<InitChoices> {
    let mut accounts = Vec::new();
    for kind in GATEWAYS {
        let InitQuestion {
            prompt,
            usual,
            check,
        } = kind.init.question;
        let read = |text: &str| check(text).map(|()| account(kind, text));
        let given = args.accounts.of(kind).cloned().map(Some);
        accounts.extend(answer(given, prompt, usual, read, ask)?.flatten());
    }
    Ok(InitChoices {
        accounts,
        timezone: answer(
            args.timezone.clone(),
            "Time zone for displayed times, for example Asia/Jakarta (or none for the machine's)",
            "none",
            timezone,
            ask,
        )?,
        database: None,
        simulator: false,
    })
}

fn answer<T>(
    given: Option<T>,
    prompt: &str,
    usual: &str,
    read: impl Fn(&str) -> Result<T, String>,
    ask: &mut Ask<'_>,
) -> anyhow::Result<Option<T>> {
    if given.is_some() {
        return Ok(given);
    }
    let read = |text: &str| match text {
        "" | "none" => Ok(None),
        text => read(text).map(Some),
    };
    let text = ask(&Prompt {
        prompt,
        usual,
        check: &|text| read(text).map(drop),
    })?;
    read(&text).map_err(anyhow::Error::msg)
}

/// The name of a known time zone.
pub(super) fn timezone(text: &str) -> Result<String, String> {
    text.parse::<Zone>()
        .map(|_| text.to_owned())
        .map_err(|error| error.to_string())
}
