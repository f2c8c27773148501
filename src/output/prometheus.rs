//! Metrics as Prometheus reads them from a file.

use std::fmt::Write as _;

use serde::Serialize;

/// A metric: a gauge with one value for each set of labels.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Metric {
    /// With its unit at the end.
    pub name: &'static str,
    /// What it says, in one sentence.
    pub help: &'static str,
    pub values: Vec<MetricValue>,
}

/// One value of a metric.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MetricValue {
    /// The label's name and its value.
    pub label: Option<(&'static str, String)>,
    pub value: i64,
}

/// With this line the text begins.
pub const FIRST_WORDS: &str = "# HELP payctl_";

/// The text format, version 0.0.4.
#[must_use]
pub fn text(metrics: &[Metric]) -> String {
    let mut text = String::new();
    for metric in metrics {
        let name = metric.name;
        // Writing to a string cannot fail.
        let _ = writeln!(text, "# HELP {name} {}", escaped(metric.help));
        let _ = writeln!(text, "# TYPE {name} gauge");
        for MetricValue { label, value } in &metric.values {
            let label = label.as_ref().map(|(label, of)| {
                let of = escaped(of).replace('"', "\\\"");
                format!("{{{label}=\"{of}\"}}")
            });
            let _ = writeln!(text, "{name}{} {value}", label.unwrap_or_default());
        }
    }
    text
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_cannot_break_out() {
        let value = |label| MetricValue { label, value: 3 };
        let metric = Metric {
            name: "payctl_orders",
            help: "Orders by status.",
            values: vec![
                value(Some(("status", "a\"b\\c\nd".to_owned()))),
                value(None),
            ],
        };
        assert_eq!(
            text(&[metric]),
            "# HELP payctl_orders Orders by status.\n# TYPE payctl_orders gauge\n\
             payctl_orders{status=\"a\\\"b\\\\c\\nd\"} 3\npayctl_orders 3\n"
        );
    }
}
