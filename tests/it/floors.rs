//! The floors of `src/lib.rs`, held against every `use crate::…` and `crate::…` path.

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

fn sources(dir: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).expect("a source directory") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|ext| ext == "rs") {
            found.push(path);
        }
    }
}

/// The modules that a line names after `crate::`, also `crate::{a, b}`.
fn named(line: &str) -> Vec<String> {
    let code = line.split("//").next().unwrap_or_default();
    let word = |text: &str| text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let mut modules = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        match rest.strip_prefix('{') {
            Some(list) => modules.extend(list.split(',').map(|one| word(one.trim()))),
            None => modules.push(word(rest)),
        }
    }
    modules
}

#[test]
fn every_module_uses_only_floors_below_its_own() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&src, &mut files);
    let mut broken = Vec::new();
    for file in files {
        let inside = file.strip_prefix(&src).expect("below src");
        let module = inside.components().next().and_then(|one| one.as_os_str().to_str()).unwrap_or_default();
        let Some(own) = floor(module) else { continue };
        let text = fs::read_to_string(&file).expect("a source file");
        for (number, line) in text.lines().enumerate() {
            for other in named(line) {
                let allowed = other == module || floor(&other).is_none_or(|other| other < own);
                if !allowed {
                    broken.push(format!("src/{}:{}: {module} uses {other}", inside.display(), number + 1));
                }
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn every_module_stands_on_a_floor() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for entry in fs::read_dir(src).expect("src") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            assert!(floor(name).is_some(), "src/{name} stands on no floor");
        }
    }
}
