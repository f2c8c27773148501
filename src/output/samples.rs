//! Rows and a summary for the tests of this folder.

use super::{Alarm, Column, Face, Format, Paint, Row, Summary};
use crate::domain::instant::Zone;
use crate::domain::money::Rupiah;

#[derive(serde::Serialize)]
pub(super) struct Line {
    order: String,
    gateway_status: Option<&'static str>,
    amount: Rupiah,
    action: &'static str,
    #[serde(skip)]
    alarm: Alarm,
}

pub(super) fn line(order: &str, amount: i64, alarm: Alarm) -> Line {
    Line {
        order: order.to_owned(),
        gateway_status: (alarm != Alarm::Unsure).then_some("settlement"),
        amount: Rupiah::kept(amount),
        action: match alarm {
            Alarm::Calm => "calm",
            Alarm::Mended => "mended",
            Alarm::Unsure => "unsure",
            Alarm::Drift => "drift",
            Alarm::Person => "person",
        },
        alarm,
    }
}

impl Row for Line {
    fn columns() -> &'static [Column] {
        const {
            &[
                Column::text("Order"),
                Column::text("Gateway status"),
                Column::number("Amount"),
                Column::text("Action"),
            ]
        }
    }

    fn fields() -> &'static [&'static str] {
        &["order", "gateway_status", "amount", "action"]
    }

    fn cells(&self, _: Zone) -> Vec<String> {
        vec![
            self.order.clone(),
            self.gateway_status.unwrap_or_default().to_owned(),
            self.amount.to_string(),
            self.action.to_owned(),
        ]
    }

    fn alarm(&self) -> Alarm {
        self.alarm
    }
}

#[derive(serde::Serialize)]
pub(super) struct Counts {
    pub(super) asked: u64,
    pub(super) review: u64,
}

impl Summary for Counts {
    fn line(&self) -> String {
        format!("{} asked, {} review", self.asked, self.review)
    }
}

pub(super) fn plain() -> Face {
    face(Format::Table)
}

pub(super) fn face(format: Format) -> Face {
    Face {
        format,
        csv: super::CsvReader::Any,
        zone: Zone::Machine,
        paint: Paint::Plain,
    }
}
