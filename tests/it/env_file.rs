//! The env file, and how variables come into values.

use crate::support::Home;
use crate::support::configs::{channel, healthy};

/// Sends `X-Seen: ${SEEN…}` to the fleet and tells what arrived.
#[track_caller]
fn seen(home: &Home, args: &[&str], value: &str) -> String {
    let fleet = healthy();
    let settings = format!("{{ path: /, headers: {{ X-Seen: '{value}' }} }}");
    home.write("probes.yaml", channel(&fleet.url("s"), &[("e", &settings)]));
    home.check(args).code(0);
    fleet.requests("s")[0].header("x-seen").unwrap_or("(none)").to_owned()
}

#[test]
fn the_flag_replaces_the_file_beside_the_config_and_the_real_environment_wins() {
    let home = Home::new();
    home.write(".env", "SEEN=beside\n");
    home.write("other.env", "SEEN=other\n");
    assert_eq!(seen(&home, &[], "${SEEN}"), "beside");
    assert_eq!(seen(&home, &["--env-file", "other.env"], "${SEEN}"), "other");
    let home = home.env("SEEN", "real");
    assert_eq!(seen(&home, &[], "${SEEN}"), "real");
    assert_eq!(seen(&home, &["--env-file", "other.env"], "${SEEN}"), "real");
}

#[test]
fn a_named_env_file_must_be_there() {
    let home = Home::with_config(&channel("http://127.0.0.1:1", &[("e", "{ path: / }")]));
    home.run(["check", "--env-file", "nowhere.env"]).refused().stderr_has("nowhere.env");
    home.run(["check", "--env-file", "."]).refused();
}

#[test]
fn env_files_take_quotes_export_comments_and_crlf() {
    let home = Home::new();
    for (text, value) in [
        ("SEEN=plain", "plain"),
        ("SEEN=plain\r\n", "plain"),
        ("# a comment\n\nSEEN=plain\n", "plain"),
        ("export SEEN=plain\n", "plain"),
        ("SEEN='a b # c'\n", "a b # c"),
        ("SEEN=\"a b\"\n", "a b"),
        ("OTHER=1\nSEEN=a=b==\n", "a=b=="),
    ] {
        home.write(".env", text);
        assert_eq!(seen(&home, &[], "${SEEN}"), value, "{text:?}");
    }
}

#[test]
fn a_broken_env_file_is_refused_with_its_line() {
    let home = Home::with_config(&channel("http://127.0.0.1:1", &[("e", "{ path: / }")]));
    home.write(".env", "A=1\nthis is no assignment\n");
    home.run(["check"]).refused().stderr_has(".env:2");
    home.write(".env", b"A=1\nB=\xff\xfe\n");
    home.run(["check"]).refused().stderr_has(".env:2");
}

#[test]
fn defaults_count_for_unset_and_empty() {
    let home = Home::new().env("EMPTY", "").env("SET", "set");
    for (text, value) in [
        ("${NONE:-default}", "default"),
        ("${EMPTY:-default}", "default"),
        ("${SET:-default}", "set"),
        ("${SET:?must be there}", "set"),
        ("$${SET}", "${SET}"),
        ("a$b $5 $", "a$b $5 $"),
        ("x${SET}y${SET}z", "xsetysetz"),
        ("${NONE:-http://h:1/x}", "http://h:1/x"),
    ] {
        assert_eq!(seen(&home, &[], text), value, "{text}");
    }
}

#[test]
fn what_a_variable_holds_is_not_expanded_again() {
    let home = Home::new().env("OUTER", "${INNER}").env("INNER", "no");
    assert_eq!(seen(&home, &[], "${OUTER}"), "${INNER}");
}

#[test]
fn a_required_variable_tells_its_message() {
    let home = Home::with_config(&channel(
        "http://127.0.0.1:1",
        &[("e", "{ path: /, headers: { X-A: \"${NONE:?ask the operator}\" } }")],
    ));
    home.run(["check"]).refused().stderr_has("NONE").stderr_has("ask the operator");
    let home = home.env("NONE", "");
    home.run(["check"]).refused().stderr_has("ask the operator");
}

#[test]
fn credentials_come_from_systemd() {
    let home = Home::new();
    home.write("creds/tok", "from-systemd\n");
    let dir = home.path("creds").display().to_string();
    let home = home.env("CREDENTIALS_DIRECTORY", &dir);
    assert_eq!(seen(&home, &[], "${cred:tok}"), "from-systemd");
}

#[test]
fn files_are_read_up_to_a_mebibyte_and_never_hang() {
    for path in ["/dev/zero", "nowhere", ".", "big", "pipe"] {
        let home = Home::with_config(&channel(
            "http://127.0.0.1:1",
            &[("e", &format!("{{ path: /, headers: {{ X-A: \"${{file:{path}}}\" }} }}"))],
        ));
        home.write("big", vec![b'x'; (1 << 20) + 1]);
        let made = std::process::Command::new("mkfifo").arg(home.path("pipe")).status().expect("mkfifo");
        assert!(made.success());
        home.run(["check"]).refused().stderr_has(path);
    }
}

#[test]
fn numbers_and_booleans_take_expanded_strings() {
    let fleet = healthy();
    let settings = "{ path: /, enabled: \"${ON}\", max_per_host: \"${NUMBER}\", retry: { attempts: \"${NUMBER}\" } }";
    let home = Home::with_config(&channel(&fleet.url("s"), &[("e", settings)]));
    let home = home.env("ON", "true").env("NUMBER", "3");
    assert_eq!(home.check(&[]).code(0).result("c/e")["verdict"], "up");
    let home = home.env("ON", "false");
    assert_eq!(home.check(&[]).code(0).result("c/e")["verdict"], "skipped");
    let home = home.env("NUMBER", "three");
    home.run(["check"]).refused().stderr_has("probes.yaml:");
}

#[test]
fn env_file_values_are_taken_as_they_are() {
    let home = Home::new();
    for (text, value) in [
        ("SEEN=pa$word1", "pa$word1"),
        ("SEEN=a$$b$", "a$$b$"),
        ("SEEN=${OTHER}x", "${OTHER}x"),
        ("SEEN=two words # a note", "two words"),
        ("SEEN=it's", "it's"),
        ("SEEN=back\\slash", "back\\slash"),
        ("SEEN=first\nSEEN=last\n", "last"),
    ] {
        home.write(".env", text);
        assert_eq!(seen(&home, &[], "${SEEN}"), value, "{text:?}");
    }
}

#[test]
fn every_bad_line_of_an_env_file_is_told_at_once() {
    let home = Home::with_config(&channel("http://127.0.0.1:1", &[("e", "{ path: / }")]));
    home.write(".env", "A=1\nB=\"hunter2\n# fine\nhunter2\nC='a' hunter2\n");
    let ran = home.run(["check"]).refused();
    ran.stderr_has(".env:2:3: ").stderr_has(".env:4:1: ").stderr_has(".env:5:7: ").stderr_lacks("hunter2");
}

#[test]
fn a_named_env_file_may_be_a_pipe_or_nothing() {
    let home = Home::new();
    assert_eq!(seen(&home, &["--env-file", "/dev/null"], "${SEEN:-none}"), "none");
    let pipe = home.path("pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status().expect("mkfifo");
    assert!(made.success());
    let writer = std::thread::spawn(move || std::fs::write(pipe, "SEEN=piped\n"));
    assert_eq!(seen(&home, &["--env-file", "pipe"], "${SEEN}"), "piped");
    writer.join().expect("joined").expect("written");
}
