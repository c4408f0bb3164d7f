//! What every command is handed: the process, the global flags, the way to stderr.

use super::Stop;
use super::args::Global;
use super::stderr::Stderr;
use crate::output::table::Style;
use crate::world::World;

/// Threads for lookups and other work that blocks: tokio's own default, and what an ordinary process may have.
pub(super) const USUAL_THREADS: usize = 512;

/// One call of the program.
#[derive(Clone, Copy, Debug)]
pub(super) struct Session<'a> {
    pub(super) world: &'a World,
    pub(super) global: &'a Global,
    pub(super) stderr: &'a Stderr,
}

impl Session<'_> {
    /// How a table on stdout looks.
    pub(super) fn style(&self) -> Style {
        let terminal = &self.world.terminal;
        Style { width: terminal.width, colour: terminal.colour_stdout(self.global.color) }
    }

    /// What commands of the configuration see of the environment.
    pub(super) fn command_env(&self) -> Vec<(String, String)> {
        let var = |name: &&str| Some(((*name).to_owned(), self.world.var(name)?.to_owned()));
        ["PATH", "HOME", "LANG"].iter().filter_map(var).collect()
    }

    /// Whether the user chose the trust store: then nothing else stands in for it.
    pub(super) fn trust_store_is_named(&self) -> bool {
        ["SSL_CERT_FILE", "SSL_CERT_DIR"].iter().any(|name| self.world.var(name).is_some())
    }
}

/// Does the work on this thread, with at most so many others for what blocks.
pub(super) fn block_on<T>(most_threads: usize, work: impl Future<Output = T>) -> Result<T, Stop> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .max_blocking_threads(most_threads)
        .build()
        .map_err(|error| Stop::Own(format!("the runtime can't be started: {error}")))?;
    let done = runtime.block_on(work);
    // A lookup that hangs can't be cancelled: the process doesn't wait for it.
    runtime.shutdown_background();
    Ok(done)
}
