//! `payctl pay`: opens a payment at a gateway, and shows what the customer needs.

mod alive;
mod by_hand;
mod draw;
mod end;
mod ended;
mod refusal;
mod row;
mod teller;
mod wait;
mod way;

use std::io::Write as _;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::acting::pen;
use super::asking::block_on;
use super::context::Context;
use super::failure::Refusal;
use super::order::unknown;
use crate::config::duration;
use crate::domain::names::{GatewayName, Method, OrderNumber};
use crate::exit::Exit;
use crate::reconciler::Setting;
use draw::{draw, place};
use end::End;
use row::{Action, Shown};
use teller::Teller;
use wait::{Waiting, wait};

/// Open a payment for an order, and show how it is paid
///
/// Prints the QR code, the number or the page. While a payment can still be paid, the same is shown again. What
/// got no answer is read first, and sent again under the same key: no customer is charged twice.
#[derive(Debug, Args)]
pub(super) struct PayArgs {
    /// The number of the order
    order: OrderNumber,
    /// At which gateway, or manual; not needed while there is only one
    #[arg(long, value_name = "NAME")]
    gateway: Option<GatewayName>,
    /// How it is paid: qris, bca_va, snap, …; the gateway's first by default
    #[arg(long, value_name = "METHOD")]
    method: Option<Method>,
    /// Close the payment that can still be paid at its gateway, and open another
    #[arg(long)]
    new: bool,
    /// At manual: ask for an amount that nobody else is asked for, so that the bank's statement tells whose it is
    #[arg(long)]
    unique: bool,
    /// Show the QR code, even where stdout is no terminal
    #[arg(long)]
    qr: bool,
    /// Write the QR code into a file, as SVG
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
    /// Write the QR code into a file, as PNG; - is stdout, and the table goes to stderr
    #[arg(long, value_name = "FILE", conflicts_with = "svg")]
    png: Option<PathBuf>,
    #[command(flatten)]
    waiting: Waiting,
    /// The visit ends after this, whatever the gateway does; what was begun is gone on with by the next. A wait
    /// comes after it
    #[arg(long, value_name = "TIME", default_value = "20s", value_parser = duration)]
    max_time: Duration,
    /// Show what would be opened; ask nobody and write nothing
    #[arg(long)]
    dry_run: bool,
}

impl PayArgs {
    /// The picture is all that stdout carries.
    fn draws_on_stdout(&self) -> bool {
        let names = [&self.svg, &self.png].into_iter().flatten();
        names.into_iter().any(|name| name.as_os_str() == "-")
    }

    /// What can be known to be wrong is known before a gateway is asked.
    fn can_draw(&self, context: &Context<'_>) -> Result<(), Refusal> {
        place(self, context)?;
        if self.draws_on_stdout() && (self.qr || self.waiting.pace().is_some()) {
            let message = "stdout carries the picture, so --qr and --wait have no place there";
            return Err(Refusal::new(Exit::Usage, message).hint("name a file for the picture"));
        }
        Ok(())
    }
}

pub(super) fn run(args: &PayArgs, mut context: Context<'_>) -> anyhow::Result<Exit> {
    args.can_draw(&context)?;
    let pen = pen(&context, args.dry_run)?;
    let Some(order) = pen.read().order_by_number(&args.order)? else {
        return Err(unknown(&args.order).into());
    };
    let session_token = pen.read().session_of(&args.order)?;
    let until = tokio::time::Instant::now() + args.max_time;
    let setting = Setting {
        clock: context.world.clock.clone(),
        now: context.started_at,
        policy: context.policy(),
        until: Some(until),
        interrupt: context.world.interrupt.clone(),
    };
    let actor = context.actor();
    let mut teller = Teller::new(&context, args, order.id, pen, &setting, &actor)?;
    let (end, mut shown) = block_on(teller.visit())??;
    shown.session_token = session_token;
    let exit = first_again(end.exit(), shown.exit().worse(teller.exit()?));
    if let Some(why) = teller.crew.clock_trouble() {
        writeln!(
            context.world.stderr,
            "{why}; set the clock of this machine, with NTP"
        )?;
    }
    if let Some(refusal) = refusal(args, &shown, &end, exit) {
        return Err(refusal.into());
    }
    let Some(pace) = args.waiting.pace() else {
        tell(args, &mut context, (&shown, exit), until)?;
        return Ok(exit);
    };
    let pen = teller.into_pen()?;
    wait(
        args,
        &mut context,
        (shown, exit, until),
        (&order, pace),
        pen,
    )
}

/// Whoever must type the same again (4) is told just that: a new case (3) is told by the next run of cron, too.
fn first_again(end: Exit, more: Exit) -> Exit {
    match (end, more) {
        (Exit::Partial, Exit::Attention) => Exit::Partial,
        (end, more) => end.worse(more),
    }
}

/// Where no payment was opened: by whose word, and what to type next.
fn refusal(args: &PayArgs, shown: &Shown, end: &End, exit: Exit) -> Option<Refusal> {
    let (who, order) = (
        shown.gateway.as_deref().unwrap_or("the gateway"),
        &args.order,
    );
    let (message, hint) = match end {
        End::Refused(words) => (
            format!("{who} refused to open a payment of {order}: {words}"),
            format!("try another way: payctl pay {order} --method …"),
        ),
        End::Misconfigured(_, why) => (
            format!("{who} has opened no payment of {order}: {why}"),
            format!(
                "check its key, its address and its environment (sandbox or production) in the configuration, then: payctl pay {order}"
            ),
        ),
        End::Opened(_)
        | End::Alive(_)
        | End::Unsettled(..)
        | End::Unconfirmed(..)
        | End::Over(..)
        | End::WouldOpen
        | End::WouldReplace(_)
        | End::Asked(_)
        | End::WouldAsk(_) => return None,
    };
    Some(Refusal::new(exit, message).hint(hint))
}

fn tell(
    args: &PayArgs,
    context: &mut Context<'_>,
    (shown, exit): (&Shown, Exit),
    until: tokio::time::Instant,
) -> anyhow::Result<()> {
    let swap = |context: &mut Context<'_>| {
        let world = &mut *context.world;
        std::mem::swap(&mut world.stdout, &mut world.stderr);
    };
    if args.draws_on_stdout() {
        swap(context);
        let printed = shown.print(context, exit);
        swap(context);
        printed?;
    } else {
        shown.print(context, exit)?;
    }
    picture(args, context, shown, until)
}

/// Of what nobody can pay by, there is no picture.
fn picture(
    args: &PayArgs,
    context: &mut Context<'_>,
    shown: &Shown,
    until: tokio::time::Instant,
) -> anyhow::Result<()> {
    match shown.action {
        Action::WouldOpen
        | Action::WouldAsk
        | Action::Unsettled
        | Action::Paid
        | Action::Undecided => Ok(()),
        Action::Opened | Action::Alive | Action::Unknown | Action::Refused | Action::Asked => {
            draw(args, context, shown.qr_text.as_deref(), until)
        }
    }
}
