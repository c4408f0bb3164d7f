//! `run: {command: […]}`.

use super::Done;
use crate::config::settings::CommandRun;
use crate::heal::Outcome;
use crate::model::{EndpointId, IncidentId, Reason, Redactor};
use crate::process::{Ending, Job, Witness, run_before};
use crate::text::duration::human;
use std::time::Duration;

/// What a command is told of the endpoint that it is run for.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// Which.
    pub id: &'a EndpointId,
    /// Why it fails.
    pub reason: Option<Reason>,
    /// Its URL, secrets masked.
    pub url: &'a str,
    /// The attempt's number, from 1.
    pub attempt: u32,
    /// Its incident, also when none has been opened yet.
    pub incident: &'a IncidentId,
}

/// How long a command may take.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Until TERM.
    pub timeout: Duration,
    /// From TERM to KILL.
    pub grace: Duration,
}

/// Runs the command. Its environment is `base` (PATH, HOME, LANG), `CANARY_*` and the rule's `env`, nothing else.
/// `witness` hears of its start.
pub async fn command(
    command: &CommandRun,
    base: &[(String, String)],
    subject: Subject<'_>,
    limits: Limits,
    redactor: &Redactor,
    witness: &impl Witness,
    stop: impl Future<Output = ()>,
) -> Done {
    let mut env = base.to_vec();
    env.extend(subject.variables());
    env.extend(command.env.iter().map(|(name, value)| (name.clone(), value.expose().to_owned())));
    let Limits { timeout, grace } = limits;
    let job = Job { argv: &command.argv, env: &env, stdin: None, timeout, grace, redactor };
    let ran = run_before(witness, &job, stop).await;
    let last = ran.tail.lines().rev().map(str::trim).find(|line| !line.is_empty());
    let last = last.map(|line| format!(": {line}")).unwrap_or_default();
    let (outcome, message) = match &ran.ending {
        Ending::Exit(0) => (Outcome::Succeeded, "exit 0".to_owned()),
        Ending::Exit(code) => (Outcome::Failed, format!("exit {code}{last}")),
        Ending::Signal(signal) => (Outcome::Failed, format!("ended by signal {signal}{last}")),
        Ending::TimedOut => (Outcome::Timeout, format!("took longer than {} and was ended{last}", human(timeout))),
        Ending::Stopped => (Outcome::Interrupted, "canary was stopped while it ran".to_owned()),
        Ending::NotStarted(why) => (Outcome::NotStarted, why.clone()),
    };
    let exit_code = match ran.ending {
        Ending::Exit(code) => Some(code),
        Ending::Signal(_) | Ending::TimedOut | Ending::Stopped | Ending::NotStarted(_) => None,
    };
    Done { outcome, message, exit_code, status: None, output: ran.tail }
}

impl Subject<'_> {
    fn variables(&self) -> [(String, String); 6] {
        [
            ("CANARY_CHANNEL", self.id.channel.to_string()),
            ("CANARY_ENDPOINT", self.id.endpoint.to_string()),
            ("CANARY_REASON", self.reason.map(|reason| reason.to_string()).unwrap_or_default()),
            ("CANARY_URL", self.url.to_owned()),
            ("CANARY_ATTEMPT", self.attempt.to_string()),
            ("CANARY_INCIDENT", self.incident.to_string()),
        ]
        .map(|(name, value)| (name.to_owned(), value))
    }
}

/// Program and arguments for a person; what has a space or nothing in it stands in quotes.
pub(super) fn line(argv: &[String]) -> String {
    let quoted = |argument: &String| {
        if argument.is_empty() || argument.contains(char::is_whitespace) {
            format!("'{argument}'")
        } else {
            argument.clone()
        }
    };
    argv.iter().map(quoted).collect::<Vec<_>>().join(" ")
}
