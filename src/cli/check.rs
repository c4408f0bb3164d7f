//! `canary check`: what was asked for becomes a plan; the run's report becomes outputs and an exit code.

use super::args::{self, Check};
use super::metrics::Metrics;
use super::outputs::{self, Outputs};
use super::session::{Session, USUAL_THREADS, block_on};
use super::{Stop, targets, via};
use crate::config::settings::{Config, Endpoint};
use crate::config::{self, Loaded};
use crate::model::{EndpointId, ProbeResult, Redactor, Verdict};
use crate::output::Format;
use crate::run::rounds::Sight;
use crate::run::settings::{Settings, Wait};
use crate::run::tell::Audience;
use crate::run::{FailOn, Plan, round};
use crate::text::duration;
use crate::world::signals::{self, Signal};
use std::collections::HashSet;
use std::mem::ManuallyDrop;
use std::sync::Arc;
use std::time::Duration;

/// A lookup that hangs keeps its thread longer than its endpoint keeps its turn: resolv.conf(5) allows 5 s a try, two
/// tries, three servers; so many turns may leave one behind before the first ends.
const LOOKUPS_LEFT: usize = 8;
const MOST_THREADS: usize = 16_384;
/// Endpoints that a line about waiting names.
const NAMED: usize = 3;

pub(super) fn run(session: Session<'_>, args: &Check) -> Result<u8, Stop> {
    let Session { world, global, stderr } = session;
    let signal = signals::listen();
    let outputs = Outputs::parse(&args.output, args.json, global.quiet).map_err(Stop::Usage)?;
    let (urls, names): (Vec<&String>, Vec<&String>) = args.targets.iter().partition(|target| target.contains("://"));
    let names_pool = args.via.as_deref().is_some_and(via::names_pool);
    let needs_config = urls.is_empty() || !names.is_empty() || global.config.is_some() || names_pool;
    let names: Vec<String> = names.into_iter().cloned().collect();
    let selects = urls.is_empty() || !names.is_empty();
    // What a broken configuration doesn't have is told once it is mended.
    let probed = |config: &Config| match selected(config, &names, args) {
        Ok(endpoints) if selects => endpoints.iter().map(|endpoint| endpoint.id.clone()).collect(),
        Ok(_) | Err(_) => Vec::new(),
    };
    let loaded = if needs_config { Some(session.load_to_probe(args.via.as_deref(), &probed)?) } else { None };

    let mut plan = Plan::default();
    if let Some(loaded) = loaded.as_ref().filter(|_| selects) {
        for endpoint in selected(&loaded.config, &names, args)? {
            plan.add(Arc::clone(endpoint));
        }
    }
    if let Some(loaded) = &loaded {
        refuse_unset(session, &plan, loaded, args)?;
    }
    let mut seen = HashSet::new();
    for url in urls.into_iter().filter(|url| seen.insert(*url)) {
        let endpoint = config::adhoc(url).map_err(|error| Stop::Usage(wrong_url(url, &error)))?;
        add_url(&mut plan, endpoint, args)?;
    }
    // The file's tree is not needed any more: its memory is the probes' from here on.
    // And what is left is the process's to the end, which frees it faster than we could piece by piece.
    let config = ManuallyDrop::new(loaded.map(|loaded| loaded.config));
    let config = config.as_ref();
    let mut redactor = config.map(|config| config.redactor.clone()).unwrap_or_default();
    for item in plan.items.iter().filter(|item| !item.recorded) {
        let secrets = config::secrets_of(&item.endpoint.request.auth);
        redactor = redactor.and(secrets.iter().map(String::as_str));
    }
    if let Some(via) = &args.via {
        let (route, secrets) = via::route(world, config, via)?;
        redactor = redactor.and(secrets.iter().map(String::as_str));
        plan.go_via(&route);
    }
    stderr.mask(&redactor);
    // A dry run reads what is due and what is known; it writes nothing.
    let recording = plan.items.iter().any(|item| item.recorded) && (!args.dry_run || args.due);
    let state_dir = if recording { Some(session.state_dir(config)?) } else { None };
    let tells = !(args.no_alerts || args.no_history || args.dry_run) && args.wait.is_none();
    let settings = Settings {
        fail_on: match args.fail_on {
            args::FailOn::Down => FailOn::Down,
            args::FailOn::Degraded => FailOn::Degraded,
            args::FailOn::Never => FailOn::Never,
        },
        concurrency: args.concurrency,
        deadline: args.deadline.unwrap_or_else(|| default_deadline(args)),
        due: args.due,
        spread: config.is_some_and(|config| config.spread),
        pools: config.map(|config| config.proxies.clone()).unwrap_or_default(),
        connectivity: config.map(|config| config.connectivity.clone()).unwrap_or_default(),
        wait: args.wait.map(|at_most| Wait { at_most, pause: args.wait_interval }),
        state_dir,
        signal,
        command_env: session.command_env(),
        heartbeat: config.and_then(|config| config.heartbeat.clone()).filter(|_| pings(args) && !args.dry_run),
        audience: config.map(|config| Audience::of(config, !args.no_alerts && args.wait.is_none())).unwrap_or_default(),
        trust_store_is_named: session.trust_store_is_named(),
        explains: global.verbose > 0,
        heals: !args.no_heal && args.wait.is_none(),
        without: config.filter(|_| tells).map(without).unwrap_or_default(),
        history: config.filter(|_| !args.no_history && !args.dry_run).map(|config| config.history.clone()),
    };
    for warning in config.iter().flat_map(|config| &config.warnings) {
        stderr.decision(1, warning);
    }
    let metrics = outputs.want(Format::Prometheus).then(|| Metrics {
        config,
        state_dir: config.and_then(|config| session.state_dir(Some(config)).ok()),
        recording: settings.state_dir.is_some() && settings.history.is_some(),
    });
    execute(session, plan, &settings, &redactor, &outputs, metrics.as_ref())
}

/// Runs a plan to its outputs and exit code.
pub(super) fn execute(
    session: Session<'_>,
    plan: Plan,
    settings: &Settings,
    redactor: &Redactor,
    outputs: &Outputs,
    metrics: Option<&Metrics<'_>>,
) -> Result<u8, Stop> {
    let threads = settings.concurrency.saturating_mul(LOOKUPS_LEFT).clamp(USUAL_THREADS, MOST_THREADS);
    block_on(threads, run_to_end(session, plan, settings, redactor, outputs, metrics))
}

async fn run_to_end(
    session: Session<'_>,
    plan: Plan,
    settings: &Settings,
    redactor: &Redactor,
    outputs: &Outputs,
    metrics: Option<&Metrics<'_>>,
) -> u8 {
    let stderr = session.stderr;
    let shown = if settings.wait.is_none() { plan.probed().count() } else { 0 };
    let mut live = outputs::Live::new(session, outputs, shown);
    let mut seen = |sight: Sight<'_>| match sight {
        Sight::Result(result) => live.finished(result),
        Sight::Waiting { results, passed, of } => stderr.waiting(&waiting(results, passed, of)),
    };
    let mut finished = round::run(plan, settings, redactor, &mut seen).await;
    let heartbeat = finished.heartbeat.take();
    let failed_live = live.end();
    if let Some(words) = &finished.nothing_due {
        stderr.note(words);
    }
    for decision in &finished.decisions {
        stderr.decision(1, decision);
    }
    let told = metrics.map(|metrics| metrics.of(&finished.report)).unwrap_or_default();
    finished.report.warnings.extend(told.warning.map(|warning| redactor.redact(&warning).into_owned()));
    let end = outputs::write(session, outputs, finished, &told.text, failed_live, settings.fail_on);
    // The last step: a monitor whose outputs nobody gets is not well.
    if let Some(heartbeat) = heartbeat.filter(|_| settings.signal.borrow().is_none()) {
        let heard = tokio::select! {
            heard = heartbeat.beat(end.failed) => heard,
            signal = signals::came(Some(&settings.signal)) => Err(format!("heartbeat: {signal} came before an answer")),
        };
        if let Err(why) = heard {
            stderr.warning(&why);
        }
    }
    let signal = *settings.signal.borrow();
    signal.map_or(end.code, Signal::exit_code)
}

/// `1 not up (shop/health: connect), 6s of 90s`
fn waiting(results: &[ProbeResult], passed: Duration, of: Duration) -> String {
    let not_up = |result: &&ProbeResult| !matches!(result.verdict, Verdict::Up | Verdict::Skipped);
    let named = |result: &ProbeResult| match result.reason {
        Some(reason) => format!("{}: {reason}", result.id),
        None => result.id.to_string(),
    };
    let names: Vec<String> = results.iter().filter(not_up).map(named).collect();
    let mut shown = names[..names.len().min(NAMED)].join(", ");
    if names.len() > NAMED {
        shown = format!("{shown} and {} more", names.len() - NAMED);
    }
    let passed = duration::format(Duration::from_secs(passed.as_secs()));
    format!("{} not up ({shown}), {passed} of {}", names.len(), duration::format(of))
}

/// The endpoints of the configuration that are asked for.
fn selected<'c>(config: &'c Config, names: &[String], args: &Check) -> Result<Vec<&'c Arc<Endpoint>>, Stop> {
    if config.endpoints.is_empty() {
        // A monitor that watches nothing and calls that well would be silent for ever.
        return Err(Stop::Usage("the configuration has no endpoints: there is nothing to check".to_owned()));
    }
    let mut selected = targets::select(config, names, &args.tag)?;
    selected.retain(|endpoint| args.shard.is_none_or(|shard| shard.has(&endpoint.id)));
    Ok(selected)
}

/// What is unset in receivers and the heartbeat: the run goes on, but nobody shall take it for complete.
fn without(config: &Config) -> Vec<String> {
    config.unset_telling.iter().map(|words| format!("{words}: nothing is sent there")).collect()
}

/// What the selected endpoints, and the way they go, need of the environment must be there.
fn refuse_unset(session: Session<'_>, plan: &Plan, loaded: &Loaded, args: &Check) -> Result<(), Stop> {
    let probed: Vec<EndpointId> = plan.probed().map(|item| item.endpoint.id.clone()).collect();
    let unset = loaded.unset_in(&probed, args.via.as_deref());
    if unset.is_empty() { Ok(()) } else { Err(Stop::Diagnostics(unset.render(session.stderr.colour()))) }
}

/// Names the TARGET, unless a secret may stand in it.
fn wrong_url(url: &str, error: &str) -> String {
    if url.contains(['@', '?']) { format!("TARGET {error}") } else { format!("TARGET `{url}`: {error}") }
}

fn add_url(plan: &mut Plan, endpoint: Endpoint, args: &Check) -> Result<(), Stop> {
    if let Some(tag) = args.tag.first() {
        return Err(Stop::Usage(format!("--tag {tag} leaves nothing: a URL carries no tags")));
    }
    plan.add_adhoc(endpoint);
    Ok(())
}

fn default_deadline(args: &Check) -> Duration {
    let usual = if args.due { Duration::from_secs(55) } else { Duration::from_mins(5) };
    // --wait must be able to use all of its time, and still finish its last round.
    args.wait.map_or(usual, |wait| usual.max(wait + Duration::from_mins(1)))
}

/// A dead man's switch is for runs over everything: a check of one endpoint by hand must not keep it quiet, nor one that
/// leaves no trace.
fn pings(args: &Check) -> bool {
    let everything = args.targets.is_empty() || args.targets.iter().any(|target| target == "all");
    let whole = everything && args.tag.is_empty();
    let all = whole && args.shard.is_none_or(|shard| shard.of == 1);
    args.heartbeat || (all || args.due) && !args.no_history
}
