//! TARGET arguments, tags and shards.

use crate::support::Home;
use crate::support::configs::{DEFAULTS, channel, healthy};
use canary::demo::fleet::Fleet;
use std::collections::BTreeSet;
use std::fmt::Write;

/// Two channels, six endpoints, one of them disabled.
fn fixture(fleet: &Fleet) -> Home {
    let url = fleet.url("s");
    Home::with_config(&format!(
        "{DEFAULTS}channels:\n  vk:\n    base_url: {url}\n    tags: [ru]\n    endpoints:\n      health: {{ path: /health }}\n      \
         extended: {{ path: /extended, tags: [slow, ru] }}\n      old: {{ path: /old, enabled: false }}\n  \
         telegram:\n    base_url: {url}\n    tags: [fi]\n    endpoints:\n      health: {{ path: /health }}\n      \
         get-me: {{ path: /me, tags: [slow] }}\n      web.hook_2: {{ path: /hook }}\n"
    ))
}

const ALL: [&str; 6] =
    ["vk/health", "vk/extended", "vk/old", "telegram/health", "telegram/get-me", "telegram/web.hook_2"];

#[track_caller]
fn selects(home: &Home, args: &[&str], wanted: &[&str]) {
    let ran = home.check(args).code(0);
    assert_eq!(ran.names(), wanted, "{args:?}");
    let total = ran.json()["summary"]["total"].clone();
    assert_eq!(total, wanted.len(), "{args:?}");
}

#[test]
fn targets_select_by_all_their_forms() {
    let fleet = healthy();
    let home = fixture(&fleet);
    selects(&home, &[], &ALL);
    selects(&home, &["all"], &ALL);
    selects(&home, &["telegram"], &ALL[3..]);
    selects(&home, &["vk/health"], &["vk/health"]);
    selects(&home, &["*/health"], &["vk/health", "telegram/health"]);
    selects(&home, &["telegram/*"], &ALL[3..]);
    selects(&home, &["t*/get-??"], &["telegram/get-me"]);
    selects(&home, &["*"], &ALL);
    selects(&home, &["tag:fi"], &["telegram/health", "telegram/web.hook_2"]);
    selects(&home, &["tag:slow"], &["vk/extended", "telegram/get-me"]);
    selects(&home, &["telegram/web.hook_2"], &["telegram/web.hook_2"]);
}

#[test]
fn targets_are_united_without_duplicates_in_the_order_of_the_config() {
    let fleet = healthy();
    let home = fixture(&fleet);
    selects(&home, &["telegram/health", "vk/health"], &["vk/health", "telegram/health"]);
    fleet.clear("s");
    selects(&home, &["*/health", "vk/health", "tag:slow", "vk/health"], &[ALL[0], ALL[1], ALL[3], ALL[4]]);
    assert_eq!(fleet.count("s"), 4, "each once");
}

#[test]
fn tags_filter_what_the_targets_named() {
    let fleet = healthy();
    let home = fixture(&fleet);
    selects(&home, &["--tag", "slow"], &["vk/extended", "telegram/get-me"]);
    selects(&home, &["telegram", "--tag", "slow"], &["telegram/get-me"]);
    selects(&home, &["--tag", "slow", "--tag", "fi"], &[ALL[1], ALL[3], ALL[4], ALL[5]]);
}

#[test]
fn an_endpoints_tags_replace_those_of_the_channel() {
    let fleet = healthy();
    let home = fixture(&fleet);
    selects(&home, &["tag:ru"], &["vk/health", "vk/extended", "vk/old"]);
    home.check(&["telegram/get-me", "--tag", "fi"]).code(2);
}

#[test]
fn what_matches_nothing_is_refused_with_near_matches() {
    let fleet = healthy();
    let home = fixture(&fleet);
    for (args, near) in [
        (&["vk/helth"][..], "vk/health"),
        (&["telegrm"], "telegram"),
        (&["vk", "telegram/getme"], "telegram/get-me"),
        (&["tag:slo"], "slow"),
        (&["*/helth"], "health"),
        (&["--tag", "slwo"], "slow"),
        (&["health"], "health"),
    ] {
        home.check(args).refused().stderr_has(near);
    }
    home.check(&["vk", "--tag", "none-such"]).refused();
    assert_eq!(fleet.count("s"), 0, "nothing is probed");
    assert!(!home.path("state").exists(), "nothing is written");
}

#[test]
fn every_command_that_takes_targets_names_what_there_is() {
    let home = fixture(&healthy());
    let commands: [&[&str]; 7] = [
        &["check"],
        &["status"],
        &["history"],
        &["silence", "add", "--for", "1h"],
        &["heal", "reset"],
        &["schema", "infer"],
        &["alerts", "simulate", "--since", "1h"],
    ];
    for (target, said) in [
        ("heath", "did you mean telegram/health, vk/health?"),
        ("vk/heath", "did you mean vk/health?"),
        ("vk/queue", "did you mean vk/health, vk/extended, vk/old?"),
        ("vkk", "did you mean vk?"),
        ("tag:nope", "there are tag:fi, tag:ru, tag:slow"),
        ("whatsapp", "the channels are vk, telegram"),
        ("*/queue", "the channels are vk, telegram"),
    ] {
        for command in commands {
            let words = format!("error: `{target}` matches no endpoint; {said}\n");
            home.run(command.iter().copied().chain([target])).refused().stderr(&words);
        }
    }
    for command in ["check", "status", "history"] {
        let words = "error: `tag:nope` matches no endpoint; there are tag:fi, tag:ru, tag:slow\n";
        home.run([command, "--tag", "nope"]).refused().stderr(words);
    }
    assert!(!home.path("state").exists(), "nothing is written");
}

#[test]
fn ten_thousand_targets_are_taken_or_refused_quickly() {
    let fleet = healthy();
    let home = fixture(&fleet);
    let many = vec!["vk/health"; 10_000];
    assert_eq!(home.check(&many).code(0).names(), ["vk/health"]);
    let ran = home.check(&vec!["no/such"; 10_000]).refused();
    assert!(ran.stderr.len() < 100_000, "{} bytes of complaint", ran.stderr.len());
}

#[test]
fn a_disabled_endpoint_is_skipped_also_when_named() {
    let fleet = healthy();
    let home = fixture(&fleet);
    let ran = home.check(&["vk/old"]).code(0);
    assert_eq!(ran.result("vk/old")["verdict"], "skipped");
    assert_eq!((fleet.count("s"), home.history().len()), (0, 0));
}

#[test]
fn a_url_needs_no_config_and_leaves_nothing() {
    let fleet = healthy();
    let home = Home::new();
    let url = format!("{}/health?x=1", fleet.url("s"));
    let ran = home.check(&[&url]).code(0);
    let results = ran.results();
    assert_eq!(results.len(), 1);
    assert_eq!((results[0]["channel"].as_str(), results[0]["verdict"].as_str()), (Some("adhoc"), Some("up")));
    assert_eq!(fleet.requests("s")[0].target, "/health?x=1");
    assert_eq!(std::fs::read_dir(home.dir()).expect("home").count(), 0, "something was recorded");
    home.run(["check", url.as_str()]).code(0).stdout_has("adhoc");
}

#[test]
fn a_url_beside_configured_targets_is_probed_but_not_recorded() {
    let fleet = healthy();
    let home = fixture(&fleet);
    let url = format!("{}/other", fleet.url("s"));
    let ran = home.check(&["vk/health", &url]).code(0);
    assert_eq!(ran.results().len(), 2);
    let recorded: Vec<_> = home.history().iter().map(|line| line["channel"].clone()).collect();
    assert_eq!(recorded, ["vk"]);
}

#[test]
fn two_urls_are_two_results() {
    let fleet = healthy();
    let (one, two) = (format!("{}/1", fleet.url("s")), format!("{}/2", fleet.url("s")));
    let ran = Home::new().check(&[&one, &two, &one]).code(0);
    let names: BTreeSet<String> = ran.names().into_iter().collect();
    assert_eq!((ran.results().len(), names.len(), fleet.count("s")), (2, 2, 2));
}

/// `e0` … of one channel.
fn many(fleet: &Fleet, count: usize) -> Home {
    let mut yaml = channel(&fleet.url("s"), &[]);
    for number in 0..count {
        writeln!(yaml, "      e{number}: {{ path: /e{number} }}").expect("written");
    }
    Home::with_config(&yaml)
}

#[test]
fn shards_divide_the_endpoints_among_them() {
    let fleet = healthy();
    let home = many(&fleet, 24);
    let mut seen = BTreeSet::new();
    let mut sizes = Vec::new();
    for shard in ["1/3", "2/3", "3/3"] {
        let names = home.check(&["--shard", shard, "--no-history"]).code(0).names();
        sizes.push(names.len());
        for name in names {
            assert!(seen.insert(name.clone()), "{name} is in two shards");
        }
    }
    assert_eq!(seen.len(), 24, "{seen:?}");
    assert!(sizes.iter().all(|size| *size > 0), "{sizes:?}");
    assert_eq!(home.check(&["--shard", "1/1", "--no-history"]).code(0).names().len(), 24);
}

#[test]
fn a_shard_holds_the_same_endpoints_when_others_come() {
    let fleet = healthy();
    let (few, more) = (many(&fleet, 10), many(&fleet, 20));
    let before = few.check(&["--shard", "1/2", "--dry-run"]).code(0).names();
    let after = more.check(&["--shard", "1/2", "--dry-run"]).code(0).names();
    let kept: Vec<&String> = after.iter().filter(|name| name[3..].parse::<usize>().is_ok_and(|n| n < 10)).collect();
    assert_eq!(before.iter().collect::<Vec<_>>(), kept);
}

#[test]
fn an_empty_shard_is_no_error() {
    let fleet = healthy();
    let home = many(&fleet, 1);
    let counts: Vec<usize> =
        (1..=4).map(|k| home.check(&["--shard", &format!("{k}/4"), "--dry-run"]).code(0).results().len()).collect();
    assert_eq!(counts.iter().sum::<usize>(), 1, "{counts:?}");
}

#[test]
fn a_configuration_without_endpoints_is_no_all_clear() {
    for yaml in ["channels: {}\n", "channels: { c: { endpoints: {} } }\n"] {
        Home::with_config(yaml).check(&[]).refused().stderr_has("nothing to check");
    }
}
