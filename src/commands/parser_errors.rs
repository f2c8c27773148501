//! What the parser refuses, in words for people who have never seen a parser.

use clap::builder::ValueParser;
use clap::error::{ContextKind, ContextValue, ErrorKind};

/// Subcommands that only look: they may be suggested for whatever was typed.
const LOOKS: [&str; 6] = ["list", "show", "why", "verify", "export", "check-status"];

/// How far a typed word may be from a command that writes to be taken for it.
const MAX_TYPO: usize = 2;

/// The command with numbers that may be typed with a minus sign: whether one may be negative is said by its value.
pub(super) fn with_negative_numbers(command: clap::Command) -> clap::Command {
    command
        .mut_args(|argument| {
            let takes_value = argument.get_action().takes_values();
            let is_text = argument.get_value_parser().type_id() == ValueParser::string().type_id();
            if takes_value && !is_text {
                argument.allow_negative_numbers(true)
            } else {
                argument
            }
        })
        .mut_subcommands(with_negative_numbers)
}

/// The same refusal; for a command that nobody knows it names only what may have been meant.
pub(super) fn with_fair_suggestions(mut refusal: clap::Error) -> clap::Error {
    if refusal.kind() != ErrorKind::InvalidSubcommand {
        return refusal;
    }
    let Some(ContextValue::String(typed)) = refusal.get(ContextKind::InvalidSubcommand) else {
        return refusal;
    };
    let typed = typed.to_lowercase();
    let is_fair = |known: &String| {
        LOOKS.contains(&known.as_str()) || strsim::osa_distance(&typed, known) <= MAX_TYPO
    };
    let fair: Vec<String> = match refusal.get(ContextKind::SuggestedSubcommand) {
        Some(ContextValue::Strings(known)) => known
            .iter()
            .filter(|known| is_fair(known))
            .cloned()
            .collect(),
        Some(ContextValue::String(known)) if is_fair(known) => vec![known.clone()],
        _ => Vec::new(),
    };
    if fair.is_empty() {
        refusal.remove(ContextKind::SuggestedSubcommand);
    } else {
        refusal.insert(
            ContextKind::SuggestedSubcommand,
            ContextValue::Strings(fair),
        );
    }
    refusal
}

/// A line of the parser, without a programmer's words.
pub(super) fn in_words(line: &str) -> String {
    if line.contains("invalid value '-")
        && let Some(beginning) = line.strip_suffix(": invalid digit found in string")
    {
        return format!("{beginning}: must not be negative");
    }
    for (ends, words) in [
        (
            ": invalid digit found in string",
            ": must be a whole number, such as 10",
        ),
        (
            ": cannot parse integer from empty string",
            ": must be a whole number, such as 10",
        ),
        (": number too large to fit in target type", ": is too large"),
        (
            ": number too small to fit in target type",
            ": must not be negative",
        ),
    ] {
        if let Some(beginning) = line.strip_suffix(ends) {
            return format!("{beginning}{words}");
        }
    }
    let Some((head, range)) = line.rsplit_once(" is not in ") else {
        return line.to_owned();
    };
    let Some((beginning, value)) = head.rsplit_once(": ") else {
        return line.to_owned();
    };
    if value.starts_with('-') {
        return format!("{beginning}: must not be negative");
    }
    match range.split_once("..=") {
        Some((least, most)) => format!("{beginning}: must be from {least} to {most}"),
        None => format!(
            "{beginning}: must be at least {}",
            range.trim_end_matches("..")
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::in_words;

    #[test]
    fn numbers_are_refused_in_words() {
        for (told, words) in [
            (
                "invalid value '-3' for '--limit <N>': invalid digit found in string",
                "invalid value '-3' for '--limit <N>': must not be negative",
            ),
            (
                "'abc' for '--limit <N>': invalid digit found in string",
                "'abc' for '--limit <N>': must be a whole number, such as 10",
            ),
            (
                "'-5' for '--limit <N>': -5 is not in 0..=4294967295",
                "'-5' for '--limit <N>': must not be negative",
            ),
            (
                "'0' for '--limit <N>': 0 is not in 1..=4294967295",
                "'0' for '--limit <N>': must be from 1 to 4294967295",
            ),
            (
                "'0' for '--limit <N>': 0 is not in 1..",
                "'0' for '--limit <N>': must be at least 1",
            ),
            (
                "the word 'a' is not in the list",
                "the word 'a' is not in the list",
            ),
        ] {
            assert_eq!(in_words(told), words);
        }
    }
}
