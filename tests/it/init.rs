//! `init`: a starter that works as it stands.

use crate::support::{Home, Ran, verdict_of};
use canary::demo::fleet::{Fleet, Service};

/// The ports of the five bridges, surely closed.
fn closed() -> (Fleet, Home) {
    let names = ["WHATSAPP", "TELEGRAM", "VK", "MAX", "AVITO"];
    let fleet = Fleet::start(names.iter().map(|name| Service::new(name).refusing())).expect("a fleet");
    let home = names.iter().fold(Home::new(), |home, name| home.env(&format!("{name}_BRIDGE_URL"), &fleet.url(name)));
    (fleet, home)
}

fn init(home: &Home) -> Ran {
    home.run(["init"])
}

#[test]
fn it_writes_a_config_that_is_right_and_says_what_next() {
    let (_fleet, home) = closed();
    let ran = init(&home).code(0);
    let said = format!("{}{}", ran.stdout, ran.stderr);
    assert!(said.contains("probes.yaml") && said.contains("canary "), "{said}");
    assert!(home.path("schemas/health.json").exists());
    assert_eq!(home.read("probes.yaml"), include_str!("../../probes.yaml"));
    home.run(["config", "check"]).code(0).stdout_has("endpoints");
}

#[test]
fn the_first_check_names_the_five_bridges_and_skips_the_rest() {
    let (_fleet, home) = closed();
    init(&home).code(0);
    let ran = home.check(&[]).code(1);
    let mut down: Vec<String> = Vec::new();
    for result in ran.results() {
        match verdict_of(&result).as_str() {
            "skipped" => {}
            "down/connect" => down.push(crate::support::name_of(&result)),
            other => panic!("{other}: {result}"),
        }
    }
    let channels: std::collections::BTreeSet<&str> = down.iter().filter_map(|name| name.split('/').next()).collect();
    assert_eq!(channels.len(), 5, "{down:?}");
    assert!(down.iter().all(|name| name.ends_with("/health") || name.ends_with("/extended")), "{down:?}");
    assert!(ran.json()["summary"]["skipped"].as_u64() > Some(5), "{}", ran.json()["summary"]);
    home.run(["check"]).code(1).stdout_has("vk/health").stdout_has("down");
}

#[test]
fn it_never_overwrites() {
    let (_fleet, home) = closed();
    home.write("probes.yaml", "mine\n");
    init(&home).refused().stderr_has("probes.yaml");
    assert_eq!(home.read("probes.yaml"), "mine\n");
    assert!(!home.path("schemas").exists(), "half of it was written");

    let (_fleet, home) = closed();
    home.write("schemas/health.json", "mine\n");
    init(&home).refused().stderr_has("schemas/health.json");
    assert_eq!(home.read("schemas/health.json"), "mine\n");
    assert!(!home.path("probes.yaml").exists(), "half of it was written");

    let (_fleet, home) = closed();
    init(&home).code(0);
    init(&home).refused();
}

#[test]
fn a_dangling_link_in_its_way_is_not_followed() {
    let (_fleet, home) = closed();
    std::os::unix::fs::symlink(home.path("elsewhere"), home.path("probes.yaml")).expect("a link");
    init(&home).refused();
    assert!(!home.path("elsewhere").exists());
}

#[test]
fn a_directory_that_cannot_be_written_is_exit_3() {
    let (_fleet, home) = closed();
    home.write("schemas", "a file in the place of the directory");
    let ran = init(&home);
    assert!(matches!(ran.code, Some(2 | 3)), "{ran:?}");
    assert!(!home.path("probes.yaml").exists(), "half of it was written");
    let mut command = home.command(["init"]);
    command.current_dir("/proc");
    let ran: Ran = command.output().expect("started").into();
    ran.code(3);
}

#[test]
fn a_configuration_is_no_place_to_write_to() {
    let home = Home::new();
    home.run(["init", "-c", "sub/p.yaml"]).code(2).stdout("").stderr_has("--config sub/p.yaml: canary init DIR");
    assert!(!home.path("probes.yaml").exists());
}
