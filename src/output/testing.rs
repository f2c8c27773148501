//! Rows and a summary for the tests of this folder.

use super::{ColorMode, Column, Format, OutputStyle, Row, Severity, Summary};
use crate::domain::{Rupiah, Zone};

#[derive(serde::Serialize)]
pub(super) struct SampleRow {
    order: String,
    gateway_status: Option<&'static str>,
    amount: Rupiah,
    action: &'static str,
    #[serde(skip)]
    severity: Severity,
}

pub(super) fn line(order: &str, amount: i64, severity: Severity) -> SampleRow {
    SampleRow {
        order: order.to_owned(),
        gateway_status: (severity != Severity::Unsure).then_some("settlement"),
        amount: Rupiah::from_db(amount),
        action: match severity {
            Severity::Calm => "calm",
            Severity::Mended => "mended",
            Severity::Unsure => "unsure",
            Severity::Drift => "drift",
            Severity::Person => "person",
        },
        severity,
    }
}

impl Row for SampleRow {
    fn columns() -> Vec<Column> {
        vec![
            Column::text("Order"),
            Column::text("Gateway status"),
            Column::number("Amount"),
            Column::text("Action"),
        ]
    }

    fn fields() -> Vec<&'static str> {
        vec!["order", "gateway_status", "amount", "action"]
    }

    fn cells(&self, _: Zone) -> Vec<String> {
        vec![
            self.order.clone(),
            self.gateway_status.unwrap_or_default().to_owned(),
            self.amount.to_string(),
            self.action.to_owned(),
        ]
    }

    fn severity(&self) -> Severity {
        self.severity
    }
}

#[derive(serde::Serialize)]
pub(super) struct SampleSummary {
    pub(super) asked: u64,
    pub(super) review: u64,
}

impl Summary for SampleSummary {
    fn line(&self) -> String {
        format!("{} asked, {} review", self.asked, self.review)
    }
}

pub(super) fn plain() -> OutputStyle {
    style(Format::Table)
}

pub(super) fn style(format: Format) -> OutputStyle {
    OutputStyle {
        format,
        csv: super::CsvReader::Any,
        zone: Zone::Machine,
        paint: ColorMode::Plain,
        width: None,
        columns: None,
        brief: false,
    }
}
