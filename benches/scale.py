#!/usr/bin/env python3
"""canary beside `curl --parallel` on the same endpoints, in one run.

    cargo build --release && python3 benches/scale.py [--endpoints 1000] [--rounds 5] [--https]

nginx on loopback answers; canary validates every answer (schema and JSONPath) and records it, curl only downloads.
Both are run in turn; the medians of wall, CPU (user + system of the whole process) and peak memory are printed, and
their ratios. CPU of the server is not counted. Needs nginx, curl and, for --https, openssl.
"""
import argparse
import json
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

SCHEMA = {
    "type": "object",
    "required": ["status", "health_score", "timestamp"],
    "properties": {
        "status": {"enum": ["healthy", "degraded", "unhealthy"]},
        "service": {"type": "string", "minLength": 1},
        "version": {"type": "string", "pattern": "^\\d+(\\.\\d+){1,3}$"},
        "accounts_loaded": {"type": "integer", "minimum": 0},
        "health_score": {"type": "number", "minimum": 0, "maximum": 100},
        "timestamp": {"type": "string"},
    },
}
BODY = {
    "status": "healthy",
    "service": "vk-community-api",
    "version": "2.1.0",
    "accounts_loaded": 5,
    "health_score": 95,
    "timestamp": "2026-11-23T09:59:41.208113",
}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start_nginx(folder, port, https):
    os.makedirs(f"{folder}/www", exist_ok=True)
    with open(f"{folder}/www/health", "w") as out:
        json.dump(BODY, out)
    tls = ""
    if https:
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30",
             "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
             "-keyout", f"{folder}/key.pem", "-out", f"{folder}/cert.pem"],
            check=True, stderr=subprocess.DEVNULL,
        )
        tls = f"ssl_certificate {folder}/cert.pem; ssl_certificate_key {folder}/key.pem;"
    with open(f"{folder}/nginx.conf", "w") as out:
        out.write(f"""
daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 4096; }}
http {{
  access_log off; default_type application/json; keepalive_timeout 5s;
  client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
  uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
  server {{
    listen 127.0.0.1:{port} backlog=4096{' ssl' if https else ''}; {tls}
    location / {{ root {folder}/www; try_files /health =404; }}
  }}
}}""")
    nginx = shutil.which("nginx") or "/usr/sbin/nginx"
    server = subprocess.Popen([nginx, "-c", f"{folder}/nginx.conf"], stderr=subprocess.DEVNULL)
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return server
        except OSError:
            if server.poll() is not None:
                sys.exit("nginx did not start: " + open(f"{folder}/error.log").read())
            time.sleep(0.02)


def write_inputs(folder, base, count, concurrency, https):
    trust = f"  tls: {{ ca: {folder}/cert.pem }}\n" if https else ""
    lines = [
        "defaults:\n  max_per_host: 1000\n  retry: { attempts: 1 }\n" + trust + "schemas:\n  health: "
        + json.dumps(SCHEMA) + f"\nchannels:\n  load:\n    base_url: {base}\n    endpoints:\n"
    ]
    for number in range(count):
        lines.append(
            f"      e{number}: {{ path: /health/{number}, expect: {{ schema: health, "
            "json: { $.status: { in: [healthy, degraded] } } }, warn: { json: { $.health_score: { gte: 80 } } } }\n"
        )
    with open(f"{folder}/probes.yaml", "w") as out:
        out.write("".join(lines))
    with open(f"{folder}/urls.txt", "w") as out:
        for number in range(count):
            out.write(f'url = "{base}/health/{number}"\noutput = "/dev/null"\n')


def run(command):
    """One run: wall seconds, CPU seconds, peak memory in MiB."""
    began = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.monotonic() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{' '.join(command)} exited with {process.returncode}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--endpoints", type=int, default=1000)
    parser.add_argument("--concurrency", type=int, default=64)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--https", action="store_true", help="canary verifies the certificate, curl does not")
    parser.add_argument("--canary", default="target/release/canary")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)  # nginx's workers may run as another user
        port = free_port()
        server = start_nginx(folder, port, args.https)
        base = f"{'https' if args.https else 'http'}://127.0.0.1:{port}"
        write_inputs(folder, base, args.endpoints, args.concurrency, args.https)
        canary = [args.canary, "check", "-c", f"{folder}/probes.yaml", "--state-dir", f"{folder}/state", "-q",
                  "--concurrency", str(args.concurrency)]
        # A fresh connection for each, as a probe has.
        curl = ["curl", "-q", "-s", "-H", "Connection: close", "--parallel", "--parallel-immediate",
                "--parallel-max", str(min(args.concurrency, 300)), "-K", f"{folder}/urls.txt"] + (["-k"] if args.https else [])
        rows = {"canary": [], "curl": []}
        try:
            run(canary), run(curl)  # warm up
            for _ in range(args.rounds):
                rows["canary"].append(run(canary))
                rows["curl"].append(run(curl))
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait()
        median = {name: [statistics.median(column) for column in zip(*runs)] for name, runs in rows.items()}
        kind = "https, verified by canary only" if args.https else "http"
        print(f"{args.endpoints} endpoints over {kind}, {args.concurrency} at once, median of {args.rounds} runs each, in turn")
        print(f"{'':10}{'wall s':>10}{'cpu s':>10}{'peak MiB':>10}")
        for name, (wall, cpu, peak) in median.items():
            print(f"{name:10}{wall:10.3f}{cpu:10.3f}{peak:10.1f}")
        ratios = [ours / theirs for ours, theirs in zip(median["canary"], median["curl"])]
        print(f"{'ratio':10}{ratios[0]:10.2f}{ratios[1]:10.2f}{ratios[2]:10.2f}")


if __name__ == "__main__":
    main()
