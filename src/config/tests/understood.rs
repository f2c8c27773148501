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
