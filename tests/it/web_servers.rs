//! Real web servers with the configurations of `examples/web`, on loopback.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use payctl::domain::money::Rupiah;
use payctl::exit::Exit;
use payctl::pretend::{Answer, Kind};

use crate::notification;
use crate::tools::need;
use crate::world::{Shop, config};

const TOKEN: &str = "trigger-do-not-show-this";

/// A web server that ends with the test.
struct Web {
    child: Child,
    port: u16,
    root: &'static str,
}

impl Drop for Web {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Web {
    fn start(mut command: Command, port: u16, root: &'static str) -> Self {
        let child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let patience = Instant::now() + Duration::from_secs(10);
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(Instant::now() < patience, "it does not listen");
            thread::yield_now();
        }
        Self { child, port, root }
    }

    /// The status and all that came.
    fn send(&self, line: &str, headers: &str, body: &str) -> (u16, String) {
        let (method, path) = line.split_once(' ').unwrap();
        let mut line = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        let request = format!(
            "{method} {}{path} HTTP/1.1\r\nHost: shop\r\nConnection: close\r\nContent-Type: application/json\r\n{headers}Content-Length: {}\r\n\r\n{body}",
            self.root,
            body.len()
        );
        line.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        line.read_to_string(&mut answer).unwrap();
        let status = answer.split(' ').nth(1).unwrap_or_default();
        (status.parse().unwrap_or(0), answer)
    }

    #[track_caller]
    fn check(&self, line: &str, headers: &str, body: &str, status: u16) {
        let (found, answer) = self.send(line, headers, body);
        assert_eq!(found, status, "{line}\n{answer}");
    }
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

fn example(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/web");
    std::fs::read_to_string(folder.join(name)).unwrap()
}

/// A shop whose order is paid at the gateway, and the wrapper of the examples for it.
fn shop() -> (Shop, PathBuf) {
    let shop = Shop::in_real_time();
    let url = shop.pretend.url();
    shop.configure(&format!(
        "{}\n[cgi]\ntoken = \"env:PAYCTL_CGI_TOKEN\"\n",
        config(&url, &url).replace("200ms", "20s")
    ));
    shop.exec("order create --number INV-1 --total 25000 --gateway midtrans --method qris")
        .ended(Exit::Clean);
    let paid = Answer::new("settlement", Rupiah::new(25_000).unwrap());
    let world = shop.pretend.world();
    world.set(Kind::Midtrans, "INV-1", paid).unwrap();

    let folder = shop.folder.path();
    let keys: String = shop
        .environment
        .iter()
        .map(|(name, value)| format!("{name}={value}\n"))
        .collect();
    std::fs::write(
        folder.join(".env"),
        format!("{keys}PAYCTL_CGI_TOKEN={TOKEN}\n"),
    )
    .unwrap();
    std::fs::create_dir_all(folder.join("www/cgi-bin")).unwrap();
    let wrapper = folder.join("www/cgi-bin/payctl.cgi");
    let text = example("payctl.cgi")
        .replace(
            "/etc/payctl/payctl.toml",
            &folder.join("payctl.toml").to_string_lossy(),
        )
        .replace("/usr/local/bin/payctl", env!("CARGO_BIN_EXE_payctl"));
    std::fs::write(&wrapper, text).unwrap();
    make_executable(&wrapper);
    (shop, wrapper)
}

#[cfg(unix)]
fn make_executable(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
}

#[cfg(not(unix))]
fn make_executable(_: &Path) {}

/// The whole story, over a real server.
fn tell(shop: &Shop, web: &Web) {
    let paid = notification::midtrans("INV-1", "settlement", 25_000);
    let forged = notification::forged("INV-1", "settlement", 25_000);
    let path = "POST /notification/midtrans";
    let status = || shop.order("INV-1")["status"].clone();

    web.check(path, "", &forged, 403);
    web.check("POST /check-expired", "", "", 403);
    web.check("GET /status?order=INV-1&session=wrong", "", "", 403);
    assert_eq!(status(), "pending");

    web.check(path, "", &paid, 200);
    assert_eq!(status(), "fulfilled");
    let moves = "SELECT count(*) FROM events";
    let before = shop.count(moves);
    thread::scope(|scope| {
        for _ in 0..10 {
            scope.spawn(|| web.check(path, "", &paid, 200));
        }
    });
    assert_eq!(shop.count(moves), before);
    assert_eq!(
        shop.count("SELECT times FROM notifications WHERE verdict = 'verified'"),
        11
    );

    let token = format!("X-Payctl-Token: {TOKEN}\r\n");
    web.check("POST /check-expired", &token, "", 200);
    let (status, answer) = web.send("GET /status?order=INV-1", &token, "");
    assert_eq!(status, 200);
    assert!(answer.contains("\"status\":\"fulfilled\""), "{answer}");
    shop.exec("verify").ended(Exit::Clean);
}

#[test]
fn busybox_takes_notifications_in() {
    let Some(busybox) = need("busybox") else {
        return;
    };
    let (shop, _) = shop();
    let port = free_port();
    let mut command = Command::new(busybox);
    command
        .args(["httpd", "-f", "-p", &format!("127.0.0.1:{port}"), "-h"])
        .arg(shop.folder.path().join("www"));
    let web = Web::start(command, port, "/cgi-bin/payctl.cgi");
    tell(&shop, &web);
}

#[test]
fn lighttpd_takes_notifications_in_and_does_not_show_the_program() {
    let Some(lighttpd) = need("lighttpd") else {
        return;
    };
    let (shop, wrapper) = shop();
    let port = free_port();
    let text = example("lighttpd.conf")
        .replace("8080", &port.to_string())
        .replace(
            "/usr/local/lib/payctl/payctl.cgi",
            &wrapper.to_string_lossy(),
        )
        .replace("/var/www/html", &shop.folder.path().to_string_lossy());
    let settings = shop.folder.path().join("lighttpd.conf");
    std::fs::write(&settings, text).unwrap();
    let mut command = Command::new(lighttpd);
    command.arg("-D").arg("-f").arg(settings);
    let web = Web::start(command, port, "/payctl");
    tell(&shop, &web);
    let (_, answer) = web.send("GET /", "", "");
    assert!(!answer.contains("#!/bin/sh"), "{answer}");
    let bearer = format!("Authorization: Bearer {TOKEN}\r\n");
    web.check("POST /check-expired", &bearer, "", 200);
}
