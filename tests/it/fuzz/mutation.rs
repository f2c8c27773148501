//! Changes an input: some of its bytes, or some of its words, numbers and members, whatever the format is.

use super::random::Random;

/// Numbers at edges, as digits.
const NUMBERS: [&str; 28] = [
    "0",
    "-0",
    "-1",
    "1",
    "00",
    "007",
    "0.0",
    "1.5",
    ".5",
    "5.",
    "25000",
    "25000.00",
    "25000.01",
    "25.000",
    "25,000",
    "25.000,00",
    "999999999999",
    "1000000000000",
    "1000000000001",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775808",
    "18446744073709551616",
    "1e3",
    "1E400",
    "1_000",
    "\u{663}\u{664}",
    "\u{ff11}\u{ff10}",
];

/// What readers of texts stumble over.
const ODD_TEXTS: [&str; 30] = [
    "",
    " ",
    "\u{0}",
    "\n",
    "\r\n",
    "\t",
    "\u{feff}",
    "\u{a0}",
    "\u{202e}",
    "\u{200b}",
    "e\u{301}",
    "\u{130}",
    "\u{df}",
    "\u{212a}",
    "\u{1f600}",
    "\\ud800",
    "\\u0000",
    "\\\"",
    "\\",
    "\"",
    "'",
    "null",
    "true",
    "false",
    "{}",
    "[]",
    "[[[[[[[[[[]]]]]]]]]]",
    "NaN",
    "INV-2",
    "'; DROP TABLE orders; --",
];

/// A mutation of one input; parts may come from another one of the corpus or from the target's own words.
pub(super) fn mutate(
    random: &mut Random,
    input: &[u8],
    other: &[u8],
    words: &[&str],
    most: usize,
) -> Vec<u8> {
    let mut mutated = input.to_vec();
    // Mostly one change, so that what is left is still close to what somebody would send.
    let changes = 1 + random.below(2) * random.below(4);
    for _ in 0..changes {
        mutated = match random.below(8) {
            0 => change_bytes(random, mutated),
            1 => splice(random, &mutated, other),
            2 | 3 => change_piece(random, &mutated, other),
            _ => change_token(random, &mutated, other, words),
        };
    }
    mutated.truncate(most);
    mutated
}

fn change_bytes(random: &mut Random, mut input: Vec<u8>) -> Vec<u8> {
    let part = random.range(input.len(), 16);
    match random.below(6) {
        0 => drop(input.drain(part)),
        1 => input.truncate(part.start),
        2 => {
            let copy = input[part.clone()].to_vec();
            input.splice(part.start..part.start, copy);
        }
        3 => input.insert(part.start, random.byte()),
        4 if !input.is_empty() => {
            let at = random.below(input.len());
            input[at] ^= 1 << random.below(8);
        }
        _ if !input.is_empty() => {
            let at = random.below(input.len());
            input[at] = *random.pick(b"\0\n\r\"'\\,:;{}[]()<>=.-+ \x7f\x80\xc3\xff09aZ");
        }
        _ => input.push(b'{'),
    }
    input
}

/// The head of one input and the tail of another.
fn splice(random: &mut Random, input: &[u8], other: &[u8]) -> Vec<u8> {
    let head = random.below(input.len() + 1);
    let tail = random.below(other.len() + 1);
    [&input[..head], &other[tail..]].concat()
}

/// Drops, repeats, moves or brings in what stands between two separators: a member of an object, a cell, a row, a line.
fn change_piece(random: &mut Random, input: &[u8], other: &[u8]) -> Vec<u8> {
    let separator = *random.pick(b",,,\n\n;&.:");
    let split = |text: &[u8]| -> Vec<Vec<u8>> {
        let pieces = text.split(|byte| *byte == separator);
        pieces.map(<[u8]>::to_vec).collect()
    };
    let mut pieces = split(input);
    let at = random.below(pieces.len());
    match random.below(5) {
        0 => drop(pieces.remove(at)),
        1 => pieces.insert(at, pieces[at].clone()),
        2 => {
            let to = random.below(pieces.len());
            pieces.swap(at, to);
        }
        3 => pieces[at] = random.pick(&split(other)).clone(),
        _ => pieces.insert(at, random.pick(&split(other)).clone()),
    }
    pieces.join(&separator)
}

/// Replaces one token by another of its kind, or by what does not belong there.
fn change_token(random: &mut Random, input: &[u8], other: &[u8], words: &[&str]) -> Vec<u8> {
    let mut parts = tokens(input);
    let kinds = parts.iter().map(|token| Kind::of(token));
    let wanted = *random.pick(&[Kind::Number, Kind::Word, Kind::Word, Kind::Text]);
    let places: Vec<usize> = (0..parts.len())
        .zip(kinds)
        .filter_map(|(at, kind)| (kind == wanted).then_some(at))
        .collect();
    if places.is_empty() {
        return change_bytes(random, input.to_vec());
    }
    let at = *random.pick(&places);
    let new = match (random.below(8), wanted) {
        (0, _) => random.pick(&ODD_TEXTS).as_bytes().to_vec(),
        (1, Kind::Text) => quoted(random.pick(&ODD_TEXTS)),
        (2 | 3, Kind::Number) => random.pick(&NUMBERS).as_bytes().to_vec(),
        (2 | 3, Kind::Text) => quoted(random.pick(&NUMBERS)),
        (4, Kind::Number) => quoted(String::from_utf8_lossy(parts[at])),
        (4, Kind::Text) => parts[at].trim_ascii()[1..].to_vec(),
        (5, _) => parts[*random.pick(&places)].to_vec(),
        (6, _) => {
            let theirs = tokens(other);
            let alike: Vec<_> = theirs
                .into_iter()
                .filter(|token| Kind::of(token) == wanted)
                .collect();
            alike
                .get(random.below(alike.len()))
                .map_or_else(Vec::new, |token| token.to_vec())
        }
        (_, Kind::Text) if !words.is_empty() => quoted(random.pick(words)),
        _ if !words.is_empty() => random.pick(words).as_bytes().to_vec(),
        _ => random.pick(&NUMBERS).as_bytes().to_vec(),
    };
    parts[at] = &new;
    parts.concat()
}

fn quoted(text: impl std::fmt::Display) -> Vec<u8> {
    format!("\"{text}\"").into_bytes()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Number,
    Word,
    /// In quotes.
    Text,
    Other,
}

impl Kind {
    fn of(token: &[u8]) -> Self {
        match token.first() {
            Some(b'0'..=b'9' | b'-') => Self::Number,
            Some(b'"' | b'\'') if token.len() > 1 => Self::Text,
            Some(byte) if byte.is_ascii_alphabetic() || *byte >= 0x80 => Self::Word,
            _ => Self::Other,
        }
    }
}

/// The text as quoted texts, numbers, words, and single bytes for the rest.
fn tokens(text: &[u8]) -> Vec<&[u8]> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.first() {
        let run = |belongs: fn(&u8) -> bool| {
            let others = rest[1..].iter().take_while(|byte| belongs(byte));
            1 + others.count()
        };
        let length = match first {
            b'"' | b'\'' => quoted_length(rest),
            b'0'..=b'9' | b'-' => run(|byte| byte.is_ascii_digit() || b".eE+-".contains(byte)),
            byte if byte.is_ascii_alphabetic() || *byte >= 0x80 => {
                run(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(byte) || *byte >= 0x80)
            }
            _ => 1,
        };
        let (token, others) = rest.split_at(length);
        tokens.push(token);
        rest = others;
    }
    tokens
}

/// A quoted text ends at its own unescaped quote on the same line; without one the quote stands alone.
fn quoted_length(text: &[u8]) -> usize {
    let mut is_escaped = false;
    for (at, byte) in text.iter().enumerate().skip(1) {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'\n' => return 1,
            byte if *byte == text[0] => return at + 1,
            _ => {}
        }
    }
    1
}

#[test]
fn tokens_are_the_whole_text() {
    let text = br#"{"a\"b":-12.50, x: 'y', "open"#;
    let cut = tokens(text);
    assert_eq!(cut.concat(), text);
    assert!(cut.contains(&br#""a\"b""#.as_slice()));
    assert!(cut.contains(&b"-12.50".as_slice()));
}
