//! The floors of `src/lib.rs`, held against every path from one module into another.

use crate::support::paths::named;
use std::fs;
use std::path::{Path, PathBuf};

const FLOORS: [&[&str]; 6] = [
    &["text", "model"],
    &["judge", "schedule", "retry", "proxy", "incident", "heal", "alert", "stats", "infer"],
    &["config", "disk", "process", "roots", "tunnel"],
    &["world", "probe", "store", "history", "output", "report", "deliver", "remedy", "demo"],
    &["run"],
    &["cli"],
];

fn floor(module: &str) -> Option<usize> {
    FLOORS.iter().position(|modules| modules.contains(&module))
}

/// All source files, below `src`.
fn sources() -> Vec<PathBuf> {
    fn below(dir: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(dir).expect("a source directory") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                below(&path, found);
            } else if path.extension().is_some_and(|ext| ext == "rs") {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    below(&src(), &mut found);
    found.iter().map(|path| path.strip_prefix(src()).expect("below src").to_owned()).collect()
}

fn src() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// `run/send/line.rs` is `["run", "send", "line"]`, `run/mod.rs` is `["run"]`.
fn module_of(file: &Path) -> Vec<String> {
    let names =
        file.with_extension("").components().map(|one| one.as_os_str().to_string_lossy().into_owned()).collect();
    let mut names: Vec<String> = names;
    names.pop_if(|last| ["mod", "lib", "main"].contains(&last.as_str()));
    names
}

/// The uses of a file that its floor forbids.
fn broken(file: &Path, text: &str) -> Vec<String> {
    let module = module_of(file);
    let Some((own, floor_of_own)) = module.first().and_then(|own| Some((own, floor(own)?))) else { return Vec::new() };
    let forbids = |other: &str| other != own && floor(other).is_some_and(|other| other >= floor_of_own);
    let told = named(text, &module).into_iter().filter_map(|one| {
        let other = one.path.first().filter(|other| forbids(other))?;
        Some(format!("src/{}:{}: {own} uses {other}", file.display(), one.line))
    });
    told.collect()
}

#[test]
fn every_module_uses_only_floors_below_its_own() {
    let read = |file: &PathBuf| fs::read_to_string(src().join(file)).expect("a source file");
    let broken: Vec<String> = sources().iter().flat_map(|file| broken(file, &read(file))).collect();
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn every_way_into_a_forbidden_module_is_seen() {
    for text in [
        "use crate::run::Plan;",
        "pub use crate :: run;",
        "fn f() -> u8 { crate::run::exit::decide() }",
        "use crate::{model::Verdict, run};",
        "use crate::run::{self};",
        "use crate::{\n    model::{self, Verdict},\n    text as words,\n    run::{Plan, exit},\n};",
        "use super::super::run::Plan;",
        "use super::{\n    engine,\n    super::run,\n};",
        "fn f() { super::super::run::exit::decide() }",
        "mod inner {\n    mod tests {\n        use super::super::super::super::run;\n    }\n}",
        "use self::super::super::run;",
        "const QUOTES: [char; 3] = ['\"', '\\'', '{'];\nuse crate::run;",
    ] {
        assert!(!broken(Path::new("probe/dial.rs"), text).is_empty(), "{text}");
    }
    for text in [
        "use crate::{model::Verdict, text as run};\nuse super::run;",
        "//! crate::run\n/* use crate::run; */",
        "const S: &str = \"use crate::run; \\\" use crate::run\";\nconst R: &str = r#\"\" crate::run\"#;",
        "mod inner { use super::super::run; }",
        "struct S<'a>(&'a str);\nuse crate::probe::run;",
    ] {
        assert_eq!(broken(Path::new("probe/dial.rs"), text), Vec::<String>::new(), "{text}");
    }
    assert_eq!(broken(Path::new("probe/mod.rs"), "use super::run;"), ["src/probe/mod.rs:1: probe uses run"]);
}

#[test]
fn every_module_stands_on_a_floor() {
    for entry in fs::read_dir(src()).expect("src") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            assert!(floor(name).is_some(), "src/{name} stands on no floor");
        }
    }
}

#[test]
fn only_the_command_line_knows_clap() {
    for file in sources().iter().filter(|file| !file.starts_with("cli")) {
        let text = fs::read_to_string(src().join(file)).expect("a source file");
        assert!(!text.contains("clap"), "src/{} uses clap", file.display());
    }
}
