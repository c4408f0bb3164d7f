//! A raw server: threads, blocking sockets, one behaviour a port. It knows no HTTP beyond finding a request's end.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// A running server; its thread ends with the test process.
pub(super) struct Faultd {
    pub(super) address: SocketAddr,
    requests: Arc<Mutex<Vec<String>>>,
    connections: Arc<AtomicUsize>,
}

/// One connection, with a place for the request that came over it.
pub(super) struct Conn {
    pub(super) tcp: TcpStream,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Faultd {
    /// Each connection gets a thread that runs `behave`.
    pub(super) fn start(behave: impl Fn(&mut Conn) + Send + Sync + 'static) -> Self {
        Self::start_at("127.0.0.1:0", behave)
    }

    pub(super) fn start_at(bind: &str, behave: impl Fn(&mut Conn) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind(bind).expect("a free port");
        let address = listener.local_addr().expect("an address");
        let (requests, connections) = (Arc::<Mutex<Vec<String>>>::default(), Arc::<AtomicUsize>::default());
        let (noted, counted, behave) = (Arc::clone(&requests), Arc::clone(&connections), Arc::new(behave));
        std::thread::spawn(move || {
            for tcp in listener.incoming().flatten() {
                counted.fetch_add(1, Ordering::SeqCst);
                let (behave, requests) = (Arc::clone(&behave), Arc::clone(&noted));
                std::thread::spawn(move || {
                    let _ = tcp.set_read_timeout(Some(Duration::from_secs(20)));
                    behave(&mut Conn { tcp, requests });
                });
            }
        });
        Self { address, requests, connections }
    }

    /// Reads a request, sends these bytes, closes.
    pub(super) fn says(answer: impl Into<Vec<u8>>) -> Self {
        let answer = answer.into();
        Self::start(move |conn| {
            conn.request();
            conn.send(&answer);
            conn.close();
        })
    }

    /// A whole response with these extra header lines and body.
    pub(super) fn responds(status: &str, headers: &str, body: &[u8]) -> Self {
        Self::says(response(status, headers, body))
    }

    pub(super) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub(super) fn port(&self) -> u16 {
        self.address.port()
    }

    /// Every request so far, heads and bodies as they came.
    pub(super) fn requests(&self) -> Vec<String> {
        self.requests.lock().expect("no panic").clone()
    }

    pub(super) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

impl Conn {
    /// Reads one request to its end and notes it.
    pub(super) fn request(&mut self) -> String {
        let text = read_request(&mut self.tcp);
        self.note(&text);
        text
    }

    pub(super) fn note(&self, request: &str) {
        self.requests.lock().expect("no panic").push(request.to_owned());
    }

    /// Errors are the client's business: it may have left.
    pub(super) fn send(&mut self, bytes: &[u8]) {
        let _ = self.tcp.write_all(bytes);
    }

    /// FIN, then waits for the client to leave, so that no reset overtakes what was sent.
    pub(super) fn close(&mut self) {
        let _ = self.tcp.shutdown(Shutdown::Write);
        self.hold();
    }

    /// Says nothing until the client leaves.
    pub(super) fn hold(&mut self) {
        let _ = std::io::copy(&mut self.tcp, &mut std::io::sink());
    }

    /// Closes with the request unread, which TCP answers with a reset.
    pub(super) fn reset_after(&mut self, bytes: &[u8]) {
        let _ = self.tcp.peek(&mut [0]);
        self.send(bytes);
        // The client must read before the reset arrives, and nothing here can see that it has.
        std::thread::sleep(Duration::from_millis(60));
    }
}

pub(super) fn read_request(stream: &mut impl Read) -> String {
    let mut bytes = Vec::new();
    let mut byte = [0];
    while !bytes.ends_with(b"\r\n\r\n") {
        match stream.read(&mut byte) {
            Ok(1) => bytes.push(byte[0]),
            _ => return String::from_utf8_lossy(&bytes).into_owned(),
        }
    }
    let head = String::from_utf8_lossy(&bytes).to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    let _ = stream.read_exact(&mut body);
    bytes.extend_from_slice(&body);
    String::from_utf8_lossy(&bytes).into_owned()
}

pub(super) fn response(status: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let mut bytes = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\n{headers}\r\n", body.len()).into_bytes();
    bytes.extend_from_slice(body);
    bytes
}
