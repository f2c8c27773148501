//! Prepares the shop's hooks from the configuration, so that effects can be carried out.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::context::Context;
use crate::config::{EffectConfig, EffectTransport, MailTls, SmtpConfig, TicketPicture};
use crate::domain::HookName;
use crate::effects::{
    Executable, HttpEndpoint, MailTemplate, MailWay, Mailer, MailerSettings, Transport,
};
use crate::http::HttpClient;

/// What is needed to carry out the effects of one hook.
pub(super) struct HookDelivery {
    pub(super) transport: Transport,
    /// Time limit for one attempt.
    pub(super) timeout: Duration,
    /// How to render attached tickets; `None`: attach none.
    pub(super) tickets: Option<TicketPicture>,
}

/// All hooks of the shop; for a hook that could not be prepared, the reason.
pub(super) struct HookDeliveries(BTreeMap<HookName, Result<HookDelivery, String>>);

impl HookDeliveries {
    /// Reads secrets and builds the mail client; sends nothing yet.
    pub(super) fn new(context: &Context<'_>) -> Self {
        let config = &context.config;
        let http = HttpClient::new(context.host.clock.clone());
        let sends_mail =
            |effect: &EffectConfig| matches!(effect.means, EffectTransport::Mail { .. });
        let mailer = config
            .effects
            .iter()
            .any(sends_mail)
            .then(|| mailer(context, config.smtp.as_ref()));
        let ready = |effect: &EffectConfig| {
            let transport = transport(context, effect, &http, mailer.as_ref())?;
            Ok(HookDelivery {
                transport,
                timeout: effect.timeout,
                tickets: pictures(&effect.means),
            })
        };
        let all = config.effects.iter();
        Self(
            all.map(|effect| (effect.hook.name.clone(), ready(effect)))
                .collect(),
        )
    }

    /// Time limit for one attempt of this hook; zero if there is no such hook.
    pub(super) fn timeout(&self, hook: &HookName) -> Duration {
        let ready = self.of(hook);
        ready.map_or(Duration::ZERO, |ready| ready.timeout)
    }

    /// # Errors
    /// Why effects of this hook cannot be carried out at the moment.
    pub(super) fn of(&self, hook: &HookName) -> Result<&HookDelivery, String> {
        match self.0.get(hook) {
            Some(Ok(ready)) => Ok(ready),
            Some(Err(why)) => Err(why.clone()),
            None => Err(format!("the configuration has no effect named {hook}")),
        }
    }
}

fn transport(
    context: &Context<'_>,
    effect: &EffectConfig,
    http: &HttpClient,
    mailer: Option<&Result<Arc<Mailer>, String>>,
) -> Result<Transport, String> {
    Ok(match &effect.means {
        EffectTransport::Exec { program, arguments } => Transport::Exec(Executable {
            program: program.clone(),
            arguments: arguments.clone(),
            folder: context.config.folder.clone(),
            environment: forwarded(context),
        }),
        EffectTransport::Http { url, secret } => Transport::Http(HttpEndpoint {
            url: url.expose().to_owned().into(),
            host: url.host().to_owned(),
            secret: secret
                .resolve(&context.environment)
                .map_err(|error| format!("{error}; {}", error.hint()))?,
            http: http.clone(),
        }),
        EffectTransport::Mail {
            to,
            subject,
            template,
            tickets: _,
        } => Transport::Mail(MailTemplate {
            to: to.clone(),
            subject: subject.clone(),
            template: PathBuf::clone(template),
            mailer: match mailer {
                Some(mailer) => mailer.clone()?,
                None => return Err("no mail server is configured".to_owned()),
            },
            clock: context.host.clock.clone(),
        }),
    })
}

fn pictures(means: &EffectTransport) -> Option<TicketPicture> {
    match means {
        EffectTransport::Mail { tickets, .. } => *tickets,
        EffectTransport::Exec { .. } | EffectTransport::Http { .. } => None,
    }
}

fn mailer(context: &Context<'_>, smtp: Option<&SmtpConfig>) -> Result<Arc<Mailer>, String> {
    let smtp = smtp.ok_or_else(|| "the configuration has no [smtp]".to_owned())?;
    let login = match &smtp.login {
        Some((user, password)) => {
            let password = password
                .resolve(&context.environment)
                .map_err(|error| format!("{error}; {}", error.hint()))?;
            Some((user.clone(), password))
        }
        None => None,
    };
    let settings = MailerSettings {
        host: smtp.host.clone(),
        port: smtp.port,
        way: match smtp.tls {
            MailTls::Tls => MailWay::Tls,
            MailTls::Starttls => MailWay::Starttls,
            MailTls::None => MailWay::Plain,
        },
        login,
        from: smtp.from.clone(),
    };
    let mailer = Mailer::new(settings).map_err(|error| error.to_string())?;
    Ok(Arc::new(mailer))
}

/// The environment variables passed to a program: paths and locale settings. None of them can be a key.
const HANDED_ON: [&str; 22] = [
    "PATH",
    "HOME",
    "LANG",
    "LANGUAGE",
    "LC_ALL",
    "LC_COLLATE",
    "LC_CTYPE",
    "LC_MESSAGES",
    "LC_MONETARY",
    "LC_NUMERIC",
    "LC_TIME",
    "TZ",
    "TMPDIR",
    // Without these Windows finds neither sockets nor programs.
    "SystemRoot",
    "SystemDrive",
    "TEMP",
    "TMP",
    "PATHEXT",
    "ComSpec",
    "USERPROFILE",
    "APPDATA",
    "LOCALAPPDATA",
];

fn forwarded(context: &Context<'_>) -> Vec<(String, String)> {
    let known = HANDED_ON.iter().filter_map(|name| {
        let value = context.environment.get(name)?;
        Some(((*name).to_owned(), value.to_owned()))
    });
    known.collect()
}
