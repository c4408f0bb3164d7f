//! A name server on port 53 of a namespace: scripted answers, every question counted (RFC 1035).

use std::io::{Read, Write};
use std::net::{IpAddr, TcpListener, UdpSocket};
use std::sync::{Arc, Mutex};

/// `resolv.conf` for it: one quick try.
pub(crate) const HERE: &str = "nameserver 127.0.0.1\noptions timeout:1 attempts:1\n";

/// What is answered to a name.
#[derive(Clone, Debug)]
pub(crate) enum Said {
    /// These addresses, each to the questions of its family.
    Addresses(Vec<IpAddr>),
    /// No error and no address.
    Nothing,
    /// This response code: 2 server failure, 3 no such name, 5 refused.
    Code(u8),
    /// So many times this code, then the other answer.
    First(usize, u8, Vec<IpAddr>),
    /// No answer at all.
    Silence,
}

pub(crate) struct Names {
    asked: Arc<Mutex<Vec<String>>>,
}

impl Names {
    /// Serves this namespace; `script` says what is answered to which name.
    pub(crate) fn serve(script: impl Fn(&str) -> Said + Send + Sync + 'static) -> Self {
        let asked = Arc::new(Mutex::new(Vec::<String>::new()));
        let (udp, tcp) = (UdpSocket::bind("127.0.0.1:53"), TcpListener::bind("127.0.0.1:53"));
        let (udp, tcp) = (udp.expect("UDP port 53"), tcp.expect("TCP port 53"));
        let script = Arc::new(script);
        let (journal, says) = (Arc::clone(&asked), Arc::clone(&script));
        std::thread::spawn(move || {
            let mut buffer = [0; 1500];
            while let Ok((length, from)) = udp.recv_from(&mut buffer) {
                let Some(mut answer) = answer(&buffer[..length], &journal, &*says) else { continue };
                if answer.len() > 512 {
                    // Truncated: the whole answer is to be had over TCP.
                    answer.truncate(question_end(&answer));
                    answer[2] |= 2;
                    answer[6..8].fill(0);
                }
                let _ = udp.send_to(&answer, from);
            }
        });
        let journal = Arc::clone(&asked);
        std::thread::spawn(move || {
            for stream in tcp.incoming() {
                let Ok(mut stream) = stream else { continue };
                let mut length = [0; 2];
                while stream.read_exact(&mut length).is_ok() {
                    let mut question = vec![0; usize::from(u16::from_be_bytes(length))];
                    if stream.read_exact(&mut question).is_err() {
                        break;
                    }
                    let Some(answer) = answer(&question, &journal, &*script) else { break };
                    let length = u16::try_from(answer.len()).expect("an answer of less than 64 KiB");
                    let _ = stream.write_all(&[&length.to_be_bytes()[..], &answer].concat());
                }
            }
        });
        Self { asked }
    }

    /// How often this name was asked for, whatever its kind of address.
    pub(crate) fn count(&self, name: &str) -> usize {
        self.asked.lock().expect("unpoisoned").iter().filter(|asked| *asked == name).count()
    }
}

/// Where the question section of one question ends.
fn question_end(message: &[u8]) -> usize {
    let mut at = 12;
    while message[at] != 0 {
        at += usize::from(message[at]) + 1;
    }
    at + 5
}

fn answer(question: &[u8], asked: &Mutex<Vec<String>>, script: &dyn Fn(&str) -> Said) -> Option<Vec<u8>> {
    let end = question_end(question);
    let mut labels = Vec::new();
    let mut at = 12;
    while question[at] != 0 {
        let length = usize::from(question[at]);
        labels.push(String::from_utf8_lossy(&question[at + 1..=at + length]).to_lowercase());
        at += length + 1;
    }
    let name = labels.join(".");
    let before = {
        let mut asked = asked.lock().expect("unpoisoned");
        asked.push(name.clone());
        asked.iter().filter(|earlier| **earlier == name).count() - 1
    };
    let (code, addresses) = match script(&name) {
        Said::Nothing => (0, Vec::new()),
        Said::Code(code) => (code, Vec::new()),
        Said::First(times, code, _) if before < times => (code, Vec::new()),
        Said::Addresses(addresses) | Said::First(.., addresses) => (0, addresses),
        Said::Silence => return None,
    };
    let wants_v6 = question[end - 3] == 28;
    let mut message = question[..end].to_vec();
    (message[2], message[3]) = (0x81, 0x80 | code);
    message[8..12].fill(0);
    let mut count = 0u16;
    for address in addresses.iter().filter(|address| address.is_ipv6() == wants_v6) {
        let bytes = match address {
            IpAddr::V4(v4) => v4.octets().to_vec(),
            IpAddr::V6(v6) => v6.octets().to_vec(),
        };
        let kind = if wants_v6 { 28 } else { 1 };
        let length = u8::try_from(bytes.len()).expect("4 or 16");
        message.extend_from_slice(&[0xc0, 12, 0, kind, 0, 1, 0, 0, 0, 0, 0, length]);
        message.extend_from_slice(&bytes);
        count += 1;
    }
    message[6..8].copy_from_slice(&count.to_be_bytes());
    Some(message)
}

/// Addresses from text.
pub(crate) fn ips(list: &[&str]) -> Vec<IpAddr> {
    list.iter().map(|ip| ip.parse().unwrap_or_else(|_| panic!("{ip}"))).collect()
}
