//! Times for people: a sentence carries its times in UTC, for programs and logs; who reads it sees them in the shop's zone.

use std::borrow::Cow;
use std::io::{self, Write};

use crate::domain::{Instant, Zone};

/// The sentence with its times in this zone, each with the zone's short name: `2026-03-02 11:00:00 WIB`.
#[must_use]
pub fn localise(text: &str, zone: Zone) -> Cow<'_, str> {
    let mut rest = text;
    let mut local = String::new();
    while let Some((before, instant, after)) = first_time(rest) {
        local.push_str(before);
        local.push_str(&instant.in_named_zone(zone));
        rest = after;
    }
    if local.is_empty() && rest.len() == text.len() {
        return Cow::Borrowed(text);
    }
    local.push_str(rest);
    Cow::Owned(local)
}

/// The first time of a text, with what stands before and after it.
fn first_time(text: &str) -> Option<(&str, Instant, &str)> {
    let mut from = 0;
    loop {
        // `T` stands after ten characters of date, and eight of time and a `Z` follow.
        let at = from + text.get(from..)?.find('T')?;
        from = at + 1;
        let Some(start) = at.checked_sub(10) else {
            continue;
        };
        let Some(length) = text.get(start..).and_then(length_of_time) else {
            continue;
        };
        let (before, time, after) = (
            text.get(..start)?,
            text.get(start..start + length)?,
            text.get(start + length..)?,
        );
        if let Some(instant) = Instant::parse_rfc3339(time) {
            return Some((before, instant, after));
        }
    }
}

/// The bytes of the time with which the text begins: `2026-03-02T04:00:00.250Z`.
fn length_of_time(text: &str) -> Option<usize> {
    const SHAPE: &[u8] = b"0000-00-00T00:00:00";
    let bytes = text.as_bytes();
    let fits = |(shape, byte): (&u8, &u8)| match shape {
        b'0' => byte.is_ascii_digit(),
        other => other == byte,
    };
    if bytes.len() <= SHAPE.len() || !SHAPE.iter().zip(bytes).all(fits) {
        return None;
    }
    let end = bytes.iter().position(|byte| *byte == b'Z')?;
    let fraction = bytes.get(SHAPE.len()..end)?;
    let is_fraction = fraction.is_empty()
        || fraction
            .strip_prefix(b".")
            .is_some_and(|digits| !digits.is_empty() && digits.iter().all(u8::is_ascii_digit));
    is_fraction.then_some(end + 1)
}

/// Whether the text shows a time as tables do: `2026-03-02 11:00:00`.
pub(super) fn has_local_time(text: &str) -> bool {
    const SHAPE: &[u8] = b"0000-00-00 00:00:00";
    text.as_bytes().windows(SHAPE.len()).any(|window| {
        let fits = |(shape, byte): (&u8, &u8)| match shape {
            b'0' => byte.is_ascii_digit(),
            other => other == byte,
        };
        SHAPE.iter().zip(window).all(fits)
    })
}

/// A stream that people read: each line goes on with its times in their zone.
pub struct LocalTimes<W: Write> {
    out: W,
    zone: Zone,
    line: Vec<u8>,
}

impl<W: Write> LocalTimes<W> {
    pub fn new(out: W, zone: Zone) -> Self {
        Self {
            out,
            zone,
            line: Vec::new(),
        }
    }

    fn release(&mut self) -> io::Result<()> {
        let line = std::mem::take(&mut self.line);
        match std::str::from_utf8(&line) {
            Ok(text) => self.out.write_all(localise(text, self.zone).as_bytes()),
            Err(_) => self.out.write_all(&line),
        }
    }
}

impl<W: Write> Write for LocalTimes<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            self.line.extend_from_slice(piece);
            if piece.ends_with(b"\n") {
                self.release()?;
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.release()?;
        self.out.flush()
    }
}

impl<W: Write> Drop for LocalTimes<W> {
    fn drop(&mut self) {
        let _reader_may_be_gone = self.flush();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, shown: &str) {
        let zone = "Asia/Jakarta".parse().unwrap();
        assert_eq!(localise(text, zone), shown);
        let mut out = Vec::new();
        let mut stream = LocalTimes::new(&mut out, zone);
        for byte in text.as_bytes() {
            stream.write_all(&[*byte]).unwrap();
        }
        drop(stream);
        assert_eq!(String::from_utf8(out).unwrap(), shown);
    }

    #[test]
    fn a_time_in_a_sentence_is_local() {
        check("nothing", "nothing");
        check(
            "paid until 2026-03-02T04:00:00Z, see INV-1",
            "paid until 2026-03-02 11:00:00 WIB, see INV-1",
        );
        check(
            "from 2026-03-02T04:00:00.250Z to 2026-03-02T20:00:00Z\n",
            "from 2026-03-02 11:00:00 WIB to 2026-03-03 03:00:00 WIB\n",
        );
        for same in [
            "T",
            "2026-03-02T04:00:00",
            "2026-13-02T04:00:00Z",
            "2026-03-02T04:00:00.Z",
            "tanggal 2026-03-02Té:00:00Z TTT",
        ] {
            check(same, same);
        }
    }

    #[test]
    fn local_times_are_seen() {
        assert!(has_local_time("at 2026-03-02 11:00:00 by rina"));
        assert!(!has_local_time("2026-03-02"));
        assert!(!has_local_time("2026-03-02T11:00:00Z"));
    }
}
