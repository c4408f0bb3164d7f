//! SIGINT, SIGTERM, SIGHUP and SIGQUIT: the first asks the run to end, the second ends the process.
//! SIGXFSZ is taken and dropped, so that a file-size limit is a failed write like any other.

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

/// The number of SIGXFSZ on Linux (signal(7)): x86, ARM and most others.
const SIGXFSZ: i32 = 25;

/// Which signal came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// SIGINT (Ctrl-C).
    Interrupt,
    /// SIGTERM, or SIGHUP or SIGQUIT, which are taken as one.
    Terminate,
}

impl Signal {
    /// 128 + the signal's number, as shells report it; SIGHUP and SIGQUIT as SIGTERM.
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Interrupt => 130,
            Self::Terminate => 143,
        }
    }
}

impl std::fmt::Display for Signal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Interrupt => "SIGINT",
            Self::Terminate => "SIGTERM",
        })
    }
}

/// Waits for the first signal; for ever where nobody listens for one.
pub async fn came(signal: Option<&watch::Receiver<Option<Signal>>>) -> Signal {
    let mut signal = signal.cloned();
    let came = match &mut signal {
        Some(signal) => signal.wait_for(Option::is_some).await.ok().and_then(|came| *came),
        None => None,
    };
    match came {
        Some(signal) => signal,
        None => std::future::pending().await,
    }
}

/// Listens from now on. A thread of its own does, so that the second signal works while the run is busy writing.
/// Where no listener can be had, the signals keep their default effect.
pub fn listen() -> watch::Receiver<Option<Signal>> {
    let (sender, receiver) = watch::channel(None);
    let (ready, is_ready) = std::sync::mpsc::channel();
    let thread = std::thread::Builder::new().name("signals".to_owned());
    // Without the thread the signals end the process at once: nothing to add.
    let _ = thread.spawn(move || {
        let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_io().build() else { return };
        runtime.block_on(async {
            let (Ok(mut interrupt), Ok(mut terminate), Ok(mut hangup), Ok(mut quit)) = (
                signal(SignalKind::interrupt()),
                signal(SignalKind::terminate()),
                signal(SignalKind::hangup()),
                signal(SignalKind::quit()),
            ) else {
                return;
            };
            let _limit = signal(SignalKind::from_raw(SIGXFSZ));
            let _ = ready.send(());
            loop {
                let came = tokio::select! {
                    _ = interrupt.recv() => Signal::Interrupt,
                    _ = terminate.recv() => Signal::Terminate,
                    _ = hangup.recv() => Signal::Terminate,
                    _ = quit.recv() => Signal::Terminate,
                };
                let second = sender.borrow().is_some();
                if second {
                    exit(came.exit_code());
                }
                sender.send_replace(Some(came));
            }
        });
    });
    // Until the handlers stand a signal would end the process at once. An error means that none will.
    let _ = is_ready.recv();
    receiver
}

#[expect(clippy::exit, reason = "the second signal means: now, whatever is half done; files are replaced atomically")]
fn exit(code: u8) -> ! {
    std::process::exit(i32::from(code))
}
