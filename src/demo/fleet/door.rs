//! A service's port: held all the time, listened on or not.

use super::exchange::{self, Wire};
use super::service::{Opening, Running};
use super::tunnel;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

/// More than any test or bench opens at once; the kernel may cut it (`net.core.somaxconn`).
const BACKLOG: u32 = 4096;

/// The wait after a failed accept (descriptors used up) or bind, so that the loop doesn't spin.
const BREATH: Duration = Duration::from_millis(10);

/// How often a port in use is tried again, a breath apart: two seconds in all.
const REGAINS: usize = 200;

/// One service's port.
pub(super) struct Door {
    pub(super) addr: SocketAddr,
    running: Arc<Running>,
    state: State,
}

enum State {
    /// Bound but not listening, so that nobody else gets the port and connections are refused.
    Shut(TcpSocket),
    Open(JoinHandle<()>),
    /// Neither; only while it changes, or after a change that failed.
    Lost,
}

impl Door {
    /// Takes a free port on 127.0.0.1, shut.
    pub(super) fn bind(running: Arc<Running>) -> io::Result<Self> {
        let socket = socket(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))?;
        Ok(Self { addr: socket.local_addr()?, running, state: State::Shut(socket) })
    }

    /// Begins to listen; to be called inside the runtime. Does nothing when open.
    pub(super) fn open(&mut self) -> io::Result<()> {
        let socket = match std::mem::replace(&mut self.state, State::Lost) {
            State::Open(task) => {
                self.state = State::Open(task);
                return Ok(());
            }
            State::Shut(socket) => socket,
            State::Lost => socket(self.addr)?,
        };
        let listener = socket.listen(BACKLOG)?;
        self.state = State::Open(tokio::spawn(accept(listener, Arc::clone(&self.running))));
        Ok(())
    }

    /// Stops to listen but keeps the port; connections that stand go on. Does nothing when shut.
    pub(super) async fn shut(&mut self) -> io::Result<()> {
        match std::mem::replace(&mut self.state, State::Lost) {
            State::Shut(socket) => self.state = State::Shut(socket),
            State::Open(task) => {
                task.abort();
                // The listener is gone only once the cancelled task is.
                drop(task.await);
                self.state = State::Shut(regain(self.addr).await?);
            }
            State::Lost => self.state = State::Shut(regain(self.addr).await?),
        }
        Ok(())
    }
}

/// Binds a port that was listened on a moment ago. A child process between fork and exec still holds the listener, so
/// that the first tries may find the port in use.
async fn regain(addr: SocketAddr) -> io::Result<TcpSocket> {
    for _ in 0..REGAINS {
        match socket(addr) {
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => tokio::time::sleep(BREATH).await,
            done => return done,
        }
    }
    socket(addr)
}

fn socket(addr: SocketAddr) -> io::Result<TcpSocket> {
    let socket = TcpSocket::new_v4()?;
    // Without it a shut door could not be bound anew while old connections linger in TIME_WAIT.
    socket.set_reuseaddr(true)?;
    socket.bind(addr)?;
    Ok(socket)
}

async fn accept(listener: TcpListener, running: Arc<Running>) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                running.journal.connected();
                tokio::spawn(welcome(stream, Arc::clone(&running)));
            }
            Err(_) => tokio::time::sleep(BREATH).await,
        }
    }
}

/// One connection to its end. What goes wrong on it is the client's to notice.
async fn welcome(stream: TcpStream, running: Arc<Running>) {
    if stream.set_nodelay(true).is_err() {
        return;
    }
    let served = match &running.opening {
        Opening::Plain => serve(stream, &running).await,
        Opening::Tls(config) => match TlsAcceptor::from(Arc::clone(config)).accept(stream).await {
            Ok(stream) => serve(Box::new(stream), &running).await,
            Err(error) => Err(error),
        },
        // Holds the connection as long as the fleet lives.
        Opening::Mute => std::future::pending().await,
    };
    drop(served);
}

async fn serve<W: Wire>(wire: W, running: &Running) -> io::Result<()> {
    match running.script() {
        Some(script) => tunnel::serve(wire, running, script).await,
        None => exchange::serve(wire, running).await,
    }
}
