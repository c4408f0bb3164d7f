//! Completion in real shells: names of the configuration in reach, silence where there is none.

use crate::contrib::there;
use crate::support::Home;
use canary::demo::shipped;
use std::path::Path;
use std::process::Command;

const CONFIG: &str = "
proxies: { residential: { urls: ['http://127.0.0.1:1'] } }
receivers: { ops-mail: { type: command, command: ['true'] }, ops-chat: { type: command, command: ['true'] } }
channels:
  vk: { base_url: 'http://127.0.0.1:1', tags: [ru], endpoints: { health: { path: / }, api: { path: /a, tags: [slow] } } }
  max: { base_url: 'http://127.0.0.1:1', endpoints: { health: { path: / } } }
";

/// The script of a shell lies in `file`.
fn home(config: &str, shell: &str, file: &str) -> Home {
    let home = Home::with_config(config);
    let script = home.run(["completions", shell]).code(0).stdout;
    home.write(file, script);
    home
}

/// Runs a shell with the binary under test in its PATH; returns what it printed, which must be all that it said.
fn shell(home: &Home, program: &str, args: &[&str]) -> String {
    let mut command = Command::new(program);
    let binary = Path::new(env!("CARGO_BIN_EXE_canary")).parent().expect("a directory").display().to_string();
    command
        .args(args)
        .current_dir(home.dir())
        .env_clear()
        .env("PATH", format!("{binary}:/usr/local/bin:/usr/bin:/bin"));
    command.env("HOME", home.dir()).env("TERM", "dumb").env("CANARY_STATE_DIR", home.path("state"));
    let output = command.output().unwrap_or_else(|error| panic!("{program}: {error}"));
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    let own: Vec<&str> = stderr.lines().filter(|line| !line.contains("compopt")).collect();
    assert!(output.status.success() && own.is_empty(), "{program} {args:?}: {stderr}");
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// What bash would put in the place of the last word. It cuts words at `:` and `=`, too.
fn bash(home: &Home, line: &str) -> Vec<String> {
    let script = r#"source canary.bash
        COMP_LINE=$1 COMP_POINT=${#1} COMP_WORDS=($(sed 's/\([:=]\)/ \1 /g' <<< "$1"))
        [[ $1 == *[[:space:]:=] ]] && COMP_WORDS+=("")
        COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
        _canary canary "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
        ((${#COMPREPLY[@]})) && printf '%s\n' "${COMPREPLY[@]}"
        true"#;
    shell(home, "/bin/bash", &["--norc", "-c", script, "bash", line]).lines().map(str::to_owned).collect()
}

#[test]
fn bash_completes_names() {
    let home = home(CONFIG, "bash", "canary.bash");
    for (line, wanted) in [
        ("canary check vk", &["vk", "vk/health", "vk/api"][..]),
        ("canary check vk/h", &["vk/health"]),
        ("canary check ", &["all", "vk", "max", "tag:ru", "tag:slow", "vk/health", "vk/api", "max/health"]),
        ("canary -q check max/health vk/a", &["vk/api"]),
        ("canary check tag:s", &["slow"]),
        ("canary check --tag r", &["ru"]),
        ("canary check --tag=s", &["slow"]),
        ("canary check --via ", &["residential", "direct"]),
        ("canary check -o jso", &["json", "jsonl"]),
        ("canary silence add max/", &["max/health"]),
        ("canary alerts test ops-m", &["ops-mail"]),
        ("canary alerts test ops-mail ops-c", &["ops-chat"]),
        ("canary init --channel av", &["avito"]),
        ("canary init --channel vk,ma", &["vk,max"]),
    ] {
        assert_eq!(bash(&home, line), wanted, "{line}");
    }
}

#[test]
fn bash_still_completes_commands_and_options() {
    let home = home(CONFIG, "bash", "canary.bash");
    assert_eq!(bash(&home, "canary chec"), ["check"]);
    assert_eq!(bash(&home, "canary check --dry"), ["--dry-run"]);
    assert_eq!(bash(&home, "canary check --fail-on n"), ["never"]);
    assert!(bash(&home, "canary check --deadline 5m --").contains(&"--due".to_owned()));
}

#[test]
fn another_configuration_on_the_line_is_the_one_that_counts() {
    let home = home(CONFIG, "bash", "canary.bash");
    home.write("other.yaml", CONFIG.replace("vk:", "zz:"));
    for option in ["-c other.yaml", "-cother.yaml", "--config other.yaml", "--config=other.yaml"] {
        assert_eq!(bash(&home, &format!("canary {option} check z")), ["zz", "zz/health", "zz/api"], "{option}");
        assert_eq!(bash(&home, &format!("canary check {option} zz/h")), ["zz/health"], "{option}");
    }
}

#[test]
fn a_broken_or_missing_configuration_offers_nothing_and_says_nothing() {
    for config in ["channels: [", "{", "", "channels: { vk: { endpoints: { e: { path: 5 } } } }"] {
        let home = home(config, "bash", "canary.bash");
        for line in [
            "canary check v",
            "canary check --tag ",
            "canary alerts test ",
            "canary incidents ack ",
            "canary check --via ",
        ] {
            let found = bash(&home, line);
            assert!(!found.iter().any(|found| found.starts_with('v')), "{config:?} {line}: {found:?}");
        }
        let ran = home.run(["__names", "canary", "check", "v"]).code(0);
        assert_eq!((ran.stdout.as_str(), ran.stderr.as_str()), ("", ""), "{config:?}");
    }
    let home = home(CONFIG, "bash", "canary.bash");
    std::fs::remove_file(home.path("probes.yaml")).expect("removed");
    let pipe = Command::new("mkfifo").arg(home.path("probes.yaml")).status();
    assert!(pipe.is_ok_and(|status| status.success()));
    assert_eq!(bash(&home, "canary check v"), [""; 0], "a pipe that nobody writes to");
    home.run(["__names"]).code(0).stdout("").stderr("");
    home.run(["__names", "canary", "nonsense", "--what", "v"]).code(0).stdout("").stderr("");
    assert!(!home.path("state").exists(), "a question leaves nothing behind");
}

#[test]
fn ten_thousand_endpoints_are_offered_by_channel() {
    let many = (0..10_000).fold(String::new(), |all, n| all + "      e" + &n.to_string() + ": { path: / }\n");
    let home =
        Home::with_config(&format!("channels:\n  big:\n    base_url: http://127.0.0.1:1\n    endpoints:\n{many}"));
    let ask = |typed: &str| home.run(["__names", "canary", "check", typed]).code(0).stdout;
    assert_eq!(ask(""), "all\t10000 endpoints\nbig\t10000 endpoints\n");
    assert_eq!(ask("big/e99").lines().count(), 111);
}

#[test]
fn fish_completes_names() {
    if !there("fish") {
        return;
    }
    let home = home(CONFIG, "fish", "canary.fish");
    for (line, wanted) in [
        ("canary check vk/", "vk/health\nvk/api\n"),
        ("canary check tag:", "tag:ru\t1 endpoint\ntag:slow\t1 endpoint\n"),
        ("canary check --tag ", "ru\t1 endpoint\nslow\t1 endpoint\n"),
        ("canary check --tag=s", "--tag=slow\t1 endpoint\n"),
        ("canary alerts test ", "ops-mail\nops-chat\n"),
        ("canary check --via r", "residential\t1 exit\n"),
        ("canary init --channel vk,a", "vk,avito\n"),
        ("canary incidents ack ", ""),
        ("canary chec", "check\tProbe endpoints, judge, record, print; the exit code says how it stands\n"),
    ] {
        let said = shell(&home, "fish", &["--no-config", "-c", &format!("source canary.fish; complete -C '{line}'")]);
        assert_eq!(said.replace("\t\n", "\n"), wanted, "{line}");
    }
}

/// A terminal of its own in which zsh completes a line; then a key prints the line as it stands.
const ZSH: &str = r#"
zmodload zsh/zpty || exit 0
zpty z zsh -f -i
zpty -w z 'PS1= PS2=; fpath=($PWD/functions $fpath); autoload -U compinit; compinit -u -D; bindkey "^I" complete-word'
zpty -w z 'show() { print -r -- "<""<$BUFFER>"">"; BUFFER=; zle accept-line }; zle -N show; bindkey "^X" show'
for line in "$@"; do
    zpty -w -n z "$line"$'\t\x18'
    zpty -r -m z seen '*<<*>>*'
    seen=${seen##*<<}
    print -r -- ${seen%%>>*}
done
zpty -d z
"#;

#[test]
fn zsh_completes_names() {
    if !there("zsh") {
        return;
    }
    let home = home(CONFIG, "zsh", "functions/_canary");
    let cases = [
        ("canary check vk/h", "canary check vk/health "),
        ("canary check tag:s", "canary check tag:slow "),
        ("canary check --tag s", "canary check --tag slow "),
        ("canary check --tag=s", "canary check --tag=slow "),
        ("canary alerts test ops-c", "canary alerts test ops-chat "),
        ("canary check max/health vk/a", "canary check max/health vk/api "),
        ("canary check --dry", "canary check --dry-run "),
        ("canary comp", "canary completions "),
    ];
    let mut args = vec!["-f", "-c", ZSH, "zsh"];
    args.extend(cases.iter().map(|(line, _)| *line));
    let said = shell(&home, "zsh", &args);
    let wanted: Vec<&str> = cases.iter().map(|(_, wanted)| *wanted).collect();
    assert_eq!(said.lines().collect::<Vec<_>>(), wanted);
}

#[test]
fn the_starter_offers_its_own_names() {
    let home = Home::new();
    home.run(["init"]).code(0);
    let said = home.run(["__names", "canary", "check", ""]).code(0).stdout;
    for channel in shipped::channels() {
        assert!(said.contains(&format!("\n{channel}/health\t")), "{channel}:\n{said}");
    }
}
