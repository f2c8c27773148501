//! One `[section]` of a configuration file, read setting by setting. Every error names the line and the setting.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::error::{ConfigError, SourceLocation};
use super::secret_ref::{MUST_BE, SecretRef};
use super::span::written;
use crate::gateway::registry::looks_like_a_key;

/// Of a key where something else belongs.
const KEPT_ELSEWHERE: &str =
    "looks like a key: keep it in .env, and name its place where the key belongs";

/// A configuration file that is being read.
pub(super) struct ConfigFile<'a> {
    pub(super) path: &'a Path,
    pub(super) text: &'a str,
    /// The folder for relative paths.
    pub(super) folder: &'a Path,
}

impl<'a> ConfigFile<'a> {
    pub(super) fn parse(&self) -> Result<Spanned<DeTable<'a>>, ConfigError> {
        DeTable::parse(self.text).map_err(|error| ConfigError::Refused {
            // Only the message: the error itself shows the line, which may contain a key.
            what: format!("this is not TOML: {}", error.message()),
            place: self.place(error.span().map_or(0, |span| span.start)),
            hint: "a line looks like name = \"text\" or name = 10, and a section begins with [section]"
                .to_owned(),
        })
    }

    fn place(&self, offset: usize) -> SourceLocation {
        let before = self.text.bytes().take(offset);
        SourceLocation {
            path: self.path.to_owned(),
            line: before.filter(|byte| *byte == b'\n').count() + 1,
        }
    }
}

pub(super) struct ConfigSection<'a> {
    document: &'a ConfigFile<'a>,
    /// For example `gateways.midtrans`; empty for the top of the file.
    name: String,
    offset: usize,
    table: &'a DeTable<'a>,
}

impl<'a> ConfigSection<'a> {
    pub(super) fn top(document: &'a ConfigFile<'a>, table: &'a Spanned<DeTable<'a>>) -> Self {
        Self {
            document,
            name: String::new(),
            offset: 0,
            table: table.get_ref(),
        }
    }

    /// Refuses settings that are not in `known`.
    pub(super) fn only(&self, known: &[&str]) -> Result<(), ConfigError> {
        let is_unknown = |key: &&Spanned<_>| !known.contains(&text_of(key));
        let Some(key) = self
            .table
            .keys()
            .filter(is_unknown)
            .min_by_key(|key| key.span().start)
        else {
            return Ok(());
        };
        let all = known.join(", ");
        let hint = match nearest(text_of(key), known) {
            Some(meant) => format!("did you mean {meant}? The settings here are: {all}"),
            None => format!("the settings here are: {all}"),
        };
        let what = format!(
            "there is no setting {}",
            self.full_name(&shown(text_of(key)))
        );
        Err(self.refuse(key.span().start, what, hint))
    }

    /// Adds the full names of its settings, and of those of its subsections.
    pub(super) fn add_names(&self, names: &mut BTreeSet<String>) {
        for (key, value) in self.table {
            let name = self.full_name(text_of(key));
            match value.get_ref() {
                DeValue::Table(table) => Self {
                    document: self.document,
                    name,
                    offset: value.span().start,
                    table,
                }
                .add_names(names),
                DeValue::String(_)
                | DeValue::Integer(_)
                | DeValue::Float(_)
                | DeValue::Boolean(_)
                | DeValue::Datetime(_)
                | DeValue::Array(_) => {
                    names.insert(name);
                }
            }
        }
    }

    pub(super) fn section(&self, key: &str) -> Result<Option<Self>, ConfigError> {
        let Some(value) = self.table.get(key) else {
            return Ok(None);
        };
        let name = self.full_name(&shown(key));
        let DeValue::Table(table) = value.get_ref() else {
            let what = format!("{name} must be a section");
            let hint = format!("begin it with its own line: [{name}]");
            return Err(self.refuse(value.span().start, what, hint));
        };
        Ok(Some(Self {
            document: self.document,
            name,
            offset: value.span().start,
            table,
        }))
    }

    /// The subsections, with their names.
    pub(super) fn sections(&self) -> Result<Vec<(&'a str, Self)>, ConfigError> {
        let mut sections = Vec::new();
        for key in self.table.keys() {
            let key = text_of(key);
            if let Some(section) = self.section(key)? {
                sections.push((key, section));
            }
        }
        Ok(sections)
    }

    /// The sections written as `[[key]]`, in order.
    pub(super) fn several(&self, key: &str) -> Result<Vec<Self>, ConfigError> {
        let Some(value) = self.table.get(key) else {
            return Ok(Vec::new());
        };
        let name = self.full_name(key);
        let must = |offset| {
            let what = format!("{name} must be separate sections");
            self.refuse(
                offset,
                what,
                format!("begin each with its own line: [[{name}]]"),
            )
        };
        let DeValue::Array(items) = value.get_ref() else {
            return Err(must(value.span().start));
        };
        let sections = items.iter().map(|item| {
            let DeValue::Table(table) = item.get_ref() else {
                return Err(must(item.span().start));
            };
            Ok(Self {
                document: self.document,
                name: name.clone(),
                offset: item.span().start,
                table,
            })
        });
        sections.collect()
    }

    /// A list of texts, each parsed by `read`.
    pub(super) fn texts<T, E: ToString>(
        &self,
        key: &str,
        read: impl Fn(&str) -> Result<T, E>,
    ) -> Result<Option<Vec<T>>, ConfigError> {
        let Some(value) = self.table.get(key) else {
            return Ok(None);
        };
        let must = "must be a list of texts in quotes, such as [\"a\", \"b\"]";
        let DeValue::Array(items) = value.get_ref() else {
            return Err(self.wrong(key, value, must));
        };
        let texts = items.iter().map(|item| match item.get_ref().as_str() {
            Some(text) => read(text).map_err(|error| self.wrong(key, item, &error.to_string())),
            None => Err(self.wrong(key, item, must)),
        });
        texts.collect::<Result<_, _>>().map(Some)
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    /// The folder for relative paths.
    pub(super) fn folder(&self) -> &'a Path {
        self.document.folder
    }

    /// An error about a setting that exists, or about the section if it does not.
    pub(super) fn unfit(&self, key: &str, what: &str, hint: &str) -> ConfigError {
        let offset = self
            .table
            .get(key)
            .map_or(self.offset, |value| value.span().start);
        self.refuse(offset, what.to_owned(), hint.to_owned())
    }

    /// A text, parsed by `read`, whose error says what the setting must be and does not repeat it.
    pub(super) fn text<T, E: ToString>(
        &self,
        key: &str,
        read: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<Option<T>, ConfigError> {
        let Some(value) = self.table.get(key) else {
            return Ok(None);
        };
        let read = match value.get_ref().as_str() {
            // It would be shown wherever this setting is.
            Some(text) if looks_like_a_key(text) => Err(KEPT_ELSEWHERE.to_owned()),
            Some(text) => read(text).map_err(|error| error.to_string()),
            None => Err("must be a text in quotes".to_owned()),
        };
        read.map(Some).map_err(|must| self.wrong(key, value, &must))
    }

    /// The same for a setting without which there is no section.
    pub(super) fn required<T, E: ToString>(
        &self,
        key: &str,
        example: &str,
        read: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<T, ConfigError> {
        self.text(key, read)?
            .ok_or_else(|| self.missing(key, example))
    }

    /// One of our words.
    pub(super) fn word<T: FromStr>(&self, key: &str, must: &str) -> Result<Option<T>, ConfigError> {
        self.text(key, |word| word.parse().map_err(|_| must))
    }

    /// `true` or `false`.
    pub(super) fn flag(&self, key: &str) -> Result<Option<bool>, ConfigError> {
        let Some(value) = self.table.get(key) else {
            return Ok(None);
        };
        let flag = value.get_ref().as_bool();
        flag.map(Some)
            .ok_or_else(|| self.wrong(key, value, "must be true or false"))
    }

    /// A whole number in `range`.
    pub(super) fn number<T: TryFrom<i64>>(
        &self,
        key: &str,
        range: std::ops::RangeInclusive<i64>,
    ) -> Result<Option<T>, ConfigError> {
        let Some(value) = self.table.get(key) else {
            return Ok(None);
        };
        let number = value
            .get_ref()
            .as_integer()
            .and_then(|text| i64::from_str_radix(text.as_str(), text.radix()).ok());
        let number = number.filter(|number| range.contains(number));
        let number = number.and_then(|number| T::try_from(number).ok());
        let (least, most) = range.into_inner();
        let must = || format!("must be a whole number from {least} to {most}");
        number
            .map(Some)
            .ok_or_else(|| self.wrong(key, value, &must()))
    }

    /// A duration of at most `most`, parsed by `read`.
    pub(super) fn span<E: ToString>(
        &self,
        key: &str,
        read: fn(&str) -> Result<Duration, E>,
        most: Duration,
    ) -> Result<Option<Duration>, ConfigError> {
        self.text(key, |text| match read(text) {
            Ok(span) if span > most => Err(format!("must be at most {}", written(most))),
            Ok(span) => Ok(span),
            Err(error) => Err(error.to_string()),
        })
    }

    /// A reference to a key, with an example for the error message.
    pub(super) fn secret(&self, key: &str, variable: &str) -> Result<SecretRef, ConfigError> {
        let read = |text: &str| SecretRef::parse(text, self.document.folder);
        let example = format!("{key} = \"env:{variable}\"");
        match (self.table.get(key), self.text(key, read)) {
            (_, Ok(Some(reference))) => Ok(reference),
            (None, _) | (_, Ok(None)) => Err(self.missing(key, &example)),
            (Some(value), Err(_)) => Err(self.refuse(
                value.span().start,
                format!("{} {}", self.full_name(key), MUST_BE),
                format!(
                    "write {example} and set {variable} in {}, or write {key} = \"file:PATH\"; a key itself does not belong in this file",
                    self.document.folder.join(".env").display()
                ),
            )),
        }
    }

    /// The same for an optional key.
    pub(super) fn optional_secret(
        &self,
        key: &str,
        variable: &str,
    ) -> Result<Option<SecretRef>, ConfigError> {
        match self.table.get(key) {
            Some(_) => self.secret(key, variable).map(Some),
            None => Ok(None),
        }
    }

    pub(super) fn path(&self, key: &str) -> Result<Option<PathBuf>, ConfigError> {
        self.text(key, |text| match text.trim() {
            "" => Err("must name a file"),
            _ => Ok(self.document.folder.join(text)),
        })
    }

    pub(super) fn missing(&self, key: &str, example: &str) -> ConfigError {
        let what = format!("{} is missing", self.full_name(key));
        self.refuse(self.offset, what, format!("add a line: {example}"))
    }

    /// An error about the section's name.
    pub(super) fn misnamed(&self, must: &str) -> ConfigError {
        let what = format!("the name of [{}] {must}", self.name);
        self.refuse(self.offset, what, "choose another name".to_owned())
    }

    fn wrong(&self, key: &str, value: &Spanned<DeValue<'_>>, must: &str) -> ConfigError {
        let what = format!("{} {must}", self.full_name(key));
        let hint = format!("correct {key} in this line");
        self.refuse(value.span().start, what, hint)
    }

    fn refuse(&self, offset: usize, what: String, hint: String) -> ConfigError {
        let place = self.document.place(offset);
        ConfigError::Refused { place, what, hint }
    }

    fn full_name(&self, key: &str) -> String {
        if self.name.is_empty() {
            key.to_owned()
        } else {
            format!("{}.{key}", self.name)
        }
    }
}

fn text_of<'t>(key: &'t Spanned<std::borrow::Cow<'_, str>>) -> &'t str {
    key.get_ref()
}

/// A name from a file, safe for a terminal. A very long one, or one that contains a key, is not shown.
fn shown(name: &str) -> String {
    const LENGTH_MAX: usize = 40;
    if name.len() > LENGTH_MAX || looks_like_a_key(name) {
        "…".to_owned()
    } else {
        name.escape_debug().to_string()
    }
}

/// The known word that is most like this one, if it is much like it.
#[must_use]
pub fn nearest<'k>(word: &str, known: &[&'k str]) -> Option<&'k str> {
    let distance = |known: &&str| strsim::osa_distance(&word.to_lowercase(), known);
    let nearest = known.iter().copied().min_by_key(distance)?;
    (distance(&nearest) <= nearest.len() / 3).then_some(nearest)
}
