//! What a file says is what is settled.

use super::*;

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
        kind: Kind::Midtrans {
            environment: MidtransEnvironment::Production,
            server_key: SecretRef::File("/shop/keys/second".into()),
            api_url: "http://127.0.0.1:8080".parse().unwrap(),
            snap_url: "https://app.midtrans.com".parse().unwrap(),
        },
        requests_per_second: 0,
        max_in_flight: 1024,
        timeout: Duration::from_millis(500),
        connect_timeout: Duration::from_secs(1),
    };
    assert_eq!(config.gateways[&"second".parse().unwrap()], second);
}

#[test]
fn the_gateways_own_addresses_are_addresses() {
    for world in MidtransEnvironment::ALL {
        for address in [world.api_url(), world.snap_url()] {
            assert_eq!(address.as_str().parse(), Ok(address));
        }
    }
}

#[test]
fn the_example_shows_every_setting_with_its_default() {
    let example = include_str!("../../../examples/payctl.toml");
    let pakasir =
        "[gateways.pakasir]\nkind = 'pakasir'\nproject = 'tokoku'\napi_key = 'file:keys/pakasir'\n";
    let bare = format!("{MIDTRANS}{pakasir}").replace("KEY", "MIDTRANS_SERVER_KEY");
    assert_eq!(load(example).unwrap(), load(&bare).unwrap());
    for section in ["", "[expiry]\n", MIDTRANS, pakasir] {
        let hint = load(&format!("{section}zzzzzz = 1")).unwrap_err().hint();
        for setting in hint.rsplit(": ").next().unwrap().split(", ") {
            let is_shown = example.lines().any(|line| {
                let line = line.trim_start_matches("# ");
                line.starts_with(&format!("{setting} ="))
                    || line.starts_with(&format!("[{setting}"))
            });
            assert!(is_shown, "{setting}");
        }
    }
}
