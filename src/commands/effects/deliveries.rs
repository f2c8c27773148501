//! Prepares the shop's hooks from the configuration, so that effects can be carried out.

use std::cell::LazyCell;
use std::sync::Arc;
use std::time::Duration;

use crate::commands::Context;
use crate::commands::runtime::block_on;
use crate::config::{
    AlertConfig, ConfigError, EffectConfig, EffectTransport, MailTls, TicketPicture,
};
use crate::http::HttpClient;
use crate::outbox::{
    Deliveries, Delivery, DrawTicket, Executable, HttpEndpoint, MailTemplate, Mailer,
    MailerSettings, TicketImage, TlsMode, Transport,
};
use crate::output::qr::{Qr, QrError};

/// All hooks of the shop; for a hook that could not be prepared, the reason. Reads secrets and builds the mail client;
/// sends nothing yet.
pub(in crate::commands) fn deliveries(context: &Context<'_>) -> Deliveries {
    let config = &context.config;
    let http = context.host.http();
    let mailer = LazyCell::new(|| mailer(context));
    let ready = |effect: &EffectConfig| {
        let transport = transport(context, &effect.means, &http, &|| mailer.clone())?;
        Ok(Delivery {
            transport,
            timeout: effect.timeout,
        })
    };
    let all = config.effects.iter();
    let by_hook = all.map(|effect| (effect.hook.name.clone(), ready(effect)));
    Deliveries::new(by_hook.collect())
}

/// How an alert of the shop is sent, or why it cannot be.
pub(in crate::commands) fn delivery_of(
    context: &Context<'_>,
    alert: &AlertConfig,
) -> Result<Delivery, String> {
    let http = context.host.http();
    Ok(Delivery {
        transport: transport(context, &alert.means, &http, &|| mailer(context))?,
        timeout: alert.timeout,
    })
}

fn transport(
    context: &Context<'_>,
    means: &EffectTransport,
    http: &HttpClient,
    mailer: &dyn Fn() -> Result<Arc<Mailer>, String>,
) -> Result<Transport, String> {
    Ok(match means {
        EffectTransport::Exec { program, arguments } => Transport::Exec(Executable {
            program: program.clone(),
            arguments: arguments.clone(),
            folder: context.config.folder.clone(),
            environment: forwarded(context),
        }),
        EffectTransport::Http { url, secret } => Transport::Http(HttpEndpoint {
            url: url.expose().to_owned().into(),
            host: url.host().to_owned(),
            secret: secret.resolve(&context.environment).map_err(with_hint)?,
            http: http.clone(),
        }),
        EffectTransport::Mail {
            to,
            subject,
            template,
            tickets,
        } => Transport::Mail(MailTemplate {
            to: to.clone(),
            subject: subject.clone(),
            template: template.clone(),
            draw_ticket: tickets.map(drawn_as),
            mailer: mailer()?,
            clock: context.host.clock.clone(),
            zone: context.config.zone,
        }),
    })
}

/// How a ticket's code becomes a picture.
fn drawn_as(picture: TicketPicture) -> DrawTicket {
    match picture {
        TicketPicture::Png => |code| {
            let content = Qr::new(code).and_then(|qr| qr.png());
            image("png", "image/png", content)
        },
        TicketPicture::Svg => |code| {
            let content = Qr::new(code).map(|qr| qr.svg().into_bytes());
            image("svg", "image/svg+xml", content)
        },
    }
}

fn image(
    extension: &'static str,
    media_type: &'static str,
    content: Result<Vec<u8>, QrError>,
) -> Result<TicketImage, String> {
    Ok(TicketImage {
        extension,
        media_type,
        content: content.map_err(|error| error.to_string())?,
    })
}

/// The shop's mail server.
///
/// # Errors
/// There is none in the configuration, or its settings or keys are wrong.
pub(in crate::commands) fn mailer(context: &Context<'_>) -> Result<Arc<Mailer>, String> {
    let smtp = context.config.smtp.as_ref();
    let smtp = smtp.ok_or_else(|| "the configuration has no [smtp]".to_owned())?;
    let login = match &smtp.login {
        Some((user, password)) => {
            let password = password.resolve(&context.environment).map_err(with_hint)?;
            Some((user.clone(), password))
        }
        None => None,
    };
    let settings = MailerSettings {
        host: smtp.host.clone(),
        port: smtp.port,
        way: match smtp.tls {
            MailTls::Tls => TlsMode::Tls,
            MailTls::Starttls => TlsMode::Starttls,
            MailTls::None => TlsMode::Plain,
        },
        login,
        from: smtp.from.clone(),
    };
    let mailer = Mailer::new(settings).map_err(|error| error.to_string())?;
    Ok(Arc::new(mailer))
}

/// Connects to the mail server as for a mail, with STARTTLS and the password, and sends none. The inner error says what is
/// wrong.
pub(in crate::commands) fn reach_mail_server(
    context: &Context<'_>,
    max_time: Duration,
) -> anyhow::Result<Result<(), String>> {
    let mailer = match mailer(context) {
        Ok(mailer) => mailer,
        Err(why) => return Ok(Err(why)),
    };
    let reached = async {
        let reached = tokio::time::timeout(max_time, mailer.reach()).await;
        reached.unwrap_or_else(|_| Err("the mail server did not answer in time".to_owned()))
    };
    block_on(&*context.host.clock, reached)
}

fn with_hint(error: ConfigError) -> String {
    format!("{error}; {}", error.hint())
}

/// The environment variables passed to a program: paths and locale settings. None of them can be a key.
const HANDED_ON: [&str; 26] = [
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
    "windir",
    "ProgramFiles",
    "ProgramFiles(x86)",
    "ProgramData",
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
