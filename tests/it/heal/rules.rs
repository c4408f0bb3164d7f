//! Which rule is taken, and what `run: none` and a hollow one mean.

use super::{COUNT, FAST, fleet, home, items, list, told, tried};
use crate::support::Home;
use canary::demo::fleet::Behaviour;
use serde_json::{Value, json};

#[test]
fn conditions_see_the_whole_body_and_the_first_match_wins() {
    let fleet = fleet();
    let body = |code: u16| json!({ "pad": "x".repeat(200_000), "sessions": [{ "code": code }] }).to_string();
    let settings = format!(
        "path: /, expect: {{ json: {{ $.ok: true }} }}, heal: [
          {{ when: {{ reason: [connect] }}, run: {{ command: [sh, -c, 'echo connect >> tried'] }}, {FAST} }},
          {{ when: {{ json: {{ '$.sessions[0].code': 401 }} }}, run: none, after: 1 }},
          {{ when: {{ reason: [json], json: {{ '$.sessions[*].code': {{ in: [408, 515] }} }} }}, run: {{ command: [sh, -c, 'echo lost >> tried'] }}, {FAST} }},
          {{ when: {{ json: {{ $.nothing: 1 }} }}, run: {{ command: [sh, -c, 'echo never >> tried'] }}, {FAST} }} ]"
    );
    let home = home(&fleet, "after: 1", &[("e", &settings)]);
    fleet.set("s", "*", Behaviour::json(200, body(408)));
    home.check(&[]).code(1);
    assert_eq!(home.read("tried"), "lost\n");
    home.run(["report", "--out", "out"]).code(0);
    let page = home.read("out/index.html");
    assert!(page.contains("echo lost") && !page.contains("echo connect"), "only what was run: {page}");
    fleet.set("s", "*", Behaviour::json(200, body(999)));
    home.check(&["-v"]).code(1).stderr_has("no rule names this failure");
    fleet.set("s", "*", Behaviour::json(200, body(401)));
    home.check(&["-v"]).code(1).stderr_has("handed over to a human");
    home.check(&[]).code(1);
    assert_eq!(
        (home.read("tried").as_str(), told(&fleet)),
        ("lost\n", vec!["open \"e\"".into(), "heal_failed \"e\"".into()])
    );
}

#[test]
fn a_hand_over_is_said_in_the_opening_and_not_again() {
    let fleet = fleet();
    let home = home(&fleet, "after: 2", &[("e", "path: /, heal: [ { run: none } ]")]);
    for _ in 0..4 {
        home.check(&[]).code(1);
    }
    let items = items(&fleet);
    assert_eq!(items.len(), 1, "{items:?}");
    assert!(items[0]["heal"].as_str().is_some_and(|text| text.contains("a human is needed")), "{}", items[0]);
    assert_eq!(list(&home), Vec::<Value>::new());
}

#[test]
fn a_rule_whose_variable_is_empty_is_left_out_and_said() {
    let fleet = fleet();
    let settings = format!(
        "path: /, heal: [ {{ run: {{ command: [systemctl, restart, \"${{UNIT:-}}\"] }} }}, {{ run: {{ http: {{ url: \"${{BOSS:-}}/restart\" }} }} }},
          {{ run: {{ command: {COUNT} }}, {FAST} }} ]"
    );
    let home = home(&fleet, "after: 2", &[("e", &settings)]);
    home.run(["config", "check"]).code(0).stdout_has("\nUNIT   heal of c/e\nBOSS   heal of c/e\n");
    home.check(&[]).code(1);
    assert_eq!(tried(&home), 1, "the next rule that matches");
}

#[test]
fn the_readme_shows_rules_that_are_right() {
    let readme = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = std::fs::read_to_string(readme).expect("the README");
    let section = readme.split("## Healing").nth(1).expect("a section on healing");
    let yaml = section.split("```yaml\n").nth(1).and_then(|rest| rest.split("```").next()).expect("an example");
    Home::with_config(yaml).run(["config", "check"]).code(0);
}
