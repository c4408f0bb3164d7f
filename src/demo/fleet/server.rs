//! The fleet's handle: one current-thread runtime on a thread of its own, and the commands to it.

use super::behaviour::Behaviour;
use super::door::Door;
use super::journal::Recorded;
use super::relay::Relay;
use super::route::Route;
use super::service::{Opening, Running, Service};
use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// A running fleet; it stops when dropped, and its connections with it.
///
/// # Panics
/// Every method that takes a service's name panics when the fleet has none of that name: the script is wrong.
#[derive(Debug)]
pub struct Fleet {
    services: BTreeMap<String, Handle>,
    commands: Option<UnboundedSender<Command>>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug)]
struct Handle {
    index: usize,
    addr: SocketAddr,
    running: Arc<Running>,
}

/// What the runtime's thread is asked, with the way for its answer.
enum Command {
    Listen(usize, mpsc::Sender<io::Result<()>>),
    Refuse(usize, mpsc::Sender<io::Result<()>>),
}

impl Fleet {
    /// Starts these services, each on a free port of 127.0.0.1; all listen (or refuse) when this returns.
    ///
    /// # Errors
    /// When a socket, the runtime or its thread can't be made.
    pub fn start(services: impl IntoIterator<Item = Service>) -> io::Result<Self> {
        let mut doors = Vec::new();
        let mut handles = BTreeMap::new();
        let mut listening = Vec::new();
        for (index, service) in services.into_iter().enumerate() {
            let (name, refusing) = (service.name.clone(), service.refusing);
            let running = Arc::new(Running::new(service));
            let door = Door::bind(Arc::clone(&running))?;
            if !refusing {
                listening.push(index);
            }
            handles.insert(name, Handle { index, addr: door.addr, running });
            doors.push(door);
        }
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let (commands, inbox) = unbounded_channel();
        let thread =
            std::thread::Builder::new().name("fleet".to_owned()).spawn(move || runtime.block_on(obey(doors, inbox)))?;
        let fleet = Self { services: handles, commands: Some(commands), thread: Some(thread) };
        for index in listening {
            fleet.command(|answer| Command::Listen(index, answer))?;
        }
        Ok(fleet)
    }

    /// Where a service listens.
    pub fn addr(&self, service: &str) -> SocketAddr {
        self.service(service).addr
    }

    /// Its URL without a path: `http://127.0.0.1:PORT`, or `https://` where it speaks TLS.
    pub fn url(&self, service: &str) -> String {
        let service = self.service(service);
        let scheme = match service.running.opening {
            Opening::Tls(_) => "https",
            Opening::Plain | Opening::Mute => "http",
        };
        format!("{scheme}://{}", service.addr)
    }

    /// From now on does this for requests of this very route, whose count starts over.
    pub fn set(&self, service: &str, route: &str, behaviour: impl Into<Behaviour>) {
        self.service(service).running.set(Route::parse(route), behaviour.into());
    }

    /// From now on does this as a proxy; tunnels that stand go on.
    ///
    /// # Panics
    /// When the service is no proxy.
    pub fn relay(&self, service: &str, relay: Relay) {
        assert!(self.service(service).running.relay(relay), "the service `{service}` is no proxy");
    }

    /// From now on refuses connections; the port stays taken, connections that stand go on.
    ///
    /// # Errors
    /// When the port can't be held.
    pub fn refuse(&self, service: &str) -> io::Result<()> {
        let index = self.service(service).index;
        self.command(|answer| Command::Refuse(index, answer))
    }

    /// From now on accepts connections.
    ///
    /// # Errors
    /// When the port can't be listened on.
    pub fn listen(&self, service: &str) -> io::Result<()> {
        let index = self.service(service).index;
        self.command(|answer| Command::Listen(index, answer))
    }

    /// How many connections a service has accepted, also those without a whole request.
    pub fn connections(&self, service: &str) -> usize {
        self.service(service).running.journal.connections()
    }

    /// How many whole requests a service has read.
    pub fn count(&self, service: &str) -> usize {
        self.service(service).running.journal.count()
    }

    /// Every whole request that a service has read, in order of arrival.
    pub fn requests(&self, service: &str) -> Vec<Recorded> {
        self.service(service).running.journal.requests()
    }

    /// Forgets a service's requests and connections.
    pub fn clear(&self, service: &str) {
        self.service(service).running.journal.clear();
    }

    /// Waits until a service has read so many requests; false when they haven't come within `patience`.
    pub fn wait_for(&self, service: &str, count: usize, patience: Duration) -> bool {
        self.service(service).running.journal.wait_for(count, patience)
    }

    fn service(&self, name: &str) -> &Handle {
        self.services.get(name).unwrap_or_else(|| panic!("the fleet has no service `{name}`"))
    }

    fn command(&self, command: impl FnOnce(mpsc::Sender<io::Result<()>>) -> Command) -> io::Result<()> {
        let stopped = || io::Error::other("the fleet's thread has stopped");
        let (answer, answered) = mpsc::channel();
        let commands = self.commands.as_ref().ok_or_else(stopped)?;
        commands.send(command(answer)).map_err(|_| stopped())?;
        answered.recv().map_err(|_| stopped())?
    }
}

impl Drop for Fleet {
    fn drop(&mut self) {
        drop(self.commands.take());
        if let Some(thread) = self.thread.take() {
            // A panic over there has been printed already.
            drop(thread.join());
        }
    }
}

/// Does what it is told until the handle is gone.
async fn obey(mut doors: Vec<Door>, mut inbox: UnboundedReceiver<Command>) {
    while let Some(command) = inbox.recv().await {
        let (index, listen, answer) = match command {
            Command::Listen(index, answer) => (index, true, answer),
            Command::Refuse(index, answer) => (index, false, answer),
        };
        let done = match doors.get_mut(index) {
            Some(door) if listen => door.open(),
            Some(door) => door.shut().await,
            None => Ok(()),
        };
        // Whoever asked may be gone by now.
        drop(answer.send(done));
    }
}
