//! Happy eyeballs (RFC 8305): the addresses of a name are raced, a black hole costs 250 ms and not the timeout.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

/// "Connection Attempt Delay" of RFC 8305, section 5.
const STAGGER: Duration = Duration::from_millis(250);

/// What became of each address, readable also when the race is abandoned.
#[derive(Debug, Default)]
pub(super) struct Race {
    /// Those that failed, in that order.
    pub(super) failed: Vec<(SocketAddr, io::Error)>,
    /// Those that have been tried and have not answered.
    pub(super) waiting: Vec<SocketAddr>,
}

impl Race {
    /// Connects to one of the addresses; none when every one failed. The caller bounds the time.
    pub(super) async fn run(&mut self, addresses: &[SocketAddr]) -> Option<(TcpStream, SocketAddr)> {
        if let [only] = *addresses {
            self.waiting.push(only);
            let connected = TcpStream::connect(only).await;
            self.waiting.clear();
            return match connected {
                Ok(stream) => Some((stream, only)),
                Err(error) => {
                    self.failed.push((only, error));
                    None
                }
            };
        }
        let mut left = addresses.iter().copied();
        let mut racing = JoinSet::new();
        let mut next_start = Instant::now();
        let mut more = true;
        loop {
            if more && (racing.is_empty() || Instant::now() >= next_start) {
                match left.next() {
                    Some(address) => {
                        self.waiting.push(address);
                        racing.spawn(async move { (address, TcpStream::connect(address).await) });
                        next_start = Instant::now() + STAGGER;
                    }
                    None => more = false,
                }
                continue;
            }
            tokio::select! {
                ended = racing.join_next() => match ended {
                    Some(Ok((address, Ok(stream)))) => return Some((stream, address)),
                    Some(Ok((address, Err(error)))) => {
                        self.waiting.retain(|waiting| *waiting != address);
                        self.failed.push((address, error));
                        next_start = Instant::now();
                    }
                    Some(Err(_)) => next_start = Instant::now(),
                    None => return None,
                },
                () = sleep_until(next_start), if more => {}
            }
        }
    }
}
