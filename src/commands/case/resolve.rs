//! `payctl case resolve`: a person answers a question.

use clap::Args;
use serde::Serialize;

use super::unknown;
use crate::commands::acting::{self, act, exit, left_behind, must_have_operator, pen};
use crate::commands::context::Context;
use crate::commands::failure::Refusal;
use crate::domain::acts::resolve::{self, Answer, Word, resolve, resolve_of_gateway};
use crate::domain::case::{CaseKind, Resolution};
use crate::domain::dossier::Dossier;
use crate::domain::instant::Zone;
use crate::domain::money::Rupiah;
use crate::domain::names::{CaseId, OrderId, OrderNumber};
use crate::domain::order::OrderStatus;
use crate::domain::payable::payable;
use crate::exit::Exit;
use crate::output::detail::{Detail, Document, show};
use crate::reconciler::Pen;
use crate::store::{CaseRow, Hand};

/// Answer a case
///
/// What each answer would do, `payctl case show` tells.
#[derive(Debug, Args)]
pub(in crate::commands) struct ResolveArgs {
    /// The number of the case
    case: CaseId,
    #[command(flatten)]
    answer: AnswerArgs,
    /// Who answers; PAYCTL_OPERATOR by default
    #[arg(long, value_name = "NAME", value_parser = acting::name)]
    by: Option<String>,
    /// Why
    #[arg(long, value_name = "TEXT", value_parser = acting::reason)]
    reason: String,
    /// Show what would be done, and write nothing
    #[arg(long)]
    dry_run: bool,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct AnswerArgs {
    /// Take things as they are, keep the money, deliver
    #[arg(long)]
    accept: bool,
    /// Send the money back
    #[arg(long)]
    refund: bool,
    /// Nothing is to be done
    #[arg(long)]
    dismiss: bool,
}

impl AnswerArgs {
    fn answer(&self) -> Answer {
        match (self.accept, self.refund) {
            (true, _) => Answer::Accept,
            (_, true) => Answer::Refund,
            (false, false) => Answer::Dismiss,
        }
    }
}

/// Fields are only ever added.
#[derive(Serialize)]
struct Resolved {
    case: CaseId,
    kind: CaseKind,
    resolution: Resolution,
    /// None: it was about a gateway.
    order: Option<OrderNumber>,
    order_status: Option<OrderStatus>,
    order_status_after: Option<OrderStatus>,
    /// What need not be paid any more.
    waived: Rupiah,
    cases_opened: usize,
    refunds_owed: usize,
    /// What the customer of an order that is paid by this answer can still pay at a gateway.
    still_payable: Option<String>,
    #[serde(skip)]
    left_behind: Option<String>,
}

pub(super) fn run(args: &ResolveArgs, context: Context<'_>) -> anyhow::Result<Exit> {
    let actor = must_have_operator(&context, args.by.as_deref())?;
    let mut pen = pen(&context, args.dry_run)?;
    let case = open_case(&pen, args.case, context.face().zone)?;
    let hand = Hand {
        actor: &actor,
        now: context.started_at,
    };
    let (resolved, end) = match case.order.clone() {
        Some((order, number)) => of_order(args, &mut pen, hand, &case, order, number)?,
        None => (of_gateway(args, &mut pen, hand, &case)?, Exit::Clean),
    };
    let face = context.face();
    let result = resolved.resolution.word();
    let detail = Detail::new(face)
        .field("Case", resolved.case)
        .field("Kind", resolved.kind)
        .field_if_any("Order", resolved.order.as_ref())
        .field_if_any("Was", resolved.order_status)
        .field_if_any("Is", resolved.order_status_after)
        .field_if_any(
            "Waived",
            (resolved.waived > Rupiah::ZERO).then_some(resolved.waived),
        )
        .field_if_any("Left behind", resolved.left_behind.as_ref())
        .field_if_any("Still payable", resolved.still_payable.as_ref())
        .field("Result", context.would(args.dry_run, result));
    let document = Document {
        command: "case resolve",
        started_at: context.started_at,
        body: &resolved,
        exit: end,
    };
    show(&mut context.world.stdout, face, &document, &detail)?;
    Ok(end)
}

/// A case is answered once.
fn open_case(pen: &Pen, id: CaseId, zone: Zone) -> anyhow::Result<CaseRow> {
    let Some(case) = pen.read().case(id)? else {
        return Err(unknown(id).into());
    };
    let Some(closed) = &case.closed else {
        return Ok(case);
    };
    let message = format!(
        "case {id} is closed: {} by {} at {}: {}",
        closed.resolution,
        closed.by,
        closed.at.in_zone(zone),
        closed.reason
    );
    Err(Refusal::new(Exit::Failed, message).into())
}

fn of_order(
    args: &ResolveArgs,
    pen: &mut Pen,
    hand: Hand<'_>,
    case: &CaseRow,
    order: OrderId,
    number: OrderNumber,
) -> anyhow::Result<(Resolved, Exit)> {
    let word = Word {
        answer: args.answer.answer(),
        reason: &args.reason,
        now: hand.now,
    };
    let acted = act(pen, order, hand, |dossier| resolve(dossier, case.id, &word))?;
    let acted = match acted {
        Some(acted) => acted.map_err(|refusal| refused(&refusal, case.id))?,
        None => return Err(unknown(case.id).into()),
    };
    let is_paid = matches!(
        acted.order_after,
        OrderStatus::Paid | OrderStatus::Fulfilled
    );
    let still_payable = match pen.read().dossier(order)?.filter(|_| is_paid) {
        Some(dossier) => still_payable(&dossier),
        None => None,
    };
    let resolved = Resolved {
        still_payable,
        order: Some(number),
        order_status: Some(acted.order_before),
        order_status_after: Some(acted.order_after),
        waived: acted.said.waived,
        cases_opened: acted.opened.len(),
        refunds_owed: acted.owed.len(),
        left_behind: left_behind(&acted),
        ..of(args, case)
    };
    Ok((resolved, exit(&acted)))
}

/// Nobody is asked here: closing it is what the next runs do (O17).
fn still_payable(dossier: &Dossier) -> Option<String> {
    let told: Vec<String> = payable(dossier)
        .map(|payment| {
            let (id, gateway, until) = (payment.id, &payment.gateway, payment.deadline);
            format!("payment {id} can still be paid at {gateway} until {until}")
        })
        .collect();
    let told = told.join(", ");
    (!told.is_empty()).then(|| format!("{told}; check-all --fix and expire close it"))
}

fn of_gateway(
    args: &ResolveArgs,
    pen: &mut Pen,
    hand: Hand<'_>,
    case: &CaseRow,
) -> anyhow::Result<Resolved> {
    let resolution = resolve_of_gateway(case.kind, args.answer.answer())
        .map_err(|refusal| refused(&refusal, case.id))?;
    if let Pen::Writing { store, permit } = pen
        && !store.close_gateway_case(permit, case, resolution, hand, &args.reason)?
    {
        return Err(refused(&resolve::Refusal::Closed(case.id), case.id).into());
    }
    Ok(of(args, case))
}

fn of(args: &ResolveArgs, case: &CaseRow) -> Resolved {
    Resolved {
        case: case.id,
        kind: case.kind,
        resolution: args.answer.answer().into(),
        order: None,
        order_status: None,
        order_status_after: None,
        waived: Rupiah::ZERO,
        cases_opened: 0,
        refunds_owed: 0,
        still_payable: None,
        left_behind: None,
    }
}

fn refused(refusal: &resolve::Refusal, case: CaseId) -> Refusal {
    Refusal::new(Exit::Failed, refusal.to_string()).hint(format!(
        "see what can be done with: payctl case show {case}"
    ))
}
