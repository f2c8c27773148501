//! `payctl why --rule`: what a rule says, as it stands in docs/rules.md.

use serde::Serialize;

use crate::commands::{CommandError, Context};
use crate::domain::Rule;
use crate::exit::Exit;
use crate::output::detail::Detail;

const RULES: &str = include_str!("../../../docs/rules.md");

/// A rule, for programs. Fields are only ever added.
#[derive(Serialize)]
struct RuleText {
    rule: Rule,
    sentence: &'static str,
    /// Its rows in the document: most rules have one.
    rows: Vec<Vec<RuleCell>>,
    link: String,
}

#[derive(Serialize)]
struct RuleCell {
    column: &'static str,
    text: String,
}

pub(super) fn run(wanted: &str, mut context: Context<'_>) -> anyhow::Result<Exit> {
    let mut all = Rule::ALL.iter().copied();
    let Some(rule) = all.find(|rule| rule.word().eq_ignore_ascii_case(wanted)) else {
        return Err(unknown(wanted).into());
    };
    let text = RuleText {
        rule,
        sentence: rule.sentence(),
        rows: rows(rule),
        link: format!("docs/rules.md#{}", rule.word().to_ascii_lowercase()),
    };
    let mut detail = Detail::new(context.style())
        .field("Rule", rule)
        .field("Sentence", text.sentence);
    for cell in text.rows.iter().flatten() {
        detail = detail.field(cell.column, &cell.text);
    }
    let detail = detail.field("See", &text.link);
    context.show("why", &text, &detail, Exit::Clean)
}

/// With the rules that begin like it, else with all.
fn unknown(wanted: &str) -> CommandError {
    let begins_alike = |rule: &&Rule| {
        let first = wanted.chars().next();
        first.is_some_and(|first| rule.word().starts_with(first.to_ascii_uppercase()))
    };
    let alike: Vec<&str> = Rule::ALL
        .iter()
        .filter(begins_alike)
        .map(|rule| rule.word())
        .collect();
    let known = if alike.is_empty() {
        Rule::ALL.iter().map(|rule| rule.word()).collect()
    } else {
        alike
    };
    CommandError::usage(format!("there is no rule {wanted}"))
        .hint(format!("the rules are {}", known.join(", ")))
}

/// The rows of a rule, without empty cells.
fn rows(rule: Rule) -> Vec<Vec<RuleCell>> {
    let mut columns: Vec<&'static str> = Vec::new();
    let mut rows = Vec::new();
    for line in RULES.lines() {
        let Some(cells) = cells(line) else { continue };
        match cells.split_first() {
            Some((&"Rule", rest)) => columns = rest.to_vec(),
            Some((first, rest)) if without_anchor(first) == rule.word() => {
                let named = columns.iter().copied().zip(rest);
                let filled = named.filter(|(_, text)| !text.is_empty());
                let row = filled.map(|(column, text)| RuleCell {
                    column,
                    text: without_links(text),
                });
                rows.push(row.collect());
            }
            _ => {}
        }
    }
    rows
}

/// What stands between the bars of a line of a table.
fn cells(line: &'static str) -> Option<Vec<&'static str>> {
    let inner = line.strip_prefix("| ")?.trim_end().strip_suffix('|')?;
    Some(inner.split('|').map(str::trim).collect())
}

/// `<a id="p6"></a>P6` is P6.
fn without_anchor(cell: &str) -> &str {
    cell.rsplit_once("</a>").map_or(cell, |(_, word)| word)
}

/// `[section 7](#7-which-answers-count)` is section 7.
fn without_links(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, link)) = rest.split_once('[')
        && let Some((words, target)) = link.split_once("](")
        && let Some((_, after)) = target.split_once(')')
    {
        plain.push_str(before);
        plain.push_str(words);
        rest = after;
    }
    plain + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_has_rows_and_an_anchor() {
        for rule in Rule::ALL {
            let rows = rows(*rule);
            assert!(!rows.is_empty(), "{rule} has no row in docs/rules.md");
            assert!(rows.iter().all(|row| !row.is_empty()), "{rule}");
            let anchor = format!(
                "<a id=\"{}\"></a>{rule} |",
                rule.word().to_ascii_lowercase()
            );
            assert_eq!(RULES.matches(&anchor).count(), 1, "the anchor of {rule}");
        }
    }

    #[test]
    fn links_become_their_words() {
        assert_eq!(
            without_links("see [section 7](#7-x); `a`"),
            "see section 7; `a`"
        );
        assert_eq!(without_links("a [b] c"), "a [b] c");
    }
}
