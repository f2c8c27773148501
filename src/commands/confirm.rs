//! Prompts on the terminal. The one place that reads from it.

mod picker;

use anyhow::Context as _;
use dialoguer::Input;
use dialoguer::console::{Key, Term};

use self::picker::Picker;

use crate::commands::Options;
use crate::host::Host;
use crate::output::paint::OutputStream;

/// A prompt, and which answers are accepted.
pub(super) struct Prompt<'a> {
    pub(super) prompt: &'a str,
    /// The answer that Enter alone gives.
    pub(super) usual: &'a str,
    /// Says why a text is not accepted; then the prompt is repeated.
    pub(super) check: &'a dyn Fn(&str) -> Result<(), String>,
}

/// Whether there is a terminal and prompting is allowed.
pub(super) fn can_ask(options: &Options, host: &Host) -> bool {
    let (stdin, stderr) = (host.outlets.stdin, host.outlets.stderr);
    !options.no_input && stdin == OutputStream::Terminal && stderr == OutputStream::Terminal
}

/// Prompts on stderr until the answer is accepted, and returns it trimmed.
///
/// # Errors
/// If the terminal goes away.
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
        .context("could not read from the terminal")?;
    Ok(text.trim().to_owned())
}

/// Prompts on stderr for one line that the terminal does not show.
///
/// # Errors
/// If the terminal goes away.
pub(super) fn ask_hidden(prompt: &str) -> anyhow::Result<String> {
    let terminal = Term::stderr();
    let asked = || {
        terminal.write_str(prompt)?;
        terminal.read_secure_line()
    };
    let typed: std::io::Result<String> = asked();
    let typed = typed.context("could not read from the terminal")?;
    Ok(typed.trim().to_owned())
}

/// Lets the person select any number of lines and returns their positions; selecting none is allowed.
///
/// # Errors
/// If the terminal goes away.
pub(super) fn choose(prompt: &str, lines: &[String]) -> anyhow::Result<Vec<usize>> {
    let picked = Picker::new(prompt, lines).run(&Term::stderr());
    picked.context("could not read from the terminal")
}

/// Asks for yes or no; Enter, Escape and Ctrl-C mean no.
///
/// # Errors
/// If the terminal goes away.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "all other keys mean nothing here"
)]
pub(super) fn confirm(question: &str) -> anyhow::Result<bool> {
    let terminal = Term::stderr();
    let asked = || {
        terminal.write_str(&format!("{question} [y/N] "))?;
        let is_yes = loop {
            match terminal.read_key_raw()? {
                Key::Char('y' | 'Y') => break true,
                Key::Char('n' | 'N') | Key::Enter | Key::Escape | Key::CtrlC => break false,
                _ => {}
            }
        };
        terminal.write_line(if is_yes { "yes" } else { "no" })?;
        Ok(is_yes)
    };
    let said: std::io::Result<bool> = asked();
    said.context("could not read from the terminal")
}

/// What a person wants after a pause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pause {
    GoesOn,
    Ends,
}

/// Waits for Enter or the space bar, with these words on the last line; Escape, `q` and Ctrl-C mean the end. The words
/// go away again.
///
/// # Errors
/// If the terminal goes away.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "all other keys mean nothing here"
)]
pub(super) fn pause(words: &str) -> anyhow::Result<Pause> {
    let terminal = Term::stderr();
    let asked = || {
        terminal.write_str(words)?;
        let answer = loop {
            match terminal.read_key_raw()? {
                Key::Enter | Key::Char(' ') => break Pause::GoesOn,
                Key::Char('q' | 'Q') | Key::Escape | Key::CtrlC => break Pause::Ends,
                _ => {}
            }
        };
        terminal.clear_line()?;
        Ok(answer)
    };
    let said: std::io::Result<Pause> = asked();
    said.context("could not read from the terminal")
}
