//! Questions to the person at the terminal. The one place that talks to it.

use anyhow::Context as _;
use dialoguer::{Confirm, Input, MultiSelect};

use super::options::Options;
use crate::host::Host;
use crate::output::paint::OutputStream;

/// What is asked, and which answers will do.
pub(super) struct Prompt<'a> {
    pub(super) prompt: &'a str,
    /// The answer that Enter alone gives.
    pub(super) usual: &'a str,
    /// Says why a text is no answer; then it is asked again.
    pub(super) check: &'a dyn Fn(&str) -> Result<(), String>,
}

/// Whether there is a person to ask, and asking is allowed.
pub(super) fn can_ask(options: &Options, host: &Host) -> bool {
    let (stdin, stderr) = (host.outlets.stdin, host.outlets.stderr);
    !options.no_input && stdin == OutputStream::Terminal && stderr == OutputStream::Terminal
}

/// Asks on stderr until the answer will do, and gives it without the white space around it.
///
/// # Errors
/// When the terminal goes away.
pub(super) fn ask(question: &Prompt<'_>) -> anyhow::Result<String> {
    let input = Input::<String>::new()
        .with_prompt(question.prompt)
        .allow_empty(true)
        .validate_with(|text: &String| (question.check)(text.trim()));
    let input = match question.usual {
        "" => input,
        usual => input.default(usual.to_owned()),
    };
    let text = input
        .interact_text()
        .context("the terminal gave no answer")?;
    Ok(text.trim().to_owned())
}

/// Lets the person pick any number of lines; gives their places. Nothing picked is nothing wanted.
///
/// # Errors
/// When the terminal goes away.
pub(super) fn choose(prompt: &str, lines: &[String]) -> anyhow::Result<Vec<usize>> {
    let chosen = MultiSelect::new()
        .with_prompt(format!("{prompt} (space picks, Enter is done)"))
        .items(lines)
        .report(false)
        .interact_opt()
        .context("the terminal gave no answer")?;
    Ok(chosen.unwrap_or_default())
}

/// Whether the person says yes; Enter alone is no.
///
/// # Errors
/// When the terminal goes away.
pub(super) fn confirm(question: &str) -> anyhow::Result<bool> {
    let said = Confirm::new()
        .with_prompt(question)
        .default(false)
        .interact_opt()
        .context("the terminal gave no answer")?;
    Ok(said == Some(true))
}
