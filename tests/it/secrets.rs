//! Every kind of secret, echoed by the server in every place and shape, is in no byte that canary writes.

use crate::support::configs::DEFAULTS;
use crate::support::scan::{files, holds, shapes};
use crate::support::{Home, Ran};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use canary::demo::fleet::{Behaviour, Fleet, Reply, Service};
use std::fmt::Write;

/// A secret, its settings with `{}` where it goes, and what else betrays it (`user:password` in base64).
struct Kind {
    name: &'static str,
    secret: &'static str,
    settings: &'static str,
    also: &'static str,
}

/// Characters that look different raw, percent-encoded, in base64 and in JSON.
const KINDS: [Kind; 12] = [
    Kind { name: "bearer", secret: r#"bea/R+er"w\k&y=4?Tt"#, settings: "auth: { bearer: '{}' }", also: "" },
    Kind {
        name: "basic",
        secret: r#"bas/I+c"p\w&d=5?Tt"#,
        settings: "auth: { basic: { username: adm1n, password: '{}' } }",
        also: "adm1n:",
    },
    Kind {
        name: "user",
        secret: "us3r-name-of-basic",
        settings: "auth: { basic: { username: '{}', password: x9y8z7w6 } }",
        also: "",
    },
    Kind { name: "header", secret: r#"hea/D+er"w\k&y=6?Tt"#, settings: "headers: { X-Api-Key: '{}' }", also: "" },
    Kind { name: "cookie", secret: "sid=c00kie-of-mine", settings: "headers: { Cookie: '{}' }", also: "" },
    Kind {
        name: "variable",
        secret: r#"var/I+able"w\k&y=7?Tt"#,
        settings: "headers: { X-Plain: '${VARIABLE}' }",
        also: "",
    },
    Kind { name: "query", secret: r#"que/R+y"w\k&y=8?Tt"#, settings: "query: { q: '${QUERY}' }", also: "" },
    Kind {
        name: "json",
        secret: r#"jso/N+body"w\k&y=9?Tt"#,
        settings: "method: POST, json: { p: { deep: ['${JSON}'] } }",
        also: "",
    },
    Kind {
        name: "form",
        secret: r#"for/M+body"w\k&y=1?Tt"#,
        settings: "method: POST, form: { p: '${FORM}' }",
        also: "",
    },
    Kind { name: "text", secret: r#"tex/T+body"w\k&y=2?Tt"#, settings: "method: POST, body: 'x ${TEXT} y'", also: "" },
    Kind { name: "path", secret: "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw", settings: "", also: "" },
    Kind { name: "userinfo", secret: "us3rinfo-passw0rd", settings: "", also: "" },
];

/// Answers with the secret in body, headers and in all shapes; sends away with it; breaks off after it.
fn echoes(service: Service, kind: &Kind) -> Service {
    let mut all = String::new();
    for shape in shapes(kind.secret) {
        writeln!(all, "<{shape}>").expect("written");
    }
    let pair = STANDARD.encode(format!("{}{}", kind.also, kind.secret));
    writeln!(all, "Authorization: Basic {pair}").expect("written");
    let text = serde_json::json!({ "echo": kind.secret, "all": all, kind.secret: 1 }).to_string();
    let percent = kind.secret.bytes().fold(String::new(), |text, byte| text + &format!("%{byte:02X}"));
    let name = kind.name;
    let plain = kind.secret.replace(|c: char| !c.is_ascii_graphic(), "");
    let torn = format!("{}\n", all.repeat(3));
    service
        .on(&format!("/{name}/fail*"), Reply::json(500, text.clone()).header("x-echo", &plain))
        .on(&format!("/{name}/text*"), Behaviour::text(500, all.clone()))
        .on(&format!("/{name}/judge*"), Reply::json(200, text).header("x-echo", &plain))
        .on(&format!("/{name}/away*"), Behaviour::redirect(302, &format!("http://127.0.0.1:1/{percent}?q={percent}")))
        .on(&format!("/{name}/scheme*"), Behaviour::redirect(302, &format!("evil://{percent}:{percent}@h/{percent}")))
        .on(
            &format!("/{name}/reason*"),
            Behaviour::garbage(format!("HTTP/1.1 500 {plain}\r\ncontent-length: 0\r\n\r\n")),
        )
        .on(&format!("/{name}/garbage*"), Behaviour::garbage(format!("{plain}\r\n\r\n")))
        .on(&format!("/{name}/torn*"), Behaviour::cut_after(&Reply::new(200, torn), 90))
}

const PLACES: [&str; 8] = ["fail", "text", "judge", "away", "scheme", "reason", "garbage", "torn"];

fn fixture() -> (Fleet, Home) {
    let service = KINDS.iter().fold(Service::new("s"), echoes);
    let fleet = Fleet::start([service]).expect("a fleet");
    let url = fleet.url("s");
    let mut yaml = format!("{DEFAULTS}channels:\n");
    let mut home = Home::new();
    for kind in &KINDS {
        writeln!(yaml, "  {}:\n    base_url: \"{url}\"\n    endpoints:", kind.name).expect("written");
        let settings = kind.settings.replace("{}", kind.secret);
        let comma = if settings.is_empty() { "" } else { ", " };
        for place in PLACES {
            let path = format!("/{}/{place}", kind.name);
            let at = match kind.name {
                "path" => format!("path: \"{path}/bot${{PATH_TOKEN}}/getMe\""),
                "userinfo" => format!("url: \"{}{path}\"", url.replace("://", "://adm1n:${USERINFO}@")),
                _ => format!("path: {path}"),
            };
            let judge = if place == "judge" {
                ", expect: { json: { $.echo: good, $.all: { matches: nope } }, headers: { x-echo: good }, \
                 schema: { properties: { echo: { maxLength: 1 }, all: { enum: [1] } }, additionalProperties: false }, body: { contains: nope } }, \
                 metrics: { m: $.echo }"
            } else {
                ""
            };
            writeln!(yaml, "      {place}: {{ {at}{comma}{settings}{judge} }}").expect("written");
        }
        let variable = if kind.name == "path" { "PATH_TOKEN".to_owned() } else { kind.name.to_uppercase() };
        home = home.env(&variable, kind.secret);
    }
    home.write("probes.yaml", yaml);
    (fleet, home)
}

/// Fails for each shape of each secret found in these bytes.
#[track_caller]
fn clean(what: &str, bytes: &[u8], found: &mut Vec<String>) {
    for kind in &KINDS {
        let mut all = shapes(kind.secret);
        if !kind.also.is_empty() {
            all.insert(STANDARD.encode(format!("{}{}", kind.also, kind.secret)));
        }
        for shape in all {
            if holds(bytes, &shape) {
                let text = String::from_utf8_lossy(bytes);
                let at = text.find(&shape).unwrap_or(0);
                let around: String =
                    text.chars().skip(text[..at].chars().count().saturating_sub(60)).take(140).collect();
                found.push(format!("{what}: {} as {shape}: …{around}…", kind.name));
            }
        }
    }
}

#[track_caller]
fn clean_run(what: &str, ran: &Ran, found: &mut Vec<String>) {
    clean(&format!("{what} stdout"), ran.stdout.as_bytes(), found);
    clean(&format!("{what} stderr"), ran.stderr.as_bytes(), found);
}

#[track_caller]
fn none(found: &[String]) {
    assert!(found.is_empty(), "{} leaks:\n{}", found.len(), found.join("\n"));
}

#[test]
fn the_requests_do_carry_them() {
    let (fleet, home) = fixture();
    home.check(&["*/fail"]).code(1);
    let sent = format!("{:#?}", fleet.requests("s"));
    for kind in &KINDS {
        let inside = match kind.name {
            "basic" | "user" | "userinfo" => "Basic ".to_owned(),
            _ => String::new(),
        };
        let shapes = shapes(kind.secret);
        let debug = |shape: &String| {
            sent.contains(shape.as_str()) || sent.contains(&shape.replace('\\', "\\\\").replace('"', "\\\""))
        };
        let sent_twice_escaped = kind.name == "json" && sent.contains("jso/N+body");
        let seen = shapes.iter().any(debug) || (!inside.is_empty() && sent.contains(&inside)) || sent_twice_escaped;
        assert!(seen, "{} was never sent:\n{sent}", kind.name);
    }
}

#[test]
fn they_are_in_no_output_log_or_file() {
    let (_fleet, home) = fixture();
    let mut found = Vec::new();
    for args in [
        &["check", "--json", "-vvv"][..],
        &["check", "-vv", "--log-format", "json", "-o", "json=o.json", "-o", "jsonl=o.jsonl", "-o", "table=o.txt"],
        &["check", "-o", "jsonl"],
        &["check", "--color", "always"],
    ] {
        clean_run(&args.join(" "), &home.run(args.iter().copied()).code(1), &mut found);
    }
    for name in ["o.json", "o.jsonl", "o.txt"] {
        clean(name, home.read(name).as_bytes(), &mut found);
    }
    let state = files(&home.path("state"));
    assert!(!state.is_empty());
    for (path, content) in state {
        clean(&path.display().to_string(), &content, &mut found);
    }
    none(&found);
}

#[test]
fn every_place_was_judged_and_masked() {
    let (_fleet, home) = fixture();
    let ran = home.check(&[]).code(1);
    assert_eq!(ran.results().len(), KINDS.len() * PLACES.len());
    for result in ran.results() {
        assert_eq!(result["verdict"], "down", "{result}");
        let text = result.to_string();
        if ["fail", "text", "judge"].contains(&result["endpoint"].as_str().expect("a name")) {
            assert!(text.contains("***"), "nothing is masked: {text}");
            assert!(result["evidence"]["body"].is_string(), "{text}");
        }
    }
}

#[test]
fn config_commands_mask_them_too() {
    let (_fleet, home) = fixture();
    let mut found = Vec::new();
    for args in
        [&["config", "show"][..], &["config", "check", "-vv"], &["check", "nobody", "-vv"], &["check", "path/fial"]]
    {
        clean_run(&args.join(" "), &home.run(args.iter().copied()), &mut found);
    }
    none(&found);
}

#[test]
fn a_config_error_on_the_line_of_a_secret_masks_it() {
    let (_fleet, home) = fixture();
    let broken =
        home.read("probes.yaml").replace(" }\n", ", colour: red }\n").replace("auth: {", "auth: { nonsense: 1,");
    home.write("probes.yaml", broken);
    let mut found = Vec::new();
    for args in [&["config", "check"][..], &["check"]] {
        let ran = home.run(args.iter().copied()).refused().stderr_has("colour");
        clean_run(&args.join(" "), &ran, &mut found);
    }
    none(&found);
}

#[test]
fn secrets_of_a_url_given_as_target_are_masked() {
    let service = echoes(Service::new("s"), &KINDS[11]);
    let fleet = Fleet::start([service]).expect("a fleet");
    let url = fleet.url("s").replace("://", &format!("://adm1n:{}@", KINDS[11].secret));
    let mut found = Vec::new();
    for place in PLACES {
        let url = format!("{url}/userinfo/{place}");
        let home = Home::new();
        clean_run(place, &home.run(["check", "--json", "-vv", &url]), &mut found);
        clean_run(place, &home.run(["check", "-v", &url]), &mut found);
        clean_run(place, &home.run(["check", &url, "nobody"]), &mut found);
    }
    none(&found);
}

#[test]
fn of_a_fetched_token_at_a_cut_no_half_is_shown() {
    let token = "f3tched-t0ken-of-this-run";
    let answer = format!(r#"{{"access_token":"{token}","token_type":"bearer","expires_in":3600}}"#);
    let mut api = Service::new("api");
    for cut in [6, 12, 20] {
        let evidence = format!("{}{token}", "x".repeat(1024 - cut));
        let value = serde_json::json!({ "echo": format!("{}{token}", "y".repeat(118 - cut)) });
        api = api.on(&format!("/evidence{cut}"), Behaviour::text(500, evidence));
        api = api.on(&format!("/value{cut}"), Reply::json(200, value.to_string()));
    }
    let fleet = Fleet::start([api, Service::new("auth").on("POST /token", Reply::json(200, answer))]).expect("a fleet");
    let auth = format!(
        "auth: {{ oauth2: {{ token_url: \"{}/token\", client_id: me, client_secret: cl1ent-s3cret }} }}",
        fleet.url("auth")
    );
    let mut yaml = format!("{DEFAULTS}channels:\n  c:\n    base_url: \"{}\"\n    endpoints:\n", fleet.url("api"));
    for cut in [6, 12, 20] {
        writeln!(yaml, "      e{cut}: {{ path: /evidence{cut}, {auth} }}").expect("written");
        writeln!(yaml, "      v{cut}: {{ path: /value{cut}, {auth}, expect: {{ json: {{ $.echo: good }} }} }}")
            .expect("written");
    }
    let home = Home::new();
    home.write("probes.yaml", yaml);
    let ran = home.check(&["all"]).code(1);
    assert!(ran.stdout.contains("xxxx***") || ran.stdout.contains("xxxx\""), "{}", ran.stdout);
    for part in ["f3t", "f3tched"] {
        assert!(!ran.stdout.contains(part), "{}", ran.stdout);
        assert!(!home.read("state/history.jsonl").contains(part));
    }
}
