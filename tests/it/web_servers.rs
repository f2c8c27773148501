//! Real web servers on loopback with the configurations of `examples/web`.

mod story;

use std::net::{TcpListener, TcpStream};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use self::story::{TOKEN, tell};
use crate::external_programs::need;
use crate::world::{Shop, config};

/// Processes that end with the test.
struct Running(Vec<Child>);

impl Drop for Running {
    fn drop(&mut self) {
        for child in &mut self.0 {
            // SIGTERM lets a server end its own children.
            let id = child.id().to_string();
            let _gone = Command::new("kill").args(["-TERM", &id]).status();
            let patience = Instant::now() + Duration::from_secs(5);
            while matches!(child.try_wait(), Ok(None)) && Instant::now() < patience {
                thread::yield_now();
            }
            let _ended = child.kill();
            let _buried = child.wait();
        }
    }
}

impl Running {
    fn of(command: &mut Command) -> Self {
        let mut running = Self(Vec::new());
        running.start(command.stdin(Stdio::null()));
        running
    }

    fn start(&mut self, command: &mut Command) {
        let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        self.0.push(child.unwrap());
    }
}

/// The address under which a web server runs payctl.
struct Web {
    port: u16,
    root: &'static str,
    _running: Running,
}

impl Web {
    fn new(port: u16, root: &'static str, running: Running) -> Self {
        await_that("it listens", || {
            TcpStream::connect(("127.0.0.1", port)).is_ok()
        });
        Self {
            port,
            root,
            _running: running,
        }
    }

    fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{}{path}", self.port, self.root)
    }
}

#[track_caller]
fn await_that(what: &str, mut is_so: impl FnMut() -> bool) {
    let patience = Instant::now() + Duration::from_secs(20);
    while !is_so() {
        assert!(Instant::now() < patience, "timed out: {what}");
        thread::yield_now();
    }
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

/// The text of an example with the usual paths replaced by those of the test.
fn example(name: &str, places: &[(&str, &Path)]) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/web");
    let mut text = std::fs::read_to_string(folder.join(name)).unwrap();
    for (usual, here) in places {
        assert!(text.contains(usual), "{usual} in {name}");
        text = text.replace(usual, &here.to_string_lossy());
    }
    text
}

/// A shop with a trigger and a hook, and the examples' wrapper for it.
fn shop() -> (Shop, PathBuf) {
    let shop = Shop::in_real_time();
    let url = shop.simulator.url();
    let accounts = config(&url, &url).replace("200ms", "20s");
    shop.configure(&format!(
        "{accounts}\n[cgi]\ntoken = \"env:PAYCTL_CGI_TOKEN\"\n{}",
        story::HOOK
    ));
    let folder = shop.folder.path();
    std::fs::write(folder.join("hook.sh"), story::HOOK_PROGRAM).unwrap();
    let keys: String = shop
        .environment
        .iter()
        .map(|(name, value)| format!("{name}={value}\n"))
        .collect();
    let keys = format!("{keys}PAYCTL_CGI_TOKEN={TOKEN}\n");
    std::fs::write(folder.join(".env"), keys).unwrap();
    std::fs::create_dir_all(folder.join("www/cgi-bin")).unwrap();
    let wrapper = folder.join("www/cgi-bin/payctl.cgi");
    let program = Path::new(env!("CARGO_BIN_EXE_payctl"));
    let places = [
        ("/etc/payctl/payctl.toml", &*folder.join("payctl.toml")),
        ("/usr/local/bin/payctl", program),
    ];
    std::fs::write(&wrapper, example("payctl.cgi", &places)).unwrap();
    let mode = Command::new("chmod").arg("755").arg(&wrapper).status();
    assert!(mode.unwrap().success());
    (shop, wrapper)
}

#[test]
fn busybox_serves_notifications() {
    let (Some(busybox), Some(curl)) = (need("busybox"), need("curl")) else {
        return;
    };
    let (shop, _) = shop();
    let port = free_port();
    let mut command = Command::new(busybox);
    command
        .args(["httpd", "-f", "-p", &format!("127.0.0.1:{port}"), "-h"])
        .arg(shop.folder.path().join("www"));
    let web = Web::new(port, "/cgi-bin/payctl.cgi", Running::of(&mut command));
    tell(&shop, &web, &curl);
}

#[test]
fn lighttpd_serves_notifications_and_hides_the_program() {
    let (Some(lighttpd), Some(curl)) = (need("lighttpd"), need("curl")) else {
        return;
    };
    let (shop, wrapper) = shop();
    let port = free_port();
    let port_here = port.to_string();
    let places = [
        ("8080", Path::new(&port_here)),
        ("/usr/local/lib/payctl/payctl.cgi", &wrapper),
        ("/var/www/html", shop.folder.path()),
    ];
    let settings = shop.folder.path().join("lighttpd.conf");
    std::fs::write(&settings, example("lighttpd.conf", &places)).unwrap();
    let mut command = Command::new(lighttpd);
    command.arg("-D").arg("-f").arg(settings);
    let web = Web::new(port, "/payctl", Running::of(&mut command));
    tell(&shop, &web, &curl);
}

#[test]
fn nginx_serves_notifications_by_fcgiwrap() {
    let (Some(nginx), Some(fcgiwrap), Some(curl)) = (need("nginx"), need("fcgiwrap"), need("curl"))
    else {
        return;
    };
    let (shop, wrapper) = shop();
    let (port, folder) = (free_port(), shop.folder.path());
    let socket = folder.join("fcgi");
    let places = [
        ("/run/fcgiwrap.socket", &*socket),
        ("/usr/local/lib/payctl/payctl.cgi", &wrapper),
        ("fastcgi_params", Path::new("/etc/nginx/fastcgi_params")),
    ];
    let places_for_bodies: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|kind| format!("{kind}_temp_path {}/{kind};\n", folder.display()))
        .concat();
    let settings = format!(
        "daemon off; master_process off; pid {0}/pid; error_log {0}/error.log;\nevents {{}}\n\
         http {{ access_log off;\n{places_for_bodies}\
         server {{ listen 127.0.0.1:{port};\n{1}}}\n}}\n",
        folder.display(),
        example("nginx.conf", &places),
    );
    std::fs::write(folder.join("nginx.conf"), settings).unwrap();
    // Four processes on one socket, as `-c 4` starts them; those would outlive the test.
    let listener = UnixListener::bind(&socket).unwrap();
    let mut running = Running(Vec::new());
    for _ in 0..4 {
        let line = OwnedFd::from(listener.try_clone().unwrap());
        running.start(Command::new(&fcgiwrap).stdin(line));
    }
    running.start(
        Command::new(nginx)
            .arg("-c")
            .arg(folder.join("nginx.conf"))
            .stdin(Stdio::null()),
    );
    tell(&shop, &Web::new(port, "/payctl", running), &curl);
}

#[test]
fn apache_serves_notifications() {
    let (Some(apache), Some(curl)) = (need("apache2"), need("curl")) else {
        return;
    };
    let (shop, wrapper) = shop();
    let (port, folder) = (free_port(), shop.folder.path());
    let modules: String = ["mpm_event", "authz_core", "alias", "cgid", "env", "headers"]
        .map(|name| format!("LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so\n"))
        .concat();
    let places = [
        ("/usr/local/lib/payctl/payctl.cgi", &*wrapper),
        ("/usr/local/lib/payctl", wrapper.parent().unwrap()),
    ];
    let settings = format!(
        "{modules}ServerRoot {0}\nDefaultRuntimeDir {0}\nPidFile {0}/pid\nScriptSock {0}/cgid\n\
         ErrorLog {0}/error.log\nServerName shop\nListen 127.0.0.1:{port}\n\
         <VirtualHost *:{port}>\n{1}</VirtualHost>\n",
        folder.display(),
        example("apache.conf", &places),
    );
    std::fs::write(folder.join("apache.conf"), settings).unwrap();
    let mut command = Command::new(apache);
    command.arg("-X").arg("-f").arg(folder.join("apache.conf"));
    let web = Web::new(port, "/payctl", Running::of(&mut command));
    tell(&shop, &web, &curl);
}
