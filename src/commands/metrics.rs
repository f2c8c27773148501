//! `payctl metrics`: the shop in figures, for Prometheus. Jobs write the same to the file of the configuration.

use std::fs::File;
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::path::Path;

use clap::Args;
use serde::Serialize;

use super::atomic_file::{AtomicFile, FileMode};
use super::scheduled_job::SCHEDULED_JOBS;
use crate::commands::Context;
use crate::domain::{CaseKind, EffectStatus, IncidentKind, Instant, OrderStatus, Rupiah};
use crate::exit::Exit;
use crate::output::Format;
use crate::output::detail::Detail;
use crate::output::prometheus::{FIRST_WORDS, Gauge, Metric, MetricValue, text};
use crate::store::{Reader, ShopFigures, StoreError};

/// Print the shop in figures, for Prometheus
///
/// Orders and money by status, refunds and cases that wait, effects that failed, silent gateways, and when each job last
/// did its work. With [metrics] in the configuration every job writes the same to a file, for example for the textfile
/// collector of the node exporter. The command only reads the database.
#[derive(Debug, Args)]
pub(super) struct MetricsArgs {}

const COMMAND: &str = "metrics";

#[derive(Serialize)]
struct MetricsDocument<'a> {
    metrics: &'a [Metric],
}

pub(super) fn run(_: &MetricsArgs, mut context: Context<'_>) -> anyhow::Result<Exit> {
    let reader = context.reader()?;
    let metrics = metrics(&reader, context.started_at)?;
    match context.options.format {
        Format::Json | Format::Jsonl => {
            let document = MetricsDocument { metrics: &metrics };
            let no_words = Detail::new(context.style());
            context.show(COMMAND, &document, &no_words, Exit::Clean)
        }
        Format::Table | Format::Csv => {
            context.host.stdout.write_all(text(&metrics).as_bytes())?;
            Ok(Exit::Clean)
        }
    }
}

/// Writes the file of the configuration, if it names one. It can only warn.
pub(super) fn write_file(context: &Context<'_>) {
    let Some(path) = &context.config.metrics else {
        return;
    };
    let written = context.reader().and_then(|reader| {
        let metrics = metrics(&reader, context.host.clock.now())?;
        Ok(replace(path, &text(&metrics))?)
    });
    if let Err(error) = written {
        let path = path.display();
        context.warn(&format!("could not write the metrics to {path}: {error}"));
    }
}

/// Replaces metrics, and nothing else that may stand there.
fn replace(path: &Path, text: &str) -> io::Result<()> {
    let mut start = Vec::new();
    match File::open(path) {
        Ok(file) => {
            file.take(64).read_to_end(&mut start)?;
        }
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    if !start.is_empty() && !start.starts_with(FIRST_WORDS.as_bytes()) {
        let what = "another file is there; name a file of its own";
        return Err(io::Error::other(what));
    }
    AtomicFile::write(path, text, FileMode::Everyone)?.replace()
}

fn metrics(reader: &Reader, now: Instant) -> Result<Vec<Metric>, StoreError> {
    let figures = reader.figures(now)?;
    let mut metrics = of_shop(&figures, now);
    metrics.extend(of_gateways(reader)?);
    metrics.push(of_incidents(reader)?);
    let mut succeeded = Vec::new();
    for job in SCHEDULED_JOBS {
        if let Some(at) = reader.last_success(job.name)? {
            succeeded.push(labelled(("job", job.name), seconds(at)));
        }
    }
    metrics.push(Metric {
        name: "payctl_job_last_success_timestamp_seconds",
        help: "When the latest run of a job began that did its work.",
        values: succeeded,
    });
    metrics.push(Metric {
        name: "payctl_metrics_timestamp_seconds",
        help: "When these metrics were read.",
        values: vec![alone(seconds(now))],
    });
    Ok(metrics)
}

fn of_shop(figures: &ShopFigures, now: Instant) -> Vec<Metric> {
    let statuses = || OrderStatus::ALL.iter().copied();
    let of_status = |status: OrderStatus| figures.orders.iter().find(|(of, ..)| *of == status);
    let (overdue, oldest) = figures.overdue;
    let (refunds, due) = figures.refunds;
    let age = oldest.map_or(0, |at| now.since(at).as_secs());
    let effects = [
        EffectStatus::Dead,
        EffectStatus::Uncertain,
        EffectStatus::Waiting,
    ];
    let effects = effects.into_iter().map(|status| {
        let of = figures.effects.iter().find(|(of, _)| *of == status);
        labelled(
            ("status", status.word()),
            count(of.map_or(0, |(_, count)| *count)),
        )
    });
    let cases = CaseKind::ALL.iter().copied().map(|kind| {
        let of = figures.cases.iter().find(|(of, _)| *of == kind);
        labelled(
            ("kind", kind.word()),
            count(of.map_or(0, |(_, count)| *count)),
        )
    });
    let orders = statuses().map(|status| {
        let orders = of_status(status).map_or(0, |(_, orders, _)| *orders);
        labelled(("status", status.word()), count(orders))
    });
    let money = statuses().map(|status| {
        let total = of_status(status).map_or(Rupiah::from_db(0), |(.., total)| *total);
        labelled(("status", status.word()), total.as_i64())
    });
    let metric = |name, help, values| Metric { name, help, values };
    vec![
        metric("payctl_orders", "Orders by status.", orders.collect()),
        metric(
            "payctl_orders_rupiah",
            "The totals of the orders by status, in rupiah.",
            money.collect(),
        ),
        metric(
            "payctl_orders_overdue",
            "Pending orders past their deadline.",
            vec![alone(count(overdue))],
        ),
        metric(
            "payctl_orders_overdue_oldest_seconds",
            "How long ago the oldest deadline of a pending order passed.",
            vec![alone(count(age))],
        ),
        metric(
            "payctl_refunds_waiting",
            "Refunds that wait for a person or for their gateway.",
            vec![alone(count(refunds))],
        ),
        metric(
            "payctl_refunds_waiting_rupiah",
            "What these refunds come to, in rupiah.",
            vec![alone(due.as_i64())],
        ),
        metric(
            "payctl_effects_unfinished",
            "Effects that have failed: to be retried, given up, or of unknown outcome.",
            effects.collect(),
        ),
        metric("payctl_cases_open", "Open cases by kind.", cases.collect()),
    ]
}

fn of_gateways(reader: &Reader) -> Result<[Metric; 3], StoreError> {
    let (mut silent, mut answered, mut slowest) = (Vec::new(), Vec::new(), Vec::new());
    for (gateway, health) in reader.all_health()? {
        let label = ("gateway", gateway.as_str());
        let is_silent = i64::from(health.silent_since.is_some());
        silent.push(labelled(label, is_silent));
        answered.extend(health.last_answer_at.map(|at| labelled(label, seconds(at))));
        slowest.extend(health.slowest_ms.map(|took| MetricValue {
            label: Some(("gateway", gateway.to_string())),
            value: Gauge::Milliseconds(took),
        }));
    }
    Ok([
        Metric {
            name: "payctl_gateway_silent",
            help: "1: the gateway did not answer the last query.",
            values: silent,
        },
        Metric {
            name: "payctl_gateway_last_answer_timestamp_seconds",
            help: "When the gateway last answered.",
            values: answered,
        },
        Metric {
            name: "payctl_gateway_slowest_answer_seconds",
            help: "How long the slowest answer of the last run took.",
            values: slowest,
        },
    ])
}

fn of_incidents(reader: &Reader) -> Result<Metric, StoreError> {
    let live = reader.live_incidents()?;
    let values = IncidentKind::ALL.iter().copied().map(|kind| {
        let is_open = |incident: &&crate::domain::Incident| {
            incident.kind == kind && incident.ended_at.is_none()
        };
        let open = live.iter().filter(is_open).count();
        labelled(
            ("kind", kind.word()),
            i64::try_from(open).unwrap_or(i64::MAX),
        )
    });
    Ok(Metric {
        name: "payctl_incidents",
        help: "What goes wrong for a while, by kind.",
        values: values.collect(),
    })
}

fn labelled((name, of): (&'static str, &str), value: i64) -> MetricValue {
    MetricValue {
        label: Some((name, of.to_owned())),
        value: Gauge::Whole(value),
    }
}

fn alone(value: i64) -> MetricValue {
    MetricValue {
        label: None,
        value: Gauge::Whole(value),
    }
}

fn count(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn seconds(at: Instant) -> i64 {
    at.as_millis().div_euclid(1_000)
}
