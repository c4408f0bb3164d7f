//! A probe through a pool: the inquiry's steps are done, and what it found is put into words that the judge reads.

use super::exits::Exits;
use super::probe::Prober;
use crate::config::settings::{Auth, Endpoint, Pool, ProxyUrl, Request, Route, Strategy, Transport};
use crate::model::{Failure, FailureKind, Fault, Name, Observation, Stage, Trace};
use crate::probe::Via;
use crate::proxy::inquiry::Finding;
use crate::proxy::{Inquiry, Sight, Step, sight};
use crate::text::plural::count;
use http::Method;
use std::collections::HashMap;
use std::time::Duration;
use tokio::time::Instant;
use url::Url;

/// What asking through a pool came to.
#[derive(Debug)]
pub struct Asked {
    /// What is to be judged.
    pub observation: Observation,
    /// Added to the message of a verdict that blames the target: who agrees.
    pub evidence: Option<String>,
    /// Attempts against the target.
    pub attempts: u32,
    /// Whether the target itself spoke, so that a retry may help.
    pub spoke: bool,
}

/// Asks once along a route.
pub async fn ask(prober: &Prober, endpoint: &Endpoint, route: &Route, cut: Instant) -> Asked {
    match route {
        Route::Direct => {
            let observation = attempt(prober, endpoint, &Via::Direct, cut).await;
            Asked { observation, evidence: None, attempts: 1, spoke: true }
        }
        Route::Url(url) => through(prober, endpoint, None, &lone(url), cut).await,
        Route::Pool(name) => match prober.exits.pools.get(name) {
            Some(pool) => through(prober, endpoint, Some(name), pool, cut).await,
            None => undecided(Trace::default(), 0, format!("the pool {name} has no exits")),
        },
    }
}

/// A route in a sentence: `from here`, `through residential`.
pub fn words(route: &Route) -> String {
    match route {
        Route::Direct => "from here".to_owned(),
        Route::Pool(name) => format!("through {name}"),
        Route::Url(url) => format!("through {}", url.shown),
    }
}

/// One proxy given by its URL is a pool of its own, without a control.
fn lone(url: &ProxyUrl) -> Pool {
    Pool {
        exits: vec![url.clone()],
        strategy: Strategy::Sticky,
        control: None,
        confirm: 1,
        max_exits: 1,
        quarantine: Duration::ZERO,
    }
}

async fn through(prober: &Prober, endpoint: &Endpoint, name: Option<&Name>, pool: &Pool, cut: Instant) -> Asked {
    let label = |exit: usize| match name {
        Some(name) => Exits::key(name, pool, exit),
        None => pool.exits.get(exit).map(|one| one.shown.clone()).unwrap_or_default(),
    };
    let order = match name {
        Some(name) => prober.exits.order(name, pool, &endpoint.id),
        None => vec![0],
    };
    let size = |n: u32| usize::try_from(n).unwrap_or(usize::MAX);
    let mut inquiry = Inquiry::new(&order, size(pool.max_exits), size(pool.confirm), pool.control.is_some());
    let json_due = endpoint.rules.wants_json();
    let mut last: Option<Observation> = None;
    let mut attempts = 0;
    let mut wrong: HashMap<usize, String> = HashMap::new();
    // Of the last exit: what was doubtful, and what control said. At the end: what it said directly.
    let (mut doubts, mut directly) = (Vec::<String>::new(), String::new());
    let finding = loop {
        match inquiry.step().clone() {
            Step::Ask(exit) => {
                let Some(url) = pool.exits.get(exit) else { break Finding::Undecided { control_dead: false } };
                let mut seen = attempt(prober, endpoint, &Via::Exit(url), cut).await;
                attempts += 1;
                trace_of(&mut seen).proxy = Some(label(exit));
                let what = sight(&seen, json_due);
                note(prober, endpoint, &label(exit), &seen, &what);
                if let (Sight::ExitBroken, Observation::Failure(failure)) = (&what, &seen) {
                    let own = format!("exit {}: ", url.shown);
                    wrong.insert(exit, failure.detail.strip_prefix(&own).unwrap_or(&failure.detail).to_owned());
                }
                doubts = match what {
                    Sight::Doubtful(why) if matches!(seen, Observation::Response(_)) => vec![why.to_owned()],
                    Sight::Doubtful(_) | Sight::Clean | Sight::NoWord | Sight::ExitBroken | Sight::Neither => {
                        Vec::new()
                    }
                };
                inquiry.saw(exit, &what);
                last = Some(seen);
            }
            Step::AskControl(exit) => {
                let failed = match (pool.exits.get(exit), &pool.control) {
                    (Some(url), Some(control)) => {
                        control_failed(prober, endpoint, &label(exit), control, &Via::Exit(url), cut).await
                    }
                    _ => Some("there is no control".to_owned()),
                };
                inquiry.control(exit, failed.is_none());
                if let Some(why) = failed {
                    doubts.push(format!("control through it: {why}"));
                    wrong.insert(exit, format!("could not reach the control: {why}"));
                }
            }
            Step::AskControlDirectly => {
                let failed = match &pool.control {
                    Some(control) => control_failed(prober, endpoint, "directly", control, &Via::Direct, cut).await,
                    None => Some("there is no control".to_owned()),
                };
                inquiry.control_directly(failed.is_none());
                directly = failed.unwrap_or_default();
            }
            Step::Found(finding) => break finding,
        }
    };
    if name.is_some() {
        for exit in inquiry.to_blame() {
            let why = wrong.get(&exit).map(String::as_str).unwrap_or_default();
            prober.exits.blame(&label(exit), pool, &prober.redactor().redact(why));
        }
    }
    let said = Said { last, doubts, directly };
    conclude(prober, finding, said, attempts, &label, pool)
}

/// What an inquiry heard at last.
struct Said {
    /// Of the target.
    last: Option<Observation>,
    /// Why that is doubtful, and what `control` said through the same exit.
    doubts: Vec<String>,
    /// What is wrong with `control` without an exit.
    directly: String,
}

fn conclude(
    prober: &Prober,
    finding: Finding,
    heard: Said,
    attempts: u32,
    label: &dyn Fn(usize) -> String,
    pool: &Pool,
) -> Asked {
    let Some(observation) = heard.last else {
        return undecided(Trace::default(), attempts, "the pool has no exits".to_owned());
    };
    match finding {
        Finding::Spoke(exit) => {
            prober.exits.works(&label(exit));
            Asked { observation, evidence: None, attempts, spoke: true }
        }
        Finding::NoWord => Asked { observation, evidence: None, attempts, spoke: true },
        Finding::Neither => Asked { observation, evidence: None, attempts, spoke: false },
        Finding::Target { agree, control } => {
            for exit in &agree {
                prober.exits.works(&label(*exit));
            }
            let agreeing = match agree.len() {
                1 => "the only exit says so".to_owned(),
                n => format!("{} agree", count(n, "exit")),
            };
            let evidence = if control { format!("{agreeing}, control ok") } else { agreeing };
            Asked { observation: of_the_target(observation), evidence: Some(evidence), attempts, spoke: false }
        }
        Finding::Undecided { control_dead } => {
            if control_dead && let Some(control) = &pool.control {
                let warning = format!(
                    "control {control} doesn't answer as it should ({}), neither through an exit nor directly ({}): exits \
                     are not blamed",
                    wanted_of(control),
                    heard.directly
                );
                let mut warnings = prober.warnings.borrow_mut();
                if !warnings.contains(&warning) {
                    warnings.push(warning);
                }
            }
            let (asked, mut said) = (count(asked(attempts), "exit"), said(&observation));
            for doubt in heard.doubts.iter().filter(|doubt| **doubt != said).cloned().collect::<Vec<_>>() {
                said = format!("{said}; {doubt}");
            }
            let message = format!("no exit could decide ({asked} asked); the last: {said}");
            undecided(observation.trace().clone(), attempts, message)
        }
    }
}

fn asked(attempts: u32) -> usize {
    usize::try_from(attempts).unwrap_or(usize::MAX)
}

/// What several exits say of the target is its own fault: a refused tunnel becomes a refused connection.
fn of_the_target(observation: Observation) -> Observation {
    match observation {
        Observation::Failure(mut failure) if failure.stage == Stage::Proxy => {
            failure.stage = Stage::Connect;
            failure.fault = Fault::Target;
            Observation::Failure(failure)
        }
        other => other,
    }
}

fn undecided(trace: Trace, attempts: u32, detail: String) -> Asked {
    let failure = Failure {
        trace,
        status: None,
        stage: Stage::Proxy,
        kind: FailureKind::Broken,
        fault: Fault::Exit,
        sent: false,
        detail,
    };
    Asked { observation: Observation::Failure(Box::new(failure)), evidence: None, attempts, spoke: false }
}

/// What is wrong with `control` along this way; none when it answers as it should. Asked once a round.
async fn control_failed(
    prober: &Prober,
    endpoint: &Endpoint,
    label: &str,
    control: &Url,
    via: &Via<'_>,
    cut: Instant,
) -> Option<String> {
    let cell = prober.exits.control(&format!("{label} {control}"));
    cell.get_or_init(|| async {
        let request = plain_get(control);
        let transport = Transport { timeout: endpoint.transport.timeout, ..Transport::default() };
        let seen = Box::pin(prober.engine.attempt(&request, &transport, via, cut)).await;
        let failed = (!answers_rightly(control, &seen)).then(|| said(&seen));
        let outcome = if failed.is_none() { "works" } else { "fails" };
        prober.decisions.note(|| format!("control through {label}: {outcome}"));
        failed
    })
    .await
    .clone()
}

/// What [`answers_rightly`] wants, for a person.
fn wanted_of(url: &Url) -> &'static str {
    if url.path().ends_with("204") { "status 204" } else { "status 200-399" }
}

/// Whether a target of `control` or `connectivity` gave the answer that it is there for.
pub fn answers_rightly(url: &Url, seen: &Observation) -> bool {
    match seen {
        Observation::Response(response) if url.path().ends_with("204") => response.status == 204,
        Observation::Response(response) => (200..400).contains(&response.status),
        Observation::Failure(_) => false,
    }
}

/// A GET without anything.
pub fn plain_get(url: &Url) -> Request {
    Request {
        method: Method::GET,
        url: url.clone(),
        shown_url: url.to_string(),
        headers: Vec::new(),
        body: None,
        auth: Auth::None,
    }
}

async fn attempt(prober: &Prober, endpoint: &Endpoint, via: &Via<'_>, cut: Instant) -> Observation {
    Box::pin(prober.engine.attempt(&endpoint.request, &endpoint.transport, via, cut)).await
}

fn trace_of(observation: &mut Observation) -> &mut Trace {
    match observation {
        Observation::Response(response) => &mut response.trace,
        Observation::Failure(failure) => &mut failure.trace,
    }
}

fn note(prober: &Prober, endpoint: &Endpoint, label: &str, seen: &Observation, what: &Sight) {
    let worth = match what {
        Sight::Clean => "the target spoke",
        Sight::NoWord => "the exit was not asked",
        Sight::ExitBroken => "the exit is to blame",
        Sight::Doubtful(why) => why,
        Sight::Neither => "neither exit nor target",
    };
    prober.decisions.note(|| format!("{}: through {label}: {}: {worth}", endpoint.id, said(seen)));
}

/// What came of an attempt, for a person.
fn said(seen: &Observation) -> String {
    match seen {
        Observation::Response(response) => format!("status {}", response.status),
        Observation::Failure(failure) => failure.detail.clone(),
    }
}
