//! Runs under strace, which lets single file-system calls fail.

use crate::random::say;
use crate::scene::Scene;
use crate::support::Ran;
use std::collections::BTreeMap;
use std::process::Command;

/// Everything that touches files or descriptors.
const CALLS: &str = "openat,statx,read,pread64,write,fsync,fdatasync,rename,unlink,mkdir,link,linkat,ftruncate,fchmod,chmod,fchown,flock,getdents64,close,lseek";

/// Everything that canary may make in its state directory.
const FILES: [&str; 12] = [
    "",
    "/lock",
    "/state.json",
    "/state.json.tmp",
    "/tokens.json",
    "/tokens.json.tmp",
    "/history.jsonl",
    "/history.jsonl.1",
    "/history.jsonl.2",
    "/history.lock",
    "/history.torn",
    "/sending.hook.lock",
];

/// Whether strace is there and may trace; says so when not.
pub(crate) fn can_trace() -> bool {
    let works = Command::new("strace").args(["-qq", "-o", "/dev/null", "true"]).status().is_ok_and(|it| it.success());
    if !works {
        say("SKIPPED: strace (a package of that name) is not installed or may not trace");
    }
    works
}

/// `check` under strace with this `-e inject=…`; also whether anything was injected.
pub(crate) fn check(scene: &Scene, inject: Option<&str>) -> (Ran, bool, String) {
    let log = scene.home.path("strace.log");
    let plain = scene.home.command(["check", "--json"]);
    let mut traced = Command::new("strace");
    traced.args(["-f", "-qq", "-e", &format!("trace={CALLS}"), "-e", "signal=none", "-o"]).arg(&log);
    for file in FILES {
        traced.arg("-P").arg(format!("{}{file}", scene.home.path("state").display()));
    }
    if let Some(inject) = inject {
        traced.args(["-e", &format!("inject={inject}")]);
    }
    traced.arg(plain.get_program()).args(plain.get_args()).current_dir(scene.home.dir()).env_clear();
    traced.envs(plain.get_envs().filter_map(|(name, value)| Some((name, value?)))).stdin(std::process::Stdio::null());
    let ran: Ran = traced.output().expect("strace starts").into();
    let text = std::fs::read_to_string(&log).unwrap_or_default();
    (ran, text.contains("(INJECTED)") || text.contains("+++ killed by SIGKILL"), text)
}

/// How often each call was made.
pub(crate) fn counts(log: &str) -> BTreeMap<String, u32> {
    let mut counts = BTreeMap::new();
    for line in log.lines() {
        let call = line.split_once(' ').map_or(line, |(_, rest)| rest.trim_start());
        if let Some((name, _)) = call.split_once('(')
            && CALLS.split(',').any(|known| known == name)
        {
            *counts.entry(name.to_owned()).or_insert(0) += 1;
        }
    }
    counts
}
