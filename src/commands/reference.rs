//! What the documents say of the commands, compared with the commands.

mod cli;
mod json;

pub(super) use json::check_words;
