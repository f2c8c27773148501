//! A WebSocket client of a few lines (RFC 6455), and the bridge it talks to.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command};
use std::time::{Duration, Instant};

/// A running `websocketd`, ended with the test.
pub(super) struct Bridge {
    child: Child,
    port: u16,
}

impl Bridge {
    /// Starts it on a free port: the argument `--port=0` is replaced.
    pub(super) fn start(command: Command) -> Self {
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = free.local_addr().unwrap().port();
        drop(free);
        let mut again = Command::new(command.get_program());
        again.args(command.get_args().map(|argument| {
            if argument == "--port=0" {
                format!("--port={port}").into()
            } else {
                argument.to_owned()
            }
        }));
        for (name, value) in command.get_envs() {
            again.env(name, value.unwrap_or_default());
        }
        again.current_dir(command.get_current_dir().unwrap());
        again.stdout(std::process::Stdio::null());
        again.stderr(std::process::Stdio::null());
        let child = again.spawn().unwrap();
        Self { child, port }
    }

    pub(super) fn port(&self) -> u16 {
        self.port
    }
}

impl Drop for Bridge {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

pub(super) struct Socket(BufReader<TcpStream>);

impl Socket {
    /// Connects and performs the handshake.
    pub(super) fn open(port: u16) -> Self {
        let patience = Instant::now() + Duration::from_secs(10);
        let mut stream = loop {
            match TcpStream::connect(("127.0.0.1", port)) {
                Ok(stream) => break stream,
                Err(error) => assert!(Instant::now() < patience, "{error}"),
            }
            std::thread::sleep(Duration::from_millis(5));
        };
        stream
            .set_read_timeout(Some(Duration::from_secs(20)))
            .unwrap();
        let hello = format!(
            "GET / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
             Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
        );
        stream.write_all(hello.as_bytes()).unwrap();
        let mut reader = BufReader::new(stream);
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            assert_ne!(reader.read_line(&mut head).unwrap(), 0, "{head}");
        }
        assert!(head.starts_with("HTTP/1.1 101 "), "{head}");
        // The RFC's answer to this key.
        assert!(head.contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="), "{head}");
        Self(reader)
    }

    /// The next text; a server's frames are not masked, and these are whole.
    pub(super) fn text(&mut self) -> String {
        let [first, length] = self.bytes();
        assert_eq!(first, 0x81, "one unfragmented text frame");
        let length = match length {
            126 => usize::from(u16::from_be_bytes(self.bytes())),
            127 => usize::try_from(u64::from_be_bytes(self.bytes())).unwrap(),
            short => usize::from(short),
        };
        let mut text = vec![0; length];
        self.0.read_exact(&mut text).unwrap();
        String::from_utf8(text).unwrap()
    }

    fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        self.0.read_exact(&mut bytes).unwrap();
        bytes
    }
}
