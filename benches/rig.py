"""What the scale run measures with: servers on loopback, inputs, and processes whose wall, CPU and memory are counted.

Run as a program it is one of its own servers: `rig.py slow PORT MILLISECONDS` answers late.
"""
import contextlib
import json
import os
import shutil
import signal
import socket
import statistics
import subprocess
import time
from dataclasses import dataclass

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


class Failed(Exception):
    """A measured command that did not do what it was asked."""


@dataclass
class Usage:
    """One run of one process, its children included: seconds, seconds, seconds, MiB."""

    wall: float
    user: float
    kernel: float
    peak: float

    @property
    def cpu(self):
        return self.user + self.kernel


def usage_of(command, **options):
    """Runs a command to its end; any exit code but 0 is a failure."""
    options = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, **options}
    began = time.monotonic()
    process = subprocess.Popen(command, **options)
    _, status, used = os.wait4(process.pid, 0)
    wall = time.monotonic() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise Failed(f"{os.path.basename(command[0])} exited with {process.returncode}")
    return Usage(wall, used.ru_utime, used.ru_stime, used.ru_maxrss / 1024)


def in_turn(rounds, commands):
    """The medians of several commands that are run in turn, so that a busy moment hits all alike."""
    runs = {name: [] for name in commands}
    for command in commands.values():
        command()  # warm up
    for _ in range(rounds):
        for name, command in commands.items():
            runs[name].append(command())
    return {name: median(used) for name, used in runs.items()}


def median(runs):
    pick = lambda key: statistics.median(getattr(run, key) for run in runs)
    cpu = sorted(runs, key=lambda run: run.cpu)[len(runs) // 2]
    return Usage(pick("wall"), cpu.user, cpu.kernel, pick("peak"))


def find(program):
    """A program's path; some live where only root looks."""
    path = os.environ.get("PATH", "") + ":/usr/sbin:/usr/lib/nagios/plugins"
    return shutil.which(program, path=path)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def compiled(name, folder):
    """A program of one C file beside this one, built into this folder; none where there is no C compiler."""
    if not find("cc"):
        return None
    source = os.path.join(os.path.dirname(os.path.abspath(__file__)), f"{name}.c")
    subprocess.run(["cc", "-O2", "-o", f"{folder}/{name}-bin", source], check=True)
    return f"{folder}/{name}-bin"


def wait_for(port, process, what):
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            if process.poll() is not None:
                raise Failed(f"{what} did not start") from None
            time.sleep(0.02)


@contextlib.contextmanager
def serving(command, port, what, given=subprocess.DEVNULL):
    process = subprocess.Popen(command, stdin=given, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(port, process, what)
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()


def make_certificate(folder):
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
         "-keyout", f"{folder}/key.pem", "-out", f"{folder}/cert.pem"],
        check=True, stderr=subprocess.DEVNULL,
    )


@contextlib.contextmanager
def nginx(folder, tls_version=None):
    """nginx that answers every path with the same document, in TLS of this version if any; yields its base URL.

    No session is resumed: curl would, in TLS 1.3, and verify nothing and agree on less from its second connection on.
    """
    https = tls_version is not None
    port = free_port()
    os.makedirs(f"{folder}/www", exist_ok=True)
    with open(f"{folder}/www/health", "w") as out:
        json.dump(BODY, out)
    tls = ""
    if https:
        make_certificate(folder)
        tls = (f"ssl_protocols TLSv{tls_version}; ssl_certificate {folder}/cert.pem; ssl_certificate_key {folder}/key.pem; "
               "ssl_session_tickets off; ssl_session_cache off;")
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
    with serving([find("nginx"), "-c", f"{folder}/nginx.conf"], port, "nginx"):
        yield f"{'https' if https else 'http'}://127.0.0.1:{port}"


@contextlib.contextmanager
def slow_server(folder, millis):
    """A server that answers so much later (`slow.c`); yields its base URL."""
    program, port, body = compiled("slow", folder), free_port(), json.dumps(BODY)
    if not program:
        raise Failed("cc is not installed")
    with open(f"{folder}/body.json", "w") as out:
        out.write(body)
    with open(f"{folder}/body.json") as answer, \
            serving([program, str(port), str(millis), str(len(body))], port, "the slow server", answer):
        yield f"http://127.0.0.1:{port}"


@dataclass
class Fleet:
    """The same endpoints as canary and curl want them."""

    folder: str
    base: str
    count: int
    concurrency: int

    def __post_init__(self):
        os.makedirs(self.folder, exist_ok=True)
        https = self.base.startswith("https")
        trust = f"  tls: {{ ca: {self.folder}/../cert.pem }}\n" if https else ""
        with open(f"{self.folder}/probes.yaml", "w") as out:
            out.write(
                "defaults:\n  max_per_host: 1000\n  retry: { attempts: 1 }\n" + trust + "schemas:\n  health: "
                + json.dumps(SCHEMA) + f"\nchannels:\n  load:\n    base_url: {self.base}\n    endpoints:\n"
            )
            for number in range(self.count):
                out.write(
                    f"      e{number}: {{ path: /health/{number}, expect: {{ schema: health, json: {{ $.status: "
                    "{ in: [healthy, degraded] } } }, warn: { json: { $.health_score: { gte: 80 } } } }\n"
                )
        with open(f"{self.folder}/urls.txt", "w") as out:
            for number in range(self.count):
                out.write(f'url = "{self.base}/health/{number}"\noutput = "/dev/null"\n')

    def urls(self):
        return [f"{self.base}/health/{number}" for number in range(self.count)]

    def canary(self, binary, *more):
        return [binary, "check", "-c", f"{self.folder}/probes.yaml", "--state-dir", f"{self.folder}/state",
                "--concurrency", str(self.concurrency), *(more or ["-q"])]

    def config_check(self, binary):
        return [binary, "config", "check", "-c", f"{self.folder}/probes.yaml"]

    def curl(self, *more):
        """A fresh connection for each, as a probe has; certificates are not looked at."""
        return ["curl", "-q", "-s", "-k", "-H", "Connection: close", "--parallel", *more,
                "--parallel-max", str(min(self.concurrency, 300)), "-K", f"{self.folder}/urls.txt"]

    def loop(self):
        """The bare loop of `loop.c`; none where there is no C compiler."""
        program = compiled("loop", self.folder)
        return program and [program, self.base.rsplit(":", 1)[1], str(self.count), str(self.concurrency)]
