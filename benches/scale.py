#!/usr/bin/env python3
"""canary beside `curl --parallel` and other probers on the same endpoints, in one run.

    cargo build --release && python3 benches/scale.py                    every row, on stdout
    python3 benches/scale.py http one                                    some rows
    python3 benches/scale.py --write docs/performance.md                 every row, into the page

Everything is on loopback. Commands that are compared run in turn, what counts are ratios of their medians; CPU is user
plus system of the whole process, a server's is not counted. Needs nginx, curl, openssl; a row that can't be measured
says why and is left out. Other probers take part where they are installed: hurl, blackbox_exporter
(prometheus-blackbox-exporter in Debian), check_http (monitoring-plugins-basic), and httpx with jsonschema in the
Python given by --python; DuckDB is asked in that Python too. The histories of `status` and `stats` take 3 GB of disk.
"""
import argparse
import contextlib
import datetime
import os
import platform
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field

sys.dont_write_bytecode = True  # benches/ holds sources only

import history
import history_stats
import peers
import rig
from rig import Failed, Fleet, in_turn, usage_of


@dataclass
class Row:
    """One figure: what was wanted of it, what came out, and what bounds it."""

    what: str
    wanted: str
    measured: str
    reached: bool | None
    notes: list = field(default_factory=list)
    peer: bool = False


def mark(row):
    return {True: "yes", False: "**no**", None: "–"}[row.reached]


def times(ratio):
    return f"{ratio:.2f} ×"


def usage_words(name, used):
    return (f"{name}: {used.wall * 1e3:.0f} ms wall, {used.cpu * 1e3:.0f} ms CPU "
            f"({used.user * 1e3:.0f} user, {used.kernel * 1e3:.0f} kernel)")


def memory(wanted, what, used):
    return Row(f"{what}, memory", f"≤ {wanted} MiB", f"{used.peak:.0f} MiB", used.peak <= wanted)


def throughput(args, folder, tls_version=None):
    """The rows of 1,000 endpoints: CPU against curl's, and memory."""
    https = tls_version is not None
    most = 0.35 if https else 0.6
    with rig.nginx(folder, tls_version) as base:
        fleet = Fleet(f"{folder}/1000", base, 1000, 64)
        commands = {
            "canary": lambda: usage_of(fleet.canary(args.canary)),
            "curl": lambda: usage_of(fleet.curl()),
            "immediate": lambda: usage_of(fleet.curl("--parallel-immediate")),
        }
        loop = None if https else fleet.loop()
        if loop:
            commands["loop"] = lambda: usage_of(loop)
        else:
            program, port = handshake(), base.rsplit(":", 1)[1]
            commands["arithmetic"] = lambda: usage_of([program, str(fleet.count)])
            commands["bare"] = lambda: usage_of([program, str(fleet.count), port, f"{folder}/cert.pem"])
        commands["config"] = lambda: usage_of(fleet.config_check(args.canary))
        used = in_turn(args.rounds, commands)
        ours, curl, immediate = used["canary"], used["curl"], used["immediate"]
        config = used["config"].cpu
        notes = [usage_words("canary", ours), usage_words("curl", curl),
                 usage_words("curl --parallel-immediate", immediate),
                 f"of canary's, reading and checking the configuration (`config check`): {config * 1e3:.0f} ms CPU, "
                 f"{times(config / curl.cpu)} curl's"]
        if https:
            least, bare = used["arithmetic"].cpu, used["bare"].cpu
            notes += [
                "a bare client of the same library (`benches/handshake.rs`) that makes the same verified handshakes, asks and "
                f"judges nothing: {bare * 1e3:.0f} ms CPU, {times(bare / curl.cpu)} curl's",
                "the arithmetic of its handshakes alone (`benches/handshake.rs`: a key pair, an agreement and a verified "
                f"signature each, by the same library): {least * 1e3:.0f} ms CPU, {times(least / curl.cpu)} curl's",
                tls_bound(folder, base, fleet, curl),
            ]
        elif loop:
            least = used["loop"].cpu
            notes.append("a bare loop of sockets (`benches/loop.c`) that makes the same connections and judges nothing: "
                         f"{least * 1e3:.0f} ms CPU, {times(least / curl.cpu)} curl's")
    kind = f"https (TLS {tls_version}), each handshake verified, by curl none" if https else "http"
    yield Row(f"1,000 endpoints over {kind}: validated and recorded, CPU against `curl --parallel` that only downloads",
              f"≤ {most} ×", times(ours.cpu / curl.cpu), ours.cpu <= most * curl.cpu, notes)
    yield Row("the same against `curl --parallel --parallel-immediate`, which asks without first waiting for connections to "
              "share", "–", times(ours.cpu / immediate.cpu), None)
    if not https:
        yield memory(40, "1,000 endpoints", ours)


def handshake():
    """The bench `handshake`, built."""
    told = subprocess.run(["cargo", "bench", "--locked", "--no-run", "--bench", "handshake", "--message-format=json"],
                          check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    return next(found[1] for line in told.stdout.splitlines()
                if (found := re.search(r'"executable":"([^"]*/handshake-[^"]*)"', line)))


def tls_bound(folder, base, fleet, curl):
    """`openssl s_time` makes one verified handshake after the other: what one costs there, so many times."""
    address = base.split("//")[1]
    told = subprocess.run(
        ["openssl", "s_time", "-connect", address, "-new", "-time", "2", "-www", "/health/0",
         "-CAfile", f"{folder}/cert.pem", "-verify", "1"], capture_output=True, text=True)
    found = re.search(r"(\d+) connections in ([\d.]+)s", told.stdout)
    if not found:
        return "openssl s_time: no figure"
    each = float(found[2]) / int(found[1])
    cost = each * fleet.count
    return (f"openssl s_time -new -verify, one after the other: {each * 1e3:.2f} ms of its user CPU a handshake, "
            f"{times(cost / curl.cpu)} curl's CPU for {fleet.count:,}")


def http(args, folder):
    yield from throughput(args, folder)


def https(args, folder):
    for version in ("1.2", "1.3"):
        yield from throughput(args, folder, version)


def many(args, folder):
    """10,000 endpoints in one run, and how long it is from the last result to the exit."""
    with rig.nginx(folder) as base:
        fleet = Fleet(f"{folder}/10000", base, 10_000, 64)
        used = in_turn(max(args.rounds // 2, 1), {
            "canary": lambda: usage_of(fleet.canary(args.canary)),
            "check": lambda: usage_of(fleet.config_check(args.canary)),
            "curl": lambda: usage_of(fleet.curl()),
        })
        tails = sorted(tail(fleet.canary(args.canary, "-o", "jsonl"), fleet.count) for _ in range(args.rounds))
    ours, check = used["canary"], used["check"]
    rate = fleet.count / (ours.wall - check.wall)
    notes = [usage_words("canary", ours), usage_words("config check", check), usage_words("curl", used["curl"])]
    yield memory(120, "10,000 endpoints in one run", ours)
    yield Row("the same, fresh connections a second, reading the configuration left out", "≥ 4,000", f"{rate:,.0f}",
              rate >= 4000, notes)
    commit = tails[len(tails) // 2] * 1e3
    yield Row("10,000 endpoints: from the last result to the exit (history and state written and fsynced)", "≤ 100 ms",
              f"{commit:.0f} ms", commit <= 100)


def tail(command, count):
    """Seconds from the last of so many lines on stdout to the process's end."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    seen, last = 0, 0.0
    while chunk := os.read(process.stdout.fileno(), 1 << 20):
        seen, last = seen + chunk.count(b"\n"), time.monotonic()
    process.wait()
    if process.returncode != 0 or seen != count:
        raise Failed(f"canary exited with {process.returncode} after {seen} results")
    return time.monotonic() - last


def config(args, folder):
    """Large configurations."""
    for count, most, memory_most in ((10_000, 0.5, 150), (100_000, 6, None)):
        fleet = Fleet(f"{folder}/{count}", "http://127.0.0.1:1", count, 64)
        used = in_turn(args.rounds, {"check": lambda: usage_of(fleet.config_check(args.canary))})["check"]
        yield Row(f"`config check` of {count:,} endpoints", f"≤ {most} s", f"{used.wall:.2f} s", used.wall <= most)
        if memory_most:
            yield memory(memory_most, "the same", used)


def status(args, _folder):
    """`status` does not depend on how long the history is."""
    short, long, endpoints = 10_000, 1_000_000, history.names(10)
    canary = os.path.abspath(args.canary)
    with contextlib.redirect_stdout(sys.stderr):
        base = history.look(canary, short, endpoints, args.rounds, 60, None)["status"]
        used = history.look(canary, long, endpoints, args.rounds, 60, None)["status"]
    yield Row(f"`status` after {long:,} lines", "≤ 50 ms", f"{used.wall:.1f} ms", used.wall <= 50)
    yield Row(f"the same, wall against its own after {short:,} lines", "≤ 1.1 ×", times(used.wall / base.wall),
              used.wall <= 1.1 * base.wall)


def stats(args, folder):
    """Aggregates over a long history, beside DuckDB."""
    if subprocess.run([args.python, "-c", "import duckdb"], stderr=subprocess.DEVNULL).returncode:
        raise Failed("this Python has no duckdb (--python VENV/bin/python)")
    lines = 1_000_000
    path = history_stats.write(folder, lines, 100)
    quiet = {"cwd": folder}
    ask = lambda source: usage_of([args.python, "-c", history_stats.DUCKDB, source], **quiet)
    canary = [os.path.abspath(args.canary), "--state-dir", "state", "history", "--stats", "--json"]
    told = f"read_json('{path}', format='newline_delimited', columns={history_stats.COLUMNS})"
    used = in_turn(min(args.rounds, 5), {
        "canary": lambda: usage_of(canary, **quiet),
        "duckdb": lambda: ask(f"'{path}'"),
        "duckdb, told its columns": lambda: ask(told),
    })
    ours, theirs = used["canary"], used["duckdb"]
    yield Row(f"`history --stats` over {lines:,} lines, wall against DuckDB on the same file", "≤ 0.5 ×",
              times(ours.wall / theirs.wall), ours.wall <= 0.5 * theirs.wall,
              [usage_words(name, one) for name, one in used.items()])


def slow(args, folder):
    """Work that waits: nothing but latency may count."""
    count, concurrency, millis = 1000, 100, 200
    with rig.slow_server(folder, millis) as base:
        fleet = Fleet(f"{folder}/slow", base, count, concurrency)
        loop = fleet.loop()
        used = in_turn(min(args.rounds, 3), {
            "canary": lambda: usage_of(fleet.canary(args.canary)),
            "loop": lambda: usage_of(loop),
        })
    wall, least = used["canary"].wall, count / concurrency * millis / 1000
    yield Row(f"{count:,} endpoints that answer after {millis} ms, {concurrency} at once: wall against "
              "endpoints × latency ÷ concurrency", "≤ 1.05 × + 50 ms",
              f"{times(wall / least)} ({wall:.2f} s, of which {least:.2f} s must be)", wall <= 1.05 * least + 0.05,
              [usage_words("canary", used["canary"]), usage_words("a bare loop of sockets (`benches/loop.c`)", used["loop"])])


def one(args, folder):
    """A whole process for one endpoint."""
    with rig.nginx(folder) as base:
        fleet = Fleet(f"{folder}/1", base, 1, 64)
        used = in_turn(args.rounds * 6, {
            "canary": lambda: usage_of(fleet.canary(args.canary)),
            "curl": lambda: usage_of(["curl", "-q", "-s", "-o", "/dev/null", f"{base}/health/0"]),
            "nothing": lambda: usage_of([args.canary, "--version"]),
        })
    ours, curl = used["canary"], used["curl"]
    notes = [usage_words("canary", ours), usage_words("curl", curl), usage_words("canary --version", used["nothing"])]
    yield Row("one http endpoint, the whole process, recorded and fsynced: wall against curl's", "≤ 1.0 × + 5 ms",
              f"{(ours.wall - curl.wall) * 1e3:+.1f} ms", ours.wall <= curl.wall + 0.005, notes)


def size(args, _folder):
    """The release binary."""
    have = os.path.getsize(args.canary) / 1e6
    yield Row("release binary, stripped", "≤ 13 MB", f"{have:.1f} MB", have <= 13)


def build(args, _folder):
    """A build from nothing; minutes of work, so only when it is named."""
    if "build" not in args.rows:
        raise Failed("takes minutes: name the row `build` to measure it")
    with tempfile.TemporaryDirectory() as target:
        began = time.monotonic()
        subprocess.run(["cargo", "build", "--release", "--locked"], check=True, stderr=subprocess.DEVNULL,
                       env={**os.environ, "CARGO_TARGET_DIR": target})
        took = time.monotonic() - began
    yield Row("build from nothing", "< 5 min", f"{took / 60:.1f} min", took < 300)


def others(args, folder):
    """Other probers on the same 1,000 endpoints."""
    with rig.nginx(folder) as base:
        fleet = Fleet(f"{folder}/peers", base, 1000, 64)
        commands = {"canary": lambda: usage_of(fleet.canary(args.canary)), "curl": lambda: usage_of(fleet.curl())}
        with contextlib.ExitStack() as stack:
            for name, make in peers.ALL.items():
                try:
                    commands[name] = make(args, fleet, stack)
                except Failed as failed:
                    skipped(f"{name}", failed)
            used = in_turn(min(args.rounds, 3), commands)
    for name in peers.ALL:
        if name in used:
            ratio, wall = used["canary"].cpu / used[name].cpu, used["canary"].wall / used[name].wall
            yield Row(f"1,000 endpoints over http, CPU against {peers.WHAT[name]}", "–",
                      f"{times(ratio)} (wall {times(wall)})", None, [usage_words(name, used[name])], peer=True)


ROWS = {"http": http, "https": https, "many": many, "config": config, "status": status, "stats": stats, "slow": slow,
        "one": one, "size": size, "build": build, "peers": others}


def skipped(name, why):
    print(f"SKIPPED {name}: {why}", file=sys.stderr)


def machine(args):
    def version(command):
        with contextlib.suppress(OSError):
            told = subprocess.run(command, capture_output=True, text=True)
            return re.search(r"\d+(\.\d+)+", told.stdout + told.stderr)[0]
        return "none"

    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    kernel = ".".join(platform.release().split(".")[:2])
    return (f"{os.cpu_count()} cores ({platform.machine()}), {memory:.0f} GiB, Linux {kernel}; load average "
            f"{os.getloadavg()[0]:.1f} at the start. canary {version([args.canary, '--version'])}, curl "
            f"{version(['curl', '--version'])}, nginx {version([rig.find('nginx'), '-v'])}, openssl "
            f"{version(['openssl', 'version'])}.")


def page(args, rows, where):
    lines = [
        "# Performance", "",
        "<!-- Written by `python3 benches/scale.py --write docs/performance.md`; change that, not this. -->", "",
        f"Measured on {datetime.date.today():%Y-%m-%d}: {where}", "",
        "nginx (one worker) on loopback answers every request with the same 200-byte JSON document; over https it resumes no "
        "session, so that everybody makes whole handshakes. canary makes a fresh "
        "connection for each endpoint as it always does, validates the answer (JSON Schema, two JSONPath conditions), "
        "appends it to the history, commits the state, both fsynced. `curl --parallel` downloads the same URLs over "
        "fresh connections and looks at nothing. Commands that are compared run in turn; figures are ratios of their "
        f"medians over {args.rounds} rounds; CPU is user plus system of the whole process, the server's is not counted. "
        "Absolute times are this machine's, ratios carry further.", "",
        "| what | wanted | measured | reached |", "|---|---|---|---|",
    ]
    lines += [f"| {row.what} | {row.wanted} | {row.measured} | {mark(row)} |" for row in rows if not row.peer]
    theirs = [row for row in rows if row.peer]
    if theirs:
        lines += ["", "Other probers on the same endpoints, 64 at once where they can:", "", "| what | measured |",
                  "|---|---|"] + [f"| {row.what} | {row.measured} |" for row in theirs]
    lines += ["", "## Behind the figures", ""]
    for row in rows:
        if row.notes:
            lines += [f"**{row.what}**", ""] + [f"- {note}" for note in row.notes] + [""]
    lines += ["Single steps, without sockets and processes: `cargo bench`.", ""]
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", nargs="*", help=f"which rows: {' '.join(ROWS)}; all but build when none is named")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--canary", default="target/release/canary")
    parser.add_argument("--python", default=sys.executable, help="a Python that has httpx and jsonschema")
    parser.add_argument("--write", metavar="FILE", help="write the page there")
    args = parser.parse_args()
    if unknown := set(args.rows) - set(ROWS):
        parser.error(f"no such row: {' '.join(sorted(unknown))}")
    where, rows = machine(args), []
    for name in args.rows or ROWS:
        with tempfile.TemporaryDirectory() as folder:
            os.chmod(folder, 0o755)  # nginx's workers may run as another user
            try:
                for row in ROWS[name](args, folder):
                    rows.append(row)
                    print(f"{row.what}\n    {row.measured}   (wanted {row.wanted}, reached: {mark(row).strip('*')})")
                    for note in row.notes:
                        print(f"    - {note}")
            except (Failed, OSError, subprocess.CalledProcessError) as failed:
                skipped(name, failed)
    if args.write:
        with open(args.write, "w") as out:
            out.write(page(args, rows, where))
    return 0


if __name__ == "__main__":
    sys.exit(main())
