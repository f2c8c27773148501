//! From the text of a script to its steps.

use std::ops::Range;

pub(crate) enum Step {
    Command {
        words: Vec<Word>,
        redirections: Vec<Redirection>,
    },
    Group(Vec<Self>),
    Loop {
        test: Vec<Self>,
        body: Vec<Self>,
        is_until: bool,
    },
    Not(Box<Self>),
    And(Box<Self>, Box<Self>),
    Or(Box<Self>, Box<Self>),
    /// This part of the text, in a process of its own.
    Background(Range<usize>),
}

pub(crate) struct Redirection {
    pub(crate) kind: RedirectionKind,
    pub(crate) target: Word,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum RedirectionKind {
    Read,
    Write,
    Append,
    /// The errors, into a file.
    Errors,
    /// The output, to where the errors go.
    ToErrors,
}

/// What is put together to one argument.
pub(crate) type Word = Vec<Part>;

pub(crate) enum Part {
    Text(String),
    /// A variable, and what stands for one that is not set.
    Variable(String, String),
}

enum TokenKind {
    Word(Word),
    /// `;`, `&&`, `>>`, a line's end …
    Sign(&'static str),
}

struct Token {
    kind: TokenKind,
    at: Range<usize>,
}

/// The longest first.
const SIGNS: [(&str, &str); 15] = [
    ("2>", "2>"),
    (">&2", ">&2"),
    (">>", ">>"),
    ("&&", "&&"),
    ("||", "||"),
    (">", ">"),
    ("<", "<"),
    (";", ";"),
    ("\n", ";"),
    ("&", "&"),
    ("(", "{"),
    (")", "}"),
    ("{ ", "{"),
    ("{\n", "{"),
    ("}", "}"),
];

pub(crate) fn parse(script: &str) -> Result<Vec<Step>, String> {
    let mut parser = Parser {
        tokens: tokens(script)?,
        next: 0,
    };
    let steps = parser.list(&[])?;
    match parser.peek() {
        None => Ok(steps),
        Some(token) => Err(format!("unexpected: {}", token.at.start)),
    }
}

fn tokens(script: &str) -> Result<Vec<Token>, String> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(rest) = script.get(at..).filter(|rest| !rest.is_empty()) {
        if rest.starts_with([' ', '\t', '\r']) {
            at += 1;
        } else if rest.starts_with('#') {
            at += rest.find('\n').unwrap_or(rest.len());
        } else if let Some((sign, meant)) = SIGNS.iter().find(|(sign, _)| rest.starts_with(sign)) {
            tokens.push(Token {
                kind: TokenKind::Sign(meant),
                at: at..at + sign.len(),
            });
            at += sign.len();
        } else {
            let (word, length) = word(rest)?;
            if length == 0 {
                return Err(format!("cannot do {rest}"));
            }
            tokens.push(Token {
                kind: TokenKind::Word(word),
                at: at..at + length,
            });
            at += length;
        }
    }
    Ok(tokens)
}

/// The word with which the text begins, and its length.
fn word(text: &str) -> Result<(Word, usize), String> {
    let mut word = vec![Part::Text(String::new())];
    let mut quote = None;
    let mut at = 0;
    while let Some(letter) = text.get(at..).and_then(|rest| rest.chars().next()) {
        at += letter.len_utf8();
        match (quote, letter) {
            (Some('\''), '\'') | (Some('"'), '"') => quote = None,
            (Some('\''), letter) => push(&mut word, letter),
            (Some(_) | None, '$') => {
                let (part, length) = variable(text.get(at..).unwrap_or_default())?;
                word.push(part);
                at += length;
            }
            (Some(_) | None, '\\') => {
                let escaped = text.get(at..).and_then(|rest| rest.chars().next());
                let escaped = escaped.ok_or("the script ends in a backslash")?;
                push(&mut word, escaped);
                at += escaped.len_utf8();
            }
            (None, '\'' | '"') => quote = Some(letter),
            (None, ' ' | '\t' | '\r' | '\n' | ';' | '&' | '|' | '<' | '>' | '(' | ')') => {
                return Ok((word, at - letter.len_utf8()));
            }
            (None, '`' | '*' | '?') => return Err(format!("cannot do {letter}")),
            (Some(_) | None, letter) => push(&mut word, letter),
        }
    }
    match quote {
        None => Ok((word, at)),
        Some(quote) => Err(format!("no closing {quote}")),
    }
}

fn push(word: &mut Word, letter: char) {
    match word.last_mut() {
        Some(Part::Text(text)) => text.push(letter),
        Some(Part::Variable(..)) | None => word.push(Part::Text(letter.to_string())),
    }
}

/// `NAME`, `{NAME:-ELSE}`, `$` or `#` after the dollar.
fn variable(text: &str) -> Result<(Part, usize), String> {
    if let Some(inner) = text.strip_prefix('{') {
        let (inner, _) = inner.split_once('}').ok_or("no closing }")?;
        let (name, otherwise) = inner.split_once(":-").unwrap_or((inner, ""));
        let part = Part::Variable(name.to_owned(), otherwise.to_owned());
        return Ok((part, inner.len() + 2));
    }
    let is_name = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let length = text
        .find(|letter| !is_name(letter))
        .unwrap_or(text.len())
        .max(1);
    let name = text.get(..length).ok_or("a lone dollar")?;
    Ok((Part::Variable(name.to_owned(), String::new()), length))
}

struct Parser {
    tokens: Vec<Token>,
    next: usize,
}

impl Parser {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.next)
    }

    /// Takes this sign, or a word of just these letters.
    fn takes(&mut self, wanted: &str) -> bool {
        let is_it = self.peek().is_some_and(|token| token.is(wanted));
        self.next += usize::from(is_it);
        is_it
    }

    fn must_take(&mut self, wanted: &str) -> Result<(), String> {
        if self.takes(wanted) {
            Ok(())
        } else {
            Err(format!("no {wanted} where one should be"))
        }
    }

    /// Steps up to one of these words, or to a closing bracket.
    fn list(&mut self, ends: &[&str]) -> Result<Vec<Step>, String> {
        let mut steps = Vec::new();
        loop {
            while self.takes(";") {}
            let is_end = |token: &Token| token.is("}") || ends.iter().any(|end| token.is(end));
            let Some(start) = self.peek().filter(|token| !is_end(token)) else {
                return Ok(steps);
            };
            let start = start.at.start;
            let step = self.chain()?;
            let end = self.tokens.get(self.next - 1).map_or(start, |it| it.at.end);
            steps.push(if self.takes("&") {
                Step::Background(start..end)
            } else {
                step
            });
        }
    }

    fn chain(&mut self) -> Result<Step, String> {
        let mut step = self.step()?;
        loop {
            if self.takes("&&") {
                step = Step::And(Box::new(step), Box::new(self.step()?));
            } else if self.takes("||") {
                step = Step::Or(Box::new(step), Box::new(self.step()?));
            } else {
                return Ok(step);
            }
        }
    }

    fn step(&mut self) -> Result<Step, String> {
        if self.takes("!") {
            return Ok(Step::Not(Box::new(self.step()?)));
        }
        if self.takes("{") {
            let steps = self.list(&[])?;
            self.must_take("}")?;
            return Ok(Step::Group(steps));
        }
        let (is_while, is_until) = (self.takes("while"), self.takes("until"));
        if is_while || is_until {
            let test = self.list(&["do"])?;
            self.must_take("do")?;
            let body = self.list(&["done"])?;
            self.must_take("done")?;
            return Ok(Step::Loop {
                test,
                body,
                is_until,
            });
        }
        self.command()
    }

    fn command(&mut self) -> Result<Step, String> {
        let (mut words, mut redirections) = (Vec::new(), Vec::new());
        while let Some(token) = self.tokens.get_mut(self.next) {
            let kind = match &mut token.kind {
                TokenKind::Word(word) => {
                    words.push(std::mem::take(word));
                    self.next += 1;
                    continue;
                }
                TokenKind::Sign(sign) => match RedirectionKind::of(sign) {
                    Some(kind) => kind,
                    None => break,
                },
            };
            self.next += 1;
            let target = match (kind, self.tokens.get_mut(self.next)) {
                (RedirectionKind::ToErrors, _) => Word::new(),
                (
                    _,
                    Some(Token {
                        kind: TokenKind::Word(word),
                        ..
                    }),
                ) => {
                    self.next += 1;
                    std::mem::take(word)
                }
                (_, Some(_) | None) => return Err("a redirection without a file".to_owned()),
            };
            redirections.push(Redirection { kind, target });
        }
        if words.is_empty() {
            return Err("no command where one should be".to_owned());
        }
        Ok(Step::Command {
            words,
            redirections,
        })
    }
}

impl Token {
    fn is(&self, wanted: &str) -> bool {
        match &self.kind {
            TokenKind::Sign(sign) => *sign == wanted,
            TokenKind::Word(word) => match word.as_slice() {
                [Part::Text(text)] => text == wanted && !matches!(wanted, "{" | "}" | ";" | "&"),
                _ => false,
            },
        }
    }
}

impl RedirectionKind {
    fn of(sign: &str) -> Option<Self> {
        match sign {
            "<" => Some(Self::Read),
            ">" => Some(Self::Write),
            ">>" => Some(Self::Append),
            "2>" => Some(Self::Errors),
            ">&2" => Some(Self::ToErrors),
            _ => None,
        }
    }
}
