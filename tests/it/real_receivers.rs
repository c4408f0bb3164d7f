//! A real Alertmanager and a real mail server on loopback. Skipped aloud where they are not to be had.

use crate::real_proxies::{Server, free_port, start};
use crate::support::certs::{Authority, Made};
use crate::support::netns::skipped;
use crate::support::process::until;
use crate::support::{Home, Ran};
use canary::demo::fleet::{Behaviour, Fleet, Service};
use serde_json::Value;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(20);

/// A service that is ill, and the configuration that tells this receiver of it at once.
fn scene(receiver: &str) -> (Fleet, Home) {
    let fleet = Fleet::start([Service::new("s").on("*", Behaviour::text(500, "broken"))]).expect("a fleet");
    let home = Home::with_config(&format!(
        "defaults: {{ timeout: 5s, interval: 1m, retry: {{ attempts: 1 }} }}
alerting: {{ after: 1, recover_after: 1, receivers: [r] }}
receivers: {{ r: {receiver} }}
channels: {{ vk: {{ endpoints: {{ health: {{ url: \"{}/health\", runbook: \"https://runbooks.example/vk\" }} }} }} }}
",
        fleet.url("s")
    ));
    (fleet, home)
}

/// The answer to a GET: its JSON body.
fn get(port: u16, path: &str) -> Option<Value> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
    write!(stream, "GET {path} HTTP/1.0\r\nhost: 127.0.0.1\r\n\r\n").ok()?;
    let mut text = String::new();
    stream.read_to_string(&mut text).ok()?;
    let (head, body) = text.split_once("\r\n\r\n")?;
    head.contains(" 200 ").then(|| serde_json::from_str(body).ok()).flatten()
}

#[test]
fn alertmanager() {
    let binaries = ["/usr/bin/prometheus-alertmanager", "/usr/bin/alertmanager", "/usr/local/bin/alertmanager"];
    let Some(binary) = binaries.into_iter().find(|path| Path::new(path).exists()) else {
        return skipped("alertmanager");
    };
    let port = free_port();
    let (fleet, home) = scene(&format!("{{ type: alertmanager, url: \"http://127.0.0.1:{port}\" }}"));
    let config = home.write("am.yml", "route: { receiver: nobody }\nreceivers: [ { name: nobody } ]\n");
    let _server = start(
        Command::new(binary)
            .arg(format!("--config.file={}", config.display()))
            .arg(format!("--storage.path={}", home.path("am").display()))
            .arg(format!("--web.listen-address=127.0.0.1:{port}"))
            .arg("--cluster.listen-address="),
        port,
    );
    assert!(until(PATIENCE, || get(port, "/api/v2/status").is_some()), "never ready");
    let alerts = || get(port, "/api/v2/alerts?active=true").expect("alerts").as_array().expect("a list").clone();

    let ran = home.check(&[]).code(1);
    assert_eq!(ran.json()["alerts"].as_array().map(Vec::len), Some(1), "{}", ran.stderr);
    assert!(until(PATIENCE, || alerts().len() == 1), "{:?}", alerts());
    let alert = alerts()[0].clone();
    let labels = &alert["labels"];
    assert_eq!((&labels["channel"], &labels["endpoint"]), (&"vk".into(), &"health".into()), "{alert:#}");
    assert_eq!(labels["alertname"], "canary");
    assert_eq!(alert["annotations"]["runbook"], "https://runbooks.example/vk");
    assert!(alert["annotations"]["description"].as_str().is_some_and(|text| text.contains("500")), "{alert:#}");
    assert_eq!(alert["status"]["state"], "active");

    // Each further run keeps the same alert alive.
    home.check(&[]).code(1);
    let again = alerts();
    assert_eq!((again.len(), &again[0]["fingerprint"]), (1, &alert["fingerprint"]), "{again:?}");
    assert_eq!(again[0]["startsAt"], alert["startsAt"]);
    assert!(again[0]["endsAt"].as_str() > alert["endsAt"].as_str(), "{again:?}");

    fleet.set("s", "*", Behaviour::text(200, "ok"));
    home.check(&[]).code(0);
    assert!(until(PATIENCE, || alerts().is_empty()), "the end is told at once: {:?}", alerts());
}

/// aiosmtpd, writing each mail to a file: TLS none, starttls or implicit (which it calls no TLS of its own, and speaks
/// nothing else), and with a login only for who knows the password.
const SINK: &str = r#"
import asyncio, ssl, sys, os
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, SMTP
port, mode, login = int(sys.argv[1]), sys.argv[2], sys.argv[3] == "login"
context = None
if mode != "none":
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain("s.pem", "s.key")
class Sink:
    async def handle_DATA(self, server, session, envelope):
        with open("mail.part", "wb") as file:
            file.write(("FROM %s\nTO %s\nTLS %s\nAUTH %s\n\n" % (envelope.mail_from, ",".join(envelope.rcpt_tos),
                bool(session.ssl), session.authenticated)).encode() + envelope.content)
        os.rename("mail.part", "mail.eml")
        return "250 taken"
def known(server, session, envelope, mechanism, data):
    return AuthResult(success=data.login == b"robot" and data.password == b"p@ss:w", handled=False)
class Here(Controller):
    def factory(self):
        return SMTP(self.handler, hostname="sink", require_starttls=mode == "starttls",
            tls_context=context if mode == "starttls" else None, authenticator=known, auth_required=login,
            auth_require_tls=mode == "starttls")
controller = Here(Sink(), hostname="127.0.0.1", port=port, ssl_context=context if mode == "implicit" else None)
controller.start()
asyncio.new_event_loop().run_forever()
"#;

fn sink(home: &Home, made: &Made, mode: &str, login: bool) -> Option<(Server, u16)> {
    let python = "/usr/bin/python3";
    let knows = Command::new(python).args(["-c", "import aiosmtpd"]).output();
    if !knows.is_ok_and(|output| output.status.success()) {
        return None;
    }
    home.write("s.pem", &made.pem);
    home.write("s.key", &made.key_pem);
    home.write("sink.py", SINK);
    let port = free_port();
    let login = if login { "login" } else { "open" };
    let mut command = Command::new(python);
    command.args(["sink.py", &port.to_string(), mode, login]).current_dir(home.dir());
    Some((start(&mut command, port), port))
}

fn mailed(home: &Home, ran: Ran) -> String {
    let ran = ran.code(1);
    assert_eq!(ran.json()["alerts"][0]["state"], "delivered", "{}", ran.stderr);
    assert!(until(PATIENCE, || home.path("mail.eml").exists()), "no mail");
    home.read("mail.eml")
}

#[test]
fn mail_goes_plain_by_starttls_and_by_implicit_tls() {
    let ca = Authority::new();
    let made = ca.serves(80);
    for (mode, login) in
        [("none", false), ("starttls", false), ("starttls", true), ("implicit", false), ("implicit", true)]
    {
        let (_fleet, home) = scene("{ type: email, url: \"smtp://x\", from: a@b.example, to: [c@d.example] }");
        let Some((_server, port)) = sink(&home, &made, mode, login) else { return skipped("aiosmtpd") };
        let user = if login { "robot:p%40ss%3Aw@" } else { "" };
        let scheme = if mode == "implicit" { "smtps" } else { "smtp" };
        let text = home.read("probes.yaml").replace(
            "url: \"smtp://x\", from: a@b.example, to: [c@d.example]",
            &format!(
                "url: \"{scheme}://{user}127.0.0.1:{port}\", from: canary@box.example, to: [ops@box.example, chef@box.example], tls: {mode}"
            ),
        );
        home.write("probes.yaml", text);
        let trust = home.write("trust.pem", &ca.pem);
        let home = home.env("SSL_CERT_FILE", trust.to_str().expect("a path"));
        let mail = mailed(&home, home.check(&[]));
        for words in [
            "FROM canary@box.example\nTO ops@box.example,chef@box.example\n",
            if mode == "starttls" { "TLS True" } else { "TLS False" },
            if login { "AUTH True" } else { "AUTH None" },
            "Subject: ",
            "vk/health",
        ] {
            assert!(mail.contains(words), "{mode} {login}: no {words:?} in {mail}");
        }
    }
}

#[test]
fn mail_keeps_waiting_where_the_login_or_the_certificate_is_wrong() {
    let (ca, other) = (Authority::new(), Authority::named("Another"));
    let made = ca.serves(80);
    for (mode, user, trusted) in [
        ("starttls", "robot:wrong@", true),
        ("starttls", "robot:p%40ss%3Aw@", false),
        ("implicit", "robot:p%40ss%3Aw@", false),
    ] {
        let (_fleet, home) = scene("{ type: email, url: \"smtp://x\", from: a@b.example, to: [c@d.example] }");
        let Some((_server, port)) = sink(&home, &made, mode, true) else { return skipped("aiosmtpd") };
        let scheme = if mode == "implicit" { "smtps" } else { "smtp" };
        let text = home
            .read("probes.yaml")
            .replace("smtp://x\"", &format!("{scheme}://{user}127.0.0.1:{port}\", tls: {mode}"));
        home.write("probes.yaml", text);
        let trust = home.write("trust.pem", if trusted { &ca.pem } else { &other.pem });
        let home = home.env("SSL_CERT_FILE", trust.to_str().expect("a path"));
        let ran = home.check(&[]).code(1);
        assert!(!home.path("mail.eml").exists());
        let list = home.run(["alerts", "list", "--json"]).code(0).json();
        let text = list.to_string();
        assert!(text.contains(if trusted { "login" } else { "ertificate" }), "{mode}: {text}\n{}", ran.stderr);
        assert!(!text.contains("p@ss") && !ran.stderr.contains("p@ss"), "{text}");
    }
}
