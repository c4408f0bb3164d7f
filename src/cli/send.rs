//! `canary alerts test|flush`: sending by hand.

use super::columns::lay;
use super::session::{USUAL_THREADS, block_on};
use super::stored::{Stored, no_such};
use super::{EXIT_DONE, EXIT_OWN_FAILURE, Stop, print};
use crate::alert::{Delivery, Flush};
use crate::config::settings::Config;
use crate::deliver::{Courier, Reply};
use crate::run::exits::Exits;
use crate::run::record::LOCK_WAIT;
use crate::run::send::{Curfew, Party, Sender};
use crate::run::tell::Audience;
use crate::store::State;
use crate::text::plural::count;
use crate::world::signals::Signal;
use crate::world::{clock, signals};
use futures_util::future::join_all;
use std::time::Duration;
use tokio::sync::{Mutex, watch};
use tokio::time::Instant;

/// By hand, nothing is sent after this.
const PATIENCE: Duration = Duration::from_mins(5);

/// Sends a sample to the named receivers, or to all that are configured. Exit 3 when one of them did not take it. After a
/// signal those that have not answered a moment later are told as such.
pub(super) fn test(stored: &Stored<'_>, names: &[String]) -> Result<u8, Stop> {
    let audience = Audience::of(&stored.config, true);
    let chosen = choose(&stored.config, &audience, names)?;
    let state = stored.peek_some();
    let tools = Tools::new(stored, &state);
    let sender = tools.sender(&audience);
    let replies = block_on(USUAL_THREADS, join_all(chosen.iter().map(|party| sender.sample(*party, &state))))?;
    let all_took_it =
        replies.iter().all(|reply| reply.answer.delivery == Delivery::Accepted && reply.remarks.is_empty());
    let rows: Vec<Vec<String>> = chosen
        .iter()
        .zip(replies)
        .map(|(party, reply)| [party.to.name.as_str(), &told(reply)].map(|cell| stored.safe(cell)).to_vec())
        .collect();
    print(lay(&["RECEIVER", "SAMPLE"], &rows, stored.width()).as_bytes())?;
    Ok(tools.exit_code(all_took_it))
}

fn choose<'a>(config: &Config, audience: &'a Audience, names: &[String]) -> Result<Vec<Party<'a>>, Stop> {
    let known: Vec<&str> = audience.addressees.iter().map(|to| to.name.as_str()).collect();
    for name in names {
        match audience.addressees.iter().find(|to| to.name == *name) {
            None => return Err(no_such("receiver", name, &known, "canary config show")),
            Some(to) if !to.configured => {
                return Err(Stop::Usage(format!("receiver {name} is not configured: {}", wanting(config, name))));
            }
            Some(_) => {}
        }
    }
    let is_chosen = |party: &Party<'_>| party.to.configured && (names.is_empty() || names.contains(&party.to.name));
    let chosen: Vec<_> = Party::all(audience).filter(is_chosen).collect();
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
    let remedy = config.receivers.get(name).and_then(|receiver| receiver.remedy.clone());
    remedy.unwrap_or_else(|| "what it needs expands to nothing".to_owned())
}

fn told(reply: Reply) -> String {
    match reply.answer.delivery {
        Delivery::Accepted if reply.remarks.is_empty() => "delivered".to_owned(),
        Delivery::Accepted => reply.remarks.join("; "),
        Delivery::TryLater { why, slow: true, .. } => format!("not delivered, and a human must act: {why}"),
        Delivery::TryLater { why, slow: false, .. } => format!("not delivered: {why}"),
        Delivery::Refused { why } => format!("refused for good: {why}"),
        Delivery::Unclear { why } => format!("sent, and no clear answer came: {why}"),
    }
}

/// Delivers what is pending, waits ignored. Exit 3 when anything is left. A signal ends it as it ends a run: what was
/// delivered is written down, the rest is kept.
pub(super) fn flush(stored: &Stored<'_>, failed: bool) -> Result<u8, Stop> {
    let state = stored.peek_whole()?;
    if state.outbox.entries().is_empty() {
        stored.mind(&state);
        stored.nothing(&state, "nothing waits to be delivered");
        return print(b"");
    }
    let audience = Audience::of(&stored.config, true);
    let tools = Tools::new(stored, &state);
    let signal = tools.signal.clone();
    let dir = stored.dir()?.hurried_by(move || signal.borrow().is_some());
    let how = if failed { Flush::Failed } else { Flush::Now };
    let told = block_on(USUAL_THREADS, tools.sender(&audience).flush(&dir, how))?;
    for problem in &told.problems {
        stored.session.stderr.warning(&problem.text);
    }
    let delivered = told.alerts.iter().filter(|one| one["state"] == "delivered").count();
    let outbox = stored.peek_whole()?.outbox;
    let left = outbox.entries().len();
    print(format!("{} delivered, {left} left\n", count(delivered, "notification")).as_bytes())?;
    if left > 0 {
        stored
            .session
            .stderr
            .note("`canary alerts list` says why; --failed tries again what was refused, --drop discards");
    }
    Ok(tools.exit_code(told.problems.is_empty() && left == 0))
}

/// What a command needs to send, as a run has it.
struct Tools {
    courier: Courier,
    exits: Exits,
    run: String,
    desk: Mutex<()>,
    cut: Instant,
    curfew: Curfew,
    signal: watch::Receiver<Option<Signal>>,
}

impl Tools {
    fn new(stored: &Stored<'_>, state: &State) -> Self {
        let Stored { config, session, .. } = stored;
        let cut = Instant::now() + PATIENCE;
        let signal = signals::listen();
        Self {
            courier: Courier::new(config.redactor.clone(), session.command_env(), session.trust_store_is_named()),
            exits: Exits::new(config.proxies.clone(), Some(state)),
            run: clock::new_run_id(stored.now),
            desk: Mutex::default(),
            cut,
            curfew: Curfew::new(cut, Some(signal.clone())),
            signal,
        }
    }

    /// A signal's own, else whether all is done.
    fn exit_code(&self, done: bool) -> u8 {
        let code = if done { EXIT_DONE } else { EXIT_OWN_FAILURE };
        self.signal.borrow().map_or(code, Signal::exit_code)
    }

    fn sender<'a>(&'a self, audience: &'a Audience) -> Sender<'a> {
        Sender {
            courier: &self.courier,
            exits: &self.exits,
            audience,
            run: &self.run,
            curfew: &self.curfew,
            ends: self.cut + LOCK_WAIT,
            desk: &self.desk,
        }
    }
}
