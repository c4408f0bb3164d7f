#!/usr/bin/env python3
"""`canary history` beside DuckDB on the same file, in one run.

    cargo build --release && pip install duckdb && python3 benches/history_stats.py [--lines 1000000] [--rounds 5]

Both count the results and take the percentiles of the latency per channel, endpoint and verdict; each in a process of
its own, in turn. DuckDB is asked twice: as one would ask it, and told beforehand which five columns there are. The medians
of wall, CPU and peak memory are printed, and canary's share of DuckDB's. Then, without DuckDB, `history --since 1h
--limit 10`, all records, and `alerts simulate` over the same lines.
"""
import argparse
import datetime
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time

DUCKDB = """
import duckdb, sys
duckdb.sql(f'''select channel, endpoint, verdict, count(*), min(ts)::varchar, max(ts)::varchar,
    quantile_disc(latency_ms, [0.5, 0.95, 0.99])
    from {sys.argv[1]} group by all order by all''').fetchall()
"""
COLUMNS = "{channel: 'VARCHAR', endpoint: 'VARCHAR', verdict: 'VARCHAR', latency_ms: 'DOUBLE', ts: 'VARCHAR'}"

CONFIG = """
receivers:
  hook: { type: webhook, url: "http://127.0.0.1:1/" }
alerting: { receivers: [hook] }
channels:
"""


def write(folder, lines, endpoints):
    """One run a minute up to now, a line an endpoint, as canary writes them."""
    os.makedirs(f"{folder}/state", exist_ok=True)
    names = [(f"c{n % 10}", f"e{n}") for n in range(endpoints)]
    runs = lines // endpoints
    start = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(minutes=runs)
    rng = random.Random(7)
    path = f"{folder}/state/history.jsonl"
    with open(path, "w") as out:
        for run in range(runs):
            at = (start + datetime.timedelta(minutes=run)).strftime("%Y-%m-%dT%H:%M:%S.123Z")
            for channel, endpoint in names:
                roll = rng.random()
                verdict = "down" if roll < 0.01 else "degraded" if roll < 0.03 else "up"
                line = {
                    "v": 1, "ts": at, "run": f"01K{run:023d}", "channel": channel, "endpoint": endpoint, "verdict": verdict,
                    "reason": "status" if verdict == "down" else None, "blame": "target" if verdict == "down" else None,
                    "message": "status 500 is not 2xx" if verdict == "down" else None, "problems": [], "method": "GET",
                    "url": f"http://127.0.0.1:8767/{endpoint}/health", "final_url": None, "remote_addr": "127.0.0.1:8767",
                    "http_version": "1.1", "status": 500 if verdict == "down" else 200,
                    "latency_ms": round(rng.lognormvariate(3, 1), 3),
                    "phases": {"dns_ms": 0.01, "connect_ms": 0.3, "tls_ms": None, "ttfb_ms": 11.2, "download_ms": 0.8},
                    "attempts": 1, "redirects": 0, "proxy": None, "bytes": 212, "cert_days_left": None,
                    "metrics": {"health_score": 95}, "evidence": None, "suppressed_by": None, "maintenance": False,
                    "verify": False,
                }
                out.write(json.dumps(line, separators=(",", ":")) + "\n")
    with open(f"{folder}/probes.yaml", "w") as out:
        out.write(CONFIG)
        for channel in sorted({channel for channel, _ in names}):
            out.write(f"  {channel}:\n    base_url: http://127.0.0.1:1\n    endpoints:\n")
            for _, endpoint in (name for name in names if name[0] == channel):
                out.write(f"      {endpoint}: {{ path: /{endpoint} }}\n")
    return path


def measure(command, folder):
    began = time.monotonic()
    child = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    wall = time.monotonic() - began
    if status != 0:
        sys.exit(f"{command}: {status}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--endpoints", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--canary", default=os.path.join(os.path.dirname(__file__), "../target/release/canary"))
    args = parser.parse_args()
    canary = [os.path.abspath(args.canary), "--state-dir", "state"]
    with tempfile.TemporaryDirectory() as folder:
        path = write(folder, args.lines, args.endpoints)
        print(f"{args.lines} lines, {os.path.getsize(path) / 2**20:.0f} MiB, {args.endpoints} endpoints")
        contest = {
            "canary history --stats": [*canary, "history", "--stats", "--json"],
            "duckdb": [sys.executable, "-c", DUCKDB, f"'{path}'"],
            "duckdb, told its columns": [
                sys.executable, "-c", DUCKDB, f"read_json('{path}', format='newline_delimited', columns={COLUMNS})",
            ],
        }
        others = {
            "canary history --since 1h --limit 10": [*canary, "history", "--since", "1h", "--limit", "10"],
            "canary history -o jsonl": [*canary, "history", "-o", "jsonl"],
            "canary alerts simulate": [*canary, "alerts", "simulate", "--since", "3650d", "--json"],
        }
        seen = {name: [] for name in [*contest, *others]}
        for number in range(args.rounds + 1):
            for name, command in {**contest, **others}.items():
                figures = measure(command, folder)
                if number > 0:
                    seen[name].append(figures)
        medians = {name: [statistics.median(column) for column in zip(*rows)] for name, rows in seen.items()}
        for name, (wall, cpu, memory) in medians.items():
            print(f"{name:38} wall {wall:7.3f} s  cpu {cpu:7.3f} s  memory {memory:6.0f} MiB")
        ours, *theirs = contest
        for name in theirs:
            ratios = [one / other for one, other in zip(medians[ours], medians[name])]
            print(f"{'canary / ' + name:38} wall {ratios[0]:7.2f}    cpu {ratios[1]:7.2f}    memory {ratios[2]:6.2f}")


if __name__ == "__main__":
    main()
