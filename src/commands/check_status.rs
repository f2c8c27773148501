//! `payctl check-status`: one order, now.

use clap::Args;

use super::accounts::member;
use super::asking::{Questions, Unaskable, ask};
use super::context::Context;
use super::order::unknown;
use crate::domain::names::OrderNumber;
use crate::domain::observation::Errand;
use crate::exit::Exit;
use crate::reconciler::{Lane, Member, Pen, Source};
use crate::store::{Grant, Reader, ToAsk, WritePermit};
use crate::wire::Wire;

/// Ask the gateways about one order, now
///
/// Asks about every payment of the order, whenever its next check would be. With --fix the books are
/// brought level.
#[derive(Debug, Args)]
pub(super) struct CheckStatusArgs {
    /// The number of the order
    order: OrderNumber,
    /// Bring the books level with what the gateways say
    #[arg(long)]
    fix: bool,
}

pub(super) fn run(args: &CheckStatusArgs, mut context: Context<'_>) -> anyhow::Result<Exit> {
    let pen = if args.fix {
        Pen::Writing {
            store: context.store()?,
            permit: WritePermit::granted_by(Grant::Fix),
        }
    } else {
        Pen::Looking(context.reader()?)
    };
    let questions = questions(args, &context, pen.read())?;
    Ok(ask(&mut context, "check-status", questions, pen, None)?.exit)
}

fn questions(
    args: &CheckStatusArgs,
    context: &Context<'_>,
    reader: &Reader,
) -> anyhow::Result<Questions> {
    let order = reader.order_by_number(&args.order)?;
    let dossier = match order {
        Some(order) => reader.dossier(order.id)?,
        None => None,
    };
    let Some(dossier) = dossier else {
        return Err(unknown(&args.order).into());
    };
    let wire = Wire::new(context.world.clock.clone());
    let mut questions = Questions::default();
    let payments = dossier
        .payments
        .iter()
        .filter(|payment| !payment.gateway.is_manual());
    let mut gateways: Vec<_> = payments.map(|payment| payment.gateway.clone()).collect();
    gateways.sort();
    gateways.dedup();
    for gateway in gateways {
        let of_gateway = dossier
            .payments
            .iter()
            .filter(|payment| payment.gateway == gateway);
        let rows: Vec<ToAsk> = of_gateway
            .map(|payment| ToAsk {
                payment: payment.clone(),
                order_number: dossier.order.number.clone(),
                order_status: dossier.order.status,
            })
            .collect();
        let source = Source::Given(rows);
        let count = source.count();
        match member(context, reader, &wire, &gateway, None) {
            Ok(Member { account, conduct }) => questions.lanes.push(Lane {
                account,
                source,
                errand: Errand::Read,
                conduct,
            }),
            Err(why) => questions.unaskable.push(Unaskable {
                gateway,
                count,
                why,
            }),
        }
    }
    Ok(questions)
}
