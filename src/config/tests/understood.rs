//! Every setting of a file is read as written.

use super::*;
use crate::gateway::account::{AccountMode, GatewaySettings};
use crate::gateway::descriptor::SettingShape;
use crate::gateway::registry::{GATEWAYS, by_word};

#[test]
fn everything_but_keys_and_environment_has_a_default() {
    let config = load(MIDTRANS).unwrap();
    assert_eq!(config.database, Path::new("/shop/payctl.db"));
    assert_eq!(config.zone, Zone::Machine);
    assert_eq!(config.expiry.order_lifetime, Duration::from_secs(3600));
    assert_eq!(config.expiry.grace, Duration::from_secs(180));
    let gateway = config.gateways.values().next().unwrap();
    assert_eq!(gateway.requests_per_second, 10);
    assert_eq!(gateway.max_in_flight, 16);
    assert_eq!(gateway.timeout, Duration::from_secs(30));
    assert_eq!(gateway.connect_timeout, Duration::from_secs(10));
    assert!(load("").unwrap().gateways.is_empty());
}

#[test]
fn a_file_may_change_every_default() {
    let config = load(
        "database = '/data/shop.db'
        timezone = 'Asia/Jakarta'
        expiry = { order_lifetime = '2h', grace = '0s' }
        [gateways.second]
        kind = 'midtrans'
        environment = 'production'
        server_key = 'file:keys/second'
        api_url = 'http://127.0.0.1:8080/'
        requests_per_second = 0
        max_in_flight = 1024
        timeout = '500ms'
        connect_timeout = '1s'",
    )
    .unwrap();
    assert_eq!(config.database, Path::new("/data/shop.db"));
    assert_eq!(config.zone, "Asia/Jakarta".parse().unwrap());
    assert_eq!(config.expiry.order_lifetime, Duration::from_secs(7200));
    assert_eq!(config.expiry.grace, Duration::ZERO);
    let second = GatewayConfig {
        kind: by_word("midtrans").unwrap(),
        settings: GatewaySettings::default()
            .with("environment", "production")
            .with("api_url", "http://127.0.0.1:8080")
            .with("snap_url", "https://app.midtrans.com"),
        secrets: [("server_key", SecretRef::File("/shop/keys/second".into()))].into(),
        requests_per_second: 0,
        max_in_flight: 1024,
        timeout: Duration::from_millis(500),
        connect_timeout: Duration::from_secs(1),
    };
    assert_eq!(config.gateways[&"second".parse().unwrap()], second);
}

#[test]
fn the_gateways_own_addresses_are_valid() {
    let mut count = 0;
    for mode in AccountMode::ALL {
        let settings = GatewaySettings::default().with("environment", mode.word());
        for setting in GATEWAYS.iter().flat_map(|kind| kind.settings) {
            if let SettingShape::Address(usual) = setting.shape {
                let address = GatewayAddress::known(usual(&settings));
                assert_eq!(address.as_str().parse(), Ok(address));
                count += 1;
            }
        }
    }
    assert!(count >= 2 * GATEWAYS.len());
}

/// Uncomments the lines that are settings.
fn uncommented(text: &str) -> String {
    let lines = text.lines().map(|line| match line.strip_prefix("# ") {
        Some(setting) if setting.starts_with('[') || setting.contains(" = ") => setting,
        _ => line,
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn the_examples_effects_are_valid() {
    let example = include_str!("../../../examples/payctl.toml");
    let config = load(&uncommented(example)).unwrap();
    let names: Vec<&str> = config
        .effects
        .iter()
        .map(|effect| effect.hook.name.as_str())
        .collect();
    assert_eq!(names, ["vpn-account", "paid-http", "paid-mail"]);
    let vpn = &config.effects[0];
    let defaults = load("[[effects]]\non = 'paid'\nexec = ['hooks/a']").unwrap();
    assert_eq!(vpn.timeout, defaults.effects[0].timeout);
    assert_eq!(vpn.hook.repeatable, defaults.effects[0].hook.repeatable);
    assert_eq!(config.smtp.unwrap().port, 587);
}

#[test]
fn programs_are_beside_the_file_or_in_path() {
    for (written, program) in [
        ("hooks/a", "/shop/hooks/a"),
        ("./a", "/shop/./a"),
        ("/bin/a", "/bin/a"),
        ("curl", "curl"),
    ] {
        let text = format!("[[effects]]\non = 'paid'\nexec = ['{written}', '$(a b)']");
        let config = load(&text).unwrap();
        let means = EffectTransport::Exec {
            program: program.into(),
            arguments: vec!["$(a b)".to_owned()],
        };
        assert_eq!(config.effects[0].means, means);
        assert_eq!(config.hooks()[0].name.as_str(), "paid-exec");
        assert!(config.effect(&"paid-exec".parse().unwrap()).is_some());
        assert!(config.effect(&"gone".parse().unwrap()).is_none());
    }
}

#[test]
fn a_local_mail_server_needs_no_tls() {
    for (settings, tls, port) in [
        ("host = 'localhost'", MailTls::None, 25),
        ("host = '127.0.0.1'\nport = 2525", MailTls::None, 2525),
        ("host = 'mail.example.com'", MailTls::Starttls, 587),
        ("host = 'mail.example.com'\ntls = 'tls'", MailTls::Tls, 465),
    ] {
        let config = load(&format!("[smtp]\nfrom = 'a@b.c'\n{settings}")).unwrap();
        let smtp = config.smtp.unwrap();
        assert_eq!((smtp.tls, smtp.port), (tls, port), "{settings}");
    }
}

#[test]
fn the_example_shows_every_setting_with_its_default() {
    let example = include_str!("../../../examples/payctl.toml");
    let pakasir =
        "[gateways.pakasir]\nkind = 'pakasir'\nproject = 'tokoku'\napi_key = 'file:keys/pakasir'\n";
    let bare = format!("{MIDTRANS}{pakasir}").replace("KEY", "MIDTRANS_SERVER_KEY");
    assert_eq!(load(example).unwrap(), load(&bare).unwrap());
    for section in [
        "",
        "[expiry]\n",
        MIDTRANS,
        pakasir,
        "[[effects]]\n",
        "[smtp]\n",
        "[manual]\n",
        "[pay]\n",
    ] {
        let hint = load(&format!("{section}zzzzzz = 1")).unwrap_err().hint();
        for setting in hint.rsplit(": ").next().unwrap().split(", ") {
            let is_shown = example.lines().any(|line| {
                let line = line.trim_start_matches("# ");
                line.starts_with(&format!("{setting} ="))
                    || line
                        .trim_start_matches('[')
                        .starts_with(&format!("{setting}]"))
                    || line.starts_with(&format!("[{setting}."))
            });
            assert!(is_shown, "{setting}");
        }
    }
}
