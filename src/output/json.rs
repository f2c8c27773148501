//! Rows for programs: one JSON document, or JSON lines.
//!
//! Streamed: nothing is kept. Strings keep their meaning, but terminal control characters are written as `\u` escapes,
//! because people look at JSON too.

use std::io::{self, BufWriter, Write};

use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter};

use super::printable::is_harmful;
use crate::domain::Instant;
use crate::exit::Exit;

/// The name and version of the documents; fields are only ever added.
pub const SCHEMA: &str = "payctl/1";

/// The first fields of every document.
#[derive(Debug, Clone)]
pub(super) struct EnvelopeStart {
    pub(super) command: String,
    pub(super) started_at: Instant,
}

impl EnvelopeStart {
    fn write(&self, out: &mut impl Write) -> io::Result<()> {
        field(out, "{", "schema", &SCHEMA)?;
        field(out, ",", "command", &self.command)?;
        field(out, ",", "started_at", &self.started_at)
    }
}

/// The last fields.
#[derive(Debug)]
pub(super) struct EnvelopeEnd<'a, S> {
    pub(super) summary: &'a S,
    pub(super) finished_at: Instant,
    pub(super) exit: Exit,
}

impl<S: Serialize> EnvelopeEnd<'_, S> {
    fn write(&self, out: &mut impl Write) -> io::Result<()> {
        field(out, ",", "summary", self.summary)?;
        field(out, ",", "finished_at", &self.finished_at)?;
        field(out, ",", "exit", &self.exit.code())?;
        out.write_all(b"}\n")?;
        out.flush()
    }
}

/// One document with its rows, each on its own line.
pub(super) struct JsonWriter<W: Write> {
    out: BufWriter<W>,
    /// What to write before the next row, and before the end of the rows.
    next: (&'static str, &'static str),
}

impl<W: Write> JsonWriter<W> {
    pub(super) fn new(out: W, head: &EnvelopeStart) -> io::Result<Self> {
        let mut out = BufWriter::new(out);
        head.write(&mut out)?;
        out.write_all(b",\"rows\":[")?;
        let next = ("\n", "]");
        Ok(Self { out, next })
    }

    pub(super) fn row(&mut self, row: &impl Serialize) -> io::Result<()> {
        self.out.write_all(self.next.0.as_bytes())?;
        self.next = (",\n", "\n]");
        value(&mut self.out, row)
    }

    pub(super) fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }

    pub(super) fn finish(mut self, tail: &EnvelopeEnd<'_, impl Serialize>) -> io::Result<()> {
        self.out.write_all(self.next.1.as_bytes())?;
        tail.write(&mut self.out)
    }
}

/// One row per line; the last line is a document without rows, recognised by its `summary`.
pub(super) struct JsonLines<W: Write> {
    out: BufWriter<W>,
    head: EnvelopeStart,
}

impl<W: Write> JsonLines<W> {
    pub(super) fn new(out: W, head: EnvelopeStart) -> Self {
        let out = BufWriter::new(out);
        Self { out, head }
    }

    pub(super) fn row(&mut self, row: &impl Serialize) -> io::Result<()> {
        line(&mut self.out, row)
    }

    pub(super) fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }

    pub(super) fn finish(mut self, tail: &EnvelopeEnd<'_, impl Serialize>) -> io::Result<()> {
        self.head.write(&mut self.out)?;
        tail.write(&mut self.out)
    }
}

/// One value on one line.
///
/// Fails only if the writer does.
pub fn line(out: &mut (impl Write + ?Sized), shown: &(impl Serialize + ?Sized)) -> io::Result<()> {
    value(out, shown)?;
    out.write_all(b"\n")
}

fn field(
    out: &mut impl Write,
    before: &str,
    name: &str,
    shown: &(impl Serialize + ?Sized),
) -> io::Result<()> {
    write!(out, "{before}\"{name}\":")?;
    value(out, shown)
}

fn value(out: &mut (impl Write + ?Sized), shown: &(impl Serialize + ?Sized)) -> io::Result<()> {
    let mut serializer = serde_json::Serializer::with_formatter(out, EscapedJson);
    // The error keeps its kind, so that a closed pipe is recognised.
    shown.serialize(&mut serializer).map_err(io::Error::from)
}

/// Compact JSON that escapes the characters for which [`is_harmful`] is true.
struct EscapedJson;

impl Formatter for EscapedJson {
    fn write_string_fragment<W: Write + ?Sized>(
        &mut self,
        out: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        let mut rest = fragment;
        while let Some((at, letter)) = rest.char_indices().find(|(_, letter)| is_harmful(*letter)) {
            let (before, from) = rest.split_at(at);
            CompactFormatter.write_string_fragment(out, before)?;
            for unit in letter.encode_utf16(&mut [0; 2]) {
                write!(out, "\\u{unit:04x}")?;
            }
            rest = from.split_at(letter.len_utf8()).1;
        }
        CompactFormatter.write_string_fragment(out, rest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, written: &str) {
        let mut out = Vec::new();
        line(&mut out, text).unwrap();
        let out = String::from_utf8(out).unwrap();
        assert_eq!(out, format!("\"{written}\"\n"));
        assert_eq!(serde_json::from_str::<String>(&out).unwrap(), text);
    }

    #[test]
    fn every_json_string_reads_back_and_is_harmless() {
        check("INV-1", "INV-1");
        check("a\"b\\c\nd", "a\\\"b\\\\c\\nd");
        check("\u{1b}[31m", "\\u001b[31m");
        check("x\u{9b}31m\u{7f}y", "x\\u009b31m\\u007fy");
        check("\u{202e}1-VNI", "\\u202e1-VNI");
        check("\u{e0041}", "\\udb40\\udc41");
        check("张伟", "张伟");
        check("", "");
    }
}
