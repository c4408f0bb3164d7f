//! Where the configuration and the state are, and whether root may trust what lies there.

use super::Stop;
use super::args::Global;
use super::environment::ProcessEnvironment;
use super::session::Session;
use crate::config::settings::{Action, Config, ReceiverKind};
use crate::config::{self, Diagnostics, Loaded};
use crate::model::EndpointId;
use crate::world::files::Ownership;
use crate::world::{World, files, users};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// The largest configuration that is read.
const MOST_CONFIG: u64 = 64 << 20;

/// The configuration that is found without being named.
const HERE: &str = "probes.yaml";

/// A configuration file that was found.
#[derive(Debug)]
struct Found {
    path: PathBuf,
    /// Whether it is `./probes.yaml`, which nobody asked for by name.
    by_chance: bool,
}

impl Session<'_> {
    /// Finds, reads and decodes the configuration.
    pub(super) fn load(&self) -> Result<Loaded, Stop> {
        self.load_telling(None, &|_| Vec::new(), |found| found).map(|(loaded, _)| loaded)
    }

    /// The same; of a broken one what is unset and probing these endpoints needs is told too. Secrets that everybody may
    /// read are warned of.
    pub(super) fn load_to_probe(
        &self,
        via: Option<&str>,
        probed: &dyn Fn(&Config) -> Vec<EndpointId>,
    ) -> Result<Loaded, Stop> {
        let (loaded, exposed) = self.load_telling(via, probed, Diagnostics::in_use)?;
        for line in exposed {
            self.stderr.warning(&line);
        }
        Ok(loaded)
    }

    /// The same; of a broken one whatever is unset is told too, and the warnings are the configuration's.
    pub(super) fn load_to_check(&self) -> Result<Loaded, Stop> {
        let (mut loaded, exposed) = self.load_telling(None, &|_| Vec::new(), Diagnostics::everywhere)?;
        loaded.config.warnings.extend(exposed);
        Ok(loaded)
    }

    fn load_telling(
        &self,
        via: Option<&str>,
        probed: &dyn Fn(&Config) -> Vec<EndpointId>,
        told: impl FnOnce(Diagnostics) -> Diagnostics,
    ) -> Result<(Loaded, Vec<String>), Stop> {
        let Self { world, global, stderr } = *self;
        let found = find(world, global)?;
        if found.by_chance {
            refuse_foreign(world, &found.path)?;
        }
        let bytes = files::read_regular(&found.path, MOST_CONFIG)
            .map_err(|error| Stop::Usage(unreadable(global, &found, &error)))?;
        let beside = found.path.parent().unwrap_or(Path::new("")).join(".env");
        let env_file = match &global.env_file {
            Some(path) => Some(path.clone()),
            None if beside.is_file() => {
                refuse_foreign(world, &beside)?;
                Some(beside)
            }
            None => None,
        };
        let env = ProcessEnvironment::new(world, env_file.as_deref()).map_err(Stop::Usage)?;
        let loaded = config::load_to_probe(&found.path, &bytes, &env, via, probed)
            .map_err(|found| Stop::Diagnostics(told(found).render(stderr.colour())))?;
        refuse_writable_commands(world, &loaded.config)?;
        stderr.mask(&loaded.config.redactor);
        let exposed = exposed(&loaded.config, env_file.as_deref(), &env.from_file);
        Ok((loaded, exposed))
    }

    /// The same where the configuration only helps: none when nobody named one and none is found.
    pub(super) fn load_if_any(&self) -> Result<Option<Loaded>, Stop> {
        let is_named = self.global.config.is_some() || self.world.path_var("CANARY_CONFIG").is_some();
        if !is_named && !candidates(self.world).iter().any(|path| path.exists()) {
            return Ok(None);
        }
        self.load().map(Some)
    }

    /// Where the state lives: the first that is given.
    pub(super) fn state_dir(&self, config: Option<&Config>) -> Result<PathBuf, Stop> {
        let world = self.world;
        let systemd = world.var("STATE_DIRECTORY").and_then(|dirs| dirs.split(':').next()).map(PathBuf::from);
        self.global
            .state_dir
            .clone()
            .or_else(|| world.path_var("CANARY_STATE_DIR"))
            .or_else(|| config.and_then(|config| config.state_dir.clone()))
            .or(systemd)
            .or_else(|| state_home(world))
            .ok_or_else(|| {
                Stop::Usage("no place for the state: set --state-dir, $CANARY_STATE_DIR or $HOME".to_owned())
            })
    }
}

/// A line for each of the two files that holds secrets and that every user of this machine can read.
fn exposed(config: &Config, env_file: Option<&Path>, given: &[String]) -> Vec<String> {
    let for_all = |path: &&Path| files::is_readable_by_all(path).unwrap_or(false);
    let warning = |path: &Path, what: &str| {
        let path = path.display();
        format!("{path}: everybody on this machine can read {what}: chmod o-r {path}")
    };
    let written = config.path.as_deref().filter(|_| config.secrets_written).filter(for_all);
    let secret = given.iter().filter(|name| config.secret_variables.contains(*name)).min();
    let given = env_file.zip(secret).filter(|(path, _)| for_all(path));
    let lines = [
        written.map(|path| warning(path, "the secrets that are written into it")),
        given.map(|(path, name)| warning(path, &format!("the secrets in it, such as {name}"))),
    ];
    lines.into_iter().flatten().collect()
}

/// Why the configuration can't be read, and who named it.
fn unreadable(global: &Global, found: &Found, error: &std::io::Error) -> String {
    let path = found.path.display();
    let named = match (&global.config, error.kind()) {
        (_, ErrorKind::PermissionDenied) => {
            let advice = users::advice(&found.path).map(|advice| format!("; {advice}")).unwrap_or_default();
            return format!("{path}: {error}{advice}");
        }
        (_, kind) if kind != ErrorKind::NotFound => return format!("{path}: {error}"),
        (Some(_), _) => "--config",
        (None, _) => "$CANARY_CONFIG",
    };
    format!("{path}: there is no such file, although {named} names it; `canary init DIR` writes a configuration")
}

fn find(world: &World, global: &Global) -> Result<Found, Stop> {
    let named = global.config.clone().or_else(|| world.path_var("CANARY_CONFIG"));
    if let Some(path) = named {
        return Ok(Found { path, by_chance: false });
    }
    let looked = candidates(world);
    if let Some(path) = looked.iter().find(|path| path.exists()) {
        return Ok(Found { path: path.clone(), by_chance: path.as_os_str() == HERE });
    }
    let places: Vec<String> = looked.iter().map(|path| path.display().to_string()).collect();
    Err(Stop::Usage(format!(
        "no configuration found; looked for {}. `canary init` writes one here; `canary check https://…` needs none",
        places.join(", ")
    )))
}

/// Where a configuration that nobody named may be, the first one first.
fn candidates(world: &World) -> Vec<PathBuf> {
    let home = world
        .path_var("XDG_CONFIG_HOME")
        .filter(|home| home.is_absolute())
        .or_else(|| world.path_var("HOME").map(|home| home.join(".config")))
        .map(|config| config.join("canary/probes.yaml"));
    let all = [Some(PathBuf::from(HERE)), home, Some(PathBuf::from("/etc/canary/probes.yaml"))];
    all.into_iter().flatten().collect()
}

/// Root must not run what somebody else left in the directory it happens to stand in.
fn refuse_foreign(world: &World, path: &Path) -> Result<(), Stop> {
    let owner = files::ownership(path).map_err(|error| Stop::Usage(format!("{}: {error}", path.display())))?;
    if world.euid == 0 && owner.uid != 0 {
        return Err(Stop::Usage(format!(
            "{} belongs to user {}, and this is root: name it with --config or --env-file if you trust it",
            path.display(),
            owner.uid
        )));
    }
    Ok(())
}

/// Root must not run commands that others can write into the configuration.
fn refuse_writable_commands(world: &World, config: &Config) -> Result<(), Stop> {
    let Some(path) = &config.path else { return Ok(()) };
    let heals = config.endpoints.iter().flat_map(|endpoint| &endpoint.heal);
    let has_commands = heals.into_iter().any(|rule| matches!(rule.run.action(), Some(Action::Command(_))))
        || config.receivers.values().any(|receiver| matches!(receiver.kind, ReceiverKind::Command(_)));
    if world.euid != 0 || !has_commands {
        return Ok(());
    }
    match may_run(files::ownership(path)) {
        Ok(()) => Ok(()),
        Err(why) => Err(Stop::Usage(format!("{} holds commands, this is root, and {why}", path.display()))),
    }
}

/// Whether root may run the commands of a file that belongs to this user; who can't be told may be anybody.
fn may_run(owner: io::Result<Ownership>) -> Result<(), String> {
    match owner {
        Ok(owner) if owner.uid == 0 && !owner.writable_by_others => Ok(()),
        Ok(_) => Err("others can write the file: chown root and chmod go-w it".to_owned()),
        Err(error) => Err(format!("who can write the file can't be told ({error}): nothing is run from it")),
    }
}

/// Where it lives when nobody says anything. A relative `$XDG_…_HOME` is to be ignored (XDG Base Directory Specification).
pub(super) fn state_home(world: &World) -> Option<PathBuf> {
    let home = || world.path_var("HOME").map(|home| home.join(".local/state"));
    world.path_var("XDG_STATE_HOME").filter(|home| home.is_absolute()).or_else(home).map(|state| state.join("canary"))
}

#[cfg(test)]
mod tests {
    use super::{Ownership, io, may_run};

    #[test]
    fn root_runs_only_what_root_alone_can_write() {
        let of = |uid, writable_by_others| Ok(Ownership { uid, writable_by_others });
        assert_eq!(may_run(of(0, false)), Ok(()));
        for owner in [of(0, true), of(1000, false)] {
            assert!(may_run(owner).is_err_and(|why| why.contains("chown root")));
        }
        let unknown = may_run(Err(io::ErrorKind::PermissionDenied.into()));
        assert!(unknown.is_err_and(|why| why.contains("can't be told (permission denied)")));
    }
}
