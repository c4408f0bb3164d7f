//! `canary alerts test|flush`: sending by hand.

use super::check::command_env;
use super::columns::lay;
use super::stderr::Stderr;
use super::stored::{Stored, no_such};
use super::{EXIT_DONE, EXIT_OWN_FAILURE, Stop, print};
use crate::alert::{Addressee, Delivery, Flush};
use crate::config::settings::{Config, Receiver};
use crate::deliver::Courier;
use crate::run::exits::Exits;
use crate::run::send;
use crate::run::tell::Audience;
use crate::store::State;
use crate::text::plural::count;
use crate::world::{World, clock};
use futures_util::future::join_all;
use std::time::Duration;
use tokio::runtime::{Builder, Runtime};
use tokio::time::Instant;

/// A flush claims no more after this.
const PATIENCE: Duration = Duration::from_mins(5);

/// Sends a sample to the named receivers, or to all that are configured. Exit 3 when one of them did not take it.
pub(super) fn test(world: &World, stored: &Stored, names: &[String], stderr: &Stderr) -> Result<u8, Stop> {
    let audience = Audience::of(&stored.loaded.config, true);
    let chosen = choose(&stored.loaded.config, &audience, names)?;
    let state = stored.peek(stderr)?;
    let (courier, exits) = tools(world, stored, &state);
    let run = clock::new_run_id(stored.now);
    let tries = chosen.iter().map(|(to, receiver)| send::sample((&courier, &exits), (to, receiver), &state, &run));
    let answers = block_on(join_all(tries))?;
    let all_took_it = answers.iter().all(|answer| *answer == Delivery::Accepted);
    let rows: Vec<Vec<String>> = chosen
        .iter()
        .zip(answers)
        .map(|((to, _), answer)| [to.name.as_str(), &told(answer)].map(|cell| stored.safe(cell)).to_vec())
        .collect();
    print(lay(&["RECEIVER", "SAMPLE"], &rows, stored.width).as_bytes())?;
    Ok(if all_took_it { EXIT_DONE } else { EXIT_OWN_FAILURE })
}

fn choose<'a>(
    config: &Config,
    audience: &'a Audience,
    names: &[String],
) -> Result<Vec<(&'a Addressee, &'a Receiver)>, Stop> {
    let known: Vec<&str> = audience.addressees.iter().map(|to| to.name.as_str()).collect();
    let pairs = || audience.addressees.iter().zip(&audience.receivers);
    for name in names {
        match audience.addressees.iter().find(|to| to.name == *name) {
            None => return Err(no_such("receiver", name, &known, "canary config show")),
            Some(to) if !to.configured => {
                return Err(Stop::Usage(format!("receiver {name} is not configured: {}", wanting(config, name))));
            }
            Some(_) => {}
        }
    }
    let chosen: Vec<_> =
        pairs().filter(|(to, _)| to.configured && (names.is_empty() || names.contains(&to.name))).collect();
    if chosen.is_empty() {
        if known.is_empty() {
            let words = "no receiver is configured: `receivers` in the configuration names them";
            return Err(Stop::Usage(words.to_owned()));
        }
        let lines = known.iter().map(|name| format!("receiver {name}: {}", wanting(config, name)));
        return Err(Stop::Usage(lines.collect::<Vec<_>>().join("\n")));
    }
    Ok(chosen)
}

/// What to do about a receiver that is not configured.
fn wanting(config: &Config, name: &str) -> String {
    let lacks = config.receivers.get(name).map(|receiver| receiver.lacks.join(", ")).unwrap_or_default();
    if lacks.is_empty() { "what it needs expands to nothing".to_owned() } else { format!("set {lacks}") }
}

fn told(answer: Delivery) -> String {
    match answer {
        Delivery::Accepted => "delivered".to_owned(),
        Delivery::TryLater { why, slow: true, .. } => format!("not delivered, and a human must act: {why}"),
        Delivery::TryLater { why, slow: false, .. } => format!("not delivered: {why}"),
        Delivery::Refused { why } => format!("refused for good: {why}"),
        Delivery::Unclear { why } => format!("sent, and no clear answer came: {why}"),
    }
}

/// Delivers what is pending, waits ignored. Exit 3 when something could not be, or may not be yet.
pub(super) fn flush(world: &World, stored: &Stored, failed: bool, stderr: &Stderr) -> Result<u8, Stop> {
    let state = stored.peek_whole()?;
    if state.outbox.entries().is_empty() {
        stderr.note("nothing waits to be delivered");
        return print(b"");
    }
    let audience = Audience::of(&stored.loaded.config, true);
    let (courier, exits) = tools(world, stored, &state);
    let dir = stored.dir()?;
    let how = if failed { Flush::Failed } else { Flush::Now };
    let run = clock::new_run_id(stored.now);
    let (told, problems) = block_on(async {
        send::flush((&courier, &exits), &audience, &dir, (&run, how), Instant::now() + PATIENCE).await
    })?;
    for (_, problem) in &problems {
        stderr.warning(problem);
    }
    let delivered = told.iter().filter(|one| one["state"] == "delivered").count();
    let outbox = stored.peek(stderr)?.outbox;
    let (left, waiting) = (outbox.entries().len(), outbox.entries().iter().any(|entry| !entry.refused));
    print(format!("{} delivered, {left} left\n", count(delivered, "notification")).as_bytes())?;
    if left > 0 {
        stderr.note("`canary alerts list` says why; --failed tries again what was refused, --drop discards");
    }
    Ok(if problems.is_empty() && !waiting { EXIT_DONE } else { EXIT_OWN_FAILURE })
}

fn tools(world: &World, stored: &Stored, state: &State) -> (Courier, Exits) {
    let config = &stored.loaded.config;
    (Courier::new(config.redactor.clone(), command_env(world)), Exits::new(config.proxies.clone(), Some(state)))
}

fn block_on<T>(work: impl Future<Output = T>) -> Result<T, Stop> {
    let runtime: Runtime = Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Stop::Own(format!("the runtime can't be started: {error}")))?;
    let done = runtime.block_on(work);
    // A lookup that hangs can't be cancelled: the process doesn't wait for it.
    runtime.shutdown_background();
    Ok(done)
}
