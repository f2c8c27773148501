//! `payctl simulator pay`: pays an order at the simulator, as its customer.

use std::io::Write as _;
use std::time::Duration;

use clap::Args;
use serde::Serialize;
use serde_json::{Value, json};

use crate::commands::order::require_dossier;
use crate::commands::runtime::block_on;
use crate::commands::{CommandError, Context};
use crate::config::GatewayConfig;
use crate::domain::{
    Dossier, GatewayName, OrderNumber, OrderStatus, Payment, PaymentId, Reference, Rupiah,
};
use crate::exit::Exit;
use crate::http::RequestLimits;
use crate::http::message::{HttpRequest, HttpResponse};
use crate::output::Format;
use crate::output::detail::Detail;

/// Time limit for the simulator, which answers at once.
const PATIENCE: Duration = Duration::from_secs(10);

/// Pay the open payment of an order at the simulator, as its customer would
///
/// The database does not change: payctl check-all --fix learns of the payment, as it would from a real gateway. Refused
/// where the configuration sends the gateway's requests anywhere but to this machine.
#[derive(Debug, Args)]
pub(in crate::commands) struct SimulatorPayArgs {
    /// The number of the order
    order: OrderNumber,
}

/// The payment sent to the simulator. Fields are only ever added.
#[derive(Debug, Serialize)]
struct CustomerPayment {
    order: OrderNumber,
    payment: PaymentId,
    gateway: GatewayName,
    reference: Reference,
    amount: Rupiah,
    /// The simulator's URL.
    url: String,
}

pub(super) fn run(args: &SimulatorPayArgs, context: Context<'_>) -> anyhow::Result<Exit> {
    let reader = context.reader()?;
    let dossier = require_dossier(&reader, &args.order)?;
    let payment = open_payment(&args.order, &dossier)?;
    let account = simulated_account(&context, payment)?;
    let url = account.api_url().to_string();
    let answer = send(&context, account, purchase(account, payment))?
        .map_err(|failure| not_running(&format!("{url} does not answer: {failure}")))?;
    accepted(&args.order, &url, &answer)?;
    let paid = CustomerPayment {
        order: args.order.clone(),
        payment: payment.id,
        gateway: payment.gateway.clone(),
        reference: payment.reference.clone(),
        amount: payment.payable,
        url,
    };
    tell(&paid, context)?;
    Ok(Exit::Clean)
}

/// The payment that the customer sees: the last one that is open.
fn open_payment<'d>(
    number: &OrderNumber,
    dossier: &'d Dossier,
) -> Result<&'d Payment, CommandError> {
    let is_payable = |payment: &&Payment| payment.status.is_open() && !payment.is_foreign();
    let open = dossier.payments.iter().filter(is_payable);
    open.max_by_key(|payment| payment.id).ok_or_else(|| {
        let status = dossier.order.status;
        let message =
            format!("order {number} is {status} and has no open payment; nothing was sent");
        let hint = match status {
            OrderStatus::Pending => format!("open a payment first: payctl pay {number}"),
            OrderStatus::Paid
            | OrderStatus::Fulfilled
            | OrderStatus::Expired
            | OrderStatus::Cancelled
            | OrderStatus::Refunded => format!("see what happened to it: payctl why {number}"),
        };
        CommandError::failed(message).hint(hint)
    })
}

/// The payment's account, if its requests stay on this machine: a real gateway must never receive them.
fn simulated_account<'c>(
    context: &'c Context<'_>,
    payment: &Payment,
) -> Result<&'c GatewayConfig, CommandError> {
    let name = &payment.gateway;
    let Some(account) = context.config.gateways.get(name) else {
        let message = format!(
            "payment {} is at {name}, which the configuration does not name; nothing was sent",
            payment.id
        );
        let hint = format!("add [gateways.{name}] with the address of the simulator");
        return Err(CommandError::config(message).hint(hint));
    };
    if account.api_url().is_loopback() {
        return Ok(account);
    }
    let message = format!(
        "{name} is at {}, which is not the simulator; nothing was sent",
        account.api_url()
    );
    let hint = "create an empty folder, and run there: payctl init --simulator";
    Err(CommandError::config(message).hint(hint))
}

/// Pays as the customer. Creates the payment at the simulator if the shop only registered it.
fn purchase(account: &GatewayConfig, payment: &Payment) -> Value {
    json!({
        "kind": account.kind.word,
        "reference": payment.reference,
        "amount": payment.amount,
        "method": payment.method,
        "transaction_id": payment.transaction_id,
    })
}

fn send(
    context: &Context<'_>,
    account: &GatewayConfig,
    purchase: Value,
) -> anyhow::Result<Result<HttpResponse, crate::http::message::RequestFailure>> {
    let url = format!("{}/pretend/pay", account.api_url());
    let request = HttpRequest::post("POST /pretend/pay", url, purchase.to_string());
    let client = context.host.http().limited(RequestLimits {
        requests_per_second: 0,
        requests_per_minute: 0,
        changes_per_second: 0,
        max_in_flight: 1,
        timeout: PATIENCE,
        connect_timeout: PATIENCE,
    });
    block_on(&*context.host.clock, client.send(&request, None))
}

fn not_running(what: &str) -> CommandError {
    CommandError::failed(format!("the simulator at {what}"))
        .hint("start it in another terminal: payctl simulator run")
}

/// Whether the answer comes from the simulator, and says that the payment succeeded.
fn accepted(number: &OrderNumber, url: &str, answer: &HttpResponse) -> Result<(), CommandError> {
    let said: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    if answer.status == 200 && said.get("done") == Some(&Value::Bool(true)) {
        return Ok(());
    }
    match said.get("error").and_then(Value::as_str) {
        Some(why) if answer.status == 409 => {
            let message = format!("the simulator refused the payment of {number}: {why}");
            let hint = format!("see the payment's status: payctl check-status {number}");
            Err(CommandError::failed(message).hint(hint))
        }
        _ => {
            let status = answer.status;
            let message = format!(
                "{url} answered {status}, so another program uses this port, not the simulator"
            );
            let hint = "start the simulator in another terminal: payctl simulator run";
            Err(CommandError::failed(message).hint(hint))
        }
    }
}

fn tell(paid: &CustomerPayment, mut context: Context<'_>) -> anyhow::Result<()> {
    let detail = Detail::new(context.style())
        .field("Order", &paid.order)
        .field("Paid", paid.amount)
        .field("Payment", format!("{} at {}", paid.payment, paid.gateway))
        .field("Reference", &paid.reference);
    context.show("simulator pay", paid, &detail, Exit::Clean)?;
    if context.options.format == Format::Table {
        let out = &mut context.host.stdout;
        writeln!(out, "\nNext: payctl check-all --fix")?;
        out.flush()?;
    }
    Ok(())
}
