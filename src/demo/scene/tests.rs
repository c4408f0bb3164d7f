use super::{Scene, explanation, services};
use crate::demo::shipped::PROBES_YAML;
use jiff::Timestamp;
use serde_json::Value;
use std::collections::BTreeSet;
use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

const NOW: i64 = 1_800_000_000;

fn now() -> Timestamp {
    Timestamp::from_second(NOW).unwrap()
}

fn ask(scene: &Scene, service: &str, head: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(scene.fleet.addr(service)).unwrap();
    stream.write_all(format!("{head}\r\nconnection: close\r\n\r\n").as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head[9..12].parse().unwrap(), body.to_owned())
}

fn get(scene: &Scene, service: &str, path: &str) -> Value {
    let (status, body) = ask(scene, service, &format!("GET {path} HTTP/1.1"));
    assert_eq!(status, 200, "{service}{path}");
    serde_json::from_str(&body).unwrap()
}

/// The names in `${NAME…}`.
fn variables(text: &str) -> BTreeSet<&str> {
    let after = text.split("${").skip(1);
    after.filter_map(|rest| rest.split(['}', ':']).next()).filter(|name| *name != "VAR").collect()
}

#[test]
fn the_environment_and_the_shipped_file_name_the_same_variables() {
    let scene = Scene::start_well(now()).unwrap();
    let named = variables(PROBES_YAML);
    let set: BTreeSet<&str> = scene.environment.keys().map(String::as_str).collect();
    assert_eq!(set.difference(&named).collect::<Vec<_>>(), [&""; 0]);
    // Alerts, proxies and the heartbeat stay unconfigured: the demo tells nobody.
    let left: Vec<&str> = named.difference(&set).copied().collect();
    let tells = |name: &str| name.starts_with("ALERT_") || name.starts_with("RESIDENTIAL_") || name == "HEARTBEAT_URL";
    // So do the commands, and the other bridges' supervisors: the demo restarts nothing of this machine.
    let heals = |name: &str| name.ends_with("_UNIT") || name.ends_with("_SUPERVISOR_URL");
    assert!(left.iter().all(|name| tells(name) || heals(name)), "{left:?}");
}

#[test]
fn every_variable_has_a_default() {
    let after = PROBES_YAML.split("${").skip(1);
    for rest in after {
        let inside = rest.split('}').next().unwrap_or_default();
        assert!(inside == "VAR" || inside.contains(":-"), "${{{inside}}} would be an error when not set");
    }
}

#[test]
fn everything_is_well_at_first() {
    let scene = Scene::start_well(now()).unwrap();
    for channel in ["whatsapp", "telegram", "vk", "max", "avito"] {
        let health = get(&scene, channel, "/health");
        assert_eq!(health["status"], "healthy", "{channel}");
        assert!(health["timestamp"].as_str().unwrap().starts_with("2027-01-15T07:59:41.208"), "{health}");
        assert_eq!(get(&scene, channel, "/health/extended")["channel"], channel);
    }
}

#[test]
fn the_apis_want_their_tokens() {
    let scene = Scene::start_well(now()).unwrap();
    let me = |token: &str| ask(&scene, "max-api", &format!("GET /me HTTP/1.1\r\nAuthorization: {token}")).0;
    assert_eq!((me("demo-max-token"), me("Bearer demo-max-token")), (200, 401));
    let (_, token) = ask(&scene, "avito-api", "POST /token HTTP/1.1\r\nContent-Length: 0");
    let token: Value = serde_json::from_str(&token).unwrap();
    let bearer = format!("Authorization: Bearer {}", token["access_token"].as_str().unwrap());
    let path = "/core/v1/accounts/self";
    assert_eq!(ask(&scene, "avito-api", &format!("GET {path} HTTP/1.1\r\n{bearer}")).0, 200);
    assert_eq!(ask(&scene, "avito-api", &format!("GET {path} HTTP/1.1")).0, 401);
    let vk = get(&scene, "vk-api", "/method/utils.getServerTime?v=5.199");
    assert_eq!(vk["error"]["error_code"], 5);
    let header = "Authorization: Bearer demo-vk-token";
    let (_, vk) = ask(&scene, "vk-api", &format!("GET /method/utils.getServerTime?v=5.199 HTTP/1.1\r\n{header}"));
    assert_eq!(vk, format!(r#"{{"response":{NOW}}}"#));
    assert_eq!(ask(&scene, "telegram-api", "GET /botwrong/getMe HTTP/1.1").0, 404);
}

#[test]
fn some_fall_ill() {
    let scene = Scene::start(now()).unwrap();
    let whatsapp = get(&scene, "whatsapp", "/health/extended");
    assert_eq!(whatsapp["sessions"]["main"]["last_disconnect"]["code"], 401);
    assert_eq!(ask(&scene, "telegram", "GET /health HTTP/1.1").0, 503);
    assert_eq!(ask(&scene, "telegram", "POST /restart HTTP/1.1\r\ncontent-length: 0").0, 202);
    assert_eq!(get(&scene, "telegram", "/health")["status"], "healthy", "restarted");
    let hook = get(&scene, "telegram-api", services::TELEGRAM_WEBHOOK.trim_start_matches("GET "));
    assert_eq!(hook["result"]["last_error_date"], NOW - 126);
    for method in services::VK_METHODS {
        let answer = get(&scene, "vk-api", method.trim_start_matches("GET "));
        assert_eq!(answer["error"]["error_code"], 5, "{method}");
    }
    let start = Instant::now();
    assert_eq!(get(&scene, "vk", "/health")["status"], "healthy");
    assert!(start.elapsed() >= Duration::from_millis(1300));
    assert_eq!(get(&scene, "max", "/health")["timestamp"], "2027-01-15T07:17:41.208113");
    let refused = TcpStream::connect(scene.fleet.addr("avito")).unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::ConnectionRefused);
}

#[test]
fn the_explanation_names_every_ill_channel() {
    let text = explanation().join(" ");
    for channel in ["WhatsApp", "Telegram", "VK", "MAX", "Avito"] {
        assert!(text.contains(channel), "{channel}");
    }
}
