//! The n8n workflow of `contrib/n8n`: whole, and its code takes what canary really sends.

use crate::contrib::{text, there};
use crate::support::Home;
use canary::demo::fleet::{Behaviour, Fleet, Recorded, Service};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::process::Command;

const SECRET: &str = "a-secret-of-both-sides";

fn workflow() -> Value {
    serde_json::from_str(&text("n8n/canary-alerts.json")).expect("JSON")
}

fn node<'a>(workflow: &'a Value, kind: &str) -> &'a Value {
    let nodes = workflow["nodes"].as_array().expect("nodes");
    let kind = format!("n8n-nodes-base.{kind}");
    nodes.iter().find(|node| node["type"] == kind.as_str()).unwrap_or_else(|| panic!("no {kind}"))
}

#[test]
fn connections_lead_from_the_webhook_to_an_answer_through_nodes_that_are_there() {
    let workflow = workflow();
    let nodes = workflow["nodes"].as_array().expect("nodes");
    let names: BTreeSet<&str> = nodes.iter().filter_map(|node| node["name"].as_str()).collect();
    let ids: BTreeSet<&str> = nodes.iter().filter_map(|node| node["id"].as_str()).collect();
    assert_eq!((names.len(), ids.len()), (nodes.len(), nodes.len()), "names and ids are distinct");
    let mut reached = BTreeSet::from([node(&workflow, "webhook")["name"].as_str().expect("a name")]);
    for _ in 0..nodes.len() {
        for (from, outputs) in workflow["connections"].as_object().expect("connections") {
            assert!(names.contains(from.as_str()), "{from}");
            for to in outputs["main"]
                .as_array()
                .expect("outputs")
                .iter()
                .flat_map(|output| output.as_array().expect("an output"))
            {
                let to = to["node"].as_str().expect("a node");
                assert!(names.contains(to), "{to}");
                if reached.contains(from.as_str()) {
                    reached.insert(to);
                }
            }
        }
    }
    assert_eq!(reached, names, "every node is reached");
    let webhook = &node(&workflow, "webhook")["parameters"];
    assert_eq!((&webhook["responseMode"], &webhook["options"]["rawBody"]), (&json!("responseNode"), &json!(true)));
    let hmac = &node(&workflow, "crypto")["parameters"];
    assert_eq!((&hmac["action"], &hmac["type"], &hmac["binaryData"]), (&json!("hmac"), &json!("SHA256"), &json!(true)));
    assert_eq!(hmac["dataPropertyName"], "hmac", "the code reads it there");
    for expression in ["responseBody", "options"] {
        let shown = node(&workflow, "respondToWebhook")["parameters"][expression].to_string();
        assert!(shown.contains(node(&workflow, "code")["name"].as_str().expect("a name")), "{shown}");
    }
    let code = node(&workflow, "code")["parameters"]["jsCode"].as_str().expect("code");
    assert!(code.contains(&format!("$('{}')", node(&workflow, "webhook")["name"].as_str().expect("a name"))));
    assert_eq!(workflow["active"], false, "nothing runs before somebody has set the secret");
}

/// Plays the requests through the code, one execution each, static data kept: what the code gives for each.
fn play(requests: &[Value]) -> Vec<Value> {
    let code = node(&workflow(), "code")["parameters"]["jsCode"].clone();
    let script = r"
        const [code, requests, secret] = JSON.parse(require('fs').readFileSync(0, 'utf8'));
        const AsyncFunction = (async () => {}).constructor;
        const memory = {};
        (async () => {
          const outcomes = [];
          for (const { headers, body } of requests) {
            const hmac = require('crypto').createHmac('SHA256', secret).update(Buffer.from(body, 'base64')).digest('hex');
            const webhook = { json: { headers }, binary: { data: { data: body } } };
            const $input = { first: () => ({ json: { headers, hmac } }) };
            const $ = () => ({ first: () => webhook });
            const run = new AsyncFunction('$input', '$', '$getWorkflowStaticData', code);
            outcomes.push((await run.call({}, $input, $, () => memory))[0].json);
          }
          process.stdout.write(JSON.stringify(outcomes));
        })();
    ";
    let home = Home::new();
    let input = home.write("input.json", json!([code, requests, SECRET]).to_string());
    let mut command = Command::new("node");
    command.args(["-e", script]).stdin(std::fs::File::open(input).expect("the input"));
    let output = command.output().expect("node");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("JSON")
}

/// As n8n hands a request over.
fn request(recorded: &Recorded) -> Value {
    use base64::Engine as _;
    let body = base64::engine::general_purpose::STANDARD.encode(&recorded.body);
    json!({ "headers": { "x-canary-signature": recorded.header("x-canary-signature") }, "body": body })
}

#[test]
fn its_code_takes_real_alerts_once_and_refuses_forged_ones() {
    if !there("node") {
        return;
    }
    let services = [
        Service::new("s").on("*", Behaviour::json(500, "{}")),
        Service::new("n8n").on("*", Behaviour::text(200, "taken")),
    ];
    let fleet = Fleet::start(services).expect("a fleet");
    let home = Home::with_config(&format!(
        "receivers: {{ n8n: {{ type: n8n, url: '{}/webhook/canary', secret: {SECRET} }} }}\n\
         alerting: {{ after: 1, receivers: [n8n] }}\n\
         channels: {{ vk: {{ base_url: '{}', endpoints: {{ health: {{ path: /, runbook: 'https://wiki/vk' }} }} }} }}\n",
        fleet.url("n8n").trim_end_matches('/'),
        fleet.url("s"),
    ));
    home.check(&[]).code(1);
    home.run(["alerts", "test", "n8n"]).code(0);
    let sent = fleet.requests("n8n");
    let [alert, sample] = sent.as_slice() else { panic!("{sent:?}") };
    let (alert, sample) = (request(alert), request(sample));
    let mut forged = alert.clone();
    forged["headers"]["x-canary-signature"] = format!("sha256={}", "0".repeat(64)).into();
    let mut unsigned = alert.clone();
    unsigned["headers"] = json!({});
    let mut changed = sample.clone();
    changed["body"] = alert["body"].clone();
    let outcomes = play(&[forged, unsigned, changed, alert.clone(), alert, sample]);
    let short: Vec<(&str, u64)> = outcomes
        .iter()
        .map(|one| (one["outcome"].as_str().unwrap_or("?"), one["status"].as_u64().unwrap_or(0)))
        .collect();
    let refused = ("refused", 401);
    assert_eq!(short, [refused, refused, refused, ("news", 200), ("repeat", 200), ("news", 200)], "{outcomes:#?}");
    let text = outcomes[3]["text"].as_str().expect("a text");
    for word in ["vk/health", "open", "500", "https://wiki/vk", "🔴"] {
        assert!(text.contains(word), "no {word} in {text}");
    }
    assert_eq!(outcomes[3]["message"]["v"], 1);
    assert_eq!(
        (&outcomes[5]["kind"], outcomes[5]["text"].as_str().is_some_and(|text| !text.is_empty())),
        (&json!("test"), true)
    );
}
