//! `canary demo`: the product itself, against a fleet on loopback.

mod stay;

use super::Stop;
use super::args::Demo;
use super::check::execute;
use super::outputs::Outputs;
use super::session::Session;
use crate::config::{self, Environment};
use crate::demo::scene::{self, Scene};
use crate::output::Format;
use crate::run::settings::Settings;
use crate::run::tell::Audience;
use crate::run::{FailOn, Plan};
use crate::world::{clock, signals};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// The demo looks at its healed bridge sooner than the built-in 3s, so that nobody waits.
const LOOK_AGAIN: Duration = Duration::from_millis(300);

pub(super) fn run(session: Session<'_>, args: &Demo) -> Result<u8, Stop> {
    let Session { global, stderr, .. } = session;
    if let Some(dir) = &args.stay {
        return stay::run(dir.as_deref(), stderr);
    }
    let scene =
        Scene::start(clock::now()).map_err(|error| Stop::Own(format!("the fleet can't be started: {error}")))?;
    let mut loaded = config::load(Path::new("probes.yaml"), scene.probes_yaml.as_bytes(), &SceneEnvironment(&scene))
        .map_err(|diagnostics| Stop::Diagnostics(diagnostics.render(stderr.colour())))?;
    for rule in loaded.config.endpoints.iter_mut().flat_map(|endpoint| &mut Arc::make_mut(endpoint).heal) {
        rule.after = 1;
        rule.backoff.initial = LOOK_AGAIN;
    }
    let config = &loaded.config;
    stderr.mask(&config.redactor);
    let state_dir = match &global.state_dir {
        Some(dir) => dir.clone(),
        None => temporary().map_err(|error| Stop::Own(format!("no temporary directory: {error}")))?,
    };
    let mut plan = Plan::default();
    for endpoint in &config.endpoints {
        plan.add(Arc::clone(endpoint));
    }
    let settings = Settings {
        // Ill channels are what the demo shows: they are no failure of it.
        fail_on: FailOn::Never,
        concurrency: 64,
        deadline: Duration::from_secs(14),
        due: false,
        spread: false,
        pools: config.proxies.clone(),
        connectivity: config.connectivity.clone(),
        wait: None,
        state_dir: Some(state_dir.clone()),
        signal: signals::listen(),
        command_env: Vec::new(),
        heartbeat: None,
        audience: Audience::of(config, true),
        trust_store_is_named: false,
        explains: global.verbose > 0,
        heals: true,
        without: Vec::new(),
        history: Some(config.history.clone()),
    };
    let outputs = match (args.json, global.quiet) {
        (true, _) => Outputs::only(Format::Json),
        (false, false) => Outputs::only(Format::Table),
        (false, true) => Outputs::none(),
    };
    let code = execute(session, plan, &settings, &config.redactor, &outputs, None)?;
    for line in scene::explanation() {
        stderr.note(line);
    }
    stderr.note(&format!(
        "state and history of this demo: {} and {}",
        state_dir.join("state.json").display(),
        state_dir.join(&config.history.path).display()
    ));
    Ok(code)
}

fn temporary() -> std::io::Result<PathBuf> {
    Ok(tempfile::Builder::new().prefix("canary-demo-").tempdir()?.keep())
}

/// The scene's variables and the shipped schemas; nothing of the machine's.
#[derive(Debug)]
struct SceneEnvironment<'a>(&'a Scene);

impl Environment for SceneEnvironment<'_> {
    fn var(&self, name: &str) -> Option<String> {
        self.0.environment.get(name).cloned()
    }

    fn read_file(&self, path: &Path, _max: u64) -> Result<Vec<u8>, String> {
        let found = self.0.schemas.iter().find(|(name, _)| Path::new(name) == path);
        found.map(|(_, text)| text.as_bytes().to_vec()).ok_or_else(|| "is not shipped".to_owned())
    }

    fn credential(&self, _name: &str) -> Result<String, String> {
        Err("the demo has no credentials".to_owned())
    }
}
