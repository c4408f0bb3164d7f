//! The process's limits: descriptors raised, no core dumps.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Descriptors that are open beside the probes': the standard streams, the runtime's, state, history, a lookup's.
const RESERVED: u64 = 32;

/// Descriptors one probe may hold at once: its connection, a second one of happy eyeballs, a lookup's socket.
const PER_PROBE: u64 = 3;

/// Raises the soft descriptor limit so that `wanted` probes fit, and says how many do.
pub fn probes_that_fit(wanted: usize) -> usize {
    let need = RESERVED + PER_PROBE * wanted as u64;
    let mut limit = getrlimit(Resource::Nofile);
    if limit.current.is_some_and(|soft| soft < need) {
        let raised = limit.maximum.map_or(need, |hard| hard.min(need));
        if setrlimit(Resource::Nofile, Rlimit { current: Some(raised), maximum: limit.maximum }).is_ok() {
            limit.current = Some(raised);
        }
    }
    limit.current.map_or(wanted, |soft| {
        let fit = soft.saturating_sub(RESERVED) / PER_PROBE;
        wanted.min(usize::try_from(fit).unwrap_or(usize::MAX)).max(1)
    })
}

/// Forbids core dumps: memory holds tokens.
pub fn forbid_core_dumps() {
    let hard = getrlimit(Resource::Core).maximum;
    let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: hard });
}
