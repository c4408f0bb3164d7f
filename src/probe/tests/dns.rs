//! Names.

use super::faultd::Faultd;
use super::harness::{Row, Want, answered, check, get, transport};
use crate::config::settings::{IpFamily, Transport};
use crate::model::{FailureKind::Broken, Stage::Dns};

#[tokio::test]
async fn names_without_an_address() {
    let v6 = Transport { ip_family: IpFamily::V6, ..transport() };
    let overridden = Transport {
        resolve: vec![("a.example".to_owned(), "127.0.0.1".parse().expect("an address"), None)],
        ..v6.clone()
    };
    let server = Faultd::responds("200 OK", "", b"ok");
    check(vec![
        Row(
            "no such host",
            get("http://x.invalid/"),
            transport(),
            Want::Failure(Dns, Broken, "no such host x.invalid"),
        ),
        Row("localhost", get(&format!("http://a.localhost.:{}/", server.port())), transport(), Want::Answer(200, "ok")),
        Row("resolve", get(&format!("http://A.example:{}/", server.port())), overridden, Want::Answer(200, "ok")),
    ])
    .await;
}

#[tokio::test]
async fn a_literal_needs_no_lookup() {
    let server = Faultd::responds("200 OK", "", b"ok");
    let response = answered(&get(&server.url("/")), &transport()).await;
    assert!(response.trace.phases.dns.expect("a phase").as_millis() < 50);
}
