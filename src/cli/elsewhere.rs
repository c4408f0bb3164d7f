//! A state directory without any run looks like a quiet world: where else runs may be recorded.

use crate::world::{World, users};
use std::io::ErrorKind;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

/// What systemd makes of `StateDirectory=canary` (systemd.exec(5)).
const SYSTEMD: &str = "/var/lib/canary";

/// Other directories that runs of this machine use when nobody names one.
pub(super) fn usual(world: &World, dir: &Path) -> Vec<PathBuf> {
    let dir = std::path::absolute(dir).unwrap_or_else(|_| dir.to_owned());
    let places = [Some(PathBuf::from(SYSTEMD)), super::locate::state_home(world)];
    places.into_iter().flatten().filter(|place| *place != dir).collect()
}

/// What is said of a directory in which no run is recorded.
pub(super) fn hint(dir: &Path, usual: &[PathBuf]) -> String {
    let head = format!("no run is recorded in {}", dir.display());
    for place in usual {
        match std::fs::metadata(place.join("state.json")) {
            Ok(_) => {
                let place = place.display();
                return format!("{head}, but there is a state in {place}: to use that one, --state-dir {place}");
            }
            Err(error) if error.kind() == ErrorKind::PermissionDenied => {
                let owner = std::fs::metadata(place).map_or_else(|_| "root".to_owned(), |meta| users::name(meta.uid()));
                let place = place.display();
                return format!(
                    "{head}, and {place} is closed to you: sudo -u {owner} canary … --state-dir {place} looks into that one"
                );
            }
            Err(_) => {}
        }
    }
    format!("{head}. Is canary run by systemd or cron with another one? Then: --state-dir {SYSTEMD}")
}
