//! The lines of a file, each limited in length, so that no file fills the memory.

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Read, Seek, Write};

use super::ImportProblem;

/// The longest line that is read. An order of a thousand lines needs a tenth of it.
const MAX_BYTES: usize = 1024 * 1024;

/// Why a longer line was skipped.
pub(super) fn too_long() -> ImportProblem {
    ImportProblem::new("is longer than 1 MiB")
}

#[derive(Debug)]
pub(super) struct LineReader<R> {
    source: R,
    copy: RereadableFile,
    at: FilePosition,
}

/// The rest of the file, kept so that it can be read twice, even from a pipe. Private, and deleted with the process.
#[derive(Debug)]
enum RereadableFile {
    No,
    Writing(BufWriter<File>),
    Reading(BufReader<File>),
}

/// A position in the file: the line that was read last.
#[derive(Debug, Clone, Default)]
pub(super) struct FilePosition {
    number: u64,
    bytes: u64,
    buffer: Vec<u8>,
    is_too_long: bool,
    is_unread: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TextLine<'a> {
    /// Without its line end.
    Text(&'a [u8]),
    TooLong,
}

impl<R: BufRead> LineReader<R> {
    pub(super) fn new(source: R) -> Self {
        Self {
            source,
            copy: RereadableFile::No,
            at: FilePosition::default(),
        }
    }

    /// The next line that is not blank, with its line number.
    pub(super) fn next_line(&mut self) -> io::Result<Option<(u64, TextLine<'_>)>> {
        while !std::mem::take(&mut self.at.is_unread) {
            if !self.read_one()? {
                return Ok(None);
            }
            if self.at.is_too_long || !self.at.buffer.trim_ascii().is_empty() {
                break;
            }
        }
        let line = if self.at.is_too_long {
            TextLine::TooLong
        } else {
            TextLine::Text(without_end(&self.at.buffer))
        };
        Ok(Some((self.at.number, line)))
    }

    /// Returns the line that was read last once more.
    pub(super) fn unread(&mut self) {
        self.at.is_unread = true;
    }

    /// Keeps the lines from here on, so that they can be read again.
    pub(super) fn mark(&mut self) -> io::Result<FilePosition> {
        self.copy = RereadableFile::Writing(BufWriter::new(tempfile::tempfile()?));
        Ok(self.at.clone())
    }

    /// Goes back to the mark after the file was read to its end.
    pub(super) fn go_back(&mut self, mark: FilePosition) -> io::Result<()> {
        if let RereadableFile::Writing(writer) =
            std::mem::replace(&mut self.copy, RereadableFile::No)
        {
            let mut file = writer
                .into_inner()
                .map_err(io::IntoInnerError::into_error)?;
            file.rewind()?;
            self.copy = RereadableFile::Reading(BufReader::new(file));
        }
        self.at = mark;
        Ok(())
    }

    fn read_one(&mut self) -> io::Result<bool> {
        if self.fill()? == 0 {
            return Ok(false);
        }
        self.at.number += 1;
        self.at.is_too_long = self.at.buffer.len() > MAX_BYTES && !self.has_ended();
        if self.at.is_too_long {
            while !self.has_ended() && self.fill()? > 0 {}
        }
        if self.at.number == 1 && self.at.buffer.starts_with(b"\xEF\xBB\xBF") {
            self.at.buffer.drain(..3);
        }
        Ok(true)
    }

    fn fill(&mut self) -> io::Result<usize> {
        self.at.buffer.clear();
        let bound = u64::try_from(MAX_BYTES + 1).unwrap_or(u64::MAX);
        let length = match &mut self.copy {
            RereadableFile::No => read_piece(&mut self.source, bound, &mut self.at.buffer)?,
            RereadableFile::Reading(copy) => read_piece(copy, bound, &mut self.at.buffer)?,
            RereadableFile::Writing(copy) => {
                let length = read_piece(&mut self.source, bound, &mut self.at.buffer)?;
                copy.write_all(&self.at.buffer)?;
                length
            }
        };
        self.at.bytes += u64::try_from(length).unwrap_or(0);
        Ok(length)
    }

    /// The bytes up to here.
    pub(super) fn bytes(&self) -> u64 {
        self.at.bytes
    }

    fn has_ended(&self) -> bool {
        self.at.buffer.ends_with(b"\n")
    }
}

fn read_piece(source: &mut impl BufRead, bound: u64, buffer: &mut Vec<u8>) -> io::Result<usize> {
    source.by_ref().take(bound).read_until(b'\n', buffer)
}

fn without_end(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(file: &[u8], wanted: &[(u64, TextLine<'_>)]) {
        let mut lines = LineReader::new(file);
        for (number, line) in wanted {
            assert_eq!(lines.next_line().unwrap(), Some((*number, *line)));
        }
        assert_eq!(lines.next_line().unwrap(), None);
    }

    #[test]
    fn blank_lines_are_counted_and_skipped() {
        check(b"", &[]);
        check(b"\n \r\n\n", &[]);
        check(
            b"\xEF\xBB\xBFa\r\n\n  b\nc",
            &[
                (1, TextLine::Text(b"a")),
                (3, TextLine::Text(b"  b")),
                (4, TextLine::Text(b"c")),
            ],
        );
    }

    #[test]
    fn an_endless_line_is_skipped_in_bounded_memory() {
        let long = vec![b'x'; 3 * MAX_BYTES + 17];
        let file = [b"a\n", long.as_slice(), b"\nb\n", long.as_slice()].concat();
        check(
            &file,
            &[
                (1, TextLine::Text(b"a")),
                (2, TextLine::TooLong),
                (3, TextLine::Text(b"b")),
                (4, TextLine::TooLong),
            ],
        );
        let mut lines = LineReader::new(file.as_slice());
        while lines.next_line().unwrap().is_some() {}
        assert!(lines.at.buffer.capacity() <= 4 * MAX_BYTES);
    }

    #[test]
    fn a_line_of_exactly_the_limit_is_read() {
        for end in [b"\n".as_slice(), b""] {
            let fits = vec![b'x'; MAX_BYTES];
            let file = [fits.as_slice(), end].concat();
            check(&file, &[(1, TextLine::Text(&fits))]);
        }
    }

    #[test]
    fn a_line_can_be_put_back() {
        let mut lines = LineReader::new(b"a\nb\n".as_slice());
        lines.next_line().unwrap();
        lines.unread();
        assert_eq!(lines.next_line().unwrap(), Some((1, TextLine::Text(b"a"))));
        assert_eq!(lines.next_line().unwrap(), Some((2, TextLine::Text(b"b"))));
    }
}
