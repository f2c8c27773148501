//! What the parser refuses, in the words and the format of this program.

use std::io::Write as _;

use super::parser_errors::in_words;
use crate::exit::Exit;
use crate::host::Host;
use crate::output::failure::FailureDocument;
use crate::output::{ColorMode, Format, printable};

/// Help and version are output; everything else from the parser is a refusal.
pub(super) fn refuse(
    refusal: &clap::Error,
    (format, paint): (Format, ColorMode),
    host: &mut Host,
) -> Exit {
    if !refusal.use_stderr() {
        // The reader closed the pipe; nothing is left to do.
        let _ = write!(host.stdout, "{}", refusal.render());
        return Exit::Clean;
    }
    let text = harmless(refusal);
    let text = text.strip_prefix("error: ").unwrap_or(&text);
    let told = match format {
        Format::Table | Format::Csv => write!(host.stderr, "{} {text}", paint.alarm("payctl:")),
        Format::Json | Format::Jsonl => {
            let (error, hint) = text.split_once("\n\n").unwrap_or((text, ""));
            let hint = Some(hint.trim()).filter(|hint| !hint.is_empty());
            FailureDocument {
                error: error.trim(),
                hint,
                exit: Exit::Usage,
                why: None,
            }
            .print(&mut host.stderr, format, ColorMode::Plain)
        }
    };
    drop(told);
    Exit::Usage
}

/// For arguments that parse once their control characters are escaped: keeps the parser's own lines.
fn harmless(refusal: &clap::Error) -> String {
    let text = refusal.render().to_string();
    let lines = text.lines().map(|line| printable(&in_words(line)) + "\n");
    lines.collect()
}
