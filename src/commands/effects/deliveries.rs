//! Prepares the shop's hooks from the configuration, so that effects can be carried out.

use std::path::PathBuf;
use std::sync::Arc;

use crate::commands::context::Context;
use crate::config::{EffectConfig, EffectTransport, MailTls, SmtpConfig, TicketPicture};
use crate::http::HttpClient;
use crate::outbox::{
    Deliveries, Delivery, DrawTicket, Executable, HttpEndpoint, MailTemplate, Mailer,
    MailerSettings, TicketImage, TlsMode, Transport,
};
use crate::output::qr::Qr;

/// All hooks of the shop; for a hook that could not be prepared, the reason. Reads secrets and builds the mail client;
/// sends nothing yet.
pub(in crate::commands) fn deliveries(context: &Context<'_>) -> Deliveries {
    let config = &context.config;
    let http = HttpClient::new(context.host.clock.clone());
    let sends_mail = |effect: &EffectConfig| matches!(effect.means, EffectTransport::Mail { .. });
    let mailer = config
        .effects
        .iter()
        .any(sends_mail)
        .then(|| mailer(context, config.smtp.as_ref()));
    let ready = |effect: &EffectConfig| {
        Ok(Delivery {
            transport: transport(context, effect, &http, mailer.as_ref())?,
            timeout: effect.timeout,
        })
    };
    let all = config.effects.iter();
    Deliveries::new(
        all.map(|effect| (effect.hook.name.clone(), ready(effect)))
            .collect(),
    )
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
            tickets,
        } => Transport::Mail(MailTemplate {
            to: to.clone(),
            subject: subject.clone(),
            template: PathBuf::clone(template),
            draw_ticket: tickets.map(drawn_as),
            mailer: match mailer {
                Some(mailer) => mailer.clone()?,
                None => return Err("no mail server is configured".to_owned()),
            },
            clock: context.host.clock.clone(),
        }),
    })
}

/// How a ticket's code becomes a picture.
fn drawn_as(picture: TicketPicture) -> DrawTicket {
    match picture {
        TicketPicture::Png => |code| {
            let content = Qr::new(code).and_then(|qr| qr.png());
            Ok(TicketImage {
                extension: "png",
                media_type: "image/png",
                content: content.map_err(|error| error.to_string())?,
            })
        },
        TicketPicture::Svg => |code| {
            let content = Qr::new(code).map(|qr| qr.svg().into_bytes());
            Ok(TicketImage {
                extension: "svg",
                media_type: "image/svg+xml",
                content: content.map_err(|error| error.to_string())?,
            })
        },
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
