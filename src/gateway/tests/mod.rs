//! What every gateway in the registry promises, and a third one that is in none.

pub(crate) mod paper;

use std::collections::BTreeSet;

use super::account::{API_URL, GatewaySecrets, GatewaySettings};
use super::descriptor::{SecretNeed, SettingShape};
use super::registry::{GATEWAYS, by_word, is_page, looks_like_a_key};

#[test]
fn each_gateway_is_known_by_its_word() {
    for kind in GATEWAYS {
        assert_eq!(by_word(kind.word), Some(kind));
        assert!(kind.word.parse::<crate::domain::GatewayName>().is_ok());
    }
    assert_eq!(by_word("paper"), None);
}

#[test]
fn each_gateway_has_an_address_and_a_key() {
    for kind in GATEWAYS {
        let keys: BTreeSet<&str> = kind.keys().collect();
        assert_eq!(
            keys.len(),
            kind.settings.len(),
            "{kind:?} repeats a setting"
        );
        assert!(keys.contains(API_URL), "{kind:?}");
        let needs = |need| keys.iter().any(|key| kind.need(key) == Some(need));
        assert!(needs(SecretNeed::Required), "{kind:?}");
    }
}

#[test]
fn each_adapter_has_a_method_and_its_name() {
    for kind in GATEWAYS {
        let mut settings = GatewaySettings::default();
        for setting in kind.settings {
            if let SettingShape::Address(usual) = setting.shape {
                let address = usual(&settings);
                settings.set(setting.key, address);
            }
        }
        let name: crate::domain::GatewayName = "account".parse().unwrap();
        let adapter = (kind.adapter)(name.clone(), &settings, &GatewaySecrets::default());
        assert_eq!(*adapter.name(), name);
        assert_eq!(adapter.api_version(), (kind.versions.current)(&settings));
        for method in adapter.methods() {
            let (least, most) = (kind.method)(method).lifetime;
            assert!(least < most, "{kind:?} {method}");
        }
    }
}

#[test]
fn the_question_of_init_answers_itself() {
    for kind in GATEWAYS {
        let question = kind.init.question;
        let is_fine = question.usual == "none" || (question.check)(question.usual).is_ok();
        assert!(is_fine, "{kind:?}");
        for option in kind.init.options {
            assert!(kind.keys().any(|key| key == option.setting), "{kind:?}");
        }
    }
}

#[test]
fn only_pakasir_limits_the_rate_of_changes() {
    let limits = GATEWAYS.map(|kind| (kind.word, kind.pace.changes_per_second));
    assert_eq!(limits, [("midtrans", 0), ("pakasir", 2)]);
}

#[test]
fn only_a_page_is_a_page() {
    assert!(is_page("snap"));
    assert!(!is_page("qris") && !is_page("bca_va") && !is_page(""));
}

#[test]
fn a_key_is_known_by_its_mark() {
    assert!(looks_like_a_key("sb-MID-server-x"));
    assert!(!looks_like_a_key("keys/midtrans"));
}
