//! `payctl case show`: one case, the facts, and what each answer would do.

use clap::Args;
use serde::Serialize;

use super::row::ListedCase;
use super::unknown;
use crate::commands::Context;
use crate::commands::failure::with_hint;
use crate::commands::operator::describe_consequences;
use crate::domain::operator::resolve::{resolve, resolve_of_gateway};
use crate::domain::{
    CaseAnswer, CaseId, CaseKind, CaseResolution, Instant, OrderStatus, PaymentStatus,
    ResolutionPlan, Rupiah,
};
use crate::exit::Exit;
use crate::output::detail::Detail;
use crate::output::{OutputStyle, row};
use crate::store::{CaseRow, Reader, Updated};

/// Show a case and what each answer would do
#[derive(Debug, Args)]
pub(in crate::commands) struct CaseShowArgs {
    /// Case number
    case: CaseId,
}

/// A case, for programs. Fields are only ever added.
#[derive(Serialize)]
struct CaseView {
    #[serde(flatten)]
    case: ListedCase,
    order_status: Option<OrderStatus>,
    order_total: Option<Rupiah>,
    order_cover: Option<Rupiah>,
    payment_status: Option<PaymentStatus>,
    payment_amount: Option<Rupiah>,
    payment_received: Option<Rupiah>,
    /// None once the case is closed.
    answers: Vec<AnswerRow>,
}

row! {
    pub(super) struct AnswerRow {
        answer: CaseAnswer => text("Answer", |row, _| format!("--{}", row.answer)),
        pub(super) possible: bool => text("Possible"),
        pub(super) outcome: String => prose("Outcome"),
    }
}

pub(super) fn run(args: &CaseShowArgs, mut context: Context<'_>) -> anyhow::Result<Exit> {
    let reader = context.reader()?;
    let Some(case) = reader.case(args.case)? else {
        return Err(unknown(args.case).into());
    };
    let shown = shown(&reader, case, context.started_at)?;
    let detail = shown.detail(context.style());
    context.show("case show", &shown, &detail, Exit::Clean)
}

fn shown(reader: &Reader, case: CaseRow, now: Instant) -> anyhow::Result<CaseView> {
    let mut answers = Vec::new();
    if case.closed.is_none() {
        for answer in CaseAnswer::ALL {
            answers.push(preview_answer(reader, &case, *answer, now)?);
        }
    }
    let dossier = match &case.order {
        Some((order, _)) => reader.dossier(*order)?,
        None => None,
    };
    let payment = dossier
        .as_ref()
        .zip(case.payment)
        .and_then(|(dossier, id)| dossier.payment(id));
    let order = dossier.as_ref().map(|dossier| &dossier.order);
    Ok(CaseView {
        order_status: order.map(|order| order.status),
        order_total: order.map(|order| order.total),
        order_cover: dossier.as_ref().map(|dossier| dossier.cover()),
        payment_status: payment.map(|payment| payment.status),
        payment_amount: payment.map(|payment| payment.amount),
        payment_received: payment.map(|payment| payment.received),
        answers,
        case: case.into(),
    })
}

/// Whether an answer is possible, and what it would do.
pub(super) fn preview_answer(
    reader: &Reader,
    case: &CaseRow,
    answer: CaseAnswer,
    now: Instant,
) -> anyhow::Result<AnswerRow> {
    let outcome = match &case.order {
        Some((order, _)) => {
            let word = CaseResolution {
                answer,
                reason: "",
                now,
            };
            reader
                .preview_update(*order, |dossier| resolve(dossier, case.id, &word))?
                .map(|outcome| {
                    let told = outcome
                        .as_ref()
                        .map(|acted| describe_answer(case.kind, answer, acted));
                    told.map_err(with_hint)
                })
        }
        None => Some(
            resolve_of_gateway(case.kind, answer)
                .map(|_| CLOSES.to_owned())
                .map_err(|refusal| with_hint(&refusal)),
        ),
    };
    let outcome = outcome.unwrap_or_else(|| Err("its order no longer exists".to_owned()));
    Ok(AnswerRow {
        answer,
        possible: outcome.is_ok(),
        outcome: outcome.unwrap_or_else(|why| why),
    })
}

const CLOSES: &str = "closes the case";

fn describe_answer(kind: CaseKind, answer: CaseAnswer, acted: &Updated<ResolutionPlan>) -> String {
    let mut told = CLOSES.to_owned();
    if let Some(meaning) = meaning(kind, answer) {
        told.push_str(&format!("; {meaning}"));
    }
    if acted.order_before != acted.order_after {
        let (before, after) = (acted.order_before, acted.order_after);
        told.push_str(&format!("; order: {before} → {after}"));
    }
    if acted.said.waived > Rupiah::ZERO {
        told.push_str(&format!("; {} waived", acted.said.waived));
    }
    if let Some(left) = describe_consequences(acted) {
        told.push_str(&format!("; {left}"));
    }
    told
}

/// What an answer means for money that went back, where its changes alone do not show it.
fn meaning(kind: CaseKind, answer: CaseAnswer) -> Option<&'static str> {
    match (kind, answer) {
        (CaseKind::RefundTakenBack, CaseAnswer::Accept | CaseAnswer::Dismiss) => {
            Some("the refund was made, whatever the gateway shows now")
        }
        (CaseKind::RefundTakenBack, CaseAnswer::Refund) => Some(
            "the refund failed; the part that is still here is sent again, under another idempotency key",
        ),
        (CaseKind::RefundedTwice, _) => {
            Some("the excess refund is written off, or recovered outside payctl")
        }
        _ => None,
    }
}

impl CaseView {
    fn detail(&self, style: OutputStyle) -> Detail {
        let case = &self.case;
        Detail::new(style)
            .field("Case", case.case)
            .field("Kind", case.kind)
            .field_if_any("Order", case.order.as_ref())
            .field_if_any("Order status", self.order_status)
            .field_if_any("Total", self.order_total)
            .field_if_any("Cover", self.order_cover)
            .field_if_any("Payment", case.payment)
            .field_if_any("Payment status", self.payment_status)
            .field_if_any("Amount", self.payment_amount)
            .field_if_any("Received", self.payment_received)
            .field_if_any("Gateway", case.gateway.as_ref())
            .field("Facts", &case.facts)
            .field_if_any("Next", case.next().as_ref())
            .field("Opened", case.opened_at)
            .field_if_any("Closed", case.resolved_at)
            .field_if_any("Resolution", case.resolution)
            .field_if_any("By", case.resolved_by.as_ref())
            .field_if_any("Reason", case.reason.as_ref())
            .table("What each answer would do", &self.answers)
    }
}
