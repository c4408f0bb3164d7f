//! The formats that other tools read: each told what its consumer needs, hostile text harmless.

use crate::support::configs::channel;
use crate::support::{Home, Ran};
use canary::demo::fleet::{Behaviour, Fleet, Service};

/// What a hostile service says: it breaks XML, tables, annotations and performance data when nobody escapes it.
const HOSTILE: &str = r#"{"status":"]]></failure> | `x` <b>%0A::error::x\n'|'=9\u001b[2J"}"#;

fn fleet() -> Fleet {
    let service = Service::new("s")
        .on("/up", Behaviour::json(200, r#"{"status":"healthy"}"#))
        .on("/down", Behaviour::json(200, HOSTILE));
    Fleet::start([service]).expect("a fleet")
}

fn home(fleet: &Fleet, endpoints: &[(&str, &str)]) -> Home {
    home_at(&fleet.url("s"), endpoints)
}

fn home_at(base: &str, endpoints: &[(&str, &str)]) -> Home {
    Home::with_config(&channel(base, endpoints))
}

fn both(fleet: &Fleet) -> Home {
    let down = "{ path: /down, expect: { json: { $.status: healthy } } }";
    home(fleet, &[("up", "{ path: /up }"), ("down", down)])
}

#[test]
fn nagios_is_one_line_and_its_own_codes() {
    let fleet = fleet();
    let line = |ran: Ran, start: &str| {
        assert_eq!(ran.stdout.lines().count(), 1, "{}", ran.stdout);
        assert_eq!(ran.stdout.matches('|').count(), usize::from(!start.contains("UNKNOWN -")), "{}", ran.stdout);
        assert!(ran.stdout.starts_with(start) && !ran.stdout.contains('\u{1b}'), "{}", ran.stdout);
    };
    line(both(&fleet).run(["check", "-o", "nagios"]).code(2), "CANARY CRITICAL - 1 of 2 failing: c/down down");
    line(home(&fleet, &[("up", "{ path: /up }")]).run(["check", "--output=nagios"]).code(0), "CANARY OK - 1 of 1 up");
    let slow = "{ path: /up, warn: { json: { $.status: best } } }";
    line(home(&fleet, &[("up", slow)]).run(["check", "-onagios"]).code(1), "CANARY WARNING - 1 of 1 failing");
}

#[test]
fn nagios_says_unknown_when_the_check_could_not_begin() {
    let fleet = fleet();
    let home = both(&fleet);
    let unknown = |args: &[&str]| home.run(args.iter().copied()).code(3).stdout_has("CANARY UNKNOWN - ");
    let _ = unknown(&["check", "vk/helth", "-o", "nagios"]).stderr_has("vk/helth");
    let _ = unknown(&["check", "-o", "nagios", "--no-such-flag"]).stdout_has("--no-such-flag");
    home.write("probes.yaml", "channels: 7\n");
    let _ = unknown(&["check", "-o", "nagios"]).stderr_has("probes.yaml:1:11");
}

#[test]
fn files_hold_what_stdout_would() {
    let fleet = fleet();
    let home = both(&fleet);
    let ran = home.run(["check", "-o", "junit=j.xml", "-o", "markdown=s.md", "-o", "github", "-o", "nagios=n"]).code(1);
    let xml = home.read("j.xml");
    assert!(xml.starts_with("<?xml") && xml.contains(r#"tests="2" failures="1" errors="0""#), "{xml}");
    assert!(!xml.contains("</failure> |"), "the message ended its element: {xml}");
    let markdown = home.read("s.md");
    assert!(markdown.contains("c/down") && !markdown.contains("<b>"), "{markdown}");
    let _ = ran
        .stdout_has("::error title=c/down is down::")
        .stdout_has("::notice title=canary::")
        .stdout_lacks("\n::error::x");
    assert!(home.read("n").starts_with("CANARY CRITICAL"));
}

#[test]
fn junit_tells_unknown_from_down() {
    let fleet = Fleet::start([Service::new("dead").refusing()]).expect("a fleet");
    let token = format!("{}/token", fleet.url("dead"));
    let auth = format!("auth: {{ oauth2: {{ token_url: \"{token}\", client_id: i, client_secret: s3cr3t-value }} }}");
    let home = home_at("http://127.0.0.1:9", &[("unknown", &format!("{{ path: /, {auth} }}"))]);
    let _ = home.run(["check", "-o", "junit"]).code(3).stdout_has(r#"failures="0" errors="1""#).stdout_has("<error ");
}
