//! The gateway and method for an order's payment, or a manual transfer.

use super::session::PaymentSession;
use crate::commands::CommandError;
use crate::domain::{GatewayName, Method};
use crate::exit::Exit;
use crate::reconciler::GatewayAccount;

/// A way to pay.
pub(super) enum PaymentChoice {
    Gateway(Box<GatewayAccount>, Method),
    /// Outside the gateways; an operator will approve the money.
    Manual,
}

pub(super) fn choose(session: &PaymentSession<'_>) -> anyhow::Result<PaymentChoice> {
    let name = gateway(session)?;
    if name.is_manual() {
        require_manual_allowed(session)?;
        return Ok(PaymentChoice::Manual);
    }
    if session.args.unique {
        let message = format!("{name} identifies its payments itself and needs no unique amount");
        let hint = "leave out --unique, or add --gateway manual";
        return Err(CommandError::usage(message).hint(hint).into());
    }
    let method = method(session, &name)?;
    Ok(PaymentChoice::Gateway(
        Box::new(account(session, &name)?.clone()),
        method,
    ))
}

fn account<'s>(
    session: &'s PaymentSession<'_>,
    name: &GatewayName,
) -> Result<&'s GatewayAccount, CommandError> {
    let cannot = |why| CommandError::config(format!("{name} cannot be used: {why}"));
    session.pool.account(name).map_err(cannot)
}

/// Without a name, the first gateway.
pub(super) fn methods(
    session: &PaymentSession<'_>,
    name: &GatewayName,
) -> Result<&'static [&'static str], CommandError> {
    Ok(account(session, name)?.gateway.methods())
}

fn gateway(session: &PaymentSession<'_>) -> Result<GatewayName, CommandError> {
    let manual = session.manual.as_ref().map(|_| GatewayName::manual());
    let named = session
        .args
        .gateway
        .as_ref()
        .or(session.usual.gateway.as_ref());
    match (named, session.gateways.as_slice(), manual) {
        (Some(name), _, _) | (None, [name], _) => Ok(name.clone()),
        (None, [], Some(manual)) => Ok(manual),
        (None, [], None) => Err(CommandError::config("no gateway is configured")
            .hint("add one to the configuration; see: payctl init --help")),
        (None, names, manual) => {
            let names = names.iter().chain(manual.iter());
            let names: Vec<&str> = names.map(GatewayName::as_str).collect();
            Err(
                CommandError::usage("several gateways are configured").hint(format!(
                    "choose one with --gateway, or as gateway in [pay]: {}",
                    names.join(", ")
                )),
            )
        }
    }
}

fn method(session: &PaymentSession<'_>, name: &GatewayName) -> anyhow::Result<Method> {
    let known = methods(session, name)?;
    if let Some(told) = &session.args.method {
        require_method(name, told, known)?;
        return Ok(told.clone());
    }
    let is_usual = session.usual.gateway.as_ref() == Some(name);
    let usual = session.usual.method.as_ref().filter(|_| is_usual);
    if let Some(usual) = usual {
        require_method(name, usual, known).map_err(|mut refusal| {
            refusal.exit = Exit::Config;
            refusal
        })?;
        return Ok(usual.clone());
    }
    Ok(known.first().copied().unwrap_or_default().parse()?)
}

fn require_manual_allowed(session: &PaymentSession<'_>) -> Result<(), CommandError> {
    let Some(manual) = &session.manual else {
        let message = "manual payments are not configured";
        let hint =
            "add [manual] with qris = \"the text of the shop's static QRIS\", or pay_to = \"…\"";
        return Err(CommandError::config(message).hint(hint));
    };
    let is_known = match session.args.method.as_ref().map(Method::as_str) {
        None => true,
        Some(method) => method == super::manual::QRIS && manual.qris.is_some(),
    };
    if is_known {
        return Ok(());
    }
    let message = "a manual payment has only the method that the configuration defines";
    Err(CommandError::usage(message).hint("leave out --method"))
}

/// An unknown method is an error of the command line.
pub(super) fn require_method(
    name: &GatewayName,
    method: &Method,
    known: &[&'static str],
) -> Result<(), CommandError> {
    if known.contains(&method.as_str()) {
        return Ok(());
    }
    let message = format!("{name} has no method {method}");
    let hint = format!("it has: {}", known.join(", "));
    Err(CommandError::usage(message).hint(hint))
}
