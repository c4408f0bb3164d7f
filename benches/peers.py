"""Other probers on the same endpoints: each entry makes a command to measure, or raises `Failed` with the reason why not."""
import json
import os
import subprocess
import urllib.request

import rig
from rig import Failed, usage_of

WHAT = {
    "hurl": "hurl --test (status and two JSONPath assertions)",
    "blackbox": "blackbox_exporter (status and one regex on the body; its CPU alone, not its client's)",
    "check_http": "check_http (one process an endpoint, one regex)",
    "httpx": "Python's httpx and jsonschema (schema and one condition)",
}

CLIENT = '''
import asyncio, json, sys, httpx, jsonschema
urls, schema = open(sys.argv[1]).read().split(), json.load(open(sys.argv[2]))
async def main():
    validator, gate = jsonschema.Draft202012Validator(schema), asyncio.Semaphore(int(sys.argv[3]))
    limits = httpx.Limits(max_keepalive_connections=0, max_connections=None)
    async with httpx.AsyncClient(limits=limits, trust_env=False) as client:
        async def one(url):
            async with gate:
                answer = await client.get(url)
            answer.raise_for_status()
            document = answer.json()
            validator.validate(document)
            assert document["status"] in ("healthy", "degraded")
        await asyncio.gather(*map(one, urls))
asyncio.run(main())
'''


def needed(program):
    found = rig.find(program)
    if not found:
        raise Failed(f"{program} is not installed")
    return found


def hurl(_args, fleet, _stack):
    program = needed("hurl")
    files = []
    for number, url in enumerate(fleet.urls()):
        files.append(f"{fleet.folder}/{number}.hurl")
        with open(files[-1], "w") as out:
            out.write(f'GET {url}\nConnection: close\nHTTP 200\n[Asserts]\njsonpath "$.status" matches '
                      f'"^(healthy|degraded)$"\njsonpath "$.health_score" >= 80\n')
    return lambda: usage_of([program, "--test", "--parallel", "--jobs", str(fleet.concurrency), *files])


def blackbox(_args, fleet, stack):
    program = rig.find("blackbox_exporter") or needed("prometheus-blackbox-exporter")
    config = f"{fleet.folder}/blackbox.yml"
    with open(config, "w") as out:
        out.write("modules:\n  json:\n    prober: http\n    timeout: 10s\n    http:\n      preferred_ip_protocol: ip4\n"
                  "      fail_if_body_not_matches_regexp: ['\"status\": ?\"(healthy|degraded)\"']\n")
    port = rig.free_port()
    command = [program, f"--config.file={config}", f"--web.listen-address=127.0.0.1:{port}", "--log.level=error"]
    process = stack.enter_context(rig.serving(command, port, "blackbox_exporter"))
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/probe?module=json&target={fleet.urls()[0]}") as told:
        if b"probe_success 1" not in told.read():
            raise Failed("blackbox_exporter does not take the endpoint for healthy")
    asks = f"{fleet.folder}/asks.txt"
    with open(asks, "w") as out:
        for url in fleet.urls():
            out.write(f'url = "http://127.0.0.1:{port}/probe?module=json&target={url}"\noutput = "/dev/null"\n')
    client = ["curl", "-q", "-s", "-f", "--parallel", "--parallel-immediate", "--parallel-max", str(fleet.concurrency),
              "-K", asks]

    def run():
        before = spent(process.pid)
        wall = usage_of(client).wall
        user, kernel = (after - earlier for after, earlier in zip(spent(process.pid), before))
        return rig.Usage(wall, user, kernel, peak(process.pid))

    return run


def spent(pid):
    with open(f"/proc/{pid}/stat") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    ticks = os.sysconf("SC_CLK_TCK")
    return int(fields[11]) / ticks, int(fields[12]) / ticks


def peak(pid):
    with open(f"/proc/{pid}/status") as status:
        return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmHWM"))


def check_http(_args, fleet, _stack):
    program = needed("check_http")
    port = fleet.base.rsplit(":", 1)[1]
    paths = f"{fleet.folder}/paths.txt"
    with open(paths, "w") as out:
        out.writelines(f"/health/{number}\n" for number in range(fleet.count))
    command = ["xargs", "-a", paths, "-P", str(fleet.concurrency), "-n", "1", program, "-I", "127.0.0.1", "-p", port,
               "-r", '"status": ?"(healthy|degraded)"', "-u"]
    return lambda: usage_of(command)


def httpx(args, fleet, _stack):
    if subprocess.run([args.python, "-c", "import httpx, jsonschema"], stderr=subprocess.DEVNULL).returncode:
        raise Failed("this Python has no httpx and jsonschema (--python VENV/bin/python)")
    with open(f"{fleet.folder}/urls.list", "w") as out:
        out.write("\n".join(fleet.urls()))
    with open(f"{fleet.folder}/schema.json", "w") as out:
        json.dump(rig.SCHEMA, out)
    command = [args.python, "-c", CLIENT, f"{fleet.folder}/urls.list", f"{fleet.folder}/schema.json",
               str(fleet.concurrency)]
    return lambda: usage_of(command)


ALL = {"hurl": hurl, "blackbox": blackbox, "check_http": check_http, "httpx": httpx}
