//! OAuth2's secrets, `${file:}`, and secrets so short that masking them everywhere would be madness.

use crate::support::Home;
use crate::support::configs::{channel, serve};
use crate::support::scan::{files, holds, shapes};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use canary::demo::fleet::{Behaviour, Fleet, Reply, Service};
use std::os::unix::fs::PermissionsExt;

const CLIENT_SECRET: &str = r#"cli/E+nt"s\c&t=4?Tt"#;
const TOKEN: &str = "t0ken.from-the_server.AbCd";

/// A token endpoint that gives `TOKEN` (or echoes the client's secret with this status), an API that echoes both.
fn oauth(status: u16) -> (Fleet, Home) {
    let pair = STANDARD.encode(format!("client-1:{CLIENT_SECRET}"));
    let echo =
        serde_json::json!({ "token": TOKEN, "secret": CLIENT_SECRET, "pair": pair, "raw": format!("Bearer {TOKEN}") });
    let given = if status == 200 {
        serde_json::json!({ "access_token": TOKEN, "token_type": "bearer", "expires_in": 3600, "secret": CLIENT_SECRET })
    } else {
        serde_json::json!({ "error": CLIENT_SECRET, "error_description": format!("no such {pair} {CLIENT_SECRET}") })
    };
    let fleet = Fleet::start([
        Service::new("api").on("*", Behaviour::json(500, echo.to_string())),
        Service::new("auth").on("*", Behaviour::json(status, given.to_string())),
    ])
    .expect("a fleet");
    let auth = format!(
        "oauth2: {{ token_url: \"{}/token\", client_id: client-1, client_secret: '{CLIENT_SECRET}' }}",
        fleet.url("auth")
    );
    let home = Home::with_config(&channel(&fleet.url("api"), &[("e", &format!("{{ path: /, auth: {{ {auth} }} }}"))]));
    (fleet, home)
}

#[test]
fn oauth2_secrets_are_nowhere_but_in_the_token_cache() {
    for status in [200, 400, 401, 500] {
        let (_fleet, home) = oauth(status);
        let mut all = shapes(CLIENT_SECRET);
        all.extend(shapes(TOKEN));
        all.insert(STANDARD.encode(format!("client-1:{CLIENT_SECRET}")));
        let mut texts = Vec::new();
        for args in [
            &["check", "--json", "-vvv"][..],
            &["check", "-vv", "--log-format", "json"],
            &["check"],
            &["config", "show"],
        ] {
            let ran = home.run(args.iter().copied());
            texts.push((format!("{args:?}"), format!("{}{}", ran.stdout, ran.stderr).into_bytes()));
        }
        for (path, content) in files(&home.path("state")) {
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            if name == "tokens.json" {
                assert_eq!(path.metadata().expect("metadata").permissions().mode() & 0o777, 0o600);
                assert!(!holds(&content, CLIENT_SECRET), "the client's secret is in the cache");
            } else {
                texts.push((name, content));
            }
        }
        for (what, bytes) in texts {
            for shape in &all {
                assert!(!holds(&bytes, shape), "{status} {what}: {shape}: {}", String::from_utf8_lossy(&bytes));
            }
        }
    }
}

#[test]
fn a_damaged_or_open_token_cache_is_made_anew_and_private() {
    for damage in ["", "{", "[]", "\0\0", "{\"v\":1}"] {
        let (fleet, home) = oauth(200);
        home.check(&[]).code(1);
        home.write("state/tokens.json", damage);
        std::fs::set_permissions(home.path("state/tokens.json"), std::fs::Permissions::from_mode(0o666)).expect("mode");
        let ran = home.check(&[]);
        assert_eq!(ran.result("c/e")["reason"], "status", "{damage:?}: {}", ran.stderr);
        assert_eq!(fleet.count("auth"), 2, "{damage:?}");
        let mode = home.path("state/tokens.json").metadata().expect("metadata").permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{damage:?}");
    }
}

#[test]
fn secrets_from_files_and_credentials_are_masked() {
    let fleet = serve(Behaviour::json(500, r#"{"a":"fr0m-a-file","b":"fr0m-systemd"}"#));
    let settings = "{ path: /, headers: { X-A: \"${file:secret.txt}\", X-B: \"${cred:tok}\" } }";
    let home = Home::with_config(&channel(&fleet.url("s"), &[("e", settings)]));
    home.write("secret.txt", "fr0m-a-file\n");
    home.write("creds/tok", "fr0m-systemd\n");
    let dir = home.path("creds").display().to_string();
    let home = home.env("CREDENTIALS_DIRECTORY", &dir);
    let ran = home.check(&["-vv"]).code(1);
    assert_eq!(fleet.requests("s")[0].header("x-a"), Some("fr0m-a-file"));
    for text in [&ran.stdout, &ran.stderr, &home.read("state/history.jsonl")] {
        assert!(!text.contains("fr0m-"), "{text}");
    }
}

#[test]
fn literal_headers_are_masked_by_their_names() {
    let fleet = serve(Behaviour::text(500, "l1teral-0 l1teral-1 l1teral-2 l1teral-3 l1teral-4"));
    let settings = "{ path: /, headers: { Authorization: l1teral-0, X-Auth-Token: l1teral-1, My-Secret-Thing: l1teral-2, Api_Key: l1teral-3, Cookie: l1teral-4 } }";
    let home = Home::with_config(&channel(&fleet.url("s"), &[("e", settings)]));
    let ran = home.check(&["-vv"]).code(1);
    for text in [ran.stdout, ran.stderr, home.read("state/history.jsonl"), home.run(["config", "show"]).code(0).stdout]
    {
        assert!(!text.contains("l1teral"), "{text}");
    }
}

#[test]
fn harmless_literals_are_not_masked() {
    let fleet = serve(Behaviour::text(500, "plain-value"));
    let settings = "{ path: /, headers: { X-Plain: plain-value } }";
    let home = Home::with_config(&channel(&fleet.url("s"), &[("e", settings)]));
    let body = home.check(&[]).code(1).result("c/e")["evidence"]["body"].clone();
    assert_eq!(body, "plain-value");
}

#[test]
fn short_secrets_do_not_mask_the_world() {
    for secret in ["1", "ok", "200", "up", "e", "127"] {
        let fleet = serve(Behaviour::json(200, r#"{"status":"ok"}"#));
        let settings = format!("{{ path: /, auth: {{ bearer: \"{secret}\" }} }}");
        let home = Home::with_config(&channel(&fleet.url("s"), &[("e", &settings)]));
        let result = home.check(&[]).code(0).result("c/e");
        assert_eq!(result["url"], format!("{}/", fleet.url("s")), "{secret}");
        assert_eq!(
            (result["http_version"].as_str(), result["verdict"].as_str()),
            (Some("1.1"), Some("up")),
            "{secret}"
        );
        home.run(["check"]).code(0).stdout_has("up");
    }
}

#[test]
fn a_secret_across_the_cut_of_the_evidence_leaves_no_part() {
    let secret = "5ecret-that-is-long-enough-to-straddle-the-cut";
    for offset in [980, 1000, 1010, 1020, 1023] {
        let fleet = serve(Reply::new(500, format!("{}{secret}{}", "x".repeat(offset), "y".repeat(500))));
        let settings = format!("{{ path: /, auth: {{ bearer: {secret} }} }}");
        let home = Home::with_config(&channel(&fleet.url("s"), &[("e", &settings)]));
        let body = home.check(&[]).code(1).result("c/e")["evidence"]["body"].as_str().expect("a body").to_owned();
        assert!(!body.contains("5e"), "{offset}: {}", &body[body.len().saturating_sub(80)..]);
    }
}

#[test]
fn a_secret_across_the_cut_of_a_message_leaves_no_part() {
    let secret = "5ecret-that-is-long-enough-to-straddle-the-cut";
    for offset in (150..300).step_by(7) {
        let value = format!("{}{secret}", "x".repeat(offset));
        let fleet = serve(Reply::json(200, serde_json::json!({ "a": value }).to_string()));
        let settings =
            format!("{{ path: /, auth: {{ bearer: {secret} }}, capture: never, expect: {{ json: {{ $.a: good }} }} }}");
        let home = Home::with_config(&channel(&fleet.url("s"), &[("e", &settings)]));
        let ran = home.check(&[]).code(1);
        assert!(!ran.stdout.contains("5ecret"), "{offset}: {}", ran.stdout);
    }
}

#[test]
fn a_secret_in_a_command_is_a_config_error() {
    let rule = "heal: [ { when: { reason: [connect] }, run: { command: [/bin/true, \"${TOKEN}\"] } } ]";
    let home = Home::with_config(&channel("http://127.0.0.1:1", &[("e", &format!("{{ path: /, {rule} }}"))]))
        .env("TOKEN", "c0mmand-secret");
    home.run(["config", "check"]).refused().stderr_has("env").stderr_lacks("c0mmand-secret");
}
