//! The command line: usage errors, help, colour, quiet, and odd descriptors.

use crate::support::configs::{channel, healthy, serve};
use crate::support::process::{closed_pipe, full_disk, with_stdout};
use crate::support::{Home, Ran};
use canary::demo::fleet::Behaviour;
use std::process::Stdio;

fn one(url: &str) -> Home {
    Home::with_config(&channel(url, &[("health", "{ path: /health }")]))
}

#[test]
fn usage_errors_exit_2_with_an_empty_stdout() {
    let fleet = healthy();
    let home = one(&fleet.url("s"));
    for args in [
        &["check", "--concurrency", "0"][..],
        &["check", "--concurrency", "-1"],
        &["check", "--concurrency", "many"],
        &["check", "--deadline", "0s"],
        &["check", "--deadline", "-1s"],
        &["check", "--deadline", "soon"],
        &["check", "--deadline", "999999999999999999999d"],
        &["check", "--shard", "0/3"],
        &["check", "--shard", "4/3"],
        &["check", "--shard", "1/0"],
        &["check", "--shard", "half"],
        &["check", "--wait", "long"],
        &["check", "--wait-interval", "often", "--wait", "1s"],
        &["check", "--fail-on", "nonsense"],
        &["check", "--color", "sometimes"],
        &["check", "--log-format", "xml"],
        &["check", "-o", "xml"],
        &["check", "-o", "json="],
        &["check", "-o", "json", "-o", "jsonl"],
        &["check", "--json", "-o", "table"],
        &["check", "--config"],
        &["check", ""],
        &["check", "ftp://127.0.0.1/x"],
        &["check", "http://"],
        &["config"],
        &["config", "chekc"],
        &["completions", "tcsh"],
        &["man", "nonsense"],
        &["init", "--nonsense"],
    ] {
        let ran = home.run(args.iter().copied());
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""), "{args:?}\n{}", ran.stderr);
        assert!(!ran.stderr.trim().is_empty(), "{args:?}: exit 2 without a word");
        assert!(!ran.stderr.contains("panicked"), "{args:?}: {}", ran.stderr);
    }
    assert_eq!(fleet.count("s"), 0, "nothing is probed");
    assert!(!home.path("state").exists(), "nothing is written");
}

#[test]
fn a_misspelt_word_gets_a_suggestion() {
    let home = one("http://127.0.0.1:1");
    home.run(["chekc"]).refused().stderr_has("check");
    home.run(["check", "--jsn"]).refused().stderr_has("--json");
    home.run(["check", "--dew"]).refused().stderr_has("'--due'");
    home.run(["incidents", "vk"]).refused().stderr_has("Commands: list, show, ack\n").stderr_lacks("canary check");
    home.run(["check", "--fail-onn", "never"]).refused().stderr_has("--fail-on");
    home.run(["check", "-o", "jsnl"]).refused().stderr_has("jsonl");
    home.run(["config", "chek"]).refused().stderr_has("check");
}

#[test]
fn no_command_is_a_usage_error_that_lists_them() {
    Home::new().run([""; 0]).refused().stderr_has("check").stderr_has("init");
}

#[test]
fn help_goes_to_stdout() {
    let home = Home::new();
    for args in [
        &["--help"][..],
        &["-h"],
        &["help"],
        &["check", "--help"],
        &["check", "-h"],
        &["config", "--help"],
        &["config", "check", "--help"],
        &["init", "--help"],
        &["demo", "--help"],
    ] {
        let ran = home.run(args.iter().copied()).code(0).stderr("").stdout_has("Usage");
        assert!(!ran.stdout.contains('\u{1b}'), "{args:?}: colour without a terminal");
    }
    let check = home.run(["check", "--help"]).code(0);
    for flag in
        ["--output", "--json", "--fail-on", "--concurrency", "--deadline", "--due", "--tag", "--shard", "--wait"]
    {
        assert!(check.stdout.contains(flag), "{flag} is not in check --help");
    }
    home.run(["--version"]).code(0).stderr("").stdout_has("canary");
}

#[test]
fn colour_follows_flag_then_no_color_then_clicolor_force() {
    let fleet = healthy();
    for (flag, no_color, force, coloured) in [
        (None, false, false, false),
        (None, false, true, true),
        (None, true, true, false),
        (Some("always"), true, false, true),
        (Some("always"), false, false, true),
        (Some("never"), false, true, false),
        (Some("auto"), false, false, false),
    ] {
        let mut home = one(&fleet.url("s"));
        if no_color {
            home = home.env("NO_COLOR", "1");
        }
        if force {
            home = home.env("CLICOLOR_FORCE", "1");
        }
        let flag: Vec<&str> = flag.into_iter().flat_map(|flag| ["--color", flag]).collect();
        let ran = home.run(["check"].iter().chain(&flag).copied()).code(0);
        let case = format!("{flag:?} NO_COLOR={no_color} CLICOLOR_FORCE={force}:\n{}", ran.stdout);
        assert_eq!(ran.stdout.contains('\u{1b}'), coloured, "{case}");
    }
}

#[test]
fn an_empty_no_color_does_not_count() {
    let fleet = healthy();
    let home = one(&fleet.url("s")).env("NO_COLOR", "").env("CLICOLOR_FORCE", "1");
    home.run(["check"]).code(0).stdout_has("\u{1b}");
}

#[test]
fn json_is_never_coloured() {
    let fleet = healthy();
    let ran = one(&fleet.url("s")).run(["check", "--json", "--color", "always"]).code(0).stdout_lacks("\u{1b}");
    ran.json();
}

#[test]
fn quiet_says_nothing_of_what_is_well() {
    let fleet = healthy();
    let home = one(&fleet.url("s"));
    assert_eq!(home.run(["check", "-q"]).code(0).stdout("").stderr, "");
    home.run(["check", "-q", "--json"]).code(0).json();
    home.run(["-q", "check", "--json"]).code(0).json();
    let sick = serve(Behaviour::json(500, "{}"));
    one(&sick.url("s")).run(["check", "-q"]).code(1).stdout("");
}

#[test]
fn the_table_names_endpoint_verdict_and_cause() {
    let fleet = serve(Behaviour::json(500, "{}"));
    let ran = one(&fleet.url("s")).run(["check"]).code(1);
    ran.stdout_has("health").stdout_has("down").stdout_has("500");
}

#[test]
fn no_progress_without_a_terminal() {
    let fleet = healthy();
    let home = one(&fleet.url("s")).env("TERM", "xterm-256color");
    home.run(["check", "--json"]).code(0).stderr("");
    home.run(["check"]).code(0).stderr("");
}

#[test]
fn a_closed_pipe_is_success() {
    let (well, sick) = (healthy(), serve(Behaviour::json(500, "{}")));
    for (url, args, code) in [
        (well.url("s"), &["check"][..], 0),
        (well.url("s"), &["check", "--json"], 0),
        (well.url("s"), &["check", "-o", "jsonl"], 0),
        (sick.url("s"), &["check"], 1),
        (sick.url("s"), &["check", "--json"], 1),
        (well.url("s"), &["--help"], 0),
        (well.url("s"), &["check", "--help"], 0),
        (well.url("s"), &["completions", "bash"], 0),
        (well.url("s"), &["man"], 0),
        (well.url("s"), &["config", "schema"], 0),
        (well.url("s"), &["config", "show"], 0),
        (well.url("s"), &["schema", "output"], 0),
    ] {
        let home = one(&url);
        let ran = with_stdout(home.command(args.iter().copied()), closed_pipe());
        assert_eq!((ran.code, ran.stderr.as_str()), (Some(code), ""), "{args:?}");
    }
}

#[test]
fn a_full_disk_behind_stdout_is_exit_3_and_one_line() {
    let fleet = healthy();
    let home = one(&fleet.url("s"));
    for args in [
        &["check"][..],
        &["check", "--json"],
        &["check", "-o", "jsonl"],
        &["--help"],
        &["check", "--help"],
        &["--version"],
        &["completions", "bash"],
        &["man"],
        &["config", "schema"],
        &["config", "show"],
        &["config", "check"],
        &["schema", "output"],
        &["incidents", "list", "--json"],
        &["alerts", "list", "--json"],
        &["silence", "list", "--json"],
        &["completions", "zsh"],
        &["man", "check"],
        &["help"],
    ] {
        let ran = with_stdout(home.command(args.iter().copied()), full_disk());
        assert_eq!(ran.code, Some(3), "{args:?}: {}", ran.stderr);
        assert_eq!(ran.stderr.trim_end().lines().count(), 1, "{args:?}: {}", ran.stderr);
        assert!(!ran.stderr.contains("panicked"), "{args:?}: {}", ran.stderr);
    }
    assert!(!home.history().is_empty(), "the run is recorded all the same");
    let demo = with_stdout(home.command(["demo"]), full_disk());
    assert_eq!(demo.code, Some(3), "{}", demo.stderr);
}

#[test]
fn a_full_or_closed_stderr_changes_nothing() {
    let fleet = serve(Behaviour::json(500, "{}"));
    let home = one(&fleet.url("s"));
    for stderr in [Stdio::from(full_disk()), Stdio::from(closed_pipe())] {
        let output = home.command(["check", "--json", "-vv"]).stderr(stderr).stdout(Stdio::piped()).output();
        let output = output.expect("the binary starts");
        assert_eq!(output.status.code(), Some(1));
        serde_json::from_slice::<serde_json::Value>(&output.stdout).expect("one JSON document");
    }
}

/// A file that is opened later must not get the number of a closed stream: what is said would be written into it.
#[test]
fn streams_that_are_closed_from_the_start_damage_no_file() {
    let fleet = serve(Behaviour::json(500, "{}"));
    for closed in ["exec 2>&-", "exec 0<&- 2>&-", "exec 0<&- 1>&- 2>&-"] {
        let home = one(&fleet.url("s"));
        let ran = Ran::from(home.command_after(closed, ["check", "--json", "-vv"]).output().expect("it starts"));
        assert_eq!(ran.code, Some(1), "{closed}");
        if !closed.contains("1>&-") {
            ran.json();
        }
        assert_eq!(home.history().len(), 1, "{closed}: {}", home.read("state/history.jsonl"));
        let state: serde_json::Value = serde_json::from_str(&home.read("state/state.json")).expect("JSON");
        assert!(state.is_object());
    }
}

#[test]
fn narrow_and_dumb_terminals_are_survived() {
    let fleet = healthy();
    let yaml = channel(&fleet.url("s"), &[("health", "{ path: /health, description: \"здоровье 健康 🐤🐤🐤\" }")]);
    for (columns, term) in [("20", "dumb"), ("1", "xterm"), ("0", ""), ("x", "xterm"), ("99999", "dumb")] {
        let home = Home::with_config(&yaml).env("COLUMNS", columns).env("TERM", term);
        home.run(["check"]).code(0).stdout_has("health");
    }
}

#[test]
fn logs_can_be_json_lines() {
    let fleet = healthy();
    let ran = one(&fleet.url("s")).run(["check", "--json", "-vv", "--log-format", "json"]).code(0);
    ran.json();
    assert!(!ran.stderr.is_empty(), "-vv says nothing");
    for line in ran.stderr.lines() {
        serde_json::from_str::<serde_json::Value>(line).unwrap_or_else(|error| panic!("{error}: {line}"));
    }
}

#[test]
fn usage_errors_are_json_lines_where_that_is_asked_for() {
    let home = one("http://127.0.0.1:1");
    for (args, said) in [
        (&["check", "--dew", "--log-format", "json"][..], "'--due'"),
        (&["--log-format=json", "chekc"], "'check'"),
        (&["--log-format=json"], "requires a subcommand"),
        (&["--log-format=json", "config"], "`config` needs a command: check, show, schema"),
        (&["check", "--log-format=json", "--concurrency", "0"], "from 1 to 10000"),
        (&["check", "--log-format=json", "helth"], "did you mean c/health?"),
        (&["check", "--log-format=json", "-c", "none.yaml"], "none.yaml"),
    ] {
        let ran = home.run(args.iter().copied()).refused();
        for line in ran.stderr.lines() {
            let line: serde_json::Value = serde_json::from_str(line).unwrap_or_else(|_| panic!("{args:?}: {line}"));
            assert_eq!(line["level"], "error");
            assert!(!line["message"].as_str().expect("a message").starts_with("error"), "{line}");
        }
        assert!(ran.stderr.contains(said), "{args:?}: {}", ran.stderr);
    }
    let ran = home.run(["check", "--dew", "--", "--log-format=json"]).refused().stderr_has("error: unexpected");
    assert!(!ran.stderr.contains("-- --dew"), "{}", ran.stderr);
    home.run(["--log-format=json", "--version"]).code(0).stderr("").stdout_has("canary 0");
    home.run(["check", "--log-format=json", "--help"]).code(0).stderr("").stdout_has("Usage");
}

#[test]
fn a_listing_needs_no_command_to_be_json() {
    let home = one("http://127.0.0.1:1");
    for command in ["incidents", "alerts", "silence", "heal"] {
        home.run([command, "--json"]).code(0).stdout("[]\n");
        home.run(["-c", "probes.yaml", command, "--json"]).code(0).stdout("[]\n");
        home.run([command, "-c", "probes.yaml", "list", "--json"]).code(0).stdout("[]\n");
        home.run([command, "--json", "list"]).refused().stderr_has("`list --json`");
    }
}
