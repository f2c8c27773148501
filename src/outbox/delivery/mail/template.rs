//! Templates: a shop's text with an order's facts.

use std::ops::Range;

use minijinja::{AutoEscape, Environment, ErrorKind, UndefinedBehavior};
use serde_json::Value;

use crate::domain::{Instant, Rupiah, Zone};

/// Steps per rendering: plenty for a mail with a thousand lines, and a limit for endless loops.
const FUEL: u64 = 500_000;

/// Why a template produced no text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum TemplateError {
    /// It prints something that this order does not have.
    Unknown(String),
    Broken(String),
}

/// A template: its text, and where that stands in its file.
#[derive(Debug, Clone, Copy)]
pub(super) struct TemplateText<'a> {
    pub(super) name: &'a str,
    pub(super) source: &'a str,
    /// Lines of the file before the text.
    pub(super) lines_before: usize,
}

impl<'a> TemplateText<'a> {
    /// A text of one line.
    pub(super) fn line(name: &'a str, source: &'a str) -> Self {
        Self {
            name,
            source,
            lines_before: 0,
        }
    }
}

/// Renders a template; values are escaped if its name ends in `.html`.
///
/// Printing an unknown value is an error, testing for it is not: `{% if customer.name %}`. Filters: `rupiah` writes an
/// amount as payctl does, `indonesian` an amount or a time as Indonesia writes them, `local` a time in this zone.
pub(super) fn render(
    template: TemplateText<'_>,
    facts: &Value,
    zone: Zone,
) -> Result<String, TemplateError> {
    let TemplateText { name, source, .. } = template;
    let facts = &with_plain_names(known(facts));
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::SemiStrict);
    environment.set_fuel(Some(FUEL));
    environment.set_auto_escape_callback(|name| {
        let name = name.to_ascii_lowercase();
        if name.ends_with(".html") || name.ends_with(".htm") {
            AutoEscape::Html
        } else {
            AutoEscape::None
        }
    });
    environment.add_filter("rupiah", |amount: i64| Rupiah::from_db(amount).to_string());
    environment.add_filter("indonesian", move |value: minijinja::Value| {
        indonesian(&value, zone)
    });
    environment.add_filter("local", move |time: String| {
        instant(&time).map(|instant| instant.in_named_zone(zone))
    });
    let rendered = environment
        .template_from_named_str(name, source)
        .and_then(|template| template.render(minijinja::value::Serde(facts)));
    rendered.map_err(|error| {
        let line = error.line().map(|line| line + template.lines_before);
        let line = line
            .map(|line| format!(", line {line}"))
            .unwrap_or_default();
        let told = format!("{name}{line}: {}", complaint(&error, source, facts));
        if error.kind() == ErrorKind::UndefinedError {
            TemplateError::Unknown(told)
        } else {
            TemplateError::Broken(told)
        }
    })
}

/// What is wrong, with the word of the template that it is about. The details of other errors may quote a value, which
/// may be personal.
fn complaint(error: &minijinja::Error, source: &str, facts: &Value) -> String {
    let kind = error.kind();
    let is_about_the_template = matches!(
        kind,
        ErrorKind::SyntaxError
            | ErrorKind::UnknownFilter
            | ErrorKind::UnknownTest
            | ErrorKind::UnknownFunction
    );
    if kind == ErrorKind::UndefinedError {
        let written = error
            .range()
            .and_then(|range| name_at(source, range, facts));
        let unknown = written.or_else(|| {
            let line = error.line()?;
            first_unknown(source, line, facts)
        });
        return match unknown {
            Some(name) => format!("{name} is not known of this order"),
            None => kind.to_string(),
        };
    }
    match error.detail().filter(|_| is_about_the_template) {
        Some(detail) => format!("{kind}: {detail}"),
        None => kind.to_string(),
    }
}

/// The unknown name at a place of the template: `customer.phone` also where the place is the filter of
/// `customer.phone|upper`.
fn name_at<'a>(source: &'a str, place: Range<usize>, facts: &Value) -> Option<&'a str> {
    let (before, written) = (source.get(..place.start)?.trim_end(), source.get(place)?);
    let Some(filtered) = before.strip_suffix('|') else {
        let names = names(written);
        return names.into_iter().find(|name| is_unknown(name, facts));
    };
    let filtered = filtered.trim_end();
    let name = filtered.get(filtered.trim_end_matches(is_part_of_name).len()..)?;
    is_name(name).then_some(name)
}

/// The names in an expression, without what stands in quotes.
fn names(expression: &str) -> Vec<&str> {
    let code = expression.split(['"', '\'']).step_by(2);
    let words = code.flat_map(|code| code.split(|letter| !is_part_of_name(letter)));
    words.filter(|word| is_name(word)).collect()
}

fn is_part_of_name(letter: char) -> bool {
    letter.is_alphanumeric() || "._".contains(letter)
}

fn is_name(word: &str) -> bool {
    word.starts_with(|letter: char| letter.is_alphabetic() || letter == '_')
}

/// The facts have no value of this name.
fn is_unknown(name: &str, facts: &Value) -> bool {
    let found = name
        .split('.')
        .try_fold(facts, |value, step| value.get(step));
    found.is_none_or(Value::is_null)
}

fn instant(time: &str) -> Result<Instant, minijinja::Error> {
    let unreadable = || minijinja::Error::new(ErrorKind::InvalidOperation, "this is not a time");
    Instant::parse_rfc3339(time).ok_or_else(unreadable)
}

fn indonesian(value: &minijinja::Value, zone: Zone) -> Result<String, minijinja::Error> {
    if let Some(time) = value.as_str() {
        return Ok(instant(time)?.indonesian(zone));
    }
    let amount: i64 = value.clone().try_into()?;
    Ok(Rupiah::from_db(amount).indonesian())
}

/// The first name that this line prints and that the facts do not have.
fn first_unknown<'a>(source: &'a str, line: usize, facts: &Value) -> Option<&'a str> {
    let line = source.lines().nth(line.checked_sub(1)?)?;
    let printed = line.split("{{").skip(1);
    let mut names = printed.filter_map(|rest| names(rest).first().copied());
    names.find(|name| is_unknown(name, facts))
}

/// Removes null values: an unknown value must not print as the word "none".
fn known(facts: &Value) -> Value {
    match facts {
        Value::Object(fields) => fields
            .iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(name, value)| (name.clone(), known(value)))
            .collect(),
        Value::Array(items) => items.iter().map(known).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => facts.clone(),
    }
}

/// Names that a shop gives may have letters that a template reads as signs: `effects.vpn-account` is also
/// `effects.vpn_account`, unless that is another's name.
fn with_plain_names(mut facts: Value) -> Value {
    for place in ["/effects", "/order/meta"] {
        let Some(Value::Object(fields)) = facts.pointer_mut(place) else {
            continue;
        };
        let plain =
            |(name, value): (&String, &Value)| (name.replace(['-', '.'], "_"), value.clone());
        let named: Vec<(String, Value)> = fields.iter().map(plain).collect();
        for (name, value) in named {
            fields.entry(name).or_insert(value);
        }
    }
    facts
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn facts() -> Value {
        json!({
            "order": {
                "number": "INV-1", "total": 25_000, "expires_at": "2026-03-01T20:30:00Z",
                "meta": {"a.b": "dotted", "a_b": "plain"},
            },
            "effects": {"vpn-account": {"output": {"user": "rina"}}},
            "customer": {"name": "<b>\"Rina\" & 'Co'</b> {{ order.total }}", "email": null},
            "lines": [{"sku": "seat", "quantity": 2}],
        })
    }

    #[track_caller]
    fn check(name: &str, source: &str, text: &str) {
        assert_eq!(rendered(name, source).as_deref(), Ok(text));
    }

    fn rendered(name: &str, source: &str) -> Result<String, TemplateError> {
        let template = TemplateText {
            name,
            source,
            lines_before: 2,
        };
        render(template, &facts(), "Asia/Jakarta".parse().unwrap())
    }

    #[test]
    fn amounts_and_times_are_written_locally() {
        check("a.txt", "{{ order.total|indonesian }}", "Rp25.000");
        check(
            "a.txt",
            "{{ order.expires_at|indonesian }}",
            "2 Maret 2026 pukul 03.30 WIB",
        );
        check(
            "a.txt",
            "{{ order.expires_at|local }}",
            "2026-03-02 03:30:00 WIB",
        );
        for source in ["{{ order.number|local }}", "{{ order.number|indonesian }}"] {
            let unrendered = rendered("a.txt", source).unwrap_err();
            assert!(matches!(unrendered, TemplateError::Broken(_)));
        }
    }

    #[test]
    fn an_unknown_value_is_named_with_its_line() {
        let source = "Halo {{ customer.name }},\n{{ order.number }} {{- customer.phone|upper }}";
        assert_eq!(
            rendered("a.txt", source),
            Err(TemplateError::Unknown(
                "a.txt, line 4: customer.phone is not known of this order".to_owned()
            ))
        );
    }

    #[test]
    fn names_of_a_shop_are_written_plainly() {
        let source =
            "{{ effects.vpn_account.output.user }} {{ order.meta.a_b }} {{ order.meta[\"a.b\"] }}";
        check("a.txt", source, "rina plain dotted");
        assert_eq!(
            rendered("a.txt", "{{ effects.vpn_account.output.password }}"),
            Err(TemplateError::Unknown(
                "a.txt, line 3: effects.vpn_account.output.password is not known of this order"
                    .to_owned()
            ))
        );
    }

    #[test]
    fn values_are_never_read_as_templates() {
        check(
            "a.txt",
            "{{ customer.name }}",
            "<b>\"Rina\" & 'Co'</b> {{ order.total }}",
        );
        check(
            "a.txt",
            "{{ order.total|rupiah }}",
            &Rupiah::from_db(25_000).to_string(),
        );
        check(
            "a.txt",
            "{% for line in lines %}{{ line.quantity }} x {{ line.sku }}{% endfor %}",
            "2 x seat",
        );
    }

    #[test]
    fn an_html_template_escapes_its_values() {
        let escaped =
            "&lt;b&gt;&quot;Rina&quot; &amp; &#x27;Co&#x27;&lt;&#x2f;b&gt; {{ order.total }}";
        check("a.html", "<p>{{ customer.name }}", &format!("<p>{escaped}"));
        check("A.HTML", "{{ customer.name }}", escaped);
    }

    #[test]
    fn unknown_values_may_be_checked_but_not_printed() {
        check(
            "a.txt",
            "{% if customer.email %}mail{% else %}none{% endif %}",
            "none",
        );
        check("a.txt", "{{ customer.email|default('there') }}", "there");
        for source in ["{{ customer.email }}", "{{ nobody }}", "{{ a.b }}"] {
            let unrendered = rendered("a.txt", source).unwrap_err();
            assert!(
                matches!(unrendered, TemplateError::Unknown(_)),
                "{unrendered:?}"
            );
        }
    }

    #[test]
    fn a_broken_or_endless_template_ends() {
        for source in [
            "{{",
            "{% for %}",
            "{{ 1/0 }}",
            "{% include 'x' %}",
            "{% for a in range(9000) %}{% for b in range(9000) %}x{% endfor %}{% endfor %}",
        ] {
            let unrendered = rendered("a.txt", source).unwrap_err();
            assert!(
                matches!(unrendered, TemplateError::Broken(_)),
                "{unrendered:?}"
            );
        }
    }
}
