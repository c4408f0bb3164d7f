//! Somebody new, an empty home, the binary, and the README's first screen.

use crate::support::Home;
use canary::demo::fleet::{Fleet, Service};
use canary::demo::shipped;
use std::collections::BTreeSet;

#[test]
fn canary_alone_shows_the_three_commands_that_one_needs_first() {
    let ran = Home::new().run([""; 0]).refused();
    for command in ["canary demo", "canary init", "canary check", "canary --help"] {
        assert!(ran.stderr.contains(command), "{command}: {}", ran.stderr);
    }
    assert!(ran.stderr.lines().count() <= 10, "{}", ran.stderr);
    Home::new().run(["-q"]).refused().stderr_has("check");
}

#[test]
fn the_version_says_how_it_was_built() {
    let long = Home::new().run(["--version"]).code(0).stdout;
    assert!(long.starts_with(concat!("canary ", env!("CARGO_PKG_VERSION"), " (")), "{long}");
    assert!(long.contains("rustls") && long.contains(std::env::consts::ARCH), "{long}");
    Home::new().run(["-V"]).code(0).stdout(concat!("canary ", env!("CARGO_PKG_VERSION"), "\n"));
}

/// Five bridges that refuse, and the environment that leads to them.
fn bridges(home: Home) -> (Fleet, Home) {
    let names = ["WHATSAPP", "TELEGRAM", "VK", "MAX", "AVITO"];
    let fleet = Fleet::start(names.iter().map(|name| Service::new(name).refusing())).expect("a fleet");
    let home = names.iter().fold(home, |home, name| home.env(&format!("{name}_BRIDGE_URL"), &fleet.url(name)));
    (fleet, home)
}

#[test]
fn every_way_without_a_configuration_says_what_to_do() {
    let home = Home::new();
    for args in [
        &["check"][..],
        &["check", "vk"],
        &["config", "check"],
        &["config", "show"],
        &["incidents", "list"],
        &["incidents", "show", "x"],
        &["alerts", "list"],
        &["alerts", "test"],
        &["silence", "add", "vk", "--for", "1h"],
        &["silence", "list"],
    ] {
        let ran = home.run(args.iter().copied()).refused().stderr_has("canary init").stderr_has("probes.yaml");
        assert_eq!(ran.stderr.lines().count(), 1, "{args:?}: {}", ran.stderr);
    }
    home.run(["check", "-c", "nowhere.yaml"])
        .refused()
        .stderr_has("nowhere.yaml: there is no such file")
        .stderr_has("--config");
    home.run(["whatever"]).refused().stderr_has("init").stderr_has("canary check TARGET");
    home.run(["help", "chek"]).refused().stderr_has("there is `check`");
    home.run(["check", "-o", "json=no/where", "http://127.0.0.1:1"]).code(3).stderr_has("there is no such directory");
    assert_eq!(std::fs::read_dir(home.dir()).expect("the home").count(), 0, "something was left behind");
}

#[test]
fn every_misspelt_name_gets_a_suggestion() {
    let home = Home::with_config(
        "proxies: { residential: { urls: ['http://127.0.0.1:1'] } }\n\
         receivers: { ops-mail: { type: command, command: ['true'] } }\n\
         channels: { vk: { base_url: 'http://127.0.0.1:1', tags: [russia], endpoints: { health: { path: / } } } }\n",
    );
    for (args, wanted) in [
        (&["chekc"][..], "check"),
        (&["incident", "list"], "incidents"),
        (&["incidents", "lst"], "list"),
        (&["alerts", "flsh"], "flush"),
        (&["silence", "ad"], "add"),
        (&["config", "shw"], "show"),
        (&["man", "chek"], "check"),
        (&["completions", "bas"], "bash"),
        (&["check", "--due-now"], "--due"),
        (&["check", "--fail-on", "degrade"], "degraded"),
        (&["check", "--color", "alway"], "always"),
        (&["check", "-o", "jsno"], "json"),
        (&["check", "vk/helth"], "vk/health"),
        (&["check", "health"], "vk/health"),
        (&["check", "vx"], "vk"),
        (&["check", "tag:rusia"], "tag:russia"),
        (&["check", "--tag", "rusia"], "russia"),
        (&["check", "--via", "residental"], "residential"),
        (&["alerts", "test", "ops-mial"], "ops-mail"),
        (&["silence", "add", "vk/helth", "--for", "1h"], "vk/health"),
        (&["incidents", "show", "0"], "there is none at all"),
        (&["silence", "remove", "0"], "there is none at all"),
        (&["check", "example.com/health"], "https://"),
        (&["init", "--channel", "telegrem"], "telegram"),
        (&["init", "--channel", "vk,signal"], "whatsapp, telegram, vk, max, avito"),
    ] {
        home.run(args.iter().copied()).refused().stderr_has(wanted);
    }
    assert!(!home.path("state").exists());
}

#[test]
fn init_writes_the_chosen_channels_and_only_their_schemas() {
    for channel in shipped::channels() {
        let (_fleet, home) = bridges(Home::new());
        home.run(["init", "--channel", channel]).code(0).stderr_has("canary config check");
        home.run(["config", "check"]).code(0).stdout_has(" in 1 channel: ");
        let names = home.check(&["--dry-run"]).code(1).names();
        assert!(names.len() >= 4 && names.iter().all(|name| name.starts_with(&format!("{channel}/"))), "{names:?}");
        for (file, _) in crate::support::scan::files(&home.path("schemas")) {
            let name = file.file_stem().and_then(|name| name.to_str()).expect("a name").to_owned();
            let ours = name.starts_with("health") || name.starts_with(channel);
            assert!(ours && home.read("probes.yaml").contains(&format!("schemas/{name}.json")), "{channel}: {name}");
        }
    }
    let (_fleet, home) = bridges(Home::new());
    home.run(["init", "--channel", "telegram,vk", "--channel", "max", "sub"]).code(0);
    home.run(["config", "check", "-c", "sub/probes.yaml"]).code(0).stdout_has(" in 3 channels: ");
    let home = Home::new();
    home.run(["init", "--channel", "tg"]).refused();
    assert_eq!(std::fs::read_dir(home.dir()).expect("the home").count(), 0);
}

/// The commands of the README's section "Five minutes to your own first check", in its order, without URLs of others.
fn walk() -> Vec<String> {
    let readme = include_str!("../../README.md");
    let section = readme.split("\n## ").find(|part| part.starts_with("Five minutes")).expect("the section");
    let lines = section.lines().map(|line| line.split("   #").next().unwrap_or(line).trim());
    lines
        .filter(|line| line.starts_with("canary ") && !line.contains("https://") && !line.contains('|'))
        .map(str::to_owned)
        .collect()
}

#[test]
fn the_readme_can_be_followed_in_an_empty_home() {
    let (_fleet, home) = bridges(Home::new());
    let walk = walk();
    let told: BTreeSet<&str> = walk.iter().filter_map(|line| line.split(' ').nth(1)).collect();
    assert!(["init", "config", "check"].iter().all(|command| told.contains(command)), "{walk:?}");
    for line in walk.iter().filter(|line| !line.contains("shop")) {
        let line = line.replace('\'', "");
        let ran = home.run(line.split(' ').skip(1));
        let wanted = i32::from(line.starts_with("canary check"));
        assert_eq!(ran.code, Some(wanted), "{line}: {}\n{}", ran.stdout, ran.stderr);
    }
}
