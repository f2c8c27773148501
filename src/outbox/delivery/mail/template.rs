//! Templates: a shop's text with an order's facts.

use minijinja::{AutoEscape, Environment, ErrorKind, UndefinedBehavior};
use serde_json::Value;

use crate::domain::Rupiah;

/// Steps per rendering: plenty for a mail with a thousand lines, and a limit for endless loops.
const FUEL: u64 = 500_000;

/// Why a template produced no text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum TemplateError {
    /// It prints something that this order does not have.
    Unknown(String),
    Broken(String),
}

/// Renders a template; values are escaped if `name` ends in `.html`.
///
/// Printing an unknown value is an error, testing for it is not: `{% if customer.name %}`.
pub(super) fn render(name: &str, source: &str, facts: &Value) -> Result<String, TemplateError> {
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
    let rendered = environment
        .template_from_named_str(name, source)
        .and_then(|template| template.render(minijinja::value::Serde(known(facts))));
    rendered.map_err(|error| {
        // Only kind and line: the details quote the template and its surroundings, which may contain personal data.
        let line = error.line().map(|line| format!(", line {line}"));
        let told = format!("{name}{}: {}", line.unwrap_or_default(), error.kind());
        if error.kind() == ErrorKind::UndefinedError {
            TemplateError::Unknown(told)
        } else {
            TemplateError::Broken(told)
        }
    })
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn facts() -> Value {
        json!({
            "order": {"number": "INV-1", "total": 25_000},
            "customer": {"name": "<b>\"Rina\" & 'Co'</b> {{ order.total }}", "email": null},
            "lines": [{"sku": "seat", "quantity": 2}],
        })
    }

    #[track_caller]
    fn check(name: &str, source: &str, text: &str) {
        assert_eq!(render(name, source, &facts()).as_deref(), Ok(text));
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
            let unrendered = render("a.txt", source, &facts()).unwrap_err();
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
            let unrendered = render("a.txt", source, &facts()).unwrap_err();
            assert!(
                matches!(unrendered, TemplateError::Broken(_)),
                "{unrendered:?}"
            );
        }
    }
}
