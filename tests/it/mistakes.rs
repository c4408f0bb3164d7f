//! Many mistakes in one file: all are told at once, in its order, each with its place.

use crate::support::Home;
use crate::support::configs::channel;
use std::collections::BTreeSet;

/// Each wrong line says behind `#!` which word of it is wrong.
const FIFTY: &str = include_str!("../cases/mistakes/fifty.yaml");

/// The places that the file itself names: line and column, from 1.
fn wanted() -> Vec<(usize, usize)> {
    let place = |(number, line): (usize, &str)| {
        let (text, word) = line.split_once("#!")?;
        let at = text.find(word.trim()).unwrap_or_else(|| panic!("{} is not in line {}", word.trim(), number + 1));
        // A value follows its key: where the word stands in the key too, the value is meant.
        let value = text.find(": ").map(|colon| colon + 2).filter(|start| *start > at);
        let again = value.and_then(|start| text[start..].starts_with(word.trim()).then_some(start));
        Some((number + 1, text[..again.unwrap_or(at)].chars().count() + 1))
    };
    FIFTY.lines().enumerate().filter_map(place).collect()
}

/// The places in a complaint about this file, in the order told.
fn told(stderr: &str, file: &str) -> Vec<(usize, usize)> {
    let pattern = regex::Regex::new(&format!(r"{}:(\d+):(\d+)", regex::escape(file))).expect("a pattern");
    let number = |text: &str| text.parse().expect("a number");
    pattern.captures_iter(stderr).map(|found| (number(&found[1]), number(&found[2]))).collect()
}

#[test]
fn fifty_are_told_at_once_in_order_with_their_places() {
    let wanted = wanted();
    assert!(wanted.len() >= 50, "only {} mistakes", wanted.len());
    let home = Home::new();
    home.write("fifty.yaml", FIFTY);
    for args in [&["config", "check", "-c", "fifty.yaml"][..], &["check", "-c", "fifty.yaml"]] {
        let ran = home.run(args.iter().copied()).refused();
        let told = told(&ran.stderr, "fifty.yaml");
        let missing: Vec<_> = wanted.iter().filter(|place| !told.contains(place)).collect();
        assert!(missing.is_empty(), "not told: {missing:?}\n{}", ran.stderr);
        let lines: BTreeSet<usize> = wanted.iter().map(|(line, _)| *line).collect();
        let strange: Vec<_> = told.iter().filter(|(line, _)| !lines.contains(line)).collect();
        assert!(strange.is_empty(), "right lines are complained of: {strange:?}\n{}", ran.stderr);
        let firsts: Vec<_> = told.iter().filter(|place| wanted.contains(place)).collect();
        assert!(firsts.is_sorted(), "not in the file's order: {firsts:?}");
    }
}

#[test]
fn misspelt_names_get_suggestions() {
    let home = Home::new();
    home.write("fifty.yaml", FIFTY);
    let ran = home.run(["config", "check", "-c", "fifty.yaml"]).refused();
    for word in ["backoff", "base_url", "bearer", "contains", "telegram", "string"] {
        assert!(ran.stderr.contains(&format!("`{word}`")), "no suggestion `{word}`:\n{}", ran.stderr);
    }
}

#[test]
fn each_place_is_exact() {
    for (yaml, line, column) in [
        ("channels: [", 1, 0),
        ("channels:\n\tvk: {}\n", 2, 1),
        ("channels: {}\nchannels: {}\n", 2, 1),
        ("\u{feff}version: 2\nchannels: {}\n", 1, 10),
        ("channels:\r\n  c:\r\n    bad: 1\r\n", 3, 5),
        ("channels:\n  c:\n    endpoints:\n      e: { path: /, описание: 1 }\n    base_url: http://h\n", 4, 21),
        ("channels:\n  c: { base_url: http://h, description: \"здравствуй\", bad: 1 }\n", 2, 55),
        ("channels: {}\n---\nchannels: {}\n", 2, 0),
        ("- a\n", 1, 1),
        ("channels: &a [*a]\n", 1, 0),
        ("x-a: &a {b: *missing}\nchannels: {}\n", 1, 0),
    ] {
        let ran = Home::with_config(yaml).run(["config", "check"]).refused();
        let told = told(&ran.stderr, "probes.yaml");
        let found = told.iter().any(|place| place.0 == line && (column == 0 || place.1 == column));
        assert!(found, "{yaml:?}: wanted {line}:{column}, told {told:?}\n{}", ran.stderr);
    }
}

#[test]
fn cycles_and_dangling_names_are_found() {
    for (endpoints, word) in [
        (&[("a", "{ path: /, depends_on: [c/b] }"), ("b", "{ path: /, depends_on: [c/a] }")][..], "depends_on"),
        (&[("a", "{ path: /, depends_on: [c/a] }")], "c/a"),
        (&[("a", "{ path: /, schema: nobody }")], "nobody"),
        (&[("a", "{ path: /, proxy: nobody }")], "nobody"),
        (&[("a", "{ path: /, confirm_via: nobody }")], "nobody"),
        (&[("a", "{ path: /, url: \"http://h/\" }")], "url"),
        (&[("a", "{ description: nowhere }")], "path"),
        (&[("a", "{ path: /, json: {}, form: {} }")], "form"),
        (&[("a", "{ path: /, auth: { bearer: x, basic: { username: a, password: b } } }")], "bearer"),
        (&[("a", "{ path: /, expect: { json: { $.a: { gt: 1, nope: 2 } } }, warn: { stats: 200 } }")], "stats"),
        (&[("a", "{ path: /, timeout: 999999999999d }")], "timeout"),
        (&[("a", "{ path: /, interval: 0 }")], "interval"),
        (&[("a", "{ path: /, method: \"GE T\" }")], "method"),
        (&[("a", "{ path: /, headers: { \"a b\": x } }")], "a b"),
        (&[("a", "{ path: /, headers: { a: \"x\\ny\" } }")], "a"),
        (&[("a", "{ path: /, expect: { schema: { $ref: \"http://127.0.0.1:1/s.json\" } } }")], "127.0.0.1"),
        (&[("a", "{ path: /, expect: { schema: { $ref: \"#/$defs/none\" } } }")], "none"),
        (&[("a", "{ path: /, expect: { schema: { pattern: \"(\" } } }")], "pattern"),
    ] {
        let home = Home::with_config(&channel("http://127.0.0.1:1", endpoints));
        home.run(["config", "check"]).refused().stderr_has("probes.yaml:").stderr_has(word);
        home.run(["check"]).refused();
    }
}

#[test]
fn names_follow_the_pattern() {
    let long = "n".repeat(63);
    for (name, good) in [
        ("a", true),
        ("9.a-b_c", true),
        (long.as_str(), true),
        (&format!("{long}n"), false),
        ("A", false),
        ("-a", false),
        (".a", false),
        ("a/b", false),
        ("all", false),
        ("é", false),
        ("a b", false),
        ("", false),
    ] {
        for yaml in [
            channel("http://127.0.0.1:1", &[(&format!("\"{name}\""), "{ path: / }")]),
            channel("http://127.0.0.1:1", &[("e", "{ path: / }")]).replace("\n  c:", &format!("\n  \"{name}\":")),
        ] {
            let code = Home::with_config(&yaml).run(["config", "check"]).code;
            assert_eq!(code, Some(if good { 0 } else { 2 }), "{name:?}");
        }
    }
}

#[test]
fn yaml_is_1_2_core() {
    for (text, good) in [
        ("enabled: true", true),
        ("enabled: True", true),
        ("enabled: no", false),
        ("enabled: yes", false),
        ("enabled: off", false),
        ("max_per_host: 010", true),
        ("max_per_host: 0x10", true),
        ("max_per_host: 1:30", false),
        ("max_per_host: 1e3", false),
        ("max_per_host: 1.5", false),
        ("max_per_host: ~", true),
        ("timeout: null", true),
        ("timeout: 10", false),
    ] {
        let yaml = channel("http://127.0.0.1:1", &[("e", &format!("{{ path: /, {text} }}"))]);
        let ran = Home::with_config(&yaml).run(["config", "check"]);
        assert_eq!(ran.code, Some(if good { 0 } else { 2 }), "{text}: {}", ran.stderr);
    }
}

#[test]
fn what_is_unset_is_told_beside_other_mistakes() {
    let home = Home::with_config(
        "channels:\n  c:\n    base_url: http://h\n    endpoints:\n      \
         h: { path: \"/${NOPE1}\", timeot: 3s }\n      g: { path: \"/${file:nope}\" }\n      \
         off: { path: \"/${NOPE2}\", enabled: false }\n",
    );
    for args in [&["check"][..], &["config", "check"]] {
        let ran = home.run(args.iter().copied()).refused();
        let places = ["NOPE1 is not set", "unknown key `timeot`", "`${file:nope}` can't be read"].map(|words| {
            ran.stderr.find(words).unwrap_or_else(|| panic!("{args:?}: {words} is not in {}", ran.stderr))
        });
        assert!(places.is_sorted(), "{}", ran.stderr);
        assert_eq!(ran.stderr.contains("NOPE2 is not set"), args.len() == 2, "{}", ran.stderr);
    }
    for args in [&["check", "c/h"][..], &["check", "c/h", "--due"]] {
        let ran = home.run(args.iter().copied()).refused().stderr_has("timeot").stderr_has("NOPE1 is not set");
        assert!(!ran.stderr.contains("can't be read"), "{args:?}: {}", ran.stderr);
    }
    home.run(["check", "c/none"]).refused().stderr_has("timeot").stderr_lacks("NOPE1 is not set");
}
