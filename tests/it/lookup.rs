//! Where config and state are found, what relative paths are relative to, and what root refuses.

use crate::support::Home;
use crate::support::configs::{channel, healthy};
use crate::support::process::is_root;
use std::os::unix::fs::{PermissionsExt, chown};

/// A config whose one channel has this name.
fn named(name: &str, url: &str) -> String {
    channel(url, &[("e", "{ path: / }")]).replace("\n  c:", &format!("\n  {name}:"))
}

#[track_caller]
fn loads(home: &Home, args: &[&str], channel: &str) {
    assert_eq!(home.check(args).code(0).results()[0]["channel"], channel, "{args:?}");
}

#[test]
fn config_is_flag_then_variable_then_here_then_xdg() {
    let fleet = healthy();
    let url = fleet.url("s");
    let home = Home::new();
    home.write("flag.yaml", named("flag", &url));
    home.write("variable.yaml", named("variable", &url));
    home.write("xdg/canary/probes.yaml", named("xdg", &url));
    home.write(".config/canary/probes.yaml", named("dotconfig", &url));
    loads(&home, &["-c", "flag.yaml"], "flag");
    let xdg = home.path("xdg").display().to_string();
    let home = home.env("XDG_CONFIG_HOME", "xdg");
    loads(&home, &[], "dotconfig");
    let home = home.env("XDG_CONFIG_HOME", &xdg);
    loads(&home, &[], "xdg");
    home.write("probes.yaml", named("here", &url));
    loads(&home, &[], "here");
    let home = home.env("CANARY_CONFIG", "variable.yaml");
    loads(&home, &[], "variable");
    loads(&home, &["--config", "flag.yaml"], "flag");
}

#[test]
fn without_xdg_config_home_it_is_dot_config() {
    let fleet = healthy();
    let home = Home::new();
    home.write(".config/canary/probes.yaml", named("dotconfig", &fleet.url("s")));
    loads(&home, &[], "dotconfig");
}

#[test]
fn no_config_says_where_it_was_sought_and_what_to_do() {
    Home::new().run(["check"]).refused().stderr_has("probes.yaml").stderr_has("canary init");
}

#[test]
fn a_named_config_that_is_missing_is_not_replaced_by_another() {
    let fleet = healthy();
    let home = Home::with_config(&named("here", &fleet.url("s")));
    home.run(["check", "-c", "nowhere.yaml"]).refused().stderr_has("nowhere.yaml");
    home.run(["check", "-c", "."]).refused();
    home.run(["check", "-c", ""]).refused();
    let home = home.env("CANARY_CONFIG", "nowhere.yaml");
    home.run(["check"]).refused().stderr_has("nowhere.yaml");
    assert_eq!(fleet.count("s"), 0);
}

#[test]
fn state_is_flag_then_variable_then_config_then_systemd_then_xdg_then_home() {
    let fleet = healthy();
    let url = fleet.url("s");
    let plain = named("c", &url);
    let home = Home::new().unset("CANARY_STATE_DIR");
    let dir = |name: &str| home.path(name).display().to_string();
    let (variable, systemd, xdg) = (dir("variable"), format!("{}:/nowhere/else", dir("systemd")), dir("xdg"));
    home.write("sub/plain.yaml", &plain);
    home.write("sub/own.yaml", format!("state_dir: ./own\n{plain}"));

    let check = |home: &Home, args: &[&str], wanted: &str| {
        home.check(args).code(0);
        let path = home.path(wanted).join("history.jsonl");
        let text =
            std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{args:?} {}: {error}", path.display()));
        assert_eq!(text.lines().count(), 1, "{args:?} {wanted}");
        std::fs::remove_dir_all(home.path(wanted)).expect("removed");
    };
    check(&home, &["-c", "sub/plain.yaml"], ".local/state/canary");
    let home = home.env("XDG_STATE_HOME", "xdg");
    check(&home, &["-c", "sub/plain.yaml"], ".local/state/canary");
    let home = home.env("XDG_STATE_HOME", &xdg);
    check(&home, &["-c", "sub/plain.yaml"], "xdg/canary");
    let home = home.env("STATE_DIRECTORY", &systemd);
    check(&home, &["-c", "sub/plain.yaml"], "systemd");
    check(&home, &["-c", "sub/own.yaml"], "sub/own");
    let home = home.env("CANARY_STATE_DIR", &variable);
    check(&home, &["-c", "sub/own.yaml"], "variable");
    check(&home, &["-c", "sub/own.yaml", "--state-dir", "flag"], "flag");
}

#[test]
fn paths_in_the_config_are_relative_to_it_and_history_to_the_state() {
    let fleet = healthy();
    let home = Home::new();
    home.write("etc/schemas/s.json", r#"{"type":"object"}"#);
    home.write("etc/token", "t0ken\n");
    home.write(
        "etc/p.yaml",
        format!(
            "history: {{ path: log/h.jsonl }}\nschemas: {{ s: schemas/s.json }}\n{}",
            channel(&fleet.url("s"), &[("e", "{ path: /, schema: s, auth: { bearer: \"${file:token}\" } }")])
        ),
    );
    home.check(&["-c", "etc/p.yaml"]).code(0);
    assert_eq!(fleet.requests("s")[0].header("authorization"), Some("Bearer t0ken"));
    assert_eq!(home.read("state/log/h.jsonl").lines().count(), 1);
}

#[test]
fn root_refuses_a_config_of_somebody_else_found_here() {
    if !is_root() {
        println!("SKIPPED: needs root to give files away");
        return;
    }
    let fleet = healthy();
    let home = Home::with_config(&named("c", &fleet.url("s")));
    chown(home.path("probes.yaml"), Some(65534), None).expect("given away");
    home.run(["check"]).refused().stderr_has("probes.yaml");
    home.run(["config", "check"]).refused();
    assert_eq!(fleet.count("s"), 0);
}

#[test]
fn root_refuses_an_env_file_of_somebody_else() {
    if !is_root() {
        println!("SKIPPED: needs root to give files away");
        return;
    }
    let fleet = healthy();
    let home = Home::with_config(&named("c", &fleet.url("s")));
    let env = home.write(".env", "A=b\n");
    chown(env, Some(65534), None).expect("given away");
    home.run(["check"]).refused().stderr_has(".env");
    assert_eq!(fleet.count("s"), 0);
}

#[test]
fn root_refuses_commands_from_a_config_that_others_can_write() {
    if !is_root() {
        println!("SKIPPED: a rule for root");
        return;
    }
    let fleet = healthy();
    let rule = "{ path: /, heal: [ { when: { reason: [connect] }, run: { command: [/bin/true] } } ] }";
    for mode in [0o666, 0o620, 0o602] {
        let home = Home::with_config(&channel(&fleet.url("s"), &[("e", rule)]));
        let set = |mode| std::fs::set_permissions(home.path("probes.yaml"), std::fs::Permissions::from_mode(mode));
        set(mode).expect("mode set");
        home.run(["check"]).refused().stderr_has("probes.yaml");
        set(0o644).expect("mode set");
        home.run(["check"]).code(0);
    }
    let home = Home::with_config(&named("c", &fleet.url("s")));
    std::fs::set_permissions(home.path("probes.yaml"), std::fs::Permissions::from_mode(0o666)).expect("mode set");
    home.run(["check"]).code(0);
}

/// A secret that is written into a file counts, not one that the file refers to.
#[test]
fn secrets_that_everybody_can_read_are_warned_of() {
    let fleet = healthy();
    let with = |token: &str| {
        let home = Home::with_config(&channel(
            &fleet.url("s"),
            &[("e", &format!("{{ path: /, auth: {{ bearer: \"{token}\" }} }}"))],
        ));
        home.write(".env", "TOKEN=t0ken-of-vk\nCITY=Kazan\n");
        home
    };
    let mode = |home: &Home, name: &str, mode: u32| {
        std::fs::set_permissions(home.path(name), std::fs::Permissions::from_mode(mode)).expect("mode set");
    };
    let all_modes = |home: &Home, dir: u32, config: u32, env: u32| {
        mode(home, "probes.yaml", config);
        mode(home, ".env", env);
        mode(home, "", dir);
    };
    for (token, dir, config, env, warned) in [
        ("literal-t0ken", 0o755, 0o644, 0o644, Some("probes.yaml: everybody on this machine can read the secrets")),
        ("${NONE:-literal-t0ken}", 0o755, 0o644, 0o600, Some("probes.yaml: everybody")),
        (
            "${TOKEN}",
            0o755,
            0o644,
            0o644,
            Some(".env: everybody on this machine can read the secrets in it, such as TOKEN"),
        ),
        ("literal-t0ken", 0o755, 0o640, 0o644, None),
        ("literal-t0ken", 0o700, 0o644, 0o644, None),
        ("${TOKEN}", 0o755, 0o644, 0o640, None),
        ("${TOKEN}", 0o700, 0o644, 0o644, None),
    ] {
        let home = with(token);
        all_modes(&home, dir, config, env);
        for args in [&["check"][..], &["check", "c/e"], &["config", "check"]] {
            let ran = home.run(args.iter().copied()).code(0);
            let warnings = ran.stderr.matches("everybody").count();
            assert_eq!(warnings, usize::from(warned.is_some()), "{token} {dir:o} {config:o} {env:o}\n{}", ran.stderr);
            assert!(ran.stderr.contains(warned.unwrap_or_default()), "{}", ran.stderr);
            assert!(!ran.stderr.contains("t0ken"), "{}", ran.stderr);
        }
        home.run(["status"]).code(0).stderr("");
        home.run(["check", "-q"]).code(0).stderr("");
    }
}
