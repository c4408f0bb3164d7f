//! One try at each kind of receiver: what is sent, and what every answer means.

use crate::support::certs::Authority;
use canary::alert::{Answer, Delivery, Entry, Kind, alertmanager};
use canary::config::settings::{CommandRun, MailTls, ProxyUrl, ReceiverKind};
use canary::deliver::{Context, Courier, Met, Reply};
use canary::demo::fleet::{Behaviour, Ending, Fleet, Recorded, Relay, Service};
use canary::model::{Notice, Redactor, Secret, Summary};
use jiff::Timestamp;
use serde_json::Value;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::time::{Duration, Instant};

const TOKEN: &str = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw";
const PATIENCE: Duration = Duration::from_secs(5);

fn now() -> Timestamp {
    "2026-05-01T10:00:00Z".parse().expect("a time")
}

fn entry() -> Entry {
    Entry::sample("ops", "01J", &Summary::default(), now())
}

fn context() -> Context<'static> {
    Context {
        kind: Kind::Test,
        host: "box",
        now: now(),
        moved_to: None,
        open: &[],
        longest_interval: Duration::from_mins(1),
        cut: tokio::time::Instant::now() + Duration::from_mins(5),
    }
}

fn courier() -> Courier {
    let path = ("PATH".to_owned(), "/usr/local/bin:/usr/bin:/bin".to_owned());
    Courier::new(Redactor::default(), vec![path], false)
}

fn one(behaviour: impl Into<Behaviour>) -> Fleet {
    Fleet::start([Service::new("one").on("*", behaviour)]).expect("a fleet")
}

fn url(fleet: &Fleet, rest: &str) -> Secret {
    Secret::new(&format!("{}{rest}", fleet.url("one").trim_end_matches('/')))
}

fn telegram(fleet: &Fleet) -> ReceiverKind {
    ReceiverKind::Telegram {
        bot_token: Secret::new(TOKEN),
        chat_id: "-100".to_owned(),
        topic_id: Some(7),
        silent: true,
        api_url: Some(url(fleet, "")),
    }
}

fn webhook(fleet: &Fleet) -> ReceiverKind {
    ReceiverKind::Webhook {
        n8n: true,
        url: url(fleet, "/webhook/a-long-secret-path"),
        secret: Some(Secret::new("key")),
    }
}

fn slack(fleet: &Fleet) -> ReceiverKind {
    ReceiverKind::Slack { url: url(fleet, "/services/T/B/x") }
}

async fn tell(kind: &ReceiverKind, entry: &Entry) -> Reply {
    courier().deliver(kind, &[], entry, context()).await
}

async fn said(kind: &ReceiverKind) -> Delivery {
    tell(kind, &entry()).await.answer.delivery
}

fn json(request: &Recorded) -> Value {
    serde_json::from_slice(&request.body).expect("JSON")
}

/// In one word, with what decides about the next try.
fn word(delivery: &Delivery) -> &'static str {
    match delivery {
        Delivery::Accepted => "accepted",
        Delivery::TryLater { slow: true, .. } => "slow",
        Delivery::TryLater { slow: false, .. } => "later",
        Delivery::Refused { .. } => "refused",
        Delivery::Unclear { .. } => "unclear",
    }
}

fn why(delivery: &Delivery) -> &str {
    match delivery {
        Delivery::Accepted => "",
        Delivery::TryLater { why, .. } | Delivery::Refused { why } | Delivery::Unclear { why } => why,
    }
}

#[tokio::test]
async fn every_status_of_a_webhook_has_its_meaning() {
    for (status, wanted) in [
        (200, "accepted"),
        (204, "accepted"),
        (302, "slow"),
        (307, "slow"),
        (400, "refused"),
        (401, "slow"),
        (403, "slow"),
        (404, "slow"),
        (410, "refused"),
        (413, "refused"),
        (422, "refused"),
        (429, "later"),
        (500, "later"),
        (503, "later"),
    ] {
        let fleet = one(Behaviour::redirect(status, "/elsewhere"));
        let delivery = said(&webhook(&fleet)).await;
        assert_eq!(word(&delivery), wanted, "{status}: {delivery:?}");
        assert_eq!(fleet.count("one"), 1, "{status} was followed or tried again");
    }
}

#[tokio::test]
async fn a_webhook_is_signed_over_the_very_bytes_and_repeats_them() {
    let fleet = one(Behaviour::text(200, "Workflow was started"));
    for _ in 0..2 {
        assert_eq!(said(&webhook(&fleet)).await, Delivery::Accepted);
    }
    let requests = fleet.requests("one");
    assert_eq!(requests[0].body, requests[1].body);
    assert_eq!(requests[0].header("content-type"), Some("application/json"));
    assert_eq!(json(&requests[0])["kind"], "test");
    let mut mac = <hmac::Hmac<sha2::Sha256> as hmac::KeyInit>::new_from_slice(b"key").unwrap();
    hmac::Mac::update(&mut mac, &requests[0].body);
    let bytes = hmac::Mac::finalize(mac).into_bytes();
    let wanted = bytes.iter().fold("sha256=".to_owned(), |out, byte| format!("{out}{byte:02x}"));
    assert_eq!(requests[0].header("x-canary-signature"), Some(wanted.as_str()));
}

#[tokio::test]
async fn what_was_sent_without_an_answer_is_unclear_and_a_refused_connection_is_not() {
    let reset = Behaviour::Raw { bytes: "".into(), then: Ending::Reset };
    for behaviour in [reset, Behaviour::close_early()] {
        let delivery = said(&webhook(&one(behaviour))).await;
        assert_eq!(word(&delivery), "unclear", "{delivery:?}");
    }
    let fleet = Fleet::start([Service::new("one").refusing()]).unwrap();
    let delivery = said(&webhook(&fleet)).await;
    assert_eq!(word(&delivery), "later", "{delivery:?}");
    assert!(!why(&delivery).contains("a-long-secret-path"), "{delivery:?}");
}

#[tokio::test]
async fn silence_ends_after_ten_seconds_and_dripping_too() {
    let drip = Behaviour::Drip {
        reply: canary::demo::fleet::Reply::new(500, vec![b'x'; 1 << 20]),
        piece: 1,
        pause: Duration::from_millis(200),
    };
    let (silent, drip) = (one(Behaviour::silent()), one(drip));
    let began = Instant::now();
    let (silent, drip) = (webhook(&silent), webhook(&drip));
    let (silent, drip) = tokio::join!(said(&silent), said(&drip));
    assert!(began.elapsed() < Duration::from_secs(12), "{:?}", began.elapsed());
    assert_eq!((word(&silent), word(&drip)), ("unclear", "later"));
}

#[tokio::test]
async fn an_endless_answer_is_cut() {
    let began = Instant::now();
    let delivery = said(&slack(&one(Behaviour::Endless))).await;
    assert!(began.elapsed() < PATIENCE);
    assert_eq!(word(&delivery), "slow");
}

#[tokio::test]
async fn slack_says_ok_or_it_is_no_yes() {
    for (status, body, wanted) in [
        (200, "ok", "accepted"),
        (200, "<html>", "slow"),
        (404, "no_team", "slow"),
        (400, "invalid_payload", "refused"),
    ] {
        let delivery = said(&slack(&one(Behaviour::text(status, body)))).await;
        assert_eq!(word(&delivery), wanted, "{status} {body}: {delivery:?}");
    }
    let cut = Behaviour::cut_after(&canary::demo::fleet::Reply::new(200, "ok"), 1);
    assert_eq!(word(&said(&slack(&one(cut))).await), "unclear");
    let limited = canary::demo::fleet::Reply::new(429, "rate_limited").header("retry-after", "30");
    let Delivery::TryLater { after, slow: false, .. } = said(&slack(&one(limited))).await else { panic!("not later") };
    assert_eq!(after, Some(Duration::from_secs(30)));
}

#[tokio::test]
async fn telegram_gets_html_where_it_was_told() {
    let fleet = one(Behaviour::json(200, r#"{"ok":true}"#));
    assert_eq!(said(&telegram(&fleet)).await, Delivery::Accepted);
    let request = &fleet.requests("one")[0];
    assert_eq!(request.target, format!("/bot{TOKEN}/sendMessage"));
    let body = json(request);
    assert_eq!((&body["chat_id"], &body["message_thread_id"]), (&Value::from(-100), &Value::from(7)));
    assert_eq!((&body["parse_mode"], &body["disable_notification"]), (&Value::from("HTML"), &Value::from(true)));
}

#[tokio::test]
async fn telegram_refusals_and_waits() {
    for (status, body, wanted, wait) in [
        (200, r#"{"ok":false,"description":"x"}"#, "slow", None),
        (200, "<html>portal</html>", "slow", None),
        (429, r#"{"ok":false,"parameters":{"retry_after":17}}"#, "later", Some(17)),
        (429, r#"{"ok":false,"parameters":{"retry_after":999999999}}"#, "later", Some(3600)),
        (429, r#"{"ok":false,"parameters":{"retry_after":"17"}}"#, "later", None),
        (400, r#"{"ok":false,"description":"Bad Request: chat not found"}"#, "refused", None),
        (401, r#"{"ok":false,"description":"Unauthorized"}"#, "slow", None),
        (403, r#"{"ok":false,"description":"Forbidden: bot was blocked by the user"}"#, "slow", None),
        (502, "bad gateway", "later", None),
    ] {
        let delivery = said(&telegram(&one(Behaviour::json(status, body)))).await;
        assert_eq!(word(&delivery), wanted, "{status} {body}: {delivery:?}");
        if let Delivery::TryLater { after, .. } = delivery {
            assert_eq!(after, wait.map(Duration::from_secs), "{status} {body}");
        }
    }
}

#[tokio::test]
async fn telegram_falls_back_to_plain_text_once() {
    let cannot = Behaviour::json(400, r#"{"ok":false,"description":"Bad Request: can't parse entities: x"}"#);
    let fleet = one(Behaviour::Sequence(vec![cannot.clone(), Behaviour::json(200, r#"{"ok":true}"#)]));
    assert_eq!(said(&telegram(&fleet)).await, Delivery::Accepted);
    assert!(json(&fleet.requests("one")[1]).get("parse_mode").is_none());
    let fleet = one(cannot);
    assert_eq!(word(&said(&telegram(&fleet)).await), "refused");
    assert_eq!(fleet.count("one"), 2);
}

#[tokio::test]
async fn telegram_follows_a_chat_that_moved() {
    let moved = Behaviour::json(400, r#"{"ok":false,"parameters":{"migrate_to_chat_id":-100123}}"#);
    let fleet = one(Behaviour::Sequence(vec![moved, Behaviour::json(200, r#"{"ok":true}"#)]));
    let reply = tell(&telegram(&fleet), &entry()).await;
    assert_eq!(reply, Reply { moved_to: Some("-100123".to_owned()), ..Delivery::Accepted.into() });
    assert_eq!(json(&fleet.requests("one")[1])["chat_id"], -100_123);
    let cx = Context { moved_to: Some("-100123"), ..context() };
    courier().deliver(&telegram(&fleet), &[], &entry(), cx).await;
    assert_eq!(json(&fleet.requests("one")[2])["chat_id"], -100_123);
}

#[tokio::test]
async fn only_parts_that_did_not_arrive_are_left() {
    let good = Behaviour::json(200, r#"{"ok":true}"#);
    let wait = Behaviour::json(429, r#"{"ok":false,"parameters":{"retry_after":3}}"#);
    let fleet = one(Behaviour::Sequence(vec![good.clone(), wait, good]));
    let parts = ["one", "two", "three"].map(str::to_owned);
    let first = Entry { rest: parts.to_vec(), ..entry() };
    let Answer { delivery, rest } = tell(&telegram(&fleet), &first).await.answer;
    assert_eq!((word(&delivery), rest.as_slice()), ("later", &parts[1..]));
    assert_eq!(tell(&telegram(&fleet), &Entry { rest, ..entry() }).await.answer.delivery, Delivery::Accepted);
    let texts: Vec<Value> = fleet.requests("one").iter().map(|request| json(request)["text"].clone()).collect();
    assert_eq!(texts, ["one", "two", "two", "three"]);
}

#[tokio::test]
async fn no_error_text_holds_a_secret() {
    let echo = Behaviour::text(500, format!("cannot POST /bot{TOKEN}/sendMessage\u{1b}[2J"));
    let delivery = said(&telegram(&one(echo))).await;
    let text = why(&delivery);
    assert!(text.contains("***") && !text.contains(TOKEN) && !text.contains('\u{1b}'), "{text}");
}

#[tokio::test]
async fn alertmanager_gets_the_open_and_the_ended() {
    let fleet = one(Behaviour::text(200, ""));
    let open = [Notice { since: now(), ..Notice::default() }];
    let ended = Notice { since: now(), ended_at: Some(now()), ..Notice::default() };
    let cx = Context { kind: Kind::Alert, open: &open, ..context() };
    let receiver = ReceiverKind::Alertmanager { url: url(&fleet, "/am/") };
    let entry = Entry { items: vec![ended.clone()], ..entry() };
    assert_eq!(courier().deliver(&receiver, &[], &entry, cx).await.answer.delivery, Delivery::Accepted);
    let request = &fleet.requests("one")[0];
    assert_eq!(request.target, "/am/api/v2/alerts");
    assert_eq!(json(request), Value::from(alertmanager::alerts(&open, [&ended], cx.longest_interval, now())));
}

/// The one receiver behind these proxies, which are in the order in which they are asked.
fn behind(proxies: impl IntoIterator<Item = Service>) -> (Fleet, Vec<ProxyUrl>) {
    let proxies: Vec<Service> = proxies.into_iter().collect();
    let names: Vec<String> = (0..proxies.len()).map(|at| format!("exit{at}")).collect();
    let one = Service::new("one").on("*", Behaviour::json(200, r#"{"ok":true}"#));
    let fleet = Fleet::start(proxies.into_iter().chain([one])).expect("a fleet");
    let urls = names
        .iter()
        .map(|name| ProxyUrl { url: Secret::new(&format!("http://{}", fleet.addr(name))), shown: name.clone() });
    let urls = urls.collect();
    (fleet, urls)
}

#[tokio::test]
async fn an_http_receiver_is_tunnelled_too() {
    let (fleet, proxies) = behind([Service::proxy("exit0")]);
    let reply = courier().deliver(&telegram(&fleet), &proxies, &entry(), context()).await;
    assert_eq!(reply.answer.delivery, Delivery::Accepted);
    let asked = &fleet.requests("exit0")[0];
    assert_eq!((asked.method.as_str(), asked.target.as_str()), ("CONNECT", fleet.addr("one").to_string().as_str()));
    assert!(asked.headers.iter().all(|(_, value)| !value.contains(TOKEN)), "{asked:?}");
    let request = &fleet.requests("one")[0];
    assert_eq!(request.target, format!("/bot{TOKEN}/sendMessage"));
    assert_eq!(request.header("host"), Some(fleet.addr("one").to_string().as_str()));
    assert_eq!(json(request)["chat_id"], -100);
    assert_eq!(reply.met, [Met { exit: 0, broken: None }]);
}

#[tokio::test]
async fn every_scheme_of_a_proxy_lays_a_tunnel() {
    let (fleet, _) = behind([Service::proxy("exit0").asking("me", "pass word")]);
    for scheme in ["http", "socks5", "socks5h"] {
        let url = format!("{scheme}://me:pass%20word@{}", fleet.addr("exit0"));
        let proxy = ProxyUrl { url: Secret::new(&url), shown: "exit".to_owned() };
        let reply = courier().deliver(&webhook(&fleet), &[proxy], &entry(), context()).await;
        assert_eq!(reply.answer.delivery, Delivery::Accepted, "{scheme}");
    }
    assert_eq!(fleet.count("one"), 3);
}

/// What lays no tunnel is passed over in the same try. Who only says that the receiver can't be reached is not to blame.
#[tokio::test]
async fn the_next_exit_is_taken_where_one_makes_no_tunnel() {
    let (fleet, proxies) = behind([
        Service::proxy("exit0").refusing(),
        Service::proxy("exit1").asking("some", "body"),
        Service::proxy("exit2").relaying(Relay::status(403)),
        Service::proxy("exit3").relaying(Relay::status(502)),
        Service::proxy("exit4"),
    ]);
    let reply = courier().deliver(&webhook(&fleet), &proxies, &entry(), context()).await;
    assert_eq!(reply.answer.delivery, Delivery::Accepted, "{reply:?}");
    assert_eq!(fleet.count("one"), 1);
    let met: Vec<(usize, bool)> = reply.met.iter().map(|met| (met.exit, met.broken.is_some())).collect();
    assert_eq!(met, [(0, true), (1, true), (2, true), (4, false)], "{reply:?}");
}

#[tokio::test]
async fn silent_exits_leave_time_for_the_one_that_works() {
    let silent = |name: &str| Service::proxy(name).relaying(Relay::Silent);
    let (fleet, proxies) = behind([silent("exit0"), silent("exit1"), Service::proxy("exit2")]);
    let began = Instant::now();
    let reply = courier().deliver(&webhook(&fleet), &proxies, &entry(), context()).await;
    assert_eq!(reply.answer.delivery, Delivery::Accepted, "{reply:?}");
    assert!(began.elapsed() < Duration::from_secs(9), "{:?}", began.elapsed());
    assert_eq!(reply.met.len(), 3, "{reply:?}");
}

/// All parts of a message go the way that was found for the first.
#[tokio::test]
async fn a_dead_exit_costs_a_try_once() {
    let (fleet, proxies) = behind([Service::proxy("exit0").relaying(Relay::status(500)), Service::proxy("exit1")]);
    let parts = Entry { rest: ["one", "two", "three"].map(str::to_owned).to_vec(), ..entry() };
    let reply = courier().deliver(&telegram(&fleet), &proxies, &parts, context()).await;
    assert_eq!(reply.answer.delivery, Delivery::Accepted, "{reply:?}");
    assert_eq!((fleet.count("exit0"), fleet.count("exit1"), fleet.count("one")), (1, 3, 3));
}

#[tokio::test]
async fn all_exits_are_named_when_none_works() {
    let (fleet, proxies) = behind([Service::proxy("exit0").refusing(), Service::proxy("exit1").asking("some", "body")]);
    let delivery = courier().deliver(&webhook(&fleet), &proxies, &entry(), context()).await.answer.delivery;
    assert_eq!(word(&delivery), "later", "{delivery:?}");
    let place = fleet.addr("one").to_string();
    assert_eq!(
        why(&delivery),
        format!(
            "no connection to {place}: through exit0: Connection refused; \
             through exit1: proxy authentication required (407): check the user and password of its URL"
        )
    );
}

/// A proxy whose answers come in one piece with the mail server's greeting, by CONNECT or by SOCKS5.
fn hasty_proxy(mail: u16, socks: bool) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a socket");
    let port = listener.local_addr().expect("a socket").port();
    std::thread::spawn(move || {
        let (mut client, _) = listener.accept().expect("a socket");
        let mut asked = [0; 512];
        let mut answer = b"HTTP/1.1 200 OK\r\n\r\n".to_vec();
        if socks {
            client.read_exact(&mut asked[..3]).expect("a greeting");
            client.write_all(&[5, 0]).expect("a socket");
            answer = vec![5, 0, 0, 1, 127, 0, 0, 1, 0, 0];
        }
        assert!(client.read(&mut asked).expect("a request") > 0);
        let mut server = std::net::TcpStream::connect(("127.0.0.1", mail)).expect("the mail server");
        let greeted = server.read(&mut asked).expect("a greeting");
        answer.extend_from_slice(&asked[..greeted]);
        client.write_all(&answer).expect("a socket");
        let (mut from, mut to) = (client.try_clone().expect("a socket"), server.try_clone().expect("a socket"));
        std::thread::spawn(move || std::io::copy(&mut from, &mut to));
        let _ = std::io::copy(&mut server, &mut client);
    });
    port
}

/// The proxy's port is its URL's; what is shown of it is for people. A mail server greets before it is spoken to.
#[tokio::test]
async fn mail_goes_through_the_proxy_of_the_url() {
    for scheme in ["http", "socks5h"] {
        let (port, server) = mail_server(&[]);
        let proxy = hasty_proxy(port, scheme == "socks5h");
        let proxy =
            ProxyUrl { url: Secret::new(&format!("{scheme}://127.0.0.1:{proxy}")), shown: "the gateway".to_owned() };
        let reply = courier().deliver(&mail(port, MailTls::None), &[proxy], &entry(), context()).await;
        assert_eq!(reply.answer.delivery, Delivery::Accepted, "{scheme}");
        assert!(server.join().unwrap().contains("DATA"), "{scheme}");
    }
}

#[tokio::test]
async fn a_command_gets_the_body_and_says_yes_with_zero() {
    let run = |script: &str| {
        ReceiverKind::Command(CommandRun {
            argv: ["sh", "-c", script].map(str::to_owned).to_vec(),
            env: vec![("MINE".to_owned(), Secret::new("hidden-value"))],
            timeout: Duration::from_millis(500),
        })
    };
    assert_eq!(said(&run(r#"grep -q '"kind":"test"' && test "$MINE" = hidden-value"#)).await, Delivery::Accepted);
    let delivery = said(&run("echo no $MINE; exit 3")).await;
    assert_eq!(word(&delivery), "later");
    assert!(why(&delivery).contains("exit code 3: no ***"), "{delivery:?}");
    assert_eq!(word(&said(&run("sleep 30")).await), "unclear");
    let missing = CommandRun { argv: vec!["/no/such".to_owned()], env: Vec::new(), timeout: Duration::from_secs(1) };
    assert_eq!(word(&said(&ReceiverKind::Command(missing)).await), "slow");
}

/// A mail server that answers each command by its first word or the whole; what isn't scripted gets 250. None: it closes.
fn mail_server(script: &'static [(&'static str, Option<&'static str>)]) -> (u16, std::thread::JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a socket");
    let port = listener.local_addr().expect("a socket").port();
    let thread = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("a socket");
        stream.set_read_timeout(Some(PATIENCE)).expect("a socket");
        let mut lines = BufReader::new(stream.try_clone().expect("a socket"));
        stream.write_all(b"220 mx\r\n").expect("a socket");
        let (mut seen, mut in_data) = (String::new(), false);
        loop {
            let mut line = String::new();
            if lines.read_line(&mut line).unwrap_or(0) == 0 {
                return seen;
            }
            seen.push_str(&line);
            let end = line == ".\r\n";
            if in_data && !end {
                continue;
            }
            let word = if in_data { "." } else { line.split([' ', '\r']).next().unwrap_or_default() };
            let usual = match word {
                "DATA" => Some("354 go on"),
                "EHLO" => Some("250-mx\r\n250 AUTH PLAIN LOGIN"),
                "AUTH" => Some("235 welcome"),
                _ => Some("250 fine"),
            };
            in_data = word == "DATA";
            let scripted = script.iter().find(|(known, _)| *known == word || *known == line.trim_end());
            let Some(answer) = scripted.map_or(usual, |(_, answer)| *answer) else {
                return seen;
            };
            if stream.write_all(format!("{answer}\r\n").as_bytes()).is_err() || word == "QUIT" {
                return seen;
            }
        }
    });
    (port, thread)
}

fn mail(port: u16, tls: MailTls) -> ReceiverKind {
    ReceiverKind::Email {
        url: Secret::new(&format!("smtp://me:pass%20word@127.0.0.1:{port}")),
        from: "Canary <canary@example.org>".to_owned(),
        to: vec!["a@example.org".to_owned(), "b@example.org".to_owned()],
        tls,
    }
}

#[tokio::test]
async fn a_mail_is_written_and_sent() {
    let (port, server) = mail_server(&[]);
    assert_eq!(said(&mail(port, MailTls::None)).await, Delivery::Accepted);
    let seen = server.join().unwrap();
    for part in [
        "EHLO box\r\n",
        "MAIL FROM:<canary@example.org>",
        "RCPT TO:<b@example.org>",
        "Subject: canary: test\r\n",
        "MIME-Version: 1.0\r\n",
        "Date: Fri, 01 May 2026 10:00:00 +0000\r\n",
        "canary on box can reach this receiver",
    ] {
        assert!(seen.contains(part), "{part} in {seen}");
    }
    assert!(seen.contains(&format!("Message-ID: <{}@example.org>", entry().id)), "{seen}");
}

#[tokio::test]
async fn every_end_of_a_mail_has_its_meaning() {
    type Script = &'static [(&'static str, Option<&'static str>)];
    let cases: [(Script, &str); 8] = [
        (&[("AUTH", Some("535 no"))], "slow"),
        (&[("AUTH", Some("454 later"))], "later"),
        (&[("RCPT", Some("450 greylisted"))], "later"),
        (&[("RCPT", Some("550 no such user"))], "refused"),
        (&[("DATA", None)], "later"),
        (&[(".", Some("554 spam"))], "refused"),
        (&[(".", Some("451 disk"))], "later"),
        (&[(".", None)], "unclear"),
    ];
    for (script, wanted) in cases {
        let (port, server) = mail_server(script);
        let delivery = said(&mail(port, MailTls::None)).await;
        assert_eq!(word(&delivery), wanted, "{script:?}: {delivery:?}");
        assert!(!why(&delivery).contains("pass word"), "{delivery:?}");
        server.join().unwrap();
    }
}

/// What the server says of each of the two recipients, what that comes to, who is left for later, who is for good.
#[tokio::test]
async fn a_mail_goes_to_whom_the_server_takes() {
    const A: &str = "RCPT TO:<a@example.org>";
    const B: &str = "RCPT TO:<b@example.org>";
    type Script = &'static [(&'static str, Option<&'static str>)];
    let cases: [(Script, &str, &[&str], &str); 5] = [
        (&[(A, Some("550 no such user"))], "accepted", &[], "a@example.org: permanent error (550): no such user"),
        (&[(B, Some("451 greylisted"))], "later", &["b@example.org"], ""),
        (&[(A, Some("550 gone")), (B, Some("451 greylisted"))], "later", &[], ""),
        (&[(A, Some("550 gone")), (B, Some("551 moved"))], "refused", &[], ""),
        (&[(A, Some("550 gone")), (".", Some("554 spam"))], "refused", &[], ""),
    ];
    for (script, wanted, rest, remark) in cases {
        let (port, server) = mail_server(script);
        let reply = tell(&mail(port, MailTls::None), &entry()).await;
        assert_eq!(word(&reply.answer.delivery), wanted, "{script:?}: {reply:?}");
        assert_eq!(reply.answer.rest, rest, "{script:?}");
        assert_eq!(reply.remarks.len(), usize::from(!remark.is_empty()), "{reply:?}");
        assert!(reply.remarks.iter().all(|one| one.ends_with(remark)), "{reply:?}");
        let seen = server.join().unwrap();
        assert!(seen.contains(A) && seen.contains(B), "{seen}");
        assert_eq!(
            seen.contains("DATA"),
            wanted == "accepted" || !rest.is_empty() || script.len() > 1 && script[1].0 == "."
        );
    }
    let (port, server) = mail_server(&[(B, Some("550 gone"))]);
    let waiting = Entry { rest: vec!["b@example.org".to_owned()], ..entry() };
    let reply = tell(&mail(port, MailTls::None), &waiting).await;
    assert_eq!((&reply.answer.delivery, reply.remarks.len()), (&Delivery::Accepted, 1), "the other has it: {reply:?}");
    assert!(!server.join().unwrap().contains(A), "who has it gets it once");
}

#[tokio::test]
async fn no_password_goes_out_unencrypted_when_starttls_is_asked_for() {
    let (port, server) = mail_server(&[]);
    assert_eq!(word(&said(&mail(port, MailTls::Starttls)).await), "slow");
    assert!(!server.join().unwrap().contains("AUTH"));
}

/// What the server or the library says, once.
#[tokio::test]
async fn the_errors_of_mail_do_not_repeat_themselves() {
    let (port, server) = mail_server(&[("MAIL", Some("550 not you"))]);
    let delivery = said(&mail(port, MailTls::None)).await;
    assert_eq!(why(&delivery), "MAIL FROM: permanent error (550): not you");
    server.join().unwrap();

    let certificate = Authority::new().serves(90).server();
    for tls in [MailTls::Starttls, MailTls::Implicit] {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a socket");
        let port = listener.local_addr().expect("a socket").port();
        let certificate = std::sync::Arc::clone(&certificate);
        let server = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().expect("a socket");
            if tls == MailTls::Starttls {
                let mut lines = BufReader::new(stream.try_clone().expect("a socket"));
                for answer in ["220 mx\r\n", "250-mx\r\n250 STARTTLS\r\n", "220 go on\r\n"] {
                    stream.write_all(answer.as_bytes()).expect("a socket");
                    lines.read_line(&mut String::new()).expect("a command");
                    if answer.contains("STARTTLS") {
                        stream.write_all(b"220 go on\r\n").expect("a socket");
                        break;
                    }
                }
            }
            let mut session = rustls::ServerConnection::new(certificate).expect("a session");
            while session.is_handshaking() && session.complete_io(&mut stream).is_ok() {}
        });
        let delivery = said(&mail(port, tls)).await;
        assert_eq!(word(&delivery), "later", "{delivery:?}");
        assert_eq!(why(&delivery).matches("UnknownIssuer").count(), 1, "{tls:?}: {delivery:?}");
        assert_eq!(why(&delivery).to_lowercase().matches("connection error").count(), 0, "{tls:?}: {delivery:?}");
        server.join().unwrap();
    }
}

#[tokio::test]
async fn the_heartbeat_puts_fail_on_the_path() {
    let fleet = one(Behaviour::text(200, "OK"));
    let url = url(&fleet, "/uuid/?rid=1");
    assert_eq!(courier().heartbeat(&url, false, context().cut).await, Ok(()));
    assert_eq!(courier().heartbeat(&url, true, context().cut).await, Ok(()));
    let targets: Vec<String> = fleet.requests("one").into_iter().map(|request| request.target).collect();
    assert_eq!(targets, ["/uuid/?rid=1", "/uuid/fail?rid=1"]);
    let gone = one(Behaviour::text(404, "no"));
    assert_eq!(
        courier().heartbeat(&self::url(&gone, "/x"), false, context().cut).await,
        Err("HTTP 404: no".to_owned())
    );
    let began = Instant::now();
    assert!(courier().heartbeat(&self::url(&one(Behaviour::silent()), "/x"), false, context().cut).await.is_err());
    assert!(began.elapsed() < Duration::from_secs(6));
}

#[tokio::test]
async fn a_try_can_run_as_a_task() {
    let fleet = one(Behaviour::text(200, "ok"));
    let kind = slack(&fleet);
    let task = tokio::spawn(async move { courier().deliver(&kind, &[], &entry(), context()).await });
    assert_eq!(task.await.unwrap().answer.delivery, Delivery::Accepted);
}
