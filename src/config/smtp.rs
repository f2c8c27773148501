//! `[smtp]`: the shop's mail server.

use std::net::IpAddr;

use super::error::ConfigError;
use super::secret_ref::SecretRef;
use super::section::ConfigSection;
use crate::domain::string_enum;

/// The mail server, and the sender of the mails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SmtpConfig {
    pub host: String,
    pub port: u16,
    pub tls: MailTls,
    /// Both, or neither.
    pub login: Option<(String, SecretRef)>,
    /// `Shop <shop@example.com>`, or the address alone.
    pub from: String,
}

string_enum! {
    /// How the connection to the server is encrypted.
    pub enum MailTls {
        /// From the first byte (port 465).
        Tls = "tls",
        /// After a plain greeting; never without (port 587).
        Starttls = "starttls",
        /// Not at all: only for a server on this machine.
        None = "none",
    }
}

const SETTINGS: [&str; 6] = ["host", "port", "tls", "user", "password", "from"];

pub(super) fn from_file(top: &ConfigSection<'_>) -> Result<Option<SmtpConfig>, ConfigError> {
    let Some(section) = top.section("smtp")? else {
        return Ok(None);
    };
    section.only(&SETTINGS)?;
    let host = section.required("host", "host = \"smtp.example.com\"", host)?;
    let usual = if is_this_machine(&host) {
        MailTls::None
    } else {
        MailTls::Starttls
    };
    let tls = section.word("tls", "must be tls, starttls or none")?;
    let tls = tls.unwrap_or(usual);
    if tls == MailTls::None && !is_this_machine(&host) {
        let what = "smtp.tls can be none only for this machine (localhost, 127.0.0.0/8, ::1)";
        let hint = "write tls = \"starttls\" or tls = \"tls\"; mails contain names and tickets";
        return Err(section.unfit("tls", what, hint));
    }
    let usual = match tls {
        MailTls::Tls => 465,
        MailTls::Starttls => 587,
        MailTls::None => 25,
    };
    Ok(Some(SmtpConfig {
        port: section.number("port", 1..=65_535)?.unwrap_or(usual),
        login: login(&section)?,
        from: section.required("from", "from = \"Shop <shop@example.com>\"", from)?,
        host,
        tls,
    }))
}

fn login(section: &ConfigSection<'_>) -> Result<Option<(String, SecretRef)>, ConfigError> {
    let user = section.text("user", |text| match text.trim() {
        "" => Err("must be a name"),
        user => Ok(user.to_owned()),
    })?;
    match user {
        Some(user) => Ok(Some((user, section.secret("password", "SMTP_PASSWORD")?))),
        None if section.has("password") => {
            Err(section.missing("user", "user = \"shop@example.com\""))
        }
        None => Ok(None),
    }
}

fn host(text: &str) -> Result<String, &'static str> {
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b".-:".contains(&byte);
    if text.is_empty() || text.len() > 253 || !text.bytes().all(is_name) {
        return Err("must be a server name such as smtp.example.com");
    }
    Ok(text.to_owned())
}

fn from(text: &str) -> Result<String, &'static str> {
    let is_plain = !text.chars().any(char::is_control);
    if !is_plain || !text.contains('@') {
        return Err("must be an address such as Shop <shop@example.com>");
    }
    Ok(text.to_owned())
}

fn is_this_machine(host: &str) -> bool {
    host == "localhost"
        || host
            .parse()
            .is_ok_and(|address: IpAddr| address.is_loopback())
}
