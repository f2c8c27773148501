//! `payctl case resolve`: an operator decides a case.

use clap::Args;
use serde::Serialize;

use super::show::preview_answer;
use super::unknown;
use crate::commands::consent::{ConsentArgs, Foretold, Unattended};
use crate::commands::failure::{CommandError, with_hint};
use crate::commands::operator::{self, describe_consequences, exit, ledger, require_operator};
use crate::commands::{Context, writes};
use crate::domain::operator::resolve::{self, resolve, resolve_of_gateway};
use crate::domain::read::payable::payable;
use crate::domain::{
    CaseAnswer, CaseId, CaseKind, CaseOutcome, CaseResolution, Dossier, OrderId, OrderNumber,
    OrderStatus, Rupiah, Zone,
};
use crate::exit::Exit;
use crate::output::detail::Detail;
use crate::reconciler::Ledger;
use crate::store::{Actor, CaseRow, Store, WritePermit};

/// Resolve a case
///
/// `payctl case show` lists the possible answers and what each would do.
#[derive(Debug, Args)]
pub(in crate::commands) struct CaseResolveArgs {
    /// Case number
    case: CaseId,
    #[command(flatten)]
    answer: CaseAnswerArgs,
    /// Operator who decides; default: PAYCTL_OPERATOR, then the user of this machine
    #[arg(long, value_name = "NAME", value_parser = operator::name)]
    by: Option<String>,
    /// Reason, stored with the case
    #[arg(long, value_name = "TEXT", value_parser = operator::reason)]
    reason: String,
    #[command(flatten)]
    consent: ConsentArgs,
}

writes!(CaseResolveArgs: Idempotent unless consent.dry_run);

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct CaseAnswerArgs {
    /// Accept the situation: keep the money and deliver
    #[arg(long)]
    accept: bool,
    /// Send the money back
    #[arg(long)]
    refund: bool,
    /// Close the case without any action
    #[arg(long)]
    dismiss: bool,
}

impl CaseAnswerArgs {
    fn answer(&self) -> CaseAnswer {
        match (self.accept, self.refund) {
            (true, _) => CaseAnswer::Accept,
            (_, true) => CaseAnswer::Refund,
            (false, false) => CaseAnswer::Dismiss,
        }
    }
}

/// Fields are only ever added.
#[derive(Serialize)]
struct ResolvedCase {
    case: CaseId,
    kind: CaseKind,
    resolution: CaseOutcome,
    /// None if the case is about a gateway.
    order: Option<OrderNumber>,
    order_status: Option<OrderStatus>,
    order_status_after: Option<OrderStatus>,
    /// The amount that the customer no longer owes.
    waived: Rupiah,
    cases_opened: usize,
    refunds_owed: usize,
    /// For an order that this answer makes paid: what the customer can still pay at a gateway.
    still_payable: Option<String>,
    #[serde(skip)]
    left_behind: Option<String>,
}

pub(super) fn run(args: &CaseResolveArgs, mut context: Context<'_>) -> anyhow::Result<Exit> {
    let actor = require_operator(&context, args.by.as_deref())?;
    context.require_consent(&args.consent, Unattended::GoesOn, |context| {
        foretell(args, context)
    })?;
    let ledger = ledger(&context, args.consent.dry_run)?;
    let case = open_case(&ledger, args.case, context.style().zone)?;
    let by = context.by(&actor);
    let (resolved, end) = match case.order.clone() {
        Some((order, number)) => of_order(args, &ledger, by, &case, order, number)?,
        None => (of_gateway(args, &ledger, by, &case)?, Exit::Clean),
    };
    let style = context.style();
    let result = resolved.resolution.word();
    let detail = Detail::new(style)
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
        .field("Result", context.would(args.consent.dry_run, result));
    context.show("case resolve", &resolved, &detail, end)
}

fn foretell(args: &CaseResolveArgs, context: &Context<'_>) -> anyhow::Result<Option<Foretold>> {
    let reader = context.reader()?;
    let case = match reader.case(args.case)? {
        Some(case) if case.closed.is_none() => case,
        Some(_) | None => return Ok(None),
    };
    let answer = args.answer.answer();
    let preview = preview_answer(&reader, &case, answer, context.started_at)?;
    if !preview.possible {
        return Ok(None);
    }
    let about = match &case.order {
        Some((_, number)) => format!(" about {number}"),
        None => String::new(),
    };
    Ok(Some(Foretold {
        consequences: vec![
            format!(
                "Case {} ({}){about}: {}",
                case.id, case.kind, case.facts.words
            ),
            format!("--{answer}: {}. This cannot be undone.", preview.outcome),
        ],
        question: format!("Resolve case {} with --{answer}?", case.id),
        otherwise: "the case stays open",
    }))
}

/// The case, if it is still open.
fn open_case(ledger: &Ledger, id: CaseId, zone: Zone) -> anyhow::Result<CaseRow> {
    let Some(case) = ledger.read().case(id)? else {
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
        closed.reason.words
    );
    Err(CommandError::failed(message).into())
}

fn of_order(
    args: &CaseResolveArgs,
    ledger: &Ledger,
    by: Actor<'_>,
    case: &CaseRow,
    order: OrderId,
    number: OrderNumber,
) -> anyhow::Result<(ResolvedCase, Exit)> {
    let word = CaseResolution {
        answer: args.answer.answer(),
        reason: &args.reason,
        now: by.now,
    };
    let acted = ledger.update_order(order, by, |dossier| resolve(dossier, case.id, &word))?;
    let acted = match acted {
        Some(acted) => acted.map_err(|refusal| refused(&refusal, case.id))?,
        None => return Err(unknown(case.id).into()),
    };
    let is_paid = matches!(
        acted.order_after,
        OrderStatus::Paid | OrderStatus::Fulfilled
    );
    let still_payable = match ledger.read().dossier(order)?.filter(|_| is_paid) {
        Some(dossier) => still_payable(&dossier),
        None => None,
    };
    let resolved = ResolvedCase {
        still_payable,
        order: Some(number),
        order_status: Some(acted.order_before),
        order_status_after: Some(acted.order_after),
        waived: acted.said.waived,
        cases_opened: acted.opened.len(),
        refunds_owed: acted.owed.len(),
        left_behind: describe_consequences(&acted),
        ..of(args, case)
    };
    Ok((resolved, exit(&acted)))
}

/// No gateway is asked here; the next runs close such payments (O17).
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
    args: &CaseResolveArgs,
    ledger: &Ledger,
    by: Actor<'_>,
    case: &CaseRow,
) -> anyhow::Result<ResolvedCase> {
    let resolution = resolve_of_gateway(case.kind, args.answer.answer())
        .map_err(|refusal| refused(&refusal, case.id))?;
    let close = |store: &Store, permit: &WritePermit| {
        store.close_gateway_case(permit, case, resolution, by, &args.reason)
    };
    if let Some(writer) = ledger.writer()
        && !writer.write(close)?
    {
        return Err(refused(&resolve::ResolveRefusal::Closed(case.id), case.id).into());
    }
    Ok(of(args, case))
}

fn of(args: &CaseResolveArgs, case: &CaseRow) -> ResolvedCase {
    ResolvedCase {
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

fn refused(refusal: &resolve::ResolveRefusal, case: CaseId) -> CommandError {
    CommandError::failed(with_hint(refusal))
        .hint(format!("see the possible answers: payctl case show {case}"))
        .because(refusal)
}
