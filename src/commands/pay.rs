//! `payctl pay`: opens a payment at a gateway and shows the customer how to pay.

mod closing;
mod draw;
mod ended;
mod existing;
mod gateway_choice;
mod manual;
mod open;
mod outcome;
mod refusal;
mod row;
mod session;
mod shown;
mod wait;

use std::io::Write as _;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::operator::ledger;
use super::runtime::block_on;
use crate::commands::hold::require_released;
use crate::commands::known::require_order;
use crate::commands::{CommandError, Context, Writes};
use crate::config::duration;
use crate::domain::operator::open::check_openable;
use crate::domain::{GatewayName, Method, OrderNumber};
use crate::exit::Exit;
use draw::{draw, place};
use ended::{ended, refuse_ended};
use existing::resume_all;
use gateway_choice::{PaymentChoice, choose};
use manual::ask_by_hand;
use open::open_new;
use outcome::{PayAction, PayOutcome};
use refusal::refusal;
use row::PaymentView;
use session::PaymentSession;
use shown::shown;
use wait::{WaitOptions, wait};

/// Open a payment for an order and show how to pay it
///
/// Prints the QR code, the account number or the payment page. While a payment can still be paid, repeating the
/// command shows it again. If the gateway did not answer, the next call checks first and then retries under the same
/// idempotency key, so no customer is charged twice.
#[derive(Debug, Args)]
pub(super) struct PayArgs {
    /// Order number
    order: OrderNumber,
    /// Gateway, or manual; not needed if only one is configured
    #[arg(long, value_name = "NAME")]
    gateway: Option<GatewayName>,
    /// Payment method: qris, bca_va, snap, …; default: the gateway's first
    #[arg(long, value_name = "METHOD")]
    method: Option<Method>,
    /// Close the open payment at its gateway and open another
    #[arg(long)]
    new: bool,
    /// Manual transfer: request a unique amount
    ///
    /// The amount identifies the customer's payment on the bank statement.
    #[arg(long)]
    unique: bool,
    /// Show the QR code even if stdout is not a terminal
    #[arg(long)]
    qr: bool,
    /// Write the QR code to an SVG file
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
    /// Write the QR code to a PNG file; - is stdout, and the table goes to stderr
    #[arg(long, value_name = "FILE", conflicts_with = "svg")]
    png: Option<PathBuf>,
    #[command(flatten)]
    waiting: WaitOptions,
    /// Time limit for the gateway; the next call continues what is unfinished
    ///
    /// Waiting with --wait is not part of it.
    #[arg(long, value_name = "TIME", default_value = "20s", value_parser = duration)]
    max_time: Duration,
    /// Show what would be opened; ask no gateway and write nothing
    #[arg(long)]
    dry_run: bool,
}

impl PayArgs {
    /// What it does to the database.
    pub(in crate::commands) fn writes(&self) -> Writes {
        let writes = if self.unique {
            Writes::Idempotent
        } else {
            Writes::EachTime
        };
        writes.unless(self.dry_run)
    }

    /// Stdout carries nothing but the picture.
    fn draws_on_stdout(&self) -> bool {
        let names = [&self.svg, &self.png].into_iter().flatten();
        names.into_iter().any(|name| name.as_os_str() == "-")
    }

    /// Refuses what cannot work before a gateway is asked.
    fn can_draw(&self, context: &Context<'_>) -> Result<(), CommandError> {
        place(self, context)?;
        if self.draws_on_stdout() && (self.qr || self.waiting.pace().is_some()) {
            let message =
                "with --png - stdout carries only the picture, so --qr and --wait cannot be used";
            return Err(CommandError::usage(message).hint("name a file for the picture"));
        }
        Ok(())
    }
}

pub(super) fn run(args: &PayArgs, mut context: Context<'_>) -> anyhow::Result<Exit> {
    args.can_draw(&context)?;
    let ledger = ledger(&context, args.dry_run)?;
    let order = require_order(ledger.read(), &args.order)?;
    let session_token = ledger.read().session_of(&args.order)?;
    let until = tokio::time::Instant::now() + args.max_time;
    let setting = context.run_context(Some(args.max_time));
    let actor = context.actor();
    let mut session = PaymentSession::new(&context, args, order.id, &ledger, &setting, &actor)?;
    let (outcome, mut shown) = block_on(&*setting.clock, visit(&mut session))??;
    shown.session_token = session_token;
    let exit = combine_exits(outcome.exit, shown.exit().worse(session.exit()?));
    if let Some(why) = session.pool.clock_trouble() {
        writeln!(
            context.host.stderr,
            "{why}; synchronise this machine's clock, for example with NTP"
        )?;
    }
    if outcome.action == PayAction::Refused {
        return Err(refused(args, &shown, outcome, exit).into());
    }
    let Some(pace) = args.waiting.pace() else {
        print(args, &mut context, (&shown, exit), until)?;
        return Ok(exit);
    };
    wait(
        args,
        &mut context,
        (shown, exit, until),
        (&order, pace),
        &ledger,
    )
}

/// Partial (4) wins, so that the caller knows to retry; a new case (3) is reported by the next cron run, too.
fn combine_exits(end: Exit, more: Exit) -> Exit {
    match (end, more) {
        (Exit::Partial, Exit::Attention) => Exit::Partial,
        (end, more) => end.worse(more),
    }
}

/// From an order to a payment that can be paid: shows an open one, settles an unconfirmed one, or opens a new one.
///
/// Returns how it ended and what the output shows, given the order as it is in the end.
async fn visit(session: &mut PaymentSession<'_>) -> anyhow::Result<(PayOutcome, PaymentView)> {
    let outcome = match resume_all(session).await? {
        Some(outcome) => outcome,
        None => begin(session).await?,
    };
    let dossier = session.dossier()?;
    if let Some(ended) = ended(&dossier, &outcome, session.setting.clock.now()) {
        return Err(refuse_ended(session, ended).await?.into());
    }
    let shown = shown(session, &dossier, &outcome)?;
    Ok((outcome, shown))
}

async fn begin(session: &mut PaymentSession<'_>) -> anyhow::Result<PayOutcome> {
    let openable = check_openable(&session.dossier()?, session.setting.now);
    openable.map_err(|why| refusal(session, &why))?;
    if !session.args.dry_run {
        require_released(session.ledger.read(), session.zone, "pay")?;
    }
    match choose(session)? {
        PaymentChoice::Gateway(account, method) => open_new(session, &account, &method).await,
        PaymentChoice::Manual => ask_by_hand(session),
    }
}

/// No payment was opened: who refused, and what to do next.
fn refused(args: &PayArgs, shown: &PaymentView, outcome: PayOutcome, exit: Exit) -> CommandError {
    let who = shown.gateway.as_deref().unwrap_or("the gateway");
    let (order, why) = (&args.order, outcome.why);
    let (message, hint) = if outcome.exit == Exit::Config {
        (
            format!("{who} opened no payment for {order}: {why}"),
            format!(
                "check the gateway's key, address and environment (sandbox or production) in the configuration, then: payctl pay {order}"
            ),
        )
    } else {
        (
            format!("{who} refused to open a payment of {order}: {why}"),
            format!("try another method: payctl pay {order} --method …"),
        )
    };
    CommandError::new(exit, message).hint(hint)
}

fn print(
    args: &PayArgs,
    context: &mut Context<'_>,
    (shown, exit): (&PaymentView, Exit),
    until: tokio::time::Instant,
) -> anyhow::Result<()> {
    let swap = |context: &mut Context<'_>| {
        let host = &mut *context.host;
        std::mem::swap(&mut host.stdout, &mut host.stderr);
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

/// A payment that can no longer be paid has no picture.
fn picture(
    args: &PayArgs,
    context: &mut Context<'_>,
    shown: &PaymentView,
    until: tokio::time::Instant,
) -> anyhow::Result<()> {
    match shown.action {
        PayAction::WouldOpen
        | PayAction::WouldAsk
        | PayAction::Unsettled
        | PayAction::Paid
        | PayAction::Undecided => Ok(()),
        PayAction::Opened
        | PayAction::Alive
        | PayAction::Unknown
        | PayAction::Refused
        | PayAction::Asked => draw(args, context, shown.qr_text.as_deref(), until),
    }
}
