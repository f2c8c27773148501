//! One variable of a `.env` gets another value; every other line stays as it is, byte for byte.

use std::path::Path;

use super::dotenv::parse;

/// Why a `.env` is not edited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DotenvEditError {
    #[error("the file has a line that is not NAME=value")]
    Unreadable,
    #[error("the value has characters that no line of the file can hold")]
    Unwritable,
    #[error("the variable is written over several lines")]
    Tangled,
}

/// The text with this value for a variable. Where its name has several lines, the last is changed and the others go.
///
/// # Errors
/// The text cannot be edited without touching something else.
pub fn with_variable(text: &str, name: &str, value: &str) -> Result<String, DotenvEditError> {
    // Editors of Windows begin a file with it.
    if let Some(text) = text.strip_prefix('\u{feff}') {
        return Ok(format!("\u{feff}{}", with_variable(text, name, value)?));
    }
    let before = parse(Path::new(".env"), text).map_err(|_| DotenvEditError::Unreadable)?;
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let is_its = |line: &&str| names(line, name);
    let many = lines.iter().filter(|line| is_its(line)).count();
    let written = quoted(value).ok_or(DotenvEditError::Unwritable)?;
    let mut edited = String::with_capacity(text.len() + name.len() + written.len() + 2);
    let mut seen = 0;
    for line in &lines {
        if !is_its(line) {
            edited.push_str(line);
            continue;
        }
        seen += 1;
        if seen == many {
            let end = line.strip_prefix(line.trim_end_matches(['\r', '\n']));
            edited.push_str(&format!("{name}={written}{}", end.unwrap_or("\n")));
        }
    }
    if many == 0 {
        if !edited.is_empty() && !edited.ends_with('\n') {
            edited.push('\n');
        }
        edited.push_str(&format!("{name}={written}\n"));
    }
    let mut wanted = before.values;
    wanted.insert(name.to_owned(), value.to_owned());
    let after = parse(Path::new(".env"), &edited).map_err(|_| DotenvEditError::Tangled)?;
    if after.values != wanted {
        return Err(DotenvEditError::Tangled);
    }
    Ok(edited)
}

fn names(line: &str, name: &str) -> bool {
    let line = line.trim_start();
    let line = line.strip_prefix("export ").map_or(line, str::trim_start);
    let rest = line.strip_prefix(name).map(str::trim_start);
    rest.is_some_and(|rest| rest.starts_with('='))
}

/// In single quotes nothing is replaced.
fn quoted(value: &str) -> Option<String> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./+=:".contains(&byte);
    if value.bytes().all(is_plain) {
        return Some(value.to_owned());
    }
    let fits = value
        .bytes()
        .all(|byte| byte.is_ascii_graphic() && byte != b'\'');
    fits.then(|| format!("'{value}'"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(before: &str, value: &str, after: Result<&str, DotenvEditError>) {
        let edited = with_variable(before, "KEY", value);
        assert_eq!(edited, after.map(str::to_owned), "{before:?}");
    }

    #[test]
    fn every_other_line_stays_as_it_is() {
        for (before, after) in [
            ("", "KEY=new\n"),
            ("A=1", "A=1\nKEY=new\n"),
            (
                "A=1\r\nKEY=old\r\nB=\"x y\"\r\n",
                "A=1\r\nKEY=new\r\nB=\"x y\"\r\n",
            ),
            (
                "# KEY=no\nKEYS=1\n  export KEY = 'old' # why\nB=2",
                "# KEY=no\nKEYS=1\nKEY=new\nB=2",
            ),
            ("KEY=one\nA=1\nKEY=two\n", "A=1\nKEY=new\n"),
            ("KEY=old", "KEY=new"),
            ("\u{feff}A=1\nKEY=old\n", "\u{feff}A=1\nKEY=new\n"),
        ] {
            check(before, "new", Ok(after));
        }
        check("KEY=a\n", "a$b#c\\d", Ok("KEY='a$b#c\\d'\n"));
    }

    #[test]
    fn what_cannot_be_edited_stays() {
        check("open sesame\n", "new", Err(DotenvEditError::Unreadable));
        check("KEY=1\n", "it's", Err(DotenvEditError::Unwritable));
        check("KEY=1\n", "a\nB=2", Err(DotenvEditError::Unwritable));
        check("KEY=\"one\ntwo\"\n", "new", Err(DotenvEditError::Tangled));
        check(
            "A=\"\nKEY=inner\n\"\n",
            "new",
            Err(DotenvEditError::Tangled),
        );
    }
}
