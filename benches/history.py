#!/usr/bin/env python3
"""What looking at a history costs, however long it is.

    cargo build --release && python3 benches/history.py [--lines 10000 1000000] [--huge] [--endpoints 10] [--rounds 9]

For every length a history is made as runs would have left it (rotated files, one result a minute and endpoint, some of
them failing, the last one just now) and looked at: the first time, when there is no cache and all of it is read, and
then as in every day's use, with as much unread at its end as a run ever leaves there (4 MiB). Medians of wall and CPU
time and the peak of memory are printed, and ratios to the shortest history. --huge adds ten million lines (6 GB of disk).
"""
import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

# As much as `run::rollups` leaves unread at most.
UNREAD = 4 << 20
MAX_SIZE = 256 << 20

LINE = (
    '{{"v":1,"ts":"{ts}","run":"{run}","channel":"{channel}","endpoint":"{endpoint}","verdict":"{verdict}",'
    '"reason":{reason},"blame":{blame},"message":{message},"problems":[],"method":"GET",'
    '"url":"http://127.0.0.1:8767/health","final_url":null,"remote_addr":"127.0.0.1:8767","http_version":"1.1",'
    '"status":{status},"latency_ms":{ms},"phases":{{"dns_ms":0.0,"connect_ms":0.31,"tls_ms":null,"ttfb_ms":{ttfb},'
    '"download_ms":0.8}},"attempts":1,"redirects":0,"proxy":null,"bytes":212,"cert_days_left":null,'
    '"metrics":{{"health_score":{score}}},"evidence":null,"suppressed_by":null,"maintenance":false,"verify":false}}\n'
)


def names(count):
    """`channel, endpoint` of so many endpoints in five channels."""
    channels = ["whatsapp", "telegram", "vk", "max", "avito"]
    return [(channels[n % 5], f"e{n // 5}") for n in range(count)]


def write_config(folder, endpoints, interval="1m"):
    """A probes.yaml with these endpoints; the state goes beside it."""
    channels = {}
    for channel, endpoint in endpoints:
        channel = channels.setdefault(channel, {"base_url": "http://127.0.0.1:1", "endpoints": {}})
        channel["endpoints"][endpoint] = {"path": "/health", "warn": {"latency": "1s"}}
    config = {
        "state_dir": "state",
        "defaults": {"interval": interval},
        "history": {"max_size": f"{MAX_SIZE // (1 << 20)}MiB", "keep": 64},
        "channels": channels,
    }
    path = f"{folder}/probes.yaml"
    with open(path, "w") as out:
        json.dump(config, out)
    return path


def results(endpoints, count, step=60):
    """So many lines, a round of all endpoints every `step` seconds, the last round just now."""
    rounds = -(-count // len(endpoints))
    start = time.time() - (rounds - 1) * step - 2
    left = count
    for number in range(rounds):
        at = start + number * step
        whole, ms = int(at), int(at * 1000) % 1000
        ts = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(whole)) + f".{ms:03}Z"
        for index, (channel, endpoint) in enumerate(endpoints):
            if left == 0:
                return
            left -= 1
            sick = (number // 7 + index * 131) % 997
            verdict, reason, blame, message, status = "up", "null", "null", "null", 200
            if sick < 2:
                verdict, reason, blame, status = "down", '"status"', '"target"', 503
                message = '"503 Service Unavailable instead of 2xx"'
            elif sick < 5:
                verdict, reason, blame, message = "degraded", '"latency"', '"target"', '"1.24s is more than 1s"'
            took = 12.4 + (number * 7 + index * 13) % 97
            yield LINE.format(
                ts=ts, run=f"01JD{number:022}", channel=channel, endpoint=endpoint, verdict=verdict, reason=reason,
                blame=blame, message=message, status=status, ms=took, ttfb=took - 1.2, score=100 - sick % 7,
            )


class Files:
    """The history's files as rotation would leave them."""

    def __init__(self, folder):
        self.folder = f"{folder}/state"
        os.makedirs(self.folder, mode=0o700, exist_ok=True)
        open(f"{self.folder}/history.lock", "a").close()
        self.parts, self.size, self.out = [], 0, None

    def write(self, text):
        if self.out is None or self.size + len(text) > MAX_SIZE:
            if self.out:
                self.out.close()
            self.parts.append(f"{self.folder}/part.{len(self.parts)}")
            self.out, self.size = open(self.parts[-1], "w"), 0
        self.out.write(text)
        self.size += len(text)

    def close(self):
        self.out.close()
        for age, part in enumerate(reversed(self.parts)):
            os.rename(part, f"{self.folder}/history.jsonl" + (f".{age}" if age else ""))


def generate(folder, lines, endpoints, step=60, unread=0):
    """Writes the history but for its last `unread` bytes, which are returned: to be appended to history.jsonl."""
    files, held, size = Files(folder), [], 0
    hold_from = lines - unread // 700 if unread else lines
    for number, line in enumerate(results(endpoints, lines, step)):
        if number >= hold_from and size + len(line) <= unread:
            held.append(line)
            size += len(line)
        else:
            files.write(line)
    files.close()
    return "".join(held)


class Run:
    """What one run took: wall and CPU milliseconds, peak MiB."""

    def __init__(self, command, folder):
        began = time.monotonic()
        process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        self.wall = (time.monotonic() - began) * 1e3
        self.cpu = (usage.ru_utime + usage.ru_stime) * 1e3
        self.peak = usage.ru_maxrss / 1024
        if status != 0:
            sys.exit(f"{' '.join(command)}: status {status}")


class Row:
    """Medians of several runs, and their highest peak."""

    def __init__(self, runs):
        self.wall = statistics.median(run.wall for run in runs)
        self.cpu = statistics.median(run.cpu for run in runs)
        self.peak = max(run.peak for run in runs)

    def show(self, name, more=""):
        print(f"  {name:14} {self.wall:9.1f} ms {self.cpu:9.1f} ms CPU {self.peak:7.1f} MiB {more}", flush=True)


def look(canary, lines, endpoints, rounds, step, base):
    folder = tempfile.mkdtemp(prefix="canary-history-")
    try:
        write_config(folder, endpoints, f"{step}s")
        unread = generate(folder, lines, endpoints, step, UNREAD)
        state = f"{folder}/state"
        size = sum(os.path.getsize(f"{state}/{name}") for name in os.listdir(state))
        first = Row([Run([canary, "status"], folder)])
        cache = f"{state}/rollup.json"
        print(f"\n{lines:,} lines of {len(endpoints)} endpoints, {size / 1e6:,.0f} MB; cache {os.path.getsize(cache) / 1e3:,.0f} kB")
        first.show("first look", f"  {size / first.cpu / 1e3:,.0f} MB/s")
        with open(f"{state}/history.jsonl", "a") as out:
            out.write(unread)
        # A reader keeps so much of what it has read; every round shall find it unread.
        shutil.copy(cache, f"{folder}/cache")
        rows = {}
        for name, command in {
            "status": [canary, "status"],
            "status --json": [canary, "status", "--json"],
            "report": [canary, "report", "--out", "report"],
        }.items():
            runs = []
            for _ in range(rounds):
                shutil.copy(f"{folder}/cache", cache)
                runs.append(Run(command, folder))
            rows[name] = Row(runs)
            ratio = f"  {rows[name].cpu / base[name].cpu:.2f} × the CPU of the shortest" if base else ""
            rows[name].show(name, ratio)
        print(f"  index.html     {os.path.getsize(f'{folder}/report/index.html') / 1e3:9,.0f} kB")
        return rows
    finally:
        shutil.rmtree(folder)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--canary", default="target/release/canary")
    parser.add_argument("--lines", type=int, nargs="+", default=[10_000, 1_000_000])
    parser.add_argument("--huge", action="store_true", help="ten million lines too")
    parser.add_argument("--endpoints", type=int, default=10)
    parser.add_argument("--step", type=int, default=60, help="seconds between two rounds")
    parser.add_argument("--rounds", type=int, default=9)
    args = parser.parse_args()
    canary = os.path.abspath(args.canary)
    if not os.path.exists(canary):
        sys.exit(f"{canary} is missing: cargo build --release")
    base = None
    for lines in args.lines + ([10_000_000] if args.huge else []):
        rows = look(canary, lines, names(args.endpoints), args.rounds, args.step, base)
        base = base or rows


if __name__ == "__main__":
    main()
