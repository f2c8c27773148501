//! At which gateway an order is paid, and how; or past all of them.

use super::session::PaymentSession;
use crate::commands::failure::CommandError;
use crate::domain::names::{GatewayName, Method};
use crate::exit::Exit;
use crate::reconciler::GatewayAccount;

/// A way to pay.
pub(super) enum PaymentChoice {
    Gateway(Box<GatewayAccount>, Method),
    /// Past the gateways; a person will say that the money came.
    Manual,
}

impl PaymentSession<'_> {
    pub(super) fn choose(&self) -> anyhow::Result<PaymentChoice> {
        let name = self.gateway()?;
        if name.is_manual() {
            self.require_manual_allowed()?;
            return Ok(PaymentChoice::Manual);
        }
        if self.args.unique {
            let message = format!("{name} knows its payments, so no amount needs to tell them");
            let hint = "leave --unique out, or name --gateway manual";
            return Err(CommandError::new(Exit::Usage, message).hint(hint).into());
        }
        let method = self.method(&name)?;
        Ok(PaymentChoice::Gateway(
            Box::new(self.account(&name)?.clone()),
            method,
        ))
    }

    fn account(&self, name: &GatewayName) -> Result<&GatewayAccount, CommandError> {
        let cannot =
            |why| CommandError::new(Exit::Config, format!("{name} cannot be asked: {why}"));
        self.pool.account(name).map_err(cannot)
    }

    /// The first is meant by whoever names none.
    pub(super) fn methods(
        &self,
        name: &GatewayName,
    ) -> Result<&'static [&'static str], CommandError> {
        Ok(self.account(name)?.gateway.methods())
    }

    fn gateway(&self) -> Result<GatewayName, CommandError> {
        let manual = self.manual.as_ref().map(|_| GatewayName::manual());
        let named = self.args.gateway.as_ref().or(self.usual.gateway.as_ref());
        match (named, self.gateways.as_slice(), manual) {
            (Some(name), _, _) | (None, [name], _) => Ok(name.clone()),
            (None, [], Some(manual)) => Ok(manual),
            (None, [], None) => Err(CommandError::new(Exit::Config, "no gateway is configured")
                .hint("add one to the configuration; payctl init shows how")),
            (None, names, manual) => {
                let names = names.iter().chain(manual.iter());
                let names: Vec<&str> = names.map(GatewayName::as_str).collect();
                Err(
                    CommandError::new(Exit::Usage, "there are several gateways").hint(format!(
                        "name one with --gateway, or as gateway in [pay]: {}",
                        names.join(", ")
                    )),
                )
            }
        }
    }

    fn method(&self, name: &GatewayName) -> anyhow::Result<Method> {
        let known = self.methods(name)?;
        if let Some(told) = &self.args.method {
            require_method(name, told, known)?;
            return Ok(told.clone());
        }
        let is_usual = self.usual.gateway.as_ref() == Some(name);
        let usual = self.usual.method.as_ref().filter(|_| is_usual);
        if let Some(usual) = usual {
            require_method(name, usual, known).map_err(|mut refusal| {
                refusal.exit = Exit::Config;
                refusal
            })?;
            return Ok(usual.clone());
        }
        Ok(known.first().copied().unwrap_or_default().parse()?)
    }

    fn require_manual_allowed(&self) -> Result<(), CommandError> {
        let Some(manual) = &self.manual else {
            let message = "the configuration does not say how money comes past the gateways";
            let hint = "add [manual] with qris = \"the text of the shop's static QRIS\", or pay_to = \"…\"";
            return Err(CommandError::new(Exit::Config, message).hint(hint));
        };
        let is_known = match self.args.method.as_ref().map(Method::as_str) {
            None => true,
            Some(method) => method == super::manual::QRIS && manual.qris.is_some(),
        };
        if is_known {
            return Ok(());
        }
        let message = "past the gateways there is only the way that the configuration names";
        Err(CommandError::new(Exit::Usage, message).hint("leave --method out"))
    }
}

/// A way to pay that nobody can go is a matter of the command line.
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
    Err(CommandError::new(Exit::Usage, message).hint(hint))
}
