use super::{Behaviour, Fleet, Reply, Service};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer, ServerName};
use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(5);

fn connect(fleet: &Fleet, service: &str) -> TcpStream {
    let stream = TcpStream::connect(fleet.addr(service)).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream
}

/// Asks on a fresh connection and reads to its end.
fn ask(fleet: &Fleet, service: &str, head: &str) -> String {
    let mut stream = connect(fleet, service);
    stream.write_all(format!("{head}\r\nconnection: close\r\n\r\n").as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

fn one(behaviour: impl Into<Behaviour>) -> Fleet {
    Fleet::start([Service::new("one").on("*", behaviour)]).unwrap()
}

fn get(fleet: &Fleet, path: &str) -> String {
    ask(fleet, "one", &format!("GET {path} HTTP/1.1\r\nhost: x"))
}

#[test]
fn responds_and_keeps_what_it_was_asked() {
    let fleet = one(Reply::json(201, "{}").header("x-a", "b"));
    let mut stream = connect(&fleet, "one");
    stream
        .write_all(b"POST /a?b=c HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello")
        .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert_eq!(
        answer,
        "HTTP/1.1 201 Created\r\ncontent-type: application/json\r\nx-a: b\r\ncontent-length: 2\r\n\r\n{}"
    );
    let requests = fleet.requests("one");
    assert_eq!(fleet.count("one"), 1);
    assert_eq!((requests[0].method.as_str(), requests[0].target.as_str()), ("POST", "/a?b=c"));
    assert_eq!(requests[0].header("host"), Some("x"));
    assert_eq!(requests[0].body, "hello");
    fleet.clear("one");
    assert_eq!((fleet.count("one"), fleet.connections("one")), (0, 0));
}

#[test]
fn serves_many_requests_on_one_connection() {
    let fleet = one(Behaviour::text(200, "ok"));
    let mut stream = connect(&fleet, "one");
    stream
        .write_all(b"GET /1 HTTP/1.1\r\n\r\nGET /2 HTTP/1.1\r\n\r\nGET /3 HTTP/1.1\r\nconnection: close\r\n\r\n")
        .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert_eq!(answer.matches("HTTP/1.1 200 OK").count(), 3);
    assert_eq!((fleet.count("one"), fleet.connections("one")), (3, 1));
}

#[test]
fn takes_the_closest_route_and_says_404_without_one() {
    let service = Service::new("one")
        .on("/method/*", Behaviour::text(200, "some method"))
        .on("GET /method/time", Behaviour::text(200, "time"));
    let fleet = Fleet::start([service]).unwrap();
    assert!(get(&fleet, "/method/time?v=5").ends_with("\r\n\r\ntime"));
    assert!(get(&fleet, "/method/other").ends_with("\r\n\r\nsome method"));
    assert!(get(&fleet, "/nowhere").ends_with("\r\n\r\n{\"detail\":\"Not Found\"}"));
}

#[test]
fn switches_at_run_time() {
    let fleet = one(Behaviour::text(200, "before"));
    assert!(get(&fleet, "/").ends_with("before"));
    fleet.set("one", "*", Behaviour::redirect(302, "/elsewhere"));
    assert!(get(&fleet, "/").starts_with("HTTP/1.1 302 Found\r\nlocation: /elsewhere\r\n"));
}

#[test]
fn plays_a_sequence_and_stays_at_its_end() {
    let fleet = one(Behaviour::Sequence(vec![Behaviour::text(503, "no"), Behaviour::text(200, "yes")]));
    let answers: Vec<String> = (0..3).map(|_| get(&fleet, "/")).collect();
    assert!(answers[0].ends_with("no") && answers[1].ends_with("yes") && answers[2].ends_with("yes"), "{answers:?}");
}

#[test]
fn lets_only_the_right_header_in() {
    let refusal = Behaviour::text(401, "who?");
    let fleet = one(Behaviour::text(200, "welcome").guarded("Authorization", "Bearer t", refusal));
    assert!(get(&fleet, "/").ends_with("who?"));
    assert!(ask(&fleet, "one", "GET / HTTP/1.1\r\nauthorization: Bearer t").ends_with("welcome"));
}

#[test]
fn waits_before_it_answers() {
    let fleet = one(Reply::new(200, "").after(Duration::from_millis(60)));
    let start = Instant::now();
    assert!(get(&fleet, "/").starts_with("HTTP/1.1 200"));
    assert!(start.elapsed() >= Duration::from_millis(60));
}

#[test]
fn drips_a_body() {
    let pause = Duration::from_millis(10);
    let fleet = one(Behaviour::Drip { reply: Reply::new(200, "abcde"), piece: 2, pause });
    let start = Instant::now();
    let mut stream = connect(&fleet, "one");
    stream.write_all(b"GET / HTTP/1.1\r\n\r\n").unwrap();
    let mut answer = [0; 43];
    stream.read_exact(&mut answer).unwrap();
    assert_eq!(&answer[..], b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nabcde");
    assert!(start.elapsed() >= 3 * pause);
}

#[test]
fn closes_without_a_byte_or_with_garbage() {
    let fleet = one(Behaviour::close_early());
    assert_eq!(get(&fleet, "/"), "");
    fleet.set("one", "*", Behaviour::garbage("SSH-2.0-x\r\n"));
    assert_eq!(get(&fleet, "/"), "SSH-2.0-x\r\n");
    fleet.set("one", "*", Behaviour::cut_after(&Reply::new(200, "abcdef"), 3));
    assert!(get(&fleet, "/").ends_with("content-length: 6\r\n\r\nabc"));
}

#[test]
fn resets_in_the_middle_of_a_body() {
    let fleet = one(Behaviour::reset_after(&Reply::new(200, "abcdef"), 3));
    let mut stream = connect(&fleet, "one");
    stream.write_all(b"GET / HTTP/1.1\r\n\r\n").unwrap();
    let mut answer = Vec::new();
    let error = stream.read_to_end(&mut answer).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionReset);
}

#[test]
fn falls_silent() {
    for behaviour in [Behaviour::silent(), Behaviour::stall_after(&Reply::new(200, "abcdef"), 3)] {
        let fleet = one(behaviour);
        let mut stream = connect(&fleet, "one");
        stream.set_read_timeout(Some(Duration::from_millis(50))).unwrap();
        stream.write_all(b"GET / HTTP/1.1\r\n\r\n").unwrap();
        assert!(fleet.wait_for("one", 1, PATIENCE));
        let error = stream.read_to_end(&mut Vec::new()).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut), "{error}");
    }
}

#[test]
fn sends_without_end() {
    let fleet = one(Behaviour::Endless);
    let mut stream = connect(&fleet, "one");
    stream.write_all(b"GET / HTTP/1.1\r\n\r\n").unwrap();
    let mut answer = vec![0; 4 << 20];
    stream.read_exact(&mut answer).unwrap();
    assert!(answer.starts_with(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4000\r\nxxx"));
}

#[test]
fn refuses_and_listens_again_on_the_same_port() {
    let fleet = Fleet::start([Service::new("one").on("*", Behaviour::text(200, "back")).refusing()]).unwrap();
    let refused = || TcpStream::connect(fleet.addr("one")).is_err_and(|e| e.kind() == ErrorKind::ConnectionRefused);
    assert!(refused());
    for _ in 0..3 {
        fleet.listen("one").unwrap();
        assert!(get(&fleet, "/").ends_with("back"));
        fleet.refuse("one").unwrap();
        assert!(refused());
    }
}

#[test]
fn a_mute_service_takes_no_request() {
    let fleet = Fleet::start([Service::new("one").mute()]).unwrap();
    let mut stream = connect(&fleet, "one");
    stream.set_read_timeout(Some(Duration::from_millis(50))).unwrap();
    stream.write_all(b"GET / HTTP/1.1\r\n\r\n").unwrap();
    assert!(stream.read(&mut [0]).is_err());
    assert_eq!((fleet.count("one"), fleet.connections("one")), (0, 1));
}

#[test]
fn answers_a_tls_hello_on_a_plain_port_with_a_400() {
    let fleet = one(Behaviour::text(200, "ok"));
    let mut stream = connect(&fleet, "one");
    stream.write_all(b"\x16\x03\x01\x00\x05hello").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 400 Bad Request\r\n"));
    assert_eq!(fleet.count("one"), 0);
}

#[test]
fn speaks_tls() {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let server = rustls::ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    let service = Service::new("one").on("*", Behaviour::text(200, "over TLS")).tls(Arc::new(server));
    let fleet = Fleet::start([service]).unwrap();
    assert!(fleet.url("one").starts_with("https://127.0.0.1:"));

    let mut roots = rustls::RootCertStore::empty();
    roots.add(made.cert.der().clone()).unwrap();
    let client = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from("localhost").unwrap();
    let session = rustls::ClientConnection::new(Arc::new(client), name).unwrap();
    let mut stream = rustls::StreamOwned::new(session, connect(&fleet, "one"));
    stream.write_all(b"GET / HTTP/1.1\r\nconnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.ends_with("over TLS"));
}

#[test]
fn stops_with_its_handle() {
    let fleet = one(Behaviour::silent());
    let addr = fleet.addr("one");
    let mut stream = connect(&fleet, "one");
    stream.write_all(b"GET / HTTP/1.1\r\n\r\n").unwrap();
    assert!(fleet.wait_for("one", 1, PATIENCE));
    drop(fleet);
    assert!(matches!(stream.read(&mut [0]), Ok(0) | Err(_)));
    assert!(TcpStream::connect(addr).is_err());
}

#[test]
#[should_panic(expected = "the fleet has no service `two`")]
fn a_wrong_name_is_told() {
    one(Behaviour::silent()).addr("two");
}
