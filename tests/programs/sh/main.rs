//! As much of a shell as the hooks of the tests use, for systems without `sh`: there the tests run this program in its
//! place. `sh FILE` or `sh -c TEXT`. What it does not know ends it with 127 and a word on stderr.

mod parse;
mod run;

use std::process::exit;

use crate::parse::parse;
use crate::run::Shell;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (script, name) = match arguments.as_slice() {
        [flag, text, ..] if flag == "-c" => (text.clone(), "sh"),
        [file, ..] => match std::fs::read_to_string(file) {
            Ok(text) => (text, file.as_str()),
            Err(error) => fail(&format!("{file}: {error}")),
        },
        [] => fail("type: sh FILE"),
    };
    let steps = parse(&script).unwrap_or_else(|error| fail(&error));
    let shell = Shell {
        script: &script,
        name,
    };
    exit(shell.all(&steps).unwrap_or_else(|error| fail(&error)));
}

fn fail(why: &str) -> ! {
    run::complain(why);
    exit(127)
}
