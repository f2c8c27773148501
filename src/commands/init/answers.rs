//! The settings of the new shop, asked on the terminal.

use super::InitArgs;
use crate::commands::confirm::Prompt;
use crate::config::{InitChoices, MidtransEnvironment, project};
use crate::domain::Zone;

/// Asks a question and returns an accepted answer.
type Ask<'a> = dyn FnMut(&Prompt<'_>) -> anyhow::Result<String> + 'a;

/// Asks for every setting that no option gives.
pub(super) fn answers(args: &InitArgs, ask: &mut Ask<'_>) -> anyhow::Result<InitChoices> {
    Ok(InitChoices {
        midtrans: answer(
            args.midtrans,
            "Midtrans account (sandbox, production or none)",
            "sandbox",
            midtrans,
            ask,
        )?,
        pakasir: answer(
            args.pakasir.clone(),
            "Pakasir project, by its name in the URLs (or none)",
            "none",
            |text| project(text).map_err(|error| error.to_string()),
            ask,
        )?,
        pakasir_environment: args.pakasir_environment,
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

fn midtrans(text: &str) -> Result<MidtransEnvironment, String> {
    text.parse()
        .map_err(|_| "must be sandbox, production or none".to_owned())
}

/// The name of a known time zone.
pub(super) fn timezone(text: &str) -> Result<String, String> {
    text.parse::<Zone>()
        .map(|_| text.to_owned())
        .map_err(|error| error.to_string())
}
