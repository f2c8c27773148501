//! A gateway that nothing but its own file knows: from its settings to the meaning of its answers.

use std::path::Path;

use super::super::gateway::account_of;
use super::super::section::{ConfigFile, ConfigSection};
use super::*;
use crate::gateway::LookupKey;
use crate::gateway::testing::{answer, describe, noon, payment};
use crate::gateway::tests::paper::DESCRIPTOR;

const SECTION: &str = "merchant = 'M7'\nprivate_key = 'env:KEY'\ncallback_token = 'file:token'\n";

fn account(text: &str) -> Result<GatewayConfig, ConfigError> {
    let document = ConfigFile {
        path: Path::new("/shop/payctl.toml"),
        text,
        folder: Path::new("/shop"),
    };
    let table = document.parse()?;
    account_of(&DESCRIPTOR, &ConfigSection::top(&document, &table))
}

#[test]
fn a_third_gateways_settings_are_read() {
    let account = account(SECTION).unwrap();
    assert_eq!(account.settings.get("merchant"), Some("M7"));
    assert_eq!(account.api_url().as_str(), "https://api.example.com");
    let token = &account.secrets["callback_token"];
    assert_eq!(token, &SecretRef::File("/shop/token".into()));
}

#[test]
fn a_third_gateways_mistakes_are_named() {
    let missing = "private_key = 'env:KEY'";
    let unfit = SECTION.replace("M7", "7");
    let key = SECTION.replace("env:KEY", "paper-key-sesame");
    let unknown = format!("{SECTION}merchnt = 'M7'");
    for (text, says) in [
        (missing, "merchant is missing"),
        (&unfit, "merchant must begin with M"),
        (&key, "private_key must say where the key is"),
        (&unknown, "there is no setting merchnt"),
    ] {
        let error = account(text).unwrap_err();
        assert!(error.to_string().contains(says), "{error}");
        check_silent(&error);
    }
}

#[test]
fn a_third_gateway_is_queried_and_understood() {
    let account = account("merchant = 'M7'\nprivate_key = 'env:KEY'").unwrap();
    let environment = Environment::from_iter([("KEY", "dummy")]);
    let secrets = account.resolve(&environment).unwrap();
    let name = "second-shop".parse().unwrap();
    let gateway = (account.kind.adapter)(name, &account.settings, &secrets);
    let payment = payment("INV-1");
    let request = gateway.ask_status(&payment, LookupKey::Reference);
    let url = "https://api.example.com/M7/invoices?external_id=INV-1";
    assert_eq!(request.expose_url(), url);
    let of = |status: &str, paid: u32| {
        format!(r#"{{"external_id":"INV-1","status":"{status}","paid_amount":{paid}}}"#)
    };
    let (open, paid) = (of("PENDING", 0), of("PAID", 25_000));
    for (body, wanted) in [
        ("[]".to_owned(), "not_started|-"),
        (format!("[{open}]"), "pending|PENDING"),
        (format!("[{open},{paid}]"), "paid 25000|PAID"),
        (format!("[{}]", of("INACTIVE", 0)), "closed|INACTIVE"),
        (format!("[{}]", of("MOON", 0)), "unrecognised MOON|MOON"),
        (
            format!("[{}]", open.replace("INV-1", "INV-2")),
            "answered about another payment (INV-2)",
        ),
        (
            open,
            "answered something unreadable: JSON that is not a list of objects, with HTTP 200",
        ),
    ] {
        let answer = answer(200, body);
        let observed = gateway.read_status(&payment, LookupKey::Reference, noon(), &answer);
        assert_eq!(describe(&observed), wanted);
    }
}
