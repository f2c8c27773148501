//! `.env`, read without touching the process's environment.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Read};
use std::path::Path;
use std::rc::Rc;

use super::error::{ConfigError, SourceLocation};

/// The content of a `.env`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct DotenvVariables {
    /// If a name occurs on several lines, the last one counts.
    pub(super) values: BTreeMap<String, String>,
    /// Names with different values on several lines.
    pub(super) contradicted: BTreeSet<String>,
}

/// Reads a `.env`. As usual in such files, `$NAME` is replaced unless it is in single quotes.
pub(super) fn parse(path: &Path, text: &str) -> Result<DotenvVariables, ConfigError> {
    // The parser takes a last line that ends in a space instead of a line end for unfinished.
    let text = format!("{text}\n");
    let lines = Rc::new(Cell::new(0));
    let reader = DotenvLines {
        rest: text.as_bytes(),
        lines: Rc::clone(&lines),
    };
    let mut variables = DotenvVariables::default();
    for variable in dotenvy::from_read_iter(reader) {
        let (name, value) = variable.map_err(|error| refused(path, lines.get(), &error))?;
        let earlier = variables.values.insert(name.clone(), value.clone());
        if earlier.is_some_and(|earlier| earlier != value) {
            variables.contradicted.insert(name);
        }
    }
    Ok(variables)
}

/// The parser's own message repeats the line, which may contain a key, so the message is dropped here.
fn refused(path: &Path, last: usize, error: &dotenvy::Error) -> ConfigError {
    let spans = if let dotenvy::Error::LineParse(text, _) = error {
        text.lines().count().max(1)
    } else {
        1
    };
    ConfigError::Refused {
        place: SourceLocation {
            path: path.to_owned(),
            line: (last + 1).saturating_sub(spans).max(1),
        },
        what: "this line is not NAME=value".to_owned(),
        hint: "put a value with spaces, quotes or backslashes in single quotes: NAME='value'"
            .to_owned(),
    }
}

/// Hands out one line at a time, so that the number of the failing line is known.
struct DotenvLines<'a> {
    rest: &'a [u8],
    lines: Rc<Cell<usize>>,
}

impl Read for DotenvLines<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let end = self.rest.iter().position(|byte| *byte == b'\n');
        let (line, _) = self
            .rest
            .split_at(end.map_or(self.rest.len(), |end| end + 1));
        let count = { line }.read(buffer)?;
        if count == line.len() && end.is_some() {
            self.lines.set(self.lines.get() + 1);
        }
        self.rest = self.rest.get(count..).unwrap_or_default();
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, name: &str, value: Option<&str>) {
        let variables = parse(Path::new("/shop/.env"), text).unwrap();
        assert_eq!(variables.values.get(name).map(String::as_str), value);
    }

    #[track_caller]
    fn check_line(text: &str, line: usize) {
        let error = parse(Path::new("/shop/.env"), text).unwrap_err();
        let ConfigError::Refused { place, .. } = &error else {
            panic!("{error:?}");
        };
        assert_eq!(place.line, line);
        for shown in [error.to_string(), format!("{error:?}"), error.hint()] {
            assert!(!shown.contains("sesame"), "{shown}");
        }
    }

    #[test]
    fn common_dotenv_forms_are_read() {
        check("KEY=value", "KEY", Some("value"));
        check("KEY=value   ", "KEY", Some("value"));
        check("export KEY=\"a b\" # why\r\n", "KEY", Some("a b"));
        check("# no\n\nKEY='a$b'\n", "KEY", Some("a$b"));
        check("KEY=one\nKEY=two\n", "KEY", Some("two"));
        check("KEY=\n", "KEY", Some(""));
        check("A=\"1\n2\"\nKEY=3\n", "KEY", Some("3"));
        check("OTHER=1\n", "KEY", None);
    }

    #[test]
    fn names_with_two_values_are_reported() {
        for (text, names) in [
            ("A=1\nB=2\n", vec![]),
            ("A=1\nA=1\n", vec![]),
            ("A=1\nB=2\nA=3\nB=2\n", vec!["A"]),
            ("A=1\nA=2\nA=1\n", vec!["A"]),
        ] {
            let variables = parse(Path::new("/shop/.env"), text).unwrap();
            assert!(variables.contradicted.iter().eq(&names), "{text}");
        }
    }

    #[test]
    fn a_broken_line_is_numbered_but_not_repeated() {
        check_line("open sesame", 1);
        check_line("A=1\n# so\n\nopen sesame\nB=2\n", 4);
        check_line("A=1\r\nKEY=open sesame\r\n", 2);
        check_line("A=1\nKEY=\"open sesame\nB=2\nC=3\n", 2);
        check_line("A=1\nKEY='open sesame", 2);
        check_line("A=\"1\n2\"\nopen sesame\n", 3);
    }
}
