//! `completions/`, `man/` and the generated schemas equal what the binary prints. `.ci/generate` writes them anew.

use crate::support::Home;
use std::path::Path;

fn committed(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}; run .ci/generate", path.display()))
}

fn equal(path: &str, args: &[&str]) {
    let printed = Home::new().run(args.iter().copied()).code(0);
    assert!(printed.stdout == committed(path), "{path} differs from `canary {}`; run .ci/generate", args.join(" "));
}

#[test]
fn completions() {
    for (shell, file) in [
        ("bash", "canary.bash"),
        ("zsh", "_canary"),
        ("fish", "canary.fish"),
        ("elvish", "canary.elv"),
        ("powershell", "_canary.ps1"),
    ] {
        equal(&format!("completions/{file}"), &["completions", shell]);
    }
}

#[test]
fn manual_pages() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("man");
    let mut pages = 0;
    for entry in std::fs::read_dir(dir).expect("man/") {
        let name = entry.expect("an entry").file_name().into_string().expect("a name");
        let words = name.trim_end_matches(".1").split('-').skip(1);
        let args: Vec<&str> = std::iter::once("man").chain(words).collect();
        equal(&format!("man/{name}"), &args);
        pages += 1;
    }
    assert!(pages > 8, "only {pages} pages");
}

#[test]
fn schemas() {
    equal("schemas/probes.schema.json", &["config", "schema"]);
    equal("schemas/output.schema.json", &["schema", "output"]);
}
