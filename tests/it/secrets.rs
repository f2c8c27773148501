//! Keys never appear in any output, whatever goes wrong and however much is logged.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use payctl::exit::Exit;
use payctl::simulator::{Fault, FaultTarget, SIMULATED};

use crate::program::hear;
use crate::server::Server;
use crate::sink::Sink;
use crate::world::{CommandOutput, MIDTRANS_KEY, PAKASIR_KEY, Shop, config};

/// A shop with an order at each gateway, created by the binary.
fn shop() -> Shop {
    let shop = Shop::new();
    for gateway in ["midtrans", "pakasir"] {
        let line = format!("order create --number {gateway}-1 --total 25000 --gateway {gateway}");
        shop.exec(&line).ended(Exit::Clean);
    }
    shop
}

/// All encodings in which a key could leak.
fn encodings() -> Vec<String> {
    let header = STANDARD.encode(format!("{MIDTRANS_KEY}:"));
    vec![
        MIDTRANS_KEY.to_owned(),
        PAKASIR_KEY.to_owned(),
        header.trim_end_matches('=').to_owned(),
        "do-not-show".to_owned(),
    ]
}

#[track_caller]
fn check_text(what: &str, text: &[u8]) {
    let text = String::from_utf8_lossy(text);
    for key in encodings() {
        assert!(!text.contains(&key), "{what} has {key}:\n{text}");
    }
}

/// Runs with full logging in both log formats and searches every output and file for keys.
#[track_caller]
fn check(shop: &Shop, what: &str) {
    // Concurrently, because a retry really waits here.
    let lines = [
        "-vv check-all -o json",
        "-vv --log-format json check-all --fix",
        "-v check-status pakasir-1 --fix -o csv",
    ];
    let running = lines.map(|line| (line, shop.start(line)));
    for (line, child) in running {
        check_text(&format!("{what}: {line}"), hear(child).all().as_bytes());
    }
    check_folder(shop, what);
}

#[track_caller]
fn check_folder(shop: &Shop, what: &str) {
    for file in std::fs::read_dir(shop.folder.path()).unwrap() {
        let path = file.unwrap().path();
        let kept = std::fs::read(&path).unwrap();
        check_text(&format!("{what}: {}", path.display()), &kept);
    }
}

/// Makes both gateways fail in each of these ways.
#[track_caller]
fn check_faults(faults: impl IntoIterator<Item = Fault>) {
    let shop = shop();
    check(&shop, "healthy");
    for fault in faults {
        for kind in SIMULATED {
            let world = shop.simulator.handle();
            world.fault(FaultTarget::all(kind), fault.clone()).unwrap();
        }
        check(&shop, &format!("{fault:?}"));
    }
}

#[test]
fn no_refusal_shows_a_key() {
    let code = |code| Fault::Status {
        code,
        retry_after: None,
    };
    check_faults([400, 401, 403, 404, 410, 429, 500, 503].map(code));
}

#[test]
fn no_broken_answer_shows_a_key() {
    check_faults([
        Fault::Html,
        Fault::CutOff,
        Fault::Garbage,
        Fault::Silent,
        Fault::Hang,
        Fault::Redirect,
        Fault::TooLarge,
        Fault::OtherOrder,
    ]);
}

#[test]
fn a_query_log_shows_no_key() {
    let shop = shop();
    let output = shop.exec("-vv check-all");
    assert!(
        output.stderr.contains("midtrans-1/status"),
        "{}",
        output.stderr
    );
    assert!(
        output.stderr.contains("transactiondetail"),
        "{}",
        output.stderr
    );
    let output = shop.exec("-vv --log-format json check-all");
    for line in output.stderr.lines() {
        serde_json::from_str::<serde_json::Value>(line).unwrap();
    }
}

#[test]
fn an_unreachable_gateway_shows_no_key() {
    let shop = shop();
    shop.configure(&config("http://127.0.0.1:9", "http://127.0.0.1:9"));
    check(&shop, "nobody listens");
    shop.configure(&config(
        "https://gateway.invalid",
        "https://gateway.invalid",
    ));
    check(&shop, "no such host");
}

#[test]
fn an_echoing_error_page_shows_no_key() {
    let shop = shop();
    for status in [200, 302, 400, 404, 500] {
        let page = move |target: &str| (status, format!("<html>No such page: {target}</html>"));
        let server = Server::start(page);
        shop.configure(&config(&server.url(), &server.url()));
        check(&shop, &format!("a page with {status}"));
        let words = move |target: &str| {
            let text = serde_json::to_string(&format!("cannot {target}")).unwrap();
            (
                status,
                format!("{{\"message\":{text},\"status_message\":{text}}}"),
            )
        };
        let server = Server::start(words);
        shop.configure(&config(&server.url(), &server.url()));
        check(&shop, &format!("a message with {status}"));
    }
}

#[test]
fn a_misplaced_key_is_not_repeated() {
    let mut shop = shop();
    let url = shop.simulator.url();
    let text = config(&url, &url);
    let refused = |shop: &Shop| -> CommandOutput { shop.exec("-vv check-all").ended(Exit::Config) };
    for (place, key) in [
        ("env:MIDTRANS_KEY", MIDTRANS_KEY),
        ("env:PAKASIR_KEY", PAKASIR_KEY),
    ] {
        for wrong in [key.to_owned(), format!("env:{key}"), format!("file:{key}")] {
            shop.configure(&text.replace(place, &wrong));
            let output = refused(&shop);
            if !wrong.starts_with("file:") {
                check_text(&wrong, output.all().as_bytes());
            }
        }
    }
    shop.configure(&text);
    let broken = format!("{MIDTRANS_KEY}\u{7}");
    shop.environment.retain(|(name, _)| name != "MIDTRANS_KEY");
    shop.environment.push(("MIDTRANS_KEY".to_owned(), broken));
    check_text("a broken key", refused(&shop).all().as_bytes());
}

/// A shop with an HTTP effect and a mail effect, each with its own secret.
fn shop_with_effects(partner: &Server, sink: &Sink) -> Shop {
    let mut shop = Shop::in_real_time();
    for name in ["HOOK_SECRET", "SMTP_PASSWORD"] {
        let secret = format!("{name}-do-not-show-this");
        shop.environment.push((name.to_owned(), secret));
    }
    let template = shop.folder.path().join("paid.txt");
    std::fs::write(template, "Subject: Paid\n\nThanks.\n").unwrap();
    let url = shop.simulator.url();
    shop.configure(&format!(
        "{}\n[[effects]]\non = \"paid\"\nhttp = {{ url = \"{}\", secret = \"env:HOOK_SECRET\" }}\n\
         [[effects]]\non = \"paid\"\nmail = {{ to = \"a@example.com\", template = \"paid.txt\" }}\n\
         [smtp]\nhost = \"127.0.0.1\"\ntls = \"none\"\nport = {}\nfrom = \"toko@example.com\"\n\
         user = \"toko\"\npassword = \"env:SMTP_PASSWORD\"\n",
        config(&url, &url),
        partner.url(),
        sink.port,
    ));
    shop
}

#[test]
fn no_effect_outcome_shows_a_secret() {
    for status in [200, 302, 401, 500, 0] {
        let partner = Server::of_bodies(move |target, body| (status, format!("{target} {body}")));
        let sink = Sink::start("250 ok", "250 taken");
        let shop = shop_with_effects(&partner, &sink);
        let create = "order create --number INV-1 --total 25000";
        shop.exec(create).ended(Exit::Clean);
        for line in [
            "-vv approve INV-1 --yes --reason cash",
            "-vv --log-format json fulfil -o json",
            "fulfil list --all",
            "order show INV-1",
        ] {
            check_text(line, shop.exec(line).all().as_bytes());
        }
        assert_eq!(partner.heads().len(), 1, "the partner was called");
        check_text("the call", partner.heads()[0].as_bytes());
        check_folder(&shop, &format!("after {status}"));
        // This server takes no login, so it receives no password.
        check_text("the mail", sink.received().as_bytes());
    }
}

/// Other users of the machine can read the arguments of a process.
#[cfg(target_os = "linux")]
#[test]
fn no_key_is_in_the_arguments() {
    let shop = shop();
    for kind in SIMULATED {
        let world = shop.simulator.handle();
        world.fault(FaultTarget::all(kind), Fault::Hang).unwrap();
    }
    let url = shop.simulator.url();
    shop.configure(&config(&url, &url).replace("timeout = \"200ms\"", "timeout = \"20s\""));
    let mut child = shop.start("check-all --fix");
    shop.await_query();
    let arguments = std::fs::read(format!("/proc/{}/cmdline", child.id())).unwrap();
    check_text("the arguments", &arguments);
    child.kill().unwrap();
    child.wait().unwrap();
    check_folder(&shop, "after a kill");
}
