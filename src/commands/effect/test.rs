//! `payctl effect test`: what an effect would hand over for an order, without sending it.

use clap::Args;
use serde::Serialize;

use crate::commands::effects::deliveries;
use crate::commands::known::require_order;
use crate::commands::{CommandError, Context};
use crate::config::{EffectTransport, nearest};
use crate::domain::operator::rehearse::rehearse;
use crate::domain::{
    Dossier, EffectKey, EffectKind, Hook, HookName, NO_ADDRESS, OrderNumber, Trigger,
};
use crate::exit::Exit;
use crate::outbox::{RenderedDelivery, render};
use crate::output::OutputStyle;
use crate::output::detail::Detail;

/// Show what an effect would hand over for an order: the mail, the call or the program's input; send nothing
///
/// The data is the order's own, as it stands now. Keys are left out. A template that does not fit fails with the
/// variable and the line.
#[derive(Debug, Args)]
pub(in crate::commands) struct EffectTestArgs {
    /// Name of the effect, as in the configuration
    name: HookName,
    /// Order whose data is used
    #[arg(long, value_name = "ORDER")]
    order: OrderNumber,
}

/// Fields are only ever added.
#[derive(Serialize)]
struct EffectTest {
    effect: HookName,
    occasion: Trigger,
    kind: EffectKind,
    order: OrderNumber,
    key: EffectKey,
    /// Why the order itself does not queue this effect; none if it would.
    note: Option<&'static str>,
    #[serde(flatten)]
    rendered: RenderedDelivery,
}

pub(super) fn run(args: &EffectTestArgs, mut context: Context<'_>) -> anyhow::Result<Exit> {
    let hook = hook(&args.name, &context)?;
    let reader = context.reader()?;
    let order = require_order(&reader, &args.order)?;
    let Some(dossier) = reader.dossier(order.id)? else {
        return Err(CommandError::failed(format!("{} is gone", args.order)).into());
    };
    let effect = rehearse(&hook, &dossier);
    let deliveries = deliveries(&context);
    let rendered = render(&reader, &effect, &deliveries, context.started_at)?;
    let rendered = rendered.map_err(|why| unrendered(args, &context, &why))?;
    let answer = EffectTest {
        note: note(&hook, &dossier),
        effect: hook.name,
        occasion: hook.occasion,
        kind: hook.kind,
        order: order.number,
        key: effect.key,
        rendered,
    };
    let detail = answer.detail(context.style());
    context.show("effect test", &answer, &detail, Exit::Clean)
}

fn hook(name: &HookName, context: &Context<'_>) -> Result<Hook, CommandError> {
    if let Some(effect) = context.config.effect(name) {
        return Ok(effect.hook.clone());
    }
    let hooks = context.config.hooks();
    let known: Vec<&str> = hooks.iter().map(|hook| hook.name.as_str()).collect();
    let error = CommandError::failed(format!("the configuration has no effect named {name}"));
    Err(match nearest(name.as_str(), &known) {
        Some(similar) => error.hint(format!("did you mean {similar}?")),
        None if known.is_empty() => error.hint("add one to the configuration: [[effects]]"),
        None => error.hint(format!("it has: {}", known.join(", "))),
    })
}

fn unrendered(args: &EffectTestArgs, context: &Context<'_>, why: &str) -> CommandError {
    let (name, order) = (&args.name, &args.order);
    let error = CommandError::failed(format!("{name} hands over nothing for {order}: {why}"));
    if why == NO_ADDRESS {
        let to = context.config.effect(name).map(|effect| &effect.means);
        let key = match to {
            Some(EffectTransport::Mail { to, .. }) => meta_key(to),
            Some(EffectTransport::Exec { .. } | EffectTransport::Http { .. }) | None => None,
        };
        return error.hint(match key {
            Some(key) => format!("give it one: payctl order edit {order} --meta {key}=ADDRESS"),
            None => format!("give it one: payctl order edit {order} --email ADDRESS"),
        });
    }
    error.hint(format!(
        "nothing was sent; mend it, and type: payctl effect test {name} --order {order}"
    ))
}

/// The shop's own value that a template begins with: `mail` of `{{ order.meta.mail }}`.
fn meta_key(template: &str) -> Option<&str> {
    let name = template.trim().strip_prefix("{{")?.trim_start();
    let rest = name.strip_prefix("order.meta.")?;
    let end = rest.find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
    rest.get(..end?)
}

fn note(hook: &Hook, dossier: &Dossier) -> Option<&'static str> {
    (!hook.is_for(&dossier.lines))
        .then_some("the order has none of its products, so this effect is not queued for it")
}

impl EffectTest {
    fn detail(&self, style: OutputStyle) -> Detail {
        let to = match self.kind {
            EffectKind::Exec => "Program",
            EffectKind::Http => "Call",
            EffectKind::Mail => "Mail to",
        };
        let mut detail = Detail::new(style)
            .field("Effect", format!("{} (on {})", self.effect, self.occasion))
            .field("Order", &self.order)
            .field_if_any("Note", self.note)
            .field(to, &self.rendered.to);
        // The recipient is the line above.
        let is_new = |name: &str| name != "To";
        for header in self.rendered.headers.iter().filter(|one| is_new(one.name)) {
            detail = detail.field(header.name, &header.value);
        }
        let files = &self.rendered.attachments;
        let files = (!files.is_empty()).then(|| files.join(", "));
        detail
            .field_if_any("Attached", files)
            .field("Sent", "nothing; this was a test")
            .text(self.heading(), &self.readable_body())
    }

    fn heading(&self) -> &'static str {
        match self.kind {
            EffectKind::Exec => "Standard input",
            EffectKind::Http => "Body",
            EffectKind::Mail => "Text",
        }
    }

    /// A document with one value a line.
    fn readable_body(&self) -> String {
        let body = &self.rendered.body;
        let document: Result<serde_json::Value, _> = serde_json::from_str(body);
        match (self.kind, document) {
            (EffectKind::Exec | EffectKind::Http, Ok(document)) => format!("{document:#}"),
            (EffectKind::Exec | EffectKind::Http | EffectKind::Mail, _) => body.clone(),
        }
    }
}
