//! The simulated gateways as a command: what they print, where they listen, and how they end.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Arc;
use std::thread;

use payctl::clock::MachineClock;
use payctl::exit::Exit;
use payctl::simulator::Simulator;

use crate::world::{CommandOutput, Console, Shop};

const PAID: &str =
    r#"{"kind":"midtrans","reference":"INV-1","status":"settlement","amount":25000}"#;

#[track_caller]
fn check_refused(line: &str, script: &str, says: &[&str]) {
    let shop = Shop::bare();
    std::fs::write(shop.folder.path().join("script"), script).unwrap();
    let ran = shop.run(&format!("pretend-gateway {line}"));
    assert_eq!((ran.exit, ran.stdout.as_str()), (Exit::Failed, ""));
    for part in says {
        assert!(ran.stderr.contains(part), "{part}: {}", ran.stderr);
    }
}

#[test]
fn a_bad_script_is_refused_with_its_line() {
    let script = format!("{PAID}\n\n{}", PAID.replace("status", "statsu"));
    check_refused("--script script", &script, &["script, line 3:", "statsu"]);
    let twice = format!("{PAID}\n{}", PAID.replace("INV-1", ""));
    check_refused("--script script", &twice, &["record 2", "1 to 128 bytes"]);
    check_refused("--script nowhere", "", &["could not read nowhere"]);
}

#[test]
fn a_port_that_is_taken_is_named() {
    let other = Simulator::start(0, Arc::new(MachineClock)).unwrap();
    let port = other.url().rsplit_once(':').unwrap().1.to_owned();
    check_refused(
        &format!("--port {port}"),
        "",
        &[&format!("port {port} of 127.0.0.1"), "--port 0"],
    );
}

/// Starts a simulated gateway, waits for its first line, sends it a request, and interrupts it.
fn served(
    shop: &Shop,
    line: &str,
    stdin: &str,
    read_url: fn(&str) -> Option<String>,
) -> (String, CommandOutput) {
    let console = Console::default();
    thread::scope(|scope| {
        let host = shop.host(stdin, &console);
        let serving = scope.spawn(|| payctl::commands::run(words(line), host));
        let url = loop {
            let said = console.stdout();
            if let Some(url) = read_url(&said) {
                break url;
            }
            assert!(!serving.is_finished(), "{said}");
            thread::yield_now();
        };
        let observed = ask(&url);
        console.interrupt();
        let output = console.output(serving.join().unwrap()).ended(Exit::Clean);
        assert!(TcpStream::connect(url.replace("http://", "")).is_err());
        (observed, output)
    })
}

fn words(line: &str) -> Vec<std::ffi::OsString> {
    line.split_whitespace().map(Into::into).collect()
}

fn ask(url: &str) -> String {
    let mut stream = TcpStream::connect(url.replace("http://", "")).unwrap();
    let question = "GET /v2/INV-1/status HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Basic ZHVtbXk6\r\n\r\n";
    stream.write_all(question.as_bytes()).unwrap();
    let mut observed = String::new();
    stream.read_to_string(&mut observed).unwrap();
    observed
}

#[test]
fn it_prints_its_url_first_and_answers() {
    let shop = Shop::bare();
    std::fs::write(shop.folder.path().join("script"), PAID).unwrap();
    let first_line = |said: &str| Some(said.split_once('\n')?.0.to_owned());
    let line = "payctl pretend-gateway --script script";
    let (observed, output) = served(&shop, line, "", first_line);
    assert!(observed.contains("settlement"), "{observed}");
    let notes = output.stderr;
    assert!(notes.contains("api_url = \"http://127.0.0.1:"), "{notes}");
}

#[test]
fn programs_read_its_url_and_pipe_the_script() {
    let shop = Shop::bare();
    let field = |said: &str| {
        let said: serde_json::Value = serde_json::from_str(said).ok()?;
        Some(said["url"].as_str()?.to_owned())
    };
    let line = "payctl pretend-gateway --quiet --format json --script -";
    let (observed, output) = served(&shop, line, PAID, field);
    assert!(observed.contains("settlement"), "{observed}");
    assert_eq!(output.stderr, "");
}

#[test]
fn it_listens_where_the_configuration_looks_for_it() {
    let other = Simulator::start(0, Arc::new(MachineClock)).unwrap();
    let port = other.url().rsplit_once(':').unwrap().1.to_owned();
    other.stop();
    let shop = Shop::bare();
    assert_eq!(shop.run("init --simulator").exit, Exit::Clean);
    let config = shop.file("payctl.toml").unwrap();
    let config = config.replace(":18080", &format!(":{port}"));
    std::fs::write(shop.folder.path().join("payctl.toml"), config).unwrap();
    let url = format!("http://127.0.0.1:{port}\n");
    let first_line = |said: &str| Some(said.split_once('\n')?.0.to_owned());
    let (_, output) = served(&shop, "payctl simulator run", "", first_line);
    assert_eq!(output.stdout, url);
}

#[test]
fn only_a_broken_configuration_keeps_it_from_starting() {
    let shop = Shop::bare();
    std::fs::write(shop.folder.path().join("payctl.toml"), "databse = 1").unwrap();
    assert_eq!(shop.run("simulator run").exit, Exit::Config);
}
