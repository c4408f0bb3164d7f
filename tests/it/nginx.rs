//! Against a server that is not ours: nginx on loopback, http and https.

use crate::support::certs::Authority;
use crate::support::configs::DEFAULTS;
use crate::support::process::until;
use crate::support::{Home, verdict_of};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

struct Nginx {
    child: Child,
    http: u16,
    https: u16,
}

impl Drop for Nginx {
    fn drop(&mut self) {
        self.child.kill().expect("nginx is ours");
        self.child.wait().expect("nginx is ours");
    }
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address").port()
}

/// A running nginx with its files in this home; none, and a word, where there is no nginx.
fn nginx(home: &Home) -> Option<Nginx> {
    let program = ["/usr/sbin/nginx", "/usr/bin/nginx", "/usr/local/sbin/nginx"]
        .into_iter()
        .find(|path| Path::new(path).exists());
    let Some(program) = program else {
        println!("SKIPPED: nginx is not installed");
        return None;
    };
    let (http, https) = (free_port(), free_port());
    let dir = home.dir().display();
    home.write("www/health", r#"{"status":"healthy"}"#);
    home.write("www/large", "x".repeat(300_000));
    home.write(
        "nginx.conf",
        format!(
            r#"daemon off; master_process off; error_log stderr; pid {dir}/nginx.pid;
events {{ worker_connections 64; }}
http {{
  access_log off; default_type application/json; gzip on; gzip_min_length 1; gzip_types *; server_tokens off;
  client_body_temp_path {dir}/t1; proxy_temp_path {dir}/t2; fastcgi_temp_path {dir}/t3; uwsgi_temp_path {dir}/t4; scgi_temp_path {dir}/t5;
  server {{
    listen 127.0.0.1:{http}; listen 127.0.0.1:{https} ssl http2;
    ssl_certificate {dir}/server.pem; ssl_certificate_key {dir}/server.key;
    root {dir}/www;
    location = /moved {{ return 301 /health; }}
    location = /no {{ return 503; }}
    location = /gone {{ return 444; }}
    location = /private {{ if ($http_authorization != "Bearer ng1nx-token") {{ return 401; }} try_files /health =500; }}
  }}
}}"#
        ),
    );
    let child = Command::new(program)
        .args(["-p", &dir.to_string(), "-c", &home.path("nginx.conf").display().to_string()])
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("nginx starts");
    let mut nginx = Nginx { child, http, https };
    let up = until(Duration::from_secs(10), || {
        let over = nginx.child.try_wait().expect("nginx is ours").is_some();
        over || [http, https].iter().all(|port| TcpStream::connect(("127.0.0.1", *port)).is_ok())
    });
    assert!(up && nginx.child.try_wait().expect("nginx is ours").is_none(), "nginx did not start");
    Some(nginx)
}

#[test]
fn nginx_is_probed_over_http_https_and_http_2() {
    let home = Home::new();
    let ca = Authority::new();
    let made = ca.serves(60);
    home.write("ca.pem", &ca.pem);
    home.write("server.pem", &made.pem);
    home.write("server.key", &made.key_pem);
    let Some(nginx) = nginx(&home) else { return };
    let mut yaml = format!("{DEFAULTS}channels:\n");
    for (name, base, more) in [
        ("http", format!("http://127.0.0.1:{}", nginx.http), ""),
        ("https", format!("https://127.0.0.1:{}", nginx.https), "tls: { ca: ca.pem }, http_version: 1.1"),
        ("h2", format!("https://127.0.0.1:{}", nginx.https), "tls: { ca: ca.pem }"),
    ] {
        let more = more.replace(", ", "\n    ");
        yaml.push_str(&format!(
            "  {name}:\n    base_url: {base}\n    {more}\n    endpoints:\n      health: {{ path: /health, expect: {{ json: {{ $.status: healthy }} }} }}\n      \
             large: {{ path: /large, expect: {{ body: {{ matches: '^x{{300}}' }} }} }}\n      moved: {{ path: /moved, expect: {{ json: {{ $.status: healthy }} }} }}\n      \
             no: {{ path: /no }}\n      gone: {{ path: /gone }}\n      none: {{ path: /none }}\n      head: {{ path: /health, method: HEAD }}\n      \
             private: {{ path: /private, auth: {{ bearer: ng1nx-token }} }}\n      closed: {{ path: /private }}\n"
        ));
    }
    home.write("probes.yaml", yaml);
    let ran = home.check(&[]).code(1);
    for (channel, version) in [("http", "1.1"), ("https", "1.1"), ("h2", "2")] {
        for (endpoint, verdict) in [
            ("health", "up"),
            ("large", "up"),
            ("moved", "up"),
            ("no", "down/status"),
            ("gone", "down/protocol"),
            ("none", "down/status"),
            ("head", "up"),
            ("private", "up"),
            ("closed", "down/status"),
        ] {
            let result = ran.result(&format!("{channel}/{endpoint}"));
            assert_eq!(verdict_of(&result), verdict, "{result}");
            if endpoint == "health" {
                assert_eq!(result["http_version"], version, "{result}");
                assert_eq!(result["cert_days_left"].is_null(), channel == "http", "{result}");
            }
        }
    }
    assert!(!ran.stdout.contains("ng1nx-token"));
}
