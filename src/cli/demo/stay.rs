//! `canary demo --stay`: the fleet keeps running for a second terminal.

use crate::cli::session::{USUAL_THREADS, block_on};
use crate::cli::stderr::Stderr;
use crate::cli::stdout::{self, Written};
use crate::cli::{EXIT_DONE, Stop, init};
use crate::demo::bot::Heard;
use crate::demo::scene::Scene;
use crate::text::escape;
use crate::world::{clock, signals};
use std::path::Path;
use tokio::sync::mpsc::unbounded_channel;

pub(super) fn run(dir: Option<&Path>, stderr: &Stderr) -> Result<u8, Stop> {
    // From the first moment on: whoever ends it before it says that it is ready gets the same exit code.
    let mut signal = signals::listen();
    let (tell, mut told) = unbounded_channel();
    let tell = move |heard| {
        // Nobody listens any more when the demo is about to end.
        let _ = tell.send(heard);
    };
    let scene = Scene::start_told(clock::now(), tell)
        .map_err(|error| Stop::Own(format!("the fleet can't be started: {error}")))?;
    let dir = match dir {
        Some(dir) => dir.to_owned(),
        None => super::temporary().map_err(|error| Stop::Own(format!("no temporary directory: {error}")))?,
    };
    init::write_all(&dir, &scene.files(), "canary demo --stay DIR")?;
    let ready = format!(
        "The fleet is up. In a second terminal: cd {} && canary check. Ctrl-C ends it.\n",
        escape::terminal(&dir.display().to_string())
    );
    let mut count = 0;
    block_on(USUAL_THREADS, async {
        let mut text = ready;
        loop {
            if let Written::Failed(error) = stdout::write(text.as_bytes()) {
                return Err(Stop::Own(format!("stdout: {error}")));
            }
            let heard = tokio::select! {
                _ = signal.changed() => return Ok(EXIT_DONE),
                Some(heard) = told.recv() => heard,
            };
            text = match heard {
                Heard::Accepted(message) => {
                    count += 1;
                    let lines: Vec<_> = message.lines().map(escape::terminal).collect();
                    format!("\n--- Telegram message {count} ---\n{}\n", lines.join("\n"))
                }
                Heard::Refused(status, why) => {
                    stderr.warning(&format!("Telegram refused a message: {status} {why}"));
                    String::new()
                }
            };
        }
    })?
}
