//! Which file and which variables are used.

use super::*;

#[cfg(target_os = "macos")]
const USER_FILE: &str = "home/Library/Application Support/payctl/payctl.toml";
#[cfg(not(target_os = "macos"))]
const USER_FILE: &str = "xdg/payctl/payctl.toml";

#[test]
fn the_named_file_wins_then_here_then_home() {
    let (here, other) = ("work/payctl.toml", "etc/other.toml");
    let shop = ConfigFolders::new(&[(here, ""), (USER_FILE, ""), (other, "")]);
    shop.check_source(
        Some("../etc/other.toml"),
        ConfigSource::File(shop.path("work/../etc/other.toml")),
    );
    shop.check_source(None, ConfigSource::File(shop.path(here)));

    let shop = ConfigFolders::new(&[(USER_FILE, ""), (other, "")]);
    shop.check_source(None, ConfigSource::File(shop.path(USER_FILE)));
    let path = shop.path(other);
    let shop = shop.with("PAYCTL_CONFIG", &path.display().to_string());
    shop.check_source(None, ConfigSource::File(path));

    ConfigFolders::new(&[]).check_source(None, ConfigSource::Defaults);
}

#[test]
fn a_named_file_must_exist() {
    let shop = ConfigFolders::new(&[("work/payctl.toml", "")]);
    let error = shop.load(Some("nowhere.toml")).unwrap_err();
    let path = shop.path("work/nowhere.toml");
    assert_eq!(
        error.to_string(),
        format!("there is no configuration file {}", path.display())
    );
    assert!(error.hint().contains("payctl init"));
    let shop = shop.with("PAYCTL_CONFIG", "nowhere.toml");
    assert_eq!(shop.load(None).unwrap_err(), error);
}

#[test]
fn paths_and_dotenv_are_beside_the_file() {
    let text = "[gateways.p]\nkind = 'pakasir'\nproject = 'p'\napi_key = 'file:keys/p'";
    let shop = ConfigFolders::new(&[
        ("etc/shop.toml", text),
        ("etc/.env", "WHERE=etc\n"),
        ("work/.env", "WHERE=work\n"),
    ]);
    let etc = shop.path("etc");
    let named = etc.join("shop.toml").display().to_string();
    let (config, environment) = shop.load(Some(&named)).unwrap();
    assert_eq!(config.folder, etc);
    assert_eq!(config.database, etc.join("payctl.db"));
    assert_eq!(environment.get("WHERE"), Some("etc"));
    let gateway = config.gateways.values().next().unwrap();
    assert_eq!(
        gateway.secrets["api_key"],
        SecretRef::File(etc.join("keys/p"))
    );

    let (config, environment) = shop.load(None).unwrap();
    assert_eq!(config.database, shop.path("work/payctl.db"));
    assert_eq!(environment.get("WHERE"), Some("work"));
}

#[test]
fn the_environments_database_beats_the_files() {
    let shop = ConfigFolders::new(&[
        ("etc/payctl.toml", "database = 'a.db'"),
        ("etc/.env", "PAYCTL_DB=b.db"),
    ])
    .with("PAYCTL_CONFIG", "../etc/payctl.toml");
    let beside = shop.path("work/../etc/b.db");
    assert_eq!(shop.load(None).unwrap().0.database, beside);
    let shop = shop.with("PAYCTL_DB", "c.db");
    assert_eq!(shop.load(None).unwrap().0.database, shop.path("work/c.db"));
}

#[track_caller]
fn check_variables(dotenv: &str, gateways: Result<&[&str], &str>) {
    let shop = ConfigFolders::new(&[("work/.env", dotenv)]);
    match (shop.load(None), gateways) {
        (Ok((config, environment)), Ok(gateways)) => {
            let said: Vec<String> = config
                .gateways
                .iter()
                .map(|(name, gateway)| {
                    let own = ["environment", "project"].map(|key| gateway.settings.text(key));
                    format!("{name} {} {}", own.concat(), gateway.api_url())
                })
                .collect();
            assert_eq!(said, gateways);
            for gateway in config.gateways.values() {
                assert!(!gateway.secrets.is_empty());
                assert!(gateway.resolve(&environment).is_ok());
            }
            assert_eq!(config.source == ConfigSource::Defaults, gateways.is_empty());
        }
        (Err(error), Err(says)) => {
            assert_eq!(error.to_string(), says);
            let dotenv = shop.path("work/.env").display().to_string();
            assert!(
                error
                    .hint()
                    .ends_with(&format!("in the environment or in {dotenv}"))
            );
            check_silent(&error);
        }
        (loaded, _) => panic!("{loaded:?}"),
    }
}

#[test]
fn without_a_file_variables_are_enough() {
    const SANDBOX: &str = "midtrans sandbox https://api.sandbox.midtrans.com";
    const PRODUCTION: &str = "midtrans production https://api.midtrans.com";
    check_variables("", Ok(&[]));
    check_variables("MIDTRANS_SERVER_KEY=\nPAKASIR_PROJECT=\n", Ok(&[]));
    check_variables("MIDTRANS_SERVER_KEY=k", Ok(&[SANDBOX]));
    for (word, says) in [
        ("true", PRODUCTION),
        ("1", PRODUCTION),
        ("false", SANDBOX),
        ("0", SANDBOX),
        ("", SANDBOX),
    ] {
        check_variables(
            &format!("MIDTRANS_SERVER_KEY=k\nMIDTRANS_IS_PRODUCTION={word}"),
            Ok(&[says]),
        );
    }
    check_variables(
        "MIDTRANS_SERVER_KEY=k\nMIDTRANS_IS_PRODUCTION=sesame",
        Err("MIDTRANS_IS_PRODUCTION must be true or false"),
    );
    check_variables(
        "PAKASIR_PROJECT=tokoku\nPAKASIR_API_KEY=k\nMIDTRANS_SERVER_KEY=k",
        Ok(&[SANDBOX, "pakasir tokoku https://app.pakasir.com"]),
    );
    check_variables(
        "PAKASIR_PROJECT=tokoku",
        Err("PAKASIR_PROJECT is set, but PAKASIR_API_KEY is not"),
    );
    check_variables(
        "PAKASIR_API_KEY=sesame",
        Err("PAKASIR_API_KEY is set, but PAKASIR_PROJECT is not"),
    );
}

#[test]
fn variables_add_no_gateways_to_a_file() {
    let shop = ConfigFolders::new(&[
        ("work/payctl.toml", ""),
        ("work/.env", "MIDTRANS_SERVER_KEY=k"),
    ]);
    assert!(shop.load(None).unwrap().0.gateways.is_empty());
}
