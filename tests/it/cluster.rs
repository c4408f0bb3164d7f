//! Images and clusters: the Dockerfile, the Kubernetes manifest, and shards that together are one fleet.

use crate::contrib::{path, succeeds, text, there};
use crate::support::Home;
use crate::support::configs::{channel, healthy};
use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

#[test]
fn the_dockerfile_has_no_fault_that_a_linter_knows() {
    if there("hadolint") {
        succeeds(Command::new("hadolint").arg(path("docker/Dockerfile")));
    }
    let text = text("docker/Dockerfile");
    let stages: Vec<&str> = text.split("\nFROM ").skip(1).collect();
    assert_eq!(stages.len(), 3);
    for stage in &stages[1..] {
        assert!(stage.contains("\nUSER 65532:65532\n"), "not root");
        assert!(stage.contains("ENTRYPOINT [\"/usr/bin/canary\"]"), "no shell in between: signals reach canary");
        assert!(stage.contains("CANARY_STATE_DIR=/var/lib/canary"));
    }
    assert!(!text.lines().any(|line| line.starts_with("HEALTHCHECK")) && text.contains("No HEALTHCHECK"));
    assert!(stages[0].contains("--locked"));
}

#[test]
fn the_image_is_built_from_what_the_crate_needs() {
    let ignored = text("docker/Dockerfile.dockerignore");
    let kept: Vec<&str> = ignored.lines().filter_map(|line| line.strip_prefix('!')).collect();
    for needed in ["Cargo.toml", "Cargo.lock", "src", "schemas", "probes.yaml"] {
        assert!(kept.contains(&needed), "{needed}");
        assert!(Path::new(env!("CARGO_MANIFEST_DIR")).join(needed).exists());
    }
}

#[test]
fn kubernetes_takes_the_manifest() {
    match Command::new("kubernetes-validate").args(["--strict"]).arg(path("kubernetes/canary.yaml")).output() {
        Ok(output) => assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr)),
        Err(_) => eprintln!("SKIPPED: kubernetes-validate (PyPI) is not installed"),
    }
}

/// The value of the manifest's only line that begins so.
fn manifest(key: &str) -> String {
    let text = text("kubernetes/canary.yaml");
    let found: Vec<&str> = text.lines().filter_map(|line| line.trim().strip_prefix(key)).collect();
    let [value] = found.as_slice() else { panic!("{key}: {found:?}") };
    value.trim().trim_matches('"').to_owned()
}

#[test]
fn the_pods_of_the_job_probe_together_what_one_process_does() {
    let pods: u32 = manifest("completions:").parse().expect("a number");
    assert_eq!(manifest("parallelism:"), pods.to_string());
    assert!(text("kubernetes/canary.yaml").contains(&format!("- name: SHARDS\n                  value: \"{pods}\"")));
    let line = manifest("- exec ").replace("--due", "");
    let names: Vec<String> = (0..40).map(|n| format!("e{n}")).collect();
    let endpoints: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "{ path: / }")).collect();
    let fleet = healthy();
    let home = Home::with_config(&channel(&fleet.url("s"), &endpoints));
    let mut seen: Vec<String> = Vec::new();
    for index in 0..pods {
        let mut command = Command::new("/bin/sh");
        let binary = Path::new(env!("CARGO_BIN_EXE_canary")).parent().expect("a directory").display().to_string();
        command.args(["-c", &format!("exec {line}")]).current_dir(home.dir()).env_clear();
        command.env("PATH", format!("{binary}:/usr/bin:/bin")).env("SHARDS", pods.to_string());
        command.env("SHARD_INDEX", index.to_string()).env("CANARY_STATE_DIR", home.path(&format!("shard-{index}")));
        let output = command.output().expect("sh");
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        for line in String::from_utf8(output.stdout).expect("UTF-8").lines() {
            let result: serde_json::Value = serde_json::from_str(line).expect("a JSON line");
            seen.push(crate::support::name_of(&result));
        }
    }
    let distinct: BTreeSet<&String> = seen.iter().collect();
    let one: BTreeSet<String> = home.check(&["--dry-run"]).code(0).names().into_iter().collect();
    assert_eq!(seen.len(), distinct.len(), "some endpoint has two shards");
    assert_eq!(distinct, one.iter().collect());
}

#[test]
fn a_target_that_is_down_fails_no_job_and_canarys_own_failure_does() {
    let line = manifest("- exec ");
    assert!(line.contains("--fail-on never"), "{line}");
    let home = Home::with_config(&channel("http://127.0.0.1:1", &[("e", "{ path: / }")]));
    home.run(["check", "--fail-on", "never"]).code(0);
    home.write("taken", "a file");
    home.run(["check", "--fail-on", "never", "--state-dir", "taken"]).code(3);
}
