//! A minimal web server for answers that our simulator cannot give.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};

/// The answer to a target such as `/v2/INV-1/status` and the request's body. Status 0 means
/// no answer at all.
type Answer = dyn Fn(&str, &str) -> (u16, String) + Send + Sync;

pub(crate) struct Server {
    address: SocketAddr,
    is_over: Arc<AtomicBool>,
    heads: Arc<Mutex<Vec<String>>>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    pub(crate) fn start(answer: impl Fn(&str) -> (u16, String) + Send + Sync + 'static) -> Self {
        Self::of_bodies(move |target, _| answer(target))
    }

    pub(crate) fn of_bodies(
        answer: impl Fn(&str, &str) -> (u16, String) + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let is_over = Arc::new(AtomicBool::new(false));
        let heads = Arc::new(Mutex::new(Vec::new()));
        let (answer, over, heard): (Arc<Answer>, _, _) =
            (Arc::new(answer), is_over.clone(), heads.clone());
        let thread = thread::spawn(move || {
            for line in listener.incoming() {
                if over.load(Ordering::SeqCst) {
                    return;
                }
                let (answer, heard) = (answer.clone(), heard.clone());
                thread::spawn(move || serve(line.unwrap(), &*answer, &heard));
            }
        });
        Self {
            address,
            is_over,
            heads,
            thread: Some(thread),
        }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The request lines and headers that came, one text for each request.
    pub(crate) fn heads(&self) -> Vec<String> {
        self.heads.lock().unwrap().clone()
    }

    /// Forgets the requests received so far.
    pub(crate) fn forget(&self) {
        self.heads.lock().unwrap().clear();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::SeqCst);
        let _woken = TcpStream::connect(self.address);
        self.thread.take().unwrap().join().unwrap();
    }
}

/// Serves one request and closes the connection. A client may leave early.
fn serve(mut line: TcpStream, answer: &Answer, heads: &Mutex<Vec<String>>) {
    let mut head = String::new();
    let mut reader = BufReader::new(line.try_clone().unwrap());
    while let Ok(read) = reader.read_line(&mut head) {
        if read <= 2 {
            break;
        }
    }
    let target = head.split(' ').nth(1).unwrap_or_default().to_owned();
    if target.is_empty() {
        return;
    }
    let mut body = vec![0; content_length(&head)];
    if reader.read_exact(&mut body).is_err() {
        return;
    }
    heads.lock().unwrap().push(head);
    let (status, body) = answer(&target, &String::from_utf8_lossy(&body));
    if status == 0 {
        return;
    }
    let reply = format!(
        "HTTP/1.1 {status} As It Is\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
    let _gone = line.write_all(reply.as_bytes());
}

fn content_length(head: &str) -> usize {
    let head = head.to_ascii_lowercase();
    let mut lines = head.lines();
    let length = lines.find_map(|line| line.strip_prefix("content-length:"));
    length.map_or(0, |length| length.trim().parse().unwrap())
}
