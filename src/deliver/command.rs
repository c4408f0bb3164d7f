//! `command`: the webhook body on stdin, exit 0 is yes.

use super::courier::Parcel;
use crate::alert::{Delivery, LONGEST_TRY};
use crate::config::settings::CommandRun;
use crate::model::Redactor;
use crate::process::{Ending, GRACE, Job, LINGER, run};
use crate::text::duration::human;
use std::future::pending;
use std::time::Duration;
use tokio::time::Instant;

/// However long its own timeout is.
const LONGEST: Duration = Duration::from_secs(90);
const _: () = assert!(
    LONGEST.as_millis() + GRACE.as_millis() + LINGER.as_millis() <= LONGEST_TRY.as_millis(),
    "no try may outlast the claim on its entry"
);

pub(super) async fn send(
    command: &CommandRun,
    base: &[(String, String)],
    parcel: &Parcel<'_>,
    redactor: &Redactor,
) -> Delivery {
    let own = command.env.iter().map(|(name, value)| (name.clone(), value.expose().to_owned()));
    let env: Vec<(String, String)> = base.iter().cloned().chain(own).collect();
    let body = parcel.body();
    let left = parcel.cx.cut.saturating_duration_since(Instant::now());
    // A stubborn command must be gone by then, so its end is counted in.
    let grace = GRACE.min(left / 4);
    let timeout = command.timeout.min(LONGEST).min(left.saturating_sub(grace + LINGER));
    if timeout.is_zero() {
        return Delivery::TryLater { why: "no time was left for this try".to_owned(), after: None, slow: false };
    }
    let job = Job { argv: &command.argv, env: &env, stdin: Some(&body), timeout, grace, redactor };
    let done = run(&job, pending()).await;
    let last = done.tail.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let tail = if last.is_empty() { String::new() } else { format!(": {last}") };
    let later = |why, slow| Delivery::TryLater { why, after: None, slow };
    match done.ending {
        Ending::Exit(0) => Delivery::Accepted,
        Ending::Exit(code) => later(format!("the command ended with exit code {code}{tail}"), false),
        Ending::Signal(signal) => later(format!("the command was ended by signal {signal}{tail}"), false),
        Ending::NotStarted(why) => later(why, true),
        Ending::TimedOut | Ending::Stopped => {
            Delivery::Unclear { why: format!("the command took longer than {} and was ended{tail}", human(timeout)) }
        }
    }
}
