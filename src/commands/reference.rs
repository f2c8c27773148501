//! What the documents say of the commands, compared with the commands.

// Without Unix, `init` has no `--group`.
#[cfg(unix)]
mod cli;
mod json;

pub(super) use json::check_words;
