//! Metrics as Prometheus reads them from a file.

use std::fmt::{self, Write as _};

use serde::{Serialize, Serializer};

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
    pub value: Gauge,
}

/// What a gauge shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gauge {
    Whole(i64),
    /// Milliseconds, shown in seconds: Prometheus wants base units.
    Milliseconds(i64),
}

impl fmt::Display for Gauge {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole(value) => write!(formatter, "{value}"),
            Self::Milliseconds(value) => {
                let (seconds, rest) = (value.div_euclid(1_000), value.rem_euclid(1_000));
                write!(formatter, "{seconds}.{rest:03}")
            }
        }
    }
}

impl Serialize for Gauge {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Whole(value) => serializer.serialize_i64(*value),
            // No number of payctl's JSON has a fraction.
            Self::Milliseconds(_) => serializer.collect_str(self),
        }
    }
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
    fn time_is_shown_in_seconds() {
        for (ms, shown, json) in [
            (0, "0.000", "\"0.000\""),
            (7, "0.007", "\"0.007\""),
            (61_250, "61.250", "\"61.250\""),
        ] {
            let value = Gauge::Milliseconds(ms);
            assert_eq!(value.to_string(), shown);
            assert_eq!(serde_json::to_string(&value).unwrap(), json);
        }
    }

    #[test]
    fn labels_cannot_break_out() {
        let value = |label| MetricValue {
            label,
            value: Gauge::Whole(3),
        };
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
