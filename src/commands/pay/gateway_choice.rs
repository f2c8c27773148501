//! The gateway and method for an order's payment, or a manual transfer.

use super::session::PaymentSession;
use crate::commands::failure::CommandError;
use crate::domain::{GatewayName, Method};
use crate::exit::Exit;
use crate::reconciler::GatewayAccount;

/// A way to pay.
pub(super) enum PaymentChoice {
    Gateway(Box<GatewayAccount>, Method),
    /// Outside the gateways; an operator will approve the money.
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
            let message =
                format!("{name} identifies its payments itself and needs no unique amount");
            let hint = "leave out --unique, or add --gateway manual";
            return Err(CommandError::new(Exit::Usage, message).hint(hint).into());
        }
        let method = self.method(&name)?;
        Ok(PaymentChoice::Gateway(
            Box::new(self.account(&name)?.clone()),
            method,
        ))
    }

    fn account(&self, name: &GatewayName) -> Result<&GatewayAccount, CommandError> {
        let cannot = |why| CommandError::new(Exit::Config, format!("{name} cannot be used: {why}"));
        self.pool.account(name).map_err(cannot)
    }

    /// Without a name, the first gateway.
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
                .hint("add one to the configuration; see: payctl init --help")),
            (None, names, manual) => {
                let names = names.iter().chain(manual.iter());
                let names: Vec<&str> = names.map(GatewayName::as_str).collect();
                Err(
                    CommandError::new(Exit::Usage, "several gateways are configured").hint(
                        format!(
                            "choose one with --gateway, or as gateway in [pay]: {}",
                            names.join(", ")
                        ),
                    ),
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
            let message = "manual payments are not configured";
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
        let message = "a manual payment has only the method that the configuration defines";
        Err(CommandError::new(Exit::Usage, message).hint("leave out --method"))
    }
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
    Err(CommandError::new(Exit::Usage, message).hint(hint))
}
